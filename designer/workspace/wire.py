"""A wire of the flow on the canvas, with the number of rows that travelled along it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsSceneHoverEvent, QStyleOptionGraphicsItem, QWidget

from designer.workspace.ink import ink
from designer.workspace.lettering import legible, width_of, write
from designer.workspace.nodegraph import PipeItem, PortItem
from designer.workspace.port import Port
from engine.document.model import Wire

GRAB_WIDTH = 12.0
_LEAST_TYPE, _MOST_TYPE = 11, 15
_WORDS_FROM = 0.5
"""Below this scale a wire shows no words: there would be no room for them."""


class WireLine(PipeItem):
    """Draws one wire; it follows its two ports."""

    def __init__(self, wire: Wire, start: Port, end: Port) -> None:
        """Lead from the port `start` to the port `end`."""
        self._is_hovered = False
        self._is_near_selection = False
        self._is_target = False
        self._words = ""
        super().__init__()
        self.wire = wire
        self.start, self.end = start, end
        self.setCacheMode(QGraphicsItem.CacheMode.NoCache)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_connections(start, end)
        self.draw_path()
        for port in (start, end):
            port.update()

    def show_words(self, words: str, tip: str) -> None:
        """Show `words` in the middle of the wire; `tip` says the same at length."""
        if self._words != words:
            self.prepareGeometryChange()
            self._words = words
            self.update()
        self.setToolTip(tip)

    @property
    def words(self) -> str:
        """Return what stands in the middle of the wire."""
        return self._words

    def show_near_selection(self, *, is_near: bool) -> None:
        """Stand out because a card at one of the ends is selected."""
        if self._is_near_selection != is_near:
            self._is_near_selection = is_near
            self.update()

    def show_target(self, *, is_target: bool) -> None:
        """Stand out because what is dragged would be put between the two cards."""
        if self._is_target != is_target:
            self._is_target = is_target
            self.update()

    # what NodeGraphQt would do with colours, pointers and shapes of its own

    def _draw_direction_pointer(self) -> None:
        self._dir_pointer.setVisible(False)

    def reset(self) -> None:
        """Look as usual."""
        self.update()
        self._draw_direction_pointer()

    def highlight(self) -> None:
        """Look selected; painting asks for that itself."""
        self.update()

    def draw_path(self, *_ports: PortItem | None) -> None:
        """Lead from port to port again, wherever they stand now."""
        self.setPath(wire_path(self.start.middle, self.end.middle))

    def hoverEnterEvent(self, event: QGraphicsSceneHoverEvent) -> None:  # noqa: N802 # Qt's name
        """Stand out."""
        self._is_hovered = True
        self.update()

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:  # noqa: N802 # Qt's name
        """Look as usual again."""
        self._is_hovered = False
        self.update()

    # shape and paint

    def _chip(self, size: int) -> QRectF:
        """Return the place of the words in type of a size, in the middle of the wire."""
        if not self._words:
            return QRectF()
        width, height = width_of(self._words, size, QFont.Weight.Medium) + size * 1.2, size * 1.55
        middle = self.path().pointAtPercent(0.5)
        return QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)

    def boundingRect(self) -> QRectF:  # noqa: N802 # Qt's name
        """Return the wire with the words on it."""
        reach = GRAB_WIDTH / 2
        return self.path().boundingRect().adjusted(-reach, -reach, reach, reach).united(self._chip(_MOST_TYPE))

    def shape(self) -> QPainterPath:
        """Return where the wire can be clicked: near it, or on its words."""
        stroker = QPainterPathStroker()
        stroker.setWidth(GRAB_WIDTH)
        whole = stroker.createStroke(self.path())
        whole.setFillRule(Qt.FillRule.WindingFill)
        whole.addRect(self._chip(_LEAST_TYPE))
        return whole

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the line and the words in its middle."""
        stands_out = self.isSelected() or self._is_near_selection or self._is_hovered or self._is_target
        line = ink("accent" if stands_out else "wire")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.isSelected() or self._is_target:
            painter.setPen(QPen(ink("accent", 0.25), 8))
            painter.drawPath(self.path())
        painter.setPen(QPen(line, 2.4 if stands_out else 2))
        painter.drawPath(self.path())
        scale = option.levelOfDetailFromTransform(painter.worldTransform())
        if self._words and scale >= _WORDS_FROM:
            self._paint_words(painter, legible(9.5, scale, _LEAST_TYPE, _MOST_TYPE), stands_out=stands_out)

    def _paint_words(self, painter: QPainter, size: int, *, stands_out: bool) -> None:
        chip = self._chip(size)
        painter.setPen(QPen(ink("accent" if stands_out else "border"), 1))
        painter.setBrush(ink("card"))
        painter.drawRoundedRect(chip, chip.height() / 2, chip.height() / 2)
        painter.setPen(ink("accent" if stands_out else "text_soft"))
        write(painter, chip, self._words, size, QFont.Weight.Medium, Qt.AlignmentFlag.AlignHCenter)

    # Qt draws anew what is selected; NodeGraphQt would change colours
    itemChange = QGraphicsItem.itemChange  # noqa: N815 # Qt's name


def wire_path(start: QPointF, end: QPointF) -> QPainterPath:
    """Return a smooth line from `start`, leaving to the right, to `end`, arriving from the left."""
    across, down = end.x() - start.x(), abs(end.y() - start.y())
    reach = across / 2 if across > 0 else min(-across / 2 + 60, 180)
    reach = max(reach, min(36.0, down))
    path = QPainterPath(start)
    path.cubicTo(start + QPointF(reach, 0), end - QPointF(reach, 0), end)
    return path
