"""Reads questions from standard input and writes answers to standard output, one JSON object a line each.

Imports next to nothing, so that it is ready at once: what answers the questions is loaded afterwards.
"""

from __future__ import annotations

import gc
import importlib
import json
import logging
import os
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, BinaryIO, Final

from engine import __version__, quick_json

if sys.platform == "linux":
    import fcntl

_COLLECTED: Final = (50_000, 20, 50)
"""Reading a large answer makes values by the hundred thousand that all stay: who looks for garbage finds none."""
_AT_ONCE: Final = 1_048_576
"""So many bytes of an answer are on their way before the window has to take some."""


class Line:
    """The way back to the window. Used from many threads; nothing else reaches standard output any more."""

    def __init__(self) -> None:
        """Take standard output: whatever a library prints from now on goes to standard error."""
        sys.stdout.flush()
        self._out: BinaryIO = os.fdopen(os.dup(1), "wb")
        _widen(self._out)
        self._lock = threading.Lock()
        os.dup2(2, 1)
        sys.stdout = sys.stderr

    def say(self, answer: Mapping[str, Any]) -> None:
        """Write one answer whole. Where nobody reads any more, the process has no reason to go on."""
        data = _written(answer)
        try:
            with self._lock:
                self._out.write(data)
                self._out.write(b"\n")
                self._out.flush()
        except OSError:
            os._exit(0)


def _written(answer: Mapping[str, Any]) -> bytes:
    """Return an answer as JSON; the text of a large one by the quick library, unless that refuses it."""
    event = answer.get("event")
    if isinstance(event, Mapping) and event.get("event") == "AnswerCame":
        with suppress(ValueError):
            return quick_json.dumps(answer)
    return json.dumps(answer, default=str).encode()


def _widen(pipe: BinaryIO) -> None:
    """Let more be on its way through a pipe, where the system can: the other side is woken less often."""
    if sys.platform == "linux":
        with suppress(OSError):  # no pipe, or more than a person may have
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _AT_ONCE)


def serve() -> int:
    """Answer until standard input is closed, then stop what still runs and end without a word."""
    gc.set_threshold(*_COLLECTED)
    line = Line()
    line.say({"ready": True, "version": __version__})
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("engine").setLevel(logging.DEBUG)
    desk = importlib.import_module("engine.serve.desk").Desk(line.say)
    try:
        for text in sys.stdin.buffer:
            desk.take(text)
    except KeyboardInterrupt:
        pass
    desk.close()
    sys.stderr.flush()
    os._exit(0)  # at once: threads that wait for the network or the keyring are not waited for
