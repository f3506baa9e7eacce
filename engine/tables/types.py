"""Our column types and the table engine's, one for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.schema import Column, ColumnType, Link, TableSchema

if TYPE_CHECKING:
    import ibis.expr.datatypes as dt
    import ibis.expr.schema as ibis_schema
    import pyarrow as pa

_NAMES = {
    ColumnType.TEXT: "string",
    ColumnType.INTEGER: "int64",
    ColumnType.FLOAT: "float64",
    ColumnType.BOOLEAN: "boolean",
    ColumnType.DATE: "date",
    ColumnType.DATE_TIME: "timestamp(6)",
}


def ibis_type(column: Column) -> dt.DataType:
    """Return the table engine's type of a column; a list is an array of structs."""
    import ibis.expr.datatypes as dt

    if column.type is ColumnType.LIST:
        return dt.Array(dt.Struct({field.id: ibis_type(field) for field in column.fields}))
    return dt.dtype(_NAMES[column.type])


def link_type(link: Link) -> dt.DataType:
    """Return the struct that holds a stored link's row: its columns, then its own stored links."""
    import ibis.expr.datatypes as dt

    return dt.Struct(dict(_members(link.schema)))


def ibis_schema_of(schema: TableSchema) -> ibis_schema.Schema:
    """Return the columns that a table of this schema has in the table engine."""
    import ibis

    return ibis.schema(dict(_members(schema)))


def _members(schema: TableSchema) -> list[tuple[str, dt.DataType]]:
    members = [(column.id, ibis_type(column)) for column in schema.columns]
    return members + [(link.id, link_type(link)) for link in schema.links if link.is_stored]


def arrow_schema_of(schema: TableSchema) -> pa.Schema:
    """Return the Arrow schema in which rows of this schema are handed to the table engine."""
    return ibis_schema_of(schema).to_pyarrow()


def column_of(id: str, type: dt.DataType) -> Column | None:
    """Return the column that a value of the table engine's `type` becomes; None for a type we do not have."""
    found = _scalar(type)
    if found is not None:
        return Column(id, found)
    if type.is_array() and type.value_type.is_struct():
        fields = tuple(column_of(name, member) for name, member in type.value_type.items())
        return None if None in fields else Column(id, ColumnType.LIST, fields=tuple(each for each in fields if each))
    return None


def _scalar(type: Any) -> ColumnType | None:
    answers = (
        (type.is_boolean(), ColumnType.BOOLEAN),
        (type.is_integer(), ColumnType.INTEGER),
        (type.is_floating() or type.is_decimal(), ColumnType.FLOAT),
        (type.is_string(), ColumnType.TEXT),
        (type.is_date(), ColumnType.DATE),
        (type.is_timestamp(), ColumnType.DATE_TIME),
        (type.is_time() or type.is_uuid(), ColumnType.TEXT),
    )
    return next((found for is_it, found in answers if is_it), None)
