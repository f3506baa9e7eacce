"""Reads questions from standard input and writes answers to standard output, one JSON object a line each.

Imports next to nothing, so that it is ready at once: what answers the questions is loaded afterwards.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import sys
import threading
from collections.abc import Mapping
from typing import Any, BinaryIO

from engine import __version__


class Line:
    """The way back to the window. Used from many threads; nothing else reaches standard output any more."""

    def __init__(self) -> None:
        """Take standard output: whatever a library prints from now on goes to standard error."""
        sys.stdout.flush()
        self._out: BinaryIO = os.fdopen(os.dup(1), "wb")
        self._lock = threading.Lock()
        os.dup2(2, 1)
        sys.stdout = sys.stderr

    def say(self, answer: Mapping[str, Any]) -> None:
        """Write one answer whole. Where nobody reads any more, the process has no reason to go on."""
        data = json.dumps(answer, default=str).encode() + b"\n"
        try:
            with self._lock:
                self._out.write(data)
                self._out.flush()
        except OSError:
            os._exit(0)


def serve() -> int:
    """Answer until standard input is closed, then stop what still runs and end without a word."""
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
