"""The frame of a panel: white, with round corners that also cut what fills it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from designer import theme

RADIUS = 10


class Rounded(QFrame):
    """Holds one widget and draws the panel's edge on top of it."""

    def __init__(self, content: QWidget) -> None:
        """Frame `content`."""
        super().__init__()
        self.setProperty("role", "panel")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(content)
        self._edge = _Edge(self)
        self.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 # Qt's name
        """Keep the edge as large as the frame and above everything in it."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.ChildAdded}:
            self._edge.follow()
        return super().eventFilter(watched, event)


class _Edge(QWidget):
    """The line around a panel and the ground outside its corners; the mouse goes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._frame = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def follow(self) -> None:
        """Lie over the whole frame, but only where the edge is."""
        size = self._frame.size()
        self.resize(size)
        whole = QRegion(0, 0, size.width(), size.height())
        inner = QRegion(1, RADIUS, size.width() - 2, size.height() - 2 * RADIUS)
        inner += QRegion(RADIUS, 1, size.width() - 2 * RADIUS, size.height() - 2)
        self.setMask(whole - inner)
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 # Qt's name
        """Draw the corners in the colour of the ground and the line around the panel."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        shape = QPainterPath()
        shape.addRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        outside = QPainterPath()
        outside.addRect(area)
        painter.fillPath(outside - shape, theme.color("ground"))
        painter.setPen(QPen(theme.color("border"), 1))
        painter.drawPath(shape)
        painter.end()
