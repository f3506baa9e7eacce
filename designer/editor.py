"""The panels of an open flow, together: the only place that names them all."""

from __future__ import annotations

from typing import Any, Literal

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from designer.editor_layout import EditorLayout
from designer.palette import Palette
from designer.palette.adding import add_activity
from designer.palette.quick_add import QuickAdd
from designer.panels.data_preview import DataPreview
from designer.panels.problems import Problems
from designer.panels.property_panel import PropertyPanel
from designer.panels.run_log import RunLog
from designer.panels.test_response import TestResponse
from designer.preferences import Preferences
from designer.preview import MessagePreview
from designer.session import Session
from designer.words import tr
from designer.workspace import Workspace
from engine.text import Text

Tab = Literal["response", "data", "log", "problems"]


class Editor(QObject):
    """Builds the panels around one session and brings the one forward that has something to say."""

    def __init__(self, session: Session, preferences: Preferences, parent: QObject) -> None:
        """Build them all; this loads the canvas and the forms."""
        super().__init__(parent)
        self._session = session
        self.workspace = Workspace(session)
        self.palette = Palette(session)
        self.properties = PropertyPanel(session)
        self.preview = MessagePreview(session)
        self.response = TestResponse(session)
        self.data = DataPreview(session)
        self.log = RunLog(session)
        self.problems = Problems(session)
        self.widget = EditorLayout(self.palette, self.workspace, self.properties, self.preview, preferences)
        self._tabs = self.widget.tabs
        for panel, title in (
            (self.response, Text("Test response")),
            (self.data, Text("Data preview")),
            (self.log, Text("Run log")),
            (self.problems, Text("Problems")),
        ):
            self._tabs.addTab(panel, tr(title))
        self.problems.counted.connect(self._count_problems)
        self.problems.rows_wanted.connect(self._show_rows)
        session.wire_selected.connect(lambda _name: self._tabs.setCurrentWidget(self.data))
        self.workspace.kind_wanted.connect(self._offer_kinds)
        session.runs.finished.connect(self._show_end)
        session.selection_changed.connect(self._follow)

    def bring_forward(self, name: Tab) -> None:
        """Show one of the tabs below the canvas and give it the keyboard."""
        panel: QWidget = {"response": self.response, "data": self.data, "log": self.log, "problems": self.problems}[
            name
        ]
        self._tabs.setCurrentWidget(panel)
        panel.setFocus()

    def _offer_kinds(self, wanted: Any) -> None:
        """Let the person choose an activity to add where the canvas wants one."""
        offer = QuickAdd(wanted.kinds, self.workspace)
        offer.chosen.connect(lambda kind: self._add(kind, wanted))
        offer.open_at(wanted.at)

    def _add(self, kind: str, wanted: Any) -> None:
        """Add an activity, bring its card into sight, and let the person type in its first setting at once."""
        id = add_activity(self._session, kind, wanted.position, wanted.after)
        self.workspace.show_card(id)
        self.properties.begin()

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
