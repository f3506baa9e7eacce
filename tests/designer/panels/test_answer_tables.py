"""An answer with several tables: made from the tree, looked at one at a time."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QTabBar, QTableView
from pytestqt.qtbot import QtBot

from designer.panels.test_response import TestResponse
from designer.session import Session
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text

ANSWER = {
    "orders": [
        {"id": 7, "total": 3, "lines": [{"sku": "A"}, {"sku": "B"}]},
        {"id": 8, "total": 4, "lines": [{"sku": "C"}]},
    ]
}
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def ran(session: Session, qtbot: QtBot, sample: Any, **response: Any) -> TestResponse:
    """Return the panel after a run over a sample."""
    settings = {"request": {"url": "https://shop.example/orders"}, "response": {"sample": sample, **response}}
    flow, _ = edits.add_activity(Flow(), "external-api", position=(0, 0), settings={**settings, "effect": "spends"})
    session.edit(Text("Begin"), flow)
    session.select("external-api")
    made = TestResponse(session)
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    session.runs.run_to("external-api")
    qtbot.waitUntil(lambda: session.run.status == "done", timeout=30_000)
    return made


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> TestResponse:
    """Return the panel over an answer of orders."""
    made = ran(session, qtbot, ANSWER, pointer="/orders", columns=[{"id": "id", "key": "id", "type": "integer"}])
    qtbot.waitUntil(lambda: made.answer.tree.currentIndex().isValid(), timeout=10_000)
    return made


def names(panel: TestResponse) -> list[str]:
    bar = next(each for each in panel.findChildren(QTabBar) if each.accessibleName() == "Tables of the answer")
    return [bar.tabText(place) for place in range(bar.count())] if bar.isVisible() else []


def rows(panel: TestResponse) -> list[list[Any]]:
    table = next(each for each in panel.findChildren(QTableView) if each.accessibleName() == "Rows of the answer")
    model = table.model()
    return [
        [model.index(row, column).data() for column in range(model.columnCount())] for row in range(model.rowCount())
    ]


def press(panel: TestResponse, path: tuple[str | int, ...], modifiers: Qt.KeyboardModifier) -> None:
    tree = panel.answer.tree
    tree.go_to(path)
    tree.setFocus()
    QTest.keyClick(tree, Qt.Key.Key_M, modifiers)


def test_a_list_in_the_rows_becomes_a_table_and_its_rows_are_shown(
    panel: TestResponse, session: Session, qtbot: QtBot
) -> None:
    assert names(panel) == []
    press(panel, ("orders", 1, "lines"), CTRL | SHIFT)
    qtbot.waitUntil(lambda: names(panel) == ["Result · 2", "lines · 3"], timeout=30_000)
    more = session.flow.activities["external-api"].settings["response"]["more"]
    assert [each["pointer"] for each in more] == ["/orders/*/lines"]
    bar = next(each for each in panel.findChildren(QTabBar) if each.accessibleName() == "Tables of the answer")
    bar.setCurrentIndex(1)
    expected = [["7", "A", "1", "1"], ["7", "B", "1", "2"], ["8", "C", "2", "3"]]
    qtbot.waitUntil(lambda: rows(panel) == expected, timeout=10_000)
    press(panel, ("orders", 0, "total"), CTRL)
    wider = [["7", "A", "3", "1", "1"], ["7", "B", "3", "1", "2"], ["8", "C", "4", "2", "3"]]
    qtbot.waitUntil(lambda: rows(panel) == wider, timeout=30_000)
    assert names(panel) == ["Result · 2", "lines · 3"]
    columns = session.flow.activities["external-api"].settings["response"]["more"][0]["columns"]
    assert columns[-1]["key"] == "/orders/*/total"


def test_an_answer_of_csv_is_shown_as_it_came_and_can_be_the_sample(session: Session, qtbot: QtBot) -> None:
    lines = ["city,quote", *(f'Town {number},"a\nb"' for number in range(40))]
    made = ran(session, qtbot, "\n".join(lines))
    qtbot.waitUntil(lambda: made.answer.is_text, timeout=10_000)
    press_button(made, "Find the columns", qtbot)
    qtbot.waitUntil(lambda: rows(made)[:1] == [["Town 0", "a\nb", "1"]], timeout=30_000)
    assert len(rows(made)) == 40
    press_button(made, "Use as sample", qtbot)
    sample = session.flow.activities["external-api"].settings["response"]["sample"]
    assert sample.startswith("city,quote\nTown 0")
    assert (sample.count("Town"), sample.count('"') % 2) == (10, 0)


def press_button(panel: TestResponse, words: str, qtbot: QtBot) -> None:
    def shown() -> list[QPushButton]:
        return [each for each in panel.findChildren(QPushButton) if each.text() == words and each.isVisible()]

    qtbot.waitUntil(lambda: len(shown()) == 1, timeout=10_000)
    QTest.mouseClick(shown()[0], Qt.MouseButton.LeftButton)
