"""Parquet files of any writer as tables of our types; columns that we have no type for are left out."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.data_sources.memory import fingerprint_of, remembered
from engine.data_sources.text_files import reading
from engine.errors import Code, DataError, FileError
from engine.schema import Column, ColumnType, TableSchema
from engine.tables.backend import quoted_name, quoted_path
from engine.tables.column_names import column_ids
from engine.tables.interim import Table, TableStore
from engine.tables.types import column_of
from engine.text import Text

if TYPE_CHECKING:
    import ibis
    import ibis.expr.datatypes as dt

BROKEN_PARQUET = Code("FILE-PARQUET", "A Parquet file is damaged, or holds no column that can be used.")

_VERSION: Final = 1


def described(path: Path) -> tuple[TableSchema, tuple[str, ...]]:
    """Return the columns of the file that can be used, and the names of those that are left out. Raises FileError."""
    found = remembered(fingerprint_of(path, "parquet", _VERSION), lambda: _find_out(path))
    return TableSchema.from_json(found["schema"]), tuple(found["left_out"])


def _find_out(path: Path) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="campaign-flow-") as folder, TableStore(Path(folder)) as store:
        schema, _, left_out = _read(path, store, store.folder / "file.parquet")
    return {"schema": schema.to_json(), "left_out": left_out}


def imported(path: Path, store: TableStore, key: str) -> Table:
    """Return the file as a table that is kept under `key`. Raises FileError, DataError."""
    link = store.folder / f"{key}.source.parquet"
    try:
        schema, expr, _ = _read(path, store, link)
        return store.materialise(Table(expr, schema), key)
    finally:
        link.unlink(missing_ok=True)


def _read(path: Path, store: TableStore, link: Path) -> tuple[TableSchema, ibis.Table, list[str]]:
    """Read `path` through `link`, a name within the store's folder: paths with `*` or `[` would be patterns."""
    with reading(path):
        link.unlink(missing_ok=True)
        try:
            link.hardlink_to(path.resolve(strict=True))
        except OSError:
            shutil.copyfile(path, link)
    source = f"read_parquet({quoted_path(link)})"
    try:
        types = store.sql(f"SELECT * FROM {source}").schema()  # noqa: S608 # a path, quoted
    except DataError:
        raise _broken(path, Text("it is damaged")) from None
    names = [name for name in types.names if _usable(name, types[name]) is not None]
    if not names:
        raise _broken(path, Text("it has no column of text, numbers, dates or truth values"))
    columns, picked = [], []
    for id, name in zip(column_ids(names), names, strict=True):
        column = _usable(name, types[name])
        type = column.type if column is not None else ColumnType.TEXT
        columns.append(Column(id, type, label=name if name != id else ""))
        picked.append(f"{_value(quoted_name(name), type)} AS {quoted_name(id)}")
    expr = store.sql(f"SELECT {', '.join(picked)} FROM {source}")  # noqa: S608 # names and path are quoted
    return TableSchema(tuple(columns)), expr, [name for name in types.names if name not in names]


def _usable(name: str, type: dt.DataType) -> Column | None:
    column = column_of(name, type)
    return None if column is None or column.type is ColumnType.LIST else column


def _value(name: str, type: ColumnType) -> str:
    if type is ColumnType.FLOAT:
        return f"CASE WHEN isfinite(CAST({name} AS DOUBLE)) THEN CAST({name} AS DOUBLE) END"
    kinds = {
        ColumnType.INTEGER: "BIGINT",
        ColumnType.BOOLEAN: "BOOLEAN",
        ColumnType.DATE: "DATE",
        ColumnType.DATE_TIME: "TIMESTAMP",
        ColumnType.TEXT: "VARCHAR",
    }
    return f"CAST({name} AS {kinds[type]})"


def _broken(path: Path, reason: Text) -> FileError:
    return FileError(
        BROKEN_PARQUET,
        Text("“{file}” cannot be used as a table: {reason}.", file=path.name, reason=reason),
        hint=Text("Choose another file, or write it again."),
    )
