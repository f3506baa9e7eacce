"""What the rows of an Enrichment look like: the primary set's columns, links to single rows, and what is added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from engine.activities.enrichment.settings import Aggregate, Collection, EnrichmentSettings, Relation
from engine.activity import SchemaInbound
from engine.errors import SettingsError
from engine.expressions import ExpressionContext, type_of
from engine.schema import LINE_NUMBER, TARGET, Cardinality, Column, ColumnType, Link, TableSchema
from engine.settings.additional import SimpleField, column_of_field, names_of
from engine.settings.written import column_path


@dataclass(frozen=True, slots=True)
class Tables:
    """The schemas that meet: the primary set's, and by transition those of the linked tables that are known."""

    primary: TableSchema
    linked: Mapping[str, TableSchema]

    def of(self, relation: Relation) -> TableSchema | None:
        """Return the schema of the relation's linked table, or None."""
        return self.linked.get(relation.source)


def tables_of(inbound: SchemaInbound) -> Tables | None:
    """Return the schemas that arrive, or None while the primary set's is not known."""
    primary = next((arrival.content for arrival in inbound.get("primary", ())), None)
    if primary is None:
        return None
    linked = {arrival.name: arrival.content for arrival in inbound.get("linked", ())}
    return Tables(primary, {name: schema for name, schema in linked.items() if schema is not None})


def with_links(settings: EnrichmentSettings, tables: Tables) -> TableSchema:
    """Return the primary set's schema with a link for each relation to a single row."""
    schema = tables.primary
    for relation in settings.relations:
        far = tables.of(relation)
        if far is not None and relation.cardinality != "n":
            link = Link(relation.name, stored(far), relation.label, Cardinality(relation.cardinality))
            schema = schema.with_link(link)
    return schema


def stored(schema: TableSchema) -> TableSchema:
    """Return what a link keeps of a linked table: what the table itself holds."""
    return replace(schema, links=tuple(link for link in schema.links if link.is_stored))


def kept(settings: EnrichmentSettings, schema: TableSchema) -> TableSchema:
    """Return what goes on of the primary set: everything, or what identifies its rows."""
    if settings.keep_all:
        return schema
    wanted = schema.key or LINE_NUMBER
    columns = tuple(column for column in schema.columns if column.id == wanted)
    links = tuple(link for link in schema.links if link.id == TARGET)
    return replace(schema, columns=columns or schema.columns, links=links)


def result_schema(settings: EnrichmentSettings, tables: Tables, context: ExpressionContext) -> TableSchema:
    """Return the schema of the result; what cannot be worked out yet is left out."""
    linked = with_links(settings, tables)
    schema = kept(settings, tables.primary)
    for link in linked.links:
        if tables.primary.link(link.id) != link:
            schema = schema.with_link(link)
    added = [
        *_simple_columns(settings.columns, linked, context),
        *(column for each in settings.collections for column in _collection_columns(settings, each, tables, context)),
        *(column for each in settings.aggregates for column in _aggregate_columns(settings, each, tables, context)),
    ]
    return schema.with_columns(*added)


def collection_name(settings: EnrichmentSettings, collection: Collection) -> str:
    """Return the id of a collection's list: its own, or the name of its relation."""
    relation = settings.relation(collection.relation)
    return collection.id or (relation.name if relation is not None else "")


def aggregate_name(settings: EnrichmentSettings, aggregate: Aggregate) -> str:
    """Return the id of an aggregate's column: its own, or one made of its relation and function."""
    relation = settings.relation(aggregate.relation)
    function = aggregate.function.replace("-", "_")
    return aggregate.id or (f"{relation.name}_{function}" if relation is not None else function)


def fields_of(collection: Collection, far: TableSchema) -> tuple[SimpleField, ...]:
    """Return the fields of a collection's rows: those that were chosen, or all columns that can be taken over."""
    if collection.fields:
        return collection.fields
    return tuple(
        SimpleField(id=column.id, expression=f"[{column.id}]")
        for column in far.columns
        if column.type is not ColumnType.LIST
    )


def singles(collection: Collection, name: str, fields: tuple[str, ...]) -> Iterator[tuple[str, str, int]]:
    """Yield (column, field, line) of a collection's single columns: `offers1_title`, as ACS has them."""
    if collection.as_columns:
        for line in range(1, collection.lines + 1):
            for field in fields:
                yield f"{name}{line}_{field}", field, line


def _simple_columns(
    fields: tuple[SimpleField, ...], schema: TableSchema, context: ExpressionContext
) -> Iterator[Column]:
    for field, name in zip(fields, names_of(fields), strict=True):
        try:
            yield _taken_over(field, name, schema) or column_of_field(field, name, schema, context)
        except SettingsError:
            continue  # half typed: the checks say so at the field


def _taken_over(field: SimpleField, name: str, schema: TableSchema) -> Column | None:
    """Return the column that a quoted name means, `[first name]`, or None for anything else."""
    path = column_path(field.expression) if field.expression.startswith("[") else ""
    column = schema.column(path) if path else None
    return replace(column, id=name, is_system=False) if column is not None else None


def _collection_columns(
    settings: EnrichmentSettings, collection: Collection, tables: Tables, context: ExpressionContext
) -> Iterator[Column]:
    relation = settings.relation(collection.relation)
    far = tables.of(relation) if relation is not None else None
    if far is None:
        return
    name = collection_name(settings, collection)
    fields = {column.id: column for column in _simple_columns(fields_of(collection, far), far, context)}
    label = relation.label if relation is not None else ""
    yield Column(name, ColumnType.LIST, label, fields=tuple(fields.values()))
    for id, field, _ in singles(collection, name, tuple(fields)):
        yield replace(fields[field], id=id)


def _aggregate_columns(
    settings: EnrichmentSettings, aggregate: Aggregate, tables: Tables, context: ExpressionContext
) -> Iterator[Column]:
    relation = settings.relation(aggregate.relation)
    far = tables.of(relation) if relation is not None else None
    if far is None:
        return
    name = aggregate_name(settings, aggregate)
    if aggregate.function.startswith("count"):
        yield Column(name, ColumnType.INTEGER, aggregate.label)
        return
    try:
        type = type_of(aggregate.expression, far, context)
    except SettingsError:
        return  # half typed: the checks say so at the field
    yield Column(name, ColumnType.FLOAT if aggregate.function == "avg" else type, aggregate.label)
