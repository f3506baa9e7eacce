"""The columns of rows: one for each value of the first row, those in the member that holds its properties included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.errors import DataError
from engine.tables.json_choice import EMPTY_LIST
from engine.tables.json_names import listed
from engine.tables.json_opening import HOLDERS, TEXT, opened_in, opened_keys
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
)
from engine.tables.json_text import at_pointer, leaves, step, whole_text
from engine.tables.json_weights import headings_beside, headings_of
from engine.tables.json_words import plain, says_which, words
from engine.text import Text

_LOOKED_AT = 8
_LONGEST_KIND = 2

_BARE: Final = words("value v #text $t text rendered default displayvalue")
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
    opened = opened_in(first, own)
    texts = [name for name, value in first.items() if isinstance(value, Mapping) and TEXT in value]
    columns += _inside(objects, first, [*opened, *(name for name in texts if name not in opened)])
    by_place = [] if any(found.key != KEY for found in columns) else _in_lists(objects, first, sample)
    columns = _of_plain_values([*columns, *by_place])
    if not any(found.key != KEY for found in columns):
        raise _no_properties(chosen)
    keys = [found.key for found in columns]
    closed = list(_closed(first, keys))
    return columns, list(_notes(first, keys, closed, objects)), _all_inside(objects, closed)


def _closed(value: Mapping[str, Any], keys: Sequence[str], pointer: str = "") -> Iterator[str]:
    """Yield the pointers of the objects and lists in a row that none of the `keys` reads, at least not in all rows."""
    for name, each in value.items():
        here = pointer + step(name)
        is_read = any(key.startswith(f"{here}/") for key in keys)
        if is_read and isinstance(each, Mapping):
            yield from _closed(each, keys, here)
        elif not is_read and (is_nested(each) or not {here, name} & set(keys)) and name != KEY:
            yield here


def _of_plain_values(columns: Sequence[FoundColumn]) -> list[FoundColumn]:
    """Return the columns whose values are plain in all rows."""
    return [found for found in columns if not has_nested(found.values)]


def _columns_by_place(chosen: Candidate, sample: Any) -> list[FoundColumn]:
    """Return a column for each place of lists of values, named by a list of names that the answer has elsewhere."""
    width = width_of(chosen.rows)
    names = headings_of(sample, width) or [f"column_{place}" for place in range(1, width + 1)]
    return [
        FoundColumn(step(place), name, [row[place] if place < len(row) else None for row in chosen.rows])
        for place, name in enumerate(names)
    ]


def _inside(objects: Sequence[Mapping[str, Any]], first: Mapping[str, Any], opened: Sequence[str]) -> list[FoundColumn]:
    """Return the columns of the opened members, and of what is opened in them in turn."""
    keys = [key for name in opened for key in opened_keys(first[name], step(name))]
    return _named_apart(list(first), keys, objects)


def _keys_in(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
    """Yield the pointers of the plain values in an object and its objects; lists are left out."""
    for name, each in value.items():
        if not is_nested(each):
            yield pointer + step(name)
        elif isinstance(each, Mapping):
            yield from _keys_in(each, pointer + step(name))


def _all_inside(objects: Sequence[Mapping[str, Any]], closed: Sequence[str]) -> list[FoundColumn]:
    """Return columns for all plain values inside the objects of rows, in the order in which they first come."""
    keys: dict[str, None] = {}
    for row in objects[:_LOOKED_AT]:
        for pointer in closed:
            inner = at_pointer(row, pointer, None)
            if isinstance(inner, Mapping):
                keys.update(dict.fromkeys(_keys_in(inner, pointer)))
    return _of_plain_values(_named_apart(list(objects[0]), list(keys), objects))


def _named_apart(taken: Sequence[str], keys: Sequence[str], objects: Sequence[Mapping[str, Any]]) -> list[FoundColumn]:
    """Return a column for each pointer, named by its last step, after its parent where that is no name of its own."""
    paths = [_path(key, objects[0]) for key in keys]
    counts = Counter([*taken, *(path[-1] for path in paths)])
    return [
        FoundColumn(
            key,
            path[-1] if counts[path[-1]] == 1 else "_".join(path[-2:]),
            [member_at(row, key, None) for row in objects],
        )
        for key, path in zip(keys, paths, strict=True)
    ]


def _path(key: str, first: Mapping[str, Any]) -> list[str]:
    """Return the names that lead to a value, without places in lists and a last one that says nothing."""
    steps = [part.replace("~1", "/").replace("~0", "~") for part in key.split("/")[1:]]
    names = [part for part in steps if not part.isdigit()] or steps
    parent = member_at(first, key.rpartition("/")[0], None)
    members = list(parent) if isinstance(parent, Mapping) else names[-1:]
    is_alone = len(members) == 1 and isinstance(parent, Mapping) and _is_kind(names[-1])
    is_bare = [name for name in members if name.lower() in _BARE] == names[-1:]
    is_held = len(names) > 1 and plain(names[-2]) not in HOLDERS
    return names[:-1] if is_held and (is_alone or is_bare) else names


def _is_kind(name: str) -> bool:
    """Return whether the name of an only value tells its kind or its language, so that the name before says more."""
    return (len(name) <= _LONGEST_KIND and not says_which(name, None)) or name.endswith("Value")


def _in_lists(objects: Sequence[Mapping[str, Any]], first: Mapping[str, Any], sample: Any) -> list[FoundColumn]:
    """Return columns for the places of the lists in rows that have nothing else, as in `{"f": [{"v": 1}]}`."""
    keys = [key for key, _, _ in leaves(first) if key not in ("/", step(KEY))]
    lists = {name: each for name, each in first.items() if is_list(each)}
    names = [title for name, each in lists.items() for title in headings_beside(sample, name, len(each))]
    if len(first) == len(lists) == 1 and not names:
        names = headings_of(sample, *map(len, lists.values()))
    if len(names) != len(keys):
        return _named_apart(list(first), keys, objects)
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
    first: Mapping[str, Any], keys: Sequence[str], closed: Sequence[str], objects: Sequence[Mapping[str, Any]]
) -> Iterator[Text]:
    opened = [name for name in first if any(key.startswith(f"{step(name)}/") for key in keys)]
    for name in opened:
        if isinstance(first[name], Mapping):
            yield Text("The properties in “{name}” are columns too.", name=name)
    if closed:
        yield Text(
            "Skipped, because they hold objects or lists: {names}. The key {example}/… reads a value inside.",
            names=listed([pointer[1:] for pointer in closed]),
            example=whole_text(closed[0]),
        )
    later = dict.fromkeys(name for row in objects for name in row if name not in first)
    if later:
        yield Text(
            "Not in the first element, so no columns: {names}. Put them into the first element of the sample.",
            names=listed(list(later)),
        )
