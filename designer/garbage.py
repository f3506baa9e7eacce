"""Garbage is collected in the window's own thread: what belongs to Qt must not be deleted in another.

Python collects circles of objects in whichever thread happens to make the next object. Where that is a thread that
reads a long answer or writes an autosave, and the circle holds a timer or a widget, Qt crashes soon after.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 250


class Collector(QObject):
    """Does in turns of the event loop what Python does by itself elsewhere."""

    def __init__(self, parent: QObject, *, start_s: float = 0) -> None:
        """Take over from Python until `stop`, or for good.

        What is made in the first `start_s` seconds stays: modules, classes and the window itself are never looked
        through again.
        """
        super().__init__(parent)
        self._started_by = time.monotonic() + start_s
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()
        gc.disable()

    def collect(self) -> None:
        """Collect the oldest generation that Python would collect by now."""
        if time.monotonic() < self._started_by:
            gc.freeze()
            return
        counts, limits = gc.get_count(), gc.get_threshold()
        due = [generation for generation in range(3) if limits[generation] and counts[generation] > limits[generation]]
        if due:
            gc.collect(max(due))
        if 2 in due and not gc.get_freeze_count():
            # modules and classes stay: looking through them again each time would hold the window up
            gc.freeze()

    def stop(self) -> None:
        """Collect what there is, and leave the rest to Python again."""
        self._timer.stop()
        gc.unfreeze()
        gc.collect()
        gc.enable()
