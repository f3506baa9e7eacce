"""The sample response: pasted or taken from an answer, and what its lists and columns are (ACS 1.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.engine_client import FindingView
from designer.forms.answer_columns import as_sample, ask_columns, is_flatten, with_columns
from designer.forms.code_fields import JsonField
from designer.forms.parts import button, clear, column, label, role
from designer.words import tr
from engine.text import Text


class SampleField(JsonField):
    """The sample, also one of JSON lines or CSV, with a Parse button. Of several lists each is offered."""

    lines = 9

    def build(self) -> QWidget:
        """Make the editor, the button and the place for the outcome."""
        editor = super().build()
        parse = button(Text("Parse"), Text("Find the list and its columns in the sample"), self.parse, kind="soft")
        self.add_beside_label(parse)
        self._outcome = QVBoxLayout()
        self._outcome.setContentsMargins(0, 0, 0, 0)
        self._outcome.setSpacing(2)
        box = QWidget()
        box.setLayout(self._outcome)
        return column(editor, box, gap=4)

    def focus_target(self) -> QWidget:
        """Return the editor."""
        return self._code

    def _tell(self, text: str) -> None:
        """Leave it to the engine what is wrong: JSON lines and CSV are samples too."""
        self._note.hide()

    def parse(self, pointer: str | None = None) -> None:
        """Ask which columns the sample has and write them into the flow."""
        session, activity = self.binding.session, self.binding.activity
        value = self.value
        ask_columns(
            session,
            self,
            as_sample(session.flow, activity, value) if isinstance(value, str) else value,
            flatten=is_flatten(session.flow, activity),
            pointer=pointer,
            on_result=self._take,
            on_error=self._refuse,
        )

    def _take(self, answer: Mapping[str, Any]) -> None:
        clear(self._outcome)
        session, activity = self.binding.session, self.binding.activity
        if not answer.get("columns"):
            self._offer(answer.get("candidates") or ())
            return
        mode = "flatten" if is_flatten(session.flow, activity) else "array"
        flow = with_columns(session.flow, activity, answer, mode=mode)
        session.edit(Text("Take the columns from the sample"), flow)
        count = len(answer["columns"])
        found = Text.plural("{count} column found.", "{count} columns found.", count=count)
        self._say(tr(found), "ok")
        for note in answer.get("notes", ()):
            self._say(str(note), "hint")
        self._offer_nested(answer)

    def _offer_nested(self, answer: Mapping[str, Any]) -> None:
        """Offer columns for the values inside the objects of each row, which are left out until somebody wants them."""
        nested = list(answer.get("nested") or ())
        if not nested:
            return
        names = ", ".join(str(column["id"]) for column in nested[:5])
        words = Text.plural(
            "Add {count} value inside: {names}", "Add {count} values inside: {names}", count=len(nested), names=names
        )
        added = {**answer, "columns": [*answer["columns"], *nested], "nested": ()}
        tip = Text("Make columns of the values inside the objects of each row")
        self._outcome.addWidget(button(words, tip, partial(self._take, added)))

    def _refuse(self, finding: FindingView) -> None:
        clear(self._outcome)
        self._say(f"{finding.message} {finding.hint}".strip(), "error")
        candidates = (finding.details or {}).get("candidates") or ()
        self._offer(candidates)

    def _offer(self, candidates: Sequence[Mapping[str, Any]]) -> None:
        for candidate in candidates:
            pointer = str(candidate["pointer"])
            columns = ", ".join(str(name) for name in candidate.get("columns", ())[:5])
            words = Text(
                "Use {pointer}: {rows} rows with {columns}", pointer=pointer, rows=candidate["rows"], columns=columns
            )
            choose = button(words, Text("Take the rows from this list"), partial(self.parse, pointer))
            self._outcome.addWidget(choose)

    def _say(self, words: str, kind: str) -> None:
        line = label(words)
        role(line, kind)
        self._outcome.addWidget(line)
