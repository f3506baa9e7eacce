"""The query of the URL can be filled in as a table, and the URL says the same at every moment."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from designer.editors.query_parameters import QueryParameters
from designer.forms.binding import Binding, bind_settings
from designer.forms.code_edit import CodeEdit
from designer.session import Session
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text

URL = "https://api.example.com/v1/offers"


@pytest.fixture
def settings(session: Session) -> Binding:
    flow, _ = edits.add_activity(Flow(name="Spring"), "external-api", position=(0, 0))
    session.edit(Text("Begin"), edits.set_setting(flow, "external-api", "request.url", URL))
    return bind_settings(session, "external-api")


@pytest.fixture
def table(settings: Binding, qtbot: QtBot) -> QueryParameters:
    made = QueryParameters(settings)
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    return made


def rows(table: QueryParameters) -> list[tuple[str, str]]:
    """Return what the table shows."""
    QApplication.processEvents()
    names = [each.text() for each in table.findChildren(QLineEdit) if each.isVisible()]
    values = [each.text() for each in table.findChildren(CodeEdit) if each.isVisible()]
    return list(zip(names, values, strict=True))


def click(table: QueryParameters, name: str) -> None:
    """Click a button by its words or its name for a screen reader."""
    QApplication.processEvents()
    buttons = [*table.findChildren(QPushButton), *table.findChildren(QToolButton)]
    found = next(each for each in buttons if name in (each.text(), each.accessibleName()) and each.isVisible())
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def test_what_is_typed_in_the_table_stands_in_the_url(table: QueryParameters, settings: Binding) -> None:
    click(table, "Add")
    QApplication.processEvents()
    (name,) = [each for each in table.findChildren(QLineEdit) if each.isVisible()]
    (value,) = [each for each in table.findChildren(CodeEdit) if each.isVisible()]
    QTest.keyClicks(name, "q")
    QTest.keyClick(name, Qt.Key.Key_Return)
    QTest.keyClicks(value, "tea & {{now}}")
    assert settings.get("request.url") == f"{URL}?q=tea%20%26%20{{{{now}}}}"
    assert rows(table) == [("q", "tea & {{now}}")]


def test_what_is_typed_in_the_url_stands_in_the_table(table: QueryParameters, settings: Binding) -> None:
    settings.put("request.url", f"{URL}?city=Saint-%C3%89tienne&r={{region}}")
    assert rows(table) == [("city", "Saint-Étienne"), ("r", "{region}")]
    settings.put("request.url", URL)
    assert rows(table) == []


def test_a_parameter_goes_and_comes_back_with_undo(table: QueryParameters, settings: Binding) -> None:
    settings.put("request.url", f"{URL}?a=%7E&b=2")
    click(table, "Remove entry 1")
    assert settings.get("request.url") == f"{URL}?b=2"
    settings.session.history.stack.undo()
    assert rows(table) == [("a", "~"), ("b", "2")]
    assert settings.get("request.url") == f"{URL}?a=%7E&b=2"
