"""What an empty canvas says: how to begin."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from designer.forms.parts import label
from designer.workspace.camera import text_scale
from engine.text import Text


class EmptyHint(QFrame):
    """Sentences in the middle of the canvas; the mouse goes through them."""

    def __init__(self, parent: QWidget) -> None:
        """Say how a flow begins."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QVBoxLayout(self)
        layout.setSpacing(6)
        for words, kind in (
            (Text("This flow is empty"), "title"),
            (Text("Drag an activity here from the left, or press Tab and type its name."), "soft"),
            (Text("Drop a CSV file here to bring people or offers along."), "soft"),
            (Text("An example to learn from is on the start page."), "soft"),
        ):
            line = label(words, kind)
            line.setAlignment(Qt.AlignmentFlag.AlignCenter)
            line.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
            layout.addWidget(line)

    def fit(self, room: int) -> None:
        """Be as wide as the words want, if there is so much room."""
        self.setFixedWidth(min(round(440 * text_scale()), room))
        self.adjustSize()
