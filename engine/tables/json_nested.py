"""Lists within the entries of other lists: their rows, numbered by the entry around them, and what stands in that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.errors import DataError
from engine.tables.json_choice import NO_POINTER, rows_at
from engine.tables.json_shapes import Mode, is_list, is_nested, keyed_rows
from engine.tables.json_text import at_pointer
from engine.text import Text

EACH: Final = "*"
"""The step of a pointer that stands for each entry of a list, as in `/orders/*/lines`."""
PARENT_LINE: Final = "parentLine"
"""The column with the number of the entry around a row, counted from 1 over the whole answer."""

_Around = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class NestedRows:
    """The rows of all inner lists; for each the number of the entry around it, and the entries around, outermost first.

    `parents` is the number of entries that could have had rows.
    """

    rows: Sequence[Any]
    lines: Sequence[int]
    around: Sequence[_Around]
    parents: int

    def values_around(self, level: int) -> Sequence[Any]:
        """Return for each row the entry around it at a level from 1, the outermost."""
        return [around[level - 1] for around in self.around]


def is_within(pointer: str) -> bool:
    """Return whether a pointer leads into each entry of a list."""
    return EACH in pointer.split("/")[1:]


def nested_rows(document: Any, pointer: str, mode: Mode, keys: Sequence[str] = ()) -> NestedRows:
    """Return the rows of the lists at `pointer` within all entries; an entry without such a list has none.

    Raises DataError EXT-POINTER-ABSENT when the outermost list is absent, or something else stands in the place of one.
    """
    first, *parts = _parts(pointer)
    level: list[tuple[Any, _Around]] = [(entry, (entry,)) for entry in _outermost(document, first)]
    *between, last = parts
    for depth, part in enumerate(between, 2):
        level = [
            (entry, (*around, entry))
            for place, (value, around) in enumerate(level, 1)
            for entry in _entries(at_pointer(value, part), pointer, depth, place)
        ]
    rows: list[Any] = []
    lines: list[int] = []
    arounds: list[_Around] = []
    for place, (value, around) in enumerate(level, 1):
        found = _rows(value, last, mode, keys, pointer, place)
        rows += found
        lines += [place] * len(found)
        arounds += [around] * len(found)
    return NestedRows(rows, lines, arounds, len(level))


def key_around(pointer: str, key: str) -> tuple[int, str] | None:
    """Return the level and the pointer within its entries of a key that stands around the rows at `pointer`.

    Such a key starts at the top of the answer, `/orders/*/id` for the rows at `/orders/*/lines`. None for others.
    """
    steps, outer = key.split("/"), pointer.split("/")
    shared = [place for place, step in enumerate(steps) if step == EACH and steps[: place + 1] == outer[: place + 1]]
    if not key.startswith("/") or not shared:
        return None
    rest = steps[shared[-1] + 1 :]
    return len(shared), "".join(f"/{step}" for step in rest)


def pointers_around(pointer: str) -> Iterator[str]:
    """Yield the pointers of the entries around the rows at `pointer`, `/orders/*` for `/orders/*/lines`."""
    steps = pointer.split("/")
    for place, step in enumerate(steps):
        if step == EACH:
            yield "/".join(steps[: place + 1])


def _parts(pointer: str) -> list[str]:
    """Return the pointer cut at each `*`: `/orders/*/lines` gives `/orders` and `/lines`."""
    parts = [""]
    for step in pointer.split("/")[1:]:
        if step == EACH:
            parts.append("")
        else:
            parts[-1] += f"/{step}"
    return parts


def _outermost(document: Any, pointer: str) -> Sequence[Any]:
    found = at_pointer(document, pointer)
    return keyed_rows(found) if isinstance(found, Mapping) else rows_at(document, pointer or "/", "array")


def _entries(value: Any, pointer: str, depth: int, place: int) -> Sequence[Any]:
    """Return the entries of a list, or of an object whose members are entries; nothing where there is none."""
    if value is None:
        return ()
    if not is_nested(value):
        raise _no_list(pointer, depth, place)
    return keyed_rows(value) if isinstance(value, Mapping) else value


def _rows(value: Any, part: str, mode: Mode, keys: Sequence[str], pointer: str, place: int) -> Sequence[Any]:
    """Return the rows within one entry."""
    found = at_pointer(value, part)
    if found is None:
        return ()
    is_fitting = is_list(found) if mode in ("array", "header") else isinstance(found, Mapping)
    if not is_fitting:
        raise _no_list(pointer, pointer.split("/").count(EACH) + 1, place)
    return rows_at(value, part or "/", mode, keys)


def _no_list(pointer: str, depth: int, place: int) -> DataError:
    """Return the error that something else stands where a list should be, within the entry number `place`."""
    steps = pointer.split("/")
    ends = [*(at for at, step in enumerate(steps) if step == EACH), len(steps)]
    at = "/".join(steps[: ends[depth - 1]])
    return DataError(
        NO_POINTER,
        Text("“{pointer}” is no list in entry {place} of the list around it.", pointer=at, place=place),
        hint=Text("Look at the answer: choose another way to rows, or another list."),
        field="response.pointer",
    )
