"""Which card comes next in a direction: along the wires, then by where the cards stand."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF

from engine.document import order
from engine.document.model import Flow


def next_card(flow: Flow, middles: Mapping[str, QPointF], current: str, step: tuple[int, int]) -> str:
    """Return the card that an arrow key leads to from `current`, or `current` when there is none.

    Left and right follow the wires to the card nearest in height; where no wire leads on, and for up and down,
    the nearest card in that direction is taken. Without a `current` card it is the first one from the left.
    """
    if current not in middles:
        return min(middles, key=lambda id: (middles[id].x(), middles[id].y()), default="")
    here = middles[current]
    if step[0]:
        neighbours = (order.targets if step[0] > 0 else order.sources)(flow).get(current, ())
        wired = [id for id in neighbours if id in middles]
        if wired:
            return min(wired, key=lambda id: (abs(middles[id].y() - here.y()), middles[id].y()))
    return _nearest(middles, current, step)


def _nearest(middles: Mapping[str, QPointF], current: str, step: tuple[int, int]) -> str:
    here = middles[current]

    def distance(id: str) -> float:
        away = middles[id] - here
        along = away.x() * step[0] + away.y() * step[1]
        aside = abs(away.x() * step[1]) + abs(away.y() * step[0])
        return along + 2 * aside if along > 4 else float("inf")

    best = min((id for id in middles if id != current), key=distance, default=current)
    return best if best != current and distance(best) < float("inf") else current
