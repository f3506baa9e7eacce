"""The small parts of forms keep their shape when their role or the size of the letters changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from designer import theme
from designer.forms.parts import column, icon_button, label, role
from designer.forms.reading_line import ReadingLine
from engine.text import Text


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    """Return the application in the program's look, undressed afterwards."""
    theme.apply(qapp, "light")
    yield qapp
    theme.apply(qapp, "light")
    qapp.setStyleSheet("")


def test_a_label_gets_the_room_of_the_role_it_is_given_later(dressed: QApplication, qtbot: QtBot) -> None:
    late = QLabel("Live")
    qtbot.addWidget(late)
    late.show()
    role(late, "pill-ok")
    early = QLabel("Live")
    early.setProperty("role", "pill-ok")
    qtbot.addWidget(early)
    early.show()
    assert late.sizeHint() == early.sizeHint()


def test_the_glyph_of_a_button_grows_with_the_letters(dressed: QApplication, qtbot: QtBot) -> None:
    button = icon_button("plus", Text("Add"), lambda: None)
    qtbot.addWidget(button)
    button.show()
    assert button.iconSize().height() == 16
    theme.apply(dressed, "light", 2.0)
    assert button.iconSize().height() == 32


def test_words_that_wrap_have_the_height_they_need(qtbot: QtBot) -> None:
    words = label("one two three four five six seven eight nine ten " * 4)
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.addWidget(column(words))
    layout.addStretch(1)
    qtbot.addWidget(box)
    box.resize(180, 900)
    box.show()
    assert words.height() >= words.heightForWidth(words.width())


def test_words_too_long_for_a_line_are_read_from_their_beginning(dressed: QApplication, qtbot: QtBot) -> None:
    holder = QWidget()
    layout = QVBoxLayout(holder)
    long, short = ReadingLine(), ReadingLine()
    for line in (long, short):
        layout.addWidget(line)
    long.setText("iiii" + "M" * 200)
    short.setText("iiii")
    qtbot.addWidget(holder)
    holder.resize(120, 120)
    holder.show()
    start = QRect(4, 4, 20, 20)
    assert not long.hasFocus()
    assert long.grab(start).toImage() == short.grab(start).toImage()
    end = long.grab().toImage()
    column_before_the_edge = [end.pixelColor(long.width() - 8, y) for y in range(6, long.height() - 10)]
    assert set(map(QColor.name, column_before_the_edge)) == {"#ffffff"}
