"""A member of a JSON value as the tree shows it: its place, and what is below it; more than a page of it in groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from designer.forms.paths import is_list
from designer.panels.json_text import pointer_step

PAGE = 500
"""No more rows than this stand below one: Qt asks for each of them when it is opened."""

Kept = Mapping[str | int, Any]
"""The members that a filter leaves: for each name what it leaves of that, None for all."""


class JsonNode:
    """A member of the tree: its name in its parent, its value, its row, and how many rows are below it.

    `kept` are the members that are shown, None for all. `span` is for a group: which of the members of its value, by
    their number, it holds.
    """

    __slots__ = ("_members", "_rows", "count", "kept", "name", "parent", "row", "span", "step", "value")

    def __init__(
        self,
        parent: JsonNode | None,
        row: int,
        name: str | int,
        value: Any,
        kept: Kept | None = None,
        span: range | None = None,
    ) -> None:
        """Keep a value that is not opened yet."""
        self.parent = parent
        self.row = row
        self.name = name
        self.value = value
        self.kept = kept
        self.span = span
        self.step = 1
        self.count = 0
        self._rows: list[JsonNode | None] | None = None
        self._members: Sequence[str | int] | None = None
        if isinstance(value, dict | list | tuple):
            self._count(len(span) if span is not None else len(value) if kept is None else len(kept))

    def _count(self, members: int) -> None:
        """Choose the size of the groups: a row holds one member, or 500, or 250,000."""
        while members > self.step * PAGE:
            self.step *= PAGE
        self.count = -(-members // self.step)

    @property
    def is_group(self) -> bool:
        """Return whether this is a part of the members of a value that has many."""
        return self.span is not None

    @property
    def has_groups(self) -> bool:
        """Return whether groups are below."""
        return self.step > 1

    @property
    def is_made(self) -> bool:
        """Return whether anything below has been looked at."""
        return self._rows is not None

    @property
    def size(self) -> int:
        """Return how many members the value or the group has, 0 for plain ones."""
        if self.span is not None:
            return len(self.span)
        return len(self.value) if isinstance(self.value, Mapping) or is_list(self.value) else 0

    @property
    def ends(self) -> tuple[str | int, str | int]:
        """Return the names of the first and the last member of a group."""
        place = self.span or range(1)
        return self.names[place[0]], self.names[place[-1]]

    @property
    def content(self) -> Any:
        """Return the value; of a group the members in it."""
        if self.span is None:
            return self.value
        names = [self.names[place] for place in self.span]
        if isinstance(self.value, Mapping):
            return {name: self.value[name] for name in names}
        return [self.value[name] for name in names]

    @property
    def is_list_of_objects(self) -> bool:
        """Return whether the value could be a table."""
        return not self.is_group and is_list(self.value) and self.size > 0 and isinstance(self.value[0], Mapping)

    @property
    def pointer(self) -> str:
        """Return where the value is, as a JSON Pointer; the root is `/`, and a group is where its value is."""
        return "".join(reversed([pointer_step(node.name) for node in self._way()])) or "/"

    @property
    def pointer_in_each(self) -> str:
        """Return the pointer with `*` for each list around the value, so that it means all entries of those."""
        steps = [
            "/*"
            if node is not self and node.parent is not None and is_list(node.parent.value)
            else pointer_step(node.name)
            for node in self._way()
        ]
        return "".join(reversed(steps)) or "/"

    def _way(self) -> list[JsonNode]:
        """Return the members that lead here, this one first."""
        way: list[JsonNode] = []
        node: JsonNode | None = self
        while node is not None and node.parent is not None:
            if not node.is_group:
                way.append(node)
            node = node.parent
        return way

    @property
    def names(self) -> Sequence[str | int]:
        """Return the names of all members of the value that are shown; groups take those of their value."""
        if self._members is None:
            if self.span is not None and self.parent is not None:
                self._members = self.parent.names
            elif self.kept is not None:
                self._members = list(self.kept)
            else:
                self._members = list(self.value) if isinstance(self.value, Mapping) else range(len(self.value))
        return self._members

    def child(self, row: int) -> JsonNode:
        """Return what is in a row below."""
        if self._rows is None:
            self._rows = [None] * self.count
        found = self._rows[row]
        if found is None:
            found = self._rows[row] = self._made(row)
        return found

    def _made(self, row: int) -> JsonNode:
        names = self.names
        span = self.span if self.span is not None else range(len(names))
        if self.step == 1:
            name = names[span[row]]
            return JsonNode(self, row, name, self.value[name], None if self.kept is None else self.kept.get(name))
        part = span[row * self.step : (row + 1) * self.step]
        return JsonNode(self, row, "", self.value, self.kept, part)

    def member(self, name: str | int) -> JsonNode | None:
        """Return a member of the value, within its groups; None for one that is not shown."""
        place = self._place_of(name)
        if place is None:
            return None
        node, first = self, 0
        while node.has_groups:
            row = (place - first) // node.step
            first += row * node.step
            node = node.child(row)
        return node.child(place - first)

    def _place_of(self, name: str | int) -> int | None:
        if self.count == 0:
            return None
        if isinstance(self.names, range):
            return name if isinstance(name, int) and name in self.names else None
        is_shown = name in (self.value if self.kept is None else self.kept)
        return self.names.index(name) if is_shown else None


def kept_by(paths: Sequence[tuple[str | int, ...]]) -> Kept:
    """Return what leads to `paths`, name by name; a path that goes through another one adds nothing."""
    kept: dict[str | int, Any] = {}
    for path in paths:
        inner: Any = kept
        for step in path[:-1]:
            inner = inner.setdefault(step, {})
            if inner is None:
                break
        if inner is not None:
            inner[path[-1]] = None
    return kept
