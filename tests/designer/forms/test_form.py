"""Forms generated from a Settings model, filled in with real keys and clicks."""

from __future__ import annotations

import json
from typing import Any, Literal, TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from designer.engine_client import FindingView
from designer.forms.binding import bind_settings
from designer.forms.code_edit import CodeEdit
from designer.forms.form import make_form
from designer.forms.specs import specs_of
from designer.forms.stack import FieldStack
from designer.session import Session
from engine.activity import ActivitySettings, setting
from engine.document import edits
from engine.document.model import Flow
from engine.schema import Column, ColumnType, TableSchema
from engine.text import Text

Widget = TypeVar("Widget", bound=QWidget)


class Extra(ActivitySettings):
    id: str = setting("", label="Name")
    expression: str = setting("", label="Expression", editor="expression")


class Inner(ActivitySettings):
    url: str = setting("", label="URL")
    timeout_s: float = setting(60, label="Time limit", gt=0)


class Toy(ActivitySettings):
    title: str = setting("", label="Title", help="What it is called")
    count: int = setting(3, label="Count", ge=1)
    is_on: bool = setting(False, label="Switched on")
    method: Literal["auto", "post"] = setting("auto", label="Method", choices={"auto": "Auto", "post": "Post"})
    custom: dict[str, Any] = setting({}, label="Custom", editor="json")
    rule: str = setting("", label="Rule", editor="condition")
    column: str = setting("", label="Column", editor="column")
    note: str = setting("", label="Note", editor="multiline")
    extras: tuple[Extra, ...] = setting((), label="Extras")
    keys: tuple[str, ...] = setting((), label="Keys")
    inner: Inner = setting(Inner(), label="Inner")
    maybe: Inner | None = setting(None, label="Maybe")


@pytest.fixture
def form(session: Session, qtbot: QtBot) -> FieldStack:
    """Return the form of an activity `toy` that people arrive at, shown on the screen."""
    flow, source = edits.add_activity(Flow(), "source", position=(0, 0))
    flow, toy = edits.add_activity(flow, "toy", position=(0, 0), label="Toy")
    flow = edits.replace_entry(flow, toy, inputs={"inbound": (f"{source}.result",)})
    session.edit(Text("Begin"), flow)
    columns = (Column("age", ColumnType.INTEGER), Column("region", ColumnType.TEXT, "Region"))
    session.schemas = {f"{source}.result": TableSchema(columns)}
    made = make_form(specs_of(Toy), bind_settings(session, toy))
    qtbot.addWidget(made)
    made.resize(420, 900)
    made.show()
    return made


def named(form: QWidget, kind: type[Widget], name: str) -> Widget:
    """Return the visible widget with this accessible name."""
    found = [widget for widget in form.findChildren(kind) if widget.accessibleName() == name and widget.isVisible()]
    return found[0]


def settings(session: Session) -> Any:
    """Return the settings of the toy as they stand in the flow."""
    return session.flow.activities["toy"].settings


def test_typing_is_one_step_of_undo_and_undo_shows_in_the_form(
    form: FieldStack, session: Session, qtbot: QtBot
) -> None:
    steps = session.history.stack.count()
    line = named(form, QLineEdit, "Title")
    QTest.keyClicks(line, "Voucher")
    assert settings(session) == {"title": "Voucher"}
    assert session.history.stack.count() == steps + 1
    session.history.stack.undo()
    assert line.text() == ""


def test_a_number_that_is_none_yet_stays_in_the_flow_as_it_was_typed(
    form: FieldStack, session: Session, qtbot: QtBot
) -> None:
    line = named(form, QLineEdit, "Count")
    assert line.text() == "3"
    line.selectAll()
    QTest.keyClicks(line, "1x")
    assert settings(session) == {"count": "1x"}
    assert line.text() == "1x"
    QTest.keyClick(line, Qt.Key.Key_Backspace)
    assert settings(session) == {"count": 1}


def test_a_decimal_may_be_typed_with_a_comma_and_keeps_its_characters(
    form: FieldStack, session: Session, qtbot: QtBot
) -> None:
    line = named(form, QLineEdit, "Time limit")
    line.selectAll()
    QTest.keyClicks(line, "2,50")
    assert settings(session) == {"inner": {"timeout_s": 2.5}}
    assert line.text() == "2,50"


def test_a_switch_and_a_choice_write_their_values(form: FieldStack, session: Session, qtbot: QtBot) -> None:
    QTest.mouseClick(named(form, QCheckBox, "Switched on"), Qt.MouseButton.LeftButton, pos=QPoint(8, 10))
    box = named(form, QComboBox, "Method")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert settings(session) == {"is_on": True, "method": "post"}


def test_json_that_breaks_says_where_and_is_kept_as_typed(form: FieldStack, session: Session, qtbot: QtBot) -> None:
    editor = named(form, CodeEdit, "Custom")
    QTest.keyClicks(editor, '{"a": 1, }')
    assert settings(session) == {"custom": '{"a": 1, }'}
    assert any("Not JSON yet: line 1" in words for words in _words(form, "error"))
    editor.selectAll()
    QTest.keyClicks(editor, '{"a": 1}')
    assert settings(session) == {"custom": {"a": 1}}
    assert editor.text() == '{"a": 1}'


def _words(form: QWidget, role: str) -> list[str]:
    return [each.text() for each in form.findChildren(QLabel) if each.property("role") == role and each.isVisible()]


def test_an_expression_offers_the_columns_that_arrive(form: FieldStack, session: Session, qtbot: QtBot) -> None:
    editor = named(form, CodeEdit, "Rule")
    editor.setFocus()
    QTest.keyClicks(editor, "reg")
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert settings(session) == {"rule": "region"}


def test_a_column_is_picked_from_what_arrives_or_typed(form: FieldStack, session: Session, qtbot: QtBot) -> None:
    box = named(form, QComboBox, "Column")
    assert [box.itemText(place) for place in range(box.count())] == ["age", "region"]
    line = box.lineEdit()
    assert line is not None
    QTest.keyClicks(line, "target.zip")
    assert settings(session) == {"column": "target.zip"}
    session.schemas = {"source.result": TableSchema((Column("name", ColumnType.TEXT),))}
    session.schemas_changed.emit()
    assert [box.itemText(place) for place in range(box.count())] == ["name"]
    assert box.currentText() == "target.zip"


def test_several_lines_of_words_are_written(form: FieldStack, session: Session, qtbot: QtBot) -> None:
    box = named(form, QPlainTextEdit, "Note")
    QTest.keyClicks(box, "one")
    QTest.keyClick(box, Qt.Key.Key_Return)
    QTest.keyClicks(box, "two")
    assert settings(session) == {"note": "one\ntwo"}


def test_entries_are_added_moved_and_removed(form: FieldStack, session: Session, qtbot: QtBot) -> None:
    add = _add(form, "Extras")
    for name in ("first", "second"):
        QTest.mouseClick(add, Qt.MouseButton.LeftButton)
        line = [each for each in form.findChildren(QLineEdit) if each.accessibleName() == "Name"][-1]
        qtbot.waitUntil(line.isVisible)
        QTest.keyClicks(line, name)
    assert [extra["id"] for extra in settings(session)["extras"]] == ["first", "second"]
    qtbot.waitUntil(lambda: bool(form.findChildren(QToolButton)[-1].isVisible()))
    order = named(form, QToolButton, "Move entry 2")
    up = next(action for action in order.menu().actions() if action.text() == "Move up")
    up.trigger()
    assert [extra["id"] for extra in settings(session)["extras"]] == ["second", "first"]
    QTest.mouseClick(named(form, QToolButton, "Remove entry 1"), Qt.MouseButton.LeftButton)
    assert [extra["id"] for extra in settings(session)["extras"]] == ["first"]


def _add(form: QWidget, setting: str) -> QPushButton:
    return next(each for each in form.findChildren(QPushButton) if each.toolTip() == f"Add an entry to {setting}")


def test_columns_are_picked_from_the_tree_into_a_list(form: FieldStack, session: Session, qtbot: QtBot) -> None:
    extras = next(field for field in form.fields if field.path == "extras")
    button = next(each for each in extras.findChildren(QToolButton) if each.accessibleName() == "Insert a field")
    for _ in range(2):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
        popup = QApplication.activePopupWidget()
        assert popup is not None
        search = popup.findChild(QLineEdit)
        assert search is not None
        QTest.keyClicks(search, "reg")
        QTest.keyClick(search, Qt.Key.Key_Return)
    assert settings(session)["extras"] == [
        {"id": "region", "expression": "region"},
        {"id": "region_2", "expression": "region"},
    ]


def test_a_list_of_words_has_a_line_for_each(form: FieldStack, session: Session, qtbot: QtBot) -> None:
    QTest.mouseClick(_add(form, "Keys"), Qt.MouseButton.LeftButton)
    line = next(each for each in form.findChildren(QLineEdit) if each.accessibleName() == "Keys 1")
    qtbot.waitUntil(line.isVisible)
    QTest.keyClicks(line, "id")
    assert settings(session) == {"keys": ["id"]}


def test_an_optional_model_is_switched_on_and_off(form: FieldStack, session: Session, qtbot: QtBot) -> None:
    switch = next(box for box in form.findChildren(QCheckBox) if box.text() == "Use Maybe")
    switch.click()
    assert settings(session) == {"maybe": {"url": "", "timeout_s": 60}}
    switch.click()
    assert settings(session) == {"maybe": None}


def test_a_finding_stands_at_its_field_and_goes_when_it_is_mended(form: FieldStack, session: Session) -> None:
    finding = FindingView("error", "X-1", "The URL is missing.", hint="Enter one.", field="inner.url")
    form.show_findings([finding])
    assert _words(form, "error") == ["The URL is missing. Enter one."]
    assert named(form, QLineEdit, "URL").property("state") == "error"
    form.show_findings([])
    assert _words(form, "error") == []
    assert named(form, QLineEdit, "URL").property("state") == ""


def test_revealing_a_setting_puts_the_keyboard_there(form: FieldStack, session: Session, qtbot: QtBot) -> None:
    session.edit(Text("x"), edits.set_setting(session.flow, "toy", "extras", [{"id": "a"}, {"id": "b"}]))
    form.activateWindow()
    assert form.reveal("extras.1.expression")
    focused = form.focusWidget()
    assert isinstance(focused, CodeEdit)
    assert form.reveal("inner.timeout_s")
    assert form.focusWidget() is named(form, QLineEdit, "Time limit")
    assert not form.reveal("nowhere")


def test_what_another_panel_changes_is_shown_here(form: FieldStack, session: Session) -> None:
    session.edit(
        Text("x"), edits.set_settings(session.flow, "toy", {"title": "New", "custom": {"b": [1]}, "is_on": True})
    )
    assert named(form, QLineEdit, "Title").text() == "New"
    assert json.loads(named(form, CodeEdit, "Custom").text()) == {"b": [1]}
    assert named(form, QCheckBox, "Switched on").isChecked()


def test_every_control_has_a_name_and_a_tooltip(form: FieldStack) -> None:
    kinds = (QLineEdit, QComboBox, QCheckBox, QPushButton, QPlainTextEdit)
    for kind in kinds:
        for widget in form.findChildren(kind):
            if widget.focusPolicy() is Qt.FocusPolicy.NoFocus or isinstance(widget.parent(), QComboBox):
                continue
            assert widget.accessibleName() or getattr(widget, "text", str)(), widget
            assert widget.toolTip() or isinstance(widget, QCheckBox), widget
