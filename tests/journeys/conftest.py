"""A person in front of the real window: looks, clicks, types and waits, and every act is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from designer import app
from designer.frame import Frame
from designer.window import Window

PATIENCE_MS = 20_000
SIZE = (1600, 1000)

Widget = TypeVar("Widget", bound=QWidget)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the standard folders into the test's folder, so that nothing of the person's is read or written."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    QCoreApplication.setApplicationName("campaign-flow-designer")


class User:
    """Somebody with a mouse and a keyboard. `actions` counts clicks, drags, keys, and texts typed in one go."""

    def __init__(self, qtbot: QtBot, frame: Frame, window: Window) -> None:
        """Sit down in front of `frame`."""
        self.actions = 0
        self.frame = frame
        self.window = window
        self._qtbot = qtbot

    def wait(self, until: Callable[[], Any], what: str = "", patience_ms: int = PATIENCE_MS) -> None:
        """Wait until something holds."""

        def holds() -> None:
            assert until(), what or "it did not happen in time"

        self._qtbot.waitUntil(holds, timeout=patience_ms)

    def widget(self, kind: type[Widget], name: str) -> Widget:
        """Return the visible widget whose accessible name, text or object name is `name`."""
        found: list[Widget] = []

        def look() -> bool:
            QApplication.processEvents()
            found[:] = [each for each in _visible(kind) if name in _names(each)]
            return bool(found)

        self.wait(look, f"there is no {kind.__name__} called “{name}”: {sorted(_all_names(kind))}")
        return found[0]

    def reads(self) -> str:
        """Return all words that stand on labels, buttons and lines of the screen."""
        QApplication.processEvents()
        words = [*(each.text() for each in _visible(QLabel)), *(each.text() for each in _visible(QAbstractButton))]
        names = [each.accessibleDescription() or each.accessibleName() for each in _visible(QWidget)]
        return "\n".join(word for word in (*words, *names) if word)

    def sees(self, words: str) -> None:
        """Wait until `words` can be read somewhere."""
        self.wait(lambda: words in self.reads(), f"“{words}” is nowhere in:\n{self.reads()}")

    def click(self, target: QWidget | str, at: QPoint | None = None, *, twice: bool = False) -> None:
        """Click on a widget, or on the button called so, where it can be seen."""
        widget = self.widget(QAbstractButton, target) if isinstance(target, str) else target
        place = at if at is not None else widget.rect().center()
        window = widget.window()
        handle = window.windowHandle()
        point = widget.mapTo(window, place)
        self.actions += 1
        click = QTest.mouseDClick if twice else QTest.mouseClick
        click(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
        QApplication.processEvents()

    def drag(self, widget: QWidget, start: QPointF, end: QPointF) -> None:
        """Press at one place of a widget, move the mouse to another one, and let go."""
        self.actions += 1
        first, last = start.toPoint(), end.toPoint()
        QTest.mousePress(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, first)
        for step in range(1, 11):
            QTest.mouseMove(widget, first + (last - first) * step / 10)
            QApplication.processEvents()
        QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, last)
        QApplication.processEvents()

    def press(self, keys: str, into: QWidget | None = None) -> None:
        """Press keys such as `Ctrl+Return`."""
        self.actions += 1
        target = into or QApplication.focusWidget() or self.frame
        combination = QKeySequence(keys)[0]
        QTest.keyClick(target, combination.key(), combination.keyboardModifiers())
        QApplication.processEvents()

    def type(self, text: str, into: QWidget | None = None) -> None:
        """Type a text."""
        self.actions += 1
        target = into or QApplication.focusWidget() or self.frame
        QTest.keyClicks(target, text)
        QApplication.processEvents()


def _visible(kind: type[Widget]) -> list[Widget]:
    return [
        each
        for top in QApplication.topLevelWidgets()
        if top.isVisible()
        for each in ([top] if isinstance(top, kind) else []) + top.findChildren(kind)
        if each.isVisible()
    ]


def _names(widget: QWidget) -> set[str]:
    text = widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
    return {widget.accessibleName(), widget.objectName(), text} - {""}


def _all_names(kind: type[Widget]) -> set[str]:
    return {name for each in _visible(kind) for name in _names(each)}


@pytest.fixture
def user(qapp: QApplication, qtbot: QtBot) -> Iterator[User]:
    """Return a person before the program that has just started."""
    frame = app.show(qapp, None)
    frame.resize(*SIZE)
    qtbot.waitUntil(lambda: frame.findChild(Window) is not None, timeout=PATIENCE_MS)
    window = frame.findChild(Window)
    assert window is not None
    qtbot.waitUntil(lambda: window.session.engine.state == "ready", timeout=PATIENCE_MS)
    frame.activateWindow()
    yield User(qtbot, frame, window)
    window.session.history.mark_saved()
    frame.close()
    frame.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
