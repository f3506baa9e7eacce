"""The canvas among the other panels: what the palette offers is added where the canvas wants it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from designer.editor import Editor
from designer.palette.quick_add import QuickAdd
from designer.preferences import Preferences
from designer.session import Session
from tests.designer.workspace.hands import Hands, example


@pytest.fixture
def editor(session: Session, qtbot: QtBot) -> Editor:
    """Return all panels around the example, on the screen."""
    made = Editor(session, Preferences(), session)
    qtbot.addWidget(made.widget)
    made.widget.resize(1600, 940)
    made.widget.show()
    qtbot.waitExposed(made.widget)
    session.history.restart(example(), is_saved=True)
    session.opened.emit()
    return made


def person(editor: Editor, session: Session) -> Hands:
    """Return somebody in front of the canvas."""
    return Hands(editor.workspace, session, editor.widget)


def choose(editor: Editor, typed: str) -> None:
    """Type into the list that has popped up, and press Enter."""
    offer = editor.workspace.findChild(QuickAdd)
    assert offer is not None
    line = offer.findChild(QLineEdit)
    assert line is not None
    QTest.keyClicks(line, typed)
    QTest.keyClick(line, Qt.Key.Key_Return)
    QApplication.processEvents()


def test_a_wire_dropped_on_empty_ground_becomes_an_activity(editor: Editor, session: Session) -> None:
    hands = person(editor, session)
    hands.drag(hands.port_point("join.result"), hands.at(QPointF(840, 330)))
    choose(editor, "mail")
    assert "join.result -> mail2.inbound" in hands.wires()
    x, y = hands.place("mail2")
    assert abs(x - 840) < 4
    assert abs(y + 38 - 330) < 4
    assert session.selection == ("mail2",)
    assert session.history.stack.count() == 1


def test_an_activity_is_added_after_the_selected_one(editor: Editor, session: Session) -> None:
    hands = person(editor, session)
    session.select("join")
    editor.workspace.quick_add()
    choose(editor, "mail")
    assert "join.result -> mail2.inbound" in hands.wires()


def test_an_activity_is_added_in_the_middle_when_nothing_is_selected(editor: Editor, session: Session) -> None:
    hands = person(editor, session)
    editor.workspace.quick_add()
    choose(editor, "begin")
    x, y = hands.place("begin")
    assert editor.workspace.canvas.camera.seen().contains(QPointF(x, y))


def test_a_click_on_a_wire_brings_its_rows_forward(editor: Editor, session: Session) -> None:
    hands = person(editor, session)
    editor.bring_forward("log")
    hands.click(hands.at(hands.line_into("split").path().pointAtPercent(0.5)))
    assert editor.data.isVisible()
