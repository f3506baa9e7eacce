"""Which rows of an answer are meant: those that a person would take at once, or candidates to choose from (ACS 1.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.errors import Code, DataError
from engine.tables.json_shapes import (
    KEY,
    VALUE,
    Candidate,
    Mode,
    as_list,
    as_object,
    first_object,
    has_nested,
    header_rows,
    is_list,
    keyed_rows,
    parallel_rows,
    shapes_in,
)
from engine.tables.json_text import at_pointer, step
from engine.tables.json_weights import (
    are_headings,
    are_twins,
    have_headings,
    is_all_there_is,
    is_aside,
    score,
    score_of_name,
)
from engine.tables.json_wrappers import is_one_thing, stands_aside, values_around, wraps
from engine.text import Text

NO_LIST = Code("EXT-NO-LIST", "The answer holds no list of objects to make rows of.", acs="WKF-560241")
AMBIGUOUS = Code("EXT-AMBIGUOUS-LIST", "The answer holds several lists of objects, and nobody said which one is meant.")
EMPTY_LIST = Code("EXT-EMPTY-LIST", "The list that should show the columns is empty or holds no objects.")
NO_POINTER = Code("EXT-POINTER-ABSENT", "The answer has no list where the rows should be.", acs="WKF-560241")

_FIELD = "response.pointer"
_MOST_CANDIDATES = 20
_CLEAR = 2.8
"""So much more must speak for one part of an answer than for any other."""
_FEWEST_WITHIN = 2
_PROVES_NOTHING = 2
"""Two objects of the same form may be two things, such as `home` and `away`; three are rows."""


def choose(value: Any, pointer: str | None = None, mode: Mode | None = None) -> Candidate:
    """Return what holds the rows: what stands at `pointer`, or what a person would take without a second thought.

    Raises DataError with the candidates in its details when there is nothing to take, several could be meant, or there
    is no entry that shows columns.
    """
    if pointer is not None:
        return _pointed(value, pointer, mode)
    shapes = shapes_in(value)
    tables = [each for each in _tables(shapes, value) if mode in (None, each.mode)]
    if not tables:
        raise _nothing(shapes)
    best = _clear(tables, value)
    if best is None:
        raise _ambiguous(sorted(tables, key=lambda each: -score_of_name(each)))
    if mode is None and (stands_aside(best, value) or is_one_thing(best, value)):
        raise _only_beside(tables)
    return _unwrapped(best)


def _clear(tables: Sequence[Candidate], value: Any) -> Candidate | None:
    """Return the table for which much more speaks than for any other, and that has no twin."""
    best, *others = sorted(tables, key=lambda each: -score(each, value))
    if others and score(best, value) - score(others[0], value) < _CLEAR:
        return None
    return None if any(are_twins(best, each) for each in others) else best


def _unwrapped(best: Candidate) -> Candidate:
    """Return the table within the only row when that row is no more than a wrapper around it."""
    first = first_object(best.rows)
    if len(best.rows) != 1 or first is None or best.mode not in ("array", "keyed"):
        return best
    first = {name: each for name, each in first.items() if name != KEY}
    tables = [each for each in _tables(shapes_in(first), first) if each.is_sure]
    tables = [each for each in tables if each.pointer != "/" or each.mode == "parallel"]
    inner = _clear(tables, first) if tables else None
    if inner is None and tables and not any(values_around(first)):
        raise _ambiguous([_within(best, each) for each in tables])
    if inner is None:
        return best
    deepest = _unwrapped(_within(best, inner))
    is_within = len(deepest.rows) >= _FEWEST_WITHIN and wraps(best, first, inner, deepest)
    if is_within is None:
        raise _ambiguous([best, deepest])
    return deepest if is_within else best


def _within(outer: Candidate, inner: Candidate) -> Candidate:
    """Return a shape of the first row of `outer` as one of the whole answer."""
    first = first_object(outer.rows) or {}
    place = step(first[KEY]) if outer.mode == "keyed" else "/0"
    return replace(inner, pointer=f"{outer.pointer.rstrip('/')}{place}{inner.pointer.rstrip('/')}")


def offered(value: Any, chosen: Candidate) -> list[Candidate]:
    """Return what else could be the rows of an answer beside the `chosen`, in document order."""
    tables = [each for each in shapes_in(value) if _is_table(each)]
    first = first_object(chosen.rows)
    if first is not None and len(chosen.rows) == 1 and chosen.mode == "array":
        tables += [_within(chosen, each) for each in shapes_in(first) if each.has_objects and each.is_sure]
    return tables if any(each.pointer == chosen.pointer for each in tables) else [*tables, chosen]


def _is_table(shape: Candidate) -> bool:
    return (
        bool(shape.rows)
        and (shape.has_objects or shape.has_lists)
        and (shape.is_sure or len(shape.rows) > _PROVES_NOTHING)
    )


def _tables(shapes: Sequence[Candidate], value: Any) -> list[Candidate]:
    """Return the shapes that could be meant: the plainest kind of those that are about the matter."""
    found = [each for each in shapes if _is_table(each)]
    found = [each for each in found if not are_headings(each, found)]
    matter = [each for each in found if not is_aside(each)]
    if not matter and any(not each.rows and not is_aside(each) for each in shapes):
        return []
    found = matter or found
    sure = [each for each in found if each.is_sure]
    # a list of lists may be a line on a map, so it waits for its turn unless its columns have names
    plain = [each for each in sure if each.has_objects or have_headings(each, shapes)]
    return plain or sure or [each for each in matter if is_all_there_is(each, value)]


# --- what somebody said ----------------------------------------------------------------------------------------


def _pointed(value: Any, pointer: str, mode: Mode | None) -> Candidate:
    found = at_pointer(value, pointer, default=None)
    if mode is not None and mode != "array":
        candidate: Candidate | None = Candidate(pointer or "/", rows_at(value, pointer, mode), mode)
    elif isinstance(found, Mapping) and mode is None:
        candidate = as_object(pointer or "/", found)
    else:
        rows = rows_at(value, pointer, "array")
        candidate = Candidate(pointer or "/", rows) if mode else as_list(pointer or "/", rows)
    if candidate is None:
        raise absent(value, pointer)
    return showing(candidate)


def showing(candidate: Candidate) -> Candidate:
    """Return rows that somebody pointed at. Raises DataError when none of them shows columns."""
    if candidate.has_objects or candidate.has_lists or _is_plain(candidate.rows):
        return candidate
    raise DataError(
        EMPTY_LIST,
        Text("The list “{pointer}” has no object that would show its columns.", pointer=candidate.pointer),
        hint=Text("Use a sample whose list has at least one object."),
        field="response.sample",
    )


def rows_at(value: Any, pointer: str, mode: Mode, keys: Sequence[str] = ()) -> Sequence[Any]:
    """Return the rows at `pointer`; `keys` are those of the columns.

    Raises DataError EXT-POINTER-ABSENT, with what is there instead, when there is no list or object for that mode.
    """
    found = at_pointer(value, pointer, default=None)
    if mode in ("keyed", "parallel") and isinstance(found, Mapping):
        return keyed_rows(found) if mode == "keyed" else parallel_rows(found, keys)
    if mode in ("array", "header") and is_list(found):
        return found if mode == "array" else header_rows(found)
    raise absent(value, pointer, wants_object=mode in ("keyed", "parallel"))


def absent(value: Any, pointer: str, *, wants_object: bool = False) -> DataError:
    """Return the error that the rows are not where they should be, with what could be meant instead."""
    shapes = [each for each in shapes_in(value) if each.mode == "array" or each.is_sure]
    is_there = at_pointer(value, pointer, default=None) is not None
    at = pointer or "/"
    told = Text("path {pointer} absent", pointer=at)
    if is_there:
        told = (
            Text("“{pointer}” is no object in this answer", pointer=at)
            if wants_object
            else Text("“{pointer}” is no list in this answer", pointer=at)
        )
    names = ", ".join(each.pointer for each in shapes[:5])
    return DataError(
        NO_POINTER,
        Text("The rows should stand at “{pointer}” in the answer: {told}.", pointer=at, told=told),
        hint=Text("The answer has lists at {names}: choose one of them.", names=names)
        if shapes
        else Text("The answer has no list at all. Look at it, and ask the owner of the service what changed."),
        field=_FIELD,
        details={"candidates": [each.to_json() for each in shapes[:_MOST_CANDIDATES]]},
    )


def _ambiguous(tables: Sequence[Candidate]) -> DataError:
    names = ", ".join(each.pointer for each in tables)
    return DataError(
        AMBIGUOUS,
        Text("Which list holds the rows is ambiguous: {names}.", names=names),
        hint=Text("Choose one of the lists."),
        field=_FIELD,
        details={"candidates": [each.to_json() for each in tables[:_MOST_CANDIDATES]]},
    )


def _nothing(shapes: Sequence[Candidate]) -> DataError:
    usable = [each for each in shapes if (_is_plain(each.rows) or each.mode != "array") and not is_aside(each)]
    details = {"candidates": [each.to_json() for each in usable][:_MOST_CANDIDATES]}
    lists = [each for each in shapes if each.mode == "array"]
    keyed = next((each for each in usable if each.mode == "keyed"), None)
    if not lists or keyed is not None:
        return DataError(
            NO_LIST,
            Text("The answer has no list of objects to make rows of."),
            hint=Text("Choose Flatten to make one row of the whole answer.")
            if keyed is None
            else Text("Choose Flatten, or take each member of “{pointer}” as a row.", pointer=keyed.pointer),
            field="response.mode",
            details=details,
        )
    first = next((each for each in lists if not is_aside(each)), lists[0])
    reason = (
        Text("is empty, so it shows no columns")
        if not first.rows
        else Text("holds lists, not objects")
        if is_list(first.rows[0])
        else Text("holds plain values, not objects")
    )
    hint = (
        Text("Use it as a single column “{name}”, or choose Flatten.", name=VALUE)
        if _is_plain(first.rows)
        else Text("Use a sample whose list has at least one object, or choose Flatten.")
    )
    return DataError(
        EMPTY_LIST,
        Text("The list “{pointer}” {reason}.", pointer=first.pointer, reason=reason),
        hint=hint,
        field="response.sample",
        details=details,
    )


def _only_beside(tables: Sequence[Candidate]) -> DataError:
    names = ", ".join(each.pointer for each in tables)
    return DataError(
        NO_LIST,
        Text("The answer is one thing, and its lists stand beside what it is about: {names}.", names=names),
        hint=Text("Choose Flatten to make one row of the whole answer, or take one of the lists."),
        field="response.mode",
        details={"candidates": [each.to_json() for each in tables[:_MOST_CANDIDATES]]},
    )


def _is_plain(rows: Sequence[Any]) -> bool:
    return bool(rows) and not has_nested(rows)
