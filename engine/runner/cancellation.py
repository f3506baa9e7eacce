"""The wish of a person to stop something that goes on, told from one thread to another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.errors import Code, RunCancelled
from engine.text import Text

CANCELLED = Code("APP-CANCELLED", "A person stopped the run.")


class Cancellation:
    """A wish that is made at most once, and then heard by everybody who asks or has asked to be called."""

    def __init__(self) -> None:
        """Begin with nobody wishing anything."""
        self._lock = threading.Lock()
        self._is_cancelled = False
        self._listeners: list[Callable[[], object]] = []

    @property
    def is_cancelled(self) -> bool:
        """Return whether the work is to stop."""
        return self._is_cancelled

    def cancel(self) -> None:
        """Wish that the work stops, from any thread."""
        with self._lock:
            self._is_cancelled = True
            listeners = list(self._listeners)
        for listener in listeners:
            listener()

    @contextmanager
    def calling(self, listener: Callable[[], object]) -> Iterator[None]:
        """Have `listener` called as soon as the wish is made, within the block."""
        with self._lock:
            self._listeners.append(listener)
        if self._is_cancelled:
            listener()
        try:
            yield
        finally:
            with self._lock:
                self._listeners.remove(listener)

    def check(self) -> None:
        """Raise RunCancelled when the wish has been made."""
        if self._is_cancelled:
            raise RunCancelled(CANCELLED, Text("The run was stopped."), hint=Text("Start it again when you are ready."))
