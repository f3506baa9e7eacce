"""A run: what happens in which order, what is reused, what is skipped, and how it goes wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.accounts.secret_store import SecretStore, variable_of
from engine.document.files import from_json
from engine.document.model import Flow
from engine.errors import FileError, SettingsError
from engine.runner import cache
from engine.runner.cancellation import Cancellation
from engine.runner.execute import run
from engine.runner.request import Place, RunRequest
from engine.tables.interim import TableStore

pytestmark = pytest.mark.usefixtures("practice")

SECRET = "hunter2-is-no-password"
Entry = Mapping[str, Any]


def flow_of(**activities: Entry) -> Flow:
    """Return a flow of these entries."""
    return from_json({"format": "campaign-flow/1", "variables": {"campaign": "A"}, "activities": activities})


def entry(kind: str, *wires: str, **settings: Any) -> dict[str, Any]:
    """Return an entry of `kind` with wires into its inbound."""
    return {"kind": kind, "inputs": {"inbound": list(wires)} if wires else {}, "settings": settings}


def events_of(flow: Flow, place: Place, request: RunRequest | None = None, **more: Any) -> list[dict[str, Any]]:
    """Return all events of a run as JSON."""
    return [event.to_json() for event in run(flow, request or RunRequest(), place, **more)]


def ends(events: list[dict[str, Any]]) -> dict[str, str]:
    """Return how each activity ended."""
    return {event["activity"]: event["status"] for event in events if event["event"] == "ActivityFinished"}


def rows(events: list[dict[str, Any]]) -> dict[str, int | None]:
    """Return the rows of each transition that fired."""
    filled = [event for event in events if event["event"] == "TransitionFilled"]
    return {f"{event['activity']}.{event['transition']}": event["rows"] for event in filled}


@pytest.fixture
def flow() -> Flow:
    """Return numbers → keep → copies → any-of."""
    return flow_of(
        numbers=entry("numbers", count=5),
        keep=entry("keep", "numbers.result"),
        copies=entry("copies", "keep.result"),
        join=entry("any-of", "copies.copy1", "copies.copy2"),
    )


def test_activities_run_in_the_order_of_their_wires_and_rows_are_counted(flow: Flow, place: Place) -> None:
    events = events_of(flow, place, RunRequest(now=datetime(2026, 3, 7, 20)))
    assert events[0]["activities"] == ["numbers", "keep", "copies", "join"]
    assert events[0]["now"] == "2026-03-07T20:00:00"
    assert [event["activity"] for event in events if event["event"] == "ActivityStarted"] == events[0]["activities"]
    assert rows(events) == {
        "numbers.result": 5,
        "keep.result": 4,
        "keep.complement": 1,
        "copies.copy1": 4,
        "copies.copy2": 4,
        "join.result": 4,
    }
    assert set(ends(events).values()) == {"done"}
    assert events[-1]["event"] == "RunFinished"
    assert events[-1]["status"] == "done"
    assert events[-1]["calls"] == {"live": 0, "recording": 0, "sample": 0}


def test_every_event_is_json_with_its_name_first(flow: Flow, place: Place) -> None:
    for event in events_of(flow, place):
        assert next(iter(json.loads(json.dumps(event)))) == "event"


def test_a_table_can_be_read_under_its_key_with_its_columns(flow: Flow, place: Place) -> None:
    filled = next(event for event in events_of(flow, place) if event.get("transition") == "complement")
    assert filled["columns"] == [
        {"id": "n", "path": "n", "type": "integer"},
        {"id": "word", "path": "word", "type": "text"},
    ]
    with TableStore(place.tables) as store:
        table = store.find(filled["table"])
        assert table is not None
        assert store.rows(table) == [{"n": 1, "word": "a"}]
    assert cache.latest(place)["keep.complement"] == filled["table"]


def test_copies_are_one_table_that_is_written_once(flow: Flow, place: Place) -> None:
    filled = {event["transition"]: event for event in events_of(flow, place) if event["event"] == "TransitionFilled"}
    assert filled["copy1"]["table"] == filled["copy2"]["table"]
    assert len(list(place.tables.glob("*.parquet"))) == 3


def test_a_second_run_takes_everything_from_the_first_and_repeats_its_notes(flow: Flow, place: Place) -> None:
    first = events_of(flow, place)
    second = events_of(flow, place)
    assert set(ends(second).values()) == {"reused"}
    assert rows(second) == rows(first)
    assert {event["state"] for event in second if event["event"] == "TransitionFilled"} == {"reused"}
    notes = [[event["text"] for event in events if event["event"] == "Note"] for events in (first, second)]
    assert notes[0] == notes[1] != []


def test_a_change_reruns_what_depends_on_it_and_nothing_else(flow: Flow, place: Place) -> None:
    events_of(flow, place)
    keep = flow.activities["keep"].model_copy(update={"settings": {"least": 4}})
    edited = flow.model_copy(update={"activities": {**flow.activities, "keep": keep}})
    events = events_of(edited, place)
    assert ends(events) == {"numbers": "reused", "keep": "done", "copies": "done", "join": "done"}
    assert rows(events)["join.result"] == 2
    assert set(ends(events_of(flow, place)).values()) == {"reused"}  # undo: the tables are still there


def test_a_new_label_reruns_nothing(flow: Flow, place: Place) -> None:
    events_of(flow, place)
    keep = flow.activities["keep"].model_copy(update={"label": "The large ones"})
    events = events_of(flow.model_copy(update={"activities": {**flow.activities, "keep": keep}}), place)
    assert set(ends(events).values()) == {"reused"}


def test_another_seed_reruns_everything(flow: Flow, place: Place) -> None:
    events_of(flow, place)
    assert set(ends(events_of(flow, place, RunRequest(seed=7))).values()) == {"done"}


def test_a_variable_reruns_only_those_whose_settings_name_it(place: Place) -> None:
    flow = flow_of(one=entry("numbers", word="{{vars.campaign}}"), two=entry("numbers"))
    events_of(flow, place)
    events = events_of(flow, place, RunRequest(variables={"campaign": "B"}))
    assert ends(events) == {"one": "done", "two": "reused"}


def test_the_clock_reruns_only_those_who_look_at_it(place: Place) -> None:
    flow = flow_of(one=entry("numbers", word="GetDate()"), two=entry("numbers"))
    events_of(flow, place, RunRequest(now=datetime(2026, 1, 1)))
    events = events_of(flow, place, RunRequest(now=datetime(2026, 1, 2)))
    assert ends(events) == {"one": "done", "two": "reused"}


def test_what_is_made_anew_each_time_reruns_what_follows(place: Place) -> None:
    flow = flow_of(numbers=entry("numbers", is_fresh=False), keep=entry("keep", "numbers.result"))
    events_of(flow, place)
    assert ends(events_of(flow, place)) == {"numbers": "done", "keep": "done"}


def test_a_damaged_table_is_made_again(flow: Flow, place: Place) -> None:
    filled = next(event for event in events_of(flow, place) if event["event"] == "TransitionFilled")
    Path(filled["path"]).write_bytes(b"PAR1")
    events = events_of(flow, place)
    assert ends(events)["numbers"] == "done"
    assert events[-1]["status"] == "done"


def test_a_run_up_to_an_activity_leaves_out_the_rest_and_keeps_what_is_known_of_it(flow: Flow, place: Place) -> None:
    events_of(flow, place)
    events = events_of(flow, place, RunRequest(to="keep"))
    assert events[0]["activities"] == ["numbers", "keep"]
    assert "join.result" in cache.latest(place)


@pytest.mark.parametrize("request_", [RunRequest(to="nobody"), RunRequest(live=frozenset({"nobody"}))])
def test_an_activity_that_does_not_exist_is_refused(flow: Flow, place: Place, request_: RunRequest) -> None:
    with pytest.raises(SettingsError, match="“nobody”") as refused:
        events_of(flow, place, request_)
    assert "copies, join" in str(refused.value.finding.hint)


def test_a_transition_that_does_not_fire_skips_what_follows(place: Place) -> None:
    flow = flow_of(
        numbers=entry("numbers"),
        keep=entry("keep", "numbers.result", fires=False),
        after=entry("keep", "keep.result"),
        last=entry("keep", "after.result"),
        rest=entry("keep", "keep.complement"),
    )
    events = events_of(flow, place)
    assert ends(events) == {"numbers": "done", "keep": "done", "after": "skipped", "last": "skipped", "rest": "done"}
    assert events[-1]["status"] == "done"


def test_who_does_not_wait_for_all_runs_with_what_arrived(place: Place) -> None:
    flow = flow_of(
        numbers=entry("numbers"),
        keep=entry("keep", "numbers.result", fires=False),
        join=entry("any-of", "keep.result", "keep.complement"),
    )
    events = events_of(flow, place)
    assert ends(events)["join"] == "done"
    assert "1 arrived" in [event["message"] for event in events if event["event"] == "Note"]


def test_a_disabled_activity_and_what_follows_do_not_run(flow: Flow, place: Place) -> None:
    keep = flow.activities["keep"]
    off = keep.model_copy(update={"execution": keep.execution.model_copy(update={"mode": "disabled"})})
    events = events_of(flow.model_copy(update={"activities": {**flow.activities, "keep": off}}), place)
    assert ends(events) == {"numbers": "done", "keep": "skipped", "copies": "skipped", "join": "skipped"}
    assert events[-1]["status"] == "done"


def test_rows_pass_through_an_activity_that_is_not_executed(flow: Flow, place: Place) -> None:
    keep = flow.activities["keep"]
    through = keep.model_copy(update={"execution": keep.execution.model_copy(update={"mode": "pass-through"})})
    edited = flow.model_copy(update={"activities": {**flow.activities, "keep": through}})
    events = events_of(edited, place)
    assert "keep.complement" not in rows(events)
    assert rows(events)["join.result"] == 5
    assert set(ends(events).values()) == {"done"}


def test_settings_do_not_matter_to_an_activity_that_only_passes_rows_on(place: Place) -> None:
    through = {**entry("keep", "numbers.result", least=-1), "execution": {"mode": "pass-through"}}
    events = events_of(flow_of(numbers=entry("numbers"), keep=through), place)
    assert events[-1]["status"] == "done"


def test_an_error_stops_the_run_and_names_the_activity(place: Place) -> None:
    flow = flow_of(
        numbers=entry("numbers"),
        trouble=entry("trouble", "numbers.result"),
        after=entry("keep", "trouble.result"),
        zebra=entry("keep", "numbers.result"),
    )
    events = events_of(flow, place)
    failed = next(event for event in events if event.get("status") == "failed")
    assert failed["error"]["code"] == "DATA-PRACTICE"
    assert (failed["error"]["activity"], failed["error"]["field"]) == ("trouble", "how")
    assert failed["reports"] == {"practice": {"how": "data"}}
    assert ends(events) == {"numbers": "done", "trouble": "failed", "after": "skipped", "zebra": "cancelled"}
    assert events[-1]["status"] == "failed"
    assert events[-1]["error"] == failed["error"]


def test_an_ignored_error_ends_its_branch_only(place: Place) -> None:
    ignored = {**entry("trouble", "numbers.result"), "execution": {"on_error": "ignore"}}
    flow = flow_of(
        numbers=entry("numbers"),
        trouble=ignored,
        after=entry("keep", "trouble.result"),
        zebra=entry("keep", "numbers.result"),
    )
    events = events_of(flow, place)
    assert ends(events) == {"numbers": "done", "trouble": "failed", "after": "skipped", "zebra": "done"}
    assert events[-1]["status"] == "done"
    assert events[-1]["error"] is None


def test_an_unforeseen_exception_becomes_one_sentence_without_its_values(place: Place) -> None:
    flow = flow_of(numbers=entry("numbers"), trouble=entry("trouble", "numbers.result", how="crash"))
    text = json.dumps(events_of(flow, place))
    assert "hunter22" not in text
    assert "ValueError in practice, line" in text
    assert "APP-UNEXPECTED" in text


def test_a_full_disk_is_told_as_such(place: Place) -> None:
    flow = flow_of(numbers=entry("numbers"), trouble=entry("trouble", "numbers.result", how="disk"))
    error = events_of(flow, place)[-1]["error"]
    assert error["code"] == "FILE-NO-RESULTS"
    assert "No space left" in error["message"]


@pytest.mark.parametrize(("how", "said"), [("promise", "n: integer → text, − word"), ("unknown", "“nowhere”")])
def test_a_result_that_was_not_promised_is_an_error(place: Place, how: str, said: str) -> None:
    flow = flow_of(numbers=entry("numbers"), trouble=entry("trouble", "numbers.result", how=how))
    error = events_of(flow, place)[-1]["error"]
    assert error["code"] == "DATA-OTHER-COLUMNS"
    assert sorted(said.split(", ")) == sorted(part for part in said.split(", ") if part in error["message"])


def test_findings_of_level_error_keep_a_flow_from_running(place: Place) -> None:
    flow = flow_of(numbers=entry("numbers"), keep=entry("keep", "numbers.result", least=-1))
    events = events_of(flow, place)
    assert ends(events) == {"numbers": "cancelled", "keep": "failed"}
    assert events[-1]["error"]["field"] == "least"
    assert not place.tables.exists()


def test_findings_elsewhere_do_not_keep_a_part_from_running(place: Place) -> None:
    flow = flow_of(numbers=entry("numbers"), keep=entry("keep", "numbers.result", least=-1))
    assert events_of(flow, place, RunRequest(to="numbers"))[-1]["status"] == "done"


def test_secrets_leave_a_run_masked_only(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable_of("voucher-key"), SECRET)
    flow = flow_of(numbers=entry("numbers"), trouble=entry("trouble", "numbers.result", how="secret"))
    events = events_of(flow, place, secrets=SecretStore())
    text = json.dumps(events)
    assert SECRET not in text
    assert "Bearer ********" in text
    assert events[-1]["calls"]["live"] == 1
    for file in place.work.rglob("*"):
        assert file.is_dir() or SECRET.encode() not in file.read_bytes()


def test_calls_are_counted_by_where_their_answers_came_from(place: Place) -> None:
    flow = flow_of(numbers=entry("numbers"), call=entry("practice-call", "numbers.result"))
    assert events_of(flow, place)[-1]["calls"] == {"live": 0, "recording": 0, "sample": 1}
    replayed = events_of(flow, place, RunRequest(replay=True, live=frozenset({"call"})))
    assert replayed[-1]["calls"]["recording"] == 1
    again = events_of(flow, place, RunRequest(replay=True))
    finished = next(event for event in again if event["event"] == "ActivityFinished" and event["activity"] == "call")
    assert (finished["status"], finished["source"]) == ("reused", "recording")
    assert finished["reports"]["call"]["notes"] == ["as asked"]
    assert again[-1]["calls"]["recording"] == 0


@pytest.mark.parametrize("live", ["all", frozenset({"call"})])
def test_an_activity_told_to_call_calls_each_time(place: Place, live: Any) -> None:
    flow = flow_of(numbers=entry("numbers"), call=entry("practice-call", "numbers.result"))
    for _ in range(2):
        events = events_of(flow, place, RunRequest(live=live))
        assert ends(events)["call"] == "done"
        assert events[-1]["calls"]["live"] == 1
    assert ends(events)["numbers"] == "reused"


def test_a_call_that_failed_is_tried_again(place: Place) -> None:
    flow = flow_of(numbers=entry("numbers"), call=entry("practice-call", "numbers.result", fails=True))
    for _ in range(2):
        assert ends(events_of(flow, place))["call"] == "done"


@pytest.mark.parametrize("how", ["wait", "query"])
def test_a_run_is_stopped_from_another_thread(place: Place, how: str) -> None:
    flow = flow_of(
        numbers=entry("numbers", count=40),
        trouble=entry("trouble", "numbers.result", how=how),
        after=entry("keep", "trouble.result"),
    )
    stop = Cancellation()
    events: list[dict[str, Any]] = []
    for event in run(flow, RunRequest(), place, stop):
        events.append(event.to_json())
        if events[-1]["event"] == "ActivityStarted" and events[-1]["activity"] == "trouble":
            threading.Timer(0.05, stop.cancel).start()
    assert ends(events) == {"numbers": "done", "trouble": "cancelled", "after": "cancelled"}
    assert events[-1]["status"] == "cancelled"
    assert set(ends(events_of(flow_of(numbers=entry("numbers", count=40)), place)).values()) == {"reused"}


def test_who_stops_reading_stops_the_run(place: Place) -> None:
    flow = flow_of(numbers=entry("numbers"), trouble=entry("trouble", "numbers.result", how="wait"))
    events: Iterator[Any] = run(flow, RunRequest(), place)
    while next(events).to_json()["event"] != "Progress":
        continue
    events.close()  # type: ignore[attr-defined] # a generator is what runs
    assert "run" not in {thread.name for thread in threading.enumerate()}


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(flow: Flow, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    with pytest.raises(FileError) as refused:
        events_of(flow, Place(tmp_path, tmp_path / "taken"))
    assert refused.value.code.id == "FILE-NO-RESULTS"


def test_a_replay_makes_anew_only_what_calls(place: Place) -> None:
    flow = flow_of(numbers=entry("numbers"), call=entry("practice-call", "numbers.result"))
    events_of(flow, place)
    assert ends(events_of(flow, place, RunRequest(replay=True))) == {"numbers": "reused", "call": "done"}
    assert ends(events_of(flow, place, RunRequest(live=frozenset({"call"})))) == {"numbers": "reused", "call": "done"}
