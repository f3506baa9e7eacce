"""The last calls can be looked at again, and two answers told apart."""

from __future__ import annotations

import json
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QTabBar, QTableWidget, QTreeWidget
from pytestqt.qtbot import QtBot

from designer.panels.call_history import MOST
from designer.panels.test_response import VIEWS, TestResponse
from designer.run_view import ActivityRun, RunView, TransitionRun
from designer.session import Session
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text


def report(answer: Any, **members: Any) -> dict[str, Any]:
    """Return the engine's report of a call that was answered so."""
    headers = [{"name": "X-Api-Key", "value": "********"}]
    request = {"method": "GET", "url": "https://vouchers.example.com/v1/codes", "headers": headers, "body": None}
    response = {"status": 200, "reason": "OK", "elapsed_ms": 142.4, "bytes": 10}
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return {"source": "live", "request": request, "response": {**response, "text": text}, **members}


def ran(session: Session, data: dict[str, Any], rows: int = 2, status: str = "done") -> None:
    """Let the session know a run in which the call gave `data`."""
    run = ActivityRun(status, session.flow, reports={"call": data})
    session.runs.view = RunView(
        "done", {"external-api": run}, {"external-api.result": TransitionRun(rows, "k", "fresh")}
    )
    session.run_changed.emit()


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> TestResponse:
    """Return the panel on the screen, over a flow with a call."""
    settings = {"request": {"headers": [{"name": "X-Api-Key", "value": "{{secret:voucher-key}}"}]}}
    flow, _ = edits.add_activity(Flow(), "external-api", position=(0, 0), settings=settings)
    session.edit(Text("Begin"), flow)
    session.select("external-api")
    made = TestResponse(session)
    qtbot.addWidget(made)
    made.resize(760, 400)
    made.show()
    return made


def open_view(panel: TestResponse, name: str) -> None:
    """Click on one of the parts."""
    views = next(each for each in panel.findChildren(QTabBar) if each.isVisible())
    place = [str(each) for each in VIEWS].index(name)
    QTest.mouseClick(views, Qt.MouseButton.LeftButton, pos=views.tabRect(place).center())


def words(panel: TestResponse) -> str:
    """Return everything that can be read on labels."""
    return "\n".join(each.text() for each in panel.findChildren(QLabel) if each.isVisible())


def calls(panel: TestResponse) -> list[tuple[str, str]]:
    """Return status and rows of the calls in the list."""
    table = panel.history.findChildren(QTableWidget)[0]
    cells = [[table.item(row, column) for column in (1, 3)] for row in range(table.rowCount())]
    return [(status.text(), rows.text()) for status, rows in cells if status is not None and rows is not None]


def click(panel: TestResponse, name: str) -> None:
    """Click on a button."""
    target = next(each for each in panel.findChildren(QPushButton) if each.text() == name and each.isVisible())
    QTest.mouseClick(target, Qt.MouseButton.LeftButton)


def test_each_call_is_kept_once_and_at_most_ten_of_them(panel: TestResponse, session: Session) -> None:
    for number in range(MOST + 2):
        ran(session, report({"n": number}), rows=number)
        session.run_changed.emit()
        ran(session, report({"n": number}), rows=number)
    ran(session, report({"n": 99}), status="reused")
    ran(session, report({"n": 99}), status="running")
    assert calls(panel) == [("200 OK", str(number)) for number in range(MOST + 1, 1, -1)]
    session.opened.emit()
    assert calls(panel) == []


def test_an_earlier_call_is_looked_at_again(panel: TestResponse, session: Session, qtbot: QtBot) -> None:
    ran(session, report({"codes": ["old"]}), rows=1)
    ran(session, report({"codes": ["new", "newer"]}), rows=2)
    open_view(panel, "History")
    table = panel.history.findChildren(QTableWidget)[0]
    table.selectRow(1)
    click(panel, "Show this answer")
    qtbot.waitUntil(lambda: panel.answer.has_json)
    assert "This is an earlier call" in words(panel)
    assert "1 row" in words(panel)
    assert "The rows of an earlier call are not kept." in words(panel)
    qtbot.waitUntil(lambda: panel.answer.tree.value == {"codes": ["old"]})
    click(panel, "Back to the last call")
    qtbot.waitUntil(lambda: panel.answer.tree.value == {"codes": ["new", "newer"]})
    assert "This is an earlier call" not in words(panel)
    assert "2 rows" in words(panel)


def test_the_last_answer_is_compared_with_the_one_before_and_any_two_with_each_other(
    panel: TestResponse, session: Session, qtbot: QtBot
) -> None:
    for answer in ({"a": 1, "gone": 0}, {"a": 2}, {"a": 2, "b": {"c": 3}}):
        ran(session, report(answer))
    open_view(panel, "History")
    found = panel.history.findChildren(QTreeWidget)[0]
    qtbot.waitUntil(lambda: "Since the call before: 1 added." in words(panel))
    item = found.topLevelItem(0)
    assert item is not None
    assert [item.text(part) for part in range(3)] == ["+ /b", "", "{1}"]
    table = panel.history.findChildren(QTableWidget)[0]
    oldest = table.item(2, 0)
    assert oldest is not None
    place = table.visualItemRect(oldest).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, place)
    qtbot.waitUntil(lambda: "Between the two calls: 1 changed, 1 added, 1 removed." in words(panel))
    assert found.topLevelItemCount() == 3
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert "There is no call before this one." in words(panel)


def test_answers_that_are_the_same_or_no_json_are_told(panel: TestResponse, session: Session, qtbot: QtBot) -> None:
    ran(session, report({"a": 1}))
    ran(session, report({"a": 1}, notes=["odd"]))
    open_view(panel, "History")
    qtbot.waitUntil(lambda: "The answer is the same as that of the call before." in words(panel))
    ran(session, report("<html>"))
    qtbot.waitUntil(lambda: "Only one of the two answers is JSON." in words(panel))


def test_the_request_is_copied_as_it_was_sent(panel: TestResponse, session: Session) -> None:
    ran(session, report({"a": 1}))
    open_view(panel, "Request")
    click(panel, "Copy as cURL")
    assert "-H 'X-Api-Key: '\"$VOUCHER_KEY\"" in QGuiApplication.clipboard().text()
    assert "Set $VOUCHER_KEY before you run it." in words(panel)
