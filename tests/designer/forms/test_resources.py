"""A file that is dropped becomes a resource of the flow, its key proposed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from designer.forms.binding import bind_settings
from designer.forms.picker_fields import FileField, ResourceField
from designer.forms.resources import free_name, relative_path
from designer.forms.specs import FieldKind, FieldSpec
from designer.panels.resource_list import ResourceList
from designer.session import Session
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Return a small CSV file of people."""
    path = tmp_path / "profiles.csv"
    path.write_text("id,firstName,region\n1,Ann,13\n2,Bob,59\n", encoding="utf-8")
    return path


def drop(widget: QWidget, path: Path) -> None:
    """Drop a file on `widget` as a file manager does."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    where = widget.rect().center()
    actions, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where, actions, data, button, keys)
    QApplication.sendEvent(widget, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(widget, QDropEvent(QPointF(where), actions, data, button, keys))


def test_a_dropped_file_is_added_and_chosen_in_one_step(session: Session, qtbot: QtBot, people: Path) -> None:
    flow, query = edits.add_activity(Flow(), "query", position=(0, 0))
    session.edit(Text("Begin"), flow)
    steps = session.history.stack.count()
    field = ResourceField(FieldSpec("resource", "Resource", FieldKind.TEXT), "resource", bind_settings(session, query))
    qtbot.addWidget(field)
    field.show()
    drop(field, people)
    qtbot.waitUntil(lambda: "profiles" in session.flow.resources, timeout=15_000)
    assert session.flow.activities[query].settings == {"resource": "profiles"}
    assert session.flow.resources["profiles"].key == "id"
    assert session.history.stack.count() == steps + 1


def test_a_file_that_is_no_table_is_refused_with_a_sentence(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_bytes(b"")
    panel = ResourceList(session)
    qtbot.addWidget(panel)
    panel.show()
    drop(panel, path)
    errors = [each for each in panel.findChildren(QLabel) if each.property("role") == "error"]
    qtbot.waitUntil(lambda: any(each.isVisible() and "empty.csv" in each.text() for each in errors), timeout=15_000)
    assert not session.flow.resources


def test_made_up_people_are_added_changed_and_removed(session: Session, qtbot: QtBot) -> None:
    panel = ResourceList(session)
    qtbot.addWidget(panel)
    panel.show()
    button = next(each for each in panel.findChildren(QPushButton) if each.text() == "Made-up people")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    rows = next(each for each in panel.findChildren(QLineEdit) if each.accessibleName() == "Rows of people")
    rows.selectAll()
    QTest.keyClicks(rows, "250")
    QTest.keyClick(rows, Qt.Key.Key_Return)
    people = session.flow.resources["people"]
    assert (people.source, people.key, people.model_extra) == (
        "synthetic",
        "id",
        {"rows": 250, "seed": 1, "missing": 0.05},
    )
    QApplication.processEvents()
    remove = next(each for each in panel.findChildren(QToolButton) if each.accessibleName().startswith("Remove"))
    QTest.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert not session.flow.resources


def test_a_dropped_file_fills_a_file_setting(session: Session, qtbot: QtBot, people: Path) -> None:
    flow, load = edits.add_activity(Flow(), "load-file", position=(0, 0))
    session.edit(Text("Begin"), flow)
    field = FileField(FieldSpec("path", "File", FieldKind.TEXT, editor="file"), "path", bind_settings(session, load))
    qtbot.addWidget(field)
    field.show()
    drop(field, people)
    assert session.flow.activities[load].settings["path"].endswith("profiles.csv")


def test_paths_below_the_folder_of_the_flow_are_relative(tmp_path: Path) -> None:
    assert relative_path(str(tmp_path / "data" / "a.csv"), tmp_path) == "data/a.csv"
    assert relative_path("/elsewhere/a.csv", tmp_path) == "/elsewhere/a.csv"
    assert free_name("people", {"people": 1, "people-2": 1}) == "people-3"
