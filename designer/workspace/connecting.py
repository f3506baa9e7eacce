"""Connect mode: the list of everything that the selected activity can be wired to."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from designer.icons import activity_tile
from designer.session import Session
from designer.words import tr
from designer.workspace import card_edits, legal
from designer.workspace.choice_list import Choice, ChoiceList
from engine import registry
from engine.document.model import Wire
from engine.text import Text


def offer(session: Session, id: str, parent: QWidget) -> ChoiceList | None:
    """Return the list for the activity `id`, or None when no wire from it would be legal."""
    wires = list(legal.starts(session.flow, id))
    if not wires:
        return None
    has_ways = len({wire.transition for wire in wires}) > 1
    choices = [_choice(session, wire, has_ways=has_ways) for wire in wires]
    return ChoiceList(Text("Wire “{label}” to…", label=session.name_of(id)), choices, parent)


def _choice(session: Session, wire: Wire, *, has_ways: bool) -> Choice:
    entry = session.flow.activities[wire.target]
    found = registry.activity(entry.kind)
    words = tr(legal.name(entry, wire))
    if has_ways:
        way = session.name_of_transition(wire.name)
        words = tr(Text("{target}, from {way}", target=words, way=way))
    picture = activity_tile(entry.kind, found.category if found is not None else "execution")
    return Choice(words, picture, partial(card_edits.connect, session, wire))
