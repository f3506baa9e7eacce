"""The commands that run a flow dry: run and call."""

from __future__ import annotations

import argparse
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine import api
from engine.command_line.output import complain, say_json
from engine.command_line.summary import Summary
from engine.document.model import Flow
from engine.errors import Code, FileError
from engine.runner.cache import NO_RESULTS
from engine.runner.events import Event
from engine.runner.request import Place, RunRequest, moment, temporary_work
from engine.text import Text

NO_AUTHORITY = Code("FILE-NO-AUTHORITY", "The file of a certificate authority cannot be opened.")


def run(asked: argparse.Namespace) -> int:
    """Run a flow, print its events or its summary, and write what was asked for; 1 when it ended with an error."""
    flow = api.load_flow(asked.file)
    live: Any = "all" if "all" in asked.live else frozenset(asked.live)
    request = _request(asked, flow, to=asked.to, live=live, replay=asked.replay, recipients=asked.recipients)
    place = _place(flow)
    summary = Summary()
    for event in _told(api.run_flow(flow, request, place), summary):
        if asked.events:
            say_json(event.to_json())
    if not asked.events:
        say_json(summary.to_json(), indent=2)
    if asked.out is not None:
        _write_out(asked.out, flow, request, place, summary)
    return 0 if summary.status == "done" else 1


def call(asked: argparse.Namespace) -> int:
    """Run up to an activity and print its call as one JSON object; 1 when it failed."""
    flow = api.load_flow(asked.file)
    live = frozenset({asked.activity}) if asked.live else frozenset[str]()
    place = _place(flow)
    summary = Summary()
    request = _request(asked, flow, to=asked.activity, live=live)
    for _ in _told(api.run_flow(flow, request, place), summary):
        continue
    say_json(summary.call(asked.activity, lambda table: api.first_rows(place, flow, table)))
    return 0 if summary.status == "done" else 1


def _request(asked: argparse.Namespace, flow: Flow, **members: Any) -> RunRequest:
    if asked.ca is not None and not asked.ca.is_file():
        raise FileError(
            NO_AUTHORITY,
            Text("The certificate authority “{file}” cannot be opened.", file=str(asked.ca)),
            hint=Text("Name a file of certificates in PEM form."),
        )
    return RunRequest(
        seed=asked.seed,
        now=moment(asked.now) if asked.now else None,
        variables={name: _typed(value, flow.variables.get(name)) for name, value in asked.set},
        certificate_file=asked.ca,
        **members,
    )


def _typed(value: str, before: Any) -> Any:
    """Return a variable's new value as the type of its old one, where it can be read as such."""
    if before is None or isinstance(before, str):
        return value
    try:
        read = json.loads(value)
    except ValueError:
        return value
    is_number = isinstance(before, int | float) and isinstance(read, int | float)
    is_alike = isinstance(before, bool) == isinstance(read, bool) and (is_number or isinstance(read, type(before)))
    return read if is_alike else value


def _place(flow: Flow) -> Place:
    """Return the place of a flow; its results go to a temporary folder where the flow's own cannot be written."""
    place = Place.of(flow)
    nearest = place.work if place.work.exists() else place.folder
    if os.access(nearest, os.W_OK):
        return place
    return Place(place.folder, temporary_work(), (place.work,))


def _told(events: Iterator[Event], summary: Summary) -> Iterator[Event]:
    """Yield the events, with notes and errors told to people on the way."""
    for event in events:
        data = event.to_json()
        summary.take(data)
        if data["event"] == "Note":
            complain(data)
        elif data["event"] in {"ActivityFinished", "RunFinished"} and data["error"] and summary.is_new(data["error"]):
            complain(data["error"])
        yield event


def _write_out(out: Path, flow: Flow, request: RunRequest, place: Place, summary: Summary) -> None:
    """Write the summary, the tables and the messages of a run to the folder `out`."""
    try:
        (out / "tables").mkdir(parents=True, exist_ok=True)
        text = json.dumps(summary.to_json(), ensure_ascii=False, indent=2)
        (out / "run.json").write_text(f"{text}\n", encoding="utf-8", errors="backslashreplace")
        for name, path in summary.table_files():
            shutil.copyfile(path, out / "tables" / f"{name}.parquet")
        api.write_messages(flow, request, place, out)
    except OSError as error:
        raise FileError(
            NO_RESULTS,
            Text("The results cannot be written to “{folder}”: {reason}.", folder=str(out), reason=error.strerror),
            hint=Text("Name another folder after --out."),
        ) from None
