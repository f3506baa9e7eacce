"""The preview with the real engine: the messages of an example, from its recorded answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from designer.preview import MessagePreview
from designer.session import Session
from engine.document import edits
from engine.text import Text

PATIENCE_MS = 30_000


@pytest.fixture
def session(qapp: object, tmp_path: Path) -> Iterator[Session]:
    """Return a session over the example with voucher codes."""
    made = Session(tmp_path / "state")
    made.open_example("voucher-codes")
    yield made
    made.close()


@pytest.fixture
def preview(session: Session, qtbot: QtBot) -> MessagePreview:
    """Return the panel on the screen."""
    made = MessagePreview(session)
    qtbot.addWidget(made)
    made.resize(392, 340)
    made.show()
    return made


def test_before_a_run_the_engine_says_what_to_do(preview: MessagePreview, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: "est the flow" in preview.sheet.sentence, timeout=PATIENCE_MS)


def test_each_member_reads_a_code_of_her_own_and_an_edit_is_followed(
    preview: MessagePreview, session: Session, qtbot: QtBot
) -> None:
    session.runs.test_flow()
    qtbot.waitUntil(lambda: preview._count == 4, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not preview.sheet.is_empty, timeout=PATIENCE_MS)
    subjects = [preview.subject]
    for _ in range(3):
        QTest.keyClick(preview, Qt.Key.Key_Right)
        qtbot.waitUntil(lambda: preview.subject not in subjects, timeout=PATIENCE_MS)
        subjects.append(preview.subject)
    assert len({subject.rpartition(":")[2] for subject in subjects}) == 4
    last = preview.recipient._name.accessibleName()
    email = preview.activity
    assert "subject" in session.flow.activities[email].settings
    flow = edits.set_setting(session.flow, email, "subject", "{{ targetData.expr9 }} for {{ profile.firstName }}")
    session.edit(Text("Write"), flow)
    qtbot.waitUntil(preview.strip.isVisible, timeout=PATIENCE_MS)
    flow = edits.set_setting(session.flow, email, "subject", "Only for {{ profile.firstName }}")
    session.edit(Text("Write"), flow)
    qtbot.waitUntil(lambda: preview.subject == f"Subject: Only for {last.split()[0]}", timeout=PATIENCE_MS)
    assert not preview.strip.isVisible()
