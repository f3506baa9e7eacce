"""Long work in the window's own thread, done a slice at a time so that nobody waits for it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

SLICE_S = 0.008
"""So long the work goes on before the window may do something else."""


class Slices(QObject):
    """Takes what an iterator gives; None is no result but a place to pause. At most `most` results are taken.

    `advanced` tells after every slice that there may be more, `ended` that there is no more.
    """

    advanced = Signal()
    ended = Signal()

    def __init__(self, parent: QObject, most: int) -> None:
        """Work for `parent`."""
        super().__init__(parent)
        self.found: list[Any] = []
        self.most = most
        self._rest: Iterator[Any] | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._advance)

    @property
    def is_busy(self) -> bool:
        """Return whether there may be more."""
        return self._rest is not None

    @property
    def is_full(self) -> bool:
        """Return whether there was more than could be taken."""
        return len(self.found) >= self.most

    def start(self, work: Iterable[Any]) -> None:
        """Begin `work`; what went on before is given up."""
        self.found = []
        self._rest = iter(work)
        self._timer.start()

    def stop(self) -> None:
        """Give up, and forget what was found."""
        self.found = []
        self._rest = None
        self._timer.stop()

    def _advance(self) -> None:
        end = time.monotonic() + SLICE_S
        for each in self._rest or ():
            if each is not None:
                self.found.append(each)
            if self.is_full:
                break
            if time.monotonic() > end:
                self.advanced.emit()
                return
        self._rest = None
        self._timer.stop()
        self.advanced.emit()
        self.ended.emit()
