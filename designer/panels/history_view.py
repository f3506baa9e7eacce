"""The last calls of an activity in a list, and beside it what differs between the answers of two of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer import theme
from designer.forms.parts import GAP, button, column, fit_rows, label, row
from designer.panels.call_history import PastCall
from designer.panels.json_diff import Difference, differences
from designer.panels.json_text import JsonReader, ReadJson
from designer.panels.json_tree import shown
from designer.panels.slices import Slices
from designer.words import tr
from engine.text import Text

MOST = 1000
"""No more differences than this are listed."""
LEAST_HEIGHT = 72
"""In pixels: the panel must not grow for the sake of a list."""
TITLES = (Text("When"), Text("Status"), Text("Time"), Text("Rows"), Text("From"))
_SIGNS = {"added": ("+", "ok"), "removed": ("−", "error"), "changed": ("≠", "warning")}


class HistoryView(QWidget):
    """`chosen` tells the call whose answer a person wants to see again."""

    chosen = Signal(object)

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self._calls: Sequence[PastCall] = ()
        self._is_due = False
        self._wanted: list[str] = []
        self._values: list[ReadJson] = []
        self._reader = JsonReader(self)
        self._reader.done.connect(self._take)
        self._work = Slices(self, MOST)
        self._work.ended.connect(self._show)
        self._table = _table()
        self._table.itemSelectionChanged.connect(self._compare)
        self._table.cellActivated.connect(lambda _row, _column: self._choose())
        self._look = button(
            Text("Show this answer"), Text("Look at the request and the answer of this call again"), self._choose
        )
        self._told = label("", "hint")
        self._is_pair = False
        self._list = _list()
        for view in (self._table, self._list):
            view.setMinimumHeight(LEAST_HEIGHT)
        self._table.setToolTip(tr(Text("Choose a call to compare it with the one before, or two calls with Ctrl")))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(GAP)
        split.addWidget(column(self._table, row(self._look, None), gap=4))
        split.addWidget(column(self._told, self._list, gap=4))
        split.setSizes([300, 340])
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)

    def show_calls(self, calls: Sequence[PastCall]) -> None:
        """Show `calls`, the last one first, and compare it with the one before."""
        if list(calls) == list(self._calls):
            return
        self._calls = tuple(calls)
        self._table.blockSignals(True)
        self._table.setRowCount(len(calls))
        for place, call in enumerate(calls):
            for part, words in enumerate(call.words):
                item = QTableWidgetItem(words)
                item.setToolTip(words)
                self._table.setItem(place, part, item)
        self._table.blockSignals(False)
        self._table.clearSelection()
        if calls:
            self._table.selectRow(0)
        self._compare()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Compare what nobody looked at before."""
        super().showEvent(event)
        if self._is_due:
            self._compare()

    def _selected(self) -> list[int]:
        return sorted({index.row() for index in self._table.selectedIndexes()})

    def _choose(self) -> None:
        rows = self._selected()
        if rows:
            self.chosen.emit(self._calls[rows[0]])

    def _compare(self) -> None:
        """Compare the two calls that are selected, or the one with that before it."""
        rows = self._selected()
        self._look.setEnabled(len(rows) == 1)
        self._list.clear()
        self._work.stop()
        self._wanted, self._values = [], []
        self._is_due = not self.isVisible()
        newer = rows[0] if rows else 0
        self._is_pair = len(rows) > 1
        older = rows[1] if self._is_pair else newer + 1
        if self._is_due or not rows or older >= len(self._calls):
            self._told.setText(tr(Text("There is no call before this one.")) if rows else "")
            return
        self._told.setText(tr(Text("Comparing…")))
        self._wanted = [self._calls[place].report.text for place in (older, newer)]
        self._reader.read(self._wanted[0])

    def _take(self) -> None:
        """Take an answer that was read; when both are there, compare them."""
        self._values.append(self._reader.found)
        if len(self._values) < len(self._wanted):
            self._reader.read(self._wanted[len(self._values)])
        elif self._wanted:  # else another call was chosen meanwhile, which has none before it
            self._begin(*self._values)
            self._wanted, self._values = [], []

    def _begin(self, before: ReadJson, after: ReadJson) -> None:
        if before.problem or after.problem:
            same = "" if before.problem and after.problem else tr(Text("Only one of the two answers is JSON."))
            self._told.setText(same or tr(Text("The answers are no JSON.")))
            return
        self._work.start(differences(before.value, after.value))

    def _show(self) -> None:
        found: list[Difference] = self._work.found
        for each in found:
            item = QTreeWidgetItem(
                [
                    f"{_SIGNS[each.kind][0]} {each.pointer}",
                    "" if each.kind == "added" else shown(each.before),
                    "" if each.kind == "removed" else shown(each.after),
                ]
            )
            item.setForeground(0, theme.color(_SIGNS[each.kind][1]))
            for part in range(item.columnCount()):
                item.setToolTip(part, item.text(part))
            self._list.addTopLevelItem(item)
        self._told.setText(self._sum_of(found))

    def _sum_of(self, found: Sequence[Difference]) -> str:
        if not found and self._is_pair:
            return tr(Text("The two answers are the same."))
        if not found:
            return tr(Text("The answer is the same as that of the call before."))
        counts = Counter(each.kind for each in found)
        words = {
            "changed": Text("{count} changed", count=counts["changed"]),
            "added": Text("{count} added", count=counts["added"]),
            "removed": Text("{count} removed", count=counts["removed"]),
        }
        counted = ", ".join(tr(each) for kind, each in words.items() if kind in counts)
        told = Text("Since the call before: {counted}.", counted=counted)
        if self._is_pair:
            told = Text("Between the two calls: {counted}.", counted=counted)
        return f"{tr(told)} {tr(Text('More are not listed.'))}" if self._work.is_full else tr(told)


def _table() -> QTableWidget:
    table = QTableWidget(0, len(TITLES))
    table.setAccessibleName(tr(Text("Last calls")))
    table.setHorizontalHeaderLabels([tr(title) for title in TITLES])
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setAlternatingRowColors(True)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    fit_rows(table)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.horizontalHeader().setHighlightSections(False)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.horizontalHeader().setSectionResizeMode(len(TITLES) - 1, QHeaderView.ResizeMode.Stretch)
    return table


def _list() -> QTreeWidget:
    made = QTreeWidget()
    made.setAccessibleName(tr(Text("Differences")))
    made.setHeaderLabels([tr(Text("Where")), tr(Text("Before")), tr(Text("After"))])
    made.setRootIsDecorated(False)
    made.setUniformRowHeights(True)
    made.setProperty("role", "mono")
    made.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    made.header().resizeSection(0, 150)
    made.header().resizeSection(1, 90)
    made.header().setStretchLastSection(True)
    return made
