"""Questions to the engine whose answers are dropped when the widget that asked is gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid

from designer.engine_client import FindingView

if TYPE_CHECKING:
    from designer.engine_client import Request
    from designer.session import Session

OnResult = Callable[[Any], object]
OnError = Callable[[FindingView], object]


def ask(
    session: Session,
    owner: QObject,
    verb: str,
    params: Mapping[str, Any],
    *,
    on_result: OnResult,
    on_error: OnError | None = None,
) -> Request:
    """Ask the engine for `verb`; neither answer reaches `owner` once it is deleted."""

    def result(answer: Any) -> None:
        if is_alive(owner):
            on_result(answer)

    def error(finding: FindingView) -> None:
        if is_alive(owner) and on_error is not None:
            on_error(finding)

    return session.engine.request(verb, params, on_result=result, on_error=error)


def is_alive(owner: QObject) -> bool:
    """Return whether Qt still has the object."""
    return bool(isValid(owner))  # type: ignore[no-untyped-call]  # shiboken6 comes without stubs


class LateQuestion(QObject):
    """A question that is asked when edits have paused, and that is taken back when it is asked again."""

    def __init__(self, session: Session, owner: QObject, verb: str, *, pause_ms: int = 250) -> None:
        """Ask `verb` for `owner`, `pause_ms` after the last call of `soon`."""
        super().__init__(owner)
        self._session = session
        self._verb = verb
        self._number = 0
        self._timer = QTimer(self, singleShot=True, interval=pause_ms)
        self._timer.timeout.connect(self._ask)
        self._open: Request | None = None
        self._params: Callable[[], Mapping[str, Any]] = dict
        self._on_result: OnResult = _nothing
        self._on_error: OnError = _nothing

    def soon(
        self, params: Callable[[], Mapping[str, Any]], on_result: OnResult, on_error: OnError | None = None
    ) -> None:
        """Ask with what `params` gives then; only the answer to the last question is told."""
        self._params, self._on_result, self._on_error = params, on_result, on_error or _nothing
        self._timer.start()

    def _ask(self) -> None:
        self._number += 1
        number = self._number
        if self._open is not None:
            self._open.cancel()
        self._open = ask(
            self._session,
            self,
            self._verb,
            self._params(),
            on_result=lambda answer: self._on_result(answer) if number == self._number else None,
            on_error=lambda finding: self._on_error(finding) if number == self._number else None,
        )


def _nothing(_answer: Any) -> None:
    """Take an answer that nobody waits for."""
