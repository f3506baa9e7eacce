"""The list that pops up: a few letters and Enter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from designer.palette.quick_add import SIZE, QuickAdd


@pytest.fixture
def popup(qapp: object) -> Iterator[QuickAdd]:
    """Return the open list of three activities and one that nobody knows; it goes with its owner."""
    owner = QWidget()
    made = QuickAdd(["probe-sink", "probe-source", "nonsense", "probe-split"], owner)
    made.open_at(QPoint(20, 20))
    yield made
    owner.deleteLater()


def test_the_order_is_kept_and_the_first_is_current(popup: QuickAdd) -> None:
    assert popup.list.kinds() == ["probe-sink", "probe-source", "probe-split"]
    assert popup.list.kind == "probe-sink"


def test_three_letters_and_enter_choose(popup: QuickAdd, qtbot: QtBot) -> None:
    with qtbot.waitSignal(popup.chosen) as told:
        QTest.keyClicks(popup._line, "zeb")
        assert popup.list.kinds() == ["probe-source", "probe-split", "probe-sink"]
        QTest.keyClick(popup._line, Qt.Key.Key_Return)
    assert told.args == ["probe-source"]
    assert not popup.isVisible()


def test_arrows_go_round_and_a_click_chooses(popup: QuickAdd, qtbot: QtBot) -> None:
    QTest.keyClick(popup._line, Qt.Key.Key_Up)
    assert popup.list.kind == "probe-split"
    QTest.keyClick(popup._line, Qt.Key.Key_Down)
    assert popup.list.kind == "probe-sink"
    item = popup.list.item(1)
    with qtbot.waitSignal(popup.chosen) as told:
        at = popup.list.visualItemRect(item).center()
        QTest.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert told.args == ["probe-source"]


def test_nothing_found_is_said_and_enter_waits(popup: QuickAdd) -> None:
    QTest.keyClicks(popup._line, "giraffe")
    assert popup._nothing.isVisible()
    QTest.keyClick(popup._line, Qt.Key.Key_Return)
    assert popup.isVisible()
    QTest.keyClick(popup._line, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_it_stays_on_the_screen(popup: QuickAdd) -> None:
    room = popup.screen().availableGeometry()
    popup.open_at(room.bottomRight())
    assert room.contains(popup.geometry())
    assert popup.size() == SIZE
