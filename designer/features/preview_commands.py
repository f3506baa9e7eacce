"""Whose message is previewed, and how it is shown."""

from __future__ import annotations

from designer.commands import Command, Desk
from engine.text import Text


def _show_preview(desk: Desk) -> None:
    desk.editor.preview.setFocus()


def _toggle_dark(desk: Desk) -> None:
    preview = desk.editor.preview
    preview.use_dark(not preview.sheet.is_dark)


COMMANDS = (
    Command("show-preview", Text("Message preview"), _show_preview, ("Alt+5",), "view", 16),
    Command(
        "next-recipient",
        Text("Message of the next recipient"),
        lambda desk: desk.editor.preview.step(1),
        ("Alt+Right",),
        "view",
        51,
        "caret-right",
    ),
    Command(
        "previous-recipient",
        Text("Message of the previous recipient"),
        lambda desk: desk.editor.preview.step(-1),
        ("Alt+Left",),
        "view",
        52,
        "caret-left",
    ),
    Command(
        "find-recipient",
        Text("Find a recipient…"),
        lambda desk: desk.editor.preview.find_recipient(),
        ("Ctrl+Shift+F",),
        "view",
        53,
        "user",
    ),
    Command(
        "message-desktop",
        Text("Messages as on a desktop"),
        lambda desk: desk.editor.preview.use_mode("desktop"),
        (),
        "view",
        61,
        "desktop",
    ),
    Command(
        "message-phone",
        Text("Messages as on a phone"),
        lambda desk: desk.editor.preview.use_mode("phone"),
        (),
        "view",
        62,
        "device-mobile",
    ),
    Command(
        "message-text",
        Text("Messages as plain text"),
        lambda desk: desk.editor.preview.use_mode("text"),
        (),
        "view",
        63,
        "text-align-left",
    ),
    Command(
        "message-dark",
        Text("Messages as in dark mode"),
        _toggle_dark,
        (),
        "view",
        64,
        "moon",
    ),
)
