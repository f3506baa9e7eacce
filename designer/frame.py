"""The window before anything is in it: its size, its ground, and the question asked before it closes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QMainWindow

from designer import theme
from designer.preferences import Preferences

SIZE = (1600, 1000)
BAR_HEIGHT = 56


class Frame(QMainWindow):
    """An empty window that looks like the program from its first paint on."""

    painted = Signal()

    def __init__(self, preferences: Preferences) -> None:
        """Stand where the person left the window last time."""
        super().__init__()
        self.setWindowTitle("Campaign Flow Designer")
        self.setMinimumSize(1000, 640)
        self.may_close: Callable[[], bool] = lambda: True
        self._preferences = preferences
        self._is_painted = False
        if not self.restoreGeometry(preferences.state("geometry")):
            room = self.screen().availableGeometry().size()
            self.resize(min(SIZE[0], room.width()), min(SIZE[1], room.height()))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 # Qt's name
        """Paint the ground and the bar, and tell the first time that it is done."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("ground"))
        painter.fillRect(0, 0, self.width(), BAR_HEIGHT, theme.color("panel"))
        painter.fillRect(0, BAR_HEIGHT - 1, self.width(), 1, QColor(theme.tokens().border))
        painter.end()
        if not self._is_painted:
            self._is_painted = True
            self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 # Qt's name
        """Close unless there is work that the person wants to keep."""
        if not self.may_close():
            event.ignore()
            return
        self._preferences.keep_state("geometry", self.saveGeometry())
        event.accept()
