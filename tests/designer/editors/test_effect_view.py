"""What the column definitions do, shown while they are edited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTabBar, QToolButton
from pytestqt.qtbot import QtBot

from designer.editors.column_table import EXAMPLE
from designer.editors.columns_field import ColumnsField
from designer.editors.effect_table import BECOMES, CAME, WHY, EffectTable
from designer.editors.effect_view import EffectView
from designer.forms.binding import bind_settings
from designer.forms.specs import find_spec, specs_of
from designer.session import Session
from engine import registry
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text

ROWS = [{"region": "N", "temp": 1}, {"region": "S", "temp": "cold"}, {"region": "W", "temp": None}]
COLUMNS = [
    {"id": "region", "key": "region"},
    {"id": "temp", "key": "temp", "type": "integer", "on_error": "reject", "on_empty": "null"},
]

PATIENCE_MS = 20_000


@pytest.fixture
def field(session: Session, qtbot: QtBot) -> ColumnsField:
    """Return the column definition of a call whose flow has a sample, on the screen."""
    response = {"sample": {"data": ROWS}, "pointer": "/data", "columns": COLUMNS}
    flow, call = edits.add_activity(Flow(), "external-api", position=(0, 0), settings={"response": response})
    session.edit(Text("Begin"), flow)
    kind = registry.activity("external-api")
    assert kind is not None
    spec = find_spec(specs_of(kind.Settings), "response.columns")
    assert spec is not None
    made = ColumnsField(spec, "response.columns", bind_settings(session, call))
    made.binding.changed.connect(made.refresh)
    qtbot.addWidget(made)
    made.resize(400, 900)
    made.show()
    made.activateWindow()
    return made


def view(field: ColumnsField) -> EffectView:
    """Return the lines below the columns."""
    found = field.findChild(EffectView)
    assert found is not None
    return found


def shown(table: EffectTable) -> list[list[str]]:
    """Return what came, what it becomes and why of each line."""
    lines = table.lines
    return [[lines.index(row, each).data() for each in (CAME, BECOMES, WHY)] for row in range(lines.rowCount())]


def wait(qtbot: QtBot, until: Callable[[], bool]) -> None:
    """Wait for the engine."""
    qtbot.waitUntil(until, timeout=PATIENCE_MS)


def choose(field: ColumnsField, place: int) -> None:
    """Choose the column at `place`."""
    assert field.reveal(f"response.columns.{place}")


def test_examples_are_taken_from_the_saved_sample_at_once(field: ColumnsField, qtbot: QtBot) -> None:
    model = field._model
    wait(qtbot, lambda: model.index(0, EXAMPLE).data() == "N")
    assert model.index(1, EXAMPLE).data() == "1"


def test_each_value_of_the_chosen_column_is_shown_with_what_becomes_of_it(field: ColumnsField, qtbot: QtBot) -> None:
    choose(field, 1)
    wait(qtbot, lambda: view(field).lines.lines.rowCount() == 3)
    assert shown(view(field).lines) == [["1", "1", "kept"], ["cold", "", "rejected"], ["NULL", "NULL", "empty"]]
    assert view(field).words == "1 of 3 rejected · in the sample"


def test_an_edit_is_followed(field: ColumnsField, session: Session, qtbot: QtBot) -> None:
    choose(field, 1)
    wait(qtbot, lambda: view(field).words.startswith("1 of 3 rejected"))
    field.binding.put("response.columns.1.on_error", "default", "")
    field.binding.put("response.columns.1.default", "7", "")
    wait(qtbot, lambda: view(field).words.startswith("1 of 3 set to the default"))
    assert shown(view(field).lines)[1] == ["cold", "7", "default"]


def test_rejected_lines_of_all_columns_are_listed_and_lead_to_their_column(field: ColumnsField, qtbot: QtBot) -> None:
    choose(field, 0)
    wait(qtbot, lambda: view(field).words == "All 3 values stay as they came · in the sample")
    tabs = view(field).findChild(QTabBar)
    assert tabs is not None
    assert tabs.tabText(1) == "Rejected lines (1)"
    tabs.setCurrentIndex(1)
    assert shown(view(field).rejects) == [["temp", "cold", "is not of the type integer"]]
    assert view(field)._why.text() == "Line 2: “cold” is not of the type integer."
    view(field).rejects.setFocus()
    QTest.keyClick(view(field).rejects, Qt.Key.Key_Return)
    assert field._table.currentIndex().row() == 1


def test_only_what_does_not_stay_can_be_shown(field: ColumnsField, qtbot: QtBot) -> None:
    choose(field, 1)
    wait(qtbot, lambda: view(field).lines.lines.rowCount() == 3)
    button = next(each for each in view(field).findChildren(QToolButton) if each.isCheckable())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert [line[0] for line in shown(view(field).lines)] == ["cold"]


def test_what_stands_in_the_way_is_said(field: ColumnsField, qtbot: QtBot) -> None:
    choose(field, 0)
    wait(qtbot, view(field).isVisible)
    field.binding.put("response.columns.0.type", "date", "")
    field.binding.put("response.columns.0.format", "%Q", "")
    wait(qtbot, view(field)._problem.isVisible)
    assert "%Q" in view(field)._problem.text()
    field.binding.put("response.columns.0.format", "", "")
    wait(qtbot, lambda: view(field).words.startswith("3 of 3 emptied"))


def test_lines_can_be_copied(field: ColumnsField, qtbot: QtBot) -> None:
    choose(field, 1)
    wait(qtbot, lambda: view(field).lines.lines.rowCount() == 3)
    view(field).lines.selectRow(1)
    view(field).lines.copy()
    assert QGuiApplication.clipboard().text() == "2\tcold\t\trejected"


def test_a_column_is_added_by_hand(field: ColumnsField, session: Session) -> None:
    button = next(each for each in field.findChildren(QToolButton) if each.accessibleName() == "Add a column")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    columns: Any = session.flow.activities["external-api"].settings["response"]["columns"]
    assert columns[2] == {"id": "column", "key": ""}
    assert field._table.currentIndex().row() == 2


def test_tables_and_tabs_have_names(field: ColumnsField) -> None:
    assert all(each.accessibleName() for each in (view(field).lines, view(field).rejects))
    assert all(each.accessibleName() for each in view(field).findChildren(QTabBar))
