"""Runs a flow: its activities in the order of their wires, each once, telling an event at every step."""

from __future__ import annotations

import logging
import queue
import threading
import time
import traceback
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from engine import registry
from engine.accounts.secret_store import SecretStore
from engine.activity import Arrival, Effect, TableInbound
from engine.checks import CheckResult, check, mistake_in
from engine.document import order
from engine.document.model import Flow, split_source
from engine.errors import CampaignFlowError, Code, RunCancelled, SettingsError
from engine.http_client.lines import Connections
from engine.runner import cache
from engine.runner.cancellation import Cancellation
from engine.runner.design import FlowDesign
from engine.runner.events import ActivityFinished, ActivityStarted, Event, RunEnd, RunFinished, RunStarted, Status
from engine.runner.perform import Performed, Work, perform
from engine.runner.request import Place, RunRequest, moment_of
from engine.runner.services import SECRETS, RunContext, RunServices, masked
from engine.tables.interim import TableStore
from engine.text import Text

NO_ACTIVITY = Code("FLOW-NO-ACTIVITY", "An activity is asked for that the flow does not have.")

TURN_S: Final = 0.5
PATIENCE_S: Final = 5.0
"""How long the end of a run waits for work that has been told to stop."""

_log = logging.getLogger(__name__)


def run(
    flow: Flow,
    request: RunRequest,
    place: Place,
    cancellation: Cancellation | None = None,
    *,
    secrets: SecretStore = SECRETS,
) -> Iterator[Event]:
    """Run `flow` and yield what happens, from `RunStarted` to `RunFinished`. Nothing is ever sent.

    The work is done in a thread of its own, so that notes and progress arrive while an activity is busy. Who
    stops reading stops the run. Raises SettingsError when `request` names an activity that does not exist,
    FileError when results cannot be written.
    """
    asked = prepared(flow, request)
    stop = cancellation or Cancellation()
    events: queue.SimpleQueue[Event | BaseException | None] = queue.SimpleQueue()

    def work() -> None:
        try:
            _Run(asked, request, place, stop, secrets, events).go()
        except OSError as error:
            events.put(cache.not_written(error))
        except BaseException as error:  # noqa: BLE001 - handed to the thread that reads the events, and raised there
            events.put(error)
        events.put(None)

    thread = threading.Thread(target=work, name="run", daemon=True)
    thread.start()
    is_over = False
    try:
        while (event := _next(events)) is not None:
            if isinstance(event, BaseException):
                is_over = True
                raise event
            yield event
        is_over = True
    finally:
        if not is_over:
            stop.cancel()
        thread.join(PATIENCE_S)


def _next(events: queue.SimpleQueue[Event | BaseException | None]) -> Event | BaseException | None:
    while True:
        try:
            return events.get(timeout=TURN_S)  # with a limit, because Windows does not interrupt a wait
        except queue.Empty:
            continue


def prepared(flow: Flow, request: RunRequest) -> Flow:
    """Return the flow that is run: with the variables of the request, and up to its activity. Raises SettingsError."""
    named = [request.to] if request.to else []
    named += sorted(request.live) if isinstance(request.live, frozenset) else []
    for id in named:
        if id not in flow.activities:
            raise SettingsError(
                NO_ACTIVITY,
                Text("The flow has no activity “{id}”.", id=id),
                hint=Text("It has: {ids}.", ids=", ".join(sorted(flow.activities)) or "–"),
            )
    variables = {**flow.variables, **request.variables}
    asked = flow if variables == flow.variables else flow.model_copy(update={"variables": variables})
    return order.up_to(asked, request.to) if request.to else asked


class _Run:
    """One run on its way: what each activity gave so far."""

    def __init__(
        self,
        flow: Flow,
        request: RunRequest,
        place: Place,
        cancellation: Cancellation,
        secrets: SecretStore,
        events: queue.SimpleQueue[Event | BaseException | None],
    ) -> None:
        self._flow = flow
        self._request = request
        self._place = place
        self._cancellation = cancellation
        self._secrets = secrets
        self._tell = events.put
        self._began = time.monotonic()
        self._performed: dict[str, Performed] = {}
        self._variables: dict[str, Mapping[str, Any]] = {}
        self._calls: Counter[str] = Counter()
        self._error: Mapping[str, Any] | None = None
        self._is_stopped = False
        self._is_over = False

    def go(self) -> None:
        """Run everything, and tell it."""
        design = FlowDesign(self._flow, self._place.folder)
        now = moment_of(self._flow, self._request)
        sequence = order.sequence(self._flow)
        self._tell(RunStarted(uuid.uuid4().hex, sequence, now))
        result = check(self._flow, design)
        if result.errors:
            self._refuse(sequence, result)
            return
        cache.prepare(self._place)
        with TableStore(self._place.tables, readable=readable(self._flow, self._place)) as store:
            store.open_ahead()
            connections = Connections(self._request.certificate_file)
            with self._cancellation.calling(store.interrupt), connections:
                context = RunContext(
                    self._flow,
                    self._place,
                    self._request,
                    now,
                    design,
                    store,
                    self._cancellation,
                    self._secrets,
                    connections,
                )
                for id in sequence:
                    self._step(context, id, result)
            self._finish(sequence)

    @property
    def _is_cancelled(self) -> bool:
        """Return whether a person, or the flow itself, has stopped the run."""
        return self._is_stopped or self._cancellation.is_cancelled

    def _refuse(self, sequence: tuple[str, ...], result: CheckResult) -> None:
        """Tell why nothing runs: at each activity its first error."""
        for id in sequence:
            error = next((finding.to_json() for finding in result.errors if finding.activity == id), None)
            self._tell(ActivityFinished(id, "failed" if error else "cancelled", 0, str(Effect.NONE), "", error))
        self._error = result.errors[0].to_json()
        self._tell(RunFinished("failed", self._ms(self._began), self._counts(), self._error))

    def _step(self, context: RunContext, id: str, result: CheckResult) -> None:
        entry = self._flow.activities[id]
        is_left_out = entry.execution.mode == "disabled" or self._is_over
        inbound = None if is_left_out else self._arrivals(id)
        if inbound is None or self._is_cancelled or self._error is not None:
            is_stopped = self._is_cancelled or (self._error is not None and inbound is not None)
            self._end(id, "cancelled" if is_stopped else "skipped")
            return
        before = self._variables_before(id)
        services = RunServices(context, id, before, self._tell)
        work = Work(context, id, inbound, before, result.schemas, services, self._tell)
        began = time.monotonic()
        self._tell(ActivityStarted(id))
        error: CampaignFlowError | None = None
        try:
            performed = perform(work)
            self._performed[id] = performed
            self._variables[id] = {**before, **performed.variables}
            self._is_over = self._is_over or performed.stops_flow
        except CampaignFlowError as raised:
            error = raised.at(id)
        except OSError as raised:
            error = cache.not_written(raised).at(id)
        except Exception as raised:  # noqa: BLE001 - the door: what nobody foresaw becomes one sentence
            _log.debug("%s%s", "".join(traceback.format_tb(raised.__traceback__)), type(raised).__name__)
            error = mistake_in(raised, id, registry.title(entry))
        self._close(work, error, self._ms(began))

    def _close(self, work: Work, error: CampaignFlowError | None, ms: int) -> None:
        """Tell how an activity ended."""
        reports = work.services.reports
        call = reports.get("call", {})
        source, calls = str(call.get("source") or ""), int(call.get("calls", 1))
        effect = str(Effect.NONE if work.is_passing else _effect(self._flow, work.id))
        if error is None:
            is_reused = self._performed[work.id].is_reused
            if source and not is_reused:
                self._calls[source] += calls
            self._tell(ActivityFinished(work.id, "reused" if is_reused else "done", ms, effect, source, None, reports))
            return
        self._is_stopped = self._is_stopped or isinstance(error, RunCancelled)
        if self._is_cancelled:
            self._tell(ActivityFinished(work.id, "cancelled", ms, effect, source, None, reports))
            return
        told = masked(error.to_json(), work.context.handed_out)
        if source:
            self._calls[source] += calls
        if self._flow.activities[work.id].execution.on_error == "stop":
            self._error = told
        self._tell(ActivityFinished(work.id, "failed", ms, effect, source, told, reports))

    def _end(self, id: str, status: Status) -> None:
        self._tell(ActivityFinished(id, status, 0, str(Effect.NONE)))

    def _arrivals(self, id: str) -> TableInbound | None:
        """Return what has arrived at each inbound, or None when the activity has to do without something it needs."""
        entry = self._flow.activities[id]
        arrived: dict[str, tuple[Arrival[Any], ...]] = {}
        for place in registry.inbound(entry):
            names = entry.inputs.get(place.name, ())
            fired = tuple(arrival for name in names if (arrival := self._arrival(name)) is not None)
            has_rows = not place.needs_rows or all(each.content is not None for each in fired)
            is_enough = len(fired) == len(names) if place.waits_for_all else bool(fired) or not names
            if not (has_rows and is_enough):
                return None
            arrived[place.name] = fired
        return arrived

    def _arrival(self, name: str) -> Arrival[Any] | None:
        source, transition = split_source(name)
        performed = self._performed.get(source)
        if performed is None or transition not in performed.tables:
            return None
        return Arrival(source, transition, performed.tables[transition])

    def _variables_before(self, id: str) -> Mapping[str, Any]:
        known = dict(self._flow.variables)
        for names in self._flow.activities[id].inputs.values():
            for name in names:
                known.update(self._variables.get(split_source(name)[0], {}))
        return known

    def _finish(self, sequence: tuple[str, ...]) -> None:
        tables = {
            f"{id}.{name}": table.key
            for id, performed in self._performed.items()
            for name, table in performed.tables.items()
            if table is not None
        }
        cache.keep_latest(self._place, sequence, tables)
        cache.sweep(self._place, tables.values())
        status: RunEnd = "done" if self._error is None else "failed"
        status = "cancelled" if self._is_cancelled else status
        self._tell(RunFinished(status, self._ms(self._began), self._counts(), self._error))

    def _counts(self) -> Mapping[str, int]:
        return {source: self._calls[source] for source in ("live", "recording", "sample")}

    def _ms(self, began: float) -> int:
        return round((time.monotonic() - began) * 1000)


def _effect(flow: Flow, id: str) -> Effect:
    entry = flow.activities[id]
    found, (view, _) = registry.activity(entry.kind), registry.settings(entry)
    return found.effect(view) if found is not None and view is not None else Effect.NONE


def readable(flow: Flow, place: Place) -> tuple[Path, ...]:
    """Return the folders that a run may read: that of the flow and those of the files it names."""
    files = [ref.path for ref in flow.resources.values() if ref.path]
    files += [path for entry in flow.activities.values() for path in _named_files(entry.kind, entry.settings)]
    return tuple(dict.fromkeys([place.folder, *((place.folder / file).resolve().parent for file in files)]))


def _named_files(kind: str, settings: Mapping[str, Any]) -> Iterator[str]:
    found = registry.activity(kind)
    for name, member in found.Settings.model_fields.items() if found is not None else ():
        extra = member.json_schema_extra
        form = extra.get("form") if isinstance(extra, Mapping) else None
        value = settings.get(name)
        if isinstance(form, Mapping) and form.get("editor") == "file" and isinstance(value, str) and value:
            yield value
