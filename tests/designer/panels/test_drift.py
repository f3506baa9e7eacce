"""A changed answer is told above it, and taken over or not with a click."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from designer.panels.answer_view import AnswerView
from designer.panels.call_report import CallReport
from designer.run_view import ActivityRun
from designer.session import Session
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text

BEFORE = {"data": [{"home": "Nantes", "goals": 2, "at": {"city": "Nantes"}}]}
NOW = {"data": [{"home": "Nantes", "goals": "2", "stadium": "La Beaujoire", "at": {"city": "Nantes"}}]}
COLUMNS = [
    {"id": "team", "key": "home", "label": "Team", "type": "text", "length": 40},
    {"id": "goals", "key": "goals", "type": "integer", "on_error": "reject"},
    {"id": "city", "key": "/at/city", "type": "text"},
]


def change(code: str, sentence: str, *names: str, level: str = "warning") -> dict[str, Any]:
    """Return a change as the engine reports it."""
    return {"code": f"EXT-DRIFT-{code}", "level": level, "text": Text(sentence).to_json(), "names": list(names)}


KIND = change("TYPE", "Values are of another kind.", "goals")


@pytest.fixture
def view(session: Session, qtbot: QtBot) -> AnswerView:
    response = {"mode": "array", "pointer": "/data", "columns": COLUMNS, "sample": BEFORE}
    settings = {"response": response, "dry_run": "live"}
    flow, _ = edits.add_activity(Flow(), "external-api", position=(0, 0), settings=settings)
    session.edit(Text("Begin"), flow)
    made = AnswerView(session)
    qtbot.addWidget(made)
    made.resize(760, 400)
    made.show()
    return made


def show(view: AnswerView, session: Session, qtbot: QtBot, *changes: Mapping[str, Any]) -> None:
    """Show a live answer with what the engine told of it."""
    data = {"source": "live", "response": {"status": 200, "text": json.dumps(NOW)}, "drift": list(changes)}
    view.show_report(CallReport("external-api", ActivityRun("done", session.flow), data))
    qtbot.waitUntil(lambda: view.has_json)


def told(view: AnswerView) -> str:
    """Return what can be read."""
    return "\n".join(each.text() for each in view.findChildren(QLabel) if each.isVisible())


def click(view: AnswerView, words: str) -> None:
    """Click a button."""
    (found,) = [each for each in view.findChildren(QPushButton) if each.text() == words and each.isVisible()]
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def columns(session: Session) -> Sequence[Mapping[str, Any]]:
    """Return the columns as they stand in the flow."""
    found: Sequence[Mapping[str, Any]] = session.flow.activities["external-api"].settings["response"]["columns"]
    return found


def test_without_changes_nothing_is_told(view: AnswerView, session: Session, qtbot: QtBot) -> None:
    show(view, session, qtbot)
    assert not [each for each in view.findChildren(QPushButton) if each.text() == "Keep mine" and each.isVisible()]


def test_a_change_is_taken_over_as_one_step(view: AnswerView, session: Session, qtbot: QtBot) -> None:
    show(view, session, qtbot, KIND)
    assert "Values are of another kind." in told(view)
    before = session.flow
    click(view, "Take the new columns")
    qtbot.waitUntil(lambda: session.flow is not before, timeout=20_000)
    assert [(each["id"], each["key"], each.get("type")) for each in columns(session)] == [
        ("team", "home", "text"),
        ("goals", "goals", "text"),
        ("stadium", "stadium", "text"),
        ("city", "/at/city", "text"),
    ]
    assert columns(session)[0]["label"] == "Team"
    assert columns(session)[1]["on_error"] == "reject"
    assert session.flow.activities["external-api"].settings["response"]["sample"] == NOW
    assert "Values are of another kind." not in told(view)
    session.history.stack.undo()
    assert session.flow == before


def test_a_change_that_is_kept_is_not_told_again(view: AnswerView, session: Session, qtbot: QtBot) -> None:
    show(view, session, qtbot, KIND)
    click(view, "Keep mine")
    assert "Values are of another kind." not in told(view)
    show(view, session, qtbot, KIND)
    assert "Values are of another kind." not in told(view)
    assert columns(session) == COLUMNS
    show(view, session, qtbot, KIND, change("EMPTY", "More values are empty."))
    assert "More values are empty." in told(view)


def test_another_number_of_rows_cannot_be_taken_over(view: AnswerView, session: Session, qtbot: QtBot) -> None:
    show(view, session, qtbot, change("COUNT", "The answer has 1 row; usual are 6."))
    assert "usual are 6" in told(view)
    texts = [each.text() for each in view.findChildren(QPushButton) if each.isVisible()]
    assert "Keep mine" in texts
    assert "Take the new columns" not in texts


def test_a_changed_answer_of_csv_is_taken_over_as_a_text(view: AnswerView, session: Session, qtbot: QtBot) -> None:
    text = "home,goals,stadium\nNantes,2,La Beaujoire\n"
    flow = edits.set_setting(session.flow, "external-api", "response.sample", "home,goals\nNantes,2\n")
    session.edit(Text("Begin"), edits.set_setting(flow, "external-api", "response.pointer", "/"))
    data = {"source": "live", "response": {"status": 200, "text": text}, "drift": [change("ADDED", "New.", "stadium")]}
    view.show_report(CallReport("external-api", ActivityRun("done", session.flow), data))
    qtbot.waitUntil(lambda: view.is_text)
    click(view, "Take the new columns")
    qtbot.waitUntil(lambda: "stadium" in [each["key"] for each in columns(session)], timeout=20_000)
    assert session.flow.activities["external-api"].settings["response"]["sample"] == text
