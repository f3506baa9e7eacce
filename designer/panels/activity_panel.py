"""The settings of one activity: its head, its tabs, what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from designer.forms.binding import bind_execution, bind_settings
from designer.forms.editor_registry import tabs_of
from designer.forms.form import make_field
from designer.forms.pages import Page, Plan, Section, Tab, plan_tabs, tab_of
from designer.forms.parts import GAP, heading
from designer.forms.specs import FieldKind, FieldSpec, specs_of
from designer.panels.activity_head import ActivityHead
from designer.panels.problem_list import ProblemStrip
from designer.panels.run_line import RunLine
from designer.session import Session
from designer.words import tr
from engine import registry
from engine.text import Text

EXECUTION = (
    FieldSpec(
        "mode",
        "Execution",
        FieldKind.CHOICE,
        "Normal: it runs. Pass through: its rows go on unchanged. Disabled: it and what follows it do not run.",
        default="normal",
        choices=(("normal", "Normal"), ("pass-through", "Pass through"), ("disabled", "Disabled")),
    ),
    FieldSpec(
        "on_error",
        "In case of error",
        FieldKind.CHOICE,
        "Stop: the run ends with the error. Ignore: this activity and what follows it in the branch do not run.",
        default="stop",
        choices=(("stop", "Stop the flow"), ("ignore", "Ignore: this branch ends")),
    ),
)
"""The execution options that every activity has (ACS 3.4)."""


class ActivityPanel(QWidget):
    """Everything one can change about one activity. Each tab is built when it is first looked at."""

    def __init__(self, session: Session, activity: str) -> None:
        """Show the activity with the id `activity`."""
        super().__init__()
        self.activity = activity
        self.kind = session.flow.activities[activity].kind
        self._session = session
        self._settings = bind_settings(session, activity)
        self._execution = bind_execution(session, activity)
        self._pages: dict[int, Page] = {}
        self._holders: list[QVBoxLayout] = []
        self.head = ActivityHead(session, activity)
        self._tabs = self._make_tabs()
        self._book = QTabWidget()
        self._book.setObjectName("settings")
        self._book.setDocumentMode(True)
        self._book.setAccessibleName(tr(Text("Settings")))
        self._book.tabBar().setExpanding(False)
        self._book.tabBar().setUsesScrollButtons(True)
        for index, tab in enumerate(self._tabs):
            holder = QWidget()
            layout = QVBoxLayout(holder)
            layout.setContentsMargins(0, 0, 0, 0)
            self._holders.append(layout)
            self._book.addTab(holder, tr(tab.title))
            self._book.setTabToolTip(index, tr(tab.help or tab.title))
        self._problems = ProblemStrip(session, activity)
        self._run = RunLine(session, activity, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP * 2 - 2, GAP + 4, GAP, GAP + 4)
        layout.setSpacing(GAP)
        layout.addWidget(self.head)
        layout.addWidget(self._book, 1)
        layout.addWidget(self._problems)
        layout.addWidget(self._run)
        self._book.currentChanged.connect(self._open)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._show_findings)
        self._settings.changed.connect(self._later.start)
        session.findings_changed.connect(self._show_findings)
        session.run_changed.connect(self._show_findings)
        self._open(0)

    def reveal(self, field: str) -> None:
        """Open the tab that holds `field` and take the keyboard there."""
        index = tab_of(self._tabs, field)
        self._book.setCurrentIndex(index)
        self._open(index)
        if not self._pages[index].reveal(field):
            self._book.setFocus()

    def begin(self) -> None:
        """Take the keyboard in the first setting."""
        fields = self._pages[self._book.currentIndex()].fields
        (fields[0].focus_target() if fields else self._book).setFocus()

    def detach(self) -> None:
        """Stop listening to the session: the panel is going away."""
        for binding in (self._settings, self._execution):
            binding.detach()
        self._session.findings_changed.disconnect(self._show_findings)
        self._session.run_changed.disconnect(self._show_findings)
        self.head.detach()
        self._problems.detach()
        self._run.detach()

    def event(self, event: QEvent) -> bool:
        """Keep Ctrl+Enter for this panel: here it sends, elsewhere it tests the whole flow."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_send(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Send on Ctrl+Enter."""
        if _is_send(event):
            self.head.go()
        else:
            super().keyPressEvent(event)

    def _make_tabs(self) -> list[Tab]:
        found = registry.activity(self.kind)
        specs = specs_of(found.Settings) if found is not None else ()
        tabs: list[Tab] = [*tabs_of(self.kind, self._settings, specs)] if specs else []
        if any(tab.is_options for tab in tabs):
            return tabs
        about = found.help if found is not None and not specs else None
        options = Plan(Text("Execution options"), (Section(None, ("mode", "on_error"), hint=about),))
        return [*tabs, *plan_tabs(self._execution, EXECUTION, [options])]

    def _open(self, index: int) -> None:
        if index in self._pages or index < 0:
            return
        tab = self._tabs[index]
        page = tab.make()
        self._pages[index] = page
        if tab.is_options:
            page.add(heading(Text("Execution options")))
            for spec in EXECUTION:
                page.add(make_field(spec, spec.name, self._execution))
            self._execution.changed.connect(page.refresh)
        self._holders[index].addWidget(page)
        self._show_findings()

    def _show_findings(self) -> None:
        findings = findings_of(self._session, self.activity)
        for page in self._pages.values():
            page.show_findings(findings if page.binding is self._settings else ())


def findings_of(session: Session, activity: str) -> Sequence[Any]:
    """Return what is known to be wrong with an activity."""
    return [each for each in session.problems() if each.activity == activity]


def _is_send(event: QKeyEvent) -> bool:
    is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return is_enter and modifiers == Qt.KeyboardModifier.ControlModifier
