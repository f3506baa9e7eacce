"""The program, started for a test in folders of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer import app, theme
from designer.window import Window
from tests.designer.conftest import collector
from tests.journeys.person import PATIENCE_MS, User

__all__ = ["collector"]  # where garbage is collected is the same for all windows

SIZE = (1600, 1000)


@contextmanager
def own_folders(folder: Path) -> Iterator[None]:
    """Point the standard folders into `folder`, so that nothing of the person's is read or written."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
            patch.setenv(name, str(folder / name.lower()))
        QCoreApplication.setApplicationName("campaign-flow-designer")
        yield


@contextmanager
def started(application: QApplication, qtbot: QtBot) -> Iterator[User]:
    """Start the program, and end it as a person would who keeps nothing."""
    theme.load_fonts()
    frame = app.show(application, None)
    frame.resize(*SIZE)
    qtbot.waitUntil(lambda: frame.findChild(Window) is not None, timeout=PATIENCE_MS)
    window = frame.findChild(Window)
    assert window is not None
    qtbot.waitUntil(lambda: window.session.engine.state == "ready", timeout=PATIENCE_MS)
    frame.activateWindow()
    qtbot.waitUntil(frame.isActiveWindow, timeout=PATIENCE_MS)
    yield User(qtbot, frame, window)
    window.session.history.mark_saved()
    frame.close()
    frame.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def user(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[User]:
    """Return a person before the program that has just started."""
    with own_folders(tmp_path), started(qapp, qtbot) as person:
        yield person
