"""The Query's tabs: its settings under the names that Adobe Campaign gives them, and what can be picked in them."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from designer.editors.query import OutputField, tabs
from designer.forms.binding import Binding, bind_settings
from designer.forms.pages import Tab, tab_of
from designer.forms.rule_tree import RuleGroupField
from designer.forms.specs import specs_of
from designer.session import Session
from engine import registry
from engine.document import edits
from engine.document.model import Flow
from engine.schema import Column, ColumnType, Link, TableSchema
from engine.text import Text

PEOPLE = TableSchema((Column("id", ColumnType.INTEGER), Column("born", ColumnType.DATE)), key="id")
RULES = {"rules": [{"field": "id", "operator": "equals", "value": 1}, {"field": "born", "operator": "today"}]}


@pytest.fixture
def binding(session: Session) -> Binding:
    """Return a binding to a query of people, whose result has a number and the people's columns behind it."""
    settings = {"resource": "people", "filter": RULES}
    flow, id = edits.add_activity(Flow(), "query", position=(0, 0), settings=settings)
    session.edit(Text("Begin"), flow)
    session.resources = {"people": PEOPLE}
    link = Link("target", PEOPLE, is_stored=False)
    session.schemas = {"query.result": TableSchema((Column("nr", ColumnType.INTEGER),), (link,))}
    return bind_settings(session, id)


def made(binding: Binding) -> list[Tab]:
    """Return the tabs for the real settings of the activity."""
    found = registry.activity("query")
    assert found is not None
    return list(tabs(binding, specs_of(found.Settings)))


def test_settings_stand_under_the_names_of_adobe_campaign(binding: Binding) -> None:
    assert [(str(tab.title), tab.paths) for tab in made(binding)] == [
        ("Target", ("resource", "filter", "condition")),
        ("Additional data", ("additional", "distinct", "output")),
        ("Options", ("fires_when_empty", "dimension", "dimension_key")),
    ]
    assert all(tab.help for tab in made(binding))


def test_rules_are_built_in_the_tree_and_offer_what_fits_the_column(binding: Binding, qtbot: QtBot) -> None:
    page = made(binding)[0].make()
    qtbot.addWidget(page)
    page.show()
    assert page.findChild(RuleGroupField) is not None
    number, birthday = (
        [each.itemData(index) for index in range(each.count())]
        for each in page.findChildren(QComboBox)
        if each.accessibleName() == "Operator"
    )
    assert "between" in number
    assert not {"contains", "today", "last-n-days"} & set(number)
    assert {"today", "last-n-days", "anniversary-today"} <= set(birthday)
    values = [each for each in page.findChildren(QLineEdit) if each.accessibleName() == "Value"]
    assert [each.isVisible() for each in values] == [True, False]


def test_a_finding_leads_to_the_value_of_a_rule(binding: Binding, qtbot: QtBot) -> None:
    pages = made(binding)
    page = pages[tab_of(pages, "filter.rules.0.value")].make()
    qtbot.addWidget(page)
    page.show()
    assert page.reveal("filter.rules.0.value")
    focused = page.focusWidget()
    assert isinstance(focused, QLineEdit)
    assert focused.accessibleName() == "Value"


def test_output_filtering_offers_what_the_query_gives_and_not_what_it_reads(binding: Binding, qtbot: QtBot) -> None:
    page = made(binding)[1].make()
    qtbot.addWidget(page)
    field = page.findChild(OutputField)
    assert field is not None
    offered = [each.text for each in field.completions()]
    assert offered[:3] == ["nr", "target.id", "target.born"]
    assert "born" not in offered


def test_no_line_of_the_options_is_wider_than_the_panel(binding: Binding, qtbot: QtBot) -> None:
    page = made(binding)[2].make()
    qtbot.addWidget(page)
    page.show()
    inside = page.widget()
    assert inside is not None
    assert inside.minimumSizeHint().width() < 340
    assert "If the query retrieves no data" in [each.text() for each in page.findChildren(QLabel)]
