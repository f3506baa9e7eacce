"""The last calls of each activity, as long as the window is open: to look at them again, and to compare answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from designer.panels.call_report import CallReport, call_of
from designer.session import Session
from designer.words import tr

MOST = 10
"""So many calls of an activity are kept."""


@dataclass(frozen=True, slots=True)
class PastCall:
    """A call, when its answer came, and how many rows were made of it."""

    time: datetime
    report: CallReport
    rows: int | None = None

    @property
    def words(self) -> tuple[str, str, str, str, str]:
        """Return when it was, its status, how long it took, its rows, and where its answer came from."""
        ms = self.report.response.get("elapsed_ms")
        return (
            self.time.strftime("%H:%M:%S"),
            self.report.status,
            f"{ms:.0f} ms" if isinstance(ms, int | float) else "–",
            "–" if self.rows is None else f"{self.rows:,}".replace(",", " "),
            tr(self.report.source),
        )


class CallHistory(QObject):
    """Keeps the calls that the runs of a session make; `changed` tells that there is a new one, or none any more."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        """Follow the runs of `session`."""
        super().__init__(parent)
        self._session = session
        self._calls: dict[str, tuple[PastCall, ...]] = {}
        session.run_changed.connect(self._take_note)
        session.opened.connect(self._forget)

    def of(self, activity: str) -> tuple[PastCall, ...]:
        """Return the calls of an activity, the last one first."""
        return self._calls.get(activity, ())

    def _take_note(self) -> None:
        is_new = False
        for id, run in self._session.run.activities.items():
            report = call_of(self._session, id)
            known = self.of(id)
            if report is None or run.status not in ("done", "failed") or (known and _is_same(known[0], report)):
                continue
            filled = self._session.run.transitions.get(f"{id}.result")
            call = PastCall(datetime.now().astimezone(), report, filled.rows if filled is not None else None)
            self._calls[id] = (call, *known[: MOST - 1])
            is_new = True
        if is_new:
            self.changed.emit()

    def _forget(self) -> None:
        self._calls = {}
        self.changed.emit()


def _is_same(call: PastCall, report: CallReport) -> bool:
    """Return whether a report is of this call, or replays the same answer to the same request once more."""
    known: Mapping[str, object] = call.report.data
    return known is report.data or (known == report.data and call.report.run.error == report.run.error)
