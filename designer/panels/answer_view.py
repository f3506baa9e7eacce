"""The answer of a call: its JSON as a tree and, beside it, the rows that were made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from designer.engine_client import FindingView
from designer.forms.answer_columns import (
    as_sample,
    ask_columns,
    is_flatten,
    new_table,
    shortened_text,
    with_answer,
    with_columns,
    with_sample,
)
from designer.forms.code_edit import CodeEdit
from designer.forms.parts import button, clear, label, role
from designer.forms.paths import as_list, as_mapping, value_at
from designer.panels.answer_column import NoColumn, make_column
from designer.panels.answer_rows import AnswerRows
from designer.panels.answer_tree import AnswerTree
from designer.panels.call_report import CallReport
from designer.panels.drift import Drift
from designer.panels.json_text import JsonReader, ReadJson, plain
from designer.session import Session
from designer.words import tr
from engine.document import edits
from engine.text import Text

MOST_RAW_CHARACTERS = 100_000
_MOST_LISTS = 4
_WHOLE = "/"
"""The pointer of rows that are the whole answer."""


class AnswerView(QWidget):
    """Tree and table of one answer. A list that is clicked becomes the list that the columns are read from."""

    def __init__(self, session: Session) -> None:
        """Show nothing yet."""
        super().__init__()
        self._session = session
        self._report: CallReport | None = None
        self._text = self._ahead = ""
        self._read = ReadJson(None)
        self._is_read = False
        self._reader = JsonReader(self)
        self._reader.done.connect(self._show)
        self._lists = QHBoxLayout()
        self._lists.setSpacing(4)
        self._tree = AnswerTree()
        self.tree = self._tree.view
        self.tree.list_chosen.connect(self.use_list)
        self.tree.table_wanted.connect(self.make_table)
        self.tree.column_wanted.connect(self.make_column)
        self._raw = CodeEdit("html", lines=6)
        self._raw.setReadOnly(True)
        self._raw.setAccessibleName(tr(Text("Answer as text")))
        self._raw.setMaximumHeight(16_777_215)
        self._rows = AnswerRows(session)
        self._note = label("", "hint")
        self._drift = Drift()
        self._drift.accepted.connect(self._accept)
        self._left = QStackedWidget()
        self._left.addWidget(self._tree)
        self._left.addWidget(self._raw)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self._left)
        split.addWidget(self._rows)
        split.setSizes([240, 400])
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        line = QHBoxLayout()
        line.addLayout(self._lists)
        line.addStretch(1)
        sample_tip = Text("Keep this answer as the sample of the activity: dry runs and columns use it")
        self._sample = button(Text("Use as sample"), sample_tip, self.use_as_sample, kind="soft")
        line.addWidget(self._sample)
        layout.addLayout(line)
        layout.addWidget(self._note)
        layout.addWidget(self._drift)
        layout.addWidget(split, 1)
        session.flow_changed.connect(self._on_flow)
        session.opened.connect(self._drift.forget)

    @property
    def has_json(self) -> bool:
        """Return whether the answer was read as JSON."""
        return self._is_read and bool(self._text) and not self._read.problem

    @property
    def is_text(self) -> bool:
        """Return whether the answer gave rows without being one JSON value: JSON lines, or CSV."""
        is_other = self._is_read and bool(self._text) and bool(self._read.problem)
        return is_other and self._report is not None and self._report.is_good

    def read_ahead(self, text: str) -> None:
        """Begin to read an answer that is about to be shown."""
        if text and text is not self._ahead:
            self._reader.read_ahead(text)
        self._ahead = text

    def show_report(self, report: CallReport, *, is_past: bool = False) -> None:
        """Show the answer of `report` and, of the last call, the rows of its activity."""
        self._report = report
        if is_past:
            self._rows.show_past()
        else:
            self._rows.show_report(report)
        self._drift.take_note(None if is_past else report.data.get("drift"))
        if report.text != self._text:
            self._text = report.text
            self._is_read = False
            self._reader.read(self._text)
        else:
            self._show_lists()

    def use_list(self, pointer: str) -> None:
        """Read the rows from the list at `pointer`: the engine proposes the columns, one edit takes them over."""
        if self._report is None:
            return
        activity = self._report.activity

        def take(answer: Mapping[str, Any]) -> None:
            flow = with_columns(self._session.flow, activity, answer, mode="array")
            self._session.edit(Text("Use the list {pointer}", pointer=pointer), flow)
            self._session.reveal.emit(activity, "response.columns")
            self._fill(activity)
            self._say(" ".join(str(note) for note in answer.get("notes", ())), "hint")

        ask_columns(
            self._session,
            self,
            as_sample(self._session.flow, activity, self._text),
            flatten=False,
            pointer=pointer,
            on_result=take,
            on_error=self._refuse,
        )

    def make_table(self, pointer: str) -> None:
        """Make a further table of the list at `pointer`, as one step of undo."""
        if self._report is None:
            return
        activity = self._report.activity

        def take(answer: Mapping[str, Any]) -> None:
            tables = as_list(self._setting("response.more"))
            more = [*tables, new_table([as_mapping(each) for each in tables], pointer, answer)]
            flow = edits.set_setting(self._session.flow, activity, "response.more", more)
            self._session.edit(Text("Make a table of {pointer}", pointer=pointer), flow)
            self._session.reveal.emit(activity, f"response.more.{len(tables)}")
            self._fill(activity)

        ask_columns(
            self._session,
            self,
            as_sample(self._session.flow, activity, self._text),
            flatten=False,
            pointer=pointer,
            on_result=take,
            on_error=self._refuse,
        )

    def make_column(self, pointer: str) -> None:
        """Make a column of the plain value at `pointer`, as one step of undo."""
        if self._report is None:
            return
        activity = self._report.activity

        def made(setting: str) -> None:
            self._session.reveal.emit(activity, setting)
            self._fill(activity)

        value, table = self._read.value, self._rows.table
        try:
            make_column(self._session, self, activity, value, pointer, table=table, on_made=made, on_error=self._refuse)
        except NoColumn as reason:
            self._say(tr(reason.text), "warning")

    def _accept(self) -> None:
        """Take the answer for what is expected from now on: columns and sample, as one step of undo."""
        if self._report is None:
            return
        activity, changed = self._report.activity, self._drift.changed
        is_flat = is_flatten(self._session.flow, activity)
        pointer = self._pointer() or (self._read.lists[0].pointer if self._read.lists else None)

        def take(answer: Mapping[str, Any]) -> None:
            flow = with_answer(self._session.flow, activity, answer, self._as_sample(), changed=changed)
            self._session.edit(Text("Take over the changed answer"), flow)
            self._session.reveal.emit(activity, "response.columns")
            self._fill(activity)

        ask_columns(
            self._session,
            self,
            as_sample(self._session.flow, activity, self._text),
            flatten=is_flat,
            pointer=None if is_flat else pointer,
            on_result=take,
            on_error=self._refuse,
        )

    def _fill(self, activity: str) -> None:
        """Make the rows of the new columns from the answer that was just recorded; nothing is called for that."""
        entry = self._session.flow.activities.get(activity)
        if entry is not None and value_at(entry.settings, "dry_run", "recording") == "recording":
            self._session.runs.run_to(activity)

    def use_as_sample(self) -> None:
        """Keep the answer as the sample of its activity; where no columns are known yet, take its one list too."""
        if self._report is None or not (self.has_json or self.is_text):
            return
        activity = self._report.activity
        flow = with_sample(self._session.flow, activity, self._as_sample())
        self._session.edit(Text("Use the answer as sample"), flow)
        pointers = [_WHOLE] if self.is_text else [each.pointer for each in self._read.lists]
        if not self._columns() and len(pointers) == 1:
            self.use_list(pointers[0])

    def _as_sample(self) -> Any:
        """Return the answer as a sample: its JSON value, or the first lines of its text."""
        return shortened_text(self._text) if self.is_text else plain(self._read.value)

    def _setting(self, path: str) -> Any:
        entry = self._session.flow.activities.get(self._report.activity) if self._report is not None else None
        return value_at(entry.settings, path) if entry is not None else None

    def _columns(self) -> Any:
        return self._setting("response.columns")

    def _pointer(self) -> str:
        return str(self._setting("response.pointer") or "")

    def _show(self) -> None:
        found = self._reader.found
        self._read = found
        self._is_read = True
        self._left.setCurrentIndex(1 if found.problem else 0)
        self._say("", "hint")
        if found.problem:
            self._raw.set_text(self._text[:MOST_RAW_CHARACTERS])
            if self.is_text:
                self._say(tr(Text("This is no single JSON value: the text as it came, and its rows.")), "hint")
            elif self._text:
                self._say(tr(Text("This is no JSON: {problem}.", problem=found.problem)), "warning")
        else:
            self._tree.show_value(found.value, self._pointer() or (found.lists[0].pointer if found.lists else ""))
        self._show_lists()

    def _show_lists(self) -> None:
        """Offer the lists of the answer, the one in use marked; nothing when there is no choice and no question."""
        clear(self._lists)
        current = self._pointer()
        lists = self._read.lists
        self._sample.setVisible((self.has_json and self._report is not None and self._report.is_good) or self.is_text)
        used = [each for each in lists if each.pointer == current or (len(lists) == 1 and not current)]
        columns = [column for column in as_list(self._columns()) if not as_mapping(column).get("ignore")]
        self._drift.compare([as_mapping(column) for column in columns], used[0].columns if used else ())
        if current and len(lists) <= 1 and self._columns():
            self._lists.addWidget(label(Text("Rows from {pointer}", pointer=current), "hint"))
        elif self.is_text and not self._columns():
            tip = Text("Make a column of each name in the answer")
            self._lists.addWidget(button(Text("Find the columns"), tip, lambda: self.use_list(_WHOLE), kind="primary"))
        elif lists:
            self._lists.addWidget(label(Text("Take the rows from"), "hint"))
            for found in lists[:_MOST_LISTS]:
                words = Text.plural(
                    "{pointer} · {count} row", "{pointer} · {count} rows", count=found.rows, pointer=found.pointer
                )
                choose = QPushButton(tr(words))
                choose.setProperty("role", "primary" if found.pointer == current else "soft")
                choose.setToolTip(", ".join(found.columns))
                choose.setAccessibleName(tr(Text("Use the list {pointer}", pointer=found.pointer)))
                choose.clicked.connect(lambda _checked=False, pointer=found.pointer: self.use_list(pointer))
                self._lists.addWidget(choose)

    def _on_flow(self) -> None:
        if self._report is not None and (self.has_json or self.is_text):
            self._show_lists()
            pointer = self._pointer()
            if pointer:
                self.tree.mark(pointer)

    def _refuse(self, finding: FindingView) -> None:
        self._say(f"{finding.message} {finding.hint}".strip(), "error")

    def _say(self, words: str, kind: str) -> None:
        role(self._note, kind)
        self._note.setText(words)
        self._note.setVisible(bool(words))
