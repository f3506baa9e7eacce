"""Pages of a materialised table of any size: in its own order, sorted by a column, through a filter."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from engine.errors import Code, DataError, SettingsError
from engine.schema import Column, ColumnType
from engine.tables.backend import quoted_name, quoted_path, quoted_text
from engine.tables.interim import TableStore
from engine.tables.whole_files import whole_file
from engine.text import Text

TABLE_GONE = Code("DATA-TABLE-GONE", "The table that should be shown is no longer kept.")
NO_SORT_COLUMN = Code("DATA-SORT-COLUMN", "Rows are asked for by a column that their table does not have.")

_BLOCK: Final = 10_000
"""So many rows of a sorted or filtered table are gathered at a time: they lie all over the file."""
_FILES_KEPT: Final = 60
_BYTES_KEPT: Final = 500_000_000
_POSSIBLE: Final[Mapping[ColumnType, re.Pattern[str]]] = {
    ColumnType.INTEGER: re.compile(r"-?[0-9]*"),
    ColumnType.FLOAT: re.compile(r"[-+.0-9e]*"),
    ColumnType.DATE: re.compile(r"[-0-9]*"),
    ColumnType.DATE_TIME: re.compile(r"[-:. t0-9]*"),
}


Among = tuple[str, Sequence[str]]
"""A path, and the texts one of which a row must have there."""


def page(  # noqa: PLR0913 - one page, all by name
    store: TableStore,
    key: str,
    *,
    offset: int,
    limit: int,
    sort: tuple[str, bool] | None,
    filter: str | None,
    among: Among | None = None,
) -> dict[str, Any]:
    """Return rows `offset` to `offset + limit` of the table with the content `key`, ready for JSON.

    `sort` is a path and whether the largest come first; NULL comes last. `filter` keeps the rows with a value whose
    text holds it, in small or capital letters; `among` keeps the rows that it names. The answer has `columns` (path,
    type, label; stored links flattened), `rows` (lists in the order of the columns), the exact `total` and `offset`.
    Raises DataError, SettingsError.
    """
    table = store.find(key) if re.fullmatch(r"[\w.-]+", key) else None
    if table is None or table.path is None:
        hint = Text("Run the flow again.")
        raise DataError(TABLE_GONE, Text("The table that should be shown is no longer there."), hint=hint)
    columns = dict(table.schema.stored_paths())
    for path in [named[0] for named in (sort, among) if named is not None]:
        if path not in columns:
            raise SettingsError(NO_SORT_COLUMN, Text("The table has no column “{path}” any more.", path=path))
    offset, limit = max(0, offset), max(0, limit)
    if sort is None and not filter and among is None:
        total = table.rows or 0
        rows = _rows(store, table.path, columns, offset, limit)
    else:
        index = _index(store, table.path, columns, sort, filter or "", among)
        total = _rows_of(store, index)
        rows = _picked_rows(store, table.path, index, columns, range(offset, min(offset + limit, total)))
    return {
        "columns": [{"path": path, "type": str(each.type), "label": each.label} for path, each in columns.items()],
        "rows": rows,
        "total": total,
        "offset": offset,
    }


def _picked_rows(
    store: TableStore, table: Path, index: Path, columns: Mapping[str, Column], places: range
) -> list[list[Any]]:
    """Return the rows at `places` of the index, block by block."""
    rows: list[list[Any]] = []
    while places:
        number, first = divmod(places[0], _BLOCK)
        here = places[: _BLOCK - first]
        rows += _rows(store, _block(store, table, index, number), columns, first, len(here))
        places = places[len(here) :]
    return rows


def _rows(store: TableStore, path: Path, columns: Mapping[str, Column], first: int, limit: int) -> list[list[Any]]:
    picked = ", ".join(f"{_value(name)} AS c{place}" for place, name in enumerate(columns))
    query = (
        f"SELECT {picked} FROM {_numbered(path)} "  # noqa: S608 # names are quoted
        f"WHERE file_row_number BETWEEN {first} AND {first + limit - 1} ORDER BY file_row_number"
    )
    found = store.fetch(query)
    if not columns:
        return [[] for _ in range(found.num_rows)]
    return [[_plain(value) for value in row] for row in zip(*(each.to_pylist() for each in found.columns), strict=True)]


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return value


def _numbered(path: Path) -> str:
    return f"read_parquet({quoted_path(path)}, file_row_number=true)"


def _value(path: str) -> str:
    head, *rest = path.split(".")
    value = quoted_name(head)
    for name in rest:
        value = f"struct_extract({value}, {quoted_text(name)})"
    return value


def _index(
    store: TableStore,
    table: Path,
    columns: Mapping[str, Column],
    sort: tuple[str, bool] | None,
    filter: str,
    among: Among | None,
) -> Path:
    """Return the file that lists the rows of the table that pass the filter, in order; made when it is first needed."""
    name = json.dumps([sort, filter, among, table.stat().st_mtime_ns])
    digest = hashlib.sha256(name.encode("utf-8")).hexdigest()[:20]
    index = table.parent / "pages" / f"{table.stem}.{digest}.parquet"
    if not index.is_file():
        picked = [f"({' OR '.join(_conditions(columns, filter)) or 'FALSE'})"] if filter else []
        picked += [_is_among(*among)] if among is not None else []
        where = f"WHERE {' AND '.join(picked)}" if picked else ""
        by = f"{_value(sort[0])} {'DESC' if sort[1] else 'ASC'} NULLS LAST, " if sort is not None else ""
        query = f'SELECT file_row_number AS "row" FROM {_numbered(table)} {where} ORDER BY {by}file_row_number'  # noqa: S608 # names and texts are quoted
        _write(store, query, index)
    return index


def _block(store: TableStore, table: Path, index: Path, number: int) -> Path:
    """Return the file with a block of the rows that the index lists, in order; made when it is first needed."""
    block = index.with_suffix(f".{number}.parquet")
    if not block.is_file():
        first = number * _BLOCK
        wanted = (
            f'SELECT file_row_number AS place, "row" FROM {_numbered(index)} '  # noqa: S608 # a path, quoted
            f"WHERE file_row_number BETWEEN {first} AND {first + _BLOCK - 1}"
        )
        joined = f'SELECT t.*, w.place FROM {_numbered(table)} t JOIN ({wanted}) w ON t.file_row_number = w."row"'  # noqa: S608 # a path, quoted
        _write(store, f"SELECT * EXCLUDE (file_row_number, place) FROM ({joined}) ORDER BY place", block)  # noqa: S608 # a path, quoted
    return block


def _write(store: TableStore, query: str, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    _forget_old(path.parent)
    with whole_file(path) as part:
        store.fetch(f"COPY ({query}) TO {quoted_path(part)} (FORMAT parquet, COMPRESSION snappy)")


def _forget_old(folder: Path) -> None:
    """Keep the youngest files, as many and as large together as we want to keep."""
    kept = 0
    files = sorted(folder.glob("*.parquet"), key=lambda each: each.stat().st_mtime_ns, reverse=True)
    for number, file in enumerate(files):
        kept += file.stat().st_size
        if number >= _FILES_KEPT or kept > _BYTES_KEPT:
            file.unlink(missing_ok=True)


def _rows_of(store: TableStore, index: Path) -> int:
    found = store.fetch(f"SELECT num_rows FROM parquet_file_metadata({quoted_path(index)})")  # noqa: S608
    return int(found.column(0)[0].as_py())


def _is_among(path: str, texts: Sequence[str]) -> str:
    """Return the condition that the value at `path` is, as text, one of `texts`."""
    if not texts:
        return "FALSE"
    return f"CAST({_value(path)} AS VARCHAR) IN ({', '.join(map(quoted_text, texts))})"


def _conditions(columns: Mapping[str, Column], filter: str) -> list[str]:
    """Return for each column that could hold `filter` the condition that it does."""
    needle = filter.lower()
    return [_contains(_value(path), column.type, needle) for path, column in columns.items() if _may(column, needle)]


def _may(column: Column, needle: str) -> bool:
    """Return whether a value's text can hold `needle` at all: most searches need not look at numbers."""
    if column.type is ColumnType.BOOLEAN:
        return needle in "true" or needle in "false"
    pattern = _POSSIBLE.get(column.type)
    return pattern is None or pattern.fullmatch(needle) is not None


def _contains(value: str, type: ColumnType, needle: str) -> str:
    if type is ColumnType.DATE_TIME:
        value, needle = f"CAST({value} AS VARCHAR)", needle.replace("t", " ")
    elif type is ColumnType.LIST:
        value = f"lower(CAST({value} AS VARCHAR))"
    elif type is not ColumnType.TEXT:
        value = f"CAST({value} AS VARCHAR)"
    elif needle != needle.upper():
        value = f"lower({value})"
    return f"contains({value}, {quoted_text(needle)})"
