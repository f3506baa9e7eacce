"""The engine's process is killed in the middle of a run: the window says so, keeps the flow and goes on."""

from __future__ import annotations

import os
import signal
import sys

from engine.document import edits
from engine.document.model import Flow, ResourceRef, Wire
from engine.text import Text
from tests.journeys.person import User

PEOPLE = 3_000_000
KILL = signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL


def long_flow() -> Flow:
    """Return a flow that makes up people, keeps one of each region and joins them: work for a while."""
    people = ResourceRef.model_validate({"source": "synthetic", "key": "id", "rows": PEOPLE, "seed": 7})
    flow = edits.set_resource(Flow(), "people", people)
    flow, query = edits.add_activity(flow, "query", position=(0, 0), settings={"resource": "people"}, label="People")
    flow, fork = edits.add_activity(flow, "fork", position=(300, 0))
    return edits.connect(flow, Wire(query, "result", fork, "inbound"))


def test_a_killed_engine_costs_the_run_and_nothing_else(user: User) -> None:
    user.click("new-flow")
    flow = long_flow()
    user.session.edit(Text("Begin"), flow)
    user.press("Ctrl+Return")
    user.wait(lambda: any(each.status == "running" for each in user.session.run.activities.values()))
    first = user.session.engine.process_id
    os.kill(first, KILL)
    user.waits_for_the_run()
    assert user.outcome() == "failed"
    user.sees("The engine stopped unexpectedly. It has been started again; your flow is untouched.")
    assert "stopped" in {user.card(id).status.words for id in flow.activities}
    assert user.session.flow is flow
    assert user.session.is_dirty

    user.wait(lambda: user.session.engine.state == "ready")
    assert user.session.engine.process_id not in (0, first)
    few = flow.resources["people"].model_copy(update={"rows": 500})
    user.session.edit(Text("Fewer"), edits.set_resource(flow, "people", few))
    user.click("Test flow")
    user.waits_for_the_run()
    assert user.outcome() == "done"
    user.wait(lambda: user.card("query").status.words == "500 rows")
    user.wait(lambda: "The engine stopped" not in user.reads())


def test_what_was_drawn_can_be_undone_and_saved_while_the_engine_is_away(user: User) -> None:
    user.click("new-flow")
    user.press("Tab")
    user.type("que")
    user.press("Return")
    os.kill(user.session.engine.process_id, KILL)
    user.press("Alt+0")
    user.press("Ctrl+Z")
    assert not user.session.flow.activities
    user.press("Ctrl+Shift+Z")
    assert set(user.session.flow.activities) == {"query"}
    user.wait(lambda: user.session.engine.state == "ready")
    user.wait(lambda: [each.code for each in user.session.findings if each.field == "resource"])
