"""Columns at any path of a table, own, linked or the profile's, and how often they are empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.schema import LINE_NUMBER, TARGET, ColumnType
from engine.tables.interim import Table, TableStore

if TYPE_CHECKING:
    import ibis

_KEY = "__key"


def reach(table: Table, paths: Iterable[str], resource: Callable[[str], Table]) -> ibis.Table | None:
    """Return the columns of `table` at `paths`, each under its path; None when none of them exists.

    `target.…` is looked up by the table's key in the resource of its dimension: rows never multiply.
    """
    known = [path for path in dict.fromkeys(paths) if table.schema.column(path) is not None]
    if not known:
        return None
    looked_up = {path: path.partition(".")[2] for path in known if _is_looked_up(table, path)}
    expr = table.expr
    if looked_up:
        dimension = resource(table.schema.dimension)
        columns = {path: dimension.expr[name] for path, name in looked_up.items()}
        profiles = dimension.expr.select(**{_KEY: dimension.expr[dimension.schema.key]}, **columns)
        expr = expr.left_join(profiles, expr[table.schema.key] == profiles[_KEY])
    return expr.select(**{path: expr[path] if path in looked_up else _value(expr, path) for path in known})


def _is_looked_up(table: Table, path: str) -> bool:
    link = table.schema.link(path.partition(".")[0])
    return link is not None and link.id == TARGET and not link.is_stored


def _value(expr: ibis.Table, path: str) -> Any:
    head, *rest = path.split(".")
    value = expr[head]
    for name in rest:
        value = value[name]
    return value


def order_of(table: Table) -> str:
    """Return the column that rows are read in the order of: the key, else the line number, else none."""
    if table.schema.key and table.schema.column(table.schema.key) is not None:
        return table.schema.key
    return LINE_NUMBER if table.schema.column(LINE_NUMBER) is not None else ""


def empty_counts(
    store: TableStore, table: Table, paths: Sequence[str], resource: Callable[[str], Table]
) -> Mapping[str, int]:
    """Return for each path in how many rows it is NULL, or a list without entries. One scan for all of them."""
    columns = reach(table, paths, resource)
    if columns is None:
        return {}
    counts = {path: _is_empty(table, path, columns[path]).sum() for path in columns.columns}
    row = store.rows(columns.aggregate(**counts))[0]
    return {path: int(row[path] or 0) for path in columns.columns}


def _is_empty(table: Table, path: str, value: Any) -> Any:
    column = table.schema.column(path)
    if column is not None and column.type is ColumnType.LIST:
        return value.isnull() | (value.length() == 0)
    return value.isnull()
