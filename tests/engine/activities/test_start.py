"""Start: the event that sets a flow off."""

from __future__ import annotations

from engine import registry
from engine.activities.start import Start
from engine.activity import Population
from engine.document import edits
from engine.document.model import Flow, Wire

START = Start()


def test_a_start_has_no_input_and_sends_the_event_alone() -> None:
    (way,) = START.transitions(START.Settings())
    assert (way.name, way.population) == ("result", Population.EVENT)
    assert START.inbound(START.Settings()) == ()


def test_what_needs_rows_cannot_be_wired_to_a_start_but_a_fork_and_an_end_can() -> None:
    flow, start = edits.add_activity(Flow(), "start", position=(0, 0))
    flow, fork = edits.add_activity(flow, "fork", position=(0, 0))
    flow, deduplication = edits.add_activity(flow, "deduplication", position=(0, 0))
    flow, end = edits.add_activity(flow, "end", position=(0, 0))
    assert registry.why_not(flow, Wire(start, "result", fork, "inbound")) is None
    assert registry.why_not(flow, Wire(start, "result", end, "inbound")) is None
    assert registry.why_not(flow, Wire(start, "result", deduplication, "inbound")) is not None
    flow = edits.connect(flow, Wire(start, "result", fork, "inbound"))
    assert registry.why_not(flow, Wire(fork, "copy1", deduplication, "inbound")) is not None
