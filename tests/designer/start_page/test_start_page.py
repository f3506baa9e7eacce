"""The start page."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from designer.preferences import Preferences
from designer.start_page import page
from designer.start_page.page import StartPage
from designer.start_page.template_card import TemplateCard
from designer.start_page.templates import TEMPLATES
from engine.document import edits, files
from engine.document.model import Flow


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a flow for each template."""
    folder = tmp_path / "examples"
    folder.mkdir()
    for template in TEMPLATES:
        flow, _ = edits.add_activity(Flow(name=str(template.title)), "query", position=(0, 0))
        files.save(flow, folder / f"{template.name}.flow")
    monkeypatch.setattr(page, "EXAMPLES", folder)
    return folder


@pytest.fixture
def start(qtbot: QtBot, examples: Path) -> StartPage:
    """Return the start page on the screen."""
    made = StartPage(Preferences())
    qtbot.addWidget(made)
    made.resize(1200, 900)
    made.show()
    return made


def test_there_are_four_templates_with_a_title_and_a_line(start: StartPage) -> None:
    cards = start.findChildren(TemplateCard)
    assert [card.accessibleName() for card in cards] == [
        "Sports schedule",
        "Latest offers",
        "Voucher codes",
        "Weather by region",
    ]
    assert all(card.accessibleDescription() for card in cards)


def test_a_template_is_chosen_with_the_mouse_or_with_the_keyboard(start: StartPage, qtbot: QtBot) -> None:
    card = start.findChildren(TemplateCard)[2]
    with qtbot.waitSignal(start.open_template) as chosen:
        QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    assert chosen.args == ["voucher-codes"]
    card.setFocus()
    with qtbot.waitSignal(start.open_template):
        QTest.keyClick(card, Qt.Key.Key_Space)


def test_the_picture_of_a_template_shows_its_cards(start: StartPage) -> None:
    card = start.findChildren(TemplateCard)[0]
    picture = card.grab().toImage()
    colors = {picture.pixelColor(x, 70).name() for x in range(picture.width())}
    assert len(colors) > 3


def test_new_and_open_are_buttons(start: StartPage, qtbot: QtBot) -> None:
    for name, signal in (("new-flow", start.new_flow), ("open-flow", start.open_file)):
        button = start.findChild(QPushButton, name)
        assert button is not None
        with qtbot.waitSignal(signal):
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_recent_files_are_listed_the_latest_first_and_open_with_a_click(
    examples: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    preferences = Preferences()
    for name in ("sports-schedule", "latest-offers"):
        preferences.remember(examples / f"{name}.flow")
    preferences.remember(examples / "gone.flow")
    start = StartPage(preferences)
    qtbot.addWidget(start)
    start.show()
    rows = [row for row in start.findChildren(QPushButton) if row.property("role") == "row"]
    assert [row.accessibleName() for row in rows] == ["Open latest-offers.flow", "Open sports-schedule.flow"]
    with qtbot.waitSignal(start.open_path) as chosen:
        QTest.mouseClick(rows[0], Qt.MouseButton.LeftButton)
    assert chosen.args == [examples / "latest-offers.flow"]
