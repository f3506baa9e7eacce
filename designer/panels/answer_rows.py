"""The rows that were made of an answer, or a sentence that says why there are none."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QTableView

from designer.forms.parts import GAP, fit_rows, label
from designer.panels.call_report import CallReport
from designer.panels.page_model import PageModel
from designer.panels.typed_header import TypedHeader, fit_columns
from designer.session import Session
from designer.words import tr
from engine.text import Text

FAILED = Text("There are no rows: the call failed.")
NONE_YET = Text("There are no rows. Choose the list that they are in, or check the columns.")

EARLIER = Text("The rows of an earlier call are not kept. Its answer is beside this.")


class AnswerRows(QStackedWidget):
    """The table of one answer. Its columns get the room they need once; the widths of a person are kept."""

    def __init__(self, session: Session) -> None:
        """Show nothing yet."""
        super().__init__()
        self._session = session
        self._shown = self._fitted = ""
        self._rows = PageModel(session)
        self._rows.loaded.connect(self._fit)
        self._table = _table(self._rows)
        self._sentence = label("", "hint")
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence.setMargin(GAP * 2)
        self.addWidget(self._table)
        self.addWidget(self._sentence)

    def show_report(self, report: CallReport) -> None:
        """Show the rows that came of the call of `report`."""
        run = self._session.run.transitions.get(f"{report.activity}.result")
        has_rows = run is not None and bool(run.rows)
        if run is not None and run.rows is not None:
            self._shown = run.table
            self._rows.show(run.table, run.columns, run.rows)
        else:
            self._shown = ""
            self._rows.show("", (), 0)
        self._sentence.setText(tr(NONE_YET if report.is_good else FAILED))
        self.setCurrentIndex(0 if has_rows else 1)

    def show_past(self) -> None:
        """Say why there are no rows of a call that was made before the last one."""
        self._shown = ""
        self._rows.show("", (), 0)
        self._sentence.setText(tr(EARLIER))
        self.setCurrentIndex(1)

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
