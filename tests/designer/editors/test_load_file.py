"""The tabs of Load file, with a real file and the real engine behind them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from designer.editors.load_file import FileColumnsField
from designer.forms.binding import bind_settings
from designer.forms.editor_registry import tabs_of
from designer.forms.pages import Page
from designer.forms.specs import specs_of
from designer.session import Session
from engine.activities.load_file import LoadFileSettings
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text


@pytest.fixture
def page(session: Session, qtbot: QtBot, tmp_path: Path) -> Page:
    """Return the tab of the columns for a file with two of them."""
    path = tmp_path / "people.csv"
    path.write_text("first name;born\nAnn;2000-03-06\n", encoding="utf-8")
    flow, load = edits.add_activity(Flow(), "load-file", position=(0, 0), settings={"path": str(path)})
    session.edit(Text("Begin"), flow)
    tabs = tabs_of("load-file", bind_settings(session, load), specs_of(LoadFileSettings))
    assert [str(tab.title) for tab in tabs] == ["File", "Columns", "Options"]
    made = tabs[1].make()
    qtbot.addWidget(made)
    made.resize(400, 600)
    made.show()
    return made


def take(page: Page) -> QPushButton:
    """Return the button that defines the columns."""
    return next(each for each in page.findChildren(QPushButton) if each.text() == "Define the columns")


def test_the_columns_of_the_file_are_taken_over_with_a_click(page: Page, session: Session, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: take(page).isEnabled(), timeout=30_000)
    QTest.mouseClick(take(page), Qt.MouseButton.LeftButton)

    assert session.flow.activities["load-file"].settings["columns"] == [
        {"id": "first_name", "key": "first name", "type": "text"},
        {"id": "born", "key": "born", "type": "date"},
    ]
    field = page.findChild(FileColumnsField)
    assert field is not None
    assert not take(page).isVisible()
    assert field.focus_target().isVisible()


def test_without_a_file_there_is_nothing_to_take(session: Session, qtbot: QtBot) -> None:
    flow, load = edits.add_activity(Flow(), "load-file", position=(0, 0))
    session.edit(Text("Begin"), flow)
    made = tabs_of("load-file", bind_settings(session, load), specs_of(LoadFileSettings))[1].make()
    qtbot.addWidget(made)
    made.show()
    assert take(made).isVisible()
    assert not take(made).isEnabled()
