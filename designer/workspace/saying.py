"""A sentence at the foot of the canvas that goes away by itself: why something was not done."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from designer.forms.parts import label
from designer.words import tr
from engine.text import Text

SHOWN_MS = 6000


class Saying(QFrame):
    """Shows one sentence at a time."""

    def __init__(self, parent: QWidget) -> None:
        """Say nothing yet."""
        super().__init__(parent)
        self.setProperty("role", "notice-warning")
        self._words = label("", "warning")
        self._words.setWordWrap(False)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.addWidget(self._words)
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def words(self) -> str:
        """Return what is said."""
        return self._words.text()

    def say(self, text: Text | str) -> None:
        """Show a sentence for a while."""
        self._words.setText(tr(text))
        self.setAccessibleName(tr(text))
        self.adjustSize()
        self.show()
        self.raise_()
        self._timer.start()
