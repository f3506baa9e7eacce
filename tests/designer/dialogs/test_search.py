"""The search grows with the letters, and its words stand in line with and without a picture."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QTreeWidget, QWidget
from pytestqt.qtbot import QtBot

from designer import theme
from designer.dialogs.search import SIZE, Hit, Search
from designer.icons import icon


@pytest.fixture
def large(qapp: QApplication) -> Iterator[QApplication]:
    """Return the application with letters of twice the usual size."""
    theme.apply(qapp, "light", 2.0)
    yield qapp
    theme.apply(qapp, "light")
    qapp.setStyleSheet("")


def opened(parent: QWidget, qtbot: QtBot) -> Search:
    """Return the search over two hits, one without a picture."""
    qtbot.addWidget(parent)
    search = Search([Hit("Paste", "", lambda: None, QIcon()), Hit("Remove", "", lambda: None, icon("trash"))], parent)
    search.open_below(QPoint(0, 0))
    return search


def test_words_without_a_picture_stand_in_line(qtbot: QtBot) -> None:
    window = QWidget()
    search = opened(window, qtbot)
    items = search.findChild(QTreeWidget)
    shown = [item for row in range(2) if (item := items.topLevelItem(row)) is not None]
    assert [item.icon(0).isNull() for item in shown] == [False, False]
    search.close()


def test_the_search_grows_with_the_letters_but_not_beyond_the_window(large: QApplication, qtbot: QtBot) -> None:
    wide, narrow = QWidget(), QWidget()
    wide.resize(1600, 1000)
    narrow.resize(700, 500)
    search = opened(wide, qtbot)
    assert search.size() == SIZE * 2
    search.close()
    search = opened(narrow, qtbot)
    assert (search.width(), search.height()) == (700, 500)
    search.close()
