"""Which part of the scene the canvas shows: moving, zooming within limits, fitting."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QGraphicsView

from designer import theme

LEAST, MOST = 0.25, 2.0
STEP = 1.15
WORLD = QRectF(-60_000, -60_000, 120_000, 120_000)
_MARGIN_X, _MARGIN_Y = 30.0, 62.0
"""Room around a flow that is shown whole, in pixels of the view: above and below lie the pills."""

_EDGE = 32
"""Room between the edge of the view and what was brought into it, in pixels."""


def text_scale() -> float:
    """Return by how much the program's words are larger than usual: the canvas grows with them."""
    return theme.size("display") / theme.SIZES["display"]


class Camera:
    """Moves and zooms a view. A zoom of 1 shows cards with words as large as those of the panels."""

    def __init__(self, view: QGraphicsView) -> None:
        """Look through `view`."""
        self._view = view
        self._scale = text_scale()
        self.zoom = 1.0
        view.setSceneRect(WORLD)
        self._apply()

    def _apply(self) -> None:
        scale = self.zoom * self._scale
        self._view.setTransform(QTransform.fromScale(scale, scale))

    def refresh(self) -> None:
        """Follow another text size."""
        if self._scale != text_scale():
            middle = self.middle()
            self._scale = text_scale()
            self._apply()
            self._view.centerOn(middle)

    def middle(self) -> QPointF:
        """Return the point of the scene in the middle of the view."""
        return self._view.mapToScene(self._view.viewport().rect().center())

    def seen(self) -> QRectF:
        """Return the part of the scene that is seen."""
        return self._view.mapToScene(self._view.viewport().rect()).boundingRect()

    def zoom_to(self, zoom: float, around: QPoint | None = None) -> None:
        """Zoom, within the limits, so that the point of the scene under `around` (default: the middle) stays."""
        zoom = min(max(zoom, LEAST), MOST)
        anchor = around if around is not None else self._view.viewport().rect().center()
        before = self._view.mapToScene(anchor)
        self.zoom = zoom
        self._apply()
        shift = self._view.mapFromScene(before) - anchor
        self.pan(-shift)

    def pan(self, by: QPoint) -> None:
        """Move what is seen by so many pixels of the view."""
        across, down = self._view.horizontalScrollBar(), self._view.verticalScrollBar()
        across.setValue(across.value() - by.x())
        down.setValue(down.value() - by.y())

    def fit(self, area: QRectF) -> None:
        """Show `area` whole, never larger than its usual size."""
        room = self._view.viewport().rect()
        wide, high = room.width() - 2 * _MARGIN_X, room.height() - 2 * _MARGIN_Y
        if area.isEmpty() or wide <= 0 or high <= 0:
            self.zoom_to(1.0)
            self._view.centerOn(area.center())
            return
        self.zoom = min(max(min(wide / area.width(), high / area.height()) / self._scale, LEAST), 1.0)
        self._apply()
        self._view.centerOn(area.center())

    def show(self, area: QRectF) -> None:
        """Bring `area` into view: no further than it takes when a part was seen, else into the middle."""
        if not self.seen().intersects(area):
            self._view.centerOn(area.center())
        elif not self.seen().contains(area):
            self._view.ensureVisible(area, _EDGE, _EDGE)
