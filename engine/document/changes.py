"""What differs between two flows, for those who redraw."""

from __future__ import annotations

from dataclasses import dataclass

from engine.document.model import Flow, Wire


@dataclass(frozen=True, slots=True)
class Changes:
    """The difference from one flow to the next, by activity id.

    `changed` has the activities whose entry differs in anything but its wires; `moved` those with another
    position; `is_flow_changed` tells of name, options, variables, resources or accounts.
    """

    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    moved: frozenset[str] = frozenset()
    wired: frozenset[Wire] = frozenset()
    unwired: frozenset[Wire] = frozenset()
    is_flow_changed: bool = False

    def __bool__(self) -> bool:
        """Return whether anything differs."""
        return self.is_flow_changed or bool(
            self.added | self.removed | self.changed | self.moved or self.wired or self.unwired
        )


def changes(old: Flow, new: Flow) -> Changes:
    """Return what must be redrawn when `old` has become `new`."""
    if old is new:
        return Changes()
    both = old.activities.keys() & new.activities.keys()
    old_wires, new_wires = frozenset(old.wires()), frozenset(new.wires())
    reordered = {
        wire
        for wire in old_wires & new_wires
        if old.activities[wire.target].inputs.get(wire.inbound) != new.activities[wire.target].inputs.get(wire.inbound)
    }
    return Changes(
        added=frozenset(new.activities.keys() - both),
        removed=frozenset(old.activities.keys() - both),
        changed=frozenset(id for id in both if _differs(old, new, id)),
        moved=frozenset(id for id in both if old.layout.get(id) != new.layout.get(id)),
        wired=frozenset(new_wires - old_wires | reordered),
        unwired=frozenset(old_wires - new_wires | reordered),
        is_flow_changed=_head(old) != _head(new),
    )


def _differs(old: Flow, new: Flow, id: str) -> bool:
    before, after = old.activities[id], new.activities[id]
    if before is after:
        return False
    return before.model_copy(update={"inputs": {}}) != after.model_copy(update={"inputs": {}})


def _head(flow: Flow) -> tuple[object, ...]:
    return flow.name, flow.options, flow.variables, flow.resources, flow.accounts, flow.model_extra
