"""What the rows of an answer are like: how many, which properties, of which kind, how often empty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import NoneType
from typing import Any, Final, Literal

from engine.tables.json_entries import ABSENT
from engine.tables.json_rows import JsonDocument
from engine.tables.json_shapes import KEY, Mode
from engine.tables.json_text import Digits, at_pointer, leaves

Kind = Literal["text", "number", "boolean", "object", "list"]

_KINDS: Final[Mapping[type, Kind]] = {
    str: "text",
    int: "number",
    float: "number",
    Digits: "number",
    bool: "boolean",
    list: "list",
    tuple: "list",
}


@dataclass(frozen=True, slots=True)
class Property:
    """The kinds of the values that a property has, null aside, and in how many rows it is null or not there."""

    kinds: frozenset[Kind] = frozenset()
    empty: int = 0


@dataclass(frozen=True, slots=True)
class Profile:
    """The number of rows, and their properties by name (by JSON Pointer in a flattened answer), in their order."""

    rows: int = 0
    properties: Mapping[str, Property] = field(default_factory=dict)

    def is_absent(self, name: str) -> bool:
        """Return whether no row has a value for a property."""
        found = self.properties.get(name)
        return found is None or found.empty >= self.rows

    def emptiness(self, name: str) -> float:
        """Return the share of rows, from 0 to 1, that have no value for a property."""
        found = self.properties.get(name)
        return 1.0 if found is None or not self.rows else found.empty / self.rows


def profile_of(document: Any, keys: Sequence[str], *, mode: Mode, pointer: str | None) -> Profile:
    """Return what the rows of an answer, a JSON value or a `JsonDocument`, are like. Raises DataError without rows.

    `keys` are those of the columns.
    """
    opened = JsonDocument.of(document)
    if mode == "flatten":
        found = {key: _looked_at([value]) for key, _, value in leaves(opened.value)}
        return Profile(1, found)
    entries = opened.entries(keys, mode=mode, pointer=pointer)
    names = [name for name in entries.names if name != KEY]
    inside = [key for key in keys if key.startswith("/") and key not in names]
    others = len(entries) - len(entries.objects)
    found = {name: _property(entries.members(name), entries.kinds(name), others) for name in names}
    found |= {key: _looked_at(_inside(entries.elements, key)) for key in inside}
    return Profile(len(entries), found)


def together(profiles: Iterable[Profile]) -> Profile:
    """Return what the rows of several answers are like, taken as one."""
    rows, found = 0, dict[str, Property]()
    for profile in profiles:
        for name in {**found, **profile.properties}:
            old = found.get(name, Property(empty=rows))
            new = profile.properties.get(name, Property(empty=profile.rows))
            found[name] = Property(old.kinds | new.kinds, old.empty + new.empty)
        rows += profile.rows
    return Profile(rows, found)


def _inside(elements: Sequence[Any], pointer: str) -> Sequence[Any]:
    """Return what each element has at a JSON Pointer."""
    values = elements
    for part in pointer[1:].split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        values = [
            each.get(name, ABSENT) if type(each) is dict else at_pointer(each, f"/{part}", ABSENT) for each in values
        ]
    return values


def _looked_at(values: Sequence[Any]) -> Property:
    return _property(values, frozenset(map(type, values)))


def _property(values: Sequence[Any], kinds: frozenset[type], others: int = 0) -> Property:
    """Return what `values` of these `kinds` are like; in `others` rows there cannot be one."""
    nothing = kinds & {NoneType, object}
    if nothing:  # counting takes longer than finding the types
        counts = Counter(map(type, values))
        others += sum(counts[kind] for kind in nothing)
    return Property(frozenset(_KINDS.get(kind, "object") for kind in kinds - nothing), others)
