"""The dotted ground of the canvas."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPixmap, QTransform

from designer import theme

DOT_GAP = 24
_LEAST_GAP_PX = 13
_TILE_DOTS = 8
_DOT_RADIUS_PX = 1.15


def paint_ground(painter: QPainter, area: QRectF, scale: float, ratio: float) -> None:
    """Fill `area` of the scene, seen at `scale`; from afar the dots stand further apart. `ratio` is the screen's."""
    painter.fillRect(area, theme.color("canvas"))
    gap = DOT_GAP
    while gap * scale < _LEAST_GAP_PX:
        gap *= 2
    side = max(round(gap * scale * ratio * _TILE_DOTS), 1)
    brush = QBrush(_tile(side, theme.tokens().canvas_dot, _DOT_RADIUS_PX * ratio))
    per_pixel = gap * _TILE_DOTS / side
    brush.setTransform(QTransform.fromScale(per_pixel, per_pixel))
    painter.fillRect(area, brush)


@lru_cache(maxsize=16)
def _tile(side: int, color: str, radius: float) -> QPixmap:
    """Return a square of dots, `side` pixels wide, that is laid beside itself."""
    tile = QPixmap(side, side)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(color))
    gap = side / _TILE_DOTS
    for across in range(_TILE_DOTS):
        for down in range(_TILE_DOTS):
            painter.drawEllipse(QPointF((across + 0.5) * gap, (down + 0.5) * gap), radius, radius)
    painter.end()
    return tile
