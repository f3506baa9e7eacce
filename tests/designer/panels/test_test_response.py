"""The test panel shows what was sent, what came back, and the way out when it failed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QTableWidget,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from designer.engine_client import FindingView
from designer.panels.call_report import moment, size_words
from designer.panels.test_response import TestResponse
from designer.run_view import ActivityRun, RunView, TransitionRun
from designer.session import Session
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text

Widget = TypeVar("Widget", bound=QWidget)

ANSWER = {"updated": "2026", "codes": [{"code": "V-7F3", "n": 1.10}, {"code": "V-8A1", "n": 2}], "more": [{"x": 1}]}
REPORT: dict[str, Any] = {
    "source": "live",
    "request": {
        "method": "POST",
        "url": "https://vouchers.example.com/v1/codes",
        "headers": [{"name": "X-Api-Key", "value": "••••••••••"}],
        "body": '{"params":{"count":2}}',
        "bytes": 22,
    },
    "response": {
        "status": 200,
        "reason": "OK",
        "headers": [{"name": "Content-Type", "value": "application/json"}],
        "bytes": 1843,
        "elapsed_ms": 142.4,
        "timings": {"dns_ms": 1, "connect_ms": 2, "tls_ms": 3, "first_byte_ms": 130, "download_ms": 6},
        "text": json.dumps(ANSWER),
        "content_type": "application/json; charset=utf-8",
    },
    "notes": ["1 property is not mapped: n"],
}


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> TestResponse:
    """Return the panel on the screen, over a flow with a call whose list is known."""
    settings = {"response": {"mode": "array", "pointer": "/codes", "columns": [{"id": "code", "key": "code"}]}}
    flow, _ = edits.add_activity(Flow(), "external-api", position=(0, 0), label="Vouchers", settings=settings)
    session.edit(Text("Begin"), flow)
    session.select("external-api")
    made = TestResponse(session)
    qtbot.addWidget(made)
    made.resize(760, 400)
    made.show()
    return made


def ran(session: Session, report: dict[str, Any] | None, error: FindingView | None = None) -> None:
    """Let the session know a run in which the call gave `report`."""
    reports = {"call": report} if report is not None else {}
    status = "failed" if error is not None else "done"
    activity = ActivityRun(status, session.flow, 150, "spends", "live", error, reports=reports)
    columns = ({"path": "code", "type": "text"},)
    transitions = {} if error else {"external-api.result": TransitionRun(2, "key", "fresh", columns)}
    session.runs.view = RunView("done", {"external-api": activity}, transitions)
    session.run_changed.emit()


def words(panel: QWidget) -> str:
    """Return everything that can be read on the panel."""
    QApplication.processEvents()
    return "\n".join(each.text() for each in panel.findChildren(QLabel) if each.isVisible())


def named(panel: QWidget, kind: type[Widget], name: str) -> Widget:
    """Return the visible widget with this accessible name."""
    QApplication.processEvents()
    return next(each for each in panel.findChildren(kind) if each.accessibleName() == name and each.isVisible())


def test_before_any_call_the_panel_says_what_will_be_here(panel: TestResponse) -> None:
    assert "what came back appears here" in words(panel)


def test_status_time_size_rows_and_source_are_told(panel: TestResponse, session: Session) -> None:
    ran(session, REPORT)
    shown = words(panel)
    for fact in ("200 OK", "142 ms", "1.8 KB", "2 rows", "Live", "1 property is not mapped"):
        assert fact in shown


def test_the_proxy_that_an_answer_came_through_is_told(panel: TestResponse, session: Session) -> None:
    response = {**REPORT["response"], "timings": {"proxy_ms": 80, "tls_ms": 3}, "proxy": "proxy.example:3128"}
    ran(session, {**REPORT, "response": response})
    assert "through the proxy proxy.example:3128" in words(panel)
    (timings,) = (each for each in panel.findChildren(QWidget) if each.accessibleName() == "Where the time went")
    said = "Let through the proxy 80 ms, Secure the line 3 ms, through the proxy proxy.example:3128"
    assert timings.accessibleDescription() == said


@pytest.mark.parametrize(
    ("report", "said"),
    [
        ({**REPORT, "source": "sample"}, "Sample · not tested"),
        (
            {**REPORT, "source": "recording", "recorded_at": "2026-11-23T21:58:00+00:00"},
            "Replayed recording of 2026-11-2",
        ),
        ({**REPORT, "response": None}, "No answer"),
    ],
)
def test_where_the_answer_came_from_is_never_hidden(
    panel: TestResponse, session: Session, report: dict[str, Any], said: str
) -> None:
    ran(session, report)
    assert said in words(panel)


def test_the_answer_is_a_tree_opened_at_its_list(panel: TestResponse, session: Session, qtbot: QtBot) -> None:
    ran(session, REPORT)
    tree = panel.answer.tree
    qtbot.waitUntil(lambda: tree.currentIndex().isValid())
    assert tree.currentIndex().data() == "codes"
    assert tree.isExpanded(tree.currentIndex())


def test_lists_are_offered_when_there_is_a_choice(panel: TestResponse, session: Session, qtbot: QtBot) -> None:
    ran(session, REPORT)
    qtbot.waitUntil(lambda: "Take the rows from" in words(panel))
    assert named(panel, QPushButton, "Use the list /codes").property("role") == "primary"
    assert named(panel, QPushButton, "Use the list /more").property("role") == "soft"
    one_list = {**REPORT["response"], "text": '{"codes": [{"code": "A"}]}'}
    ran(session, {**REPORT, "response": one_list})
    qtbot.waitUntil(lambda: "Rows from /codes" in words(panel))


def test_the_answer_is_kept_as_sample_shortened_and_with_its_numbers(
    panel: TestResponse, session: Session, qtbot: QtBot
) -> None:
    long = json.dumps({"codes": [{"code": f"V-{i}", "price": 1.10} for i in range(100)]})
    ran(session, {**REPORT, "response": {**REPORT["response"], "text": long}})
    qtbot.waitUntil(lambda: panel.answer.has_json)
    QTest.mouseClick(named(panel, QPushButton, "Use as sample"), Qt.MouseButton.LeftButton)
    sample = session.flow.activities["external-api"].settings["response"]["sample"]
    assert len(sample["codes"]) == 20
    assert sample["codes"][3] == {"code": "V-3", "price": 1.1}
    session.history.stack.undo()
    assert "sample" not in session.flow.activities["external-api"].settings["response"]


def test_the_request_is_shown_as_it_was_sent(panel: TestResponse, session: Session) -> None:
    ran(session, REPORT)
    views = named(panel, QTabBar, "Parts of the exchange")
    QTest.mouseClick(views, Qt.MouseButton.LeftButton, pos=views.tabRect(1).center())
    assert "POST https://vouchers.example.com/v1/codes" in words(panel)
    headers = named(panel, QTableWidget, "Headers that were sent")
    value = headers.item(0, 1)
    assert value is not None
    assert value.text() == "••••••••••"
    assert '"count": 2' in named(panel, QPlainTextEdit, "Body that was sent").toPlainText()


def test_headers_and_times_of_the_answer_are_shown(panel: TestResponse, session: Session) -> None:
    ran(session, REPORT)
    views = named(panel, QTabBar, "Parts of the exchange")
    views.setCurrentIndex(2)
    assert named(panel, QTableWidget, "Headers of the answer").rowCount() == 1
    views.setCurrentIndex(3)
    times = named(panel, QWidget, "Where the time went")
    assert "Wait for the answer 130 ms" in times.accessibleDescription()


def test_a_failed_call_says_what_happened_its_codes_and_the_way_out(
    panel: TestResponse, session: Session, qtbot: QtBot
) -> None:
    error = FindingView(
        "error",
        "EXT-STATUS",
        "The call answered 401 Unauthorized.",
        acs="WKF-560246",
        hint="Enter the key again.",
        activity="external-api",
        field="request.headers.0.value",
    )
    html = {**REPORT["response"], "status": 401, "reason": "Unauthorized", "text": "<html>no</html>"}
    ran(session, {**REPORT, "response": html}, error)
    qtbot.waitUntil(lambda: "This is no JSON" in words(panel))
    shown = words(panel)
    assert "There are no rows: the call failed." in shown
    assert not [each for each in panel.findChildren(QPushButton) if each.text() == "Use as sample" and each.isVisible()]
    for part in ("401 Unauthorized", "The call answered 401", "Enter the key again.", "EXT-STATUS · WKF-560246"):
        assert part in shown
    assert named(panel, QPlainTextEdit, "Answer as text").toPlainText() == "<html>no</html>"
    with qtbot.waitSignal(session.reveal) as revealed:
        QTest.mouseClick(named(panel, QPushButton, "Go to the field"), Qt.MouseButton.LeftButton)
    assert revealed.args == ["external-api", "request.headers.0.value"]


def test_the_answer_can_be_copied(panel: TestResponse, session: Session) -> None:
    ran(session, REPORT)
    QTest.mouseClick(named(panel, QToolButton, "Copy the answer"), Qt.MouseButton.LeftButton)
    assert json.loads(QGuiApplication.clipboard().text()) == ANSWER


def test_a_call_of_another_activity_is_shown_when_the_selected_one_made_none(
    panel: TestResponse, session: Session
) -> None:
    ran(session, REPORT)
    session.select()
    assert "200 OK" in words(panel)


def test_a_run_that_goes_on_can_be_cancelled_here(panel: TestResponse, session: Session) -> None:
    session.runs.view = replace(session.runs.view, status="running").noted("warning", "Trying again in 3 s")
    session.run_changed.emit()
    assert "Trying again" in words(panel)
    assert named(panel, QPushButton, "Cancel").isVisible()


@pytest.mark.parametrize(("count", "said"), [(0, "0 B"), (999, "999 B"), (1843, "1.8 KB"), (5_242_880, "5.0 MB")])
def test_sizes_are_told_in_units(count: int, said: str) -> None:
    assert size_words(count) == said


def test_a_time_that_is_none_is_told_as_it_is() -> None:
    assert moment("yesterday") == "yesterday"
    assert moment(None) == "?"


def test_a_failed_call_that_the_flow_goes_on_after_looks_failed(panel: TestResponse, session: Session) -> None:
    response = {**REPORT["response"], "status": 404, "reason": "Not Found"}
    ran(session, {**REPORT, "response": response})
    session.runs.view = session.runs.view.noted("warning", "“shop.example” answered 404.", "external-api")
    ran_view, session.runs.view = session.runs.view, replace(session.runs.view, activities={})
    session.run_changed.emit()
    session.runs.view = ran_view
    session.run_changed.emit()
    status = next(each for each in panel.findChildren(QLabel) if each.text() == "404 Not Found")
    assert status.property("role") == "status-error"
    assert "“shop.example” answered 404." in words(panel)
    assert "The flow went on" in words(panel)
