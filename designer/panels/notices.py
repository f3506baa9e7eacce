"""Sentences above the canvas that wait for a choice: recovered work, a changed file, an error."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from designer.forms.parts import GAP, button, icon_button, label
from designer.icons import icon
from designer.words import tr
from engine.text import Text

Choice = tuple[Text, Callable[[], object]]

_LOOKS = {
    "info": ("notice", "info", "accent"),
    "warning": ("notice-warning", "warning", "warning"),
    "error": ("notice-error", "x-circle", "error"),
}


class Notices(QWidget):
    """A pile of notices, none of which stops the work."""

    def __init__(self) -> None:
        """Begin without any."""
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(10, 10, 10, 0)
        self._layout.setSpacing(GAP)
        self._notices: dict[str, QFrame] = {}
        self.hide()

    def show_notice(
        self, name: str, level: str, text: Text | str, choices: Sequence[Choice] = (), *, hint: str = ""
    ) -> None:
        """Show a sentence with its choices; a notice of the same `name` makes room."""
        self.drop(name)
        look, glyph, color = _LOOKS[level]
        frame = QFrame()
        frame.setProperty("role", look)
        row = QHBoxLayout(frame)
        row.setContentsMargins(12, 6, 6, 6)
        row.setSpacing(10)
        mark = QLabel()
        mark.setPixmap(icon(glyph, color).pixmap(QSize(18, 18)))
        row.addWidget(mark)
        sentence = label(text)
        if hint:
            sentence.setText(f"{sentence.text()} {hint}")
        row.addWidget(sentence, 1)
        for words, action in choices:
            row.addWidget(button(words, words, lambda action=action: self._choose(name, action)))  # type: ignore[misc] # mypy cannot see through a default of a lambda
        row.addWidget(icon_button("x", Text("Dismiss"), lambda: self.drop(name)))
        frame.setAccessibleName(tr(text) if isinstance(text, Text) else text)
        self._notices[name] = frame
        self._layout.addWidget(frame)
        self.show()

    def drop(self, name: str) -> None:
        """Take a notice away."""
        frame = self._notices.pop(name, None)
        if frame is not None:
            frame.hide()
            frame.deleteLater()
        self.setVisible(bool(self._notices))

    def _choose(self, name: str, action: Callable[[], object]) -> None:
        self.drop(name)
        action()
