"""Column definition (ACS 1.6): the table of columns, and everything about the one that is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from designer.editors.column_table import NAME, TYPE, ColumnTableModel, TypeDelegate, key_of
from designer.editors.effect_view import EffectView
from designer.forms.field import Field
from designer.forms.form import make_field
from designer.forms.parts import clear, fit_rows, icon_button, label, row
from designer.forms.paths import as_list, as_mapping, without_value
from designer.forms.resources import free_name
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
        self._effect = EffectView(self.binding, self.path)
        self._effect.examples.connect(self._show_examples)
        self._effect.column_wanted.connect(lambda place: self._table.setCurrentIndex(self._model.index(place, NAME)))
        self._tools = self._make_tools()
        box = QWidget()
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (self._empty, self._table, self._tools, self._effect):
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
        self._hint.setVisible(count > 0)
        self._empty.setVisible(count == 0)
        lines = min(max(count, 1), _LINES)
        self._table.setFixedHeight(lines * 30 + self._table.horizontalHeader().sizeHint().height() + 8)
        if self._stack is not None and self._shown < count:
            self._stack.refresh()
        elif self._stack is not None:
            self._choose(QModelIndex())
        if self.isVisible():
            self._effect.ask()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Ask what the definitions do, which nobody could see before."""
        super().showEvent(event)
        self._effect.ask()

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
        fit_rows(table)
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
        add = icon_button("plus", Text("Add a column"), self._add)
        remove = icon_button("trash", Text("Remove the column"), self._remove)
        for keys, step in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(keys), self._table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(lambda step=step: self._move(step))
        self._hint = label(Text("The box: use or ignore. Double-click a name or a type to change it."), "hint")
        return row(self._hint, None, add, up, down, remove, gap=2)

    def _move(self, step: int) -> None:
        place = self._table.currentIndex().row()
        if 0 <= place + step < self._model.rowCount() and place >= 0:
            self._model.move(place, place + step)
            self._table.setCurrentIndex(self._model.index(place + step, NAME))

    def _add(self) -> None:
        """Put a column at the end, and take the keyboard to say where its values stand."""
        entries = as_list(self.value)
        name = free_name("column", {str(as_mapping(entry).get("id")): None for entry in entries}, join="_")
        self.binding.put(self.path, [*entries, {"id": name, "key": ""}], self.words, merge=False)
        self.reveal(f"{self.path}.{len(entries)}.key")

    def _remove(self) -> None:
        place = self._table.currentIndex().row()
        if place >= 0:
            kept = without_value({"columns": as_list(self.value)}, f"columns.{place}")["columns"]
            self.binding.put(self.path, kept, self.words, merge=False)

    def _choose(self, current: QModelIndex, _previous: QModelIndex | None = None) -> None:
        clear(self._details)
        self._stack = None
        self._shown = current.row()
        self._effect.choose(current.row())
        if not current.isValid():
            return
        prefix = f"{self.path}.{current.row()}."
        self._stack = FieldStack(self.spec.fields, prefix, self.binding, make_field)
        self._stack.show_findings(self._findings)
        self._details.addWidget(self._stack)

    def _show_examples(self, texts: Sequence[str | None]) -> None:
        self._model.set_examples(
            {key_of(entry): text for entry, text in zip(self._model.entries, texts, strict=False) if text is not None}
        )
