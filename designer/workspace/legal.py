"""Which wires a flow may get, and which activities fit at the end of one."""

from __future__ import annotations

from collections.abc import Iterator

from engine import registry
from engine.document import edits, order
from engine.document.model import ActivityEntry, Flow, Wire
from engine.document.tidy import CARD_HEIGHT
from engine.text import Text

HALF_CARD = CARD_HEIGHT / 2
"""Half the height of a card: a card that a wire is dropped for stands beside the pointer."""

FIRST_OFFER = "external-api"
"""The kind that stands first in the list of activities that fit, as long as no answer has come in."""


def ends(flow: Flow, source: str, transition: str) -> Iterator[Wire]:
    """Yield every legal wire that begins at a transition, in the order of the activities' names."""
    for id in sorted(flow.activities, key=lambda each: str(registry.title(flow.activities[each])).casefold()):
        yield from _legal(flow, source, transition, id)


def starts(flow: Flow, source: str) -> Iterator[Wire]:
    """Yield every legal wire that begins at an activity, from its first way out to its last."""
    for way in registry.transitions(flow.activities[source], registry.wired_names(flow, source)):
        yield from ends(flow, source, way.name)


def _legal(flow: Flow, source: str, transition: str, target: str) -> Iterator[Wire]:
    for place in registry.inbound(flow.activities[target]):
        wire = Wire(source, transition, target, place.name)
        if registry.why_not(flow, wire) is None:
            yield wire


def fitting_kinds(flow: Flow, source: str = "", transition: str = "") -> tuple[str, ...]:
    """Return the kinds that a wire from a transition could lead to, the likeliest first; without one, all kinds.

    First stands External API, or, for rows that an answer has been added to, what writes messages.
    """
    kinds = registry.kinds()
    if not source:
        return tuple(each.kind for each in kinds)
    fitting = [each for each in kinds if _fits(flow, source, transition, each.kind)]
    before = order.upstream(flow, [source]) - {source}
    has_answer = any(flow.activities[id].kind == FIRST_OFFER for id in before)
    fitting.sort(key=lambda each: each.category != "channels" if has_answer else each.kind != FIRST_OFFER)
    return tuple(each.kind for each in fitting)


def _fits(flow: Flow, source: str, transition: str, kind: str) -> bool:
    with_one, id = edits.add_activity(flow, kind, position=(0, 0))
    return next(_legal(with_one, source, transition, id), None) is not None


def insert(flow: Flow, id: str, wire: Wire) -> Flow | None:
    """Return the flow with the activity `id` put between the ends of `wire`, or None where that is not legal."""
    if id in {wire.source, wire.target}:
        return None
    without = edits.disconnect(flow, wire)
    first = next(_legal(without, wire.source, wire.transition, id), None)
    if first is None:
        return None
    joined = edits.connect(without, first)
    for way in registry.transitions(flow.activities[id]):
        last = Wire(id, way.name, wire.target, wire.inbound)
        if registry.why_not(joined, last) is None:
            return edits.connect(joined, last)
    return None


def is_loose(flow: Flow, id: str) -> bool:
    """Return whether no wire touches an activity."""
    return not any(id in {wire.source, wire.target} for wire in flow.wires())


def name(entry: ActivityEntry, wire: Wire) -> Text:
    """Return what a wire into `entry` is called in a list of choices."""
    places = registry.inbound(entry)
    place = next((each for each in places if each.name == wire.inbound), None)
    if place is None or len(places) == 1:
        return registry.title(entry)
    return Text("{activity} · {place}", activity=registry.title(entry), place=place.label)
