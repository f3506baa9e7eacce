"""The test panel shows each of several calls: which key it was for, what was sent and what came back."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from designer.panels.test_response import TestResponse
from designer.run_view import ActivityRun, RunView, TransitionRun
from designer.session import Session
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text

NAME = "Calls of the activity"


def exchange(key: str, status: int = 200, error: str = "") -> dict[str, Any]:
    """Return one exchange as the engine reports it."""
    return {
        "source": "live",
        "request": {"method": "GET", "url": f"https://api.example.com/{key}", "headers": [], "body": None, "bytes": 0},
        "response": {
            "status": status,
            "reason": "OK" if status == 200 else "Not Found",
            "headers": [],
            "bytes": 20,
            "elapsed_ms": 5.0,
            "timings": {"first_byte_ms": 4, "download_ms": 1},
            "text": f'{{"sky": "{key}"}}',
            "content_type": "application/json",
        },
        "key": {"region": key},
        "error": error,
    }


def panel_after(session: Session, qtbot: QtBot, report: dict[str, Any]) -> TestResponse:
    """Return the panel after a run in which the call gave `report`."""
    flow, _ = edits.add_activity(Flow(), "external-api", position=(0, 0), label="Weather")
    session.edit(Text("Begin"), flow)
    session.select("external-api")
    panel = TestResponse(session)
    qtbot.addWidget(panel)
    panel.resize(900, 500)
    panel.show()
    activity = ActivityRun("done", session.flow, 150, "reads", "live", None, reports={"call": report})
    rows = {"external-api.result": TransitionRun(2, "key", "fresh", ({"path": "sky", "type": "text"},))}
    session.runs.view = RunView("done", {"external-api": activity}, rows)
    session.run_changed.emit()
    return panel


def words(panel: TestResponse) -> str:
    """Return everything that is written on the panel."""
    return "\n".join(each.text() for each in panel.findChildren(QLabel) if each.isVisible())


def test_each_call_can_be_looked_at(session: Session, qtbot: QtBot) -> None:
    pages = [exchange("13"), exchange("59", 404, "Nobody knows the region 59."), exchange("75")]
    panel = panel_after(session, qtbot, {**pages[0], "notes": ["odd"], "calls": 3, "pages": pages})
    choice = next(each for each in panel.findChildren(QComboBox) if each.accessibleName() == NAME)
    assert [choice.itemText(place) for place in range(choice.count())] == [
        "1 / 3 · 13 · 200 OK",
        "2 / 3 · 59 · 404 Not Found",
        "3 / 3 · 75 · 200 OK",
    ]
    assert "200 OK" in words(panel)
    after = next(each for each in panel.findChildren(QToolButton) if each.accessibleName() == "The call after")
    QTest.mouseClick(after, Qt.MouseButton.LeftButton)
    assert "404 Not Found" in words(panel)
    assert "Nobody knows the region 59." in words(panel)
    QTest.mouseClick(after, Qt.MouseButton.LeftButton)
    assert "200 OK" in words(panel)
    assert not after.isEnabled()
    assert "odd" in words(panel)


def test_one_call_needs_no_choice(session: Session, qtbot: QtBot) -> None:
    panel = panel_after(session, qtbot, {**exchange("13"), "notes": []})
    assert not any(each.isVisible() for each in panel.findChildren(QComboBox) if each.accessibleName() == NAME)
