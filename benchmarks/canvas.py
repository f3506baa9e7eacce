"""How quick the canvas is with many activities, beside NodeGraphQt alone drawing as many nodes and pipes."""

from __future__ import annotations

import os
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks._timing import median_of, tell

COUNTS = (200, 1000)
COLUMNS = 12
FRAMES = 20
SIZE = (1600, 1000)


class Shown:
    """Something on the screen that can be opened, moved and zoomed, frame by frame."""

    def __init__(
        self, view: Any, build: Callable[[], object], pan: Callable[[], object], zoom: Callable[[], object]
    ) -> None:
        """Measure `view`."""
        self.view, self._build, self._pan, self._zoom = view, build, pan, zoom

    def open(self) -> float:
        """Return the seconds from nothing to the first picture."""
        started = time.perf_counter()
        self._build()
        self.view.grab()
        return time.perf_counter() - started

    def frame(self, step: Callable[[], object]) -> float:
        """Return the seconds that a picture takes after each `step`."""
        seconds = []
        for _ in range(FRAMES):
            started = time.perf_counter()
            step()
            self.view.grab()
            seconds.append(time.perf_counter() - started)
        return median_of(seconds)

    def pan(self) -> float:
        """Return the seconds of a picture while the ground is moved."""
        return self.frame(self._pan)

    def zoom(self) -> float:
        """Return the seconds of a picture while zooming."""
        return self.frame(self._zoom)


def bare(count: int) -> Shown:
    """Return NodeGraphQt alone with so many nodes, each with a pipe to the next."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from NodeGraphQt import BaseNode, NodeGraph

    class Plain(BaseNode):  # type: ignore[misc] # untyped library
        """A node with one port on each side."""

        __identifier__ = "plain"
        NODE_NAME = "Plain"

        def __init__(self) -> None:
            """Have two ports."""
            super().__init__()
            self.add_input("in", multi_input=True)
            self.add_output("out")

    graph = NodeGraph()
    graph.register_node(Plain)
    viewer = graph.viewer()
    viewer.resize(*SIZE)
    turn = iter(range(10**9))

    def build() -> None:
        before = None
        for number in range(count):
            x, y = place(number)
            node = graph.create_node("plain.Plain", name=f"Node {number}", pos=[x, y], push_undo=False)
            if before is not None:
                before.output(0).connect_to(node.input(0), push_undo=False, emit_signal=False)
            before = node
        viewer.zoom_to_nodes(viewer.all_nodes())

    return Shown(
        viewer,
        build,
        lambda: viewer._set_viewer_pan(4, 3),
        lambda: viewer._set_viewer_zoom(0.1 if next(turn) % 2 else -0.1, 0.0),
    )


def ours(count: int) -> Shown:
    """Return the canvas with so many activities, each wired to the next."""
    from designer.session import Session
    from designer.workspace import Workspace
    from engine.document.model import ActivityEntry, Flow, Position

    session = Session(Path(tempfile.mkdtemp()))
    workspace = Workspace(session)
    workspace.resize(*SIZE)
    canvas = workspace.canvas
    canvas.resize(*SIZE)
    turn = iter(range(10**9))
    activities = {
        f"a{number:04}": ActivityEntry(
            kind="enrichment" if number else "query",
            label=f"Activity {number}",
            inputs={"primary": (f"a{number - 1:04}.result",)} if number else {},
        )
        for number in range(count)
    }
    layout = {id: Position(x=x, y=y) for id, (x, y) in zip(activities, map(place, range(count)), strict=True)}

    def build() -> None:
        session.history.restart(Flow(activities=activities, layout=layout), is_saved=True)
        workspace.fit()

    def zoom() -> None:
        canvas.zoom_to(canvas.camera.zoom * (1.1 if next(turn) % 2 else 1 / 1.1))

    from PySide6.QtCore import QPoint

    return Shown(canvas, build, lambda: canvas.camera.pan(QPoint(4, 3)), zoom)


def place(number: int) -> tuple[float, float]:
    """Return where a card stands: rows of twelve."""
    return number % COLUMNS * 280, number // COLUMNS * 112


def main() -> int:
    """Print opening, panning and zooming for each number of activities."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication(sys.argv[:1])
    from designer import theme

    theme.load_fonts()
    if isinstance(application, QApplication):
        theme.apply(application, "light")
    # activities, fonts and pictures are there when a person opens a flow
    ours(2).open()
    for count in COUNTS:
        alone, canvas = bare(count), ours(count)
        is_promised = count == COUNTS[0]
        tell(f"open {count} activities", canvas.open(), alone.open(), "below 500 ms" if is_promised else "")
        tell(f"a frame while moving, {count}", canvas.pan(), alone.pan(), "")
        tell(f"a frame while zooming, {count}", canvas.zoom(), alone.zoom(), "")
    return 0


if __name__ == "__main__":
    sys.exit(main())
