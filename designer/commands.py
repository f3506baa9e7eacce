"""What a feature declares: its commands, of which menu, search, shortcuts page and tooltips are made."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow

from designer.dialogs.files import Files
from designer.editor import Editor
from designer.preferences import Preferences
from designer.session import Session
from designer.theme import Shade
from engine.text import Text

Menu = Literal["", "file", "edit", "view", "run", "help"]


class Desk(Protocol):
    """The window as commands see it."""

    @property
    def frame(self) -> QMainWindow:
        """Return the window itself, for dialogs above it."""

    @property
    def session(self) -> Session:
        """Return the open flow."""

    @property
    def files(self) -> Files:
        """Return what opens and saves."""

    @property
    def preferences(self) -> Preferences:
        """Return what is remembered of the person."""

    @property
    def editor(self) -> Editor:
        """Return the panels of the open flow."""

    @property
    def has_flow(self) -> bool:
        """Return whether a flow is shown, not the start page."""

    def show_start_page(self) -> None:
        """Leave the open flow for the start page."""

    def actions(self) -> Sequence[tuple[QAction, Command]]:
        """Return every command with its action."""

    def use_shade(self, shade: Shade) -> None:
        """Show the program in light or dark, now and at the next start."""

    def use_text_size(self, percent: int) -> None:
        """Show larger or smaller words, now and at the next start."""


def _always(desk: Desk) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can do anywhere in the window.

    `do` gets the desk with all parts of the window; `when` says whether it can be done now, `is_on` whether a
    choice is in force (a tick in the menu). `shortcuts` are in Qt's portable words (`Ctrl+Shift+Z`), the first
    one is shown; with `keys_on` "canvas" they work only while the canvas has the keyboard, so that a form keeps
    `Tab`, `Delete` and letters for itself. Commands with `needs_flow` sleep on the start page. `order` sorts a menu:
    a jump to the next ten draws a line.
    """

    id: str
    text: Text
    do: Callable[[Desk], object]
    shortcuts: tuple[str, ...] = ()
    menu: Menu = ""
    order: int = 0
    glyph: str = ""
    needs_flow: bool = True
    when: Callable[[Desk], bool] = _always
    is_on: Callable[[Desk], bool] | None = None
    keys_on: Literal["window", "canvas"] = "window"


def found(package: str = "designer.features") -> Iterator[Command]:
    """Yield the `COMMANDS` of every feature, in the order of the files' names."""
    features = importlib.import_module(package)
    for module in sorted(pkgutil.iter_modules(features.__path__), key=lambda each: each.name):
        yield from getattr(importlib.import_module(f"{package}.{module.name}"), "COMMANDS", ())
