"""Tells that an answer is not what its activity expects, and offers to take it over or to keep what there is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from designer.forms.parts import button, label, row
from designer.forms.paths import as_list, as_mapping
from designer.words import tr
from engine.text import Text

MISSING: Final = "EXT-DRIFT-MISSING"
ADDED: Final = "EXT-DRIFT-ADDED"
TYPE: Final = "EXT-DRIFT-TYPE"
COUNT: Final = "EXT-DRIFT-COUNT"


class Drift(QFrame):
    """Hidden while an answer is what is expected. `accepted` tells that its columns are to be taken over."""

    accepted = Signal()

    def __init__(self) -> None:
        """Begin with nothing to tell."""
        super().__init__()
        self.setProperty("role", "notice-warning")
        self.setAccessibleName(tr(Text("The answer has changed")))
        self._words = label("", "strong")
        self._changes: Sequence[Mapping[str, Any]] = ()
        self._told = ""
        self._kept = ""
        accept_tip = Text("Take over the columns of this answer; columns that stay keep their settings")
        self._accept = button(Text("Take the new columns"), accept_tip, self._take, kind="soft")
        keep = button(
            Text("Keep mine"), Text("Leave the columns as they are; those that are gone stay empty"), self._keep
        )
        layout = QVBoxLayout(self)
        layout.addWidget(self._words)
        layout.addWidget(row(self._accept, keep, None))
        self.hide()

    @property
    def changed(self) -> Collection[str]:
        """Return the keys of the columns whose values are of another kind than before."""
        return [str(name) for each in self._changes if each["code"] == TYPE for name in as_list(each.get("names"))]

    def take_note(self, changes: Any) -> None:
        """Take note of what the engine tells of a live answer: code, level, text and names of each change."""
        self._changes = [as_mapping(each) for each in as_list(changes)]

    def compare(self, columns: Sequence[Mapping[str, Any]], found: Collection[str]) -> None:
        """Show what of `columns` (column definitions) is not among the members `found`, and what else has changed."""
        keys = [str(column.get("key") or column.get("id") or "") for column in columns]
        plain = [key for key in keys if not key.startswith("/")]
        gone = [key for key in plain if key not in found] if found else []
        new = [name for name in found if name not in plain]
        told_already = {MISSING, ADDED} if gone else {MISSING}
        changes = [each for each in self._changes if each["code"] not in told_already] if columns else []
        sentences = [_sentence(gone, new)] if gone else []
        sentences += [Text.from_json(each["text"]) for each in changes]
        self._told = "\n".join(map(tr, sentences))
        self._words.setText(self._told)
        self._accept.setVisible(bool(gone) or any(each["code"] != COUNT for each in changes))
        self.setVisible(bool(sentences) and self._told != self._kept)

    def forget(self) -> None:
        """Forget what the person wanted to keep: another flow is open."""
        self._kept, self._changes = "", ()

    def _take(self) -> None:
        self.accepted.emit()
        self._changes = ()
        self.hide()

    def _keep(self) -> None:
        self._kept = self._told
        self.hide()


def _sentence(gone: Sequence[str], new: Sequence[str]) -> Text:
    names = {"gone": ", ".join(gone), "new": ", ".join(new)}
    if not new:
        return Text("The answer has changed: it has no {gone} any more.", **names)
    return Text("The answer has changed: it has no {gone} any more; new in it: {new}.", **names)
