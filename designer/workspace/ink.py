"""Colours and pictures for painters who draw hundreds of cards in a frame: made once for each shade."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from designer import theme
from designer.icons import activity_icon, paint_tile

_SMALL_TILE_PX = 48


def ink(name: str, alpha: float = 1.0) -> QColor:
    """Return the theme colour called `name` at an opacity; it must not be changed."""
    return _ink(theme.tokens().name, name, alpha)


@lru_cache(maxsize=256)
def _ink(_shade: str, name: str, alpha: float) -> QColor:
    return theme.color(name, alpha)


def draw_tile(painter: QPainter, area: QRectF, kind: str, category: str) -> None:
    """Draw the picture of a kind of activity on the tile of its category."""
    paint_tile(painter, area, category)
    inset = area.width() * 0.2
    activity_icon(kind).paint(painter, area.adjusted(inset, inset, -inset, -inset).toRect())


@lru_cache(maxsize=64)
def small_tile(kind: str, category: str) -> QPixmap:
    """Return the same as a small pixmap, for cards that are seen from afar."""
    picture = QPixmap(_SMALL_TILE_PX, _SMALL_TILE_PX)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_tile(painter, QRectF(0, 0, _SMALL_TILE_PX, _SMALL_TILE_PX), kind, category)
    painter.end()
    return picture
