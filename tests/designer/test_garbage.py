"""Circles that hold objects of Qt's are collected where Qt lives, even while other threads work hard."""

from __future__ import annotations

import json
import threading

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from designer.panels.json_text import JsonReader

LONG = json.dumps([{"number": number, "words": [str(number)] * 3} for number in range(5_000)])


class Circle(QObject):
    """Can be freed by the collection of garbage only, and tells where that was."""

    def __init__(self, freed_in: list[int]) -> None:
        super().__init__()
        self.itself = self
        self._freed_in = freed_in

    def __del__(self) -> None:
        self._freed_in.append(threading.get_ident())


def test_what_belongs_to_qt_is_deleted_in_the_windows_thread(qtbot: QtBot) -> None:
    freed_in: list[int] = []
    owner = QObject()
    reader = JsonReader(owner)
    for _ in range(3):
        for _ in range(2000):
            Circle(freed_in)
        with qtbot.waitSignal(reader.done, timeout=20_000):
            reader.read(LONG)
    qtbot.waitUntil(lambda: bool(freed_in), timeout=5000)
    assert set(freed_in) == {threading.get_ident()}
