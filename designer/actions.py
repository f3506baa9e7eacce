"""Commands as Qt knows them: actions with keys, and the menu made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from designer.commands import Command, Desk
from designer.icons import icon
from designer.words import tr
from engine.text import Text

MENUS: Mapping[str, Text] = {
    "file": Text("File"),
    "edit": Text("Edit"),
    "view": Text("View"),
    "run": Text("Run"),
    "help": Text("Help"),
}


class Actions(QObject):
    """One action for each command, awake when the command can be done."""

    def __init__(self, commands: Iterable[Command], desk: Desk, parent: QObject) -> None:
        """Give the window of `desk` the keys of `commands`."""
        super().__init__(parent)
        self._desk = desk
        self._commands: dict[QAction, Command] = {}
        for command in commands:
            self._add(command)
        session = desk.session
        for signal in (session.flow_changed, session.selection_changed, session.run_changed, session.place_changed):
            signal.connect(self.refresh)
        self.refresh()

    def _add(self, command: Command) -> None:
        action = QAction(tr(command.text), self._desk.frame)
        action.setObjectName(command.id)
        action.setShortcuts([QKeySequence(keys) for keys in command.shortcuts])
        if command.keys_on == "canvas":
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setCheckable(command.is_on is not None)
        if command.glyph:
            action.setIcon(icon(command.glyph))
        action.triggered.connect(lambda _checked=False: self._do(command))
        self._commands[action] = command
        self._desk.frame.addAction(action)

    def _do(self, command: Command) -> None:
        if self.can(command):
            command.do(self._desk)
        self.refresh()

    def can(self, command: Command) -> bool:
        """Return whether a command can be done now."""
        return (self._desk.has_flow or not command.needs_flow) and command.when(self._desk)

    def refresh(self, *_arguments: object) -> None:
        """Wake the actions that can be done now and send the others to sleep."""
        for action, command in self._commands.items():
            action.setEnabled(self.can(command))
            if command.is_on is not None:
                action.setChecked(command.is_on(self._desk))

    def all(self) -> Sequence[tuple[QAction, Command]]:
        """Return every action with its command."""
        return tuple(self._commands.items())

    def action(self, id: str) -> QAction:
        """Return the action of the command called `id`."""
        return next(action for action, command in self._commands.items() if command.id == id)

    def fill(self, menu: QMenu) -> None:
        """Put all commands that have a menu into submenus of `menu`."""
        menu.aboutToShow.connect(self.refresh)
        for name, words in MENUS.items():
            chosen = [(action, command) for action, command in self._commands.items() if command.menu == name]
            chosen.sort(key=lambda each: each[1].order)
            submenu = menu.addMenu(tr(words))
            before = 0
            for action, command in chosen:
                if before and command.order // 10 != before // 10:
                    submenu.addSeparator()
                submenu.addAction(action)
                before = command.order
