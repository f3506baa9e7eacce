"""What a run tells, moment by moment: the same for the window, the command line and the tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

from engine.errors import Level
from engine.text import Text

Status = Literal["done", "reused", "failed", "skipped", "cancelled"]
"""How an activity ended: `skipped` ones had nothing to work on, `cancelled` ones were stopped or never begun."""

RunEnd = Literal["done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a run."""

    def to_json(self) -> dict[str, Any]:
        """Return the event as JSON, its name as the member `event` before all others."""
        members = {each.name: _plain(getattr(self, each.name)) for each in fields(self)}
        return {"event": type(self).__name__, **members}


@dataclass(frozen=True, slots=True)
class RunStarted(Event):
    """The run begins with `activities`, in the order in which they will run."""

    run: str
    activities: tuple[str, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class ActivityStarted(Event):
    """An activity begins its work."""

    activity: str


@dataclass(frozen=True, slots=True)
class Progress(Event):
    """How far an activity is; `total` is None when nobody knows."""

    activity: str
    done: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Note(Event):
    """A sentence for the run log that is no error, and the setting it is about, if it is about one."""

    activity: str
    level: Level
    code: str
    text: Text
    field: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the note as JSON, the English sentence as `message` beside the raw text."""
        return {
            "event": "Note",
            "activity": self.activity,
            "level": str(self.level),
            "code": self.code,
            "message": str(self.text),
            "text": self.text.to_json(),
            **({"field": self.field} if self.field else {}),
        }


@dataclass(frozen=True, slots=True)
class TransitionFilled(Event):
    """A transition has fired: with a table of `rows` rows under the content key `table`, or with the event alone.

    `columns` are those that the table holds, linked ones with their paths (`weather.sky`).
    """

    activity: str
    transition: str
    rows: int | None
    table: str
    path: str
    state: Literal["fresh", "reused"]
    columns: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True)
class AnswerCame(Event):
    """A call has a large answer of which nothing has been made yet; the report of the call will have this `text`."""

    activity: str
    text: str


@dataclass(frozen=True, slots=True)
class ActivityFinished(Event):
    """An activity has ended; `source` says where the answer of its call came from, `error` is a finding as JSON."""

    activity: str
    status: Status
    ms: int
    effect: str
    source: str = ""
    error: Mapping[str, Any] | None = None
    reports: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunFinished(Event):
    """The run is over; `calls` counts the calls of this run by where their answers came from."""

    status: RunEnd
    ms: int
    calls: Mapping[str, int]
    error: Mapping[str, Any] | None = None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
