"""The real window with one call in it, which is sent again and again."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from designer import app
from designer.panels.test_response import TestResponse
from designer.window import Window
from engine.document import edits, files
from engine.document.model import Flow

PATIENCE_S = 60.0


class Desk:
    """A window of the usual size with an External API activity that calls `url`."""

    def __init__(self, url: str, folder: Path, columns: Sequence[Any]) -> None:
        """Open the window and the flow, and wait for both."""
        self._application = app.create()
        self._frame = app.show(self._application, None)
        self._frame.resize(1600, 1000)
        self.wait(lambda: self._frame.findChild(Window) is not None)
        found = self._frame.findChild(Window)
        assert found is not None  # noqa: S101
        self.window = found
        self.wait(lambda: self.window.session.engine.state == "ready")
        settings = {"request": {"url": url}, "response": {"pointer": "/data", "columns": list(columns)}}
        flow, self.call = edits.add_activity(Flow(name="Large"), "external-api", position=(0, 0), settings=settings)
        flow = edits.set_options(flow, guardrails="local")
        files.save(flow, folder / "large.flow")
        self.window.files.open_path(folder / "large.flow")
        self.window.session.select(self.call)
        self.wait(lambda: self._frame.findChild(TestResponse) is not None)
        panel = self._frame.findChild(TestResponse)
        assert panel is not None  # noqa: S101
        self.panel = panel
        self.pause(1.5)

    def wait(self, until: Callable[[], bool]) -> None:
        """Let the window live until something is so. Raises TimeoutError."""
        end = time.monotonic() + PATIENCE_S
        while not until():
            if time.monotonic() > end:
                raise TimeoutError
            QApplication.processEvents()
            time.sleep(0.002)

    def pause(self, seconds: float) -> None:
        """Let the window live for a while."""
        end = time.monotonic() + seconds
        self.wait(lambda: time.monotonic() > end)

    def send(self) -> float:
        """Send the call, and return the seconds until its tree and its rows are shown."""
        self.pause(0.5)
        before = self._state()
        started = time.perf_counter()
        self.window.session.runs.send(self.call)
        self.wait(lambda: self.window.session.run.running)
        self.wait(lambda: not self.window.session.run.running and self._is_shown(before))
        self.panel.repaint()
        return time.perf_counter() - started

    def _state(self) -> Any:
        return self.panel.answer._read

    def _is_shown(self, before: Any) -> bool:
        answer = self.panel.answer
        return answer._read is not before and answer.has_json and answer._rows._rows.rows_held() > 0

    def close(self) -> None:
        """Close the window without a question."""
        self.window.session.history.mark_saved()
        self._frame.close()
        self.pause(0.3)
