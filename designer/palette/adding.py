"""Add an activity to the open flow: beside the one it follows, wired where that is legal, and selected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designer.session import Session
from engine import registry
from engine.document import edits
from engine.document.model import Flow, Wire, split_source
from engine.document.tidy import CARD_HEIGHT, CARD_WIDTH
from engine.text import Text

GAP_X, GAP_Y = 72, 36
"""The room between cards in scene pixels, as the tidy layout leaves it."""


def add_activity(
    session: Session,
    kind: str,
    position: tuple[float, float] | None = None,
    after: str | None = None,
    *,
    settings: Mapping[str, Any] | None = None,
    flow: Flow | None = None,
) -> str:
    """Add an activity of `kind` as one step of undo, select it, and return its id.

    `after` is an activity (`query`) or one of its transitions (`fork.copy1`) that the new one is wired to when that
    is legal; without it, and without a `position`, the selected activity. Without a `position` (scene pixels of the
    card's upper left corner) the card stands to the right of the one it follows, where no other card stands.
    `flow` is the open flow with whatever else belongs to the same step.
    """
    found = registry.activity(kind)
    if found is None:
        raise ValueError(f"no activity is called {kind}")
    flow = flow or session.flow
    if after is None and position is None and len(session.selection) == 1:
        after = session.selection[0]
    place = position or _free_place(flow, split_source(after)[0] if after else "")
    new, id = edits.add_activity(flow, kind, position=place, settings=settings, version=found.version)
    if after is not None:
        new = _wired(new, after, id)
    session.edit(Text("Add “{title}”", title=found.title), new)
    session.select(id)
    return id


def legal_wire(flow: Flow, after: str, id: str) -> Wire | None:
    """Return the first legal wire from `after` (an activity or one of its transitions) to `id`, or None.

    Transitions that lead nowhere yet come first.
    """
    source, transition = split_source(after)
    entry, target = flow.activities.get(source), flow.activities.get(id)
    if entry is None or target is None:
        return None
    used = registry.wired_names(flow, source)
    ways = [way.name for way in registry.transitions(entry, used) if transition in ("", way.name)]
    ways.sort(key=lambda name: name in used)
    wires = (Wire(source, way, id, place.name) for way in ways for place in registry.inbound(target))
    return next((wire for wire in wires if registry.why_not(flow, wire) is None), None)


def _wired(flow: Flow, after: str, id: str) -> Flow:
    wire = legal_wire(flow, after, id)
    return edits.connect(flow, wire) if wire is not None else flow


def _free_place(flow: Flow, after: str) -> tuple[float, float]:
    """Return where a card can stand: right of `after`, or of the rightmost card, and below what is there."""
    if not flow.layout:
        return 0, 0
    beside = flow.layout.get(after) or max(flow.layout.values(), key=lambda card: card.x)
    x, y = beside.x + CARD_WIDTH + GAP_X, beside.y
    while any(abs(card.x - x) < CARD_WIDTH and abs(card.y - y) < CARD_HEIGHT for card in flow.layout.values()):
        y += CARD_HEIGHT + GAP_Y
    return x, y
