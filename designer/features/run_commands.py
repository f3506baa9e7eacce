"""Dry runs: start, up to the selected activity, stop."""

from __future__ import annotations

from designer.commands import Command, Desk
from engine.text import Text


def _is_idle(desk: Desk) -> bool:
    return not desk.session.run.running


def _has_one_selected(desk: Desk) -> bool:
    return _is_idle(desk) and len(desk.session.selection) == 1


COMMANDS = (
    Command(
        "test-flow",
        Text("Test flow"),
        lambda desk: desk.session.runs.test_flow(),
        ("Ctrl+Return", "Ctrl+Enter", "F5"),
        "run",
        1,
        "play",
        when=_is_idle,
    ),
    Command(
        "run-to-here",
        Text("Run to the selected activity"),
        lambda desk: desk.session.runs.run_to(desk.session.selection[0]),
        ("Shift+F5",),
        "run",
        2,
        "arrow-line-right",
        when=_has_one_selected,
    ),
    Command(
        "cancel-run",
        Text("Cancel the run"),
        lambda desk: desk.session.runs.cancel(),
        ("Ctrl+.",),
        "run",
        3,
        "stop",
        when=lambda desk: desk.session.run.running,
    ),
)
