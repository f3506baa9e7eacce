"""How bad a line is: its glyph with a colour, its word, and the choice of the lines to show."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox

from designer.words import tr
from engine.text import Text

LEVELS = {
    "error": ("x-circle", "error"),
    "warning": ("warning", "warning"),
    "info": ("info", "text_faint"),
}
"""Glyph and colour of each level, the worst first."""

LEVEL_WORDS = {"error": Text("Error"), "warning": Text("Warning"), "info": Text("Note")}


def level_word(level: str) -> str:
    """Return what people call a level; one that is not known counts as an error."""
    return tr(LEVEL_WORDS.get(level, LEVEL_WORDS["error"]))


def level_filter() -> QComboBox:
    """Return a choice of lines whose data is the set of levels to show."""
    chooser = QComboBox()
    for words, levels in (
        (Text("Everything"), frozenset(LEVELS)),
        (Text("Warnings and errors"), frozenset({"warning", "error"})),
        (Text("Errors"), frozenset({"error"})),
    ):
        chooser.addItem(tr(words), levels)
    chooser.setAccessibleName(tr(Text("Which lines to show")))
    return chooser
