"""The tree of an answer keeps Qt's rules and stays quick with megabytes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from designer.panels.json_node import PAGE, JsonNode
from designer.panels.json_text import read_json
from designer.panels.json_tree import NAME, VALUE, JsonTreeModel, shown
from designer.panels.json_view import JsonView

ANSWER = {"updated": "2026", "data": [{"region": "13", "temp": 19}, {"region": "59", "temp": None}], "n": [1, True]}


def cells(model: JsonTreeModel, parent: QModelIndex | None = None) -> list[tuple[str, str]]:
    """Return (name, value) of the members below `parent`."""
    where = parent or QModelIndex()
    return [
        (model.index(row, NAME, where).data(), model.index(row, VALUE, where).data())
        for row in range(model.rowCount(where))
    ]


MANY = [ANSWER, [], {}, 7, "text", None, [[1], [{}]], list(range(PAGE + 3)), {"a": dict.fromkeys(map(str, range(600)))}]


@pytest.mark.parametrize("value", MANY)
def test_the_model_keeps_the_rules_of_qt(value: Any, qtbot: QtBot) -> None:
    model = JsonTreeModel()
    model.show_value(value)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    for row in range(model.rowCount()):
        cells(model, model.index(row, NAME))
    model.mark("/data")
    model.show_value({"flat": 1})
    assert tester.model() is model


def test_members_are_opened_when_they_are_looked_at(qtbot: QtBot) -> None:
    model = JsonTreeModel()
    model.show_value(ANSWER)
    assert cells(model) == [("updated", '"2026"'), ("data", "[2]"), ("n", "[2]")]
    data = model.index(1, NAME)
    assert not model.node(data).is_made
    assert cells(model, data) == [("0", "{2}"), ("1", "{2}")]
    found = model.index_of("/data/1/temp")
    assert model.node(found).pointer == "/data/1/temp"
    assert not model.index_of("/data/7").isValid()


def test_a_long_list_comes_in_groups(qtbot: QtBot) -> None:
    model = JsonTreeModel()
    model.show_value({"a/b": [{"i": i} for i in range(PAGE * 2 + 1)]})
    rows = model.index(0, NAME)
    assert cells(model, rows) == [
        ("0 … 499", "500 entries"),
        ("500 … 999", "500 entries"),
        ("1000 … 1000", "1 entry"),
    ]
    second = model.index(1, NAME, rows)
    assert second.data(Qt.ItemDataRole.ToolTipRole) == "/a~1b · 500 … 999"
    assert (model.rowCount(second), model.index(0, NAME, second).data()) == (PAGE, "500")
    found = model.index_of(f"/a~1b/{PAGE * 2}/i")
    assert (model.node(found).value, model.node(found).pointer) == (PAGE * 2, "/a~1b/1000/i")
    assert model.node(found).pointer_in_each == "/a~1b/*/i"
    assert found.parent().parent().data() == "1000 … 1000"
    assert not model.index_of("/a~1b/1001").isValid()


def test_groups_of_a_list_of_300_000_entries_hold_groups(qtbot: QtBot) -> None:
    model = JsonTreeModel()
    model.show_value(list(range(300_000)))
    assert cells(model) == [("0 … 249999", "250\u202f000 entries"), ("250000 … 299999", "50\u202f000 entries")]
    assert cells(model, model.index(1, NAME))[-1] == ("299500 … 299999", "500 entries")
    found = model.index_of("/299999")
    assert (found.data(), model.node(found).pointer) == ("299999", "/299999")


def test_members_of_a_large_object_come_in_groups_with_their_names(qtbot: QtBot) -> None:
    model = JsonTreeModel()
    model.show_value({f"key {number:04d}": number for number in range(1200)})
    assert cells(model)[0] == ("key 0000 …", "… key 0499 · 500 entries")
    assert model.node(model.index_of("/key 1100")).value == 1100
    model.show_only([(f"key {number:04d}",) for number in range(0, 1200, 2)])
    assert cells(model) == [("key 0000 …", "… key 0998 · 500 entries"), ("key 1000 …", "… key 1198 · 100 entries")]
    assert model.index_of("/key 1100").parent() == model.index(1, NAME)
    assert not model.index_of("/key 1101").isValid()


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "null"), (True, "true"), (0, "0"), (1, "1"), ("a\nb", '"a↵b"'), ([1], "[1]"), ({}, "{0}")],
)
def test_values_are_shown_as_json_writes_them(value: Any, words: str) -> None:
    assert shown(value) == words


def test_double_click_or_enter_on_a_list_chooses_it(qtbot: QtBot) -> None:
    view = JsonView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show_value(ANSWER, "/data")
    view.show()
    where = view.visualRect(view.currentIndex()).center()
    with qtbot.waitSignal(view.list_chosen) as chosen:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert chosen.args == ["/data"]
    with qtbot.waitSignal(view.list_chosen) as chosen:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert chosen.args == ["/data"]


def test_a_value_and_its_pointer_can_be_copied(qtbot: QtBot) -> None:
    view = JsonView()
    qtbot.addWidget(view)
    view.show_value(ANSWER, "/data")
    by_name = {action.text(): action for action in view.actions()}
    by_name["Copy the pointer"].trigger()
    assert QGuiApplication.clipboard().text() == "/data"
    by_name["Copy the value"].trigger()
    assert '"region": "13"' in QGuiApplication.clipboard().text()


def made(node: JsonNode) -> int:
    """Return how many rows have been made below a node."""
    return sum(1 + made(node.child(row)) for row in range(node.count)) if node.is_made else 0


FEW_ROWS = 6_000
"""Of 60,000: so many rows can be made without anybody noticing."""


def test_of_five_megabytes_only_what_is_looked_at_is_made(qtbot: QtBot) -> None:
    text = "[" + ",".join(f'{{"i": {i}, "text": "{"x" * 60}"}}' for i in range(60_000)) + "]"
    found = read_json(text)
    view = JsonView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    view.show_value(found.value, "/")
    QTest.qWait(0)
    model = view.model()
    assert model is not None
    assert isinstance(model, JsonTreeModel)
    assert model.node(view.currentIndex()).pointer == "/0"
    before = made(model.node(QModelIndex()))
    assert PAGE < before < FEW_ROWS
    bar = view.verticalScrollBar()
    for _ in range(3):
        bar.setValue(bar.maximum())
        QTest.qWait(0)
    assert made(model.node(QModelIndex())) < FEW_ROWS


@pytest.fixture
def long(qtbot: QtBot) -> JsonView:
    """Return the tree on the screen with a list of 2,000 objects in it, which is opened."""
    view = JsonView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    view.show_value({"page": 1, "rows": [{"i": i} for i in range(2_000)]}, "/rows")
    return view


def test_scrolling_on_opens_the_next_group(long: JsonView) -> None:
    model = long.model()
    groups = [model.index(row, NAME, model.index(1, NAME)) for row in range(4)]
    assert [long.isExpanded(group) for group in groups] == [True, False, False, False]
    long.scrollTo(model.index(PAGE - 1, NAME, groups[0]))
    bar = long.verticalScrollBar()
    bar.setValue(bar.value() + 3)  # its line, and two more after it
    assert [long.isExpanded(group) for group in groups] == [True, True, False, False]
    long.collapse(groups[1])
    bar.setValue(bar.value() - 1)
    bar.setValue(bar.value() + 1)
    assert not long.isExpanded(groups[1])


def test_a_group_is_opened_and_its_content_copied_by_the_keyboard(long: JsonView) -> None:
    model = long.model()
    last = model.index(3, NAME, model.index(1, NAME))
    long.setFocus()
    long.setCurrentIndex(last)
    QTest.keyClick(long, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = json.loads(QGuiApplication.clipboard().text())
    assert (len(copied), copied[0], copied[-1]) == (PAGE, {"i": 1500}, {"i": 1999})
    QTest.keyClick(long, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert QGuiApplication.clipboard().text() == "/rows"
    awake = {action.text(): action.isEnabled() for action in long.actions()}
    assert (awake["Use this list"], awake["Make a column of this"]) == (False, False)
    QTest.keyClick(long, Qt.Key.Key_Return)
    assert long.isExpanded(last)
    QTest.keyClick(long, Qt.Key.Key_Down)
    assert long.currentIndex().data() == "1500"
    QTest.keyClick(long, Qt.Key.Key_Left)
    assert long.currentIndex() == last
