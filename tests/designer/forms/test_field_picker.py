"""Fields are inserted from a tree that is searched with the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTreeWidget
from pytestqt.qtbot import QtBot

from designer.forms.code_edit import CodeEdit, Completion
from designer.forms.field_picker import FieldPicker, picker_button
from designer.forms.highlighters import Language

FIELDS = (
    Completion("code", "text"),
    Completion("target.region", "text", "Region"),
    Completion("target.age", "integer"),
    Completion("weather.sky", "text"),
)


@pytest.mark.parametrize(
    ("language", "expected"),
    [("expression", "target.age"), ("template", "{{ target.age }}"), ("text", "{{ target.age }}")],
)
def test_a_field_is_found_by_typing_and_inserted_by_enter(language: Language, expected: str, qtbot: QtBot) -> None:
    editor = CodeEdit(language)
    button = picker_button(lambda: FIELDS, editor.insert_completion)
    qtbot.addWidget(editor)
    qtbot.addWidget(button)
    editor.show()
    button.show()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), FieldPicker))
    picker = QApplication.activePopupWidget()
    assert isinstance(picker, FieldPicker)
    search = picker.findChild(QLineEdit)
    assert search is not None
    QTest.keyClicks(search, "age")
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert editor.text() == expected


def test_the_tree_shows_links_as_branches_and_is_reached_by_the_arrow_keys(qtbot: QtBot) -> None:
    picker = FieldPicker(FIELDS)
    qtbot.addWidget(picker)
    picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    picker.show()
    tree = picker.findChild(QTreeWidget)
    search = picker.findChild(QLineEdit)
    assert tree is not None
    assert search is not None
    tops = [tree.topLevelItem(place) for place in range(tree.topLevelItemCount())]
    assert [item.text(0) for item in tops if item is not None] == ["code", "target", "weather"]
    QTest.keyClicks(search, "sky")
    assert [item.isHidden() for item in tops if item is not None] == [True, True, False]
    with qtbot.waitSignal(picker.picked) as picked:
        QTest.keyClick(search, Qt.Key.Key_Return)
    assert picked.args == ["weather.sky"]


def test_braces_open_the_list_of_what_can_stand_between_them(qtbot: QtBot) -> None:
    editor = CodeEdit("template", lines=3, completions=lambda: FIELDS)
    qtbot.addWidget(editor)
    editor.show()
    editor.setFocus()
    QTest.keyClicks(editor, "Hello {{ta")
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert editor.text() == "Hello {{ target.age }}"


def test_escape_closes_the_list_and_leaves_the_text(qtbot: QtBot) -> None:
    editor = CodeEdit("expression", completions=lambda: FIELDS)
    qtbot.addWidget(editor)
    editor.show()
    QTest.keyClick(editor, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert editor.text() == ""
    assert QApplication.activePopupWidget() is None


def test_a_single_line_takes_pasted_lines_as_one_and_ends_on_enter(qtbot: QtBot) -> None:
    editor = CodeEdit("text")
    qtbot.addWidget(editor)
    QApplication.clipboard().setText("one\ntwo\n")
    editor.paste()
    assert editor.text() == "one two"
    with qtbot.waitSignal(editor.finished):
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert editor.text() == "one two"
