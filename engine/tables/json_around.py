"""Finds lists within the rows of a sample, and the columns that tell the entries around such rows apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from engine.errors import DataError
from engine.tables.json_choice import showing
from engine.tables.json_elements import FoundColumn
from engine.tables.json_nested import EACH, nested_rows, pointers_around
from engine.tables.json_shapes import KEY, Candidate, Mode, is_nested, member_at, shapes_in
from engine.tables.json_text import step

_LOOKED_AT = 50
_MOST_LISTS = 20


def pointed_within(sample: Any, pointer: str, mode: Mode | None) -> Candidate:
    """Return the rows of the lists at a pointer such as `/orders/*/lines`. Raises DataError without any."""
    mode = mode or "array"
    return showing(Candidate(pointer, nested_rows(sample, pointer, mode).rows, mode))


def lists_within(sample: Any, chosen: Candidate) -> list[Candidate]:
    """Return the lists of objects within the rows of `chosen`, at any depth, each as the rows of all of them."""
    found: list[Candidate] = []
    waiting = [chosen]
    while waiting and len(found) < _MOST_LISTS:
        inner = list(_directly_within(sample, waiting.pop(0)))
        found += inner
        waiting += inner
    return found[:_MOST_LISTS]


def _directly_within(sample: Any, outer: Candidate) -> Iterator[Candidate]:
    if outer.mode not in ("array", "keyed"):
        return
    base = f"{outer.pointer.rstrip('/')}/{EACH}"
    pointers = {
        base + shape.pointer: None
        for row in outer.rows[:_LOOKED_AT]
        if isinstance(row, Mapping)
        for shape in shapes_in(row)
        if shape.mode == "array" and shape.has_objects
    }
    for pointer in pointers:
        with suppress(DataError):  # a list in some entries and something else in others can be no table
            yield Candidate(pointer, nested_rows(sample, pointer, "array").rows)


def columns_around(sample: Any, chosen: Candidate) -> list[FoundColumn]:
    """Return a column for each level around rows within others: what tells its entries apart, outermost first."""
    nested = nested_rows(sample, chosen.pointer, chosen.mode)
    found = []
    for level, pointer in enumerate(pointers_around(chosen.pointer), 1):
        entries = nested.values_around(level)
        name = _identity(_different(entries))
        if name is not None:
            list_name = pointer.split("/")[-2]
            words = "key" if name == KEY else name
            values = [member_at(entry, name, None) for entry in entries]
            found.append(FoundColumn(pointer + step(name), f"{list_name}_{words}" if list_name else words, values))
    return found


def _different(entries: Sequence[Any]) -> Iterator[Any]:
    """Yield each entry once, however many rows stand in it."""
    last: Any = None
    for entry in entries:
        if entry is not last:
            yield entry
        last = entry


def _identity(entries: Iterator[Any]) -> str | None:
    """Return the first property that every entry has, each with another plain value."""
    objects = list(entries)
    if not objects or not all(isinstance(each, Mapping) for each in objects):
        return None
    for name in objects[0]:
        values = [each.get(name) for each in objects]
        if all(value is not None and not is_nested(value) for value in values) and len(set(values)) == len(values):
            return str(name)
    return None
