"""The entries that rows are made of, each of their properties pulled out once, whoever asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, Final

from engine.tables.json_objects import ManyObjects
from engine.tables.json_shapes import VALUE, is_list, member_at
from engine.tables.json_text import at_pointer

ABSENT: Final = object()
"""What stands in the place of a property that an entry does not have; nothing else is of exactly this type."""

_class_of = type


@dataclass(frozen=True, slots=True)
class Values:
    """Values one below the other, and their kinds."""

    items: Sequence[Any]
    kinds: frozenset[type]

    @classmethod
    def of(cls, items: Sequence[Any]) -> Values:
        """Return `items` with their kinds."""
        return cls(items, frozenset(map(_class_of, items)))


class Entries:
    """What stands in a list, looked at by property instead of one entry after the other."""

    def __init__(self, elements: Sequence[Any], together: ManyObjects | None = None) -> None:
        """Look at `elements`, JSON values; `together` is what is known of them where all are objects."""
        self.elements = elements
        self._known = together
        self._values: dict[str, Sequence[Any]] = {}

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self.elements)

    @cached_property
    def objects(self) -> Sequence[Mapping[str, Any]]:
        """Return the entries that are objects."""
        if self._known is not None or set(map(_class_of, self.elements)) == {dict}:
            return self.elements
        return [each for each in self.elements if isinstance(each, Mapping)]

    @cached_property
    def _together(self) -> ManyObjects:
        return self._known if self._known is not None else ManyObjects(self.objects)

    @cached_property
    def names(self) -> Sequence[str]:
        """Return the names of all properties, in the order in which they come first."""
        orders = [self._together.names] if self._together.names else dict.fromkeys(map(tuple, self.objects))
        return tuple(dict.fromkeys(chain.from_iterable(orders)))

    def members(self, name: str) -> Sequence[Any]:
        """Return what each object has as a property, `ABSENT` where it has none."""
        if name not in self._values:
            is_everywhere = name in self._together.names
            self._values[name] = (
                self._together.member(name) if is_everywhere else [each.get(name, ABSENT) for each in self.objects]
            )
        return self._values[name]

    def kinds(self, name: str) -> frozenset[type]:
        """Return the kinds that the objects' values of a property have; that of `ABSENT` where one has none."""
        if name in self._together.names:
            return self._together.kinds(name)
        return frozenset(map(_class_of, self.members(name)))

    def column(self, key: str) -> Values:
        """Return what each entry has for `key`, a property or a JSON Pointer, `ABSENT` where it has nothing."""
        if len(self.objects) == len(self.elements) and not key.startswith("/"):
            return Values(self.members(key), self.kinds(key))
        return Values.of([value_of(each, key, ABSENT) for each in self.elements])


def value_of(element: Any, key: str, default: Any) -> Any:
    """Return what a row has for `key`, a property or a JSON Pointer; `default` when nothing is there.

    A row that is a plain value has it under `value`; one that is a list has its values at `/0`, `/1` and so on.
    """
    if isinstance(element, Mapping):
        return member_at(element, key, default)
    if is_list(element) and key.startswith("/"):
        return at_pointer(element, key, default)
    return element if key == VALUE and element is not None else default
