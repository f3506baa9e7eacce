"""The data panel over tables of any size; the engine is a small process that makes up the rows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from designer import run_view
from designer.engine_client import EngineClient
from designer.panels.data_preview import DataPreview
from designer.panels.page_model import PAGE_ROWS, PAGES_HELD, TYPE_ROLE
from designer.run_view import RunView
from designer.session import Session
from engine.document import edits
from engine.document.model import Flow

TEN_MILLION = 10_000_000

SCRIPT = """
import json, sys
def say(**answer):
    sys.stdout.write(json.dumps(answer) + "\\n")
    sys.stdout.flush()
say(ready=True, version="1")
columns = [{"path": "id", "type": "integer", "label": ""}, {"path": "weather.sky", "type": "text", "label": ""}]
for line in sys.stdin:
    request = json.loads(line)
    if request["verb"] == "page":
        asked = request["params"]
        total = 3 if asked["filter"] else int(asked["table"])
        first = asked["offset"]
        numbers = range(first, min(first + asked["limit"], total))
        if asked["sort"] and asked["sort"][1]:
            numbers = [total - 1 - number for number in numbers]
        rows = [[number, None if number % 2 else "sky " + str(number)] for number in numbers]
        say(id=request["id"], result={"columns": columns, "rows": rows, "total": total, "offset": first})
    elif request["verb"] == "check":
        say(id=request["id"], result={"findings": [], "schemas": {}, "resources": {}})
"""


@pytest.fixture
def session(qapp: object, tmp_path: Path) -> Iterator[Session]:
    """Return a session whose engine makes up tables: the content key of a table is its number of rows."""
    script = tmp_path / "engine.py"
    script.write_text(SCRIPT, encoding="utf-8")
    made = Session(tmp_path / "state", EngineClient([sys.executable, str(script)]))
    flow, _ = edits.add_activity(Flow(), "query", position=(0, 0))
    flow, _ = edits.add_activity(flow, "weather", position=(0, 0))
    made.history.restart(flow, is_saved=True)
    yield made
    made.close()


def fill(session: Session, **rows: int) -> None:
    """Let a run have filled the transition `result` of each activity with so many rows."""
    view = run_view.begin(RunView(), session.flow)
    columns = [{"id": "id", "type": "integer"}, {"id": "weather.sky", "type": "text"}]
    events: list[dict[str, Any]] = [{"event": "RunStarted", "run": "1", "activities": list(rows), "now": ""}]
    for id, count in rows.items():
        filled = {"event": "TransitionFilled", "activity": id, "transition": "result", "rows": count}
        events.append({**filled, "table": str(count), "path": "", "state": "fresh", "columns": columns})
        events.append({"event": "ActivityFinished", "activity": id, "status": "done", "ms": 1, "effect": "none"})
    events.append({"event": "RunFinished", "status": "done", "ms": 1, "calls": {}})
    for event in events:
        view = run_view.advance(view, event, session.flow)
    session.runs._show(view)


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> DataPreview:
    """Return the panel on the screen."""
    made = DataPreview(session)
    qtbot.addWidget(made)
    made.resize(800, 360)
    made.show()
    return made


def cell(panel: DataPreview, row: int, column: int) -> Any:
    """Return what a cell shows."""
    return panel.model.index(row, column).data()


def wait_for(qtbot: QtBot, panel: DataPreview, row: int, expected: str) -> None:
    """Wait until the first cell of a row shows something."""
    qtbot.waitUntil(lambda: cell(panel, row, 0) == expected, timeout=5000)


def test_before_a_run_the_panel_says_what_to_do(panel: DataPreview) -> None:
    assert "Test the flow" in panel._empty.text()


def test_the_head_has_names_and_types_and_the_count_is_told(panel: DataPreview, session: Session, qtbot: QtBot) -> None:
    fill(session, query=12_480)
    wait_for(qtbot, panel, 0, "0")
    header = Qt.Orientation.Horizontal
    assert [panel.model.headerData(1, header), panel.model.headerData(1, header, TYPE_ROLE)] == ["weather.sky", "text"]
    assert panel._count.text() == "12\N{NARROW NO-BREAK SPACE}480 rows · 2 columns"
    assert cell(panel, 1, 1) == "NULL"


def test_ten_million_rows_are_there_and_a_few_thousand_are_held(
    panel: DataPreview, session: Session, qtbot: QtBot
) -> None:
    fill(session, query=TEN_MILLION)
    wait_for(qtbot, panel, 0, "0")
    bar = panel.table.verticalScrollBar()
    for share in range(0, 101, 2):
        bar.setValue(bar.maximum() * share // 100)
        top = panel.table.rowAt(5)
        wait_for(qtbot, panel, top, str(top))
    assert cell(panel, TEN_MILLION - 1, 0) == str(TEN_MILLION - 1)
    assert panel.model.rows_held() <= PAGES_HELD * PAGE_ROWS <= 5000


def test_a_click_on_a_head_sorts_the_whole_table(panel: DataPreview, session: Session, qtbot: QtBot) -> None:
    fill(session, query=5000)
    wait_for(qtbot, panel, 0, "0")
    header = panel.table.horizontalHeader()
    at = header.rect().topLeft()
    at.setX(header.sectionViewportPosition(0) + 10)
    at.setY(header.height() // 2)
    for _ in range(2):
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    wait_for(qtbot, panel, 0, "4999")


def test_typing_in_the_filter_keeps_what_matches_in_the_whole_table(
    panel: DataPreview, session: Session, qtbot: QtBot
) -> None:
    fill(session, query=5000)
    wait_for(qtbot, panel, 0, "0")
    QTest.keyClicks(panel._filter, "sky")
    qtbot.waitUntil(lambda: panel._count.text() == "3 rows · 2 columns", timeout=5000)
    panel._filter.clear()
    qtbot.waitUntil(lambda: panel.model.rowCount() == 5000, timeout=5000)


def test_choosing_a_wire_shows_its_table(panel: DataPreview, session: Session, qtbot: QtBot) -> None:
    fill(session, query=5, weather=18)
    wait_for(qtbot, panel, 0, "0")
    session.wire_selected.emit("weather.result")
    qtbot.waitUntil(lambda: panel._count.text() == "18 rows · 2 columns", timeout=5000)
    session.select("query")
    qtbot.waitUntil(lambda: panel._count.text() == "5 rows · 2 columns", timeout=5000)


def test_copied_cells_are_lines_with_tabs(panel: DataPreview, session: Session, qtbot: QtBot) -> None:
    fill(session, query=5)
    wait_for(qtbot, panel, 0, "0")
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "0\tsky 0\n1\t\n2\tsky 2\n3\t\n4\tsky 4"


def test_the_model_keeps_qts_rules(panel: DataPreview, session: Session, qtbot: QtBot) -> None:
    tester = QAbstractItemModelTester(panel.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    fill(session, query=1000)
    wait_for(qtbot, panel, 999, "999")
    panel.model.sort(0, Qt.SortOrder.DescendingOrder)
    wait_for(qtbot, panel, 0, "999")
    assert tester is not None
