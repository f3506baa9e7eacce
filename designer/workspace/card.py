"""The card of an activity on the canvas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QGraphicsSceneHoverEvent, QStyleOptionGraphicsItem, QWidget

from designer.workspace.card_face import Face, Way
from designer.workspace.card_paint import paint_card, paint_small_card, paint_title_card
from designer.workspace.lettering import CLOSE, FAR
from designer.workspace.nodegraph import AbstractNodeItem
from designer.workspace.port import Port, Side
from engine.document.tidy import CARD_HEIGHT, CARD_WIDTH

_HALO = 12.0
_PORT_STEP = 20.0


class Card(AbstractNodeItem):
    """Draws a `Face` and holds the ports of its ways in and out; where it stands is the document's matter."""

    def __init__(self, activity: str, face: Face) -> None:
        """Be the card of `activity`."""
        super().__init__(activity)
        self.activity = activity
        self.id = activity
        self.turn = 0.0
        self._face = face
        self.ports_in: dict[str, Port] = {}
        self.ports_out: dict[str, Port] = {}
        self._width, self._height = float(CARD_WIDTH), float(CARD_HEIGHT)
        self.setAcceptHoverEvents(True)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemSendsGeometryChanges)
        self._make_ports()

    @property
    def face(self) -> Face:
        """Return what the card shows."""
        return self._face

    @property
    def area(self) -> QRectF:
        """Return the card itself, without its halo, in its own coordinates."""
        return QRectF(0, 0, self._width, self._height)

    @property
    def scene_area(self) -> QRectF:
        """Return the card itself in the scene."""
        return self.area.translated(self.pos())

    def ports(self) -> Iterator[Port]:
        """Yield all ports."""
        yield from self.ports_in.values()
        yield from self.ports_out.values()

    def show_face(self, face: Face) -> bool:
        """Draw `face` from now on; return whether the ports are new ones, so that wires have to find them."""
        if face == self._face:
            return False
        old, self._face = self._face, face
        self.setToolTip(_tip(face))
        self.update()
        if (old.print.ways_in, old.print.ways_out) == (face.print.ways_in, face.print.ways_out):
            return False
        self._make_ports()
        return True

    def rewired(self) -> None:
        """Take note that wires were drawn or taken away: a way that is in use may need its label."""
        self._show_labels(is_hovered=self.isUnderMouse())

    def itemChange(self, change: QGraphicsItem.GraphicsItemChange, value: Any) -> Any:  # noqa: N802 # Qt's name
        """Take the wires along."""
        if change is QGraphicsItem.GraphicsItemChange.ItemPositionHasChanged:
            for port in self.ports():
                port.redraw_connected_pipes()
        return super().itemChange(change, value)

    def show_ports(self, *, are_shown: bool) -> None:
        """Show the ports, or hide them where they would be too small to be hit."""
        for port in self.ports():
            port.setVisible(are_shown)

    def show_turn(self, turn: float) -> None:
        """Turn the arc of a running activity."""
        self.turn = turn
        self.update()

    def _make_ports(self) -> None:
        for port in self.ports():
            for wire in list(port.connected_pipes):
                wire.delete()
            scene = port.scene()
            if scene is not None:
                scene.removeItem(port)
        ways_in, ways_out = self._face.print.ways_in, self._face.print.ways_out
        self.prepareGeometryChange()
        self._height = max(float(CARD_HEIGHT), _PORT_STEP * max(len(ways_in), len(ways_out)) + 12)
        self.ports_in = self._side("in", ways_in, 0.0)
        self.ports_out = self._side("out", ways_out, self._width)
        self._show_labels(is_hovered=False)

    def _side(self, side: Side, ways: Sequence[Way], x: float) -> dict[str, Port]:
        ports = {way.name: Port(self, self.activity, side, way) for way in ways}
        top = self._height / 2 - _PORT_STEP * (len(ports) - 1) / 2
        for place, port in enumerate(ports.values()):
            port.place(x, top + place * _PORT_STEP)
        return ports

    def boundingRect(self) -> QRectF:  # noqa: N802 # Qt's name
        """Return the card with its shadow, the ring of the selection and the badge."""
        return self.area.adjusted(-_HALO, -_HALO, _HALO, _HALO)

    def shape(self) -> QPainterPath:
        """Return where the card can be grabbed."""
        path = QPainterPath()
        path.addRoundedRect(self.area, 12, 12)
        return path

    def hoverEnterEvent(self, event: QGraphicsSceneHoverEvent) -> None:  # noqa: N802 # Qt's name
        """Show what the ways are called, where there are several."""
        self._show_labels(is_hovered=True)
        super().hoverEnterEvent(event)

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:  # noqa: N802 # Qt's name
        """Show only those that are needed to read the flow."""
        self._show_labels(is_hovered=False)
        super().hoverLeaveEvent(event)

    def _show_labels(self, *, is_hovered: bool) -> None:
        """Label the ways: all of several under the pointer, else those out that a reader could mix up."""
        results = sum(port.way.role == "result" for port in self.ports_out.values())
        for port in self.ports_out.values():
            is_one_of_many = len(self.ports_out) > 1 and is_hovered
            is_unlike = port.way.role != "result" and bool(port.connected_pipes)
            port.show_label(is_shown=results > 1 or is_one_of_many or is_unlike or port.way.is_missing)
        for port in self.ports_in.values():
            port.show_label(is_shown=is_hovered and len(self.ports_in) > 1)

    def title_area(self) -> QRectF:
        """Return where the title stands, in the scene."""
        return QRectF(self.pos() + QPointF(54, 8), self.pos() + QPointF(self._width - 8, 32))

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the card: whole, with its title only, or from afar without words."""
        scale = option.levelOfDetailFromTransform(painter.worldTransform())
        is_selected = self.isSelected()
        if scale >= CLOSE:
            paint_card(painter, self.area, self._face, is_selected=is_selected, turn=self.turn)
        elif scale >= FAR:
            paint_title_card(painter, self.area, self._face, is_selected=is_selected, turn=self.turn, scale=scale)
        else:
            paint_small_card(painter, self.area, self._face, is_selected=is_selected)


def _tip(face: Face) -> str:
    return f"{face.print.title}\n{face.print.summary}\n{face.status.words}"
