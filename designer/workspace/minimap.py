"""The whole flow in small, with the part that is seen; a click moves there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from designer import theme
from designer.words import tr
from designer.workspace.card import Card
from designer.workspace.wire import WireLine
from engine.text import Text

SIZE = QSize(210, 132)
_MARGIN = 10.0


class Minimap(QFrame):
    """Draws cards as bars in the colours of their groups."""

    moved_to = Signal(QPointF)

    def __init__(
        self,
        cards: Callable[[], list[Card]],
        wires: Callable[[], list[WireLine]],
        seen: Callable[[], QRectF],
        parent: QWidget,
    ) -> None:
        """Ask `cards`, `wires` and `seen` (the part of the scene that is shown) for what is to be drawn."""
        super().__init__(parent)
        self.setProperty("role", "floating")
        self.setAccessibleName(tr(Text("Minimap")))
        self.setFixedSize(SIZE)
        self._cards, self._wires, self._seen = cards, wires, seen

    def _frame(self) -> tuple[float, QPointF]:
        """Return scale and shift from the scene to this widget."""
        whole = QRectF(self._seen())
        for card in self._cards():
            whole = whole.united(card.scene_area)
        room = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        scale = min(room.width() / whole.width(), room.height() / whole.height())
        return scale, room.center() - whole.center() * scale

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 # Qt's name
        """Draw wires, cards and the part that is seen."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale, shift = self._frame()
        painter.translate(shift)
        painter.scale(scale, scale)
        painter.setPen(QPen(theme.color("wire"), 1.2 / scale))
        for wire in self._wires():
            painter.drawLine(wire.start.middle, wire.end.middle)
        for card in self._cards():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.category_colors(card.face.print.category)[0])
            painter.drawRoundedRect(card.scene_area, 3 / scale, 3 / scale)
        painter.setPen(QPen(theme.color("accent"), 1.4 / scale))
        painter.setBrush(theme.color("accent", 0.10))
        painter.drawRect(self._seen())
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 # Qt's name
        """Move what is seen to the point that is clicked."""
        scale, shift = self._frame()
        self.moved_to.emit((event.position() - shift) / scale)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 # Qt's name
        """Move along while the button is held."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.mousePressEvent(event)
