"""The small shapes before the words of a status, each told from the others without its colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from designer.workspace.status import Shape


def paint_shape(painter: QPainter, area: QRectF, shape: Shape, color: QColor, turn: float = 0.0) -> None:
    """Draw `shape` into the square `area`; `turn` from 0 to 1 is how far the arc of a running activity has turned."""
    painter.save()
    painter.setPen(QPen(color, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if shape == "arc":
        painter.drawArc(area.adjusted(0.4, 0.4, -0.4, -0.4), round((0.25 - turn) * 360 * 16), -270 * 16)
    elif shape in _FILLED:
        painter.setBrush(color)
        painter.setPen(Qt.PenStyle.NoPen)
        _FILLED[shape](painter, area)
    else:
        _DRAWN[shape](painter, area)
    painter.restore()


def _half(painter: QPainter, area: QRectF) -> None:
    painter.drawEllipse(area.adjusted(0.4, 0.4, -0.4, -0.4))
    painter.setBrush(painter.pen().color())
    painter.drawPie(area.adjusted(0.4, 0.4, -0.4, -0.4), 90 * 16, 180 * 16)


def _cross(painter: QPainter, area: QRectF) -> None:
    inner = area.adjusted(0.6, 0.6, -0.6, -0.6)
    painter.drawLine(inner.topLeft(), inner.bottomRight())
    painter.drawLine(inner.bottomLeft(), inner.topRight())


def _dash(painter: QPainter, area: QRectF) -> None:
    painter.drawLine(QPointF(area.left(), area.center().y()), QPointF(area.right(), area.center().y()))


def _again(painter: QPainter, area: QRectF) -> None:
    """Draw a ring around a dot: the same result once more."""
    painter.drawEllipse(area.adjusted(0, 0, 0, 0))
    painter.setBrush(painter.pen().color())
    painter.drawEllipse(area.center(), 1.2, 1.2)


def _bar(painter: QPainter, area: QRectF) -> None:
    painter.drawEllipse(area)
    painter.drawLine(area.topRight() + QPointF(-1, 1), area.bottomLeft() + QPointF(1, -1))


def _through(painter: QPainter, area: QRectF) -> None:
    """Draw an arrow: rows go on as they came."""
    tip = QPointF(area.right(), area.center().y())
    painter.drawLine(QPointF(area.left(), tip.y()), tip)
    painter.drawPolyline(QPolygonF([tip + QPointF(-3, -3), tip, tip + QPointF(-3, 3)]))


def _triangle(painter: QPainter, area: QRectF) -> None:
    painter.drawPolygon(QPolygonF([QPointF(area.center().x(), area.top()), area.bottomRight(), area.bottomLeft()]))


_FILLED: Mapping[str, Callable[[QPainter, QRectF], None]] = {
    "dot": lambda painter, area: painter.drawEllipse(area),
    "square": lambda painter, area: painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5)),
    "triangle": _triangle,
}
_DRAWN: Mapping[str, Callable[[QPainter, QRectF], None]] = {
    "ring": lambda painter, area: painter.drawEllipse(area.adjusted(0.4, 0.4, -0.4, -0.4)),
    "half": _half,
    "cross": _cross,
    "dash": _dash,
    "again": _again,
    "bar": _bar,
    "through": _through,
}
