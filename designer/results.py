"""The tabs below the canvas: the answer of a call, rows, run log and problems. Who has something to say is in front."""

from __future__ import annotations

from typing import Any, Literal

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QTabWidget, QWidget

from designer.panels.data_preview import DataPreview
from designer.panels.problems import Problems
from designer.panels.run_log import RunLog
from designer.panels.test_response import TestResponse
from designer.session import Session
from designer.words import tr
from engine.text import Text

Tab = Literal["response", "data", "log", "problems"]


class Results(QObject):
    """Builds the four panels of one session in the tabs that stand ready for them."""

    def __init__(self, session: Session, tabs: QTabWidget, parent: QObject) -> None:
        """Fill `tabs`."""
        super().__init__(parent)
        self._session = session
        self._tabs = tabs
        self.response = TestResponse(session)
        self.data = DataPreview(session)
        self.log = RunLog(session)
        self.problems = Problems(session)
        for panel, title in (
            (self.response, Text("Test response")),
            (self.data, Text("Data preview")),
            (self.log, Text("Run log")),
            (self.problems, Text("Problems")),
        ):
            tabs.addTab(panel, tr(title))
        self.problems.counted.connect(self._count_problems)
        self.problems.rows_wanted.connect(self._show_rows)
        session.wire_selected.connect(self.show_wire)
        session.runs.finished.connect(self._show_end)
        session.selection_changed.connect(self._follow)

    def bring_forward(self, name: Tab) -> None:
        """Show one of the tabs and give it the keyboard."""
        panel: QWidget = {"response": self.response, "data": self.data, "log": self.log, "problems": self.problems}[
            name
        ]
        self._tabs.setCurrentWidget(panel)
        panel.setFocus()

    def show_wire(self, _name: str) -> None:
        """Show the rows of the wire that was chosen."""
        self._tabs.setCurrentWidget(self.data)

    def _count_problems(self, count: int) -> None:
        words = Text("Problems ({count})", count=count) if count else Text("Problems")
        self._tabs.setTabText(self._tabs.indexOf(self.problems), tr(words))

    def _show_rows(self, rows: Any) -> None:
        """Show the rows of the recipients whom a problem concerns."""
        self.data.show_rows(rows.transition, rows.path, rows.values)
        self._tabs.setCurrentWidget(self.data)

    def _show_end(self) -> None:
        """Bring forward what the person needs after a run: what went wrong, the answer of the call, or the rows."""
        if self._session.run.status == "failed":
            self._tabs.setCurrentWidget(self.problems)
            return
        if self._tabs.currentWidget() is self.problems or not self.response.has_answer:
            self._tabs.setCurrentWidget(self.data)
        self._follow(self._session.selection)

    def _follow(self, ids: tuple[str, ...]) -> None:
        """Show the answer of a selected call, or the rows of any other activity that has run."""
        if len(ids) != 1 or self._tabs.currentWidget() not in (self.response, self.data):
            return
        ran = self._session.run.activities.get(ids[0])
        if ran is not None:
            self._tabs.setCurrentWidget(self.response if "call" in ran.reports else self.data)
