"""Tells that an answer has other columns than its activity expects, and offers to take them over or to keep those."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from designer.forms.parts import button, label, row
from designer.words import tr
from engine.text import Text


class Drift(QFrame):
    """Hidden while an answer has what is expected. `accepted` tells that its columns are to be taken over."""

    accepted = Signal()

    def __init__(self) -> None:
        """Begin with nothing to tell."""
        super().__init__()
        self.setProperty("role", "notice-warning")
        self.setAccessibleName(tr(Text("The answer has other columns")))
        self._words = label("", "strong")
        self._told: tuple[Sequence[str], Sequence[str]] = ((), ())
        self._kept: tuple[Sequence[str], Sequence[str]] | None = None
        accept_tip = Text("Take over the columns of this answer; columns that stay keep their settings")
        accept = button(Text("Take the new columns"), accept_tip, self.accepted.emit, kind="soft")
        keep = button(
            Text("Keep mine"), Text("Leave the columns as they are; those that are gone stay empty"), self._keep
        )
        layout = QVBoxLayout(self)
        layout.addWidget(self._words)
        layout.addWidget(row(accept, keep, None))
        self.hide()

    def compare(self, columns: Sequence[Mapping[str, Any]], found: Collection[str]) -> None:
        """Show what of `columns` (column definitions) is not among the members `found`, and which of these are new."""
        keys = [str(column.get("key") or column.get("id") or "") for column in columns]
        plain = [key for key in keys if not key.startswith("/")]
        gone = [key for key in plain if key not in found] if found else []
        new = [name for name in found if name not in plain]
        self._told = (gone, new)
        self._words.setText(tr(_sentence(gone, new)))
        self.setVisible(bool(gone) and self._told != self._kept)

    def forget(self) -> None:
        """Forget what the person wanted to keep: another flow is open."""
        self._kept = None

    def _keep(self) -> None:
        self._kept = self._told
        self.hide()


def _sentence(gone: Sequence[str], new: Sequence[str]) -> Text:
    names = {"gone": ", ".join(gone), "new": ", ".join(new)}
    if not new:
        return Text("The answer has changed: it has no {gone} any more.", **names)
    return Text("The answer has changed: it has no {gone} any more; new in it: {new}.", **names)
