"""How much speaks for a part of an answer being its rows: names, places, sizes, weighed as people do it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import log2
from typing import Any, Final

from engine.tables.json_shapes import Candidate, first_object, is_alike, is_list, is_nested, shapes_in, width_of
from engine.tables.json_text import at_pointer
from engine.tables.json_words import (
    ASIDE,
    DATA,
    HEADINGS,
    LABELS,
    LINKS,
    OPTIONS,
    SLIGHT,
    SUBJECTS,
    plain,
    says_of_answer,
    words,
)

_LARGEST_SIZE, _ALONE = 2.5, 1.5
_BY_DATA, _BY_SUBJECT, _BY_PARENT, _BY_COUNT, _BESIDE = 4.0, 1.5, 1.0, 1.5, -1.0


_COUNTS: Final = re.compile(
    r"(count|total|size|length|resultcount|numfound|numresults|totalresults|results?|totalcount|totalsize)"
)
_MESSAGE: Final = words("message detail title description reason text")
_OF_MESSAGES: Final = _MESSAGE | words("code status type severity level field id source path name errorcode key")


def score(shape: Candidate, value: Any) -> float:
    """Return how much speaks for a shape: its name, its place, its size, and a count beside it."""
    cells = len(shape.rows) * max(len(shape.names), _values_in(first_object(shape.rows)), 1)
    size = min(0.5 * log2(1 + cells), _LARGEST_SIZE)
    alone = _ALONE if len(shape.rows) == 1 else 0.0
    depth = 0.25 * len(_steps(shape.pointer))
    return score_of_name(shape) + size - alone - depth + (_BY_COUNT if _is_counted(shape, value) else 0.0)


def _values_in(value: Any) -> int:
    """Return how many plain values an object has, those in its objects included."""
    if not isinstance(value, Mapping):
        return int(not is_nested(value))
    return sum(map(_values_in, value.values()))


def score_of_name(shape: Candidate) -> float:
    """Return how much speaks for a shape by the names that lead to it."""
    steps = _steps(shape.pointer)
    if not steps:
        return _BY_SUBJECT if shape.mode == "array" else 0.0
    slight = _BESIDE if set(steps) & SLIGHT or _are_options(shape) else 0.0
    parent = _BY_PARENT if set(steps[:-1]) & DATA else 0.0
    own = _BY_DATA if steps[-1] in DATA else _BY_SUBJECT if steps[-1] in SUBJECTS else 0.0
    return own + parent + slight


def _are_options(shape: Candidate) -> bool:
    """Return whether the rows are what can be chosen for another request: values with labels."""
    first = first_object(shape.rows)
    names = {plain(name) for name, each in first.items() if not is_nested(each)} if first is not None else set()
    return len(names) > 1 and names <= OPTIONS and bool(names & LABELS)


def _is_counted(shape: Candidate, value: Any) -> bool:
    """Return whether a count beside the list says how long it is."""
    parent = at_pointer(value, shape.pointer.rpartition("/")[0])
    if not isinstance(parent, Mapping) or shape.pointer == "/":
        return False
    return any(
        each == len(shape.rows) and type(each) is int and _COUNTS.fullmatch(plain(name))
        for name, each in parent.items()
    )


def is_aside(shape: Candidate) -> bool:
    """Return whether a shape tells of the answer itself instead of the matter."""
    return bool(set(_steps(shape.pointer)) & ASIDE) or _are_messages(shape) or _are_links(shape)


def are_twins(one: Candidate, other: Candidate) -> bool:
    """Return whether two lists beside each other have rows of the same kind, and the other is named by a subject."""
    is_beside = one.pointer.rpartition("/")[0] == other.pointer.rpartition("/")[0] and one.mode == other.mode
    return is_beside and last_name(other.pointer) in SUBJECTS and is_alike([one.rows[0], other.rows[0]])


def is_all_there_is(shape: Candidate, value: Any) -> bool:
    """Return whether an answer is about an object of alike objects: it is named so, or nothing beside it matters."""
    if not _steps(shape.pointer) or last_name(shape.pointer) in DATA | SUBJECTS:
        return True
    parent = at_pointer(value, shape.pointer.rpartition("/")[0])
    return isinstance(parent, Mapping) and all(
        is_nested(each) or says_of_answer(name, each) for name, each in parent.items()
    )


def _are_messages(shape: Candidate) -> bool:
    """Return whether a list of warnings or notes tells of the answer itself: nothing but codes and sentences."""
    first = first_object(shape.rows)
    if first is None or last_name(shape.pointer) not in ("warnings", "messages", "notes", "notifications", "alerts"):
        return False
    names = {plain(name) for name in first}
    return bool(names & _MESSAGE) and names <= _OF_MESSAGES


def _are_links(shape: Candidate) -> bool:
    """Return whether the rows only say where else something is."""
    first = first_object(shape.rows)
    names = {plain(name) for name in first} if first is not None else set()
    return names <= LINKS and bool(names & {"href", "url"}) and bool(names & {"rel", "rels", "method"})


def _steps(pointer: str) -> list[str]:
    return [plain(part) for part in pointer.split("/")[1:] if part]


def last_word(pointer: str) -> str:
    """Return the last word of the last name of a pointer: `standings` of `/lists/0/DriverStandings/0`."""
    name = next((each for each in reversed(names_in(pointer)) if not each.isdigit()), "")
    return plain(re.sub(r".*(?:[a-z](?=[A-Z])|_)(?=.)", "", name))


def names_in(pointer: str) -> list[str]:
    """Return the names that a pointer is made of."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:] if part]


def last_name(pointer: str) -> str:
    """Return the last name of a pointer, in small letters and without signs."""
    return plain(pointer.rpartition("/")[2])


# --- names of columns that stand elsewhere ----------------------------------------------------------------------


def headings_of(value: Any, width: int) -> list[str]:
    """Return the names of columns that an answer has in a list of their own, for rows that are `width` long."""
    for shape in shapes_in(value):
        if last_name(shape.pointer) in HEADINGS and shape.mode == "array" and len(shape.rows) == width:
            names = [_heading(each) for each in shape.rows]
            if all(names):
                return names
    return []


def headings_beside(value: Any, name: str, width: int) -> list[str]:
    """Return the names that an answer has for the places of the list `name`: `metricHeaders` for `metricValues`."""
    for shape in shapes_in(value):
        last = last_name(shape.pointer)
        stem = next((last.removesuffix(word) for word in HEADINGS if last.endswith(word)), "")
        names = [_heading(each) for each in shape.rows]
        if stem and plain(name).startswith(stem) and len(names) == width and all(names):
            return names
    return []


def _heading(entry: Any) -> str:
    if isinstance(entry, Mapping):
        entry = next(
            (entry[name] for name in ("name", "label", "title", "fieldName", "id", "field") if entry.get(name)), ""
        )
    return entry if isinstance(entry, str) else ""


def are_headings(shape: Candidate, tables: Sequence[Candidate]) -> bool:
    """Return whether a shape names the columns of another of the `tables`."""
    is_named = last_name(shape.pointer) in HEADINGS and bool(shape.rows) and all(map(_heading, shape.rows))
    return is_named and any(_width(each) == len(shape.rows) for each in tables if each is not shape)


def have_headings(shape: Candidate, others: Sequence[Candidate]) -> bool:
    """Return whether one of the `others` names the columns of a shape, which is a table then."""
    return any(are_headings(each, [shape]) for each in others if each is not shape)


def _width(shape: Candidate) -> int:
    """Return how long the rows are: lists, or objects with one list each (`{"f": […]}`)."""
    first = first_object(shape.rows)
    if first is None:
        return width_of(shape.rows)
    lists = [each for each in first.values() if is_list(each)]
    return len(lists[0]) if len(first) == len(lists) == 1 else 0
