"""The tree of an answer with a line above it to find names and values in megabytes without holding the window up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from designer.forms.parts import icon_button, label, row
from designer.panels.json_search import Path, search
from designer.panels.json_view import JsonView
from designer.panels.slices import Slices
from designer.words import tr
from engine.text import Text

PAUSE_MS = 200
"""How long after the last letter the search begins."""
MOST = 10_000
"""No more places are found than this: nobody looks at all of them."""


class AnswerTree(QWidget):
    """The tree and the search in it: `Ctrl+F`, Enter and Shift+Enter or F3 and Shift+F3, Escape."""

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self.view = JsonView()
        self._current = -1
        self._is_filtered = False
        self._late = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._late.timeout.connect(self.search)
        self._work = Slices(self, MOST)
        self._work.advanced.connect(self._stand_at_first)
        self._work.ended.connect(self._apply_filter)
        self._line = QLineEdit()
        self._line.setPlaceholderText(tr(Text("Find in the answer (Ctrl+F)")))
        self._line.setAccessibleName(tr(Text("Find in the answer")))
        self._line.setClearButtonEnabled(True)
        self._line.textChanged.connect(lambda _text: self._late.start())
        self._line.installEventFilter(self)
        self._told = label("", "hint")
        self._told.setWordWrap(False)
        self._filter = icon_button("funnel", Text("Show only what is found"), self._apply_filter)
        self._filter.setCheckable(True)
        self._steps = (
            icon_button("caret-up", Text("Go to the place before (Shift+F3)"), lambda: self.go(-1)),
            icon_button("caret-down", Text("Go to the next place (F3)"), lambda: self.go(1)),
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(row(self._line, self._told, *self._steps, self._filter, gap=2))
        layout.addWidget(self.view, 1)
        for keys, do in (("Ctrl+F", self.begin), ("F3", lambda: self.go(1)), ("Shift+F3", lambda: self.go(-1))):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(do)
        self._tell()

    @property
    def is_searching(self) -> bool:
        """Return whether places are still being looked for."""
        return self._work.is_busy or self._late.isActive()

    @property
    def _places(self) -> Sequence[Path]:
        return self._work.found

    def show_value(self, value: Any, pointer: str) -> None:
        """Show `value`, opened down to the list at `pointer`, and look for what is typed in it."""
        self._is_filtered = False
        self.view.show_value(value, pointer)
        self.search()

    def begin(self) -> None:
        """Take the keyboard to type what to find."""
        self._line.setFocus()
        self._line.selectAll()

    def search(self) -> None:
        """Look for what is typed from the beginning; older places are forgotten."""
        self._late.stop()
        self._work.stop()
        self._current = -1
        self._show_only(None)
        words = self._line.text().strip()
        if words:
            self._work.start(search(self.view.value, words))
        self._tell()

    def go(self, step: int) -> None:
        """Stand at the next place (1) or the one before (-1); after the last one comes the first."""
        if self._late.isActive():
            self.search()
        if self._places:
            before = self._current if self._current >= 0 or step > 0 else 0
            self._current = (before + step) % len(self._places)
            self.view.go_to(self._places[self._current])
            self._tell()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let Enter, the arrow down and Escape do in the line what they do in every search."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                is_back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self.go(-1 if is_back else 1)
                return True
            if event.key() == Qt.Key.Key_Down:
                self.view.setFocus()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self._line.clear()
                self.search()
                self.view.setFocus()
                return True
        return super().eventFilter(watched, event)

    def _stand_at_first(self) -> None:
        if self._current < 0 and self._places:
            self.go(1)
        self._tell()

    def _apply_filter(self) -> None:
        if self.is_searching:
            return  # the end of the search comes back here
        is_on = self._filter.isChecked() and bool(self._line.text().strip())
        self._show_only(self._places if is_on else None)

    def _show_only(self, places: Sequence[Path] | None) -> None:
        if places is not None or self._is_filtered:
            self._is_filtered = places is not None
            self.view.show_only(places)

    def _tell(self) -> None:
        has_words = bool(self._line.text().strip())
        for step in self._steps:
            step.setEnabled(bool(self._places))
        count = f"{len(self._places)}{'+' if self._work.is_full else ''}"
        if self._places:
            self._told.setText(f"{self._current + 1}/{count}")
        else:
            self._told.setText(tr(Text("…") if self.is_searching else Text("none")))
        self._told.setVisible(has_words)
        self._told.setAccessibleName(
            tr(Text("Place {number} of {count}", number=self._current + 1, count=count)) if self._places else ""
        )
