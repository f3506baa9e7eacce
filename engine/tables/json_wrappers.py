"""Lists of one entry: whether the entry only wraps the rows, or is a part of a single thing (ACS 1.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.tables.json_shapes import Candidate, is_nested
from engine.tables.json_text import at_pointer
from engine.tables.json_weights import is_aside, last_name, last_word, names_in
from engine.tables.json_words import (
    ASIDE,
    DATA,
    ERRORS,
    GROUPS,
    SLICES,
    SLIGHT,
    SUBJECTS,
    TITLES,
    plain,
    says_how_many,
    says_which,
)

_FEW = 2
_MANY_PARTS = 3
"""An answer around a list has one or two objects beside it, for its pages and its request; one with more is a thing."""


def wraps(outer: Candidate, first: Mapping[str, Any], inner: Candidate, deepest: Candidate) -> bool | None:
    """Return whether the only row of `outer` only stands around `inner`, in which the `deepest` rows are.

    None where a person would hesitate.
    """
    around = list(values_around(first, at_pointer(first, inner.pointer)))
    name, wanted = last_name(outer.pointer), last_word(deepest.pointer)
    if not around or name in SUBJECTS:
        return not around
    rest = [name for name, value in around if not says_which(name, value) and not says_how_many(name, value)]
    if not rest:
        return True if wanted in SUBJECTS | DATA | SLICES else None
    if len(rest) > _FEW or wanted not in SUBJECTS | DATA:
        return False
    is_bare = all(map(is_nested, first.values())) and wanted in SUBJECTS
    if is_bare or deepest.has_lists or last_word(outer.pointer) in GROUPS:
        return True
    if wanted in DATA or name in DATA | {""}:
        return False
    return True if len(rest) == 1 and plain(rest[0]) not in TITLES else None


def values_around(first: Mapping[str, Any], inner: Any = None) -> Iterator[tuple[str, Any]]:
    """Yield the plain values of a row that do not stand in its part `inner`, nor beside the matter."""
    if first is inner:
        return
    for name, value in first.items():
        if plain(name) in ASIDE | SLIGHT:
            continue
        if isinstance(value, Mapping):
            yield from values_around(value, inner)
        elif not is_nested(value):
            yield name, value


def stands_aside(shape: Candidate, value: Any) -> bool:
    """Return whether a shape tells of errors, or of an answer that has something else that it is about."""
    if not is_aside(shape) or not isinstance(value, Mapping):
        return False
    steps = names_in(shape.pointer)
    others = [(name, each) for name, each in value.items() if name != steps[0] or isinstance(each, Mapping)]
    has_matter = any(isinstance(each, Mapping) and plain(name) not in ASIDE | SLIGHT for name, each in others)
    return has_matter or any(plain(name) in ERRORS for name in steps)


def is_one_thing(shape: Candidate, value: Any) -> bool:
    """Return whether an answer is a single thing, of which a list of one entry is a part among others."""
    if len(shape.rows) != 1 or shape.mode != "array" or last_name(shape.pointer) in DATA:
        return False
    *above, own = names_in(shape.pointer) or [""]
    parent = at_pointer(value, shape.pointer.rpartition("/")[0])
    if above or not isinstance(parent, Mapping):
        return False
    return len([name for name, each in parent.items() if name != own and _is_part(name, each)]) >= _MANY_PARTS


def _is_part(name: str, value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and plain(name) not in ASIDE | SLIGHT
        and any(not is_nested(each) for each in value.values())
    )
