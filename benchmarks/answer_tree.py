"""The longest frames of the tree of a 5 MB answer: scrolled by the wheel, searched and filtered, in the real window.

`busy` is the processor time of the window's thread in its longest frame, which other programs do not make longer.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

MOST_FRAME_MS = 32.0
MOST_STALL_MS = 50.0
TICK_MS = 2
NOTCHES = 200
OPENED = 60
ENTRIES = 100_000
WORDS = ("Trail shoe", "SHOE-0123", "2026-07", "no such thing")


def main() -> int:
    """Print each figure with its promise; 1 when one is not kept."""
    with tempfile.TemporaryDirectory() as home:
        from benchmarks.stall import prepare

        prepare(home)
        from benchmarks._large import Desk
        from benchmarks.large_answer import COLUMNS, answer

        desk = Desk("https://api.example/answer", Path(home), COLUMNS)
        found = Measured(desk, answer().decode())
        figures: list[tuple[str, Callable[[], tuple[float, float]], float]] = [
            ("wheel over the closed rows", found.scrolled, MOST_FRAME_MS),
            ("wheel over opened rows", lambda: found.scrolled(opened=OPENED), MOST_FRAME_MS),
            *((f"search for “{words}”", partial(found.searched, words), MOST_STALL_MS) for words in WORDS),
            ("jump to place 10,000, and to the first", lambda: found.jumped(WORDS[0]), MOST_STALL_MS),
            ("filter of what was found", lambda: found.filtered(WORDS[1]), MOST_STALL_MS),
            ("filter taken away", found.unfiltered, MOST_STALL_MS),
            ("filter of all that can be found", lambda: found.filtered(WORDS[0]), MOST_STALL_MS),
            ("filter taken away at a far place", found.unfiltered_far, MOST_STALL_MS),
            (f"list of {ENTRIES:,} objects shown", found.shown, MOST_STALL_MS),
            ("wheel over it", found.scrolled, MOST_FRAME_MS),
        ]
        is_kept = True
        for name, measure, most in figures:
            longest, busy = measure()
            is_kept = is_kept and longest <= most
            print(f"{name:.<40} longest {longest:6.1f} ms, busy {busy:6.1f} ms   at most {most:.0f} ms", flush=True)
        desk.close()
    return 0 if is_kept else 1


class Pulse:
    """Remembers the longest time between two of its beats, on the clock and of the thread that beats."""

    def __init__(self) -> None:
        """Begin now."""
        self.restart()

    def restart(self) -> None:
        """Forget what was before."""
        self._longest = self._busiest = 0.0
        self._last, self._busy = time.perf_counter(), time.thread_time()

    def beat(self) -> None:
        """Measure the time since the last beat."""
        now, busy = time.perf_counter(), time.thread_time()
        self._longest = max(self._longest, now - self._last)
        self._busiest = max(self._busiest, busy - self._busy)
        self._last, self._busy = now, busy

    @property
    def longest(self) -> tuple[float, float]:
        """Return the longest time on the clock and the longest of the thread, in milliseconds."""
        return self._longest * 1000, self._busiest * 1000


class Measured:
    """The tree of the test panel with a large answer in it, and the longest time between two turns of its loop."""

    def __init__(self, desk: Any, text: str) -> None:
        """Show the answer in the panel of `desk`."""
        from PySide6.QtCore import QTimer

        from designer.panels.answer_tree import AnswerTree
        from designer.panels.json_text import read_json

        self._desk = desk
        self._tree = AnswerTree()
        self._tree.resize(520, 420)
        self._tree.show()
        self._tree.show_value(read_json(text).value, "/data")
        self._timer = QTimer(interval=TICK_MS)
        self._pulse = Pulse()
        self._timer.timeout.connect(self._pulse.beat)
        self._timer.start()
        desk.pause(0.5)

    def scrolled(self, *, opened: int = 0) -> tuple[float, float]:
        """Turn the wheel notch by notch; return the longest frame in milliseconds: events, layout and painting."""
        from PySide6.QtCore import QPoint, QPointF, Qt
        from PySide6.QtGui import QWheelEvent
        from PySide6.QtWidgets import QApplication

        view = self._tree.view
        for row in range(opened):
            view.expand(view._model.index_at(("data", row)))
        view.scrollToTop()
        self._desk.pause(0.3)
        middle = QPointF(view.viewport().rect().center())
        self._pulse.restart()
        for notch in range(NOTCHES):
            step = -360 if notch % 100 < 80 else 360
            event = QWheelEvent(
                middle,
                view.viewport().mapToGlobal(middle),
                QPoint(),
                QPoint(0, step),
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            )
            self._pulse.beat()
            QApplication.sendEvent(view.viewport(), event)
            view.viewport().repaint()
            self._pulse.beat()
            QApplication.processEvents()
        return self._pulse.longest

    def searched(self, words: str) -> tuple[float, float]:
        """Type `words`; return the longest stall in milliseconds until all places are found."""
        return self._stall(lambda: self._tree._line.setText(words))

    def filtered(self, words: str) -> tuple[float, float]:
        """Show only what `words` find; return the longest stall in milliseconds."""
        self.searched(words)
        return self._stall(self._tree._filter.click)

    def unfiltered(self) -> tuple[float, float]:
        """Show everything again; return the longest stall in milliseconds."""
        return self._stall(self._tree._filter.click)

    def jumped(self, words: str) -> tuple[float, float]:
        """Go to the last place of `words` and back to the first; return the longest stall in milliseconds."""
        self.searched(words)
        longest, busy = self._stall(lambda: self._tree.go(-1))
        back, busy_back = self._stall(lambda: self._tree.go(1))
        return max(longest, back), max(busy, busy_back)

    def unfiltered_far(self) -> tuple[float, float]:
        """Show everything again while standing at the last place; return the longest stall in milliseconds."""
        self._tree.go(-1)
        return self.unfiltered()

    def shown(self) -> tuple[float, float]:
        """Show a list of many objects in the place of the answer; return the longest stall in milliseconds."""
        self._tree._line.clear()
        value = {"data": [{"id": number, "name": f"Name {number}"} for number in range(ENTRIES)]}
        return self._stall(lambda: self._tree.show_value(value, "/data"))

    def _stall(self, do: Any) -> tuple[float, float]:
        self._desk.pause(0.2)
        self._pulse.restart()
        do()
        self._desk.pause(0.1)
        self._desk.wait(lambda: not self._tree.is_searching)
        self._desk.pause(0.2)
        return self._pulse.longest


if __name__ == "__main__":
    sys.exit(main())
