"""One template to start from: a picture of its graph, its title and one line."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from designer import theme
from designer.start_page.templates import TEMPLATES, Template
from designer.start_page.thumbnail import paint_flow
from designer.words import tr
from engine.document.model import Flow

PICTURE_HEIGHT = 138
PADDING = 14
NARROWEST = 420
RADIUS = 10


class TemplateCard(QAbstractButton):
    """A button the size of a card; Enter, Space and a click choose it."""

    def __init__(self, template: Template, flow: Flow) -> None:
        """Show `template`, whose graph is that of `flow`."""
        super().__init__()
        self._title = tr(template.title)
        self._line = tr(template.line)
        self._flow = flow
        self.setAccessibleName(self._title)
        self.setAccessibleDescription(self._line)
        self.setObjectName(f"template-{template.name}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 # Qt's name
        """Return room for the picture, the title and the longest words of any template: all cards are alike."""
        title = QFontMetrics(theme.font("title", weight=QFont.Weight.DemiBold)).height()
        metrics = QFontMetrics(theme.font("body"))
        room = QRect(0, 0, max(self.width(), NARROWEST) - 2 * (PADDING + 1), 10_000)
        flags = Qt.TextFlag.TextWordWrap
        words = max(metrics.boundingRect(room, flags, tr(each.line)).height() for each in TEMPLATES)
        return QSize(NARROWEST, PICTURE_HEIGHT + title + words + 2 * PADDING + 6)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 # Qt's name
        """Ask for another height: the words wrap elsewhere."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 # Qt's name
        """Draw the card; a stronger frame shows that it has the focus or the mouse."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        is_lit = self.hasFocus() or self.underMouse()
        shape = QPainterPath()
        shape.addRoundedRect(area, RADIUS, RADIUS)
        painter.fillPath(shape, theme.color("card"))
        picture = QRectF(area.left(), area.top(), area.width(), PICTURE_HEIGHT)
        painter.save()
        painter.setClipPath(shape)
        painter.translate(picture.topLeft())
        painter.setClipRect(QRectF(0, 0, picture.width(), picture.height()), Qt.ClipOperation.IntersectClip)
        paint_flow(painter, QRectF(0, 0, picture.width(), picture.height()), self._flow)
        painter.restore()
        painter.fillRect(QRectF(area.left(), picture.bottom(), area.width(), 1), theme.color("border"))
        self._paint_words(
            painter, QRectF(area.left(), picture.bottom(), area.width(), area.bottom() - picture.bottom())
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("accent" if is_lit else "border"), 2 if self.hasFocus() else 1))
        painter.drawPath(shape)
        painter.end()

    def _paint_words(self, painter: QPainter, area: QRectF) -> None:
        room = area.adjusted(PADDING, PADDING, -PADDING, -6)
        painter.setFont(theme.font("title", weight=QFont.Weight.DemiBold))
        painter.setPen(theme.color("text"))
        height = painter.fontMetrics().height()
        painter.drawText(QRectF(room.left(), room.top(), room.width(), height), self._title)
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("text_soft"))
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
        painter.drawText(room.adjusted(0, height + 4, 0, 0), flags, self._line)
