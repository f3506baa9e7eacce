"""NodeGraphQt is loaded quietly, quickly and without its controller; what is private in it is still there."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest

from designer.workspace import nodegraph
from designer.workspace.canvas import Canvas
from designer.workspace.card import Card
from designer.workspace.port import Port
from designer.workspace.wire import WireLine

SCRIPT = """
import sys, time
from PySide6.QtWidgets import QApplication
import designer.forms.resources, designer.icons, designer.session, engine.registry
application = QApplication([])
before = set(sys.modules)
start = time.process_time()
import designer.workspace
print(time.process_time() - start)
print(*sorted(set(sys.modules) - before))
"""


def loaded() -> tuple[float, set[str], str]:
    """Return how many seconds of work it is to load the canvas, what it leaves loaded, and what it says."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=60
    )
    seconds, names = done.stdout.splitlines()
    return float(seconds), set(names.split()), done.stderr


def test_loading_the_canvas_is_quick_and_quiet_and_leaves_no_stand_in_behind() -> None:
    seconds, names, said = loaded()
    assert seconds < 0.3
    assert "NodeGraphQt.widgets.viewer" in names
    assert not {"NodeGraphQt.base.graph", "NodeGraphQt.nodes.base_node", "distutils", "Qt", "NodeGraphQt"} & names
    assert not any(name.startswith("PySide6.QtWebEngine") or name == "PySide6.QtMultimedia" for name in names)
    assert [line for line in said.splitlines() if "plugin" not in line] == []


def test_the_version_is_the_one_that_is_known() -> None:
    assert version("NodeGraphQt") == nodegraph.VERSION


@pytest.mark.parametrize(
    ("ours", "name"),
    [
        (Canvas, "_update_scene"),
        (Canvas, "sceneMousePressEvent"),
        (Canvas, "sceneMouseMoveEvent"),
        (Canvas, "sceneMouseReleaseEvent"),
        (WireLine, "_draw_direction_pointer"),
        (WireLine, "draw_path"),
        (WireLine, "reset"),
        (WireLine, "highlight"),
        (Port, "connected_pipes"),
        (Card, "xy_pos"),
    ],
)
def test_what_is_replaced_or_relied_on_exists_in_it(ours: type, name: str) -> None:
    theirs = next(each for each in ours.__mro__ if each.__module__.startswith("NodeGraphQt"))
    assert hasattr(theirs, name)
