"""The right panel shows what is selected, runs it and leads to what is wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

import engine.activities
from designer.engine_client import FindingView
from designer.panels.property_panel import PropertyPanel
from designer.run_view import ActivityRun, RunView, TransitionRun
from designer.session import Session
from engine import registry
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text

Widget = TypeVar("Widget", bound=QWidget)

PROBE = '''
"""An activity that exists for a test only."""

from typing import Literal

from engine.activity import Activity, ActivitySettings, Effect, Inbound, Transition, setting
from engine.text import Text


class Inner(ActivitySettings):
    url: str = setting("", label="Address", group="Call")


class Probe(Activity):
    kind = "probe"
    title = Text("Probe")
    category = "data"
    help = Text("A test's own activity.")

    class Settings(ActivitySettings):
        effect: Literal["none", "spends"] = setting("none", label="Effect")
        words: str = setting("", label="Words", group="Words")
        inner: Inner = setting(Inner(), label="Inner", group="Call")

    def summary(self, settings):
        return Text("a probe")

    def inbound(self, settings):
        return (Inbound("inbound", Text("Inbound")),)

    def transitions(self, settings):
        return (Transition("result", Text("Result")),)

    def effect(self, settings):
        return Effect(settings.effect)

    def schemas(self, settings, inbound, design):
        return {}

    def run(self, settings, inbound, services):
        raise NotImplementedError
'''


@pytest.fixture(autouse=True)
def probe(tmp_path: Path) -> Iterator[None]:
    """Put an activity of the test's own in place: one file, and nothing else changes."""
    folder = tmp_path / "more_activities"
    folder.mkdir()
    (folder / "probe_of_panel.py").write_text(PROBE, encoding="utf-8")
    engine.activities.__path__.append(str(folder))
    registry.rescan()
    yield
    engine.activities.__path__.remove(str(folder))
    sys.modules.pop("engine.activities.probe_of_panel", None)
    registry.rescan()


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> PropertyPanel:
    """Return the panel on the screen, over a flow with two probes."""
    flow, _ = edits.add_activity(Flow(name="Spring"), "probe", position=(0, 0), label="First")
    flow, _ = edits.add_activity(flow, "probe", position=(0, 0), label="Second")
    session.edit(Text("Begin"), flow)
    made = PropertyPanel(session)
    qtbot.addWidget(made)
    made.resize(410, 800)
    made.show()
    return made


def named(panel: QWidget, kind: type[Widget], name: str) -> Widget:
    """Return the visible widget with this accessible name."""
    QApplication.processEvents()
    found = [each for each in panel.findChildren(kind) if each.accessibleName() == name and each.isVisible()]
    return found[0]


def words(panel: QWidget) -> str:
    """Return everything that can be read on the panel."""
    labels = [each.text() for each in panel.findChildren(QLabel) if each.isVisible()]
    return "\n".join([*labels, *(each.text() for each in panel.findChildren(QPushButton) if each.isVisible())])


def test_the_flow_is_shown_while_nothing_is_selected(panel: PropertyPanel, session: Session) -> None:
    name = named(panel, QLineEdit, "Name of the flow")
    assert name.text() == "Spring"
    QTest.keyClicks(name, " 26")
    assert session.flow.name == "Spring 26"
    QTest.mouseClick(named(panel, QPushButton, "Add variable"), Qt.MouseButton.LeftButton)
    QTest.keyClicks(panel.focusWidget(), "7")
    assert session.flow.variables == {"variable1": 7}


def test_an_option_that_cannot_stand_is_refused_in_a_sentence(panel: PropertyPanel, session: Session) -> None:
    seed = named(panel, QLineEdit, "Seed of random choices")
    seed.selectAll()
    QTest.keyClicks(seed, "x")
    assert session.flow.options.seed == 1
    assert "“x” cannot stand here" in words(panel)
    seed.selectAll()
    QTest.keyClicks(seed, "7")
    assert session.flow.options.seed == 7
    assert "cannot stand here" not in words(panel)


def test_an_activity_found_in_one_new_file_has_its_form(panel: PropertyPanel, session: Session) -> None:
    session.select("probe")
    assert named(panel, QLineEdit, "Name of the activity").text() == "First"
    line = named(panel, QLineEdit, "Words")
    QTest.keyClicks(line, "hello")
    assert session.flow.activities["probe"].settings["words"] == "hello"
    session.select("probe2")
    assert named(panel, QLineEdit, "Name of the activity").text() == "Second"
    assert named(panel, QLineEdit, "Words").text() == ""


def test_several_selected_activities_are_counted(panel: PropertyPanel, session: Session) -> None:
    session.select("probe", "probe2")
    assert "2 activities are selected" in words(panel)


def test_renaming_in_the_panel_renames_the_activity(panel: PropertyPanel, session: Session) -> None:
    session.select("probe")
    title = named(panel, QLineEdit, "Name of the activity")
    title.selectAll()
    QTest.keyClicks(title, "Codes")
    assert session.flow.activities["probe"].label == "Codes"


def test_execution_options_are_found_under_their_name(panel: PropertyPanel, session: Session) -> None:
    session.select("probe")
    book = next(each for each in panel.findChildren(QTabWidget) if each.isVisible())
    assert book.tabText(1) == "Execution options"
    book.setCurrentIndex(1)
    QTest.keyClick(named(panel, QComboBox, "Execution"), Qt.Key.Key_Down)
    assert session.flow.activities["probe"].execution.mode == "pass-through"


def test_a_problem_leads_to_its_field(panel: PropertyPanel, session: Session) -> None:
    session.select("probe")
    session.findings = (
        FindingView("error", "X-1", "The address is missing.", activity="probe", field="inner.url"),
        FindingView("error", "X-1", "Elsewhere.", activity="probe2", field="inner.url"),
    )
    session.findings_changed.emit()
    line = named(panel, QPushButton, "The address is missing.")
    assert "Elsewhere" not in words(panel)
    panel.activateWindow()
    QTest.mouseClick(line, Qt.MouseButton.LeftButton)
    assert panel.focusWidget() is named(panel, QLineEdit, "Address")


def test_a_problem_of_another_activity_selects_it_first(panel: PropertyPanel, session: Session) -> None:
    session.reveal.emit("probe2", "words")
    assert session.selection == ("probe2",)
    assert panel.focusWidget() is named(panel, QLineEdit, "Words")


def test_an_activity_that_is_deleted_leaves_the_panel(panel: PropertyPanel, session: Session) -> None:
    session.select("probe")
    session.edit(Text("Delete"), edits.remove_activities(session.flow, ["probe"]))
    assert named(panel, QLineEdit, "Name of the flow").isVisible()


def test_ctrl_enter_in_a_field_runs_to_here(panel: PropertyPanel, session: Session, qtbot: QtBot) -> None:
    session.select("probe")
    assert "Run to here" in words(panel)
    with qtbot.waitSignal(session.run_changed):
        QTest.keyClick(named(panel, QLineEdit, "Words"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert session.run.running
    session.runs.forget()


def test_a_call_that_spends_is_made_only_after_a_second_deliberate_click(
    panel: PropertyPanel, session: Session, qtbot: QtBot
) -> None:
    session.edit(Text("x"), edits.set_setting(session.flow, "probe", "effect", "spends"))
    session.select("probe")
    QTest.mouseClick(named(panel, QPushButton, "Send"), Qt.MouseButton.LeftButton)
    assert "This will fetch new codes." in words(panel)
    assert not session.run.running
    QTest.mouseClick(named(panel, QPushButton, "Cancel"), Qt.MouseButton.LeftButton)
    assert "This will fetch new codes." not in words(panel)
    QTest.mouseClick(named(panel, QPushButton, "Send"), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(session.run_changed):
        QTest.mouseClick(named(panel, QPushButton, "Fetch now"), Qt.MouseButton.LeftButton)
    assert session.run.running
    session.runs.forget()


def test_the_foot_says_how_the_activity_fared(panel: PropertyPanel, session: Session) -> None:
    session.select("probe")
    run = ActivityRun("done", session.flow, 142)
    filled = {"probe.result": TransitionRun(1200, "k", "fresh"), "probe.rejects": TransitionRun(3, "r", "fresh")}
    session.runs.view = RunView("done", {"probe": run}, filled)
    session.run_changed.emit()
    assert "Done" in words(panel)
    assert "1\N{NARROW NO-BREAK SPACE}200 rows · rejects: 3 rows · 142 ms" in words(panel)
    session.runs.view = RunView("done", {"probe": replace(run, is_stale=True)}, filled)
    session.run_changed.emit()
    assert "Out of date" in words(panel)
    error = FindingView("error", "X", "The key is missing.")
    session.runs.view = RunView("failed", {"probe": replace(run, status="failed", error=error)})
    session.run_changed.emit()
    assert "The key is missing." in words(panel)


def test_a_run_can_be_cancelled_from_the_panel(panel: PropertyPanel, session: Session) -> None:
    session.select("probe")
    session.runs.view = RunView("running")
    session.run_changed.emit()
    assert named(panel, QPushButton, "Cancel").isVisible()
    assert not named(panel, QPushButton, "Run to here").isEnabled()
    session.runs.view = RunView()
    session.run_changed.emit()
    assert named(panel, QPushButton, "Run to here").isEnabled()
