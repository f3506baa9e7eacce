"""The Segmentation's tabs: segments are added, named, limited and removed where they stand."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from designer.editors.segmentation import LimitField, tabs
from designer.forms.binding import bind_settings
from designer.forms.pages import Page, Tab
from designer.forms.specs import specs_of
from designer.session import Session
from engine import registry
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text


@pytest.fixture
def made(session: Session) -> list[Tab]:
    """Return the tabs of a new segmentation, for its real settings."""
    flow, id = edits.add_activity(Flow(), "segmentation", position=(0, 0))
    session.edit(Text("Begin"), flow)
    found = registry.activity("segmentation")
    assert found is not None
    return list(tabs(bind_settings(session, id), specs_of(found.Settings)))


@pytest.fixture
def page(made: list[Tab], qtbot: QtBot) -> Page:
    """Return the page of the segments, on the screen."""
    shown = made[0].make()
    qtbot.addWidget(shown)
    shown.resize(400, 900)
    shown.show()
    return shown


def segments(session: Session) -> Any:
    """Return the segments as they stand in the flow."""
    return session.flow.activities["segmentation"].settings.get("segments")


def add(page: Page) -> None:
    """Click the button that adds a segment."""
    button = next(each for each in page.findChildren(QPushButton) if "Segments" in each.toolTip())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def labels(page: Page) -> list[QLineEdit]:
    """Return the lines with the labels of the segments."""
    return [each for each in page.findChildren(QLineEdit) if each.accessibleName() == "Transition label"]


def test_settings_stand_under_the_names_of_adobe_campaign(made: list[Tab]) -> None:
    assert [(str(tab.title), tab.paths) for tab in made] == [
        ("Segments", ("segments",)),
        ("Options", ("output", "complement", "overlap", "concatenate")),
    ]


def test_the_first_segment_is_there_and_edited_where_it_stands(page: Page, session: Session) -> None:
    (line,) = labels(page)
    assert line.text() == "Segment 1"
    QTest.keyClicks(line, "!")
    assert segments(session)[0]["id"] == "segment1"
    assert segments(session)[0]["label"] == "Segment 1!"


def test_a_new_segment_has_an_id_of_its_own_that_stays(page: Page, session: Session) -> None:
    add(page)
    add(page)
    assert [each["id"] for each in segments(session)] == ["segment1", "segment2", "segment3"]
    line = labels(page)[1]
    line.selectAll()
    QTest.keyClicks(line, "Sun")
    assert [each["label"] for each in segments(session)] == ["Segment 1", "Sun", "Segment 3"]
    session.edit(
        Text("Remove"), edits.set_setting(session.flow, "segmentation", "segments", list(segments(session))[1:])
    )
    add(page)
    assert [each["id"] for each in segments(session)] == ["segment2", "segment3", "segment4"]
    ways = registry.transitions(session.flow.activities["segmentation"])
    assert [(way.name, str(way.label)) for way in ways] == [
        ("segment2", "Sun"),
        ("segment3", "Segment 3"),
        ("segment4", "Segment 4"),
    ]


def test_the_id_is_not_shown(page: Page) -> None:
    assert "ID" not in [each.text() for each in page.findChildren(QLabel)]


def test_a_limit_shows_what_its_other_settings_leave_a_use_for(page: Page, session: Session) -> None:
    switch = next(each for each in page.findChildren(QCheckBox) if each.text() == "Use Limit")
    switch.click()
    QApplication.processEvents()
    field = page.findChild(LimitField)
    assert field is not None

    def shown() -> set[str]:
        return {each.spec.name for each in field._stack.fields if not each.isHidden()}

    assert segments(session)[0]["limit"]["kind"] == "percent"
    assert shown() == {"kind", "size", "sampling", "groups"}
    box = next(each for each in field.findChildren(QComboBox) if each.accessibleName() == "Sampling")
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert shown() == {"kind", "size", "sampling", "groups", "orders"}
    flow = edits.set_setting(session.flow, "segmentation", "segments.0.limit.groups", ["@region"])
    session.edit(Text("Group"), flow)
    assert shown() == {"kind", "size", "sampling", "groups", "orders", "sizes"}
