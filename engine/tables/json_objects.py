"""Many objects looked at together: their values as they lie in memory, which is far quicker than object by object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import chain, compress
from typing import Any, Final

NESTS: Final = frozenset((dict, list))
_class_of = type


class ManyObjects:
    """The values of objects, one after the other, and their kinds."""

    def __init__(self, objects: Sequence[Mapping[str, Any]]) -> None:
        """Look at `objects`, which stay as they are."""
        self._objects = objects
        self._found: dict[str, frozenset[type]] = {}
        self._values: Sequence[Any] = list(chain.from_iterable([each.values() for each in objects]))
        self._kinds: Sequence[type] = list(map(_class_of, self._values))

    def __len__(self) -> int:
        """Return how many members all objects have together."""
        return len(self._values)

    @property
    def nested(self) -> Sequence[Any]:
        """Return the objects and lists among the values."""
        return list(compress(self._values, map(NESTS.__contains__, self._kinds)))

    @cached_property
    def names(self) -> Sequence[str]:
        """Return the names of the members; nothing where not all objects have the same in the same order."""
        names = list(self._objects[0]) if self._objects else []
        every = list(chain.from_iterable(self._objects))
        return names if every == names * len(self._objects) else ()

    def member(self, name: str) -> Sequence[Any]:
        """Return what each object has as one of the `names`."""
        return self._values[self.names.index(name) :: len(self.names)]

    def kinds(self, name: str) -> frozenset[type]:
        """Return the kinds that the values of one of the `names` have."""
        if name not in self._found:
            self._found[name] = frozenset(self._kinds[self.names.index(name) :: len(self.names)])
        return self._found[name]
