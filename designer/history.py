"""Undo and redo: the one place that knows which flow is the current one."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack
from shiboken6 import isValid

from designer.words import tr
from engine.document.model import Flow
from engine.text import Text

MERGE_S = 1.5
"""Edits with the same merge key that follow each other within this time are one step of undo."""


class FlowEdit(QUndoCommand):
    """One step of undo: the flow before and after."""

    def __init__(self, show: Callable[[Flow], None], old: Flow, new: Flow, text: Text, merge: str) -> None:
        """Replace `old` by `new` by handing it to `show`."""
        super().__init__(tr(text))
        self._show = show
        self._old = old
        self.new = new
        self.merge = merge
        self.made_at = time.monotonic()

    def id(self) -> int:
        """Return a number that only edits of the same merge key share, -1 for those that stand alone."""
        return zlib.crc32(self.merge.encode()) & 0x7FFFFFFF if self.merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802 # Qt's name
        """Take over the later edit when it follows soon enough."""
        if not isinstance(other, FlowEdit) or other.merge != self.merge or other.made_at - self.made_at > MERGE_S:
            return False
        self.new = other.new
        self.made_at = other.made_at
        return True

    def redo(self) -> None:
        """Show the flow after the edit."""
        self._show(self.new)

    def undo(self) -> None:
        """Show the flow before the edit."""
        self._show(self._old)


class History(QObject):
    """The current flow and the steps that led to it."""

    flow_changed = Signal(object, object)
    state_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin with an empty flow."""
        super().__init__(parent)
        self.flow = Flow()
        self.stack = QUndoStack(self)
        self.stack.indexChanged.connect(self.state_changed)
        self.stack.cleanChanged.connect(self.state_changed)

    def __del__(self) -> None:
        """Let Qt delete the steps while all is whole: Python, taking a circle apart, deletes them a second time."""
        if isValid(self.stack):  # type: ignore[no-untyped-call] # shiboken6 comes without stubs
            self.stack.blockSignals(True)
            self.stack.clear()

    def restart(self, flow: Flow, *, is_saved: bool) -> None:
        """Show another flow and forget all steps; `is_saved` tells whether a file holds it as it is."""
        self.stack.clear()
        if not is_saved:
            self.stack.resetClean()
        self._show(flow)
        self.state_changed.emit()

    def edit(self, text: Text, new: Flow, merge: str) -> None:
        """Make `new` the current flow, as one step called `text`; an edit that changes nothing is no step."""
        if new is self.flow or new == self.flow:
            return
        self.stack.push(FlowEdit(self._show, self.flow, new, text, merge))

    @property
    def is_clean(self) -> bool:
        """Return whether the current flow is the one that was saved."""
        return self.stack.isClean()

    def mark_saved(self) -> None:
        """Remember that a file holds the current flow."""
        self.stack.setClean()

    def _show(self, flow: Flow) -> None:
        old, self.flow = self.flow, flow
        if old is not flow:
            self.flow_changed.emit(old, flow)
