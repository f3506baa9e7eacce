"""The column definition: use or ignore, rename, retype, reorder, and take columns from a sample."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QTableView, QToolButton
from pytestqt.qtbot import QtBot

from designer.editors.column_table import EXAMPLE, KEY, NAME, TYPE, ColumnTableModel
from designer.editors.columns_field import ColumnsField
from designer.forms.answer_columns import shortened, with_columns, with_sample
from designer.forms.binding import bind_settings
from designer.forms.specs import find_spec, specs_of
from designer.session import Session
from engine.activity import ActivitySettings, setting
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text

COLUMNS = [
    {"id": "region", "key": "region", "type": "text"},
    {"id": "temp", "key": "tempC", "type": "integer", "on_error": "reject"},
    {"id": "sky", "key": "sky", "type": "text"},
]


class Definition(ActivitySettings):
    id: str = setting("", label="ID")
    key: str = setting("", label="Key")
    type: Literal["text", "integer", "date"] = setting("text", label="Data type", choices={"date": "Date"})
    ignore: bool = setting(False, label="Ignore column")
    on_error: Literal["ignore", "reject"] = setting("ignore", label="Error processing")


class Call(ActivitySettings):
    columns: tuple[Definition, ...] = setting((), label="Columns")


class Settings(ActivitySettings):
    response: Call = setting(Call(), label="Response")


@pytest.fixture
def field(session: Session, qtbot: QtBot) -> ColumnsField:
    """Return the column definition of a call on the screen."""
    settings = {"response": {"columns": COLUMNS}}
    flow, call = edits.add_activity(Flow(), "external-api", position=(0, 0), settings=settings)
    session.edit(Text("Begin"), flow)
    spec = find_spec(specs_of(Settings), "response.columns")
    assert spec is not None
    made = ColumnsField(spec, "response.columns", bind_settings(session, call))
    made.binding.changed.connect(made.refresh)
    qtbot.addWidget(made)
    made.resize(400, 600)
    made.show()
    return made


def columns(session: Session) -> Any:
    """Return the definitions as they stand in the flow."""
    return session.flow.activities["external-api"].settings["response"]["columns"]


def ids(session: Session) -> list[str]:
    """Return the names of the columns in their order."""
    return [column["id"] for column in columns(session)]


def table(field: ColumnsField) -> QTableView:
    """Return the table."""
    found = field.findChild(QTableView)
    assert found is not None
    return found


def cell(field: ColumnsField, row: int, column: int) -> QModelIndex:
    """Return the index of a cell."""
    model = table(field).model()
    assert model is not None
    return model.index(row, column)


def test_the_table_shows_names_types_keys_and_examples(field: ColumnsField, session: Session) -> None:
    model = table(field).model()
    assert isinstance(model, ColumnTableModel)
    model.set_examples({"tempC": "19"})
    assert [cell(field, 1, column).data() for column in (NAME, TYPE, KEY, EXAMPLE)] == [
        "temp",
        "Integer",
        "tempC",
        "19",
    ]


def test_a_click_on_the_box_ignores_a_column(field: ColumnsField, session: Session) -> None:
    area = table(field).visualRect(cell(field, 2, NAME))
    QTest.mouseClick(
        table(field).viewport(), Qt.MouseButton.LeftButton, pos=area.topLeft() + QPoint(14, area.height() // 2)
    )
    assert columns(session)[2]["ignore"] is True


def test_a_double_click_renames_a_column(field: ColumnsField, session: Session) -> None:
    area = table(field).visualRect(cell(field, 0, NAME)).center() + QPoint(10, 0)
    QTest.mouseClick(table(field).viewport(), Qt.MouseButton.LeftButton, pos=area)
    QTest.mouseDClick(table(field).viewport(), Qt.MouseButton.LeftButton, pos=area)
    line = table(field).findChild(QLineEdit)
    assert line is not None
    line.selectAll()
    QTest.keyClicks(line, "area")
    QTest.keyClick(line, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert ids(session) == ["area", "temp", "sky"]


def test_a_type_is_chosen_from_the_list(field: ColumnsField, session: Session) -> None:
    model = table(field).model()
    assert model is not None
    assert model.setData(cell(field, 2, TYPE), "date")
    assert columns(session)[2]["type"] == "date"
    assert cell(field, 2, TYPE).data() == "Date"


def test_alt_and_the_arrows_put_a_column_elsewhere(field: ColumnsField, session: Session) -> None:
    view = table(field)
    view.setCurrentIndex(cell(field, 0, NAME))
    view.setFocus()
    field.activateWindow()
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert ids(session) == ["temp", "region", "sky"]
    assert view.currentIndex().row() == 1


def test_a_row_is_dragged_to_another_place(field: ColumnsField, session: Session) -> None:
    model = table(field).model()
    assert model is not None
    data = model.mimeData([cell(field, 0, NAME)])
    assert data is not None
    model.dropMimeData(data, Qt.DropAction.MoveAction, 3, 0, QModelIndex())
    assert ids(session) == ["temp", "sky", "region"]


def test_a_column_is_removed(field: ColumnsField, session: Session) -> None:
    table(field).setCurrentIndex(cell(field, 1, NAME))
    remove = next(each for each in field.findChildren(QToolButton) if each.accessibleName() == "Remove the column")
    QTest.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert ids(session) == ["region", "sky"]


def test_everything_about_the_chosen_column_stands_below(field: ColumnsField, session: Session) -> None:
    assert field.reveal("response.columns.1.key")
    line = next(each for each in field.findChildren(QLineEdit) if each.accessibleName() == "Key")
    QApplication.processEvents()
    assert field.focusWidget() is line
    QTest.keyClicks(line, "!")
    assert columns(session)[1]["key"] == "tempC!"


def test_columns_of_a_sample_keep_what_people_said_about_them(field: ColumnsField, session: Session) -> None:
    proposal = {
        "pointer": "/data",
        "columns": [
            {"id": "tempC", "key": "tempC", "label": "", "type": "float", "example": 19.5},
            {"id": "wind", "key": "wind", "label": "Wind", "type": "integer", "length": None, "example": 3},
        ],
    }
    flow = with_columns(session.flow, "external-api", proposal, mode="array")
    response = flow.activities["external-api"].settings["response"]
    assert response["pointer"] == "/data"
    assert response["mode"] == "array"
    assert response["columns"] == [COLUMNS[1], {"id": "wind", "key": "wind", "label": "Wind", "type": "integer"}]


def test_a_long_answer_is_cut_when_it_becomes_the_sample(session: Session, field: ColumnsField) -> None:
    flow = with_sample(session.flow, "external-api", {"a": [{"b": list(range(50))}] * 30})
    sample = flow.activities["external-api"].settings["response"]["sample"]
    assert len(sample["a"]) == 20
    assert len(sample["a"][0]["b"]) == 20
    assert shortened("text") == "text"


def test_buttons_have_names(field: ColumnsField) -> None:
    assert all(each.accessibleName() for each in field.findChildren(QToolButton))
    assert not [each for each in field.findChildren(QPushButton) if not each.accessibleName()]
