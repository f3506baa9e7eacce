"""What a run came to, gathered from its events: by activity and by transition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Rows = Callable[[str], Sequence[Mapping[str, Any]]]
"""Gives the first rows of the table with a content key."""


class Summary:
    """Takes the events of one run, as JSON."""

    def __init__(self) -> None:
        """Begin before the run."""
        self.status = ""
        self._end: Mapping[str, Any] = {}
        self._started: Mapping[str, Any] = {}
        self._finished: dict[str, Mapping[str, Any]] = {}
        self._filled: dict[str, Mapping[str, Any]] = {}
        self._notes: dict[str, list[Mapping[str, Any]]] = {}
        self._told: list[Mapping[str, Any]] = []

    def take(self, event: Mapping[str, Any]) -> None:
        """Take one event."""
        match event["event"]:
            case "RunStarted":
                self._started = event
            case "ActivityFinished":
                self._finished[event["activity"]] = event
            case "TransitionFilled":
                self._filled[f"{event['activity']}.{event['transition']}"] = event
            case "Note":
                self._notes.setdefault(event["activity"], []).append(event)
            case "RunFinished":
                self._end, self.status = event, event["status"]

    def is_new(self, error: Mapping[str, Any]) -> bool:
        """Return whether an error has not been told before, and take note of it."""
        if error in self._told:
            return False
        self._told.append(error)
        return True

    def table_files(self) -> Iterator[tuple[str, str]]:
        """Yield for each transition with a table its name and the table's file."""
        for name, event in self._filled.items():
            if event["path"]:
                yield name, event["path"]

    def to_json(self) -> dict[str, Any]:
        """Return the summary as JSON: the contents of `run.json`."""
        return {
            "status": self.status,
            "now": self._started.get("now"),
            "ms": self._end.get("ms", 0),
            "calls": self._end.get("calls", {}),
            "error": self._end.get("error"),
            "activities": {id: self._activity(id, event) for id, event in self._finished.items()},
            "transitions": {
                name: {"rows": event["rows"], "columns": _columns(event)} for name, event in self._filled.items()
            },
        }

    def _activity(self, id: str, event: Mapping[str, Any]) -> dict[str, Any]:
        notes = [_note(note) for note in self._notes.get(id, ())]
        members = ("status", "effect", "source", "ms", "error")
        return {**{member: event[member] for member in members}, "notes": notes}

    def call(self, activity: str, rows: Rows) -> dict[str, Any]:
        """Return the test call of an activity: source, request, response, tables, notes, error."""
        event = self._finished.get(activity, {})
        report = event.get("reports", {}).get("call") or {}
        error = event.get("error") or self._end.get("error")
        own = {name: event for name, event in self._filled.items() if event["activity"] == activity}
        return {
            "source": event.get("source") or None,
            "request": _request(report.get("request")),
            "response": _response(report.get("response")),
            "tables": {event["transition"]: _table(event, rows) for event in own.values() if event["rows"] is not None},
            "notes": list(dict.fromkeys([*report.get("notes", ()), *self._messages(activity)])),
            "error": {name: error.get(name) for name in ("code", "acs", "message", "field")} if error else None,
        }

    def _messages(self, activity: str) -> Iterator[str]:
        return (str(note["message"]) for note in self._notes.get(activity, ()))


def _columns(event: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"id": column["path"], "type": column["type"]} for column in event["columns"]]


def _note(note: Mapping[str, Any]) -> dict[str, Any]:
    return {name: note[name] for name in ("level", "code", "message")}


def _table(event: Mapping[str, Any], rows: Rows) -> dict[str, Any]:
    return {"rows": event["rows"], "columns": _columns(event), "first": rows(event["table"])}


def _request(request: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not request:
        return None
    return {
        "method": request.get("method"),
        "url": request.get("url"),
        "headers": _headers(request.get("headers")),
        "body": request.get("body"),
    }


def _response(response: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not response:
        return None
    return {
        "status": response.get("status"),
        "headers": _headers(response.get("headers")),
        "bytes": response.get("bytes"),
        "elapsed_ms": response.get("elapsed_ms"),
    }


def _headers(headers: Any) -> dict[str, str]:
    """Return headers as an object; those that came several times are joined by a comma, as HTTP allows."""
    joined: dict[str, str] = {}
    for header in headers or ():
        name, value = str(header["name"]), str(header["value"])
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined
