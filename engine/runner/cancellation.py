"""The wish of a person to stop something that goes on, told from one thread to another."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from engine.errors import Code, RunCancelled
from engine.text import Text

CANCELLED = Code("APP-CANCELLED", "A person stopped the run.")


AGAIN_S: Final = 0.05
"""A wish is repeated so often until it is heard: a query that is about to begin does not hear the first one."""


class Cancellation:
    """A wish that is made at most once, and then told to everybody who is busy until they have stopped."""

    def __init__(self) -> None:
        """Begin with nobody wishing anything."""
        self._lock = threading.Lock()
        self._is_cancelled = False
        self._is_insisting = False
        self._listeners: list[Callable[[], object]] = []

    @property
    def is_cancelled(self) -> bool:
        """Return whether the work is to stop."""
        return self._is_cancelled

    def cancel(self) -> None:
        """Wish that the work stops, from any thread."""
        self._is_cancelled = True
        self._insist()

    @contextmanager
    def calling(self, listener: Callable[[], object]) -> Iterator[None]:
        """Have `listener` called, again and again, from when the wish is made until the block is left."""
        with self._lock:
            self._listeners.append(listener)
        if self._is_cancelled:
            self._insist()
        try:
            yield
        finally:
            with self._lock:
                self._listeners.remove(listener)

    def _insist(self) -> None:
        """Call who listens now, and go on in a thread while somebody still does."""
        if self._tell():
            with self._lock:
                is_first, self._is_insisting = not self._is_insisting, True
            if is_first:
                threading.Thread(target=self._repeat, name="cancellation", daemon=True).start()

    def _repeat(self) -> None:
        while self._tell():
            time.sleep(AGAIN_S)

    def _tell(self) -> bool:
        """Call who listens and return whether anybody does. Within the lock: none is called once it has left."""
        with self._lock:
            for listener in self._listeners:
                listener()
            self._is_insisting = self._is_insisting and bool(self._listeners)
            return bool(self._listeners)

    def check(self) -> None:
        """Raise RunCancelled when the wish has been made."""
        if self._is_cancelled:
            raise RunCancelled(CANCELLED, Text("The run was stopped."), hint=Text("Start it again when you are ready."))
