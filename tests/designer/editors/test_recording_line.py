"""The settings of a call tell what is recorded of it, record anew, and delete it after a question."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from designer.editors.recording_line import RecordingLine, recording_words
from designer.forms.binding import bind_settings
from designer.forms.editor_registry import tabs_of
from designer.forms.specs import specs_of
from designer.panels.activity_head import ActivityHead
from designer.session import Session
from engine import registry
from engine.document import edits, files
from engine.document.model import Flow
from engine.http_client import recordings
from engine.http_client.models import HttpAnswer, HttpRequest
from engine.http_client.recordings import Recording

WAIT_MS = 20_000
REQUEST = HttpRequest("GET", "https://api.example.com/v1/codes", (), None).to_json()
RECORDED = Recording("2026-03-07T12:00:00+00:00", REQUEST, HttpAnswer(200, "OK", (), b'["A"]'), rows=(1,))


@pytest.fixture
def line(session: Session, qtbot: QtBot, tmp_path: Path) -> RecordingLine:
    """Return the line of a call that was recorded."""
    settings = {"request": {"url": "https://api.example.com/v1/codes", "method": "POST"}}
    flow, _ = edits.add_activity(Flow(), "external-api", position=(0, 0), settings=settings)
    files.save(flow, tmp_path / "test.flow")
    recordings.keep(tmp_path / "test.flow.d", "external-api", RECORDED)
    session.open(tmp_path / "test.flow")
    made = RecordingLine(bind_settings(session, "external-api"))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: "api.example.com" in made.words, timeout=WAIT_MS)
    return made


def buttons(line: RecordingLine) -> dict[str, QPushButton]:
    """Return the buttons that can be seen."""
    return {each.text(): each for each in line.findChildren(QPushButton) if each.isVisible()}


def click(line: RecordingLine, words: str) -> None:
    """Click a button."""
    QTest.mouseClick(buttons(line)[words], Qt.MouseButton.LeftButton)


def test_when_from_where_and_how_much_is_told(line: RecordingLine) -> None:
    assert line.words.startswith("Recorded 2026-03-07")
    assert line.words.endswith(" from api.example.com · 200 · 1 row · 5 B")


def test_it_is_deleted_after_a_question(line: RecordingLine, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "test.flow.d" / "recordings" / "external-api.json"
    click(line, "Delete the recording")
    click(line, "Keep it")
    assert file.exists()
    click(line, "Delete the recording")
    click(line, "Delete it for good")
    qtbot.waitUntil(lambda: line.words == "Nothing is recorded yet.", timeout=WAIT_MS)
    assert not file.exists()
    assert set(buttons(line)) == {"Record now"}


def test_a_damaged_recording_is_told_and_can_be_deleted(line: RecordingLine, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "test.flow.d" / "recordings" / "external-api.json").write_text("{", encoding="utf-8")
    line.ask()
    qtbot.waitUntil(lambda: "cannot be read" in line.words, timeout=WAIT_MS)
    assert "Delete the recording" in buttons(line)


def test_record_now_asks_what_sending_asks(line: RecordingLine, session: Session, qtbot: QtBot) -> None:
    head = ActivityHead(session, "external-api")
    qtbot.addWidget(head)
    head.show()
    with qtbot.waitSignal(session.send_asked):
        click(line, "Record now")
    qtbot.waitUntil(lambda: "Fetch now" in [each.text() for each in head.findChildren(QPushButton) if each.isVisible()])
    assert not session.run.running
    head.detach()


def test_it_stands_in_the_options_of_a_call(session: Session, qtbot: QtBot, line: RecordingLine) -> None:
    activity = registry.activity("external-api")
    assert activity is not None
    page = tabs_of("external-api", bind_settings(session, "external-api"), specs_of(activity.Settings))[-1].make()
    qtbot.addWidget(page)
    assert page.findChild(RecordingLine) is not None


def test_several_calls_are_counted() -> None:
    found = {"recorded_at": "", "hosts": [], "calls": 3, "status": 200, "bytes": 10, "rows": None}
    assert recording_words(found) == "Recorded ? from ? · 3 calls · 10 B"
