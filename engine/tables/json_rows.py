"""JSON to rows: the rows of an answer under the columns that were agreed (ACS 1.5)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import NoneType
from typing import TYPE_CHECKING, Any

from engine.errors import Code, DataError, Level
from engine.schema import LINE_NUMBER, Column, ColumnType, TableSchema
from engine.tables.json_choice import choose, rows_at
from engine.tables.json_entries import ABSENT, Entries, Values
from engine.tables.json_names import are_lossy, cells, listed
from engine.tables.json_nested import PARENT_LINE, is_within, key_around, nested_rows
from engine.tables.json_objects import ManyObjects
from engine.tables.json_shapes import KEY, Mode, is_nested, shapes_in
from engine.tables.json_text import at_pointer, leaves, step
from engine.text import Text

if TYPE_CHECKING:
    import pyarrow as pa

    from engine.tables.interim import Table, TableStore

BAD_PROPERTY = Code(
    "EXT-BAD-PROPERTY", "A property holds an object or a list where a column needs a value.", acs="WKF-560240"
)
LACKING = Code("EXT-DRIFT-MISSING", "An answer has nothing at all for a column.")


@dataclass(frozen=True, slots=True)
class JsonColumn:
    """Where the values of a column stand: `key` is a property of each element, or a JSON Pointer."""

    id: str
    key: str
    type: ColumnType = ColumnType.TEXT
    is_ignored: bool = False


@dataclass(frozen=True, slots=True)
class RowNote:
    """What somebody should know about an answer's rows, how much it matters, its code, and the properties it names."""

    level: Level
    text: Text
    code: Code | None = None
    names: tuple[str, ...] = ()


class Cells(Mapping[str, Sequence[str | None]]):
    """The texts of columns by id, made of their JSON values when somebody asks for them."""

    def __init__(self, values: Mapping[str, Values], types: Mapping[str, ColumnType]) -> None:
        """Write `values`, plain JSON values by column id, for columns of these `types`."""
        self.values_of = values
        self._types = types
        self._texts: dict[str, Sequence[str | None]] = {}

    def __getitem__(self, id: str) -> Sequence[str | None]:
        """Return the texts of a column."""
        if id not in self._texts:
            values = self.values_of[id]
            self._texts[id] = cells(values.items, values.kinds, self._types[id])
        return self._texts[id]

    def __iter__(self) -> Iterator[str]:
        """Yield the ids."""
        return iter(self.values_of)

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self.values_of)


@dataclass(frozen=True, slots=True)
class JsonRows:
    """Rows as texts by column id, in the order of the answer, and what did not fit the columns.

    Rows of lists within entries also have `parentLine`, a number up to `parents`.
    """

    columns: Mapping[str, Sequence[str | None]]
    count: int
    notes: tuple[RowNote, ...] = ()
    parents: int = 0

    @property
    def lines(self) -> pa.Table:
        """Return the rows as an Arrow table: a text column under each id, and `lineNum` from 1."""
        import pyarrow as pa

        return pa.table({**{id: self.texts(id) for id in self.columns}, LINE_NUMBER: self.numbers})

    @property
    def numbers(self) -> pa.Array:
        """Return the numbers of the lines, from 1."""
        import pyarrow as pa
        from pyarrow import compute

        first = next(iter(self.columns), None)
        known = self.values(first) if first is not None else None
        count = self.count if first is None else len(known.items if known is not None else self.columns[first])
        return compute.cumulative_sum(pa.repeat(pa.scalar(1, pa.int64()), count))

    def texts(self, id: str) -> pa.Array:
        """Return the texts of a column as an Arrow array."""
        import pyarrow as pa

        values = self.values(id)
        if values is not None and values.kinds <= {str, NoneType}:
            try:
                return pa.array(values.items, pa.string())
            except UnicodeEncodeError:
                pass  # a half of a character, which becomes a readable one
        return pa.array(self.columns[id], pa.string())

    def values(self, id: str) -> Values | None:
        """Return the plain JSON values that the texts of a column are made of, None where nobody knows them."""
        return self.columns.values_of[id] if isinstance(self.columns, Cells) else None

    def table(self, store: TableStore) -> Table:
        """Return the rows as a table of texts, with `lineNum` from 1."""
        columns = (*(Column(id, ColumnType.TEXT) for id in self.columns), Column(LINE_NUMBER, ColumnType.INTEGER))
        return store.from_arrow(self.lines, TableSchema(columns))


class JsonDocument:
    """A JSON value, the rows of which are looked for once, whoever asks for them."""

    def __init__(self, value: Any, together: Mapping[int, ManyObjects] | None = None) -> None:
        """Look for rows in `value`; `together` has what is known of lists of objects, by the id of the list."""
        self.value = value
        self._together = together or {}
        self._found: dict[tuple[object, ...], Entries] = {}

    @classmethod
    def of(cls, value: Any) -> JsonDocument:
        """Return `value` as a document, if it is none yet."""
        return value if isinstance(value, JsonDocument) else cls(value)

    def entries(self, keys: Sequence[str], *, mode: Mode, pointer: str | None) -> Entries:
        """Return what the rows are made of; `keys` are those of the columns. Raises DataError."""
        place = (mode, pointer, tuple(keys))
        if place not in self._found:
            elements = _elements(self.value, keys, mode, pointer)
            self._found[place] = Entries(elements, self._together.get(id(elements)))
        return self._found[place]


def _elements(value: Any, keys: Sequence[str], mode: Mode, pointer: str | None) -> Sequence[Any]:
    if mode == "flatten":
        return [value]
    if pointer and is_within(pointer):
        return nested_rows(value, pointer, mode, _own_keys(keys, pointer)).rows
    return rows_at(value, pointer or _pointer_of(value, mode), mode, [key for key in keys if key != KEY])


def read_rows(
    document: Any,
    columns: Sequence[JsonColumn],
    *,
    mode: Mode,
    pointer: str | None,
    most: int | None = None,
    read_elsewhere: Collection[str] = (),
) -> JsonRows:
    """Return the rows of an answer: one for each entry of what stands at `pointer`, or one in all (flatten).

    `document` is a JSON value or a `JsonDocument`. Of more than `most` rows only the first are returned; `count` is
    that of all. Of the properties that no column reads those `read_elsewhere` are no news.

    Without a pointer the list is looked for as in a sample; an answer's only list may be empty. Raises DataError when
    there is no such list, or a column would get an object.
    """
    opened = JsonDocument.of(document)
    value = opened.value
    if mode != "flatten" and not pointer:
        pointer = _pointer_of(value, mode)
    if mode != "flatten" and pointer and is_within(pointer):
        return _read_nested(value, columns, mode, pointer, read_elsewhere)
    entries = opened.entries([column.key for column in columns], mode=mode, pointer=pointer)
    total = len(entries)
    if most is not None and most < total:
        entries = Entries(entries.elements[:most])
    told = _Told()
    if mode == "flatten":
        found = {
            column.id: told.plain(column, Values.of([at_pointer(value, column.key, ABSENT)])) for column in columns
        }
        rest = _unmapped(value, columns)
    else:
        found = {column.id: told.plain(column, entries.column(column.key)) for column in columns}
        whole = Entries([at_pointer(value, pointer or "")]) if mode == "parallel" else entries
        rest = _unknown(whole, columns, read_elsewhere)
    return JsonRows(_cells(found, columns), total, tuple(told.notes(rest, len(entries))))


def _cells(values: Mapping[str, Values], columns: Sequence[JsonColumn]) -> Cells:
    return Cells(values, {column.id: column.type for column in columns})


def _read_nested(
    document: Any, columns: Sequence[JsonColumn], mode: Mode, pointer: str, read_elsewhere: Collection[str]
) -> JsonRows:
    """Return the rows of the lists within the entries of others; columns can also read what stands around them."""
    nested = nested_rows(document, pointer, mode, _own_keys([column.key for column in columns], pointer))
    own, told = Entries(nested.rows), _Told()
    found: dict[str, Values] = {}
    for column in columns:
        around = key_around(pointer, column.key)
        entries, key = (own, column.key) if around is None else (Entries(nested.values_around(around[0])), around[1])
        found[column.id] = told.plain(replace(column, key=key), entries.column(key))
    found[PARENT_LINE] = Values.of(nested.lines)
    notes = told.notes(_unknown(own, columns, read_elsewhere), len(own))
    line = JsonColumn(PARENT_LINE, PARENT_LINE, ColumnType.INTEGER)
    return JsonRows(_cells(found, [*columns, line]), len(own), tuple(notes), nested.parents)


def _own_keys(keys: Sequence[str], pointer: str) -> Sequence[str]:
    return [key for key in keys if key != KEY and key_around(pointer, key) is None]


@dataclass(slots=True)
class _Told:
    """What is odd about the values of columns: how often they are missing, and where digits would be lost."""

    missing: dict[str, int] = field(default_factory=dict)
    lossy: list[str] = field(default_factory=list)

    def plain(self, column: JsonColumn, values: Values) -> Values:
        """Return the values of a column, None for what is missing. Raises DataError for an object or a list."""
        if object in values.kinds:
            if not column.is_ignored:
                self.missing[column.id] = values.items.count(ABSENT)
            values = Values.of([None if value is ABSENT else value for value in values.items])
        if any(issubclass(kind, Mapping | list | tuple) for kind in values.kinds):
            if not column.is_ignored:
                place = next(place for place, value in enumerate(values.items) if is_nested(value))
                raise _bad_property(column, values.items[place], place + 1)
            values = Values.of([None if is_nested(value) else value for value in values.items])
        if column.type is ColumnType.FLOAT and not column.is_ignored and are_lossy(values.items, values.kinds):
            self.lossy.append(column.id)
        return values

    def notes(self, rest: Sequence[str], rows: int) -> Iterator[RowNote]:
        """Yield what should be known, with the properties that no column reads."""
        if self.missing:
            names = listed([f"{id} ({count})" if count < rows else id for id, count in self.missing.items()])
            code = LACKING if rows in self.missing.values() else None
            yield RowNote(
                Level.WARNING, Text("The answer lacks columns, which stay empty: {names}.", names=names), code
            )
        if self.lossy:
            names = listed(self.lossy)
            text = Text("Numbers lose digits in {names}: choose the type Text to keep them all.", names=names)
            yield RowNote(Level.WARNING, text)
        if rest:
            names = listed(rest)
            yield RowNote(Level.INFO, Text("The answer has properties that are not mapped: {names}.", names=names))


def _pointer_of(document: Any, mode: Mode) -> str:
    """Return where the rows stand when nobody said so."""
    shapes = shapes_in(document)
    is_only = len(shapes) == 1 and shapes[0].mode == mode
    return shapes[0].pointer if is_only else choose(document, mode=mode).pointer


def _first_step(key: str) -> str:
    return key.split("/")[1].replace("~1", "/").replace("~0", "~") if key.startswith("/") else key


def _unknown(entries: Entries, columns: Sequence[JsonColumn], read_elsewhere: Collection[str]) -> Sequence[str]:
    """Return the properties of entries that no column reads."""
    known = {part for column in columns for part in (column.key, _first_step(column.key))} | set(read_elsewhere)
    return sorted(set(entries.names) - known - {KEY})


def _unmapped(document: Any, columns: Sequence[JsonColumn]) -> Sequence[str]:
    """Return the leaves that no column of a flattened answer reads, in document order."""
    known = {column.key for column in columns}
    return [key for key, _, _ in leaves(document) if key not in known]


def _bad_property(column: JsonColumn, value: Any, line: int) -> DataError:
    kind = Text("an object") if isinstance(value, Mapping) else Text("a list")
    return DataError(
        BAD_PROPERTY,
        Text(
            "“{key}” should be a value for the column “{id}”, but entry {line} has {kind} there.",
            key=column.key,
            id=column.id,
            line=str(line),
            kind=kind,
        ),
        hint=Text(
            "Ignore the column, or give it a key that reads a value inside, such as {key}/….", key=_inside(column)
        ),
        field="response.columns",
    )


def _inside(column: JsonColumn) -> str:
    return column.key if column.key.startswith("/") else step(column.key)
