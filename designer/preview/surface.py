"""What a message is shown on, whichever way HTML can be drawn on this computer."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

PHONE_PX = 390
"""The width of a phone's screen in the pixels that a message's style sheet counts in."""
DESKTOP_PX = 680
"""A reading pane of a mail program is at least so wide; in a narrower panel the message is drawn smaller."""


class Surface(QWidget):
    """Draws HTML and lets nothing out: a link that is clicked is told by `link_refused` and not followed.

    `crashed` tells that drawing broke down, and whether it begins again by itself; `shown` that a message is there.
    """

    link_refused = Signal(str)
    crashed = Signal(bool)
    shown = Signal()
    is_exact = True
    """Whether the message looks here as it does in a mail program."""

    def show_message(self, html: str, *, is_dark: bool) -> None:
        """Draw a message on a light or a dark ground."""
        raise NotImplementedError

    def use_phone(self, is_phone: bool) -> None:
        """Draw as wide as a phone, or as a mail program's reading pane."""
        raise NotImplementedError
