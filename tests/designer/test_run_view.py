"""What is known of a run, event by event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designer import run_view
from designer.engine_client import FindingView
from designer.run_view import RunView
from engine.document import edits
from engine.document.model import Flow, Wire
from engine.text import Text


def flow_of_three() -> Flow:
    """Return query → call → email."""
    flow = Flow()
    for kind in ("query", "call", "email"):
        flow, _ = edits.add_activity(flow, kind, position=(0, 0))
    flow = edits.connect(flow, Wire("query", "result", "call", "inbound"))
    return edits.connect(flow, Wire("call", "result", "email", "inbound"))


def played(flow: Flow, *events: Mapping[str, Any], view: RunView | None = None) -> RunView:
    """Return the view after a run of `flow` has told `events`."""
    view = run_view.begin(view or RunView(), flow)
    for event in events:
        view = run_view.advance(view, event, flow)
    return view


def started(*ids: str) -> dict[str, Any]:
    """Return the first event of a run of `ids`."""
    return {"event": "RunStarted", "run": "1", "activities": list(ids), "now": "2026-01-01T00:00:00"}


def ended(id: str, status: str = "done", **more: Any) -> dict[str, Any]:
    """Return the event of an activity's end."""
    return {"event": "ActivityFinished", "activity": id, "status": status, "ms": 5, "effect": "none", **more}


def filled(id: str, rows: int | None) -> dict[str, Any]:
    """Return the event of a table on the transition `result`."""
    return {"event": "TransitionFilled", "activity": id, "transition": "result", "rows": rows, "table": "k", "path": ""}


def test_activities_wait_run_and_finish_in_turn() -> None:
    flow = flow_of_three()
    view = played(flow, started("query", "call"), {"event": "ActivityStarted", "activity": "query"})
    assert {id: run.status for id, run in view.activities.items()} == {"query": "running", "call": "waiting"}
    assert view.running
    view = run_view.advance(view, filled("query", 12_480), flow)
    view = run_view.advance(view, ended("query"), flow)
    assert view.activities["query"].status == "done"
    assert view.transitions["query.result"].rows == 12_480
    assert view.share == 0.5
    assert view.log[-1].message == "Done in 5 ms: 12\N{NARROW NO-BREAK SPACE}480 rows"


def test_the_end_says_how_many_calls_were_replayed() -> None:
    end = {"event": "RunFinished", "status": "done", "ms": 900, "calls": {"live": 0, "recording": 1, "sample": 0}}
    view = played(flow_of_three(), started("query"), ended("query"), end)
    assert (view.status, view.ms, view.calls["recording"]) == ("done", 900, 1)
    assert view.log[-1].message == "Test finished in 0.9 s. Nothing was sent."


def test_an_error_is_kept_with_its_activity_and_its_field() -> None:
    error = {"level": "error", "code": "EXT-TIMEOUT", "message": "Too slow.", "activity": "call", "field": "limits"}
    view = played(flow_of_three(), started("call"), ended("call", "failed", error=error, source="live"))
    run = view.activities["call"]
    assert run.error is not None
    assert (run.error.code, run.error.field, run.source) == ("EXT-TIMEOUT", "limits", "live")
    assert view.log[-1].level == "error"


def test_notes_are_in_the_log_in_the_readers_language() -> None:
    text = Text.plural("{count} row left out", "{count} rows left out", count=3)
    note = {
        "event": "Note",
        "activity": "query",
        "level": "warning",
        "text": text.to_json(),
        "message": "",
        "code": "D",
    }
    view = played(flow_of_three(), started("query"), note)
    assert (view.log[-1].level, view.log[-1].message, view.log[-1].code) == ("warning", "3 rows left out", "D")


def test_an_edit_makes_stale_what_depends_on_it_and_undo_makes_it_fresh_again() -> None:
    flow = flow_of_three()
    ids = ("query", "call", "email")
    view = played(flow, started(*ids), *(ended(id) for id in ids))
    edited = edits.set_setting(flow, "call", "url", "https://example.com")
    stale = {id: run.is_stale for id, run in run_view.aged(view, edited).activities.items()}
    assert stale == {"query": False, "call": True, "email": True}
    back = run_view.aged(run_view.aged(view, edited), flow)
    assert not any(run.is_stale for run in back.activities.values())


def test_moving_or_renaming_a_card_leaves_its_result_fresh() -> None:
    flow = flow_of_three()
    view = played(flow, started("query"), ended("query"))
    moved = edits.set_label(edits.move(flow, {"query": (90, 90)}), "query", "People")
    assert not run_view.aged(view, moved).activities["query"].is_stale


def test_results_of_a_removed_activity_are_forgotten() -> None:
    flow = flow_of_three()
    view = played(flow, started("query", "call"), filled("call", 1), ended("query"), ended("call"))
    view = run_view.aged(view, edits.remove_activities(flow, ["call"]))
    assert view.share == 1.0
    assert "call" not in view.activities
    assert "call.result" not in view.transitions


def test_when_the_engine_dies_the_run_says_so_and_nothing_seems_to_go_on() -> None:
    view = played(flow_of_three(), started("query", "call"), {"event": "ActivityStarted", "activity": "query"})
    view = run_view.broken_off(view, FindingView("error", "APP-ENGINE-DIED", "The engine stopped unexpectedly."))
    assert view.status == "failed"
    assert {run.status for run in view.activities.values()} == {"cancelled"}
    assert "stopped unexpectedly" in view.log[-1].message


def test_a_large_answer_that_came_first_is_part_of_its_report() -> None:
    flow = flow_of_three()
    came = {"event": "AnswerCame", "activity": "call", "text": "[1]"}
    view = played(flow, started("call"), {"event": "ActivityStarted", "activity": "call"}, came)
    assert view.activities["call"].answer == "[1]"
    reports = {"call": {"source": "live", "response": {"status": 200, "text": None}}}
    view = run_view.advance(view, ended("call", reports=reports), flow)
    assert view.activities["call"].reports["call"]["response"] == {"status": 200, "text": "[1]"}
