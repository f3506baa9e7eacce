"""A name that is typed over in place, in large letters."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy

from designer.forms.reading_line import ReadingLine

INDENT = 3
"""How far the words stand from the left edge, in pixels: the border and Qt's own margin within a line."""


class TitleLine(ReadingLine):
    """A line without a frame; its tooltip holds the whole name."""

    def __init__(self, name: str, tip: str) -> None:
        """Be called `name` by screen readers; `tip` says what a click does."""
        super().__init__()
        self.setProperty("role", "title")
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.returnPressed.connect(self.clearFocus)
        self.textChanged.connect(lambda text: self.setToolTip(f"{text}\n{tip}" if text else tip))

    def show_name(self, text: str) -> None:
        """Show `text`, unless the line says it already."""
        if self.text() != text:
            self.setText(text)
