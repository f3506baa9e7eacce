"""What the last run told, line by line, and where each answer came from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer import theme
from designer.forms.parts import GAP, icon_button
from designer.icons import icon
from designer.run_view import LogEntry
from designer.session import Session
from designer.words import tr
from engine.text import Text

LEVELS = {
    "error": ("x-circle", "error"),
    "warning": ("warning", "warning"),
    "info": ("info", "text_faint"),
}
SOURCES = {
    "live": (Text("live"), "ok"),
    "recording": (Text("replayed"), "accent"),
    "sample": (Text("sample"), "warning"),
}
"""Where the answer of a call came from, in a word and its colour."""


class RunLog(QWidget):
    """The run log: time, activity, what happened, and whether a call was live."""

    def __init__(self, session: Session) -> None:
        """Follow the runs of `session`."""
        super().__init__()
        self._session = session
        self._entries: Sequence[LogEntry] = ()
        self._filter = QLineEdit()
        self._level = QComboBox()
        self._list = QTreeWidget()
        self._dress()
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(self._filter, 1)
        head.addWidget(self._level)
        head.addWidget(icon_button("copy", Text("Copy the log as text"), self.copy))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, GAP, 12, 12)
        layout.setSpacing(GAP)
        layout.addLayout(head)
        layout.addWidget(self._list, 1)
        session.run_changed.connect(self._refresh)
        self._filter.textChanged.connect(lambda _text: self._filter_rows())
        self._level.currentIndexChanged.connect(lambda _index: self._filter_rows())
        self._list.itemActivated.connect(lambda item, _column: self._jump(item))
        copy = QShortcut(QKeySequence.StandardKey.Copy, self._list)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy)

    def _dress(self) -> None:
        self._filter.setPlaceholderText(tr(Text("Filter the log")))
        self._filter.setAccessibleName(tr(Text("Filter the log")))
        self._filter.setClearButtonEnabled(True)
        self._filter.addAction(icon("magnifying-glass", "text_faint"), QLineEdit.ActionPosition.LeadingPosition)
        for words, level in (
            (Text("Everything"), ""),
            (Text("Warnings and errors"), "warning"),
            (Text("Errors"), "error"),
        ):
            self._level.addItem(tr(words), level)
        self._level.setAccessibleName(tr(Text("Which lines to show")))
        titles = (Text("Time"), Text("Activity"), Text("What happened"), Text("Answer"))
        view = self._list
        view.setHeaderLabels([tr(title) for title in titles])
        view.setRootIsDecorated(False)
        view.setUniformRowHeights(True)
        view.setAlternatingRowColors(True)
        view.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        view.setAccessibleName(tr(Text("Run log")))
        view.setToolTip(tr(Text("Press Enter to go to the activity")))
        header = view.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(0, 128)
        header.resizeSection(1, 170)
        header.resizeSection(3, 80)

    def copy(self) -> None:
        """Put the selected lines, or all that are shown, on the clipboard."""
        chosen = self._list.selectedItems() or [item for item in self._items() if not item.isHidden()]
        lines = ["\t".join(item.text(column) for column in range(4)) for item in chosen]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _refresh(self) -> None:
        """Add the lines that are new; a new run begins an empty log."""
        entries = self._session.run.log
        if entries is self._entries:
            return
        kept = len(self._entries)
        if kept and (len(entries) < kept or entries[0] is not self._entries[0]):
            self._list.clear()
            kept = 0
        self._entries = entries
        bar = self._list.verticalScrollBar()
        is_at_end = bar.value() >= bar.maximum() - 1
        self._list.addTopLevelItems([self._line(entry) for entry in entries[kept:]])
        self._filter_rows()
        if is_at_end:
            self._list.scrollToBottom()

    def _line(self, entry: LogEntry) -> QTreeWidgetItem:
        source, color = SOURCES.get(entry.source, (Text(""), "text"))
        name = tr(self._session.name_of(entry.activity)) if entry.activity else ""
        message = f"{entry.message} ({entry.code})" if entry.code else entry.message
        item = QTreeWidgetItem(
            [f"{entry.time:%H:%M:%S}.{entry.time.microsecond // 1000:03}", name, message, tr(source)]
        )
        glyph, tint = LEVELS.get(entry.level, LEVELS["info"])
        item.setIcon(0, icon(glyph, tint))
        item.setForeground(3, theme.color(color))
        item.setToolTip(2, message)
        item.setData(0, Qt.ItemDataRole.UserRole, entry)
        return item

    def _items(self) -> Sequence[QTreeWidgetItem]:
        found = [self._list.topLevelItem(place) for place in range(self._list.topLevelItemCount())]
        return [item for item in found if item is not None]

    def _filter_rows(self) -> None:
        wanted = self._filter.text().strip().casefold()
        level = self._level.currentData()
        levels = {"": LEVELS.keys(), "warning": {"warning", "error"}, "error": {"error"}}[level]
        for item in self._items():
            words = " ".join(item.text(column) for column in range(4)).casefold()
            item.setHidden(wanted not in words or item.data(0, Qt.ItemDataRole.UserRole).level not in levels)

    def _jump(self, item: QTreeWidgetItem) -> None:
        entry = item.data(0, Qt.ItemDataRole.UserRole)
        if entry.activity:
            self._session.select(entry.activity)
            self._session.reveal.emit(entry.activity, "")
