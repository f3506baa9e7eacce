"""JSON to rows: the rows of an answer under the columns that were agreed (ACS 1.5)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from engine.errors import Code, DataError, Level
from engine.schema import LINE_NUMBER, Column, ColumnType, TableSchema
from engine.tables.json_choice import choose, rows_at
from engine.tables.json_names import are_lossy, cells, listed
from engine.tables.json_nested import PARENT_LINE, is_within, key_around, nested_rows
from engine.tables.json_shapes import KEY, VALUE, Mode, has_nested, is_list, is_nested, member_at, shapes_in
from engine.tables.json_text import at_pointer, leaves, step
from engine.text import Text

if TYPE_CHECKING:
    import pyarrow as pa

    from engine.tables.interim import Table, TableStore

BAD_PROPERTY = Code(
    "EXT-BAD-PROPERTY", "A property holds an object or a list where a column needs a value.", acs="WKF-560240"
)
LACKING = Code("EXT-DRIFT-MISSING", "An answer has nothing at all for a column.")

_ABSENT: Final = object()
_class_of = type


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

        texts = {id: pa.array(values, pa.string()) for id, values in self.columns.items()}
        count = len(next(iter(texts.values()), range(self.count)))
        return pa.table({**texts, LINE_NUMBER: pa.array(range(1, count + 1), pa.int64())})

    def table(self, store: TableStore) -> Table:
        """Return the rows as a table of texts, with `lineNum` from 1."""
        columns = (*(Column(id, ColumnType.TEXT) for id in self.columns), Column(LINE_NUMBER, ColumnType.INTEGER))
        return store.from_arrow(self.lines, TableSchema(columns))


def value_of(element: Any, key: str, default: Any) -> Any:
    """Return what a row has for `key`, a property or a JSON Pointer; `default` when nothing is there.

    A row that is a plain value has it under `value`; one that is a list has its values at `/0`, `/1` and so on.
    """
    if isinstance(element, Mapping):
        return member_at(element, key, default)
    if is_list(element) and key.startswith("/"):
        return at_pointer(element, key, default)
    return element if key == VALUE and element is not None else default


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

    Of more than `most` rows only the first are returned; `count` is that of all. Of the properties that no column reads
    those `read_elsewhere` are no news.

    Without a pointer the list is looked for as in a sample; an answer's only list may be empty. Raises DataError when
    there is no such list, or a column would get an object.
    """
    if mode != "flatten" and not pointer:
        pointer = _pointer_of(document, mode)
    if mode != "flatten" and pointer and is_within(pointer):
        return _read_nested(document, columns, mode, pointer, read_elsewhere)
    elements = elements_of(document, [column.key for column in columns], mode=mode, pointer=pointer)
    total, elements = len(elements), elements[:most]
    missing: dict[str, int] = {}
    read = _flat_value if mode == "flatten" else value_of
    lossy: list[str] = []
    texts = {column.id: _texts(column, elements, read, missing, lossy) for column in columns}
    whole = [at_pointer(document, pointer or "")] if mode == "parallel" else elements
    rest = _unmapped(document, columns) if mode == "flatten" else _unknown(whole, columns, read_elsewhere)
    return JsonRows(texts, total, tuple(_notes(missing, lossy, rest, len(elements))))


def _read_nested(
    document: Any, columns: Sequence[JsonColumn], mode: Mode, pointer: str, read_elsewhere: Collection[str]
) -> JsonRows:
    """Return the rows of the lists within the entries of others; columns can also read what stands around them."""
    nested = nested_rows(document, pointer, mode, _own_keys([column.key for column in columns], pointer))
    missing: dict[str, int] = {}
    lossy: list[str] = []
    texts = {}
    for column in columns:
        found = key_around(pointer, column.key)
        elements, key = (nested.rows, column.key) if found is None else (nested.values_around(found[0]), found[1])
        texts[column.id] = _texts(replace(column, key=key), elements, value_of, missing, lossy)
    texts[PARENT_LINE] = [str(line) for line in nested.lines]
    rest = _unknown(nested.rows, columns, read_elsewhere)
    notes = _notes(missing, lossy, rest, len(nested.rows))
    return JsonRows(texts, len(nested.rows), tuple(notes), nested.parents)


def _own_keys(keys: Sequence[str], pointer: str) -> Sequence[str]:
    return [key for key in keys if key != KEY and key_around(pointer, key) is None]


def elements_of(document: Any, keys: Sequence[str], *, mode: Mode, pointer: str | None) -> Sequence[Any]:
    """Return what the rows of an answer are made of; `keys` are those of the columns. Raises DataError."""
    if mode == "flatten":
        return [document]
    if pointer and is_within(pointer):
        return nested_rows(document, pointer, mode, _own_keys(keys, pointer)).rows
    return rows_at(document, pointer or _pointer_of(document, mode), mode, [key for key in keys if key != KEY])


def _texts(
    column: JsonColumn,
    elements: Sequence[Any],
    read: Callable[[Any, str, Any], Any],
    missing: dict[str, int],
    lossy: list[str],
) -> Sequence[str | None]:
    """Return the texts of one column, counting where it is `missing`, and naming it where digits would be lost."""
    values = _values(column.key, elements, read)
    lacking = values.count(_ABSENT)
    if lacking:
        values = [None if value is _ABSENT else value for value in values]
    if lacking and not column.is_ignored:
        missing[column.id] = lacking
    if has_nested(values):
        if not column.is_ignored:
            place = next(place for place, value in enumerate(values) if is_nested(value))
            raise _bad_property(column, values[place], place + 1)
        values = [None if is_nested(value) else value for value in values]
    if column.type is ColumnType.FLOAT and not column.is_ignored and are_lossy(values):
        lossy.append(column.id)
    return cells(values, column.type)


def _values(key: str, elements: Sequence[Any], read: Callable[[Any, str, Any], Any]) -> list[Any]:
    """Return what each element has for `key`: in one go where all are objects and it is a property."""
    if read is value_of and not key.startswith("/") and set(map(_class_of, elements)) == {dict}:
        return members(elements, key, _ABSENT)
    return [read(element, key, _ABSENT) for element in elements]


def members(objects: Sequence[Mapping[str, Any]], name: str, default: Any) -> list[Any]:
    """Return what each of the objects has for `name`; quick where all of them have it."""
    try:
        return list(map(itemgetter(name), objects))
    except KeyError:
        return [each.get(name, default) for each in objects]


def _pointer_of(document: Any, mode: Mode) -> str:
    """Return where the rows stand when nobody said so."""
    shapes = shapes_in(document)
    is_only = len(shapes) == 1 and shapes[0].mode == mode
    return shapes[0].pointer if is_only else choose(document, mode=mode).pointer


def _flat_value(document: Any, key: str, default: Any) -> Any:
    return at_pointer(document, key, default)


def _first_step(key: str) -> str:
    return key.split("/")[1].replace("~1", "/").replace("~0", "~") if key.startswith("/") else key


def _unknown(elements: Sequence[Any], columns: Sequence[JsonColumn], read_elsewhere: Collection[str]) -> Sequence[str]:
    """Return the properties of elements that no column reads."""
    known = {part for column in columns for part in (column.key, _first_step(column.key))} | set(read_elsewhere)
    kinds = set(map(_class_of, elements))
    objects = elements if kinds == {dict} else [each for each in elements if isinstance(each, Mapping)]
    names = set(chain.from_iterable(set(map(tuple, objects))))
    return sorted(names - known - {KEY})


def _unmapped(document: Any, columns: Sequence[JsonColumn]) -> Sequence[str]:
    """Return the leaves that no column of a flattened answer reads, in document order."""
    known = {column.key for column in columns}
    return [key for key, _, _ in leaves(document) if key not in known]


def _notes(missing: Mapping[str, int], lossy: Sequence[str], rest: Sequence[str], rows: int) -> Iterator[RowNote]:
    if missing:
        names = listed([f"{id} ({count})" if count < rows else id for id, count in missing.items()])
        code = LACKING if rows in missing.values() else None
        yield RowNote(Level.WARNING, Text("The answer lacks columns, which stay empty: {names}.", names=names), code)
    if lossy:
        names = listed(lossy)
        text = Text("Numbers lose digits in {names}: choose the type Text to keep them all.", names=names)
        yield RowNote(Level.WARNING, text)
    if rest:
        names = listed(rest)
        yield RowNote(Level.INFO, Text("The answer has properties that are not mapped: {names}.", names=names))


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
