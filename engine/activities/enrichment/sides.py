"""The two sides of a relation as tables with key columns, ready to be matched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.activities.enrichment.agreement import disagreement
from engine.activities.enrichment.checks import NO_CRITERIA, NOT_WIRED
from engine.activities.enrichment.settings import Aggregate, Collection, Criterion, EnrichmentSettings, Relation
from engine.activities.enrichment.shape import fields_of
from engine.activity import TableInbound
from engine.errors import SettingsError
from engine.expressions import ExpressionContext, Scope
from engine.schema import TableSchema
from engine.settings.additional import names_of
from engine.settings.written import expression_text
from engine.tables.interim import Table, TableStore
from engine.tables.linking import Keys, keyed, linkable, prepared
from engine.tables.types import column_of
from engine.text import Text

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True, slots=True)
class Far:
    """The linked side of the relation at `place`: rows that can be found, with key columns and worked-out values.

    `rows_in_all` counts the linked table before rows without a key were left out.
    """

    relation: Relation
    place: int
    table: Table
    expr: ibis.Table
    keys: Keys
    rows_in_all: int

    @property
    def title(self) -> str:
        """Return what people call the linked table."""
        return self.relation.label or self.relation.name


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A value of the linked table that the additional data needs: its helper column, its expression, its place."""

    column: str
    text: str
    field: str
    is_condition: bool = False


def sides(
    settings: EnrichmentSettings, inbound: TableInbound, context: ExpressionContext, store: TableStore
) -> tuple[Table, ibis.Table, tuple[Far, ...]]:
    """Return the primary set, its rows with the key columns of all relations, and the linked sides.

    Raises SettingsError for a relation that is not wired, or whose sides are never equal.
    """
    primary = inbound["primary"][0].content
    if primary is None:
        raise SettingsError(NOT_WIRED, Text("The primary set brings no rows."), hint=Text("Wire a table into it."))
    texts = [
        expression_text(criterion.primary, primary.schema)
        for relation in settings.relations
        for criterion in _criteria(relation)
    ]
    scope = Scope(primary, texts, context)
    near = scope.expr
    fars = []
    for place, relation in enumerate(settings.relations):
        far_scope = _far_scope(settings, relation, place, inbound, context)
        keys = _keys(relation, place)
        near_values, far_values = _values(relation, place, (primary, scope), far_scope)
        near = keyed(near, keys.near, near_values)
        fars.append(_far(settings, relation, place, far_scope, far_values, store))
    return primary, prepared(store, scope.own_columns(near)), tuple(fars)


def _criteria(relation: Relation) -> tuple[Criterion, ...]:
    return () if relation.attach else relation.criteria


def _keys(relation: Relation, place: int) -> Keys:
    count = max(1, len(_criteria(relation)))
    return Keys(
        tuple(f"__near{place}_{number}" for number in range(count)),
        tuple(f"__far{place}_{number}" for number in range(count)),
    )


@dataclass(frozen=True, slots=True)
class _FarScope:
    table: Table
    scope: Scope
    wanted: tuple[_Wanted, ...]


def _far_scope(
    settings: EnrichmentSettings, relation: Relation, place: int, inbound: TableInbound, context: ExpressionContext
) -> _FarScope:
    arrivals = {arrival.name: arrival.content for arrival in inbound.get("linked", ())}
    table = arrivals.get(relation.source)
    field = f"relations.{place}"
    if table is None:
        text = Text("“{source}” brings no rows to link.", source=relation.source)
        hint = Text("Wire a table into the linked tables, and choose it in the relation.")
        raise SettingsError(NOT_WIRED, text, hint=hint, field=f"{field}.source")
    if not relation.attach and not relation.criteria:
        text = Text("Choose by which columns “{name}” is linked.", name=relation.label or relation.name)
        raise SettingsError(NO_CRITERIA, text, field=f"{field}.criteria")
    wanted = tuple(_wanted(settings, relation, table.schema))
    keys = [expression_text(criterion.linked, table.schema) for criterion in _criteria(relation)]
    return _FarScope(table, Scope(table, [*keys, *(each.text for each in wanted)], context), wanted)


def _values(relation: Relation, place: int, near: tuple[Table, Scope], far: _FarScope) -> tuple[list[Any], list[Any]]:
    primary, scope = near
    near_values, far_values = [], []
    for number, criterion in enumerate(_criteria(relation)):
        field = f"relations.{place}.criteria.{number}"
        near_text = expression_text(criterion.primary, primary.schema)
        near_value = scope.value(near_text, field=f"{field}.primary")
        far_value = far.scope.value(expression_text(criterion.linked, far.table.schema), field=f"{field}.linked")
        for finding in _disagreement(criterion, near_value, far_value, relation, field):
            raise SettingsError.of(finding)
        near_values.append(_folded(near_value, criterion))
        far_values.append(_folded(far_value, criterion))
    return near_values, far_values


def _disagreement(criterion: Criterion, near: Any, far: Any, relation: Relation, field: str) -> Iterator[Any]:
    types = [column_of("value", value.type()) for value in (near, far)]
    if types[0] is not None and types[1] is not None:
        name = relation.label or relation.name
        yield from disagreement(criterion, types[0].type, types[1].type, name, field)


def _folded(value: Any, criterion: Criterion) -> Any:
    if not value.type().is_string():
        return value
    if criterion.compare in ("trim", "loose"):
        value = value.strip()
    return value.lower() if criterion.compare in ("case", "loose") else value


def _far(
    settings: EnrichmentSettings,
    relation: Relation,
    place: int,
    scoped: _FarScope,
    values: Sequence[Any],
    store: TableStore,
) -> Far:
    keys = _keys(relation, place)
    scope, table = scoped.scope, scoped.table
    found = {each.column: _value(scope, each) for each in scoped.wanted}
    expr = scope.own_columns(keyed(scope.expr, keys.far, values).mutate(**found))
    rows = table.rows if table.rows is not None else store.count(table.expr)
    return Far(relation, place, table, prepared(store, linkable(expr, keys)), keys, rows)


def _value(scope: Scope, wanted: _Wanted) -> Any:
    if wanted.is_condition:
        return scope.condition(wanted.text, field=wanted.field)
    return scope.value(wanted.text, field=wanted.field)


def _wanted(settings: EnrichmentSettings, relation: Relation, schema: TableSchema) -> Iterator[_Wanted]:
    for number, collection in enumerate(settings.collections):
        if settings.relation(collection.relation) == relation:
            yield from _of_collection(collection, number, schema)
    for number, aggregate in enumerate(settings.aggregates):
        if settings.relation(aggregate.relation) == relation:
            yield from _of_aggregate(aggregate, number, schema)


def _of_collection(collection: Collection, number: int, schema: TableSchema) -> Iterator[_Wanted]:
    field = f"collections.{number}"
    for place, sorting in enumerate(collection.sort):
        text = expression_text(sorting.expression, schema)
        yield _Wanted(sort_column(number, place), text, f"{field}.sort.{place}.expression")
    fields = fields_of(collection, schema)
    for place, (one, name) in enumerate(zip(fields, names_of(fields), strict=True)):
        yield _Wanted(field_column(number, name), one.expression, f"{field}.fields.{place}.expression")
    if collection.filter.strip():
        yield _Wanted(filter_column("collection", number), collection.filter, f"{field}.filter", is_condition=True)


def _of_aggregate(aggregate: Aggregate, number: int, schema: TableSchema) -> Iterator[_Wanted]:
    field = f"aggregates.{number}"
    if aggregate.function != "count":
        text = expression_text(aggregate.expression, schema)
        yield _Wanted(value_column(number), text, f"{field}.expression")
    if aggregate.filter.strip():
        yield _Wanted(filter_column("aggregate", number), aggregate.filter, f"{field}.filter", is_condition=True)


def sort_column(collection: int, place: int) -> str:
    """Return the helper column of a collection's sort expression."""
    return f"__sort{collection}_{place}"


def field_column(collection: int, name: str) -> str:
    """Return the helper column of a collection's field."""
    return f"__field{collection}_{name}"


def filter_column(kind: str, number: int) -> str:
    """Return the helper column of the filter of a collection or an aggregate."""
    return f"__filter_{kind}{number}"


def value_column(aggregate: int) -> str:
    """Return the helper column of an aggregate's expression."""
    return f"__value{aggregate}"
