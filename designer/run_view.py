"""What is known of the last run: a value that every event of the engine turns into the next one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from designer.engine_client import FindingView
from designer.words import tr
from engine.document import order
from engine.document.model import Flow
from engine.errors import Level
from engine.text import Text

RunStatus = Literal["idle", "running", "done", "failed", "cancelled"]
LOG_LIMIT = 5000
"""The run log keeps so many entries; older ones make room."""


@dataclass(frozen=True, slots=True)
class ActivityRun:
    """How an activity fared: `waiting`, `running`, `done`, `reused`, `failed`, `skipped` or `cancelled`.

    `source` says where the answer of a call came from (`live`, `recording`, `sample`), `flow` is the flow
    that ran, and `is_stale` that the current flow would give something else.
    """

    status: str
    flow: Flow
    ms: int = 0
    effect: str = "none"
    source: str = ""
    error: FindingView | None = None
    warnings: tuple[FindingView, ...] = ()
    reports: Mapping[str, Any] = field(default_factory=dict)
    answer: str = ""
    """The text of a large answer, which is there before its report is."""
    done: int = 0
    total: int | None = None
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class TransitionRun:
    """What travelled along a transition: `rows` is None for the event alone, `table` the table's content key."""

    rows: int | None
    table: str
    state: str
    columns: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the run log."""

    time: datetime
    level: str
    message: str
    activity: str = ""
    code: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class RunView:
    """The last run, by activity id and by transition name (`fork.copy1`)."""

    status: RunStatus = "idle"
    activities: Mapping[str, ActivityRun] = field(default_factory=dict)
    transitions: Mapping[str, TransitionRun] = field(default_factory=dict)
    log: tuple[LogEntry, ...] = ()
    ms: int = 0
    calls: Mapping[str, int] = field(default_factory=dict)
    error: FindingView | None = None
    ahead: tuple[str, ...] = ()

    @property
    def running(self) -> bool:
        """Return whether the run still goes on."""
        return self.status == "running"

    @property
    def share(self) -> float:
        """Return how much of the run is done, from 0 to 1, counted in activities."""
        ended = [id for id in self.ahead if self.activities[id].status not in {"waiting", "running"}]
        return len(ended) / len(self.ahead) if self.ahead else 0.0

    def noted(self, level: str, message: str, activity: str = "", code: str = "", source: str = "") -> RunView:
        """Return the view with one more line in its log."""
        entry = LogEntry(datetime.now().astimezone(), level, message, activity, code, source)
        return replace(self, log=(*self.log[-LOG_LIMIT:], entry))

    def with_activity(self, id: str, **members: Any) -> RunView:
        """Return the view with some of what is known of an activity replaced."""
        if id not in self.activities:
            return self
        return replace(self, activities={**self.activities, id: replace(self.activities[id], **members)})


def begin(view: RunView, flow: Flow) -> RunView:
    """Return the view at the start of a run of `flow`: results of activities it does not reach are kept."""
    kept = {id: run for id, run in view.activities.items() if id in flow.activities}
    return replace(view, status="running", activities=kept, log=(), ms=0, calls={}, error=None, ahead=())


def advance(view: RunView, event: Mapping[str, Any], flow: Flow) -> RunView:
    """Return the view after one event (JSON of engine.runner.events) of a run of `flow`."""
    step = _STEPS.get(str(event.get("event")))
    return step(view, event, flow) if step is not None else view


def _run_started(view: RunView, event: Mapping[str, Any], flow: Flow) -> RunView:
    ahead = tuple(event["activities"])
    waiting = {id: ActivityRun("waiting", flow) for id in ahead}
    gone = set(ahead)
    transitions = {name: run for name, run in view.transitions.items() if name.partition(".")[0] not in gone}
    text = Text.plural("Testing {count} activity", "Testing {count} activities", count=len(ahead))
    started = replace(view, activities={**view.activities, **waiting}, transitions=transitions, ahead=ahead)
    return started.noted("info", tr(text))


def _activity_started(view: RunView, event: Mapping[str, Any], flow: Flow) -> RunView:
    return view.with_activity(event["activity"], status="running", flow=flow)


def _progress(view: RunView, event: Mapping[str, Any], flow: Flow) -> RunView:
    return view.with_activity(event["activity"], done=event["done"], total=event.get("total"))


def _answer_came(view: RunView, event: Mapping[str, Any], flow: Flow) -> RunView:
    return view.with_activity(event["activity"], answer=event["text"])


def _note(view: RunView, event: Mapping[str, Any], flow: Flow) -> RunView:
    message = tr(Text.from_json(event["text"])) if event.get("text") else str(event.get("message", ""))
    id = event["activity"]
    if event["level"] == Level.WARNING and event.get("field") and id in view.activities:
        view = view.with_activity(id, warnings=(*view.activities[id].warnings, FindingView.from_json(event)))
    return view.noted(str(event["level"]), message, id, event.get("code", ""))


def _transition_filled(view: RunView, event: Mapping[str, Any], flow: Flow) -> RunView:
    name = f"{event['activity']}.{event['transition']}"
    columns = tuple(event.get("columns") or ())
    run = TransitionRun(event.get("rows"), event.get("table") or "", event.get("state", "fresh"), columns)
    return replace(view, transitions={**view.transitions, name: run})


def _activity_finished(view: RunView, event: Mapping[str, Any], flow: Flow) -> RunView:
    id, status, source = event["activity"], event["status"], event.get("source") or ""
    error = FindingView.from_json(event["error"]) if event.get("error") else None
    if id not in view.activities:
        return view
    before = view.activities[id]
    if status == "reused" and not source:
        source = before.source
    view = view.with_activity(
        id,
        status=status,
        ms=event.get("ms", 0),
        effect=event.get("effect", "none"),
        source=source,
        error=error,
        reports=_whole(event.get("reports") or {}, before.answer),
    )
    if error is not None:
        return view.noted("error", error.message, id, error.code, source)
    return view.noted("info", tr(_ended(view, id, status, event.get("ms", 0))), id, "", source)


def _whole(reports: Mapping[str, Any], answer: str) -> Mapping[str, Any]:
    """Return the reports with the text of an answer that was told before them."""
    call = reports.get("call") or {}
    response = call.get("response") or {}
    if not response or response.get("text") is not None:
        return reports
    return {**reports, "call": {**call, "response": {**response, "text": answer}}}


def _ended(view: RunView, id: str, status: str, ms: int) -> Text:
    rows = [run.rows for name, run in view.transitions.items() if name.partition(".")[0] == id and run.rows is not None]
    counted = Text.plural("{count} row", "{count} rows", count=sum(rows)) if rows else Text("no rows")
    if status == "reused":
        return Text("Unchanged: {counted} taken from the run before", counted=counted)
    if status == "skipped":
        return Text("Skipped: nothing arrived here")
    if status == "cancelled":
        return Text("Stopped")
    return Text("Done in {ms} ms: {counted}", ms=ms, counted=counted)


def _run_finished(view: RunView, event: Mapping[str, Any], flow: Flow) -> RunView:
    error = FindingView.from_json(event["error"]) if event.get("error") else None
    view = replace(view, status=event["status"], ms=event["ms"], calls=event.get("calls") or {}, error=error)
    words = {
        "done": Text("Test finished in {time}. Nothing was sent.", time=seconds(view.ms)),
        "failed": Text("Test stopped by an error after {time}. Nothing was sent.", time=seconds(view.ms)),
        "cancelled": Text("Test cancelled after {time}. Nothing was sent.", time=seconds(view.ms)),
    }
    return view.noted("error" if view.status == "failed" else "info", tr(words[event["status"]]))


_STEPS: Mapping[str, Callable[[RunView, Mapping[str, Any], Flow], RunView]] = {
    "RunStarted": _run_started,
    "ActivityStarted": _activity_started,
    "Progress": _progress,
    "AnswerCame": _answer_came,
    "Note": _note,
    "TransitionFilled": _transition_filled,
    "ActivityFinished": _activity_finished,
    "RunFinished": _run_finished,
}


def broken_off(view: RunView, reason: FindingView) -> RunView:
    """Return the view after the engine has gone in mid-run: what ran or waited has no result."""
    lost = {
        id: replace(run, status="cancelled") if run.status in {"waiting", "running"} else run
        for id, run in view.activities.items()
    }
    status: RunStatus = "cancelled" if reason.code.startswith("APP-CANCELLED") else "failed"
    return replace(view, status=status, activities=lost, error=reason).noted(
        "error", reason.message, reason.activity, reason.code
    )


def aged(view: RunView, flow: Flow) -> RunView:
    """Return the view with `is_stale` set right for the current `flow`, and without what it no longer has."""
    stale: dict[int, frozenset[str]] = {}
    for run in view.activities.values():
        if id(run.flow) not in stale:
            stale[id(run.flow)] = _outdated(run.flow, flow)
    activities = {
        name: replace(run, is_stale=name in stale[id(run.flow)])
        for name, run in view.activities.items()
        if name in flow.activities
    }
    transitions = {name: run for name, run in view.transitions.items() if name.partition(".")[0] in activities}
    ahead = tuple(name for name in view.ahead if name in activities)
    return replace(view, activities=activities, transitions=transitions, ahead=ahead)


def _outdated(ran: Flow, flow: Flow) -> frozenset[str]:
    """Return the activities whose result may differ between the flow that ran and the current one."""
    if ran is flow:
        return frozenset()
    if (ran.options, ran.variables, ran.resources) != (flow.options, flow.variables, flow.resources):
        return frozenset(flow.activities)
    changed = [id for id in flow.activities if _work(ran, id) != _work(flow, id)]
    return order.downstream(flow, changed)


def _work(flow: Flow, id: str) -> object:
    entry = flow.activities.get(id)
    return entry and (entry.kind, entry.version, entry.settings, entry.inputs, entry.execution)


def seconds(ms: int) -> str:
    """Return a duration as people read it: `0.9 s`, `75 s`, `3 min 20 s`."""
    if ms < 20_000:
        return f"{ms / 1000:.1f} s"
    if ms < 120_000:
        return f"{ms // 1000} s"
    return f"{ms // 60_000} min {ms // 1000 % 60} s"
