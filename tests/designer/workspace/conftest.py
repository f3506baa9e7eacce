"""A canvas on the screen with its commands, over activities that exist for these tests only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

import engine.activities
from designer.actions import Actions
from designer.features import canvas_commands
from designer.session import Session
from designer.workspace import Workspace
from engine import registry
from tests.designer.workspace.hands import Hands, example

PROBES = '''
"""Made for a test."""
from engine.activity import Activity, ActivitySettings, Inbound, Population, Transition, setting
from engine.text import Text

ROWS = Inbound("inbound", Text("Rows"))
RESULT = Transition("result", Text("Result"))


class Probe:
    Settings = ActivitySettings
    help = Text("A probe")

    def summary(self, settings):
        return Text("a probe")

    def inbound(self, settings):
        return (ROWS,)

    def transitions(self, settings):
        return (RESULT,)

    def schemas(self, settings, inbound, design):
        return {}

    def run(self, settings, inbound, services):
        raise NotImplementedError


class Begin(Probe, Activity):
    kind = "begin"
    title = Text("Begin")
    category = "execution"

    def inbound(self, settings):
        return ()

    def transitions(self, settings):
        return (Transition("result", Text("Result"), Population.EVENT),)


class Source(Begin):
    kind = "source"
    title = Text("People")
    category = "targeting"

    def transitions(self, settings):
        return (RESULT,)


class Call(Probe, Activity):
    kind = "external-api"
    title = Text("External API")
    category = "data"

    def transitions(self, settings):
        return (RESULT, Transition("failed", Text("Failed"), Population.EVENT, "failed"))


class SplitSettings(ActivitySettings):
    ways: int = setting(2, label="Ways")


class Split(Probe, Activity):
    kind = "split"
    title = Text("Split")
    category = "targeting"
    Settings = SplitSettings

    def summary(self, settings):
        return Text("{ways} ways", ways=settings.ways)

    def transitions(self, settings):
        numbers = range(1, settings.ways + 1)
        return tuple(Transition(f"way{number}", Text("Way {number}", number=number)) for number in numbers)


class Join(Probe, Activity):
    kind = "join"
    title = Text("Join")
    category = "transform"

    def inbound(self, settings):
        return (Inbound("primary", Text("Primary set")), Inbound("linked", Text("Linked sets"), maximum=None))


class Mail(Probe, Activity):
    kind = "mail"
    title = Text("Mail")
    category = "channels"

    def transitions(self, settings):
        return ()
'''


@pytest.fixture(autouse=True)
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the session ask no engine: these tests say themselves what is wrong with a flow."""
    monkeypatch.setattr(Session, "check", lambda _session: None)


@pytest.fixture(autouse=True)
def probes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Offer the probes instead of the real activities."""
    folder = tmp_path / "probes"
    folder.mkdir()
    (folder / "probes_of_workspace.py").write_text(PROBES, encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(engine.activities, "__path__", [str(folder)])
        registry.rescan()
        yield
    sys.modules.pop("engine.activities.probes_of_workspace", None)
    registry.rescan()


class Table:
    """The window as the commands see it, with nothing but the canvas in it."""

    def __init__(self, window: QMainWindow, session: Session, workspace: Workspace) -> None:
        """Put the canvas on the table."""
        self.frame, self.session = window, session
        self.editor: Any = SimpleNamespace(workspace=workspace)
        self.has_flow = True


@pytest.fixture
def hands(session: Session, qtbot: QtBot) -> Hands:
    """Return a person in front of the example."""
    window = QMainWindow()
    workspace = Workspace(session)
    window.setCentralWidget(workspace)
    table: Any = Table(window, session, workspace)
    actions = Actions(canvas_commands.COMMANDS, table, window)
    workspace.use_actions([action for action, _ in actions.all()])
    qtbot.addWidget(window)
    window.resize(1200, 640)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    session.history.restart(example(), is_saved=True)
    session.opened.emit()
    workspace.canvas.setFocus()
    return Hands(workspace, session, window)
