"""The tab “Test response”: what the call sent, what came back, and what to do when it failed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSaveFile, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from designer.forms.parts import GAP, button, icon_button, label, role, row
from designer.panels.answer_view import AnswerView
from designer.panels.call_details import HeaderTable, RequestView, Timings
from designer.panels.call_history import CallHistory, PastCall
from designer.panels.call_report import CallReport, coming_answer, last_call, size_words
from designer.panels.elided_label import ElidedLabel
from designer.panels.exchange_choice import ExchangeChoice
from designer.panels.history_view import HistoryView
from designer.session import Session
from designer.words import tr
from engine.errors import Level
from engine.text import Text

VIEWS = (Text("Answer"), Text("Request"), Text("Headers"), Text("Timings"), Text("History"))


class TestResponse(QWidget):
    """Follows the last call of the selected activity, or of any when that one made none."""

    __test__ = False  # no test case, whatever pytest thinks of the name

    def __init__(self, session: Session) -> None:
        """Show the last call of `session`."""
        super().__init__()
        self.setObjectName("test-response")
        self._session = session
        self._report: CallReport | None = None
        self._whole: CallReport | None = None
        self._empty = label(
            Text("Send an External API activity: what it sent and what came back appears here."), "hint"
        )
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.answer = AnswerView(session)
        self._request = RequestView(session)
        self._headers = HeaderTable(Text("Headers of the answer"))
        self._timings = Timings()
        self._calls = CallHistory(session, self)
        self._calls.changed.connect(self._show_history)
        self.history = HistoryView()
        self.history.chosen.connect(self._look_back)
        self._past: PastCall | None = None
        self._views = QTabBar()
        self._views.setAccessibleName(tr(Text("Parts of the exchange")))
        self._views.setExpanding(False)
        self._views.setUsesScrollButtons(False)
        self._views.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._pages = QStackedWidget()
        pages = (self.answer, self._request, self._headers, self._timings, self.history)
        for title, page in zip(VIEWS, pages, strict=True):
            self._views.addTab(tr(title))
            self._pages.addWidget(page)
        self._views.currentChanged.connect(self._pages.setCurrentIndex)
        self._exchanges = ExchangeChoice()
        self._exchanges.chosen.connect(self._show)
        self._busy = self._make_busy()
        self._error = self._make_error()
        self._notes = label("", "hint")
        self._body = QWidget()
        layout = QVBoxLayout(self._body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP - 2)
        layout.addLayout(self._make_line())
        layout.addWidget(self._make_back())
        layout.addWidget(self._error)
        layout.addWidget(self._notes)
        layout.addLayout(self._make_tools())
        layout.addWidget(self._pages, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(GAP, 4, GAP, GAP)
        outer.addWidget(self._busy)
        outer.addWidget(self._empty, 1)
        outer.addWidget(self._body, 1)
        session.run_changed.connect(self.refresh)
        session.selection_changed.connect(lambda _ids: self.refresh())
        self.refresh()

    @property
    def has_answer(self) -> bool:
        """Return whether there is a call to show."""
        return self._report is not None

    def refresh(self) -> None:
        """Show the last call as it is known now."""
        running = self._session.run.running
        self._busy.setVisible(running)
        log = self._session.run.log
        self._doing.set_words(log[-1].message if running and log else "")
        self.answer.read_ahead(coming_answer(self._session))
        report = last_call(self._session)
        if report == self._whole and report is not None:
            return
        self._report = self._whole = report
        self._past = None
        self._show_history()
        self._body.setVisible(report is not None)
        self._empty.setVisible(report is None)
        if report is not None:
            self._show_call(report)

    def _show_call(self, report: CallReport) -> None:
        self._back.setVisible(self._past is not None)
        self._exchanges.show_report(report)
        self._show(report)

    def _show_history(self) -> None:
        self.history.show_calls(self._calls.of(self._whole.activity) if self._whole is not None else ())

    def _look_back(self, call: Any) -> None:
        """Show a call of the history again, the last one as what it is."""
        self._past = call if call is not self._calls.of(call.report.activity)[0] else None
        self._back_words.setText(tr(Text("This is an earlier call, of {time}.", time=call.words[0])))
        self._show_call(call.report)
        self._views.setCurrentIndex(0)

    def _show_last(self) -> None:
        self._past = None
        if self._whole is not None:
            self._show_call(self._whole)

    def _show(self, report: CallReport) -> None:
        self._report, response = report, report.response
        self._status.setText(report.status)
        role(self._status, "status-ok" if report.is_good else "status-error")
        run = self._session.run.transitions.get(f"{report.activity}.result")
        count = self._past.rows if self._past is not None else run.rows if run is not None else None
        rows = Text.plural("{count} row", "{count} rows", count=count) if count is not None else None
        facts = [
            f"{response['elapsed_ms']:.0f} ms" if response.get("elapsed_ms") is not None else "",
            size_words(int(response["bytes"])) if response.get("bytes") is not None else "",
            tr(rows) if rows is not None else "",
            report.content_type,
            report.way,
        ]
        self._facts.set_words("    ".join(fact for fact in facts if fact))
        self._source.setText(tr(report.source))
        role(self._source, "pill-ok" if report.data.get("source") == "live" else "pill-warning")
        self._request.show_report(report)
        self._headers.show_headers(response.get("headers") or ())
        self._timings.show_report(report)
        self.answer.show_report(report, is_past=self._past is not None)
        self._show_error(report)
        notes = [note for note in report.notes if note not in report.changes]
        self._notes.setText("\n".join(notes))
        self._notes.setVisible(bool(notes))

    def _show_error(self, report: CallReport) -> None:
        error = report.run.error
        told = str(report.data.get("error") or "")
        gone_on = "" if error is not None or report.is_good else told or self._warning_of(report)
        self._error.setVisible(error is not None or bool(gone_on))
        role(self._error, "notice-error" if error is not None else "notice-warning")
        self._go.setVisible(error is not None and bool(error.field))
        if error is None:
            self._error_words.setText(gone_on)
            went_on = Text("The flow went on along the transition of a failed request.")
            self._error_hint.setText(tr(Text("The calls for other keys went on.") if told else went_on))
            return
        self._error_words.setText(error.message)
        codes = " · ".join(code for code in (error.code, error.acs) if code)
        self._error_hint.setText(f"{error.hint}\n{codes}".strip())

    def _warning_of(self, report: CallReport) -> str:
        """Return what the run log says last about a call that failed without stopping the flow."""
        entries = [each for each in self._session.run.log if each.activity == report.activity]
        return next((each.message for each in reversed(entries) if each.level == Level.WARNING), "")

    def _make_line(self) -> QHBoxLayout:
        self._status = QLabel()
        self._facts = ElidedLabel("soft")
        self._source = QLabel()
        self._source.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        line = QHBoxLayout()
        line.setSpacing(GAP + 4)
        line.addWidget(self._status)
        line.addWidget(self._facts, 1)
        line.addWidget(self._source)
        return line

    def _make_tools(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.addWidget(self._views)
        line.addStretch(1)
        line.addWidget(self._exchanges)
        line.addWidget(icon_button("copy", Text("Copy the answer"), self._copy))
        line.addWidget(icon_button("download-simple", Text("Save the answer…"), self._save))
        return line

    def _make_back(self) -> QWidget:
        self._back_words = label("", "strong")
        tip = Text("Show what the last call sent and what came back")
        back = button(Text("Back to the last call"), tip, self._show_last, kind="soft")
        self._back = row(self._back_words, None, back)
        self._back.hide()
        return self._back

    def _make_busy(self) -> QWidget:
        box = QWidget()
        line = QHBoxLayout(box)
        line.setContentsMargins(0, 0, 0, 0)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setAccessibleName(tr(Text("Running")))
        self._doing = ElidedLabel("hint")
        line.addWidget(bar, 1)
        line.addWidget(self._doing, 2)
        line.addWidget(button(Text("Cancel"), Text("Stop the run"), self._session.runs.cancel))
        return box

    def _make_error(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("role", "notice-error")
        layout = QHBoxLayout(frame)
        words = QVBoxLayout()
        self._error_words = label("", "strong")
        self._error_hint = label("", "hint")
        words.addWidget(self._error_words)
        words.addWidget(self._error_hint)
        layout.addLayout(words, 1)
        self._go = button(Text("Go to the field"), Text("Show the setting that this is about"), self._reveal)
        layout.addWidget(self._go, 0, Qt.AlignmentFlag.AlignTop)
        return frame

    def _reveal(self) -> None:
        if self._report is not None and self._report.run.error is not None:
            self._session.reveal.emit(self._report.activity, self._report.run.error.field)

    def _copy(self) -> None:
        if self._report is not None:
            QGuiApplication.clipboard().setText(self._report.text)

    def _save(self) -> None:
        if self._report is None:
            return
        path, _ = QFileDialog.getSaveFileName(self, tr(Text("Save the answer")), f"{self._report.activity}.json")
        if not path:
            return
        file = QSaveFile(path)
        text = self._report.text.encode()
        if not (file.open(QSaveFile.OpenModeFlag.WriteOnly) and file.write(text) == len(text) and file.commit()):
            self._notes.setText(tr(Text("“{path}” cannot be written: {reason}.", path=path, reason=file.errorString())))
            self._notes.show()
