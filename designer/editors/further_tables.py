"""Further tables of an answer: which other lists become tables, and the columns of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.editors.columns_field import ColumnsField
from designer.engine_client import FindingView
from designer.forms.answer_columns import answer_of, ask_columns, is_flatten, new_table, with_table_columns
from designer.forms.binding import Binding
from designer.forms.field import Field
from designer.forms.form import make_field
from designer.forms.list_fields import ModelsField
from designer.forms.parts import button, clear, column, label, role
from designer.forms.paths import as_list, as_mapping
from designer.forms.simple_fields import TextField
from designer.forms.specs import FieldSpec
from engine.text import Text


class ListPlaceField(TextField):
    """Where the rows of a further table stand, with a button that finds their columns there."""

    def build(self) -> QWidget:
        """Make the line and the button."""
        line = super().build()
        tip = Text("Find the columns of this list in the sample or in the last answer")
        self.add_beside_label(button(Text("Find the columns"), tip, self.find_columns, kind="soft"))
        self._outcome = label("", "hint")
        self._outcome.hide()
        return column(line, self._outcome, gap=2)

    def focus_target(self) -> QWidget:
        """Return the line."""
        return self._line

    def find_columns(self) -> None:
        """Ask which columns the rows have, and write them into the table."""
        session, activity = self.binding.session, self.binding.activity
        sample = answer_of(session, activity)
        if sample is None:
            self._say(Text("There is neither a sample nor an answer yet."), "warning")
            return
        ask_columns(
            session,
            self,
            sample,
            flatten=False,
            pointer=str(self.value),
            mode=str(self._neighbour("mode") or "array"),
            on_result=self._take,
            on_error=lambda finding: self._say(Text("{text}", text=finding.message), "error"),
        )

    def _neighbour(self, name: str) -> Any:
        return self.binding.get(f"{self.path.rpartition('.')[0]}.{name}")

    def _take(self, answer: Mapping[str, Any]) -> None:
        place = int(self.path.split(".")[-2])
        session, activity = self.binding.session, self.binding.activity
        session.edit(Text("Find the columns of a table"), with_table_columns(session.flow, activity, place, answer))
        count = len(answer["columns"])
        self._say(Text.plural("{count} column found.", "{count} columns found.", count=count), "ok")

    def _say(self, words: Text, kind: str) -> None:
        role(self._outcome, kind)
        self._outcome.setText(str(words))
        self._outcome.show()


def make_part(spec: FieldSpec, path: str, binding: Binding) -> Field:
    """Return the field for one setting of a table."""
    makers = {"columns": ColumnsField, "pointer": ListPlaceField}
    return makers.get(spec.name, make_field)(spec, path, binding)


class FurtherTablesField(ModelsField):
    """The further tables. Adding one offers the lists of the answer; its ID names the transition and is not shown."""

    def __init__(self, spec: FieldSpec, path: str, binding: Binding) -> None:
        """Build the settings of each table but its ID."""
        shown = tuple(each for each in spec.fields if each.name != "id")
        super().__init__(replace(spec, fields=shown), path, binding, make_part)

    def build(self) -> QWidget:
        """Make the list, and the place where the lists of the answer are offered."""
        self._offers = QVBoxLayout()
        self._offers.setContentsMargins(0, 0, 0, 0)
        self._offers.setSpacing(2)
        box = QWidget()
        box.setLayout(self._offers)
        return column(super().build(), box, gap=4)

    def add(self) -> None:
        """Offer the lists of the sample or of the last answer; without either, add an empty table."""
        session, activity = self.binding.session, self.binding.activity
        sample = answer_of(session, activity)
        if sample is None:
            self._put(new_table(self._tables(), ""))
            return
        is_flat = is_flatten(session.flow, activity)
        pointer = self.binding.get("response.pointer") or None
        ask_columns(
            session,
            self,
            sample,
            flatten=False,
            pointer=None if is_flat else pointer,
            on_result=lambda answer: self._offer([*answer.get("candidates", ()), *answer.get("within", ())]),
            on_error=self._offer_candidates,
        )

    def new_entry(self) -> Any:
        """Return an empty table with an ID of its own."""
        return new_table(self._tables(), "")

    def _tables(self) -> list[dict[str, Any]]:
        return [as_mapping(each) for each in as_list(self.value)]

    def _offer_candidates(self, finding: FindingView) -> None:
        self._offer((finding.details or {}).get("candidates") or ())

    def _offer(self, candidates: Sequence[Mapping[str, Any]]) -> None:
        clear(self._offers)
        taken = {self.binding.get("response.pointer"), *(each.get("pointer") for each in self._tables())}
        for candidate in candidates:
            pointer = str(candidate["pointer"])
            if pointer in taken:
                continue
            taken.add(pointer)
            names = ", ".join(str(name) for name in candidate.get("columns", ())[:5])
            words = Text(
                "{pointer}: {rows} rows with {columns}", pointer=pointer, rows=candidate["rows"], columns=names
            )
            tip = Text("Make a table of this list")
            mode = str(candidate.get("mode") or "array")
            self._offers.addWidget(button(words, tip, partial(self._take_list, pointer, mode)))
        tip = Text("Add a table, and say yourself where its rows stand")
        self._offers.addWidget(button(Text("Another place"), tip, lambda: self._put(self.new_entry())))

    def _take_list(self, pointer: str, mode: str) -> None:
        session, activity = self.binding.session, self.binding.activity
        sample = answer_of(session, activity)
        ask_columns(
            session,
            self,
            sample,
            flatten=False,
            pointer=pointer,
            mode=mode,
            on_result=lambda answer: self._put(new_table(self._tables(), pointer, answer)),
            on_error=lambda _finding: self._put(new_table(self._tables(), pointer)),
        )

    def _put(self, table: Mapping[str, Any]) -> None:
        clear(self._offers)
        self.binding.put(self.path, [*self._tables(), dict(table)], self.words, merge=False)
