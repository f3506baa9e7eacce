"""The tree of an answer keeps Qt's rules and stays quick with megabytes."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from designer.panels.json_text import read_json
from designer.panels.json_tree import NAME, PAGE, VALUE, JsonTreeModel, shown
from designer.panels.json_view import JsonView

ANSWER = {"updated": "2026", "data": [{"region": "13", "temp": 19}, {"region": "59", "temp": None}], "n": [1, True]}


def cells(model: JsonTreeModel, parent: QModelIndex | None = None) -> list[tuple[str, str]]:
    """Return (name, value) of the members below `parent`."""
    where = parent or QModelIndex()
    return [
        (model.index(row, NAME, where).data(), model.index(row, VALUE, where).data())
        for row in range(model.rowCount(where))
    ]


@pytest.mark.parametrize("value", [ANSWER, [], {}, 7, "text", None, [[1], [{}]], list(range(PAGE + 3))])
def test_the_model_keeps_the_rules_of_qt(value: Any, qtbot: QtBot) -> None:
    model = JsonTreeModel()
    model.show_value(value)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    for row in range(model.rowCount()):
        model.fetchMore(model.index(row, NAME))
    model.mark("/data")
    model.show_value({"flat": 1})
    assert tester.model() is model


def test_members_are_opened_when_they_are_looked_at(qtbot: QtBot) -> None:
    model = JsonTreeModel()
    model.show_value(ANSWER)
    assert cells(model) == [("updated", '"2026"'), ("data", "[2]"), ("n", "[2]")]
    data = model.index(1, NAME)
    assert model.rowCount(data) == 0
    model.fetchMore(data)
    assert cells(model, data) == [("0", "{2}"), ("1", "{2}")]
    found = model.index_of("/data/1/temp")
    assert model.node(found).pointer == "/data/1/temp"
    assert not model.index_of("/data/7").isValid()


def test_a_long_list_comes_in_pieces(qtbot: QtBot) -> None:
    model = JsonTreeModel()
    model.show_value({"a/b": [{"i": i} for i in range(PAGE * 2 + 1)]})
    rows = model.index(0, NAME)
    for expected in (PAGE, PAGE * 2, PAGE * 2 + 1):
        assert model.canFetchMore(rows)
        model.fetchMore(rows)
        assert model.rowCount(rows) == expected
    assert not model.canFetchMore(rows)
    assert model.node(model.index_of(f"/a~1b/{PAGE * 2}/i")).value == PAGE * 2


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
    before = model.rowCount()
    assert before < FEW_ROWS
    bar = view.verticalScrollBar()
    for _ in range(3):
        bar.setValue(bar.maximum())
        QTest.qWait(0)
    assert before < model.rowCount() < FEW_ROWS
