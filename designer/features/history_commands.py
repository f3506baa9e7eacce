"""Undo and redo."""

from __future__ import annotations

from designer.commands import Command
from engine.text import Text

COMMANDS = (
    Command(
        "undo",
        Text("Undo"),
        lambda desk: desk.session.history.stack.undo(),
        ("Ctrl+Z",),
        "edit",
        1,
        "arrow-counter-clockwise",
        when=lambda desk: desk.session.history.stack.canUndo(),
    ),
    Command(
        "redo",
        Text("Redo"),
        lambda desk: desk.session.history.stack.redo(),
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        "edit",
        2,
        "arrow-clockwise",
        when=lambda desk: desk.session.history.stack.canRedo(),
    ),
)
