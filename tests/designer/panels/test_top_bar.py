"""The bar at the top of the window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from designer import run_view
from designer.panels.top_bar import TopBar
from designer.run_view import RunView
from designer.session import Session
from engine.document import edits
from engine.text import Text


@pytest.fixture
def bar(session: Session, qtbot: QtBot) -> TopBar:
    """Return the bar on the screen, 1600 pixels wide."""
    session.new()
    flow, _ = edits.add_activity(session.flow, "query", position=(0, 0))
    session.history.restart(flow, is_saved=True)
    made = TopBar(session, QMenu())
    made.use_actions(QAction("Undo", made), QAction("Redo", made))
    qtbot.addWidget(made)
    made.resize(1600, 56)
    made.show()
    return made


def run(session: Session, *events: dict[str, Any]) -> None:
    """Let a run of the flow have told `events`."""
    view = run_view.begin(RunView(), session.flow)
    for event in ({"event": "RunStarted", "run": "1", "activities": ["query"], "now": ""}, *events):
        view = run_view.advance(view, event, session.flow)
    session.runs._show(view)


def finished(**calls: int) -> dict[str, Any]:
    """Return the last event of a run that made these calls."""
    return {"event": "RunFinished", "status": "done", "ms": 10, "calls": calls}


def test_the_name_of_the_flow_is_changed_where_it_stands(bar: TopBar, session: Session) -> None:
    QTest.mouseClick(bar._name, Qt.MouseButton.LeftButton)
    QTest.keyClicks(bar._name, "Match week")
    QTest.keyClick(bar._name, Qt.Key.Key_Return)
    assert session.flow.name == "Match week"
    assert session.history.stack.count() == 1
    session.history.stack.undo()
    assert bar._name.text() == ""


def test_it_says_where_the_flow_is_kept(bar: TopBar, session: Session, tmp_path: Path) -> None:
    assert bar._where.text() == "Not saved yet"
    session.edit(Text("Rename"), edits.rename_flow(session.flow, "A"))
    assert bar._where.text() == "Not saved yet · autosaved"
    session.save(tmp_path / "a.flow")
    assert bar._where.text() == "a.flow · saved"
    session.edit(Text("Rename"), edits.rename_flow(session.flow, "B"))
    assert bar._where.text() == "a.flow · edited, autosaved"


def test_undo_names_the_step_it_would_undo(bar: TopBar, session: Session) -> None:
    assert not bar._undo.isEnabled()
    session.edit(Text("Rename the flow"), edits.rename_flow(session.flow, "A"))
    assert bar._undo.isEnabled()
    assert "Rename the flow" in bar._undo.toolTip()
    assert not bar._redo.isEnabled()


@pytest.mark.parametrize(
    ("calls", "words"),
    [
        ({}, "Dry run: nothing is sent"),
        ({"recording": 1}, "Dry run: nothing is sent · 1 call replayed from its recording"),
        ({"sample": 2}, "Dry run: nothing is sent · 2 calls answered by their samples"),
        ({"live": 1, "recording": 1}, "nothing is sent · 1 call was live · 1 call replayed from its recording"),
    ],
)
def test_it_says_what_was_live_and_what_was_replayed(
    bar: TopBar, session: Session, calls: dict[str, int], words: str
) -> None:
    run(session, finished(**calls))
    assert words in bar._effect.accessibleName()


def test_while_a_run_goes_on_the_button_cancels_it(bar: TopBar, session: Session) -> None:
    assert bar._test.text() == "Test flow"
    run(session)
    assert bar._test.text() == "Cancel"
    assert bar._progress.isVisible()
    run(session, finished())
    assert bar._test.text() == "Test flow"
    assert not bar._progress.isVisible()


def test_on_the_start_page_only_the_menu_and_the_shade_are_left(bar: TopBar) -> None:
    bar.show_flow(is_open=False)
    assert not bar._test.isVisible()
    assert not bar._name.isVisible()
    assert bar._menu.isVisible()
