"""The type on the canvas: its size is the scene's, so that zooming and the text size of the program scale it whole."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from designer import theme

PILL, TINY, BODY = 10, 11, 13
"""Heights of the type in scene pixels."""
CLOSE = 0.72
"""From this scale on a card shows everything; below it only its title, in larger type."""
FAR = 0.34
"""Below this scale no words are drawn: they could not be read."""


@lru_cache(maxsize=64)
def lettering(size: int, weight: QFont.Weight) -> QFont:
    """Return the program's font, `size` scene pixels high."""
    font = theme.font("body", weight=weight)
    font.setPixelSize(size)
    return font


@lru_cache(maxsize=64)
def _metrics(size: int, weight: QFont.Weight) -> QFontMetricsF:
    return QFontMetricsF(lettering(size, weight))


def legible(pixels: float, scale: float, least: int, most: int) -> int:
    """Return the type size that is `pixels` high on the screen at `scale`, within limits in scene pixels."""
    return min(max(round(pixels / scale), least), most)


def width_of(words: str, size: int, weight: QFont.Weight = QFont.Weight.Normal) -> float:
    """Return how wide `words` are in scene pixels."""
    return _metrics(size, weight).horizontalAdvance(words)


def write(
    painter: QPainter,
    area: QRectF,
    words: str,
    size: int,
    weight: QFont.Weight = QFont.Weight.Normal,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Write one line in the middle of the height of `area`, cut with an ellipsis where there is no room."""
    painter.setFont(lettering(size, weight))
    shown = _metrics(size, weight).elidedText(words, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)


def write_two_lines(painter: QPainter, area: QRectF, words: str, size: int, weight: QFont.Weight) -> None:
    """Write at most two lines in the middle of the height of `area`."""
    lines = _lines(words, size, weight, area.width())
    height = size * 1.22
    top = area.center().y() - height * len(lines) / 2
    for place, line in enumerate(lines):
        write(painter, QRectF(area.left(), top + place * height, area.width() + 1, height), line, size, weight)


@lru_cache(maxsize=2048)
def _lines(words: str, size: int, weight: QFont.Weight, width: float) -> tuple[str, ...]:
    """Break `words` after the last space that fits; what is left is the second line."""
    if width_of(words, size, weight) <= width:
        return (words,)
    parts = words.split()
    first = parts[0]
    for place, part in enumerate(parts[1:], start=1):
        if width_of(f"{first} {part}", size, weight) > width:
            return first, " ".join(parts[place:])
        first = f"{first} {part}"
    return (words,)
