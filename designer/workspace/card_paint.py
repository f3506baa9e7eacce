"""Paints the face of a card."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen

from designer import theme
from designer.workspace.card_face import Face
from designer.workspace.ink import draw_tile, ink, small_tile
from designer.workspace.lettering import BODY, PILL, TINY, legible, width_of, write, write_two_lines
from designer.workspace.shapes import paint_shape
from designer.workspace.status import Status

RADIUS = 11.0
_TILE = QRectF(14, 15, 34, 34)
_TEXT_LEFT, _TEXT_MARGIN = 58.0, 9.0
_PILL_HEIGHT, _SHAPE = 18.0, 7.0
_STATUS_WORDS_FROM = 0.52
"""Below this scale a status is a shape only."""


def paint_card(painter: QPainter, area: QRectF, face: Face, *, is_selected: bool, turn: float) -> None:
    """Draw the whole card: tile, title, summary, status, and what is wrong with it."""
    _paint_ground(painter, area, is_selected=is_selected, is_off=face.mode == "disabled")
    top = (area.height() - 76) / 2
    painter.save()
    painter.translate(0, top)
    painter.setOpacity(0.5 if face.mode == "disabled" else 1.0)
    draw_tile(painter, _TILE, face.kind, face.print.category)
    width = area.width() - _TEXT_LEFT - _TEXT_MARGIN
    painter.setPen(ink("text"))
    write(painter, QRectF(_TEXT_LEFT, 11, width, 19), face.print.title, BODY, QFont.Weight.DemiBold)
    painter.setPen(ink("text_soft"))
    write(painter, QRectF(_TEXT_LEFT, 29, width, 17), face.print.summary, TINY)
    painter.setOpacity(1.0)
    _paint_pill(painter, QPointF(_TEXT_LEFT, 49), width, face.status, turn)
    painter.restore()
    _paint_badge(painter, area, face)


def paint_title_card(
    painter: QPainter, area: QRectF, face: Face, *, is_selected: bool, turn: float, scale: float
) -> None:
    """Draw the card as it is seen at `scale` from some way off: title and status in larger type, or as a shape."""
    _paint_ground(painter, area, is_selected=is_selected, is_off=face.mode == "disabled")
    has_words = scale >= _STATUS_WORDS_FROM
    side = 36.0 if has_words else 44.0
    tile = QRectF(13, area.center().y() - side / 2, side, side)
    painter.setOpacity(0.5 if face.mode == "disabled" else 1.0)
    draw_tile(painter, tile, face.kind, face.print.category)
    painter.setOpacity(1.0)
    room = QRectF(tile.right() + 11, area.top(), area.width() - tile.right() - 18, area.height())
    if has_words:
        foot = legible(9.5, scale, PILL, 18) * 1.25
        line = QRectF(room.left(), area.center().y() + 34 - foot, room.width(), foot)
        _paint_status_line(painter, line, face.status, turn, legible(9.5, scale, PILL, 18))
        room.adjust(0, 3, 0, line.top() - area.bottom())
    else:
        _paint_lamp(painter, tile, face.status, turn)
    painter.setPen(ink("text"))
    write_two_lines(painter, room, face.print.title, legible(11.5, scale, BODY, 25), QFont.Weight.DemiBold)
    _paint_badge(painter, area, face)


def _paint_status_line(painter: QPainter, area: QRectF, status: Status, turn: float, size: int) -> None:
    shape = QRectF(area.left() + 1, area.center().y() - size * 0.32, size * 0.64, size * 0.64)
    paint_shape(painter, shape, status.shape, ink(status.tone), turn)
    painter.setPen(ink(status.tone))
    write(painter, area.adjusted(size, 0, 0, 0), status.words, size, QFont.Weight.Medium)


def _paint_lamp(painter: QPainter, tile: QRectF, status: Status, turn: float) -> None:
    """Draw the shape of the status over the lower right corner of the tile."""
    lamp = QRectF(tile.right() - 11, tile.bottom() - 11, 20, 20)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink("card"))
    painter.drawEllipse(lamp)
    paint_shape(painter, lamp.adjusted(4, 4, -4, -4), status.shape, ink(status.tone), turn)


def paint_small_card(painter: QPainter, area: QRectF, face: Face, *, is_selected: bool) -> None:
    """Draw the card as it is seen from afar: a tile, a bar for the title, one for the status."""
    painter.setPen(QPen(ink("accent" if is_selected else "border_strong"), 6 if is_selected else 2.5))
    painter.setBrush(ink("card"))
    painter.drawRoundedRect(area, RADIUS, RADIUS)
    side = 44.0
    tile = small_tile(face.kind, face.print.category)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawPixmap(QRectF(16, area.center().y() - side / 2, side, side), tile, QRectF(tile.rect()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink("text_faint", 0.6))
    painter.drawRoundedRect(QRectF(74, area.center().y() - 14, 104, 9), 4.5, 4.5)
    painter.setBrush(ink("error" if face.errors else face.status.tone, 0.9))
    painter.drawRoundedRect(QRectF(74, area.center().y() + 6, 52, 10), 5, 5)


def _paint_ground(painter: QPainter, area: QRectF, *, is_selected: bool, is_off: bool) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    if is_selected:
        painter.setBrush(ink("accent", 0.22))
        painter.drawRoundedRect(area.adjusted(-5, -5, 5, 5), RADIUS + 5, RADIUS + 5)
    else:
        for grow, alpha in ((5.0, 0.018), (3.0, 0.026), (1.4, 0.036)):
            painter.setBrush(ink("shadow", alpha * (3 if theme.tokens().name == "dark" else 1)))
            painter.drawRoundedRect(
                area.adjusted(-grow, -grow, grow, grow).translated(0, 2), RADIUS + grow, RADIUS + grow
            )
    style = Qt.PenStyle.DashLine if is_off else Qt.PenStyle.SolidLine
    painter.setPen(QPen(ink("accent" if is_selected else "border"), 2 if is_selected else 1.2, style))
    painter.setBrush(ink("card"))
    painter.drawRoundedRect(area, RADIUS, RADIUS)


def _paint_pill(painter: QPainter, corner: QPointF, width: float, status: Status, turn: float) -> None:
    weight = QFont.Weight.Medium
    words_width = min(width_of(status.words, PILL, weight) + 1, width - 25)
    pill = QRectF(corner.x(), corner.y(), words_width + 25, _PILL_HEIGHT)
    ground = {"text_soft": "hover", "accent": "accent_soft"}.get(status.tone, f"{status.tone}_soft")
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink(ground))
    painter.drawRoundedRect(pill, _PILL_HEIGHT / 2, _PILL_HEIGHT / 2)
    shape = QRectF(pill.left() + 7, pill.center().y() - _SHAPE / 2, _SHAPE, _SHAPE)
    paint_shape(painter, shape, status.shape, ink(status.tone), turn)
    painter.setPen(ink(status.tone))
    write(painter, QRectF(pill.left() + 17, pill.top(), words_width + 1, _PILL_HEIGHT), status.words, PILL, weight)


def _paint_badge(painter: QPainter, area: QRectF, face: Face) -> None:
    """Draw the count of findings at the corner: a circle for errors, a rounded square for warnings alone."""
    count = face.errors or face.warnings
    if not count:
        return
    words = str(count) if count < 100 else "99+"
    side = max(18.0, width_of(words, TINY, QFont.Weight.Bold) + 9)
    badge = QRectF(area.right() - side + 6, area.top() - 8, side, 18)
    painter.setPen(QPen(ink("canvas"), 2))
    painter.setBrush(ink("error" if face.errors else "warning"))
    radius = 9.0 if face.errors else 5.0
    painter.drawRoundedRect(badge, radius, radius)
    painter.setPen(ink("card"))
    write(painter, badge, words, TINY, QFont.Weight.Bold, Qt.AlignmentFlag.AlignHCenter)
