"""New, open, save and leave."""

from __future__ import annotations

from designer.commands import Command
from engine.text import Text

COMMANDS = (
    Command(
        "new", Text("New flow"), lambda desk: desk.files.new(), ("Ctrl+N",), "file", 1, "file-plus", needs_flow=False
    ),
    Command(
        "open", Text("Open…"), lambda desk: desk.files.open(), ("Ctrl+O",), "file", 2, "folder-open", needs_flow=False
    ),
    Command("start-page", Text("Start page"), lambda desk: desk.show_start_page(), (), "file", 3, "house"),
    Command("save", Text("Save"), lambda desk: desk.files.save(), ("Ctrl+S",), "file", 11, "floppy-disk"),
    Command("save-as", Text("Save as…"), lambda desk: desk.files.save_as(), ("Ctrl+Shift+S",), "file", 12),
    Command("quit", Text("Quit"), lambda desk: desk.frame.close(), ("Ctrl+Q",), "file", 21, needs_flow=False),
)
