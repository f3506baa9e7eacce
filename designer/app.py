"""Starts the program: an empty window at once, everything in it in the next turn of the event loop."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from designer import theme, words
from designer.frame import Frame
from designer.garbage import Collector
from designer.mishaps import Mishaps
from designer.preferences import Preferences, state_folder

START_S = 4.0
"""After so many seconds the window stands."""


def run(path: Path | None) -> int:
    """Show the designer, with the file at `path` or on its start page, until its window is closed."""
    application = create()
    frame = show(application, path)
    code = application.exec()
    frame.deleteLater()
    return code


def create() -> QApplication:
    """Return the Qt application, dressed and named."""
    QApplication.setApplicationName("campaign-flow-designer")
    QApplication.setApplicationDisplayName("Campaign Flow Designer")
    QApplication.setDesktopFileName("campaign-flow-designer")
    # nothing extends the models: looking for what could takes longer than making them
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    application = QApplication(sys.argv[:1])
    Collector(application, start_s=START_S)
    words.use_language(QLocale.system().name())
    theme.load_fonts()
    return application


def show(application: QApplication, path: Path | None) -> Frame:
    """Show an empty window and fill it as soon as it has been painted."""
    preferences = Preferences(application)
    mishaps = Mishaps(state_folder() / "designer.log", application)
    mishaps.install()
    theme.apply(application, shade(preferences), preferences.text_size / 100)
    frame = Frame(preferences)

    def fill() -> None:
        # the canvas and the forms load a hundred modules: the person sees a window before that
        importlib.import_module("designer.window").Window(frame, preferences, mishaps, path)

    frame.painted.connect(lambda: QTimer.singleShot(0, frame, fill))
    frame.show()
    return frame


def shade(preferences: Preferences) -> theme.Shade:
    """Return the chosen shade, or the desktop's where the person leaves it to that."""
    if preferences.shade != "system":
        return preferences.shade
    is_dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    return "dark" if is_dark else "light"
