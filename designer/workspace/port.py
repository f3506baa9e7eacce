"""A place at the side of a card where wires begin or end."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from designer.workspace.card_face import Way
from designer.workspace.ink import ink
from designer.workspace.lettering import CLOSE, TINY, width_of, write
from designer.workspace.nodegraph import PortItem

RADIUS = 5.5
REACH = 12.0
"""How far from its middle a port can be grabbed, in scene pixels."""
_LABEL_GAP, _LABEL_HEIGHT, _LABEL_WIDTH = 9.0, 14.0, 66.0

Side = Literal["in", "out"]
Appeal = Literal["", "legal", "refused"]
"""What a port shows while a wire is drawn: that the wire may end here, or that it may not."""


class Port(PortItem):
    """A circle; its label stands beside it where the card has several ways on that side."""

    def __init__(self, card: QGraphicsItem, activity: str, side: Side, way: Way) -> None:
        """Belong to the card of `activity`."""
        super().__init__(card)
        self.activity = activity
        self.way = way
        self.name = way.name
        self.port_type = side
        self.appeal: Appeal = ""
        self.is_labelled = False
        self._width = self._height = 2 * REACH
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemSendsScenePositionChanges, False)
        self._label_width = min(width_of(way.label, TINY, QFont.Weight.Medium), _LABEL_WIDTH)
        self.setToolTip(way.label)
        self.setCursor(Qt.CursorShape.CrossCursor)

    @property
    def is_out(self) -> bool:
        """Return whether wires begin here."""
        return self.port_type == "out"

    @property
    def middle(self) -> QPointF:
        """Return the middle of the circle in the scene."""
        return self.mapToScene(QPointF(REACH, REACH))

    def place(self, x: float, y: float) -> None:
        """Stand with the middle at `x`, `y` of the card."""
        self.setPos(x - REACH, y - REACH)

    def show_label(self, *, is_shown: bool) -> None:
        """Show or hide the label."""
        if self.is_labelled != is_shown:
            self.prepareGeometryChange()
            self.is_labelled = is_shown
            self.update()

    def show_appeal(self, appeal: Appeal) -> None:
        """Show whether the wire that is being drawn may end here."""
        if self.appeal != appeal:
            self.appeal = appeal
            self.update()

    # every change of an item would be told to Python, which costs much with a thousand ports: the card tells its wires
    itemChange = QGraphicsItem.itemChange  # noqa: N815 # Qt's name

    def boundingRect(self) -> QRectF:  # noqa: N802 # Qt's name
        """Return the circle with its label."""
        whole = QRectF(0, 0, 2 * REACH, 2 * REACH)
        return whole.united(self._label_area()) if self.is_labelled else whole

    def shape(self) -> QPainterPath:
        """Return where the port can be grabbed."""
        path = QPainterPath()
        path.addEllipse(QPointF(REACH, REACH), REACH, REACH)
        return path

    def _label_area(self) -> QRectF:
        width = self._label_width + 2
        left = REACH + _LABEL_GAP if self.is_out else REACH - _LABEL_GAP - width
        return QRectF(left, REACH - _LABEL_HEIGHT - 2, width, _LABEL_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the circle: filled when a wire is here, a ring when none is."""
        middle = QPointF(REACH, REACH)
        line = ink("error" if self.way.is_missing else "wire")
        radius = RADIUS
        if self.hovered or self.appeal == "legal":
            line = ink("accent")
            radius += 1
        if self.appeal == "legal":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink("accent", 0.22))
            painter.drawEllipse(middle, REACH - 1, REACH - 1)
        painter.setOpacity(0.35 if self.appeal == "refused" else 1.0)
        painter.setPen(QPen(line, 1.8))
        painter.setBrush(line if self.connected_pipes else ink("card"))
        painter.drawEllipse(middle, radius - 0.9, radius - 0.9)
        if self.is_labelled and option.levelOfDetailFromTransform(painter.worldTransform()) >= CLOSE:
            painter.setPen(ink("error" if self.way.role == "failed" or self.way.is_missing else "text_soft"))
            side = Qt.AlignmentFlag.AlignLeft if self.is_out else Qt.AlignmentFlag.AlignRight
            write(painter, self._label_area(), self.way.label, TINY, QFont.Weight.Medium, side)
