"""Where the rows of the recipients whom a problem concerns can be seen."""

from __future__ import annotations

from dataclasses import dataclass

from designer.panels.mending import Problem
from designer.session import Session
from engine import registry


@dataclass(frozen=True, slots=True)
class ChosenRows:
    """Rows of the transition called `transition`: those whose column `path` has, as text, one of `values`."""

    transition: str
    path: str
    values: tuple[str, ...]


def rows_of(session: Session, problem: Problem) -> ChosenRows | None:
    """Return the rows that arrived for the recipients of a problem; None where they cannot be told by a key."""
    entry = session.flow.activities.get(problem.finding.activity)
    if entry is None or not problem.recipients:
        return None
    wires = [wire for place in registry.inbound(entry)[:1] for wire in entry.inputs.get(place.name, ())]
    for wire in wires:
        filled, schema = session.run.transitions.get(wire), session.schemas.get(wire)
        if filled is not None and filled.table and schema is not None and schema.column(schema.key) is not None:
            return ChosenRows(wire, schema.key, tuple(str(each.get("key")) for each in problem.recipients))
    return None
