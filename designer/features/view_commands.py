"""How the window looks: the panel in front, light or dark, the size of words."""

from __future__ import annotations

from designer import theme
from designer.commands import Command
from designer.preferences import TEXT_SIZES
from engine.text import Text


def _text_size(percent: int, order: int) -> Command:
    return Command(
        f"text-size-{percent}",
        Text("Text size {percent} %", percent=percent),
        lambda desk: desk.use_text_size(percent),
        (),
        "view",
        order,
        needs_flow=False,
        is_on=lambda desk: desk.preferences.text_size == percent,
    )


COMMANDS = (
    Command("show-canvas", Text("Canvas"), lambda desk: desk.editor.workspace.take_keyboard(), ("Alt+0",), "view", 10),
    Command(
        "show-response",
        Text("Test response"),
        lambda desk: desk.editor.bring_forward("response"),
        ("Alt+1",),
        "view",
        11,
    ),
    Command("show-data", Text("Data preview"), lambda desk: desk.editor.bring_forward("data"), ("Alt+2",), "view", 12),
    Command("show-log", Text("Run log"), lambda desk: desk.editor.bring_forward("log"), ("Alt+3",), "view", 13),
    Command(
        "show-problems", Text("Problems"), lambda desk: desk.editor.bring_forward("problems"), ("Alt+4",), "view", 14
    ),
    Command(
        "reset-layout", Text("Panels at their first sizes"), lambda desk: desk.editor.widget.reset(), (), "view", 17
    ),
    Command(
        "shade",
        Text("Light or dark"),
        lambda desk: desk.use_shade("light" if theme.tokens().name == "dark" else "dark"),
        ("Ctrl+Shift+L",),
        "view",
        21,
        "moon",
        needs_flow=False,
    ),
    *(_text_size(percent, 31 + place) for place, percent in enumerate(TEXT_SIZES)),
)
