"""The run log and the problems list."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from designer import run_view
from designer.engine_client import FindingView
from designer.panels.problems import Problems
from designer.panels.run_log import RunLog
from designer.run_view import RunView
from designer.session import Session
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text

TIMEOUT = {
    "level": "error",
    "code": "EXT-TIMEOUT",
    "acs": "WKF-560246",
    "message": "“Weather” took longer than 60 s.",
    "hint": "Raise the limit.",
    "activity": "weather",
    "field": "limits.timeout_s",
}


@pytest.fixture
def ran(session: Session) -> Session:
    """Return a session whose flow has run: one call replayed, one timed out."""
    flow, _ = edits.add_activity(Flow(), "weather", position=(0, 0), label="Weather")
    flow, _ = edits.add_activity(flow, "codes", position=(0, 0), label="Codes")
    session.history.restart(flow, is_saved=True)
    view = run_view.begin(RunView(), flow)
    note = {"event": "Note", "activity": "codes", "level": "warning", "message": "Two codes are left over."}
    ended = {"event": "ActivityFinished", "ms": 3, "effect": "reads"}
    events: list[dict[str, Any]] = [
        {"event": "RunStarted", "run": "1", "activities": ["weather", "codes"], "now": ""},
        note,
        {**ended, "activity": "codes", "status": "done", "source": "recording"},
        {**ended, "activity": "weather", "status": "failed", "source": "live", "error": TIMEOUT},
        {"event": "RunFinished", "status": "failed", "ms": 9, "calls": {"live": 1, "recording": 1}, "error": TIMEOUT},
    ]
    for event in events:
        view = run_view.advance(view, event, flow)
    session.runs._show(view)
    return session


@pytest.fixture
def log(ran: Session, qtbot: QtBot) -> RunLog:
    """Return the log on the screen."""
    made = RunLog(ran)
    qtbot.addWidget(made)
    made._refresh()
    made.show()
    return made


def shown(log: RunLog) -> list[str]:
    """Return the lines that can be seen."""
    return [item.text(2) for item in log._items() if not item.isHidden()]


def test_each_line_names_the_activity_and_where_its_answer_came_from(log: RunLog) -> None:
    lines = [(item.text(1), item.text(3)) for item in log._items()]
    assert ("Codes", "replayed") in lines
    assert ("Weather", "live") in lines
    assert any("(EXT-TIMEOUT)" in line for line in shown(log))


def test_the_log_can_be_filtered_by_words_and_by_level(log: RunLog) -> None:
    QTest.keyClicks(log._filter, "left over")
    assert shown(log) == ["Two codes are left over."]
    log._filter.clear()
    log._level.setCurrentIndex(2)
    assert all("EXT-TIMEOUT" in line or "stopped by an error" in line for line in shown(log))
    assert len(shown(log)) == 2


def test_the_log_can_be_copied(log: RunLog) -> None:
    log.copy()
    assert "Codes\tTwo codes are left over." in QGuiApplication.clipboard().text()


def test_the_log_is_counted(log: RunLog) -> None:
    assert log._count.text() == "5 lines"
    QTest.keyClicks(log._filter, "left over")
    assert log._count.text() == "1 of 5 lines"


def test_the_lines_that_are_shown_are_saved_with_date_and_level(log: RunLog, tmp_path: Path) -> None:
    log._level.setCurrentIndex(1)
    log.save(str(tmp_path / "log.txt"))
    head, *lines = (tmp_path / "log.txt").read_text("utf-8").splitlines()
    assert head == "Time\tLevel\tActivity\tWhat happened\tAnswer"
    assert [line.split("\t")[1:3] for line in lines] == [["Warning", "Codes"], ["Error", "Weather"], ["Error", ""]]
    assert all(datetime.fromisoformat(line.split("\t")[0]).tzinfo for line in lines)


def test_a_log_that_cannot_be_saved_says_so(log: RunLog, tmp_path: Path) -> None:
    log.save(str(tmp_path / "nowhere" / "log.txt"))
    assert "cannot be written" in log._count.text()


def test_a_click_on_a_line_selects_its_activity_and_enter_goes_to_it(log: RunLog, ran: Session, qtbot: QtBot) -> None:
    (line,) = [item for item in log._items() if item.text(2) == "Two codes are left over."]
    QTest.mouseClick(
        log._list.viewport(), Qt.MouseButton.LeftButton, pos=log._list.visualItemRect(line).topLeft() + QPoint(40, 5)
    )
    assert ran.selection == ("codes",)
    log._list.setFocus()
    with qtbot.waitSignal(ran.reveal) as jump:
        QTest.keyClick(log._list, Qt.Key.Key_Return)
    assert jump.args == ["codes", ""]


def test_a_new_run_begins_an_empty_log(log: RunLog, ran: Session) -> None:
    ran.runs._show(run_view.begin(ran.run, ran.flow))
    assert shown(log) == []


def test_a_problem_has_its_codes_and_enter_jumps_to_its_field(ran: Session, qtbot: QtBot) -> None:
    warning = FindingView("warning", "FLOW-LOOSE", "Nothing comes after “Codes”.", activity="codes")
    ran._take((warning,), {}, {})
    problems = Problems(ran)
    qtbot.addWidget(problems)
    problems.show()
    first = problems._list.topLevelItem(0)
    assert first is not None
    assert (first.text(2), first.text(3)) == ("EXT-TIMEOUT", "WKF-560246")
    assert problems._list.topLevelItemCount() == 2
    problems._list.setCurrentItem(first)
    with qtbot.waitSignal(ran.reveal) as jump:
        QTest.keyClick(problems._list, Qt.Key.Key_Return)
    assert jump.args == ["weather", "limits.timeout_s"]
    assert ran.selection == ("weather",)


def test_an_error_of_the_last_run_goes_away_when_its_activity_is_edited(ran: Session) -> None:
    assert [finding.code for finding in ran.problems()] == ["EXT-TIMEOUT"]
    ran.edit(Text("Edit"), edits.set_setting(ran.flow, "weather", "url", "https://example.com"))
    assert [finding.code for finding in ran.problems() if finding.activity == "weather"] == []
