"""What is looked for in an answer is found without holding the window up."""

from __future__ import annotations

import gc
import json
import time
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from designer.panels.answer_tree import AnswerTree
from designer.panels.json_search import Path, at_path, path_of, search
from designer.panels.json_text import read_json
from designer.panels.json_tree import JsonTreeModel

ANSWER = {
    "updated": "2026",
    "codes": [{"code": "V-7F3", "n": 1}, {"code": "V-8A1", "n": None, "a/b": {"Code": True}}],
    "n": [1, 20.5],
}


def paths(value: Any, words: str) -> list[Path]:
    """Return what a search finds."""
    return [path for path in search(value, words) if path is not None]


def test_names_and_values_are_found_in_their_order() -> None:
    assert paths(ANSWER, "code") == [
        ("codes",),
        ("codes", 0, "code"),
        ("codes", 1, "code"),
        ("codes", 1, "a/b", "Code"),
    ]
    assert paths(ANSWER, "v-8") == [("codes", 1, "code")]
    assert paths(ANSWER, "20") == [("updated",), ("n", 1)]
    assert paths(ANSWER, "null") == [("codes", 1, "n")]
    assert paths(ANSWER, "true") == [("codes", 1, "a/b", "Code")]
    assert paths({"": 7}, "7") == [("",)]
    assert paths([], "x") == []


def test_pointers_and_paths_say_the_same() -> None:
    assert path_of(ANSWER, "/codes/1/a~1b/Code") == ("codes", 1, "a/b", "Code")
    assert at_path(ANSWER, ("codes", 1, "a/b", "Code")) is True
    assert path_of(ANSWER, "/") == ()
    assert path_of(ANSWER, "/codes/7") is None
    assert at_path(ANSWER, ("codes", 7), "gone") == "gone"


def test_a_filter_leaves_what_leads_to_the_places_and_what_is_in_them(qtbot: QtBot) -> None:
    model = JsonTreeModel()
    model.show_value(ANSWER)
    model.show_only([("codes", 1, "a/b"), ("n", 1)])
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["codes", "n"]
    place = model.index_at(("codes", 1, "a/b", "Code"))
    assert model.node(place).pointer == "/codes/1/a~1b/Code"
    assert model.rowCount(model.index_at(("codes",))) == 1
    assert not model.index_at(("codes", 0)).isValid()
    assert model.index_at(("codes",)).siblingAtColumn(1).data() == "[2]"
    assert tester.model() is model
    tester.deleteLater()
    other = JsonTreeModel()
    other.show_value(ANSWER)
    other.show_only([])
    other.show_only(None)
    assert other.rowCount() == 3


@pytest.fixture
def tree(qtbot: QtBot) -> AnswerTree:
    """Return the tree on the screen with an answer in it."""
    made = AnswerTree()
    qtbot.addWidget(made)
    made.resize(420, 400)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    made.show_value(ANSWER, "/codes")
    return made


def told(tree: AnswerTree) -> str:
    """Return what stands beside the line."""
    return next((each.text() for each in tree.findChildren(QLabel) if each.isVisible()), "")


def find(tree: AnswerTree, words: str, qtbot: QtBot) -> None:
    """Press Ctrl+F and type."""
    QTest.keyClick(tree.view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    line = tree.findChild(QLineEdit)
    assert line is not None
    assert line.hasFocus()
    QTest.keyClicks(line, words)
    qtbot.waitUntil(lambda: not tree.is_searching)


def at(tree: AnswerTree) -> str:
    """Return the pointer of the current value."""
    model = tree.view.model()
    assert isinstance(model, JsonTreeModel)
    return model.node(tree.view.currentIndex()).pointer


def test_the_keyboard_goes_from_place_to_place(tree: AnswerTree, qtbot: QtBot) -> None:
    tree.view.setFocus()
    find(tree, "code", qtbot)
    assert (at(tree), told(tree)) == ("/codes", "1/4")
    line = tree.findChild(QLineEdit)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert at(tree) == "/codes/0/code"
    QTest.keyClick(line, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(line, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert (at(tree), told(tree)) == ("/codes/1/a~1b/Code", "4/4")
    QTest.keyClick(line, Qt.Key.Key_F3)
    assert at(tree) == "/codes"
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert line is not None
    assert (line.text(), tree.view.hasFocus()) == ("", True)


def test_only_what_is_found_can_be_shown(tree: AnswerTree, qtbot: QtBot) -> None:
    find(tree, "v-8a1", qtbot)
    funnel = next(each for each in tree.findChildren(QToolButton) if each.isCheckable())
    QTest.mouseClick(funnel, Qt.MouseButton.LeftButton)
    model = tree.view.model()
    assert model.rowCount() == 1
    assert at(tree) == "/codes/1/code"
    find(tree, "updated", qtbot)
    assert model.index(0, 0).data() == "updated"
    find(tree, "nowhere", qtbot)
    assert (model.rowCount(), told(tree)) == (0, "none")
    QTest.mouseClick(funnel, Qt.MouseButton.LeftButton)
    assert model.rowCount() == 3


def test_values_and_pointers_are_copied_and_columns_asked_for_by_keys(tree: AnswerTree, qtbot: QtBot) -> None:
    tree.view.go_to(("codes", 1, "code"))
    tree.view.setFocus()
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(tree.view, Qt.Key.Key_C, control)
    assert QGuiApplication.clipboard().text() == "V-8A1"
    QTest.keyClick(tree.view, Qt.Key.Key_C, control | shift)
    assert QGuiApplication.clipboard().text() == "/codes/1/code"
    with qtbot.waitSignal(tree.view.column_wanted) as wanted:
        QTest.keyClick(tree.view, Qt.Key.Key_M, control)
    assert wanted.args == ["/codes/1/code"]
    tree.view.go_to(("codes",))
    awake = {action.text(): action.isEnabled() for action in tree.view.actions() if isinstance(action, QAction)}
    assert (awake["Use this list"], awake["Make a column of this"]) == (True, False)


def test_five_megabytes_are_searched_without_a_stall(tree: AnswerTree, qtbot: QtBot) -> None:
    rows = [
        {"id": i, "name": f"Name {i}", "geo": {"lat": i / 7, "lon": -i / 3}, "tags": ["a", "b"]} for i in range(50_000)
    ]
    text = json.dumps({"rows": rows})
    assert len(text) > 5_000_000
    tree.show_value(read_json(text).value, "/rows")
    slices: list[float] = []
    timer = QTimer(tree, interval=0)
    before = time.thread_time()

    def tick() -> None:
        nonlocal before
        now = time.thread_time()
        slices.append(now - before)
        before = now

    timer.timeout.connect(tick)
    tree.begin()
    line = tree.findChild(QLineEdit)
    assert line is not None
    timer.start()
    gc.freeze()  # what other tests have left is not looked through meanwhile
    before = time.thread_time()
    line.setText("name 49999")
    qtbot.waitUntil(lambda: told(tree) == "1/1", timeout=30_000)
    timer.stop()
    gc.unfreeze()
    assert at(tree) == "/rows/49999/name"
    assert max(slices) < 0.1
    assert rows_made(tree) < 2_000
    find(tree, "name 499", qtbot)
    funnel = next(each for each in tree.findChildren(QToolButton) if each.isCheckable())
    QTest.keyClick(line, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    for _ in ("filtered", "everything again"):
        QTest.mouseClick(funnel, Qt.MouseButton.LeftButton)
        assert at(tree) == "/rows/49999/name"
        assert rows_made(tree) < 4_000


def rows_made(tree: AnswerTree) -> int:
    """Return how many rows have been made since everything was shown anew."""
    model = tree.view.model()
    assert isinstance(model, JsonTreeModel)
    count, nodes = 0, [model.node(QModelIndex())]
    while nodes:
        node = nodes.pop()
        below = [node.child(row) for row in range(node.count)] if node.is_made else []
        count += len(below)
        nodes += below
    return count
