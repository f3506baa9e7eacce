"""Column definition (ACS 1.6): the table of columns, and everything about the one that is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from designer.editors.column_table import NAME, TYPE, ColumnTableModel, TypeDelegate
from designer.forms.asking import LateQuestion
from designer.forms.field import Field
from designer.forms.form import make_field
from designer.forms.parts import clear, icon_button, label, row
from designer.forms.paths import as_list, as_mapping, without_value
from designer.forms.simple_fields import shown_text
from designer.forms.stack import FieldStack
from engine.text import Text

_LINES = 7
_STRETCH = QHeaderView.ResizeMode.Stretch
_CONTENT = QHeaderView.ResizeMode.ResizeToContents


class ColumnsField(Field):
    """The columns of the answer. What the table has no room for stands below it, for the chosen column."""

    def build(self) -> QWidget:
        """Make the table and the place below it."""
        self._model = ColumnTableModel(self.spec, self.path, self.binding)
        self._table = QTableView()
        self._table.setModel(self._model)
        self._dress(self._table)
        self._details = QVBoxLayout()
        self._details.setContentsMargins(0, 0, 0, 0)
        self._stack: FieldStack | None = None
        self._shown = -1
        self._findings: Sequence[Any] = ()
        self._empty = label(Text("No columns yet: send the call, or paste a sample and press Parse."), "hint")
        self._table.selectionModel().currentRowChanged.connect(self._choose)
        self._examples = LateQuestion(self.binding.session, self, "columns")
        self._tools = self._make_tools()
        self._sample: Any = None
        box = QWidget()
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (self._empty, self._table, self._tools):
            layout.addWidget(part)
        layout.addLayout(self._details)
        return box

    def focus_target(self) -> QWidget:
        """Return the table."""
        return self._table

    def refresh(self) -> None:
        """Show the columns of the flow."""
        self._model.refresh()
        count = self._model.rowCount()
        self._table.setVisible(count > 0)
        self._tools.setVisible(count > 0)
        self._empty.setVisible(count == 0)
        lines = min(max(count, 1), _LINES)
        self._table.setFixedHeight(lines * 30 + self._table.horizontalHeader().sizeHint().height() + 8)
        if self._stack is not None and self._shown < count:
            self._stack.refresh()
        elif self._stack is not None:
            self._choose(QModelIndex())
        self._ask_examples()

    def reveal(self, path: str) -> bool:
        """Choose the column and take the keyboard in its setting."""
        place = path.removeprefix(f"{self.path}.").partition(".")[0]
        if not place.isdigit() or int(place) >= self._model.rowCount():
            return super().reveal(path)
        self._table.setCurrentIndex(self._model.index(int(place), NAME))
        if self._stack is None or not self._stack.reveal(path):
            self._table.setFocus()
        return True

    def show_findings(self, findings: Sequence[Any]) -> None:
        """Show each finding at the chosen column, and the first of all below the table."""
        self._findings = findings
        if self._stack is not None:
            self._stack.show_findings(findings)
        super().show_findings(findings)

    def _dress(self, table: QTableView) -> None:
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setAlternatingRowColors(True)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        table.setDragDropOverwriteMode(False)
        table.setItemDelegateForColumn(TYPE, TypeDelegate(table))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(30)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(56)
        for section, mode in enumerate((_STRETCH, _CONTENT, _STRETCH, _STRETCH)):
            header.setSectionResizeMode(section, mode)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )

    def _make_tools(self) -> QWidget:
        up = icon_button("arrow-up", Text("Move the column up (Alt+Up)"), lambda: self._move(-1))
        down = icon_button("arrow-down", Text("Move the column down (Alt+Down)"), lambda: self._move(1))
        remove = icon_button("trash", Text("Remove the column"), self._remove)
        for keys, step in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(keys), self._table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(lambda step=step: self._move(step))
        hint = label(Text("The box: use or ignore. Double-click a name or a type to change it."), "hint")
        return row(hint, up, down, remove, gap=2)

    def _move(self, step: int) -> None:
        place = self._table.currentIndex().row()
        if 0 <= place + step < self._model.rowCount() and place >= 0:
            self._model.move(place, place + step)
            self._table.setCurrentIndex(self._model.index(place + step, NAME))

    def _remove(self) -> None:
        place = self._table.currentIndex().row()
        if place >= 0:
            kept = without_value({"columns": as_list(self.value)}, f"columns.{place}")["columns"]
            self.binding.put(self.path, kept, self.words, merge=False)

    def _choose(self, current: QModelIndex, _previous: QModelIndex | None = None) -> None:
        clear(self._details)
        self._stack = None
        self._shown = current.row()
        if not current.isValid():
            return
        prefix = f"{self.path}.{current.row()}."
        self._stack = FieldStack(self.spec.fields, prefix, self.binding, make_field)
        self._stack.show_findings(self._findings)
        self._details.addWidget(self._stack)

    def _ask_examples(self) -> None:
        sample = self.binding.get("response.sample") or self._last_answer()
        if sample is None or sample == self._sample or isinstance(sample, str):
            return
        self._sample = sample
        flatten = self.binding.get("response.mode") == "flatten"
        pointer = self.binding.get("response.pointer")
        self._examples.soon(lambda: {"sample": sample, "flatten": flatten, "pointer": pointer}, self._show_examples)

    def _last_answer(self) -> Mapping[str, str] | None:
        """Return the text of the last answer: it has examples before it is the sample."""
        run = self.binding.session.run.activities.get(self.binding.activity)
        response = as_mapping(as_mapping(run.reports.get("call") if run is not None else None).get("response"))
        text = response.get("text")
        return {"text": text} if isinstance(text, str) and text else None

    def _show_examples(self, answer: Mapping[str, Any]) -> None:
        self._model.set_examples(
            {str(column["key"]): shown_text(column.get("example")) for column in answer.get("columns", ())}
        )
