"""The type on the canvas: its size is the scene's, so that zooming and the text size of the program scale it whole."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from designer import theme

SIZES = {"pill": 10, "tiny": 11, "small": 12, "body": 13}
"""Heights of the type in scene pixels."""
SHARP_FROM = 0.45
"""Below this zoom words are not drawn: they could not be read."""


@cache
def lettering(size: str, weight: QFont.Weight) -> QFont:
    """Return the font of a size, which is a key of `SIZES`."""
    font = theme.font("body", weight=weight)
    font.setPixelSize(SIZES[size])
    return font


@cache
def _metrics(size: str, weight: QFont.Weight) -> QFontMetricsF:
    return QFontMetricsF(lettering(size, weight))


def width_of(words: str, size: str, weight: QFont.Weight = QFont.Weight.Normal) -> float:
    """Return how wide `words` are in scene pixels."""
    return _metrics(size, weight).horizontalAdvance(words)


def write(
    painter: QPainter,
    area: QRectF,
    words: str,
    size: str,
    weight: QFont.Weight = QFont.Weight.Normal,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Write one line in the middle of the height of `area`, cut with an ellipsis where there is no room."""
    painter.setFont(lettering(size, weight))
    shown = _metrics(size, weight).elidedText(words, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
