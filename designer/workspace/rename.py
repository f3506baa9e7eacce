"""Renames an activity where its title stands."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from designer.words import tr
from engine.text import Text


class RenameLine(QLineEdit):
    """A line over the title: Enter or going elsewhere takes the new name, Escape leaves the old one."""

    ended = Signal(str)

    def __init__(self, name: str, area: QRect, parent: QWidget) -> None:
        """Show `name` for editing over `area` of `parent`."""
        super().__init__(name, parent)
        self.setAccessibleName(tr(Text("Name of the activity")))
        self._before = name
        self._has_ended = False
        self.setGeometry(area.adjusted(-8, -4, 0, 6))
        self.setMinimumSize(max(area.width(), 160), self.sizeHint().height())
        self.selectAll()
        self.installEventFilter(self)
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 # Qt's name
        """Come to an end with Enter, Escape or the loss of the keyboard."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._end(self.text())
                return True
            if event.key() == Qt.Key.Key_Escape:
                self._end(self._before)
                return True
        elif event.type() is QEvent.Type.FocusOut:
            self._end(self.text())
        return super().eventFilter(watched, event)

    def _end(self, name: str) -> None:
        if not self._has_ended:
            self._has_ended = True
            self.hide()
            self.deleteLater()
            self.ended.emit(name.strip())
