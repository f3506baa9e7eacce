"""Which members of a row hold its properties, so that their values are columns of the row (ACS 1.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from engine.tables.json_shapes import KEY, is_nested
from engine.tables.json_text import step
from engine.tables.json_words import ASIDE, plain, says_how_many, says_which, words

_ENVELOPES: Final[Mapping[str, tuple[str, ...]]] = {
    "attributes": ("type", "id"),
    "properties": ("type", "geometry"),
    "node": (),
    "resource": ("fullUrl",),
}
"""Members that hold an element's properties, and what stands beside them: JSON:API, GeoJSON, GraphQL, FHIR."""

HOLDERS: Final = words(
    "attributes properties fields node resource source snippet document doc data record values datafields mergefields "
    "customfields customattributes traits"
)
"""Members that hold an element's properties, by names without signs, where as little else is said beside them."""

TEXT: Final = "#text"
"""Where an XML element that became an object has its text; its attributes stand beside that."""


def opened_in(first: Mapping[str, Any], own: Sequence[str]) -> list[str]:
    """Return the members of a row whose properties are columns too: what holds the properties is no value itself."""
    objects = [name for name, value in first.items() if isinstance(value, Mapping) and plain(name) not in ASIDE]
    for name, beside in _ENVELOPES.items():
        if name in objects and all(other in first for other in beside):
            return [name]
    if not any(name != KEY for name in own):
        return objects
    typed = [name for name in objects if plain(name) in HOLDERS and _is_typed(first[name])]
    if typed:
        return typed
    rest = [name for name in own if name != KEY and not says_which(name, first[name])]
    counts = sum(says_how_many(name, first[name]) for name in rest)
    telling = [name for name in objects if _count_of_matter(first[name])]
    holders = [name for name in telling if plain(name) in HOLDERS]
    if not holders or sum(_count_of_matter(first[name]) for name in holders) < len(rest) - counts:
        return [] if rest else telling
    return [name for name in objects if name in holders or says_which(name, None) or _is_flat(first[name])]


def _count_of_matter(value: Mapping[str, Any]) -> int:
    """Return how many values in an object say more than which one it is."""
    return sum(
        _count_of_matter(each) if isinstance(each, Mapping) else _is_matter(name, each) for name, each in value.items()
    )


def _is_flat(value: Mapping[str, Any]) -> bool:
    """Return whether an object is no more than values that all say something, as in `{"views": 3, "likes": 1}`."""
    return len(value) > 1 and all(_is_matter(name, each) for name, each in value.items())


def _is_matter(name: str, value: Any) -> bool:
    return not is_nested(value) and not says_which(name, value)


def opened_keys(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
    """Yield the pointers of the plain values of an opened object, and of the objects that hold its properties."""
    own = [name for name, each in value.items() if not is_nested(each)]
    inner = [name for name in value if name not in own and isinstance(value[name], Mapping)]
    opened = inner if _is_typed(value) else opened_in(value, own)
    for name, each in value.items():
        if name in own and (name == TEXT or TEXT not in value):
            yield pointer + step(name)
        elif name in opened:
            yield from opened_keys(each, pointer + step(name))


def _is_typed(value: Mapping[str, Any]) -> bool:
    """Return whether all members are objects around one value, as in `{"code": {"stringValue": "x"}}`."""
    return bool(value) and all(
        isinstance(each, Mapping) and len(each) == 1 and not any(map(is_nested, each.values()))
        for each in value.values()
    )
