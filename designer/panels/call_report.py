"""What a call did, in the words and units of the test panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from designer.run_view import ActivityRun
from designer.session import Session
from designer.words import tr
from engine.text import Text

TIMINGS = (
    ("dns_ms", Text("Find the host")),
    ("connect_ms", Text("Connect")),
    ("proxy_ms", Text("Let through the proxy")),
    ("tls_ms", Text("Secure the line")),
    ("first_byte_ms", Text("Wait for the answer")),
    ("download_ms", Text("Receive it")),
)
"""The parts of a call in the order they happen."""

_KILO = 1024


@dataclass(frozen=True, slots=True)
class CallReport:
    """The call of one activity in the last run: the engine's report and how the activity ended."""

    activity: str
    run: ActivityRun
    data: Mapping[str, Any]

    @property
    def request(self) -> Mapping[str, Any]:
        """Return method, url, headers, body of the request as it was sent, secrets masked."""
        return self.data.get("request") or {}

    @property
    def response(self) -> Mapping[str, Any]:
        """Return status, headers, text and times of the answer; empty when there was none."""
        return self.data.get("response") or {}

    @property
    def way(self) -> str:
        """Return which proxy the answer came through, empty where it came straight."""
        proxy = self.response.get("proxy")
        return tr(Text("through the proxy {proxy}", proxy=proxy)) if proxy else ""

    @property
    def text(self) -> str:
        """Return the text of the answer."""
        return str(self.response.get("text") or "")

    @property
    def notes(self) -> Sequence[str]:
        """Return what is odd about the answer, in sentences."""
        return [str(note) for note in self.data.get("notes") or ()]

    @property
    def changes(self) -> Sequence[str]:
        """Return those of the notes that tell how a live answer differs from what was agreed."""
        return [str(Text.from_json(each["text"])) for each in self.data.get("drift") or ()]

    @property
    def content_type(self) -> str:
        """Return the media type of the answer without its parameters."""
        return str(self.response.get("content_type") or "").partition(";")[0]

    @property
    def status(self) -> str:
        """Return `200 OK`, or why there is no status."""
        if not self.response:
            return tr(Text("No answer"))
        return f"{self.response.get('status', '')} {self.response.get('reason') or ''}".strip()

    @property
    def is_good(self) -> bool:
        """Return whether the call gave rows: also a 404 that the flow goes on after did not."""
        status = self.response.get("status")
        return self.run.error is None and bool(self.response) and (not isinstance(status, int) or _is_success(status))

    @property
    def exchanges(self) -> Sequence[CallReport]:
        """Return each exchange as a report of its own, where the activity made several."""
        kept = {name: self.data.get(name) for name in ("notes", "drift")}
        pages = self.data.get("pages") or ()
        return [replace(self, data={**self.data, **page, **kept, "pages": ()}) for page in pages]

    @property
    def name(self) -> str:
        """Return the key that the call was made for, and how it ended."""
        key = ", ".join(str(value) for value in (self.data.get("key") or {}).values())
        return f"{key} · {self.status}" if key else self.status

    @property
    def source(self) -> Text:
        """Return where the answer came from, in words."""
        source = str(self.data.get("source") or self.run.source)
        if source == "recording":
            return Text("Replayed recording of {time}", time=moment(self.data.get("recorded_at")))
        return {"live": Text("Live"), "sample": Text("Sample · not tested")}.get(
            source, Text("{source}", source=source)
        )


def _is_success(status: int) -> bool:
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def call_of(session: Session, activity: str) -> CallReport | None:
    """Return the call that `activity` made in the last run, or None."""
    run = session.run.activities.get(activity)
    data = run.reports.get("call") if run is not None else None
    return CallReport(activity, run, data) if run is not None and isinstance(data, Mapping) else None


def last_call(session: Session) -> CallReport | None:
    """Return the call of the activity that is selected, else of any that made one."""
    for id in (*session.selection, *session.run.activities):
        found = call_of(session, id)
        if found is not None:
            return found
    return None


def coming_answer(session: Session) -> str:
    """Return the text of an answer of which rows are being made, empty without one."""
    runs = session.run.activities.values()
    return next((run.answer for run in runs if run.status == "running" and run.answer), "")


def moment(iso: object) -> str:
    """Return a point in time as people write it, in the zone of this computer."""
    if not isinstance(iso, str) or not iso:
        return "?"
    try:
        return datetime.fromisoformat(iso).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return iso


def size_words(count: int) -> str:
    """Return a number of bytes as `1.8 KB`."""
    if count < _KILO:
        return f"{count} B"
    if count < _KILO**2:
        return f"{count / _KILO:.1f} KB"
    return f"{count / _KILO**2:.1f} MB"


def time_words(seconds: float) -> Text:
    """Return about how long something takes."""
    if seconds < 1:
        return Text("less than 1 s")
    if seconds < 120:
        return Text("about {seconds} s", seconds=round(seconds))
    return Text("about {minutes} min", minutes=round(seconds / 60))
