"""The search over everything, and the page of keys: both made from what the other features declare."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtGui import QKeySequence

from designer.commands import Command, Desk
from designer.dialogs.search import Hit, Search
from designer.dialogs.shortcuts import Shortcuts
from designer.frame import BAR_HEIGHT
from designer.icons import activity_tile
from designer.words import tr
from engine import registry
from engine.text import Text


def search(desk: Desk) -> None:
    """Open the search below the bar."""
    below = desk.frame.mapToGlobal(QPoint(desk.frame.width() // 2, BAR_HEIGHT))
    Search([*_activities(desk), *_commands(desk)], desk.frame).open_below(below)


def _activities(desk: Desk) -> Iterator[Hit]:
    for id, entry in desk.session.flow.activities.items():
        kind = registry.activity(entry.kind)
        about = tr(kind.title) if kind is not None else entry.kind
        picture = activity_tile(entry.kind, kind.category if kind is not None else "execution")
        yield Hit(tr(registry.title(entry)), about, partial(_reveal, desk, id), picture)


def _reveal(desk: Desk, id: str) -> None:
    desk.session.select(id)
    desk.session.reveal.emit(id, "")


def _commands(desk: Desk) -> Iterator[Hit]:
    for action, command in desk.actions():
        if action.isEnabled() and command.id != "search":
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            yield Hit(tr(command.text), keys, action.trigger, action.icon())


def show_shortcuts(desk: Desk) -> None:
    """Show all commands that have keys."""
    Shortcuts([action for action, _ in desk.actions()], desk.frame).exec()


COMMANDS = (
    Command("search", Text("Search…"), search, ("Ctrl+K", "Ctrl+P"), "view", 1, "magnifying-glass"),
    Command("shortcuts", Text("Keyboard shortcuts"), show_shortcuts, ("F1",), "help", 1, "keyboard", needs_flow=False),
)
