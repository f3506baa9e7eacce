"""The preview follows the person, the edits and the runs."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from designer.preview import MessagePreview
from designer.session import Session
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text


def edit(session: Session, **settings: Any) -> None:
    """Change settings of the letter, as the form does."""
    flow = session.flow
    for name, value in settings.items():
        flow = edits.set_setting(flow, "probe-letter", name, value)
    session.edit(Text("Write"), flow)


def wait_for(qtbot: QtBot, preview: MessagePreview, subject: str) -> None:
    """Wait until a subject is shown."""
    qtbot.waitUntil(lambda: preview.subject == f"Subject: {subject}", timeout=5000)


def test_the_first_recipient_is_shown_with_subject_sender_and_place(preview: MessagePreview) -> None:
    assert preview.subject == "Subject: plain for Zoé Martin"
    assert preview._sender.accessibleName() == "From: Team <team@example.com>"
    assert preview.recipient._name.accessibleName() == "Zoé Martin"
    assert preview.recipient._place.text() == "1 of 10"
    assert not preview.recipient.previous.isEnabled()


def test_an_edit_is_followed_and_the_recipient_stays(preview: MessagePreview, session: Session, qtbot: QtBot) -> None:
    QTest.keyClick(preview, Qt.Key.Key_Right)
    wait_for(qtbot, preview, "plain for Ali Haddad")
    edit(session, words="fresh")
    wait_for(qtbot, preview, "fresh for Ali Haddad")
    session.history.stack.undo()
    wait_for(qtbot, preview, "plain for Ali Haddad")


def test_arrow_keys_step_and_page_keys_step_by_ten(preview: MessagePreview, qtbot: QtBot) -> None:
    for _ in range(3):
        QTest.keyClick(preview, Qt.Key.Key_Right)
    wait_for(qtbot, preview, "plain for Çelik Aydın")
    QTest.keyClick(preview, Qt.Key.Key_Left)
    wait_for(qtbot, preview, "plain for Bo Li")
    QTest.keyClick(preview, Qt.Key.Key_PageDown)
    wait_for(qtbot, preview, "plain for Ida Ng")
    assert not preview.recipient.next.isEnabled()
    QTest.keyClick(preview, Qt.Key.Key_PageUp)
    wait_for(qtbot, preview, "plain for Zoé Martin")


def test_the_arrow_buttons_step_as_well(preview: MessagePreview, qtbot: QtBot) -> None:
    QTest.mouseClick(preview.recipient.next, Qt.MouseButton.LeftButton)
    wait_for(qtbot, preview, "plain for Ali Haddad")
    QTest.mouseClick(preview.recipient.previous, Qt.MouseButton.LeftButton)
    wait_for(qtbot, preview, "plain for Zoé Martin")


def test_typing_a_name_jumps_to_it_and_enter_goes_on(preview: MessagePreview, qtbot: QtBot) -> None:
    QTest.keyClick(preview, Qt.Key.Key_H)
    assert preview.recipient.is_finding
    wait_for(qtbot, preview, "plain for Ali Haddad")
    QTest.keyClick(preview.recipient.line, Qt.Key.Key_Return)
    wait_for(qtbot, preview, "plain for Dana Roth")
    QTest.keyClick(preview.recipient.line, Qt.Key.Key_Escape)
    assert not preview.recipient.is_finding
    QTest.keyClick(preview, Qt.Key.Key_Right)
    wait_for(qtbot, preview, "plain for Eve Moss")


def test_a_name_that_nobody_has_leaves_the_message_and_marks_the_line(preview: MessagePreview, qtbot: QtBot) -> None:
    preview.find_recipient()
    QTest.keyClicks(preview.recipient.line, "nobody")
    qtbot.waitUntil(lambda: preview.recipient.line.property("state") == "error", timeout=5000)
    assert preview.subject == "Subject: plain for Zoé Martin"
    preview.recipient.line.selectAll()
    QTest.keyClicks(preview.recipient.line, "eve")
    wait_for(qtbot, preview, "plain for Eve Moss")
    assert preview.recipient.line.property("state") == ""


def test_a_recipient_who_is_gone_makes_room_for_the_first(
    preview: MessagePreview, session: Session, qtbot: QtBot
) -> None:
    QTest.keyClick(preview, Qt.Key.Key_Right)
    wait_for(qtbot, preview, "plain for Ali Haddad")
    edit(session, people=["Ida Ng", "Hal"])
    wait_for(qtbot, preview, "plain for Ida Ng")


def test_the_person_is_kept_when_the_order_changes(preview: MessagePreview, session: Session, qtbot: QtBot) -> None:
    QTest.keyClick(preview, Qt.Key.Key_Right)
    wait_for(qtbot, preview, "plain for Ali Haddad")
    edit(session, people=["Ida Ng", "Hal", "Ali Haddad"])
    qtbot.waitUntil(lambda: preview.recipient._place.text() == "3 of 3", timeout=5000)
    assert preview.subject == "Subject: plain for Ali Haddad"


def test_no_recipient_is_said_in_the_engines_words(preview: MessagePreview, session: Session, qtbot: QtBot) -> None:
    edit(session, people=[])
    qtbot.waitUntil(lambda: "the query found nobody" in preview.sheet.sentence, timeout=5000)
    assert not preview.recipient.isVisible()
    QTest.keyClick(preview, Qt.Key.Key_Right)
    edit(session, people=["Hal"])
    wait_for(qtbot, preview, "plain for Hal")
    assert preview.recipient.isVisible()


def test_a_flow_without_messages_says_what_to_do(preview: MessagePreview, session: Session) -> None:
    session.edit(Text("Remove"), edits.remove_activities(session.flow, ["probe-letter"]))
    assert "Add an Email" in preview.sheet.sentence
    session.history.restart(Flow(), is_saved=True)
    assert "Add an Email" in preview.sheet.sentence


def test_the_selected_message_is_shown_and_stays_when_something_else_is_selected(
    preview: MessagePreview, session: Session, qtbot: QtBot
) -> None:
    flow, other = edits.add_activity(session.flow, "probe-letter", position=(300, 0), label="Reminder")
    flow, query = edits.add_activity(flow, "probe-unknown", position=(600, 0))
    flow = edits.set_setting(flow, other, "words", "again")
    session.edit(Text("Add"), flow)
    assert preview.activity == "probe-letter"
    session.select(other)
    wait_for(qtbot, preview, "again for Zoé Martin")
    session.select(query)
    assert preview.activity == other
    assert preview.head._name.accessibleName() == "· Reminder"


def test_what_is_missing_and_what_is_wrong_lead_to_the_field(
    preview: MessagePreview, session: Session, qtbot: QtBot
) -> None:
    finding = {"level": "error", "code": "TPL-X", "message": "It does not end.", "activity": "probe-letter"}
    edit(session, missing=["target.firstName"], findings=[{**finding, "field": "words"}])
    qtbot.waitUntil(preview.strip.isVisible, timeout=5000)
    lines = preview.strip.findChildren(QPushButton)
    assert [line.accessibleName() for line in lines] == [
        "It does not end.",
        "“target.firstName” has no value for this recipient.",
    ]
    with qtbot.waitSignal(session.reveal) as told:
        QTest.mouseClick(lines[0], Qt.MouseButton.LeftButton)
    assert told.args == ["probe-letter", "words"]
    edit(session, missing=[], findings=[])
    qtbot.waitUntil(lambda: not preview.strip.isVisible(), timeout=5000)


def test_plain_text_is_one_click_away(preview: MessagePreview, session: Session, qtbot: QtBot) -> None:
    QTest.mouseClick(preview.head.modes["text"], Qt.MouseButton.LeftButton)
    words = preview.findChild(QPlainTextEdit)
    assert words is not None
    assert words.isVisible()
    assert words.toPlainText() == "plain Zoé Martin in plain"
    QTest.keyClick(words, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: words.toPlainText() == "plain Ali Haddad in plain", timeout=5000)
    QTest.mouseClick(preview.head.modes["desktop"], Qt.MouseButton.LeftButton)
    assert not words.isVisible()


def test_an_engine_that_died_is_asked_again(preview: MessagePreview, session: Session, qtbot: QtBot) -> None:
    edit(session, words="die")
    qtbot.waitUntil(lambda: session.engine.state != "ready", timeout=5000)
    edit(session, words="alive")
    wait_for(qtbot, preview, "alive for Zoé Martin")


def test_every_button_has_a_name(preview: MessagePreview) -> None:
    for button in (*preview.head.modes.values(), preview.head.dark, preview.recipient.next, preview.recipient.previous):
        assert button.accessibleName()
        assert button.toolTip()


@pytest.mark.parametrize("key", [Qt.Key.Key_Left, Qt.Key.Key_Right])
def test_arrows_in_the_search_line_move_its_cursor(preview: MessagePreview, key: Qt.Key) -> None:
    preview.find_recipient()
    preview.recipient.line.setText("ab")
    preview.recipient.line.setCursorPosition(1)
    QTest.keyClick(preview.recipient.line, key)
    assert preview.recipient.line.cursorPosition() in (0, 2)
    assert preview.subject == "Subject: plain for Zoé Martin"
