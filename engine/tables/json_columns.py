"""Which columns a sample has: one for each value of its first row, under names that a table can have (ACS 1.5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.errors import Code, DataError
from engine.tables.json_choice import EMPTY_LIST, choose, offered
from engine.tables.json_names import Names, cell, has_long_numbers, length_for, type_of_values
from engine.tables.json_shapes import (
    KEY,
    VALUE,
    Candidate,
    Mode,
    first_object,
    is_list,
    is_nested,
    member_at,
    width_of,
    words,
)
from engine.tables.json_text import TOO_DEEP, members_of, step, too_deep, whole_text
from engine.tables.json_weights import headings_of
from engine.text import Text

NO_VALUE = Code("EXT-NO-VALUE", "The sample holds no value to make a column of.")

_LONGEST_EXAMPLE = 100
_NAMES_TOLD = 8
_MOST_INSIDE = 200
_FEW_VALUES = 2

_ENVELOPES: Final[Mapping[str, tuple[str, ...]]] = {
    "attributes": ("type", "id"),
    "properties": ("type", "geometry"),
    "node": (),
    "resource": ("fullUrl",),
}
"""Members that hold an element's properties, and what stands beside them: JSON:API, GeoJSON, GraphQL, FHIR."""

_HOLDERS: Final = words("attributes properties fields node resource _source source snippet document doc data")
"""Members that hold an element's properties where beside them only stands which element it is."""

_IDENTITY: Final = words(
    "id _id uuid guid key type kind _type _index _score score etag object class self href url uri link cursor fullurl "
    "createdat updatedat created_at updated_at createdtime created_time last_edited_time created updated archived "
    "revision rev version expand success status publishedat"
)
"""Properties that say which element it is and what became of it, and nothing else about it."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A value to make a column of: its key, the name it wishes for, and its values in all rows."""

    key: str
    name: str
    values: Sequence[Any]


def propose_columns(
    sample: Any, *, flatten: bool, pointer: str | None = None, mode: Mode | None = None
) -> dict[str, Any]:
    """Return the columns that a `sample` (a JSON value) has.

    Members: `mode` and `pointer` (JSON Pointer of what holds the rows, `/` the root; empty when flattened), `columns`
    (`id`, `key`, `label`, `type`, `length` of texts, `example`), `nested` (columns for values inside the objects of a
    row, for those who want them), `notes` (sentences) and `candidates` (`pointer`, `rows`, `columns`, `mode`).
    Raises DataError, SettingsError; where several lists could be meant their candidates are in the details.
    """
    _refuse_depth(sample)
    if flatten:
        return _flattened(sample)
    names = Names()
    chosen = choose(sample, pointer, mode)
    columns, notes, inside = _columns_of(chosen, sample)
    proposals = [_proposal(names, each) for each in columns]
    told = [*_of_mode(chosen), *names.notes, *notes, *_long_numbers(columns, proposals)]
    return {
        "mode": chosen.mode,
        "pointer": chosen.pointer,
        "columns": proposals,
        "nested": [_proposal(names, each) for each in inside[:_MOST_INSIDE]],
        "notes": [str(note) for note in told],
        "candidates": [each.to_json() for each in offered(sample, chosen)],
    }


def _of_mode(chosen: Candidate) -> Iterator[Text]:
    """Yield what a row is, where it is no element of a list."""
    if chosen.mode == "keyed":
        yield Text("Each member of “{pointer}” is a row; its name is in the column “key”.", pointer=chosen.pointer)
    elif chosen.mode == "parallel":
        yield Text("The lists in “{pointer}” stand side by side: each place is a row.", pointer=chosen.pointer)
    elif chosen.mode == "header":
        yield Text("The first list of “{pointer}” names the columns.", pointer=chosen.pointer)


def _flattened(sample: Any) -> dict[str, Any]:
    names = Names()
    columns = [_Found(key, name, [value]) for key, name, value in leaves(sample)]
    if not columns:
        raise DataError(NO_VALUE, Text("The sample holds no value to make a column of."), field="response.sample")
    proposals = [_proposal(names, each) for each in columns]
    notes = [*names.notes, *_long_numbers(columns, proposals)]
    told = {"nested": [], "notes": [str(note) for note in notes], "candidates": []}
    return {"mode": "flatten", "pointer": "", "columns": proposals, **told}


def _refuse_depth(sample: Any) -> None:
    deep = too_deep(sample)
    if deep is not None:
        raise DataError(
            TOO_DEEP,
            Text("“{pointer}” nests more than 10 levels deep.", pointer=deep),
            hint=Text("Shorten the sample, or ask the owner of the service for a flatter answer."),
            field="response.sample",
        )


def _proposal(names: Names, found: _Found) -> dict[str, Any]:
    type = type_of_values(found.values)
    id = names.id_of(found.name, found.key)
    proposal: dict[str, Any] = {"id": id, "key": found.key, "label": whole_text(found.name), "type": str(type)}
    texts = [text for text in (cell(value, type) for value in found.values) if text is not None]
    if type == "text":
        proposal["length"] = length_for(texts)
    proposal["example"] = texts[0][:_LONGEST_EXAMPLE] if texts else None
    return proposal


def _long_numbers(columns: Sequence[_Found], proposals: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    """Yield which columns are texts because their numbers have more digits than a number can keep."""
    long = [
        str(proposal["id"])
        for found, proposal in zip(columns, proposals, strict=True)
        if has_long_numbers(found.values)
    ]
    if long:
        yield Text("Text, so that no digit of long numbers is lost: {names}.", names=listed(long))


def leaves(value: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield pointer, name and value of each leaf in document order; entries of a list are named like the list."""
    waiting: list[tuple[str, str, Any]] = [("", "", value)]
    while waiting:
        pointer, name, current = waiting.pop()
        if not is_nested(current):
            yield pointer or "/", name, current
            continue
        members = [
            (pointer + step(part), part if isinstance(part, str) else name, each) for part, each in members_of(current)
        ]
        waiting.extend(reversed(members))


def listed(names: Sequence[str]) -> str:
    """Return the first of `names` as people read them."""
    shown = ", ".join(whole_text(str(name)) for name in names[:_NAMES_TOLD])
    return f"{shown}, …" if len(names) > _NAMES_TOLD else shown


# --- the columns of rows ---------------------------------------------------------------------------------------


def _columns_of(chosen: Candidate, sample: Any) -> tuple[list[_Found], list[Text], list[_Found]]:
    """Return the columns of the rows, what to know about them, and the columns for values inside their objects."""
    first = first_object(chosen.rows)
    if first is None and chosen.has_lists:
        return _columns_by_place(chosen, sample), [], []
    if first is None:
        return [_Found(VALUE, VALUE, chosen.rows)], [], []
    objects = [row for row in chosen.rows if isinstance(row, Mapping)]
    own = [name for name, value in first.items() if not is_nested(value)]
    columns = [_Found(name, "key" if name == KEY else name, [row.get(name) for row in objects]) for name in own]
    opened = _opened(first, own)
    columns += _inside(objects, first, opened)
    by_place = [] if any(found.key != KEY for found in columns) else _in_lists(objects, first, sample)
    columns += by_place
    if not any(found.key != KEY for found in columns):
        raise _no_properties(chosen)
    closed = [name for name, value in first.items() if is_nested(value) and name not in opened]
    notes = _notes(first, opened, [] if by_place else closed, objects)
    return columns, list(notes), [] if by_place else _all_inside(objects, closed)


def _columns_by_place(chosen: Candidate, sample: Any) -> list[_Found]:
    """Return a column for each place of lists of values, named by a list of names that the answer has elsewhere."""
    width = width_of(chosen.rows)
    names = headings_of(sample, width) or [f"column_{place}" for place in range(1, width + 1)]
    return [
        _Found(step(place), name, [row[place] if place < len(row) else None for row in chosen.rows])
        for place, name in enumerate(names)
    ]


def _opened(first: Mapping[str, Any], own: Sequence[str]) -> list[str]:
    """Return the members of a row whose properties are columns too: what holds the properties is no value itself."""
    objects = [name for name, value in first.items() if isinstance(value, Mapping)]
    for name, beside in _ENVELOPES.items():
        if name in objects and all(other in first for other in beside):
            return [name]
    if not any(name != KEY for name in own):
        return objects
    if any(name != KEY and name.lower() not in _IDENTITY for name in own):
        return []
    if any(name.lower() in _HOLDERS and _has_values(first[name]) for name in objects):
        return [name for name in objects if name.lower() in _HOLDERS | _IDENTITY]
    return objects if any(_has_values(first[name]) for name in objects) else []


def _has_values(value: Mapping[str, Any]) -> bool:
    return sum(not is_nested(each) for each in value.values()) >= _FEW_VALUES


def _inside(objects: Sequence[Mapping[str, Any]], first: Mapping[str, Any], opened: Sequence[str]) -> list[_Found]:
    """Return the columns of the opened members: of an envelope one level, of rows without any value everything."""
    is_bare = not any(not is_nested(value) for name, value in first.items() if name != KEY)
    deepest = None if is_bare and len(opened) > 1 else 1
    return _named_apart(
        list(first), [key for name in opened for key in _keys_in(first[name], step(name), deepest)], objects
    )


def _keys_in(value: Mapping[str, Any], pointer: str, levels: int | None) -> Iterator[str]:
    """Yield the pointers of the plain values in an object, in `levels` levels of objects; lists are left out."""
    for name, each in value.items():
        if not is_nested(each):
            yield pointer + step(name)
        elif isinstance(each, Mapping) and levels is None:
            yield from _keys_in(each, pointer + step(name), None)


def _all_inside(objects: Sequence[Mapping[str, Any]], closed: Sequence[str]) -> list[_Found]:
    """Return columns for all plain values inside the objects of rows, in the order in which they first come."""
    keys: dict[str, None] = {}
    for row in objects[:_NAMES_TOLD]:
        for name in closed:
            if isinstance(row.get(name), Mapping):
                keys.update(dict.fromkeys(_keys_in(row[name], step(name), None)))
    return _named_apart(list(objects[0]), list(keys), objects)


def _named_apart(taken: Sequence[str], keys: Sequence[str], objects: Sequence[Mapping[str, Any]]) -> list[_Found]:
    """Return a column for each pointer, named by its last step, after its parent where that is no name of its own."""
    parts = [[part.replace("~1", "/").replace("~0", "~") for part in key.split("/")[1:]] for key in keys]
    counts = Counter([*taken, *(names[-1] for names in parts)])
    return [
        _Found(
            key,
            names[-1] if counts[names[-1]] == 1 else "_".join(names[-2:]),
            [member_at(row, key, None) for row in objects],
        )
        for key, names in zip(keys, parts, strict=True)
    ]


def _in_lists(objects: Sequence[Mapping[str, Any]], first: Mapping[str, Any], sample: Any) -> list[_Found]:
    """Return columns for the places of the lists in rows that have nothing else, as in `{"f": [{"v": 1}]}`."""
    keys = [key for key, _, _ in leaves(first) if key not in ("/", step(KEY))]
    lists = [each for each in first.values() if is_list(each)]
    names = headings_of(sample, len(lists[0])) if len(first) == len(lists) == 1 else []
    if len(names) != len(keys):
        return _named_apart(list(first), keys, objects)
    return [
        _Found(key, name, [member_at(row, key, None) for row in objects]) for key, name in zip(keys, names, strict=True)
    ]


def _no_properties(chosen: Candidate) -> DataError:
    return DataError(
        EMPTY_LIST,
        Text("The first element of “{pointer}” has no value that could be a column.", pointer=chosen.pointer),
        hint=Text("Use a sample whose first element has values, or choose Flatten."),
        field="response.sample",
    )


def _notes(
    first: Mapping[str, Any], opened: Sequence[str], closed: Sequence[str], objects: Sequence[Mapping[str, Any]]
) -> Iterator[Text]:
    for name in opened:
        yield Text("The properties in “{name}” are columns too.", name=name)
    skipped = [*closed, *_skipped_inside(first, opened)]
    if skipped:
        yield Text(
            "Skipped, because they hold objects or lists: {names}. The key /{example}/… reads a value inside.",
            names=listed(skipped),
            example=whole_text(skipped[0]),
        )
    later = dict.fromkeys(name for row in objects for name in row if name not in first)
    if later:
        yield Text(
            "Not in the first element, so no columns: {names}. Put them into the first element of the sample.",
            names=listed(list(later)),
        )


def _skipped_inside(first: Mapping[str, Any], opened: Sequence[str]) -> list[str]:
    if len(opened) > 1:
        return []
    return [f"{name}/{inner}" for name in opened for inner, value in first[name].items() if is_nested(value)]
