"""The palette with real keys and clicks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame, QSplitter, QToolButton
from pytestqt.qtbot import QtBot

from designer.palette import Palette
from designer.palette.activity_list import DRAGGED, MIME, card_picture
from designer.palette.panel import NARROW, WIDE
from designer.session import Session
from engine import registry


@pytest.fixture
def palette(session: Session, qtbot: QtBot) -> Iterator[Palette]:
    """Return the palette on the screen, beside something, in a splitter."""
    splitter = QSplitter()
    qtbot.addWidget(splitter)
    splitter.setChildrenCollapsible(False)
    made = Palette(session)
    splitter.addWidget(made)
    splitter.addWidget(QFrame())
    splitter.resize(1000, 600)
    splitter.setSizes([WIDE, 1000 - WIDE])
    splitter.show()
    qtbot.waitExposed(splitter)
    yield made
    splitter.close()


def lines(palette: Palette) -> list[str]:
    """Return the words of all lines, headings too."""
    return [palette.list.item(row).text() for row in range(palette.list.count())]


def test_every_activity_stands_under_the_heading_of_its_group(palette: Palette) -> None:
    shown = lines(palette)
    assert set(palette.list.kinds()) == {activity.kind for activity in registry.kinds()}
    assert shown.index("Data") < shown.index("Zebra source") < shown.index("Targeting") < shown.index("Zebra split")
    assert shown.index("Zebra split") < shown.index("Channels") < shown.index("Okapi")


def test_a_tooltip_says_what_an_activity_does(palette: Palette) -> None:
    item = palette.list.findItems("Okapi", Qt.MatchFlag.MatchExactly)[0]
    assert "Takes rows" in item.toolTip()


@pytest.mark.parametrize(
    ("words", "kinds", "current"),
    [
        ("zebra", ["probe-source", "probe-split", "probe-sink"], "probe-source"),
        ("zebra spl", ["probe-split"], "probe-split"),
        ("stripes", ["probe-source"], "probe-source"),
        ("okapi takes", ["probe-sink"], "probe-sink"),
        ("nonsense", [], ""),
    ],
)
def test_search_finds_titles_help_and_search_words(
    palette: Palette, words: str, kinds: list[str], current: str
) -> None:
    QTest.keyClicks(palette._line, words)
    assert palette.list.kinds() == kinds
    assert palette.list.kind == current
    assert palette._nothing.isVisible() is not bool(kinds)


def test_enter_in_the_search_line_adds_what_was_found(palette: Palette, session: Session) -> None:
    QTest.keyClicks(palette._line, "okap")
    QTest.keyClick(palette._line, Qt.Key.Key_Return)
    assert [entry.kind for entry in session.flow.activities.values()] == ["probe-sink"]


def test_escape_shows_everything_again(palette: Palette) -> None:
    QTest.keyClicks(palette._line, "okap")
    QTest.keyClick(palette._line, Qt.Key.Key_Escape)
    assert len(palette.list.kinds()) == len(registry.kinds())


def test_arrows_letters_and_enter_work_in_the_list(palette: Palette, session: Session) -> None:
    QTest.keyClick(palette._line, Qt.Key.Key_Down)
    assert palette.list.hasFocus() or palette.list.currentItem() is not None
    QTest.keyClicks(palette.list, "oka")
    assert palette.list.kind == "probe-sink"
    QTest.keyClick(palette.list, Qt.Key.Key_Up)
    assert palette.list.kind not in ("probe-sink", "")
    palette.list.stand_at("probe-split")
    QTest.keyClick(palette.list, Qt.Key.Key_Return)
    assert [entry.kind for entry in session.flow.activities.values()] == ["probe-split"]


def test_a_double_click_adds_the_activity(palette: Palette, session: Session) -> None:
    item = palette.list.findItems("Zebra source", Qt.MatchFlag.MatchExactly)[0]
    palette.list.scrollToItem(item)
    at = palette.list.visualItemRect(item).center()
    QTest.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert [entry.kind for entry in session.flow.activities.values()] == ["probe-source"]


def test_a_dragged_line_carries_its_kind_and_a_card(palette: Palette) -> None:
    item = palette.list.findItems("Zebra source", Qt.MatchFlag.MatchExactly)[0]
    assert palette.list.mimeData([item]).data(MIME).data() == b"probe-source"
    assert palette.list.dragEnabled()
    picture = card_picture("query", "targeting", "Query", 2)
    assert (picture.deviceIndependentSize().toSize(), picture.devicePixelRatio()) == (DRAGGED, 2)
    assert not picture.toImage().allGray()


def test_the_fold_button_leaves_the_icons_and_brings_the_words_back(palette: Palette) -> None:
    fold = palette.findChild(QToolButton)
    assert fold is not None
    QTest.keyClicks(palette._line, "zebra")
    QTest.mouseClick(fold, Qt.MouseButton.LeftButton)
    assert palette.is_narrow
    assert palette.width() == NARROW
    assert not palette._line.isVisible()
    assert len(palette.list.kinds()) == len(registry.kinds())
    assert "Data" not in lines(palette)
    assert fold.accessibleName() == "Show titles and search"
    QTest.mouseClick(fold, Qt.MouseButton.LeftButton)
    assert abs(palette.width() - WIDE) <= 1
    assert palette._line.isVisible()
    assert "Data" in lines(palette)
