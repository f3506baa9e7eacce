"""The further tables of an answer: taken from the lists that it has, with their columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from designer.editors.further_tables import FurtherTablesField, ListPlaceField
from designer.forms.answer_columns import new_table
from designer.forms.binding import bind_settings
from designer.forms.specs import find_spec, specs_of
from designer.session import Session
from engine import registry
from engine.activities.external_api.settings import ExternalApiSettings
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text

SAMPLE = {
    "orders": [{"id": 7, "lines": [{"sku": "A", "qty": 1}, {"sku": "B", "qty": 2}]}, {"id": 8}],
    "facets": [{"name": "red"}],
}

Shown = Callable[..., FurtherTablesField]


@pytest.fixture
def shown(session: Session, qtbot: QtBot) -> Shown:
    """Return how the tables of a call are shown."""

    def show(**response: Any) -> FurtherTablesField:
        flow, call = edits.add_activity(Flow(), "external-api", position=(0, 0), settings={"response": response})
        session.edit(Text("Begin"), flow)
        spec = find_spec(specs_of(ExternalApiSettings), "response.more")
        assert spec is not None
        binding = bind_settings(session, call)
        field = FurtherTablesField(spec, "response.more", binding)
        binding.changed.connect(field.refresh)
        qtbot.addWidget(field)
        field.show()
        return field

    return show


def tables(session: Session) -> list[dict[str, Any]]:
    response = next(iter(session.flow.activities.values())).settings["response"]
    return list(response.get("more", ()))


def offers(field: FurtherTablesField) -> list[str]:
    return [each.text() for each in field.findChildren(QPushButton) if each.text().startswith("/")]


def press(field: FurtherTablesField, words: str) -> None:
    found = next(each for each in field.findChildren(QPushButton) if each.text().startswith(words))
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def test_the_lists_of_the_sample_are_offered_and_one_becomes_a_table(
    session: Session, qtbot: QtBot, shown: Shown
) -> None:
    field = shown(sample=SAMPLE, pointer="/orders", columns=[{"id": "id", "key": "id"}])
    press(field, "Add")
    qtbot.waitUntil(
        lambda: offers(field) == ["/facets: 1 rows with name", "/orders/*/lines: 2 rows with sku, qty"], timeout=20_000
    )
    press(field, "/orders/*/lines")
    qtbot.waitUntil(lambda: bool(tables(session)), timeout=20_000)
    (table,) = tables(session)
    assert (table["id"], table["label"], table["pointer"]) == ("lines", "lines", "/orders/*/lines")
    assert [(each["id"], each["key"]) for each in table["columns"]] == [
        ("orders_id", "/orders/*/id"), ("sku", "sku"), ("qty", "qty")
    ]  # fmt: skip
    assert not offers(field)
    entry = next(iter(session.flow.activities.values()))
    assert [each.name for each in registry.transitions(entry)] == ["result", "lines"]
    session.history.stack.undo()
    assert tables(session) == []


def test_without_an_answer_an_empty_table_is_added(session: Session, shown: Shown) -> None:
    field = shown()
    press(field, "Add")
    press(field, "Add")
    assert [table["id"] for table in tables(session)] == ["table", "table_2"]


def test_the_columns_of_a_place_that_was_typed_are_found(session: Session, qtbot: QtBot, shown: Shown) -> None:
    known = {"id": "article", "key": "sku", "length": 12}
    field = shown(sample=SAMPLE, pointer="/orders", more=[{"id": "x", "pointer": "", "columns": [known]}])
    place = field.findChild(ListPlaceField)
    assert place is not None
    line = place.findChild(QLineEdit)
    assert line is not None
    QTest.keyClicks(line, "/orders/*/lines")
    press(field, "Find the columns")
    qtbot.waitUntil(lambda: len(tables(session)[0]["columns"]) == 3, timeout=20_000)
    assert tables(session)[0]["columns"][1] == known
    assert tables(session)[0]["pointer"] == "/orders/*/lines"


def test_ids_are_those_of_no_other_transition() -> None:
    taken = [{"id": "lines"}, {"id": "table_result"}]
    assert [new_table(taken, each)["id"] for each in ("/a/*/lines", "/result", "/2024/*", "/été", "")] == [
        "lines_2", "table_result_2", "table", "table", "table"
    ]  # fmt: skip
