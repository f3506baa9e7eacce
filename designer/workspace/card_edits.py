"""What a person does to cards and wires, each as one step of undo."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QGuiApplication

from designer.session import Session
from designer.workspace import legal
from engine import registry
from engine.document import clipboard, edits, tidy
from engine.document.model import Wire
from engine.document.tidy import CARD_HEIGHT, CARD_WIDTH
from engine.text import Text


def move(session: Session, places: Mapping[str, QPointF], *, merge: str = "") -> None:
    """Move cards to new places; steps with the same `merge` that follow each other quickly are one."""
    flow = edits.move(session.flow, {id: (place.x(), place.y()) for id, place in places.items()})
    if len(places) == 1:
        text = Text("Move “{label}”", label=session.name_of(next(iter(places))))
    else:
        text = Text("Move {count} activities", count=len(places))
    session.edit(text, flow, merge=merge)


def delete(session: Session, ids: Collection[str], wires: Sequence[Wire]) -> None:
    """Remove activities with their wires, and single wires."""
    flow = session.flow
    for wire in wires:
        if wire.target in flow.activities:
            flow = edits.disconnect(flow, wire)
    flow = edits.remove_activities(flow, ids)
    if len(ids) == 1:
        text = Text("Remove “{label}”", label=session.name_of(next(iter(ids))))
    elif ids:
        text = Text("Remove {count} activities", count=len(ids))
    else:
        text = Text("Remove the wire")
    session.edit(text, flow)


def copy(session: Session, ids: Collection[str]) -> None:
    """Put activities on the clipboard, as text."""
    QGuiApplication.clipboard().setText(clipboard.copy(session.flow, ids))


def paste(session: Session) -> tuple[str, ...]:
    """Add the activities on the clipboard and return their ids. Raises FileError when it holds something else."""
    flow, ids = clipboard.paste(session.flow, QGuiApplication.clipboard().text())
    text = Text.plural("Paste {count} activity", "Paste {count} activities", count=len(ids))
    session.edit(text, flow)
    session.select(*ids)
    return ids


def duplicate(session: Session, ids: Collection[str]) -> None:
    """Add a copy of activities; the clipboard stays as it is."""
    flow, new = clipboard.paste(session.flow, clipboard.copy(session.flow, ids))
    session.edit(Text.plural("Duplicate {count} activity", "Duplicate {count} activities", count=len(new)), flow)
    session.select(*new)


def lay_out(session: Session) -> None:
    """Lay the whole flow out."""
    session.edit(Text("Tidy the layout"), tidy.tidy(session.flow))


def connect(session: Session, wire: Wire, taken: Wire | None = None) -> None:
    """Make a wire; `taken` is the one that it replaces."""
    flow = edits.disconnect(session.flow, taken) if taken is not None else session.flow
    text = Text(
        "Wire “{source}” to “{target}”", source=session.name_of(wire.source), target=session.name_of(wire.target)
    )
    session.edit(text, edits.connect(flow, wire))


def add_at(session: Session, kind: str, middle: QPointF, wire: Wire | None = None) -> bool:
    """Add an activity with its card around `middle`, put into `wire` where that is legal; return whether it could."""
    found = registry.activity(kind)
    if found is None:
        return False
    place = (middle.x() - CARD_WIDTH / 2, middle.y() - CARD_HEIGHT / 2)
    flow, id = edits.add_activity(
        session.flow, kind, position=(round(place[0] / 8) * 8, round(place[1] / 8) * 8), version=found.version
    )
    joined = legal.insert(flow, id, wire) if wire is not None else None
    session.edit(Text("Add “{title}”", title=found.title), joined or flow)
    session.select(id)
    return joined is not None or wire is None


def put_into(session: Session, places: Mapping[str, QPointF], wire: Wire) -> bool:
    """Move one card onto a wire, so that it stands between the two ends; return whether that was legal."""
    id = next(iter(places))
    if not legal.is_loose(session.flow, id):
        return False
    joined = legal.insert(session.flow, id, wire)
    if joined is None:
        return False
    flow = edits.move(joined, {id: (place.x(), place.y()) for id, place in places.items()})
    session.edit(Text("Put “{label}” into the wire", label=session.name_of(id)), flow)
    return True


def rename(session: Session, id: str, name: str) -> None:
    """Call an activity `name`; an empty name, or that of its kind, is what it is called by itself."""
    if id not in session.flow.activities:
        return
    found = registry.activity(session.flow.activities[id].kind)
    label = "" if found is not None and name == str(found.title) else name
    session.edit(Text("Rename the activity"), edits.set_label(session.flow, id, label))
