"""Lay a flow out in columns by what depends on what, with room for the wires that pass a column by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.document.edits import move
from engine.document.model import Flow, Wire
from engine.document.order import levels

CARD_WIDTH, CARD_HEIGHT = 208, 76
"""The size of a card in scene pixels, which the layout needs to keep cards apart."""
_GAP_X, _GAP_Y = 72, 36


@dataclass(frozen=True, slots=True)
class _Place:
    """Something that takes a row of a column: a card, or a wire that passes through."""

    wish: float
    transition: str
    id: str
    wire: Wire | None = None


def tidy(flow: Flow) -> Flow:
    """Return the flow with every card in the column after its sources and near their rows; the top left is 0, 0.

    Activities in a circle of wires keep their places.
    """
    waves = levels(flow)
    column = {id: number for number, wave in enumerate(waves) for id in wave}
    wires = [wire for wire in flow.wires() if wire.source in column and wire.target in column]
    at: dict[Wire, float] = {}
    rows: dict[str, float] = {}
    for number, wave in enumerate(waves):
        places = [*_cards(flow, wave, wires, at), *_passing(wires, column, number, at)]
        places.sort(key=lambda place: (place.wish, place.transition, place.id))
        for place, row in zip(places, _spread([place.wish for place in places]), strict=True):
            if place.wire is not None:
                at[place.wire] = row
                continue
            rows[place.id] = row
            at.update({wire: row for wire in wires if wire.source == place.id})
    return move(flow, _pixels(column, rows))


def _cards(flow: Flow, wave: Sequence[str], wires: Sequence[Wire], at: Mapping[Wire, float]) -> Iterator[_Place]:
    for id in wave:
        arriving = [wire for wire in wires if wire.target == id]
        position = flow.layout.get(id)
        # without sources the cards keep the order in which they stood
        wish = 0.0 if position is None else position.y / 1_000_000
        if arriving:
            wish = sum(at[wire] for wire in arriving) / len(arriving)
        yield _Place(wish, min((wire.name for wire in arriving), default=""), id)


def _passing(
    wires: Sequence[Wire], column: Mapping[str, int], number: int, at: Mapping[Wire, float]
) -> Iterator[_Place]:
    for wire in wires:
        if column[wire.source] < number < column[wire.target]:
            yield _Place(at[wire], wire.name, wire.target, wire)


def _spread(wished: Sequence[float]) -> list[float]:
    """Return rows at least one apart, in the given order, their middle where the middle of the wishes is."""
    placed: list[float] = []
    for wish in wished:
        placed.append(wish if not placed else max(wish, placed[-1] + 1))
    shift = (sum(placed) - sum(wished)) / max(len(placed), 1)
    return [row - shift for row in placed]


def _pixels(column: Mapping[str, int], rows: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    top = min(rows.values(), default=0.0)
    return {id: (column[id] * (CARD_WIDTH + _GAP_X), (row - top) * (CARD_HEIGHT + _GAP_Y)) for id, row in rows.items()}
