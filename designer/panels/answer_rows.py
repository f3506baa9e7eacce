"""The rows that were made of an answer, or a sentence that says why there are none."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QTableView, QVBoxLayout, QWidget

from designer.forms.parts import GAP, fit_rows, label
from designer.panels.call_report import CallReport
from designer.panels.page_model import PageModel
from designer.panels.typed_header import TypedHeader, fit_columns
from designer.session import Session
from designer.words import tr
from engine import registry
from engine.text import Text

FAILED = Text("There are no rows: the call failed.")
NONE_YET = Text("There are no rows. Choose the list that they are in, or check the columns.")

_FIRST = "result"
EARLIER = Text("The rows of an earlier call are not kept. Its answer is beside this.")


class AnswerRows(QWidget):
    """The tables of one answer, one at a time. Columns get the room they need once; the widths of a person are kept.

    `table_changed` tells that another table is looked at.
    """

    table_changed = Signal()

    def __init__(self, session: Session) -> None:
        """Show nothing yet."""
        super().__init__()
        self._session = session
        self._report: CallReport | None = None
        self._shown = self._fitted = ""
        self._rows = PageModel(session)
        self._rows.loaded.connect(self._fit)
        self._table = _table(self._rows)
        self._sentence = label("", "hint")
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence.setMargin(GAP * 2)
        self._names = QTabBar()
        self._names.setAccessibleName(tr(Text("Tables of the answer")))
        self._names.setExpanding(False)
        self._names.setUsesScrollButtons(True)
        self._names.setElideMode(Qt.TextElideMode.ElideRight)
        self._names.currentChanged.connect(self._choose)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._table)
        self._pages.addWidget(self._sentence)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._names)
        layout.addWidget(self._pages, 1)
        self._names.hide()

    @property
    def table(self) -> str:
        """Return the transition whose rows are shown."""
        return str(self._names.tabData(self._names.currentIndex()) or _FIRST)

    def show_report(self, report: CallReport) -> None:
        """Show the rows that came of the call of `report`, of the table that was looked at before if there is one."""
        same = self._report is not None and self._report.activity == report.activity
        before = self.table if same else _FIRST
        self._report = report
        tables = self._tables(report.activity)
        self._names.blockSignals(True)
        while self._names.count():
            self._names.removeTab(0)
        for name, words in tables.items():
            place = self._names.addTab(tr(words))
            self._names.setTabData(place, name)
            self._names.setTabToolTip(place, tr(words))
        self._names.setCurrentIndex(list(tables).index(before) if before in tables else 0)
        self._names.blockSignals(False)
        self._names.setVisible(len(tables) > 1)
        self._show()

    def show_past(self) -> None:
        """Say why there are no rows of a call that was made before the last one."""
        self._shown = ""
        self._names.hide()
        self._rows.show("", (), 0)
        self._sentence.setText(tr(EARLIER))
        self._pages.setCurrentIndex(1)

    def _tables(self, activity: str) -> dict[str, Text]:
        """Return the transitions with rows of the answer, and rejects that have any, with how they are called."""
        entry = self._session.flow.activities.get(activity)
        found = {}
        for each in registry.transitions(entry) if entry is not None else ():
            run = self._session.run.transitions.get(f"{activity}.{each.name}")
            count = run.rows if run is not None and run.rows is not None else 0
            if each.role == "result" or (each.role == "rejects" and count):
                found[each.name] = Text("{label} · {count}", label=each.label, count=count)
        return found

    def _choose(self, _place: int) -> None:
        self._show()
        self.table_changed.emit()

    def _show(self) -> None:
        report = self._report
        if report is None:
            return
        run = self._session.run.transitions.get(f"{report.activity}.{self.table}")
        has_rows = run is not None and bool(run.rows)
        if run is not None and run.rows is not None:
            self._shown = run.table
            self._rows.show(run.table, run.columns, run.rows)
        else:
            self._shown = ""
            self._rows.show("", (), 0)
        self._sentence.setText(tr(NONE_YET if report.is_good else FAILED))
        self._pages.setCurrentIndex(0 if has_rows else 1)

    def _fit(self) -> None:
        if self._fitted != self._shown:
            self._fitted = self._shown
            fit_columns(self._table)


def _table(rows: PageModel) -> QTableView:
    table = QTableView()
    fit_rows(table)
    table.setModel(rows)
    table.setAccessibleName(tr(Text("Rows of the answer")))
    table.setAlternatingRowColors(True)
    table.setShowGrid(False)
    table.verticalHeader().hide()
    table.setHorizontalHeader(TypedHeader(table))
    table.horizontalHeader().setStretchLastSection(True)
    return table
