"""Which activity of a flow writes the message that is previewed."""

from __future__ import annotations

from collections.abc import Sequence

from engine import registry
from engine.activity import MessageActivity
from engine.document.model import Flow


def message_activities(flow: Flow) -> list[str]:
    """Return the ids of the activities that write to people, from left to right on the canvas."""
    ids = [id for id, entry in flow.activities.items() if isinstance(registry.activity(entry.kind), MessageActivity)]
    places = {id: flow.layout.get(id) for id in ids}
    return sorted(ids, key=lambda id: ((place.x, place.y) if (place := places[id]) is not None else (0, 0), id))


def target(flow: Flow, selection: Sequence[str], before: str) -> str:
    """Return the selected message activity, else the one shown `before`, else the first, else ""."""
    known = message_activities(flow)
    chosen = next((id for id in selection if id in known), "")
    return chosen or (before if before in known else next(iter(known), ""))
