"""What stood out while a message was made: a line each, a click away from the field."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from designer.engine_client import FindingView
from designer.forms.parts import clear, label
from designer.icons import icon
from designer.words import tr
from engine.text import Text

MOST_LINES = 2
_GLYPHS = {"error": ("x-circle", "error"), "warning": ("warning", "warning")}


class FindingStrip(QWidget):
    """`chosen` tells the activity and the field of the line that was clicked."""

    chosen = Signal(str, str)

    def __init__(self) -> None:
        """Begin empty, taking no room."""
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.hide()

    def show_findings(self, findings: Sequence[FindingView]) -> None:
        """Show the first of `findings`, and how many there are besides."""
        clear(self._layout)
        for finding in findings[:MOST_LINES]:
            self._layout.addWidget(self._line(finding))
        rest = findings[MOST_LINES:]
        if rest:
            more = label(Text("… and {count} more", count=len(rest)), "hint")
            more.setToolTip("\n".join(finding.message for finding in rest))
            more.setContentsMargins(30, 0, 0, 2)
            self._layout.addWidget(more)
        self.setVisible(bool(findings))

    def _line(self, finding: FindingView) -> QPushButton:
        line = _Line(finding)
        line.clicked.connect(lambda: self.chosen.emit(finding.activity, finding.field))
        return line


class _Line(QPushButton):
    """One sentence, cut where there is no room and told whole by its tooltip."""

    def __init__(self, finding: FindingView) -> None:
        glyph, colour = _GLYPHS.get(finding.level, ("info", "text_soft"))
        super().__init__(icon(glyph, colour), "")
        self._words = finding.message
        self.setProperty("role", "row")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        hint = f"{finding.message} {finding.hint}".strip()
        self.setToolTip(f"{hint}\n{tr(Text('Click to go to the field.'))}")
        self.setAccessibleName(finding.message)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 # Qt's name
        """Cut the sentence to the new width."""
        super().resizeEvent(event)
        room = self.width() - self.iconSize().width() - 30
        self.setText(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room))

    def sizeHint(self) -> QSize:  # noqa: N802 # Qt's name
        """Return the height of one line of words, whether they are cut already or not."""
        return QSize(super().sizeHint().width(), max(self.fontMetrics().height(), self.iconSize().height()) + 12)
