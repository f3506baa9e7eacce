"""What differs between two JSON values, place by place, a little at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from designer.panels.json_search import Path
from designer.panels.json_text import pointer_step

STEP = 200
"""After so many places the comparison takes a breath."""

Kind = Literal["added", "removed", "changed"]
_Pair = tuple[Path, Any, Any]
_ABSENT: Any = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two values differ. Entries that only one of two lists has count from that list."""

    path: Path
    kind: Kind
    before: Any = None
    after: Any = None

    @property
    def pointer(self) -> str:
        """Return the place as a JSON Pointer; the root is `/`."""
        return "".join(map(pointer_step, self.path)) or "/"


def differences(before: Any, after: Any) -> Iterator[Difference | None]:
    """Yield where `after` differs from `before`, in document order; None in between, to go on later.

    Entries of lists are compared place by place once what is the same at both ends has been set aside.
    """
    pairs: list[_Pair] = [((), before, after)]
    count = 0
    while pairs:
        path, old, new = pairs.pop()
        count += 1
        if count % STEP == 0:
            yield None
        if old is _ABSENT:
            yield Difference(path, "added", after=new)
        elif new is _ABSENT:
            yield Difference(path, "removed", before=old)
        elif isinstance(old, Mapping) and isinstance(new, Mapping):
            pairs.extend(reversed(_members(path, old, new)))
        elif isinstance(old, list) and isinstance(new, list):
            pairs.extend(reversed(_entries(path, old, new)))
        elif not _are_same(old, new):
            yield Difference(path, "changed", old, new)


def _members(path: Path, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[_Pair]:
    names = [*old, *(name for name in new if name not in old)]
    return [((*path, name), old.get(name, _ABSENT), new.get(name, _ABSENT)) for name in names]


def _entries(path: Path, old: list[Any], new: list[Any]) -> list[_Pair]:
    """Return the entries that may differ: those that one list has more stand where they are in it."""
    shorter = min(len(old), len(new))
    start = next((place for place in range(shorter) if not _are_same(old[place], new[place])), shorter)
    rest = shorter - start
    end = next((place for place in range(rest) if not _are_same(old[-1 - place], new[-1 - place])), rest)
    olds, news = old[start : len(old) - end], new[start : len(new) - end]
    return [
        (
            (*path, start + place),
            olds[place] if place < len(olds) else _ABSENT,
            news[place] if place < len(news) else _ABSENT,
        )
        for place in range(max(len(olds), len(news)))
    ]


def _are_same(old: Any, new: Any) -> bool:
    """Return whether two values are the same JSON: 1 and true are equal in Python only."""
    return type(old) is type(new) and bool(old == new) and repr(old) == repr(new)
