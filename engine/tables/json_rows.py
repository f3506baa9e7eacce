"""JSON to rows: which columns a sample has, and the rows of an answer under the columns that were agreed (ACS 1.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from engine.errors import Code, DataError, Level
from engine.schema import LINE_NUMBER, Column, ColumnType, TableSchema
from engine.tables.json_names import Names, cell, cells, length_for, type_of_values
from engine.tables.json_shapes import EMPTY_LIST, VALUE, Candidate, choose, envelope_of, first_object, list_at, lists_in
from engine.tables.json_text import TOO_DEEP, at_pointer, members_of, step, too_deep, whole_text
from engine.text import Text

if TYPE_CHECKING:
    from engine.tables.interim import Table, TableStore

BAD_PROPERTY = Code(
    "EXT-BAD-PROPERTY", "A property holds an object or a list where a column needs a value.", acs="WKF-560240"
)

Mode = Literal["array", "flatten"]

_LONGEST_EXAMPLE = 100
_NAMES_TOLD = 8
_ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class JsonColumn:
    """Where the values of a column stand: `key` is a property of each element, or a JSON Pointer."""

    id: str
    key: str
    type: ColumnType = ColumnType.TEXT
    is_ignored: bool = False


@dataclass(frozen=True, slots=True)
class RowNote:
    """What somebody should know about an answer's rows, and how much it matters."""

    level: Level
    text: Text


@dataclass(frozen=True, slots=True)
class JsonRows:
    """Rows as texts by column id, in the order of the answer, and what did not fit the columns."""

    columns: Mapping[str, Sequence[str | None]]
    count: int
    notes: tuple[RowNote, ...] = ()

    def table(self, store: TableStore) -> Table:
        """Return the rows as a table: a text column under each id, then `lineNum` from 1."""
        import pyarrow as pa

        texts = {id: pa.array(values, pa.string()) for id, values in self.columns.items()}
        arrow = pa.table({**texts, LINE_NUMBER: pa.array(range(1, self.count + 1), pa.int64())})
        columns = (*(Column(id, ColumnType.TEXT) for id in self.columns), Column(LINE_NUMBER, ColumnType.INTEGER))
        return store.from_arrow(arrow, TableSchema(columns))


# --- what a sample means ---------------------------------------------------------------------------------------


def propose_columns(sample: Any, *, flatten: bool, pointer: str | None = None) -> dict[str, Any]:
    """Return the columns that a `sample` (a JSON value) has.

    Members: `pointer` (JSON Pointer of the list, `/` the root; empty when flattened), `columns` (`id`, `key`, `label`,
    `type`, `length` of texts, `example`), `notes` (sentences) and `candidates` (`pointer`, `rows`, `columns`).
    Raises DataError, SettingsError; where several lists could be meant their candidates are in the details.
    """
    _refuse_depth(sample)
    names = Names()
    if flatten:
        columns = [_proposal(names, key, name, [value]) for key, name, value in _leaves(sample)]
        if not columns:
            raise DataError(
                BAD_PROPERTY, Text("The sample holds no value to make a column of."), field="response.sample"
            )
        return _proposed("", columns, names.notes, ())
    chosen = choose(sample, pointer)
    columns, notes = _element_columns(chosen, names)
    lists = [each for each in lists_in(sample) if each.has_objects] or [chosen]
    return _proposed(chosen.pointer, columns, [*names.notes, *notes], lists)


def _proposed(
    pointer: str, columns: Sequence[Mapping[str, Any]], notes: Sequence[Text], lists: Sequence[Candidate]
) -> dict[str, Any]:
    return {
        "pointer": pointer,
        "columns": list(columns),
        "notes": [str(note) for note in notes],
        "candidates": [each.to_json() for each in lists],
    }


def _refuse_depth(sample: Any) -> None:
    deep = too_deep(sample)
    if deep is not None:
        raise DataError(
            TOO_DEEP,
            Text("“{pointer}” nests more than 10 levels deep.", pointer=deep),
            hint=Text("Shorten the sample, or ask the owner of the service for a flatter answer."),
            field="response.sample",
        )


def _proposal(names: Names, key: str, name: str, values: Sequence[Any]) -> dict[str, Any]:
    type = type_of_values(values)
    found: dict[str, Any] = {"id": names.id_of(name, key), "key": key, "label": whole_text(name), "type": str(type)}
    texts = [text for text in (cell(value, type) for value in values) if text is not None]
    if type is ColumnType.TEXT:
        found["length"] = length_for(texts)
    found["example"] = texts[0][:_LONGEST_EXAMPLE] if texts else None
    return found


def _leaves(value: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield pointer, name and value of each leaf in document order; entries of a list are named like the list."""
    waiting: list[tuple[str, str, Any]] = [("", "", value)]
    while waiting:
        pointer, name, current = waiting.pop()
        if not isinstance(current, Mapping | list | tuple):
            yield pointer or "/", name, current
            continue
        members = [
            (pointer + step(part), part if isinstance(part, str) else name, each) for part, each in members_of(current)
        ]
        waiting.extend(reversed(members))


def _element_columns(chosen: Candidate, names: Names) -> tuple[list[dict[str, Any]], list[Text]]:
    first = first_object(chosen.rows)
    if first is None:
        return [_proposal(names, VALUE, VALUE, chosen.rows)], []
    envelope = envelope_of(first)
    keys = [(name, name) for name, value in first.items() if name != envelope and not _is_nested(value)]
    notes: list[Text] = []
    skipped = [name for name, value in first.items() if name != envelope and _is_nested(value)]
    if envelope is not None:
        inner = first[envelope]
        keys += [(step(envelope) + step(name), name) for name, value in inner.items() if not _is_nested(value)]
        skipped += [f"{envelope}/{name}" for name, value in inner.items() if _is_nested(value)]
        notes.append(Text("The properties in “{name}” are columns too.", name=envelope))
    if not keys:
        raise _no_properties(chosen)
    objects = [row for row in chosen.rows if isinstance(row, Mapping)]
    columns = [_proposal(names, key, name, [value_of(row, key, None) for row in objects]) for key, name in keys]
    return columns, [*notes, *_skipped(skipped), *_later(objects, first)]


def _no_properties(chosen: Candidate) -> DataError:
    return DataError(
        EMPTY_LIST,
        Text("The first element of “{pointer}” has no value that could be a column.", pointer=chosen.pointer),
        hint=Text("Use a sample whose first element has values, or choose Flatten."),
        field="response.sample",
    )


def _is_nested(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple)


def _skipped(names: Sequence[str]) -> Iterator[Text]:
    if names:
        yield Text(
            "Skipped, because they hold objects or lists: {names}. The key /{example}/… reads a value inside.",
            names=_listed(names),
            example=whole_text(names[0]),
        )


def _later(objects: Sequence[Mapping[str, Any]], first: Mapping[str, Any]) -> Iterator[Text]:
    later = dict.fromkeys(name for row in objects for name in row if name not in first)
    if later:
        yield Text(
            "Not in the first element, so no columns: {names}. Put them into the first element of the sample.",
            names=_listed(list(later)),
        )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(whole_text(str(name)) for name in names[:_NAMES_TOLD])
    return f"{shown}, …" if len(names) > _NAMES_TOLD else shown


# --- the rows of an answer -------------------------------------------------------------------------------------


def value_of(element: Any, key: str, default: Any) -> Any:
    """Return what an element of the list has for `key`, a property or a JSON Pointer; `default` when nothing is there.

    An element that is a plain value has it under `value`.
    """
    if not isinstance(element, Mapping):
        return element if key == VALUE and element is not None else default
    if key in element:
        return element[key]
    return at_pointer(element, key, default) if key.startswith("/") else default


def read_rows(document: Any, columns: Sequence[JsonColumn], *, mode: Mode, pointer: str | None) -> JsonRows:
    """Return the rows of an answer: one for each entry of the list at `pointer`, or one in all (flatten).

    Without a pointer the list is looked for as in a sample; an answer's only list may be empty. Raises DataError when
    there is no such list, or a column would get an object.
    """
    elements = [document] if mode == "flatten" else _elements(document, pointer)
    missing: dict[str, int] = {}
    read = _flat_value if mode == "flatten" else value_of
    texts = {column.id: _texts(column, elements, read, missing) for column in columns}
    rest = _unmapped(document, columns) if mode == "flatten" else _unknown(elements, columns)
    return JsonRows(texts, len(elements), tuple(_notes(missing, rest, len(elements))))


def _texts(
    column: JsonColumn, elements: Sequence[Any], read: Callable[[Any, str, Any], Any], missing: dict[str, int]
) -> Sequence[str | None]:
    """Return the texts of one column, counting where it is missing."""
    values = _values(column.key, elements, read)
    lacking = values.count(_ABSENT)
    if lacking:
        values = [None if value is _ABSENT else value for value in values]
    if lacking and not column.is_ignored:
        missing[column.id] = lacking
    if any(issubclass(kind, Mapping | list | tuple) for kind in set(map(type, values))):
        if not column.is_ignored:
            place = next(place for place, value in enumerate(values) if _is_nested(value))
            raise _bad_property(column, values[place], place + 1)
        values = [None if _is_nested(value) else value for value in values]
    return cells(values, column.type)


def _values(key: str, elements: Sequence[Any], read: Callable[[Any, str, Any], Any]) -> list[Any]:
    """Return what each element has for `key`: in one go where all are objects with such a property."""
    if read is value_of and all(type(element) is dict for element in elements):
        values = [element.get(key, _ABSENT) for element in elements]
        if not key.startswith("/"):
            return values
    return [read(element, key, _ABSENT) for element in elements]


def _elements(document: Any, pointer: str | None) -> Sequence[Any]:
    if pointer:
        return list_at(document, pointer)
    lists = lists_in(document)
    return lists[0].rows if len(lists) == 1 else choose(document).rows


def _flat_value(document: Any, key: str, default: Any) -> Any:
    return at_pointer(document, key, default)


def _first_step(key: str) -> str:
    return key.split("/")[1].replace("~1", "/").replace("~0", "~") if key.startswith("/") else key


def _unknown(elements: Sequence[Any], columns: Sequence[JsonColumn]) -> Sequence[str]:
    """Return the properties of elements that no column reads."""
    known = {part for column in columns for part in (column.key, _first_step(column.key))}
    found: set[str] = set()
    for element in elements:
        if isinstance(element, Mapping):
            found |= element.keys() - known
    return sorted(found)


def _unmapped(document: Any, columns: Sequence[JsonColumn]) -> Sequence[str]:
    """Return the leaves that no column of a flattened answer reads, in document order."""
    known = {column.key for column in columns}
    return [key for key, _, _ in _leaves(document) if key not in known]


def _notes(missing: Mapping[str, int], rest: Sequence[str], rows: int) -> Iterator[RowNote]:
    if missing:
        names = _listed([f"{id} ({count})" if count < rows else id for id, count in missing.items()])
        yield RowNote(Level.WARNING, Text("The answer lacks columns, which stay empty: {names}.", names=names))
    if rest:
        names = _listed(rest)
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
