"""Pictures: glyphs by name and the tiles of activities, always in the colours of the shade in use."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontDatabase, QIcon, QIconEngine, QLinearGradient, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from designer import theme

ICONS = theme.RESOURCES / "icons"
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class _Font:
    """A font of glyphs: its family, and the character of each name."""

    family: str
    characters: Mapping[str, str]

    def sized(self, height: int) -> QFont:
        """Return the font with glyphs so many pixels high."""
        made = QFont(self.family)
        made.setPixelSize(max(height, 1))
        return made


@cache
def _phosphor() -> _Font:
    """Return the Phosphor font that qtawesome brings, without loading the rest of it, which costs half a second."""
    found = importlib.util.find_spec("qtawesome")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("qtawesome")
    fonts = Path(found.origin).parent / "fonts"
    number = QFontDatabase.addApplicationFont(str(fonts / "phosphor-1.3.0.ttf"))
    codes = json.loads((fonts / "phosphor-charmap-1.3.0.json").read_text(encoding="utf-8"))
    characters = {name: chr(int(code, 16)) for name, code in codes.items()}
    return _Font(QFontDatabase.applicationFontFamilies(number)[0], characters)


class _Themed(QIconEngine):
    """Paints in whatever colours the theme has at that moment, so that a new shade needs no new icons."""

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the picture at `size` pixels."""
        picture = QPixmap(size)
        if picture.isNull():
            return picture  # a button that has no room yet is painted too
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return picture


class _Glyph(_Themed):
    def __init__(self, character: str, color: str) -> None:
        super().__init__()
        self._character = character
        self._color = color

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the glyph in the middle of `rect`."""
        painter.save()
        name = self._color
        if mode is QIcon.Mode.Disabled:
            name = "border_strong"
        elif state is QIcon.State.On and name == "text_soft":
            name = "accent"
        painter.setPen(theme.color(name))
        painter.setFont(_phosphor().sized(round(rect.height() * 0.95)))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._character)
        painter.restore()

    def clone(self) -> QIconEngine:
        """Return the same glyph again."""
        return _Glyph(self._character, self._color)


class _Picture(_Themed):
    def __init__(self, kind: str, category: str) -> None:
        super().__init__()
        self._kind = kind
        self._category = category

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the tile of the category, if there is one, and the picture of the kind on it."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(rect)
        if self._category:
            paint_tile(painter, area, self._category)
            inset = area.width() * 0.2
            area = area.adjusted(inset, inset, -inset, -inset)
        _renderer(self._kind).render(painter, area)
        painter.restore()

    def clone(self) -> QIconEngine:
        """Return the same picture again."""
        return _Picture(self._kind, self._category)


def glyph_names() -> frozenset[str]:
    """Return the names that `icon` knows."""
    return frozenset(_phosphor().characters)


def icon(name: str, color: str = "text_soft") -> QIcon:
    """Return the Phosphor glyph called `name` (`play`, `ph.play`) in a theme colour. Raises KeyError."""
    return QIcon(_Glyph(_phosphor().characters[name.removeprefix("ph.")], color))


def activity_icon(kind: str) -> QIcon:
    """Return the white picture of a kind of activity, without a ground, for painters that draw their own."""
    return QIcon(_Picture(kind, ""))


def activity_tile(kind: str, category: str) -> QIcon:
    """Return the picture of a kind of activity on the coloured tile of its category."""
    return QIcon(_Picture(kind, category))


def paint_tile(painter: QPainter, area: QRectF, category: str) -> None:
    """Draw the rounded, coloured ground of an activity's picture."""
    upper, lower = theme.category_colors(category)
    gradient = QLinearGradient(area.topLeft(), area.bottomLeft())
    gradient.setColorAt(0, upper)
    gradient.setColorAt(1, lower)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(gradient)
    radius = area.width() * 0.22
    painter.drawRoundedRect(area, radius, radius)


@cache
def _renderer(kind: str) -> QSvgRenderer:
    path = ICONS / f"{kind}.svg"
    if not path.is_file():
        path = ICONS / f"{_UNKNOWN}.svg"
    return QSvgRenderer(QByteArray(path.read_bytes()))


def product_logo(side: int, ratio: float = 1.0) -> QPixmap:
    """Return the mark of the program, `side` pixels high, for a screen of the given pixel ratio."""
    picture = QPixmap(QSize(round(side * ratio), round(side * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    area = QRectF(0, 0, side, side)
    paint_tile(painter, area, "data")
    inset = side * 0.2
    _renderer("logo").render(painter, area.adjusted(inset, inset, -inset, -inset))
    painter.end()
    return picture
