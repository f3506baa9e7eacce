"""What can be known to be wrong with an Enrichment before it runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.activities.enrichment.agreement import disagreement
from engine.activities.enrichment.settings import Aggregate, Collection, EnrichmentSettings, Relation
from engine.activities.enrichment.shape import (
    Tables,
    aggregate_name,
    collection_name,
    fields_of,
    kept,
    singles,
    tables_of,
    with_links,
)
from engine.activity import SchemaInbound
from engine.errors import Code, Finding, Level
from engine.expressions import ExpressionContext
from engine.expressions.problems import expression_problems, typed
from engine.schema import ColumnType, TableSchema
from engine.settings.additional import BAD_ALIAS, check_fields, names_of
from engine.settings.written import expression_text
from engine.text import Text

NOT_WIRED = Code("FLOW-RELATION-SOURCE", "A relation links a transition that is not wired into the Enrichment.")
NOT_LINKED = Code("FLOW-NOT-LINKED", "A table is wired into an Enrichment, but no relation links it.")
NO_CRITERIA = Code("FLOW-NO-CRITERIA", "A relation does not say by which columns the tables are linked.")
NO_RELATION = Code("FLOW-NO-RELATION", "A collection or aggregate names a relation that the Enrichment does not have.")
BAD_FUNCTION = Code("FLOW-AGGREGATE", "An aggregate works out something that its expression has no values for.")
NO_COLUMN = Code("FLOW-LINKED-COLUMN", "A relation names a column that its linked table does not have.")

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = ("target", "vars")


def problems(settings: EnrichmentSettings, inbound: SchemaInbound, context: ExpressionContext) -> Iterator[Finding]:
    """Yield every finding about the settings, in the order of the form."""
    wired = [arrival.name for arrival in inbound.get("linked", ())]
    yield from _unlinked(settings, wired)
    taken: set[str] = set()
    for place, relation in enumerate(settings.relations):
        yield from _relation_problems(relation, wired, taken, f"relations.{place}")
    tables = tables_of(inbound)
    if tables is not None:
        yield from _data_problems(settings, tables, context)


def _unlinked(settings: EnrichmentSettings, wired: Sequence[str]) -> Iterator[Finding]:
    linked = {relation.source for relation in settings.relations}
    for name in wired:
        if name not in linked:
            text = Text("“{source}” is wired in, but nothing says how it is linked.", source=name)
            hint = Text("Add a relation for it, or take the wire away.")
            yield Finding(Level.WARNING, NOT_LINKED, text, field="relations", hint=hint)


def _relation_problems(relation: Relation, wired: Sequence[str], taken: set[str], field: str) -> Iterator[Finding]:
    if relation.source not in wired:
        text = Text("“{source}” is not wired into the linked tables.", source=relation.source or "?")
        hint = (
            Text("Choose one of: {names}.", names=", ".join(wired)) if wired else Text("Draw a wire from it to here.")
        )
        yield Finding(Level.ERROR, NOT_WIRED, text, field=f"{field}.source", hint=hint)
    yield from _name_problems(relation.name, taken, f"{field}.id")
    if not relation.attach and not relation.criteria:
        text = Text("Choose by which columns “{name}” is linked.", name=relation.label or relation.name)
        hint = Text("Where the answer is the same for everybody, tick “Attach to every row”.")
        yield Finding(Level.ERROR, NO_CRITERIA, text, field=f"{field}.criteria", hint=hint)


def _name_problems(name: str, taken: set[str], field: str) -> Iterator[Finding]:
    hint = Text("An ID begins with a letter or _, has letters, digits and _, and is used once.")
    if not _ID.fullmatch(name) or name.lower() in _RESERVED:
        yield Finding(Level.ERROR, BAD_ALIAS, Text("“{name}” cannot be an ID here.", name=name), field=field, hint=hint)
    elif name.lower() in taken:
        yield Finding(Level.ERROR, BAD_ALIAS, Text("The ID “{name}” is taken.", name=name), field=field, hint=hint)
    taken.add(name.lower())


def _data_problems(settings: EnrichmentSettings, tables: Tables, context: ExpressionContext) -> Iterator[Finding]:
    own = {column.id.lower() for column in tables.primary.columns}
    for place, relation in enumerate(settings.relations):
        field = f"relations.{place}"
        if relation.cardinality != "n" and relation.name.lower() in own:
            text = Text("The ID “{name}” is that of a column of the primary set.", name=relation.name)
            yield Finding(Level.ERROR, BAD_ALIAS, text, field=f"{field}.id", hint=Text("Give the relation another ID."))
        yield from _criteria_problems(relation, tables, context, field)
    schema = with_links(settings, tables)
    going_on = kept(settings, tables.primary)
    taken = {column.id for column in going_on.columns} | {link.id for link in schema.links}
    yield from check_fields(settings.columns, schema, context, taken=taken, field="columns")
    names = {name.lower() for name in (*taken, *names_of(settings.columns))}
    for place, collection in enumerate(settings.collections):
        yield from _collection_problems(settings, collection, tables, context, names, f"collections.{place}")
    for place, aggregate in enumerate(settings.aggregates):
        yield from _aggregate_problems(settings, aggregate, tables, context, names, f"aggregates.{place}")


def _criteria_problems(relation: Relation, tables: Tables, context: ExpressionContext, field: str) -> Iterator[Finding]:
    far = tables.of(relation)
    if far is None:
        return
    for place, criterion in enumerate(() if relation.attach else relation.criteria):
        at = f"{field}.criteria.{place}"
        near_text = expression_text(criterion.primary, tables.primary)
        near_type, near_problems = typed(near_text, tables.primary, context, f"{at}.primary")
        far_type, far_problems = typed(expression_text(criterion.linked, far), far, context, f"{at}.linked")
        yield from (*near_problems, *far_problems)
        if near_type is not None and far_type is not None:
            yield from disagreement(criterion, near_type, far_type, relation.label or relation.name, at)
    if relation.unique and far.column(relation.unique) is None:
        text = Text(
            "“{source}” has no column “{column}”.", source=relation.label or relation.name, column=relation.unique
        )
        hint = Text("Choose one of: {names}.", names=", ".join(column.id for column in far.columns))
        yield Finding(Level.ERROR, NO_COLUMN, text, field=f"{field}.unique", hint=hint)


def _linked_table(
    settings: EnrichmentSettings, name: str, tables: Tables, field: str
) -> tuple[TableSchema | None, tuple[Finding, ...]]:
    """Return the schema of the linked table that a relation's name means, or None and what is wrong with the name."""
    relation = settings.relation(name)
    if relation is not None:
        return tables.of(relation), ()
    text = Text("There is no relation “{name}”.", name=name)
    hint = Text("Choose one of: {names}.", names=", ".join(each.name for each in settings.relations))
    return None, (Finding(Level.ERROR, NO_RELATION, text, field=f"{field}.relation", hint=hint),)


def _collection_problems(
    settings: EnrichmentSettings,
    collection: Collection,
    tables: Tables,
    context: ExpressionContext,
    names: set[str],
    field: str,
) -> Iterator[Finding]:
    far, found = _linked_table(settings, collection.relation, tables, field)
    yield from found
    if far is None:
        return
    name = collection_name(settings, collection)
    yield from _name_problems(name, names, f"{field}.id")
    yield from check_fields(collection.fields, far, context, field=f"{field}.fields")
    for single, _, _ in singles(collection, name, names_of(fields_of(collection, far))):
        yield from _name_problems(single, names, f"{field}.as_columns")
    for place, sorting in enumerate(collection.sort):
        at = f"{field}.sort.{place}.expression"
        yield from expression_problems(expression_text(sorting.expression, far), far, context, at)
    yield from _filter_problems(collection.filter, far, context, f"{field}.filter")


def _aggregate_problems(
    settings: EnrichmentSettings,
    aggregate: Aggregate,
    tables: Tables,
    context: ExpressionContext,
    names: set[str],
    field: str,
) -> Iterator[Finding]:
    far, found = _linked_table(settings, aggregate.relation, tables, field)
    yield from found
    if far is None:
        return
    yield from _name_problems(aggregate_name(settings, aggregate), names, f"{field}.id")
    yield from _filter_problems(aggregate.filter, far, context, f"{field}.filter")
    if aggregate.function == "count":
        return
    at = f"{field}.expression"
    type, found = typed(expression_text(aggregate.expression, far), far, context, at)
    yield from found
    if type is not None and not _has_values_for(aggregate.function, type):
        text = Text("“{expression}” is no number, which this function needs.", expression=aggregate.expression)
        yield Finding(Level.ERROR, BAD_FUNCTION, text, field=at, hint=Text("ToFloat(…) reads numbers from text."))


def _has_values_for(function: str, type: ColumnType) -> bool:
    if function in ("sum", "avg"):
        return type in (ColumnType.INTEGER, ColumnType.FLOAT)
    return type is not ColumnType.LIST


def _filter_problems(text: str, far: TableSchema, context: ExpressionContext, field: str) -> Iterator[Finding]:
    if text.strip():
        yield from expression_problems(text, far, context, field, is_condition=True)
