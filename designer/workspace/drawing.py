"""Keeps the cards and wires of the scene in step with the flow, its findings and its run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsScene

from designer.engine_client import FindingView
from designer.run_view import RunView
from designer.session import Session
from designer.words import tr
from designer.workspace.card import Card
from designer.workspace.card_face import Print, face_of, print_of
from designer.workspace.port import Port
from designer.workspace.status import number
from designer.workspace.wire import WireLine
from engine.document.changes import Changes, changes
from engine.document.model import ActivityEntry, Flow, Wire
from engine.document.tidy import tidy
from engine.text import Text


class Drawing:
    """The cards by activity id and the wires by what they join, in one scene."""

    def __init__(self, scene: QGraphicsScene, session: Session) -> None:
        """Draw the flow of `session` into `scene`."""
        self._scene = scene
        self._session = session
        self._prints: dict[str, tuple[ActivityEntry, tuple[str, ...], Print]] = {}
        self._is_near = True
        self.cards: dict[str, Card] = {}
        self.wires: dict[Wire, WireLine] = {}

    def redraw(self, old: Flow, new: Flow) -> None:
        """Draw what differs between two flows."""
        self._update(changes(old, new), new)

    def begin(self) -> None:
        """Draw everything."""
        self.redraw(Flow(), self._session.flow)

    def _update(self, difference: Changes, flow: Flow) -> None:
        for wire in difference.unwired:
            self._remove_wire(wire)
        for id in difference.removed:
            self._remove_card(id)
        self._add_cards(flow, difference.added)
        places = _places(flow)
        for id in difference.added | difference.moved:
            self.cards[id].xy_pos = list(places[id])
        self.show_run()

    def _add_cards(self, flow: Flow, ids: Collection[str]) -> None:
        wired, findings, counted = _wired(flow), _findings(self._session), _Counts(flow, self._session.run)
        for id in sorted(ids):
            entry = flow.activities[id]
            printed = self._print(id, entry, wired[id])
            card = Card(id, face_of(id, entry, printed, self._session.run, findings[id], counted.into(id)))
            card.show_ports(are_shown=self._is_near)
            self.cards[id] = card
            self._scene.addItem(card)

    def _print(self, id: str, entry: ActivityEntry, wired: tuple[str, ...]) -> Print:
        known = self._prints.get(id)
        if known is not None and known[0] is entry and known[1] == wired:
            return known[2]
        made = print_of(entry, wired)
        self._prints[id] = (entry, wired, made)
        return made

    def _remove_card(self, id: str) -> None:
        self._scene.removeItem(self.cards.pop(id))
        self._prints.pop(id, None)

    def _remove_wire(self, wire: Wire) -> None:
        line = self.wires.pop(wire, None)
        if line is not None:
            ends = (line.start, line.end)
            line.delete()
            for port in ends:
                port.update()
            self._tell_card(wire.source)

    def _rewire(self, flow: Flow, new_ports: Collection[str]) -> None:
        """Draw the wires that are missing, and again those of cards whose ports are new ones."""
        for wire in [each for each in self.wires if {each.source, each.target} & set(new_ports)]:
            self._remove_wire(wire)
        for wire in flow.wires():
            if wire not in self.wires and wire.source in self.cards and wire.target in self.cards:
                start = self.cards[wire.source].ports_out.get(wire.transition)
                end = self.cards[wire.target].ports_in.get(wire.inbound)
                if start is not None and end is not None:
                    line = WireLine(wire, start, end)
                    self.wires[wire] = line
                    self._scene.addItem(line)
                    self._tell_card(wire.source)

    def _tell_card(self, id: str) -> None:
        card = self.cards.get(id)
        if card is not None:
            card.rewired()

    def show_run(self) -> None:
        """Show on cards and wires what is known of the last run and of what is wrong."""
        flow, run = self._session.flow, self._session.run
        wired, findings, counted = _wired(flow), _findings(self._session), _Counts(flow, run)
        new_ports = set()
        for id, card in self.cards.items():
            entry = flow.activities[id]
            printed = self._print(id, entry, wired[id])
            if card.show_face(face_of(id, entry, printed, run, findings[id], counted.into(id))):
                card.show_ports(are_shown=self._is_near)
                new_ports.add(id)
        self._rewire(flow, new_ports)
        for wire, line in self.wires.items():
            filled = run.transitions.get(wire.name)
            line.show_words(*self._words(line, filled.rows if filled is not None else None))

    def _words(self, line: WireLine, rows: int | None) -> tuple[str, str]:
        """Return what stands on a wire, and the same at length."""
        names = tr(Text("{source} to {target}", source=self._name(line.start), target=self._name(line.end)))
        if rows is None:
            return "", names
        count = number(rows)
        return count, tr(
            Text.plural("{names}: {number} row", "{names}: {number} rows", count=rows, names=names, number=count)
        )

    def _name(self, port: Port) -> str:
        """Return what people call an end of a wire: the activity, and which of its ways where it has several."""
        printed = self.cards[port.activity].face.print
        if len(printed.ways_out if port.is_out else printed.ways_in) == 1:
            return printed.title
        return tr(Text("{activity} · {way}", activity=printed.title, way=port.way.label))

    def show_detail(self, *, is_near: bool) -> None:
        """Show the ports, or hide them when the cards are seen from afar."""
        if self._is_near != is_near:
            self._is_near = is_near
            for card in self.cards.values():
                card.show_ports(are_shown=is_near)

    def show_selection(self, chosen: Collection[str]) -> None:
        """Let the wires of the selected cards stand out."""
        for wire, line in self.wires.items():
            line.show_near_selection(is_near=wire.source in chosen or wire.target in chosen)

    def running(self) -> Iterator[Card]:
        """Yield the cards of activities that run right now."""
        for id, run in self._session.run.activities.items():
            if run.status == "running" and id in self.cards:
                yield self.cards[id]

    def ports(self) -> Iterator[Port]:
        """Yield every port of every card."""
        for card in self.cards.values():
            yield from card.ports()

    def area(self, ids: Collection[str] = ()) -> QRectF:
        """Return the area that the cards `ids` take, or all cards."""
        whole = QRectF()
        for id, card in self.cards.items():
            if not ids or id in ids:
                whole = whole.united(card.scene_area)
        return whole


class _Counts:
    """How many rows came in where, as far as the run tells."""

    def __init__(self, flow: Flow, run: RunView) -> None:
        self._first: dict[str, int | None] = {}
        for id, entry in flow.activities.items():
            name = next((name for names in entry.inputs.values() for name in names), "")
            filled = run.transitions.get(name)
            self._first[id] = filled.rows if filled is not None else None

    def into(self, id: str) -> int | None:
        """Return the rows that the first wire of an activity brought."""
        return self._first[id]


def _wired(flow: Flow) -> Mapping[str, tuple[str, ...]]:
    names: dict[str, dict[str, None]] = defaultdict(dict)
    for wire in flow.wires():
        names[wire.source][wire.transition] = None
    return {id: tuple(names.get(id, ())) for id in flow.activities}


def _findings(session: Session) -> Mapping[str, list[FindingView]]:
    by_activity: dict[str, list[FindingView]] = defaultdict(list)
    for finding in session.problems():
        by_activity[finding.activity].append(finding)
    return by_activity


def _places(flow: Flow) -> Mapping[str, tuple[float, float]]:
    """Return where every card stands; those without a place of their own stand where tidying would put them."""
    if all(id in flow.layout for id in flow.activities):
        return {id: (flow.layout[id].x, flow.layout[id].y) for id in flow.activities}
    whole = tidy(flow) if not flow.layout else _below(flow)
    return {
        id: (whole.layout[id].x, whole.layout[id].y) if id in whole.layout else (0.0, 0.0) for id in flow.activities
    }


def _below(flow: Flow) -> Flow:
    """Return the flow with cards that have no place below all others, laid out among themselves."""
    lost = {id: entry for id, entry in flow.activities.items() if id not in flow.layout}
    bottom = max(place.y for place in flow.layout.values()) + 140
    left = min(place.x for place in flow.layout.values())
    laid = tidy(flow.model_copy(update={"activities": lost, "layout": {}})).layout
    moved = {id: place.model_copy(update={"x": place.x + left, "y": place.y + bottom}) for id, place in laid.items()}
    return flow.model_copy(update={"layout": {**flow.layout, **moved}})
