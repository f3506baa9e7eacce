"""Drawing a wire with the mouse: from a port to another one, or to empty ground."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsScene

from designer import theme
from designer.workspace.card import Card
from designer.workspace.port import Port
from designer.workspace.wire import wire_path
from engine import registry
from engine.document import edits
from engine.document.model import Flow, Wire
from engine.text import Text


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a gesture comes to: the wire to make, if any, the one that was taken off, and where it began."""

    wire: Wire | None
    taken: Wire | None
    start: Port


class Wiring:
    """One wire in the making. A wire that already arrives at a full port is taken off and led elsewhere."""

    def __init__(self, scene: QGraphicsScene, flow: Callable[[], Flow], ports: Callable[[], Iterable[Port]]) -> None:
        """Draw in `scene` among the ports of the cards; what is legal is asked of the flow."""
        self._scene = scene
        self._flow = flow
        self._ports = ports
        self._start: Port | None = None
        self._taken: Wire | None = None
        self._over: Port | None = None
        self._line = QGraphicsPathItem()
        self._line.setZValue(50)
        self._line.setVisible(False)
        scene.addItem(self._line)

    @property
    def is_active(self) -> bool:
        """Return whether a wire is being drawn."""
        return self._start is not None

    def begin(self, port: Port, wires: Callable[[str], Port]) -> None:
        """Start at `port`; where it is a full way in, its wire is taken off and starts at `wires(its name)`."""
        self._taken = self._wire_at(port)
        self._start = wires(self._taken.name) if self._taken is not None else port
        for other in self._ports():
            other.show_appeal("legal" if self._may_end(other) else "refused")
        self._start.show_appeal("")
        self._line.setPen(QPen(theme.color("accent"), 2.4, Qt.PenStyle.DashLine))
        self._line.setVisible(True)
        self.move(port.middle)

    def _wire_at(self, port: Port) -> Wire | None:
        """Return the wire of a way in that takes no more."""
        if port.is_out:
            return None
        entry = self._flow().activities[port.activity]
        names = entry.inputs.get(port.name, ())
        place = next((each for each in registry.inbound(entry) if each.name == port.name), None)
        is_full = place is None or (place.maximum is not None and len(names) >= place.maximum)
        if not names or not is_full:
            return None
        source, _, transition = names[-1].partition(".")
        return Wire(source, transition, port.activity, port.name)

    def _base(self) -> Flow:
        """Return the flow as it is without the wire that was taken off."""
        flow = self._flow()
        return edits.disconnect(flow, self._taken) if self._taken is not None else flow

    def _wire_to(self, port: Port) -> Wire | None:
        """Return the wire between the start and `port`, or None for two ports of one side."""
        if self._start is None or self._start.is_out == port.is_out:
            return None
        start, end = (self._start, port) if self._start.is_out else (port, self._start)
        return Wire(start.activity, start.name, end.activity, end.name)

    def _may_end(self, port: Port) -> bool:
        wire = self._wire_to(port)
        return wire is not None and registry.why_not(self._base(), wire) is None

    def port_of(self, card: Card) -> Port | None:
        """Return the port of `card` where the wire would end: the first legal one, or else the first one there is."""
        if self._start is None or self._start.activity == card.activity:
            return None
        ports = list((card.ports_in if self._start.is_out else card.ports_out).values())
        return next((port for port in ports if self._may_end(port)), ports[0] if ports else None)

    def move(self, place: QPointF, over: Port | None = None) -> Text | None:
        """Lead the wire to `place`, or to the port `over`; return why it may not end there."""
        if self._start is None:
            return None
        self._hover(over)
        end = over.middle if over is not None else place
        self._line.setPath(
            wire_path(self._start.middle, end) if self._start.is_out else wire_path(end, self._start.middle)
        )
        reason = self._why_not(over)
        self._line.setPen(QPen(theme.color("error" if reason is not None else "accent"), 2.4, Qt.PenStyle.DashLine))
        return reason

    def _hover(self, over: Port | None) -> None:
        if over is self._over:
            return
        for port, is_over in ((self._over, False), (over, True)):
            if port is not None:
                port.hovered = is_over
                port.update()
        self._over = over

    def _why_not(self, over: Port | None) -> Text | None:
        if over is None or over is self._start:
            return None
        wire = self._wire_to(over)
        if wire is None:
            return Text("A wire leads from a way out on the right to a way in on the left.")
        return registry.why_not(self._base(), wire)

    def end(self, over: Port | None) -> Drawn | None:
        """Stop drawing; return what the gesture comes to, or None where it ends at a port that refuses it."""
        start, taken = self._start, self._taken
        if start is None:
            return None
        reason = self._why_not(over)
        wire = self._wire_to(over) if over is not None and over is not start and reason is None else None
        self.cancel()
        if over is not None and wire is None:
            return None
        return Drawn(wire, taken, start)

    def cancel(self) -> None:
        """Stop drawing; nothing happens."""
        self._hover(None)
        self._start = self._taken = None
        self._line.setVisible(False)
        for port in self._ports():
            port.show_appeal("")
