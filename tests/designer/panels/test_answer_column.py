"""One value of an answer becomes a column: its key fits the way that rows are made, its type fits all rows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from designer.panels.answer_column import NoColumn, place_in_row
from designer.panels.json_search import path_of
from designer.panels.test_response import TestResponse
from designer.run_view import ActivityRun, RunView
from designer.session import Session
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text

ANSWER: Any = {
    "codes": [{"code": "A", "geo": {"lat": 1}, "a/b": 1}, {"code": "B", "geo": {"lat": 2.5}, "extra": 5}],
    "keyed": {"13": {"t": 1}, "14": {"t": 2}},
    "time": {"hour": [1, 2], "temp": [3, 4]},
    "plain": ["x", "y"],
}


@pytest.mark.parametrize(
    ("mode", "rows", "pointer", "key", "values"),
    [
        ("array", "/codes", "/codes/1/code", "code", ["B", "A", "B"]),
        ("array", "/codes", "/codes/0/geo/lat", "/geo/lat", [1, 1, 2.5]),
        ("array", "/codes", "/codes/1/extra", "extra", [5, None, 5]),
        ("array", "/codes", "/codes/0/a~1b", "a/b", [1, 1, None]),
        ("keyed", "/keyed", "/keyed/14/t", "t", [2, 1, 2]),
        ("parallel", "/time", "/time/temp/1", "temp", [4, 3, 4]),
        ("array", "/plain", "/plain/1", "value", ["y"]),
        ("flatten", "", "/codes/1/geo/lat", "/codes/1/geo/lat", [2.5]),
    ],
)
def test_the_key_fits_the_way_of_making_rows(mode: str, rows: str, pointer: str, key: str, values: list[Any]) -> None:
    path = path_of(ANSWER, pointer)
    assert path is not None
    assert place_in_row(ANSWER, mode, rows, path) == (key, values)


@pytest.mark.parametrize(("rows", "pointer"), [("/codes", "/plain/1"), ("/gone", "/plain/1")])
def test_a_value_outside_the_rows_is_refused(rows: str, pointer: str) -> None:
    with pytest.raises(NoColumn, match="is not in the rows"):
        place_in_row(ANSWER, "array", rows, path_of(ANSWER, pointer) or ())


ORDERS: Any = {"orders": [{"id": 7, "who": {"name": "Ann"}, "lines": [{"sku": "A", "tax": {"rate": 5}}, "B"]}]}


@pytest.mark.parametrize(
    ("pointer", "key"),
    [
        ("/orders/0/lines/0/sku", "sku"),
        ("/orders/0/lines/0/tax/rate", "/tax/rate"),
        ("/orders/0/lines/1", "value"),
        ("/orders/0/id", "/orders/*/id"),
        ("/orders/0/who/name", "/orders/*/who/name"),
    ],
)
def test_a_value_in_the_rows_of_inner_lists_or_around_them_can_be_a_column(pointer: str, key: str) -> None:
    assert place_in_row(ORDERS, "array", "/orders/*/lines", path_of(ORDERS, pointer) or ())[0] == key


def test_a_value_elsewhere_is_refused_for_inner_rows() -> None:
    answer = {**ORDERS, "total": 3}
    with pytest.raises(NoColumn, match="neither in the rows"):
        place_in_row(answer, "array", "/orders/*/lines", ("total",))


def test_ctrl_m_on_a_value_makes_a_column_in_one_step(session: Session, qtbot: QtBot) -> None:
    columns = [{"id": "lat", "key": "code", "type": "text"}]
    settings = {"response": {"mode": "array", "pointer": "/codes", "columns": columns}, "dry_run": "sample"}
    flow, _ = edits.add_activity(Flow(), "external-api", position=(0, 0), settings=settings)
    session.edit(Text("Begin"), flow)
    session.select("external-api")
    panel = TestResponse(session)
    qtbot.addWidget(panel)
    panel.show()
    panel.activateWindow()
    qtbot.waitActive(panel)
    call = {"source": "live", "response": {"status": 200, "text": json.dumps(ANSWER)}, "request": {}}
    run = ActivityRun("done", session.flow, reports={"call": call})
    session.runs.view = RunView("done", {"external-api": run})
    session.run_changed.emit()
    tree = panel.answer.tree
    qtbot.waitUntil(lambda: tree.currentIndex().isValid())
    steps = session.history.stack.count()
    tree.go_to(("codes", 0, "geo", "lat"))
    tree.setFocus()
    QTest.keyClick(tree, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: session.history.stack.count() == steps + 1, timeout=15_000)
    made = session.flow.activities["external-api"].settings["response"]["columns"]
    assert made == [*columns, {"id": "lat_2", "key": "/geo/lat", "label": "lat", "type": "float"}]
    QTest.keyClick(tree, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert any("“/geo/lat” is a column already." in each.text() for each in panel.findChildren(QLabel))
