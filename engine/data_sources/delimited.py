"""CSV and its kin as tables: described once by looking at all of the file, then written as Parquet."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from engine.data_sources.layout import Layout, completed, text_of
from engine.data_sources.memory import fingerprint_of, remembered
from engine.data_sources.text_files import Check, opened
from engine.errors import Code, DataError
from engine.schema import Column, ColumnType, TableSchema
from engine.tables.column_names import column_ids, names_codes
from engine.tables.import_text import Bad, BadRecord, Shape, batches, found_types, write_lines, write_typed
from engine.tables.interim import Table, TableStore
from engine.text import Text

if TYPE_CHECKING:
    import pyarrow as pa

RAGGED = Code("DATA-RAGGED", "Records of a file have more or fewer values than there are columns.")

_SHOWN: Final = 3
_VERSION: Final = 2
"""Goes up when the same file would be described otherwise."""


@dataclass(frozen=True, slots=True)
class Described:
    """A delimited file: how it is cut, its columns with the types that all their values have, and its records."""

    layout: Layout
    columns: tuple[Column, ...]
    rows: int
    bad: int

    @property
    def shape(self) -> Shape:
        """Return how the records are cut."""
        return shape_of(self.layout, tuple(column.id for column in self.columns))


def shape_of(layout: Layout, ids: tuple[str, ...]) -> Shape:
    """Return how records are cut into the columns `ids`, by a completed layout."""
    return Shape(ids, layout.delimiter or ",", layout.quote or "", layout.spans_lines)


def described(path: Path, layout: Layout, check: Check = lambda: None) -> Described:
    """Return what the file holds. Raises FileError, DataError, RunCancelled."""
    name = fingerprint_of(path, "described", _VERSION, layout)
    found = remembered(name, lambda: _find_out(path, layout, check))
    return Described(
        _layout(found["layout"]),
        tuple(Column.from_json(column) for column in found["columns"]),
        found["rows"],
        found["bad"],
    )


def cut(path: Path, layout: Layout) -> Layout:
    """Return the layout with what was left open found out, remembered for the file. Raises FileError."""
    name = fingerprint_of(path, "cut", _VERSION, layout)
    found = remembered(name, lambda: dataclasses.asdict(completed(path, layout)))
    return _layout(found)


def _layout(found: Mapping[str, Any]) -> Layout:
    return Layout(**{**found, "names": tuple(found["names"])})


def _find_out(path: Path, layout: Layout, check: Check) -> dict[str, Any]:
    layout = cut(path, layout)
    ids = column_ids(layout.names)
    bad = Bad(kept=0)
    with _records(path, layout, ids, bad, check) as pieces:
        types, rows = found_types(pieces, len(ids))
    columns = [
        Column(id, _with_codes(name, type), label=name if name != id else "")
        for id, type, name in zip(ids, types, layout.names, strict=True)
    ]
    return {
        "layout": dataclasses.asdict(layout),
        "columns": [column.to_json() for column in columns],
        "rows": rows,
        "bad": bad.count,
    }


def _with_codes(name: str, type: ColumnType) -> ColumnType:
    return ColumnType.TEXT if type is ColumnType.INTEGER and names_codes(name) else type


@contextmanager
def _records(
    path: Path, layout: Layout, ids: tuple[str, ...], bad: Bad, check: Check
) -> Iterator[Iterator[pa.RecordBatch]]:
    with opened(path) as file:
        text = text_of(path, layout, file, check)
        yield batches(text, shape_of(layout, ids), bad, name=path.name)


def imported(path: Path, store: TableStore, key: str) -> Table:
    """Return the file as a table that is kept under `key`. Raises DataError for records of another width."""
    found = described(path, Layout(), store.check_stopped)
    bad = Bad(kept=_SHOWN)
    shape = found.shape
    with _records(path, found.layout, shape.ids, bad, store.check_stopped) as pieces:
        types = [column.type for column in found.columns]
        rows = write_typed(pieces, shape, types, store.folder / f"{key}.parquet")
    if bad.count:
        raise ragged(path, bad, len(shape.ids))
    return store.adopt(key, TableSchema(found.columns), rows)


def imported_text(path: Path, layout: Layout, ids: tuple[str, ...], bad: Bad, store: TableStore, key: str) -> Table:
    """Return the file's records as text columns with `lineNum`, kept under `key`; those of another width go to `bad`.

    `layout` must be completed.
    """
    shape = shape_of(layout, ids)
    with _records(path, layout, ids, bad, store.check_stopped) as pieces:
        rows = write_lines(pieces, shape, bad, store.folder / f"{key}.parquet")
    columns = (*(Column(id, ColumnType.TEXT) for id in ids), Column("lineNum", ColumnType.INTEGER, is_system=True))
    return store.adopt(key, TableSchema(columns), rows)


def first_records(path: Path, layout: Layout, ids: tuple[str, ...], most: int, store: TableStore) -> Table:
    """Return the file's first `most` records as text columns with `lineNum`; those of another width are left out.

    `layout` must be completed. No more of the file is read than that takes.
    """
    rows: list[dict[str, Any]] = []
    with _records(path, layout, ids, Bad(kept=0), store.check_stopped) as pieces:
        for piece in pieces:
            rows += piece.slice(0, most - len(rows)).to_pylist()
            if len(rows) >= most:
                break
    columns = (*(Column(id, ColumnType.TEXT) for id in ids), Column("lineNum", ColumnType.INTEGER, is_system=True))
    numbered = [{**row, "lineNum": number} for number, row in enumerate(rows, start=1)]
    return store.from_rows(numbered, TableSchema(columns))


def ragged(path: Path, bad: Bad, columns: int) -> DataError:
    """Return the error for records that do not have one value for each column."""
    text = Text.plural(
        "“{file}”: {count} record does not have {columns} values: {first}.",
        "“{file}”: {count} records do not have {columns} values: {first}.",
        count=bad.count,
        file=path.name,
        columns=columns,
        first=", ".join(str(_shown(record)) for record in bad.records),
    )
    hint = Text("Mend the file, or read it with a Load file activity, which rejects such lines.")
    return DataError(RAGGED, text, hint=hint)


def _shown(record: BadRecord) -> Text:
    return Text("number {number} has {values}", number=record.number, values=record.values)
