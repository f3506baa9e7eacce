"""The request as it was sent, the headers of the answer and where the time went."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer import theme
from designer.forms.code_edit import CodeEdit
from designer.forms.curl_text import as_curl, secret_names
from designer.forms.parts import button, fit_rows, label, row
from designer.panels.call_report import TIMINGS, CallReport, size_words
from designer.session import Session
from designer.words import tr
from engine.text import Text

_LONGEST_BODY = 100_000
LEAST_HEIGHT = 60
"""In pixels: the panel must not grow for the sake of a list."""


class HeaderTable(QTableWidget):
    """Names and values, read only; cells can be copied."""

    def __init__(self, name: Text) -> None:
        """Make an empty table called `name`."""
        super().__init__(0, 2)
        self.setAccessibleName(tr(name))
        self.setHorizontalHeaderLabels([tr(Text("Header")), tr(Text("Value"))])
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        fit_rows(self)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setStretchLastSection(True)
        self.setProperty("role", "mono")

    def show_headers(self, headers: Sequence[Mapping[str, Any]]) -> None:
        """Show `headers`, each with `name` and `value`."""
        self.setRowCount(len(headers))
        for place, header in enumerate(headers):
            for column, member in enumerate(("name", "value")):
                item = QTableWidgetItem(str(header.get(member, "")))
                item.setToolTip(item.text())
                self.setItem(place, column, item)


class RequestView(QWidget):
    """Method, URL, headers and body exactly as they were sent, secrets masked."""

    def __init__(self, session: Session) -> None:
        """Show nothing yet; the flow of `session` knows what the secrets are called."""
        super().__init__()
        self._session = session
        self._report: CallReport | None = None
        self._line = label("", "strong")
        self._curl = button(
            Text("Copy as cURL"),
            Text("Put the command that sends the same on the clipboard, with variables for its secrets"),
            self._copy,
            glyph="terminal-window",
        )
        self._said = label("", "ok")
        self._headers = HeaderTable(Text("Headers that were sent"))
        self._headers.setMinimumHeight(LEAST_HEIGHT)
        self._body = CodeEdit("json", lines=7)
        self._body.setReadOnly(True)
        self._body.setAccessibleName(tr(Text("Body that was sent")))
        self._size = label("", "hint")
        head = row(self._line, self._curl)
        inner = head.layout()
        if isinstance(inner, QBoxLayout):
            inner.setStretch(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (head, self._said, self._headers, self._size, self._body):
            layout.addWidget(widget)

    def _copy(self) -> None:
        if self._report is None:
            return
        entry = self._session.flow.activities.get(self._report.activity)
        made = as_curl(self._report.request, secret_names(entry.settings) if entry is not None else None)
        QGuiApplication.clipboard().setText(made.command)
        self._said.setText(tr(made.note))
        self._said.show()

    def show_report(self, report: CallReport) -> None:
        """Show the request of `report`."""
        self._report, request = report, report.request
        self._said.hide()
        self._curl.setEnabled(bool(request.get("url")))
        self._line.setText(
            f"{request.get('method', '')} {request.get('url', '')}".strip() or tr(Text("Nothing was sent."))
        )
        self._headers.show_headers(request.get("headers") or ())
        body = str(request.get("body") or "")
        self._body.set_text(_pretty(body))
        self._body.setVisible(bool(body))
        size = size_words(int(request.get("bytes") or len(body.encode())))
        self._size.setText(tr(Text("Body · {size}", size=size)) if body else tr(Text("No body")))


class Timings(QWidget):
    """A bar for each part of the exchange, one after the other."""

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self._parts: list[tuple[str, float]] = []
        self._way = ""
        self.setAccessibleName(tr(Text("Where the time went")))

    def show_report(self, report: CallReport) -> None:
        """Show the times of `report`."""
        timings = report.response.get("timings") or {}
        self._parts = [(tr(words), float(timings[name])) for name, words in TIMINGS if timings.get(name) is not None]
        self._way = report.way
        said = [f"{words} {ms:.0f} ms" for words, ms in self._parts]
        self.setAccessibleDescription(", ".join([*said, self._way] if self._way else said))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return room for all parts."""
        return QSize(320, 28 * (len(TIMINGS) + 1))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the bars."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("small"))
        total = sum(ms for _, ms in self._parts)
        if not self._parts or total <= 0:
            painter.setPen(theme.color("text_soft"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, tr(Text("No times: nothing was called.")))
            return
        left, right = 150.0, 76.0
        width = max(self.width() - left - right, 40.0)
        start = 0.0
        for place, (words, ms) in enumerate(self._parts):
            top = 8 + place * 28.0
            painter.setPen(theme.color("text_soft"))
            painter.drawText(QRectF(4, top, left - 8, 22), Qt.AlignmentFlag.AlignVCenter, words)
            painter.setPen(theme.color("text"))
            place_of_ms = QRectF(left + width + 8, top, right - 12, 22)
            painter.drawText(place_of_ms, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, f"{ms:.0f} ms")
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent" if ms == max(part for _, part in self._parts) else "wire"))
            bar = QRectF(left + width * start / total, top + 6, max(width * ms / total, 2.0), 10)
            painter.drawRoundedRect(bar, 3, 3)
            start += ms
        painter.setPen(theme.color("text_soft"))
        painter.drawText(QRectF(left, 8 + len(self._parts) * 28.0, width, 22), Qt.AlignmentFlag.AlignVCenter, self._way)


def _pretty(body: str) -> str:
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        text = body
    return text if len(text) <= _LONGEST_BODY else f"{text[:_LONGEST_BODY]}\n…"
