"""The summary below a request says what the other tabs hold, and leads to them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from designer.editors.call_summary import CallSummary
from designer.forms.binding import bind_settings
from designer.forms.specs import specs_of
from designer.session import Session
from engine import registry
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text


@pytest.fixture
def summary(session: Session, qtbot: QtBot) -> CallSummary:
    """Return the summary of a new call, on the screen."""
    flow, id = edits.add_activity(Flow(), "external-api", position=(0, 0))
    session.edit(Text("Begin"), flow)
    found = registry.activity("external-api")
    assert found is not None
    made = CallSummary(specs_of(found.Settings), bind_settings(session, id))
    qtbot.addWidget(made)
    made.resize(420, 260)
    made.show()
    return made


def said(summary: CallSummary) -> dict[str, str]:
    """Return what each line says, by its title."""
    names = [line.accessibleName().partition(": ") for line in summary.findChildren(QPushButton)]
    return {title: words for title, _, words in names}


def put(session: Session, path: str, value: object) -> None:
    """Change a setting of the call."""
    session.edit(Text("x"), edits.set_setting(session.flow, "external-api", path, value))


def test_a_new_call_says_its_defaults(summary: CallSummary) -> None:
    assert said(summary) == {
        "Inbound": "Nothing is sent",
        "Columns": "None yet",
        "Sample response": "None yet",
        "Limits": "60 s · 5 MB · 3 attempts",
        "In a dry run": "Replay the recorded answer",
    }


def test_it_follows_the_settings(summary: CallSummary, session: Session) -> None:
    put(session, "request.add_count", True)
    put(session, "request.custom", {"campaign": "x"})
    put(session, "response.pointer", "/codes")
    put(session, "response.columns", [{"id": "a", "key": "a"}, {"id": "b", "key": "b", "ignore": True}])
    put(session, "response.sample", {"codes": [{"a": 1}, {"a": 2}]})
    put(session, "retry.attempts", 1)
    put(session, "dry_run", "sample")
    words = said(summary)
    assert words["Inbound"] == "count · 1 custom field"
    assert words["Columns"] == "/codes → 1 column"
    assert words["Sample response"] == "2 rows kept"
    assert words["Limits"].endswith("1 attempt")
    assert words["In a dry run"] == "Use the sample response"


def test_flatten_makes_one_row(summary: CallSummary, session: Session) -> None:
    put(session, "response.mode", "flatten")
    put(session, "response.columns", [{"id": "a", "key": "a"}])
    put(session, "response.sample", {"a": 1})
    assert said(summary)["Columns"] == "One row → 1 column"
    assert said(summary)["Sample response"] == "Kept"


def test_a_half_typed_limit_is_no_trouble(summary: CallSummary, session: Session) -> None:
    put(session, "limits.response_bytes", "5 M")
    put(session, "retry.attempts", "three")
    assert said(summary)["Limits"] == "60 s"


def test_a_line_leads_to_its_setting(summary: CallSummary, session: Session, qtbot: QtBot) -> None:
    line = next(each for each in summary.findChildren(QPushButton) if each.accessibleName().startswith("Columns"))
    with qtbot.waitSignal(session.reveal) as told:
        QTest.mouseClick(line, Qt.MouseButton.LeftButton)
    assert told.args == ["external-api", "response.columns"]
