"""Delimited text into Parquet files: cut by Arrow, types found out over all rows, columns converted as they pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from engine.errors import Code, DataError
from engine.schema import LINE_NUMBER, ColumnType
from engine.tables.whole_files import PARQUET, ROW_GROUP, whole_file
from engine.text import Text

if TYPE_CHECKING:
    import pyarrow as pa

BROKEN_RECORD = Code("DATA-RECORD", "A file cannot be cut into records, mostly because a quotation mark is not closed.")

_BLOCK: Final = 8 << 20
_BAD_TEXT: Final = 2000


class Readable(Protocol):
    """Bytes of UTF-8 text, one piece after the other."""

    closed: bool
    quotes: int

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, none at the end."""

    def readable(self) -> bool:
        """Return True."""

    def close(self) -> None:
        """Do no more."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How records are cut: `ids` are the columns in order; `quote` is empty where nothing is quoted."""

    ids: tuple[str, ...]
    delimiter: str
    quote: str
    spans_lines: bool = True


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record with more or fewer values than there are columns; `number` counts records from 1."""

    number: int
    values: int
    text: str


@dataclass(slots=True)
class Bad:
    """The records that do not have one value for each column: the first `kept` of them, and how many there are."""

    kept: int
    records: list[BadRecord] = field(default_factory=list)
    count: int = 0


def batches(text: Readable, shape: Shape, bad: Bad, *, name: str) -> Iterator[pa.RecordBatch]:
    """Yield the records as text columns, an empty value as NULL; records of another width go to `bad`.

    `name` is the file's, for what goes wrong. Raises DataError for text that cannot be cut.
    """
    import pyarrow as pa
    from pyarrow import csv

    def refuse(row: Any) -> str:
        bad.count += 1
        if len(bad.records) < bad.kept:
            bad.records.append(BadRecord(row.number or 0, row.actual_columns, row.text[:_BAD_TEXT]))
        return "skip"

    source = pa.PythonFile(text, mode="r")
    try:
        reader = csv.open_csv(
            source,
            read_options=csv.ReadOptions(column_names=list(shape.ids), block_size=_BLOCK, use_threads=False),
            parse_options=csv.ParseOptions(
                delimiter=shape.delimiter,
                quote_char=shape.quote or False,
                double_quote=True,
                newlines_in_values=shape.spans_lines and bool(shape.quote),
                invalid_row_handler=refuse,
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(shape.ids, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
        last = None
        for batch in reader:
            if batch.num_rows:
                last = batch
                yield batch
        _refuse_open_quote(last, text, name)
    except pa.ArrowInvalid as error:
        if "Empty CSV file" not in str(error):
            raise _broken(name) from None


def _refuse_open_quote(last: pa.RecordBatch | None, text: Readable, name: str) -> None:
    """Raise DataError where the last record swallowed the end of the file, because its quotation mark is not closed."""
    if last is None or text.quotes % 2 == 0:
        return
    if any("\n" in (column[-1].as_py() or "") for column in last.columns):
        raise _broken(name)


def _broken(name: str) -> DataError:
    return DataError(
        BROKEN_RECORD,
        Text("“{file}” cannot be cut into records: a quotation mark is opened and never closed.", file=name),
        hint=Text("Mend the file, or choose another string delimiter."),
    )


def found_types(pieces: Iterator[pa.RecordBatch], width: int) -> tuple[tuple[ColumnType, ...], int]:
    """Return the type that every value of each column has, and the number of rows.

    Text with leading zeros, plus signs, exponents or more digits than a number keeps stays text; so does a column
    without any value.
    """
    guesses = [_Guess() for _ in range(width)]
    rows = 0
    for piece in pieces:
        rows += piece.num_rows
        for guess, column in zip(guesses, piece.columns, strict=True):
            guess.look(column)
    return tuple(guess.type for guess in guesses), rows


class _Guess:
    """What the values of a column can be, the narrowest first."""

    def __init__(self) -> None:
        self._candidates = list(_READERS)
        self._has_values = False

    @property
    def type(self) -> ColumnType:
        """Return the narrowest type that all values seen have."""
        return _READERS[self._candidates[0]][0] if self._candidates and self._has_values else ColumnType.TEXT

    def look(self, column: pa.Array) -> None:
        """Drop the candidates that some value of `column` is not."""
        if column.null_count == len(column):
            return
        if self._has_values:
            while self._candidates and not _fits(self._candidates[0], column):
                del self._candidates[0]
        else:
            self._has_values = True
            self._candidates = [name for name in self._candidates if _fits(name, column)]


_DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME: Final = "[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?"
_FLOATS: Final = (
    "(0|[1-9][0-9]{0,2})[.][0-9]{1,13}|(0|[1-9][0-9]{0,8})([.][0-9]{1,7})?|[1-9][0-9]{9,11}([.][0-9]{1,4})?"
)
_READERS: Final[Mapping[str, tuple[ColumnType, str]]] = {
    "integer": (ColumnType.INTEGER, "^(0|-?[1-9][0-9]{0,17})$"),
    "float": (ColumnType.FLOAT, f"^-?({_FLOATS})$"),
    "boolean": (ColumnType.BOOLEAN, "^([Tt]rue|TRUE|[Ff]alse|FALSE)$"),
    "date": (ColumnType.DATE, f"^{_DAY}$"),
    "moment": (ColumnType.DATE_TIME, f"^{_DAY}{_TIME}$"),
    "zoned": (ColumnType.DATE_TIME, f"^{_DAY}{_TIME}(Z|[+-][0-9]{{2}}:[0-9]{{2}})$"),
}


def as_type(column: pa.Array, type: ColumnType) -> pa.Array | None:
    """Return a text column as `type` when all its values are written in the plainest way, None when some are not."""
    names = [name for name, (kind, _) in _READERS.items() if kind is type]
    if len(names) > 1 and len(column) and not _fits(names[0], column[:1]):
        names = names[1:]  # what the first value is not, not all are
    for name in names:
        values = _read(name, column)
        if values is not None:
            return values
    return None


def _fits(name: str, column: pa.Array) -> bool:
    return _read(name, column) is not None


def _read(name: str, column: pa.Array) -> pa.Array | None:
    """Return a text column as what a reader makes of it, None where some value is nothing for it."""
    import pyarrow as pa
    from pyarrow import compute

    type, pattern = _READERS[name]
    if not compute.all(compute.match_substring_regex(column, pattern)).as_py():
        return None
    try:
        return _converted(column, type, is_zoned=name == "zoned")
    except pa.ArrowInvalid:
        return None  # a day or an hour that does not exist


def _converted(column: pa.Array, type: ColumnType, *, is_zoned: bool | None = None) -> pa.Array:
    """Return a text column as the type that was found for it; times have their zone where `is_zoned`."""
    import pyarrow as pa
    from pyarrow import compute

    if type is ColumnType.BOOLEAN:
        return compute.equal(compute.utf8_lower(column), "true")
    if type is ColumnType.DATE_TIME:
        if is_zoned is None:
            is_zoned = compute.any(compute.match_substring_regex(column, "(Z|[+-][0-9]{2}:[0-9]{2})$")).as_py()
        if is_zoned:
            return column.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))
        return column.cast(pa.timestamp("us"))
    types: Mapping[ColumnType, Callable[[], Any]] = {
        ColumnType.INTEGER: pa.int64,
        ColumnType.FLOAT: pa.float64,
        ColumnType.DATE: pa.date32,
        ColumnType.TEXT: pa.string,
    }
    return column.cast(types[type]())


def write_typed(pieces: Iterator[pa.RecordBatch], shape: Shape, types: Sequence[ColumnType], path: Path) -> int:
    """Write the records to a Parquet file, each column as its type; return the number of rows."""
    import pyarrow as pa

    def typed() -> Iterator[pa.RecordBatch]:
        for piece in pieces:
            columns = [_converted(column, type) for column, type in zip(piece.columns, types, strict=True)]
            yield pa.RecordBatch.from_arrays(columns, names=list(shape.ids))

    kinds = {
        ColumnType.INTEGER: pa.int64(),
        ColumnType.FLOAT: pa.float64(),
        ColumnType.BOOLEAN: pa.bool_(),
        ColumnType.DATE: pa.date32(),
        ColumnType.DATE_TIME: pa.timestamp("us"),
        ColumnType.TEXT: pa.string(),
    }
    schema = pa.schema([(id, kinds[type]) for id, type in zip(shape.ids, types, strict=True)])
    return _write(typed(), schema, path)


def write_lines(pieces: Iterator[pa.RecordBatch], shape: Shape, bad: Bad, path: Path) -> int:
    """Write the records to a Parquet file as text with `lineNum`; return the number of rows.

    `lineNum` is the place of a record among all records of the file, those in `bad` counted.
    """
    import pyarrow as pa

    def numbered() -> Iterator[pa.RecordBatch]:
        number, passed = 1, 0
        for piece in pieces:
            numbers: list[int] = []
            while len(numbers) < piece.num_rows:
                end = number + piece.num_rows - len(numbers)
                is_next = passed < len(bad.records) and bad.records[passed].number < end
                stop = bad.records[passed].number if is_next else end
                numbers.extend(range(number, stop))
                number, passed = stop + is_next, passed + is_next
            yield pa.RecordBatch.from_arrays([*piece.columns, pa.array(numbers, pa.int64())], schema=schema)

    schema = pa.schema([*((id, pa.string()) for id in shape.ids), (LINE_NUMBER, pa.int64())])
    return _write(numbered(), schema, path)


def _write(pieces: Iterator[pa.RecordBatch], schema: pa.Schema, path: Path) -> int:
    import pyarrow as pa
    from pyarrow import parquet

    rows, waiting, count = 0, [], 0
    with whole_file(path) as part, parquet.ParquetWriter(part, schema, **PARQUET) as writer:
        for piece in pieces:
            waiting.append(piece)
            count += piece.num_rows
            rows += piece.num_rows
            if count >= ROW_GROUP:
                writer.write_table(pa.Table.from_batches(waiting, schema), ROW_GROUP)
                waiting, count = [], 0
        writer.write_table(pa.Table.from_batches(waiting, schema), ROW_GROUP)
    return rows
