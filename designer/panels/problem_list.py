"""What is wrong with the activity in the panel: one line each, a click away from the field."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from designer.forms.parts import clear
from designer.icons import icon
from designer.session import Session
from designer.words import tr
from engine.errors import Level
from engine.text import Text

MOST_LINES = 3
_AROUND = 26
"""The padding of a line, and the gap after its icon, in pixels."""
_GLYPHS = {
    Level.ERROR: ("x-circle", "error"),
    Level.WARNING: ("warning", "warning"),
    Level.INFO: ("info", "text_soft"),
}


class _Line(QPushButton):
    """A sentence to click, cut with an ellipsis where the panel is narrow."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self._words = words
        self.setProperty("role", "row")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        room = self.width() - self.iconSize().width() - _AROUND
        self.setText(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room))


class ProblemStrip(QWidget):
    """The worst problems of one activity, at the foot of its panel."""

    def __init__(self, session: Session, activity: str) -> None:
        """Follow the findings of the activity with the id `activity`."""
        super().__init__()
        self._session = session
        self._activity = activity
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        session.findings_changed.connect(self.refresh)
        self.refresh()

    def detach(self) -> None:
        """Stop listening to the session: the panel is going away."""
        self._session.findings_changed.disconnect(self.refresh)

    def refresh(self) -> None:
        """Show the problems as they are now."""
        order = [Level.ERROR, Level.WARNING, Level.INFO]
        own = [each for each in self._session.findings if each.activity == self._activity]
        own.sort(key=lambda each: order.index(Level(each.level)))
        clear(self._layout)
        for finding in own[:MOST_LINES]:
            self._layout.addWidget(self._line(Level(finding.level), finding.message, finding.field))
        if len(own) > MOST_LINES:
            more = Text.plural("… and {count} more", "… and {count} more", count=len(own) - MOST_LINES)
            self._layout.addWidget(self._line(Level.INFO, tr(more), own[MOST_LINES].field))

    def _line(self, level: Level, message: str, field: str) -> QPushButton:
        glyph, colour = _GLYPHS[level]
        line = _Line(message)
        line.setIcon(icon(glyph, colour))
        line.setToolTip(f"{message}\n{tr(Text('Click to go to the field.'))}")
        line.setAccessibleName(message)
        line.clicked.connect(lambda: self._session.reveal.emit(self._activity, field))
        return line
