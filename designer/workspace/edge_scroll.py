"""Moves the ground while something is dragged to the edge of the view."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtWidgets import QWidget

EDGE = 28
"""How near to the edge, in pixels, the ground begins to move."""
_FRAME_MS = 16
_MOST_PX = 14


class EdgeScroll(QObject):
    """Moves on by itself as long as the pointer stays at the edge, the faster the nearer."""

    def __init__(self, view: QWidget, pan: Callable[[QPoint], None], moved: Callable[[QPoint], None]) -> None:
        """Move what `view` shows by calling `pan`; `moved` is told the place of the pointer after each step."""
        super().__init__(view)
        self._view, self._pan, self._moved = view, pan, moved
        self._place = QPoint()
        self._timer = QTimer(self, interval=_FRAME_MS)
        self._timer.timeout.connect(self._step)

    def follow(self, place: QPoint) -> None:
        """Take note of where something is dragged."""
        self._place = place
        if self._by().isNull():
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """Nothing is dragged any more."""
        self._timer.stop()

    def _by(self) -> QPoint:
        size = self._view.size()
        return QPoint(_speed(self._place.x(), size.width()), _speed(self._place.y(), size.height()))

    def _step(self) -> None:
        self._pan(self._by())
        self._moved(self._place)


def _speed(place: int, length: int) -> int:
    """Return by how many pixels the ground moves in a frame: to the right (down) at the left (upper) edge."""
    before, after = EDGE - place, place - (length - EDGE)
    if before > 0:
        return min(before // 2 + 1, _MOST_PX)
    return -min(after // 2 + 1, _MOST_PX) if after > 0 else 0
