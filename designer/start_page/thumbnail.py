"""A flow drawn small: its cards where they stand, in their colours, and its wires."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from designer import theme
from designer.icons import activity_icon, paint_tile
from engine import registry
from engine.document.model import ActivityEntry, Flow
from engine.document.tidy import CARD_HEIGHT, CARD_WIDTH

MARGIN = 18.0
DOT_GAP = 14
LARGEST_SCALE = 0.62


def paint_flow(painter: QPainter, area: QRectF, flow: Flow) -> None:
    """Draw `flow` in the middle of `area`, as large as it fits."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(area)
    _paint_ground(painter, area)
    cards = {id: _card(flow, id) for id in flow.activities}
    if cards:
        _fit(painter, area, cards)
        _paint_wires(painter, flow, cards)
        for id, card in cards.items():
            _paint_card(painter, card, flow.activities[id])
    painter.restore()


def _card(flow: Flow, id: str) -> QRectF:
    place = flow.layout.get(id)
    return QRectF(place.x if place else 0, place.y if place else 0, CARD_WIDTH, CARD_HEIGHT)


def _paint_ground(painter: QPainter, area: QRectF) -> None:
    painter.fillRect(area, theme.color("canvas"))
    painter.setPen(QPen(theme.color("canvas_dot"), 1.4))
    for x in range(DOT_GAP // 2, int(area.width()), DOT_GAP):
        for y in range(DOT_GAP // 2, int(area.height()), DOT_GAP):
            painter.drawPoint(QPointF(area.left() + x, area.top() + y))


def _fit(painter: QPainter, area: QRectF, cards: dict[str, QRectF]) -> None:
    whole = QRectF()
    for card in cards.values():
        whole = whole.united(card)
    room = area.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
    scale = min(room.width() / whole.width(), room.height() / whole.height(), LARGEST_SCALE)
    painter.translate(area.center())
    painter.scale(scale, scale)
    painter.translate(-whole.center())


def _paint_wires(painter: QPainter, flow: Flow, cards: dict[str, QRectF]) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("wire"), 5))
    for wire in flow.wires():
        if wire.source not in cards:
            continue
        source, target = cards[wire.source], cards[wire.target]
        start, end = QPointF(source.right(), source.center().y()), QPointF(target.left(), target.center().y())
        reach = max(abs(end.x() - start.x()) / 2, 30)
        path = QPainterPath(start)
        path.cubicTo(start + QPointF(reach, 0), end - QPointF(reach, 0), end)
        painter.drawPath(path)


def _paint_card(painter: QPainter, card: QRectF, entry: ActivityEntry) -> None:
    painter.setPen(QPen(theme.color("border_strong"), 2))
    painter.setBrush(theme.color("card"))
    painter.drawRoundedRect(card, 12, 12)
    found = registry.activity(entry.kind)
    side = card.height() * 0.6
    inset = (card.height() - side) / 2
    tile = QRectF(card.left() + inset, card.top() + inset, side, side)
    paint_tile(painter, tile, found.category if found else "execution")
    inner = tile.adjusted(side * 0.2, side * 0.2, -side * 0.2, -side * 0.2)
    activity_icon(entry.kind).paint(painter, inner.toRect())
    painter.setPen(Qt.PenStyle.NoPen)
    for place, share, color in ((0.34, 0.8, "text_faint"), (0.6, 0.55, "border_strong")):
        left = tile.right() + inset
        width = (card.right() - inset - left) * share
        painter.setBrush(theme.color(color, 0.7))
        painter.drawRoundedRect(QRectF(left, card.top() + card.height() * place, width, 9), 4.5, 4.5)
