"""Rules are built by clicking and typing: groups within groups, values of the column's type."""

from __future__ import annotations

from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from designer.engine_client import FindingView
from designer.forms.binding import bind_settings
from designer.forms.rule_tree import RuleGroupField, RuleShape, typed_value
from designer.forms.specs import FieldKind, FieldSpec
from designer.session import Session
from engine.document import edits
from engine.document.model import Flow
from engine.schema import Column, ColumnType, TableSchema
from engine.text import Text

Widget = TypeVar("Widget", bound=QWidget)


def operators(kind: ColumnType | None) -> list[tuple[str, str]]:
    """Return the operators of this test."""
    more = [("like", "contains")] if kind is ColumnType.TEXT else [("gt", "is greater than")]
    return [("eq", "is"), *more, ("in", "is one of"), ("empty", "is empty")]


SHAPE = RuleShape(
    rules="rules",
    combine="combine",
    combinations=(("and", "All of these"), ("or", "Any of these"), ("except", "The first, none of the others")),
    field="field",
    operator="operator",
    value="value",
    operators=operators,
    no_value=frozenset({"empty"}),
    many_values=frozenset({"in"}),
)


@pytest.fixture
def tree(session: Session, qtbot: QtBot) -> RuleGroupField:
    """Return the rules of a query of people, on the screen."""
    flow, query = edits.add_activity(Flow(), "query", position=(0, 0), settings={"resource": "people"})
    session.edit(Text("Begin"), flow)
    columns = (Column("age", ColumnType.INTEGER), Column("region", ColumnType.TEXT), Column("vip", ColumnType.BOOLEAN))
    session.resources = {"people": TableSchema(columns)}
    spec = FieldSpec("filter", "Rules", FieldKind.JSON)
    made = RuleGroupField(spec, "filter", bind_settings(session, query), SHAPE)
    made.binding.changed.connect(made.refresh)
    qtbot.addWidget(made)
    made.resize(400, 500)
    made.show()
    return made


def rules(session: Session) -> Any:
    """Return the rules as they stand in the flow."""
    return session.flow.activities["query"].settings.get("filter")


def visible(tree: QWidget, kind: type[Widget], name: str) -> list[Widget]:
    """Return the visible widgets with this accessible name."""
    QApplication.processEvents()
    return [each for each in tree.findChildren(kind) if each.accessibleName() == name and each.isVisible()]


def fill(tree: QWidget, field: str, value: str) -> None:
    """Fill in the last rule."""
    line = visible(tree, QComboBox, "Field")[-1].lineEdit()
    assert line is not None
    QTest.keyClicks(line, field)
    QTest.keyClicks(visible(tree, QLineEdit, "Value")[-1], value)


def click(tree: QWidget, name: str, place: int = 0) -> None:
    """Click the button with these words."""
    QTest.mouseClick(visible(tree, QPushButton, name)[place], Qt.MouseButton.LeftButton)


def test_a_rule_is_a_field_an_operator_and_a_value_of_its_type(tree: RuleGroupField, session: Session) -> None:
    click(tree, "Rule")
    fill(tree, "age", "21")
    assert rules(session) == {"combine": "and", "rules": [{"field": "age", "operator": "eq", "value": 21}]}
    QTest.keyClick(visible(tree, QComboBox, "Operator")[0], Qt.Key.Key_Down)
    assert rules(session)["rules"][0]["operator"] == "gt"


def test_groups_stand_within_groups_and_say_how_they_combine(tree: RuleGroupField, session: Session) -> None:
    click(tree, "Rule")
    click(tree, "Group")
    click(tree, "Rule", 1)
    fill(tree, "region", "13")
    boxes = visible(tree, QComboBox, "How the rules combine")
    boxes[1].setFocus()
    QTest.keyClick(boxes[1], Qt.Key.Key_Down)
    assert rules(session)["rules"][1] == {
        "combine": "or",
        "rules": [{"field": "region", "operator": "eq", "value": "13"}],
    }


def test_an_operator_for_several_values_makes_a_list_and_one_without_hides_the_value(
    tree: RuleGroupField, session: Session
) -> None:
    click(tree, "Rule")
    fill(tree, "region", "13")
    box = visible(tree, QComboBox, "Operator")[0]
    box.setCurrentIndex(box.findData("in"))
    box.activated.emit(box.currentIndex())
    assert rules(session)["rules"][0]["value"] == ["13"]
    QTest.keyClicks(visible(tree, QLineEdit, "Value")[0], ", 59")
    assert rules(session)["rules"][0]["value"] == ["13", "59"]
    box.setCurrentIndex(box.findData("empty"))
    box.activated.emit(box.currentIndex())
    assert not visible(tree, QLineEdit, "Value")


def test_rules_and_groups_are_removed(tree: RuleGroupField, session: Session) -> None:
    click(tree, "Rule")
    click(tree, "Group")
    QTest.mouseClick(visible(tree, QToolButton, "Remove the group")[0], Qt.MouseButton.LeftButton)
    QTest.mouseClick(visible(tree, QToolButton, "Remove the rule")[0], Qt.MouseButton.LeftButton)
    assert rules(session)["rules"] == []


def test_a_finding_leads_to_the_part_of_the_rule(tree: RuleGroupField, session: Session) -> None:
    click(tree, "Rule")
    tree.show_findings([FindingView("error", "X", "Unknown field.", field="filter.rules.0.field")])
    assert visible(tree, QComboBox, "Field")[0].property("state") == "error"
    assert tree.reveal("filter.rules.0.value")
    assert tree.focusWidget() is visible(tree, QLineEdit, "Value")[0]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("21", ColumnType.INTEGER, 21),
        ("01", ColumnType.TEXT, "01"),
        ("2,5", ColumnType.FLOAT, 2.5),
        ("yes", ColumnType.BOOLEAN, True),
        ("2x", ColumnType.INTEGER, "2x"),
        ("2026-03-07", ColumnType.DATE, "2026-03-07"),
        (" a ", ColumnType.TEXT, " a "),
        ("21", None, "21"),
    ],
)
def test_values_are_of_the_type_of_the_column(text: str, kind: ColumnType | None, value: Any) -> None:
    assert typed_value(text, kind) == value
    assert type(typed_value(text, kind)) is type(value)
