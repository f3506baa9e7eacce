"""A person in front of the canvas: an example to work on, mouse and keyboard, and what they see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from designer.session import Session
from designer.workspace import Workspace
from designer.workspace.port import Port
from designer.workspace.wire import WireLine
from engine.document import edits
from engine.document.model import ActivityEntry, Flow, Position


def entry(kind: str, **inputs: Sequence[str]) -> ActivityEntry:
    """Return an activity of `kind` with its wires."""
    return ActivityEntry(kind=kind, inputs={name: tuple(sources) for name, sources in inputs.items()})


def flow_of(activities: dict[str, ActivityEntry], places: dict[str, tuple[float, float]]) -> Flow:
    """Return a flow with cards at their places."""
    layout = {id: Position(x=x, y=y) for id, (x, y) in places.items()}
    return Flow(activities=activities, layout=layout)


def example() -> Flow:
    """Return people who are split, looked up and joined again, and an activity that nothing is wired to."""
    return flow_of(
        {
            "people": entry("source"),
            "split": entry("split", inbound=["people.result"]),
            "call": entry("external-api", inbound=["split.way1"]),
            "join": entry("join", primary=["split.way2"]),
            "mail": entry("mail"),
        },
        {"people": (0, 100), "split": (280, 100), "call": (560, 0), "join": (560, 200), "mail": (840, 200)},
    )


@dataclass
class Hands:
    """A person in front of the canvas: mouse and keyboard, and what they see."""

    workspace: Workspace
    session: Session
    window: QWidget

    @property
    def ground(self) -> QWidget:
        """Return what the mouse is moved over."""
        return self.workspace.canvas.viewport()

    def card_point(self, id: str) -> QPoint:
        """Return a point in the middle of a card."""
        return self.at(self.workspace.drawing.cards[id].scene_area.center())

    def at(self, place: QPointF) -> QPoint:
        """Return a point of the scene as a point of the view."""
        return self.workspace.canvas.mapFromScene(place)

    def port(self, name: str) -> Port:
        """Return `split.way1` on the way out, or `join<linked` on the way in."""
        if "<" in name:
            id, _, way = name.partition("<")
            return self.workspace.drawing.cards[id].ports_in[way]
        id, _, way = name.partition(".")
        return self.workspace.drawing.cards[id].ports_out[way]

    def line_into(self, id: str) -> WireLine:
        """Return the first wire into an activity."""
        return next(line for wire, line in self.workspace.drawing.wires.items() if wire.target == id)

    def port_point(self, name: str) -> QPoint:
        """Return the middle of a port."""
        return self.at(self.port(name).middle)

    def click(self, place: QPoint, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Click with the left button."""
        QTest.mouseClick(self.ground, Qt.MouseButton.LeftButton, keys, place)

    def drag(self, start: QPoint, end: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Press, move in steps, release."""
        self.hold(start, end, button)
        QTest.mouseRelease(self.ground, button, Qt.KeyboardModifier.NoModifier, end)

    def hold(self, start: QPoint, end: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Press and move in steps; the button stays down."""
        QTest.mousePress(self.ground, button, Qt.KeyboardModifier.NoModifier, start)
        for step in range(1, 6):
            QTest.mouseMove(self.ground, start + (end - start) * step / 5)

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key while the canvas has the keyboard."""
        QTest.keyClick(self.workspace.canvas, key, keys)

    def undo(self) -> None:
        """Take the last step back."""
        self.session.history.stack.undo()

    def wires(self) -> set[str]:
        """Return the wires of the flow as `people.result -> split.inbound`."""
        return {f"{wire.name} -> {wire.target}.{wire.inbound}" for wire in self.session.flow.wires()}

    def place(self, id: str) -> tuple[float, float]:
        """Return where a card stands in the document."""
        position = self.session.flow.layout[id]
        return position.x, position.y


def action(hands: Hands, name: str) -> QAction:
    """Return the command called `name`."""
    found = hands.window.findChild(QAction, name)
    assert found is not None
    return found


def with_settings(flow: Flow, id: str, **settings: Any) -> Flow:
    """Return the flow with settings of an activity replaced."""
    return edits.set_settings(flow, id, settings)
