"""The engine's process seen from the window: requests out, events and answers in, restarted when it dies."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Qt, QTimer, Signal

from designer.words import tr
from engine import quick_json
from engine.document import digits
from engine.errors import Code, Finding, InternalError, Level, RunCancelled
from engine.text import Text

ENGINE_DIED = Code("APP-ENGINE-DIED", "The engine's process ended unexpectedly and was started again.")
CANCELLED = Code("APP-CANCELLED-EARLY", "A person took a request back before the engine had begun with it.")
ENGINE_MISSING = Code("APP-ENGINE-MISSING", "The engine's process cannot be started.")

TURN_S = 0.012
"""How long answers are read before the window gets its turn again."""
PATIENCE_MS = 5000
"""How long a cancelled run may take to stop before the engine is ended."""
DEATHS = 3
WITHIN_S = 10.0
"""An engine that ends so often within so many seconds is not started again before the next question."""
LONG_LINE = 200_000
"""Reading a line of so many bytes would hold the window up."""
MOST_BYTES = 256 * 1024 * 1024
"""An engine that has said so much that nobody has read yet has lost its mind, and is ended."""

State = Literal["off", "starting", "ready", "broken"]


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding or an error as the engine sends it: a sentence, its code, its place and the way out."""

    level: str
    code: str
    message: str
    acs: str = ""
    hint: str = ""
    activity: str = ""
    field: str = ""
    details: Mapping[str, Any] | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> FindingView:
        """Rebuild what `Finding.to_json` or an error's `to_json` gave, in the person's language."""
        text = data.get("text")
        return cls(
            level=str(data.get("level") or Level.ERROR),
            code=str(data.get("code") or ""),
            message=tr(Text.from_json(text)) if isinstance(text, Mapping) else str(data.get("message") or ""),
            acs=str(data.get("acs") or ""),
            hint=str(data.get("hint") or ""),
            activity=str(data.get("activity") or ""),
            field=str(data.get("field") or ""),
            details=data.get("details"),
        )

    @classmethod
    def of(cls, finding: Finding) -> FindingView:
        """Return the view of a finding made in the window itself."""
        return cls.from_json(finding.to_json())


Answer = Callable[[Any], object]
Refusal = Callable[[FindingView], object]


class Request:
    """One question to the engine that is not answered yet."""

    def __init__(
        self, client: EngineClient, id: int, verb: str, line: bytes, hooks: Mapping[str, Callable[[Any], object] | None]
    ) -> None:
        """Belong to `client`; `line` is what is sent, `hooks` what is called with what comes back."""
        self.id = id
        self.verb = verb
        self.line = line
        self.is_cancelled = False
        self._client = client
        self._hooks = hooks

    def cancel(self) -> None:
        """Ask the engine to stop; if a run does not within five seconds the engine's process is ended."""
        self._client.cancel(self)

    def tell(self, hook: str, value: Any) -> None:
        """Hand `value` to whoever waits for it."""
        action = self._hooks.get(hook)
        if action is not None:
            action(value)


class EngineClient(QObject):
    """Asks the engine and never waits for it; every answer arrives as a call in the window's thread."""

    state_changed = Signal()
    died = Signal()

    def __init__(self, command: Sequence[str] = (), *, log: Path | None = None, parent: QObject | None = None) -> None:
        """Talk to the process that `command` starts; what it says on standard error goes to the file `log`."""
        super().__init__(parent)
        self.state: State = "off"
        self._command = list(command) or [sys.executable, "-m", "engine", "serve"]
        self._log = log
        self._process: QProcess | None = None
        self._pending: dict[int, Request] = {}
        self._unsent: list[Request] = []
        self._buffer = bytearray()
        self._last = 0
        self._deaths: list[float] = []
        self._is_over = False
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._read)

    def start(self) -> None:
        """Start the engine if it does not run and the window has not closed."""
        if self._process is not None or self._is_over:
            return
        process = QProcess(self)
        process.setProgram(self._command[0])
        process.setArguments(self._command[1:])
        process.setWorkingDirectory(str(Path(__file__).resolve().parent.parent))
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONIOENCODING", "utf-8")
        process.setProcessEnvironment(environment)
        process.setStandardErrorFile(str(self._log) if self._log else QProcess.nullDevice())
        later = Qt.ConnectionType.QueuedConnection  # an answer never comes while something is being asked
        process.readyReadStandardOutput.connect(self._read, later)
        process.finished.connect(self._ended, later)
        process.errorOccurred.connect(self._failed)
        self._process = process
        self._set_state("starting")
        process.start()

    def stop(self) -> None:
        """End the engine for good: its input is closed, and it is killed if it does not leave within a second."""
        self._is_over = True
        process, self._process = self._process, None
        self._pending.clear()
        self._unsent.clear()
        if process is None:
            return
        process.blockSignals(True)
        process.closeWriteChannel()
        if not process.waitForFinished(1000):
            process.kill()
            process.waitForFinished(1000)
        process.deleteLater()
        self._set_state("off")

    @property
    def process_id(self) -> int:
        """Return the process id of the engine, 0 while it does not run."""
        return self._process.processId() if self._process is not None else 0

    def request(
        self,
        verb: str,
        params: Mapping[str, Any],
        *,
        on_event: Answer | None = None,
        on_result: Answer | None = None,
        on_error: Refusal | None = None,
    ) -> Request:
        """Ask the engine to do `verb`; exactly one of `on_result` and `on_error` is called in the end."""
        self._last += 1
        line = digits.dumps({"id": self._last, "verb": verb, "params": params}, default=str).encode() + b"\n"
        hooks = {"event": on_event, "result": on_result, "error": on_error}
        request = Request(self, self._last, verb, line, hooks)
        self._pending[request.id] = request
        self._unsent.append(request)
        self.start()
        self._send()
        return request

    def cancel(self, request: Request) -> None:
        """Stop a request; one that is answered already is left alone."""
        if request.id not in self._pending or request.is_cancelled:
            return
        request.is_cancelled = True
        if request in self._unsent:
            self._unsent.remove(request)
            del self._pending[request.id]
            request.tell("error", FindingView.of(RunCancelled(CANCELLED, Text("Cancelled before it began.")).finding))
            return
        if self._process is not None:
            line = json.dumps({"id": None, "verb": "cancel", "params": {"request": request.id}}).encode() + b"\n"
            self._process.write(line)
        if request.verb == "run":
            QTimer.singleShot(PATIENCE_MS, self, lambda: self._lose_patience(request))

    def _lose_patience(self, request: Request) -> None:
        if request.id in self._pending and self._process is not None:
            self._process.kill()

    def _send(self) -> None:
        if self._process is None or self.state != "ready":
            return
        for request in self._unsent:
            self._process.write(request.line)
        self._unsent.clear()
        self._process.waitForBytesWritten(0)  # off at once, before the window draws that it waits

    def _read(self) -> None:
        """Take what has arrived, for a moment only: a flood of events must not hold the window up."""
        if self._process is None:
            return
        self._buffer += self._process.readAllStandardOutput().data()
        if len(self._buffer) > MOST_BYTES:
            self._process.kill()
            return
        until = time.monotonic() + TURN_S
        start = 0
        while (end := self._buffer.find(b"\n", start)) >= 0:
            with memoryview(self._buffer) as said, said[start:end] as line:
                answer = _said(line)
            start = end + 1
            self._take(answer)
            if self._process is None:
                return
            if time.monotonic() > until:
                self._turn.start()
                break
        del self._buffer[:start]

    def _take(self, answer: Mapping[str, Any]) -> None:
        if answer.get("ready"):
            self._set_state("ready")
            self._send()
            return
        request = self._pending.get(answer.get("id", 0))
        if request is None:
            return
        if "event" in answer:
            request.tell("event", answer["event"])
            return
        del self._pending[request.id]
        if "error" in answer:
            request.tell("error", FindingView.from_json(answer["error"]))
        else:
            request.tell("result", answer.get("result"))

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._ended()

    def _ended(self) -> None:
        """The process is gone without having been asked: start the next one and say so to all who wait."""
        if self._is_over:
            return
        was_ready = self.state == "ready"
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        self._buffer.clear()
        now = time.monotonic()
        self._deaths = [*(moment for moment in self._deaths if now - moment < WITHIN_S), now]
        is_broken = len(self._deaths) >= DEATHS
        lost: list[Request] = []
        if was_ready or is_broken:
            lost, self._pending, self._unsent = list(self._pending.values()), {}, []
        if is_broken:
            self._set_state("broken")
        else:
            self.start()
        self.died.emit()
        reason = FindingView.of(_death(can_start=self.state != "broken"))
        for request in lost:
            request.tell("error", reason)

    def _set_state(self, state: State) -> None:
        if self.state != state:
            self.state = state
            self.state_changed.emit()


def _said(line: memoryview) -> Any:
    """Return what a line says; a long one by the quick library, unless that refuses it."""
    if len(line) > LONG_LINE:
        with suppress(ValueError):
            return quick_json.loads(line)
    return json.loads(bytes(line))


def _death(*, can_start: bool) -> Finding:
    if can_start:
        return InternalError(
            ENGINE_DIED,
            Text("The engine stopped unexpectedly. It has been started again; your flow is untouched."),
            hint=Text("Test the flow again."),
        ).finding
    return InternalError(
        ENGINE_MISSING,
        Text("The engine cannot be started, so nothing can be tested. Your flow can be edited and saved."),
        hint=Text("Install the program again; engine.log in its state folder says what is missing."),
    ).finding
