"""Starts and stops dry runs and keeps what is known of the last one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from designer import run_view
from designer.engine_client import EngineClient, FindingView, Request
from designer.run_view import RunView
from engine.document.model import Flow

FRAME_MS = 33
"""Events are shown at most this often: a run of many activities must not repaint for each of them."""


class RunController(QObject):
    """Runs the current flow dry, one run at a time."""

    changed = Signal()
    finished = Signal()

    def __init__(self, engine: EngineClient, place: Callable[[], Mapping[str, Any]], parent: QObject) -> None:
        """Ask `engine`; `place` gives the flow and its folders as parameters of a request."""
        super().__init__(parent)
        self.view = RunView()
        self._engine = engine
        self._place = place
        self._flow = Flow()
        self._request: Request | None = None
        self._frame = QTimer(self, singleShot=True, interval=FRAME_MS)
        self._frame.timeout.connect(self.changed)

    def flow_changed(self, flow: Flow) -> None:
        """Take note of an edit: results that no longer belong to the flow are marked."""
        self._flow = flow
        self._show(run_view.aged(self.view, flow))

    def forget(self) -> None:
        """Stop what runs and forget the last run: another flow is open."""
        self.cancel()
        self._request = None
        self._show(RunView())

    def test_flow(self) -> None:
        """Run the whole flow dry."""
        self._run({})

    def run_to(self, id: str) -> None:
        """Run the flow up to the activity `id` and no further."""
        self._run({"to": id})

    def send(self, id: str) -> None:
        """Run up to the activity `id` and let it really make its call."""
        self._run({"to": id, "live": [id]})

    def cancel(self) -> None:
        """Stop the run."""
        if self._request is not None:
            self._request.cancel()

    def _run(self, params: Mapping[str, Any]) -> None:
        if self.view.running:
            return
        self._show(run_view.begin(self.view, self._flow))
        ran = self._flow
        self._request = request = self._engine.request(
            "run",
            {**self._place(), **params},
            on_event=lambda event: self._advance(request, event, ran),
            on_result=lambda _result: self._end(request, None),
            on_error=lambda error: self._end(request, error),
        )

    def _advance(self, request: Request, event: Mapping[str, Any], ran: Flow) -> None:
        if request is self._request:
            self.view = run_view.advance(self.view, event, ran)
            if not self._frame.isActive():
                self._frame.start()

    def _end(self, request: Request, error: FindingView | None) -> None:
        if request is not self._request:
            return
        self._request = None
        if error is not None and self.view.running:
            self.view = run_view.broken_off(self.view, error)
        self._show(run_view.aged(self.view, self._flow))
        self.finished.emit()

    def _show(self, view: RunView) -> None:
        self.view = view
        self._frame.stop()
        self.changed.emit()
