"""Lists of one entry: whether the entry only wraps the rows, or is a part of a single thing (ACS 1.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.tables.json_shapes import Candidate, first_object, is_nested
from engine.tables.json_text import at_pointer
from engine.tables.json_weights import is_aside, last_name, last_word, names_in
from engine.tables.json_words import ASIDE, DATA, SLICES, SLIGHT, SUBJECTS, plain, says_how_many, says_which

_FEW = 2
_MANY_PARTS = 3
"""An answer around a list has one or two objects beside it, for its pages and its request; one with more is a thing."""


def is_wrapper(outer: Candidate, first: Mapping[str, Any], inner: Candidate, deepest: Candidate) -> bool:
    """Return whether the only row of `outer` only stands around `inner`, in which the `deepest` rows are."""
    around = list(_around(first, names_in(inner.pointer)[0]))
    if not around:
        return True
    wanted = last_word(deepest.pointer)
    if last_name(outer.pointer) in SUBJECTS or wanted not in SUBJECTS | DATA | SLICES:
        return False
    rest = [name for name, value in around if not says_which(name, value) and not says_how_many(name, value)]
    is_known = last_name(outer.pointer) in DATA | {""}
    return not rest or (wanted in SUBJECTS and not is_known and len(rest) <= _FEW)


def _around(first: Mapping[str, Any], inner: str) -> Iterator[tuple[str, Any]]:
    """Yield the plain values of a row that do not stand in its member `inner`, nor beside the matter."""
    for name, value in first.items():
        if name == inner or plain(name) in ASIDE:
            continue
        if isinstance(value, Mapping):
            yield from _around(value, "")
        elif not is_nested(value):
            yield name, value


def stands_aside(shape: Candidate, value: Any) -> bool:
    """Return whether a shape tells of the answer, and the answer has something else that it is about."""
    if not is_aside(shape) or not isinstance(value, Mapping):
        return False
    own = names_in(shape.pointer)[0]
    others = [(name, each) for name, each in value.items() if name != own or isinstance(each, Mapping)]
    return any(isinstance(each, Mapping) and plain(name) not in ASIDE | SLIGHT for name, each in others)


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
        and first_object([value]) is not None
        and any(not is_nested(each) for each in value.values())
    )
