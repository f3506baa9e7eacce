"""Which of several calls of an activity the test panel shows: one for each key and page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from designer.forms.parts import icon_button
from designer.panels.call_report import CallReport
from designer.words import tr
from engine.text import Text

MOST = 1000
"""So many calls can be chosen from; nobody looks through more."""


class ExchangeChoice(QWidget):
    """A list of the calls, and buttons to the one before and after. Hidden where there is only one."""

    chosen = Signal(CallReport)

    def __init__(self) -> None:
        """Offer nothing yet."""
        super().__init__()
        self._exchanges: Sequence[CallReport] = ()
        self._list = QComboBox()
        self._list.setAccessibleName(tr(Text("Calls of the activity")))
        self._list.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._list.setMinimumContentsLength(16)
        self._list.currentIndexChanged.connect(self._choose)
        self._before = icon_button("caret-left", Text("The call before"), lambda: self._step(-1))
        self._after = icon_button("caret-right", Text("The call after"), lambda: self._step(1))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        for widget in (self._before, self._list, self._after):
            line.addWidget(widget)
        self.hide()

    def show_report(self, report: CallReport) -> None:
        """Offer the calls of `report`; the one that the report itself is about is the current one."""
        self._exchanges = report.exchanges[:MOST]
        self._list.blockSignals(True)
        self._list.clear()
        many = len(self._exchanges)
        self._list.addItems([f"{number} / {many} · {each.name}" for number, each in enumerate(self._exchanges, 1)])
        same = (place for place, each in enumerate(self._exchanges) if _is_same(each, report))
        self._list.setCurrentIndex(next(same, 0))
        self._list.blockSignals(False)
        self._enable()
        self.setVisible(many > 1)

    def _choose(self, place: int) -> None:
        self._enable()
        if 0 <= place < len(self._exchanges):
            self.chosen.emit(self._exchanges[place])

    def _step(self, by: int) -> None:
        self._list.setCurrentIndex(self._list.currentIndex() + by)

    def _enable(self) -> None:
        place = self._list.currentIndex()
        self._before.setEnabled(place > 0)
        self._after.setEnabled(place < len(self._exchanges) - 1)


def _is_same(exchange: CallReport, report: CallReport) -> bool:
    return exchange.request == report.request and exchange.status == report.status
