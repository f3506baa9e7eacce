"""The columns of rows: one for each value of the first row, those in the member that holds its properties included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.errors import DataError
from engine.tables.json_choice import EMPTY_LIST
from engine.tables.json_names import listed
from engine.tables.json_shapes import (
    KEY,
    VALUE,
    Candidate,
    first_object,
    has_nested,
    is_list,
    is_nested,
    member_at,
    width_of,
    words,
)
from engine.tables.json_text import leaves, step, whole_text
from engine.tables.json_weights import headings_of
from engine.text import Text

_LOOKED_AT = 8
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
    "revision rev version expand success status publishedat @type @id $type position rank"
)
"""Properties that say which element it is and what became of it, and nothing else about it."""


_BARE: Final = words("value v #text $t text rendered")
"""Properties that are named like what they are, so that their parent's name says more."""


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """A value to make a column of: its key, the name it wishes for, and its values in all rows."""

    key: str
    name: str
    values: Sequence[Any]


def columns_of(chosen: Candidate, sample: Any) -> tuple[list[FoundColumn], list[Text], list[FoundColumn]]:
    """Return the columns of the rows, what to know about them, and the columns for values inside their objects.

    Raises DataError when the rows have no value that could be a column.
    """
    first = first_object(chosen.rows)
    if first is None and chosen.has_lists:
        return _columns_by_place(chosen, sample), [], []
    if first is None:
        return [FoundColumn(VALUE, VALUE, chosen.rows)], [], []
    objects = [row for row in chosen.rows if isinstance(row, Mapping)]
    own = [name for name, value in first.items() if not is_nested(value)]
    columns = [FoundColumn(name, "key" if name == KEY else name, [row.get(name) for row in objects]) for name in own]
    opened = _opened(first, own)
    columns += _inside(objects, first, opened)
    by_place = [] if any(found.key != KEY for found in columns) else _in_lists(objects, first, sample)
    columns, mixed = _of_plain_values([*columns, *by_place])
    if not any(found.key != KEY for found in columns):
        raise _no_properties(chosen)
    closed = [name for name, value in first.items() if is_nested(value) and name not in opened] if not by_place else []
    closed += [found.key for found in mixed if found.key in first]
    return columns, list(_notes(first, opened, closed, objects)), _all_inside(objects, closed)


def _of_plain_values(columns: Sequence[FoundColumn]) -> tuple[list[FoundColumn], list[FoundColumn]]:
    """Return the columns whose values are plain in all rows, and those that have an object or a list somewhere."""
    mixed = [found for found in columns if has_nested(found.values)]
    return [found for found in columns if found not in mixed], mixed


def _columns_by_place(chosen: Candidate, sample: Any) -> list[FoundColumn]:
    """Return a column for each place of lists of values, named by a list of names that the answer has elsewhere."""
    width = width_of(chosen.rows)
    names = headings_of(sample, width) or [f"column_{place}" for place in range(1, width + 1)]
    return [
        FoundColumn(step(place), name, [row[place] if place < len(row) else None for row in chosen.rows])
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
    typed = [name for name in objects if name.lower() in _HOLDERS and _is_typed(first[name])]
    if typed:
        return typed
    if any(name != KEY and name.lower() not in _IDENTITY for name in own):
        return []
    if any(name.lower() in _HOLDERS and _count_of_values(first[name]) for name in objects):
        return [name for name in objects if name.lower() in _HOLDERS | _IDENTITY]
    return objects if any(_count_of_values(first[name]) >= _FEW_VALUES for name in objects) else []


def _count_of_values(value: Mapping[str, Any]) -> int:
    return sum(not is_nested(each) for each in value.values())


def _inside(objects: Sequence[Mapping[str, Any]], first: Mapping[str, Any], opened: Sequence[str]) -> list[FoundColumn]:
    """Return the columns of the opened members: of an envelope one level, of rows without any value everything."""
    is_bare = not any(not is_nested(value) for name, value in first.items() if name != KEY)
    is_deep = (is_bare and len(opened) > 1) or any(_is_typed(first[name]) for name in opened)
    keys = [key for name in opened for key in _keys_in(first[name], step(name), None if is_deep else 1)]
    return _named_apart(list(first), keys, objects, is_deep=is_deep)


def _is_typed(value: Mapping[str, Any]) -> bool:
    """Return whether all members are objects around one value, as in `{"code": {"stringValue": "x"}}`."""
    return bool(value) and all(
        isinstance(each, Mapping) and len(each) == 1 and not any(map(is_nested, each.values()))
        for each in value.values()
    )


def _keys_in(value: Mapping[str, Any], pointer: str, levels: int | None) -> Iterator[str]:
    """Yield the pointers of the plain values in an object, in `levels` levels of objects; lists are left out."""
    for name, each in value.items():
        if not is_nested(each):
            yield pointer + step(name)
        elif isinstance(each, Mapping) and levels is None:
            yield from _keys_in(each, pointer + step(name), None)


def _all_inside(objects: Sequence[Mapping[str, Any]], closed: Sequence[str]) -> list[FoundColumn]:
    """Return columns for all plain values inside the objects of rows, in the order in which they first come."""
    keys: dict[str, None] = {}
    for row in objects[:_LOOKED_AT]:
        for name in closed:
            if isinstance(row.get(name), Mapping):
                keys.update(dict.fromkeys(_keys_in(row[name], step(name), None)))
    return _of_plain_values(_named_apart(list(objects[0]), list(keys), objects, is_deep=True))[0]


def _named_apart(
    taken: Sequence[str], keys: Sequence[str], objects: Sequence[Mapping[str, Any]], *, is_deep: bool
) -> list[FoundColumn]:
    """Return a column for each pointer, named by its last step, after its parent where that is no name of its own."""
    paths = [_path(key, objects[0], is_deep=is_deep) for key in keys]
    counts = Counter([*taken, *(path[-1] for path in paths)])
    return [
        FoundColumn(
            key,
            path[-1] if counts[path[-1]] == 1 else "_".join(path[-2:]),
            [member_at(row, key, None) for row in objects],
        )
        for key, path in zip(keys, paths, strict=True)
    ]


def _path(key: str, first: Mapping[str, Any], *, is_deep: bool) -> list[str]:
    """Return the names that lead to a value; if deep, without places in lists and a last one that says nothing."""
    steps = [part.replace("~1", "/").replace("~0", "~") for part in key.split("/")[1:]]
    if not is_deep:
        return steps
    names = [part for part in steps if not part.isdigit()] or steps
    parent = member_at(first, key.rpartition("/")[0], None)
    is_alone = isinstance(parent, Mapping) and len(parent) == 1
    return names[:-1] if len(names) > 1 and (is_alone or names[-1].lower() in _BARE) else names


def _in_lists(objects: Sequence[Mapping[str, Any]], first: Mapping[str, Any], sample: Any) -> list[FoundColumn]:
    """Return columns for the places of the lists in rows that have nothing else, as in `{"f": [{"v": 1}]}`."""
    keys = [key for key, _, _ in leaves(first) if key not in ("/", step(KEY))]
    lists = [each for each in first.values() if is_list(each)]
    names = headings_of(sample, len(lists[0])) if len(first) == len(lists) == 1 else []
    if len(names) != len(keys):
        return _named_apart(list(first), keys, objects, is_deep=True)
    return [
        FoundColumn(key, name, [member_at(row, key, None) for row in objects])
        for key, name in zip(keys, names, strict=True)
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
