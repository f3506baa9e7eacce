"""The question for one recipient's message, asked again as fast as it is answered and no faster."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from designer.engine_client import ENGINE_DIED, FindingView
from designer.forms.asking import ask
from designer.session import Session

PAUSE_MS = 80
"""How long after an edit the message is asked for: a word is not rendered letter by letter."""
AGAIN_MS = 300


class PreviewQuestion(QObject):
    """Asks the engine for a message. While one question is open, only the latest of the others is kept."""

    answered = Signal(dict)
    refused = Signal(FindingView)

    def __init__(self, session: Session, owner: QObject, params: Callable[[], Mapping[str, Any]]) -> None:
        """Ask with what `params` gives at that moment."""
        super().__init__(owner)
        self._session = session
        self._params = params
        self._is_open = False
        self._is_waiting = False
        self._round = 0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.now)

    def soon(self, pause_ms: int = PAUSE_MS) -> None:
        """Ask when edits have paused."""
        self._timer.start(pause_ms)

    def now(self) -> None:
        """Ask at once, or as soon as the open question is answered."""
        self._timer.stop()
        if self._is_open:
            self._is_waiting = True
            return
        self._is_open = True
        number = self._round
        ask(
            self._session,
            self,
            "preview",
            self._params(),
            on_result=lambda answer: self._close(number, lambda: self.answered.emit(answer)),
            on_error=lambda finding: self._close(number, lambda: self._fail(finding)),
        )

    def forget(self) -> None:
        """Drop the answer that is still to come: another message is wanted."""
        self._round += 1
        self._timer.stop()

    def _close(self, number: int, tell: Callable[[], object]) -> None:
        self._is_open = False
        if number == self._round:
            tell()
        if self._is_waiting:
            self._is_waiting = False
            self.now()

    def _fail(self, finding: FindingView) -> None:
        if finding.code == ENGINE_DIED.id:
            self._timer.start(AGAIN_MS)
        self.refused.emit(finding)
