"""A table of values and what they become."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from designer.forms.binding import bind_settings
from designer.forms.form import make_field
from designer.forms.pairs_field import PairsField
from designer.forms.specs import find_spec, specs_of
from designer.session import Session
from engine.activity import ActivitySettings, setting
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text


class Settings(ActivitySettings):
    remapping: Mapping[str, str] = setting({}, label="Value remapping")


@pytest.fixture
def field(session: Session, qtbot: QtBot) -> PairsField:
    """Return the field on the screen, with one pair."""
    flow, call = edits.add_activity(Flow(), "end", position=(0, 0), settings={"remapping": {"N": "North"}})
    session.edit(Text("Begin"), flow)
    spec = find_spec(specs_of(Settings), "remapping")
    assert spec is not None
    made = make_field(spec, "remapping", bind_settings(session, call))
    assert isinstance(made, PairsField)
    made.binding.changed.connect(made.refresh)
    qtbot.addWidget(made)
    made.resize(360, 300)
    made.show()
    made.activateWindow()
    return made


def pairs(session: Session) -> Any:
    """Return the pairs as they stand in the flow."""
    return session.flow.activities["end"].settings["remapping"]


def lines(field: PairsField) -> list[QLineEdit]:
    """Return the lines that can be typed in, in their order."""
    return [line for pair in field._lines for line in pair]


def test_a_pair_is_typed_with_the_keyboard_alone(field: PairsField, session: Session) -> None:
    lines(field)[1].setFocus()
    QTest.keyClick(lines(field)[1], Qt.Key.Key_Return)
    QTest.keyClicks(lines(field)[2], "S")
    QTest.keyClick(lines(field)[2], Qt.Key.Key_Return)
    assert QApplication.focusWidget() is lines(field)[3]
    QTest.keyClicks(lines(field)[3], "South")
    assert pairs(session) == {"N": "North", "S": "South"}


def test_a_line_that_says_nothing_is_not_in_the_flow(field: PairsField, session: Session) -> None:
    add = next(each for each in field.findChildren(QPushButton))
    QTest.mouseClick(add, Qt.MouseButton.LeftButton)
    assert pairs(session) == {"N": "North"}
    QTest.keyClicks(lines(field)[3], "none")
    assert pairs(session) == {"N": "North", "": "none"}


def test_a_pair_is_removed_and_comes_back(field: PairsField, session: Session) -> None:
    QTest.mouseClick(field.findChildren(QToolButton)[0], Qt.MouseButton.LeftButton)
    assert pairs(session) == {}
    session.history.stack.undo()
    assert [line.text() for line in lines(field)] == ["N", "North"]


def test_a_value_that_stands_twice_is_told(field: PairsField, session: Session) -> None:
    field.add()
    QTest.keyClicks(lines(field)[2], "N")
    QTest.keyClicks(lines(field)[3], "Nord")
    assert pairs(session) == {"N": "Nord"}
    assert "“N” stands in several lines" in field._twice.text()
    assert field._twice.isVisible()


def test_cells_of_a_spreadsheet_become_lines(field: PairsField, session: Session) -> None:
    field.add()
    QGuiApplication.clipboard().setText("S\tSouth\nW\tWest\n")
    QTest.keyClick(lines(field)[2], Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert pairs(session) == {"N": "North", "S": "South", "W": "West"}


def test_every_line_has_a_name(field: PairsField) -> None:
    field.add()
    assert all(line.accessibleName() for line in lines(field))
    assert all(each.accessibleName() for each in field.findChildren(QToolButton))
