"""What the last run told, line by line, and where each answer came from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSaveFile, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer import theme
from designer.forms.parts import GAP, icon_button, label
from designer.icons import icon
from designer.panels.levels import LEVELS, level_filter, level_word
from designer.run_view import LogEntry
from designer.session import Session
from designer.words import tr
from engine.text import Text

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
        self._level = level_filter()
        self._count = label("", "soft")
        self._list = QTreeWidget()
        self._dress()
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(self._filter, 1)
        head.addWidget(self._level)
        head.addWidget(self._count)
        head.addWidget(icon_button("copy", Text("Copy the selected lines, or all that are shown"), self.copy))
        head.addWidget(
            icon_button("download-simple", Text("Save the lines that are shown as a text file…"), self._save)
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, GAP, 12, 12)
        layout.setSpacing(GAP)
        layout.addLayout(head)
        layout.addWidget(self._list, 1)
        session.run_changed.connect(self._refresh)
        self._filter.textChanged.connect(lambda _text: self._filter_rows())
        self._level.currentIndexChanged.connect(lambda _index: self._filter_rows())
        self._list.itemClicked.connect(lambda item, _column: self._select(item))
        self._list.itemActivated.connect(lambda item, _column: self._jump(item))
        theme.signals.changed.connect(self._repaint)
        copy = QShortcut(QKeySequence.StandardKey.Copy, self._list)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy)

    def _dress(self) -> None:
        self._filter.setPlaceholderText(tr(Text("Filter the log")))
        self._filter.setAccessibleName(tr(Text("Filter the log")))
        self._filter.setClearButtonEnabled(True)
        self._filter.addAction(icon("magnifying-glass", "text_faint"), QLineEdit.ActionPosition.LeadingPosition)
        self._count.setWordWrap(False)
        titles = (Text("Time"), Text("Activity"), Text("What happened"), Text("Answer"))
        view = self._list
        view.setHeaderLabels([tr(title) for title in titles])
        view.setRootIsDecorated(False)
        view.setUniformRowHeights(True)
        view.setAlternatingRowColors(True)
        view.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        view.setAccessibleName(tr(Text("Run log")))
        view.setToolTip(tr(Text("A click selects the activity, Enter goes to its settings")))
        header = view.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(0, 128)
        header.resizeSection(1, 170)
        header.resizeSection(3, 80)

    def copy(self) -> None:
        """Put the selected lines, or all that are shown, on the clipboard."""
        chosen = self._list.selectedItems() or self._shown()
        lines = ["\t".join(item.text(column) for column in range(4)) for item in chosen]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def save(self, path: str) -> None:
        """Write the lines that are shown to a text file: moment, level, activity, message and answer with tabs."""
        lines = [tr(Text("Time\tLevel\tActivity\tWhat happened\tAnswer")), *map(_as_text, self._shown())]
        text = "".join(f"{line}\n" for line in lines).encode()
        file = QSaveFile(path)
        if not (file.open(QSaveFile.OpenModeFlag.WriteOnly) and file.write(text) == len(text) and file.commit()):
            reason = file.errorString()
            self._count.setText(tr(Text("“{path}” cannot be written: {reason}.", path=path, reason=reason)))

    def _save(self) -> None:
        name = self._session.flow.name.strip().replace("/", "-") or tr(Text("Run log"))
        path, _ = QFileDialog.getSaveFileName(self, tr(Text("Save the run log")), f"{name}.log.txt")
        if path:
            self.save(path)

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

    def _repaint(self) -> None:
        """Draw the lines again in the colours and sizes of another look."""
        self._entries = ()
        self._list.clear()
        self._refresh()

    def _line(self, entry: LogEntry) -> QTreeWidgetItem:
        source, color = SOURCES.get(entry.source, (Text(""), "text"))
        name = tr(self._session.name_of(entry.activity)) if entry.activity else ""
        message = f"{entry.message} ({entry.code})" if entry.code else entry.message
        item = QTreeWidgetItem(
            [f"{entry.time:%H:%M:%S}.{entry.time.microsecond // 1000:03}", name, message, tr(source)]
        )
        glyph, tint = LEVELS.get(entry.level, LEVELS["info"])
        item.setIcon(0, icon(glyph, tint))
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{level_word(entry.level)}, {item.text(0)}")
        item.setToolTip(0, f"{level_word(entry.level)}\n{entry.time:%Y-%m-%d %H:%M:%S %Z}")
        item.setForeground(3, theme.color(color))
        item.setToolTip(2, message)
        item.setData(0, Qt.ItemDataRole.UserRole, entry)
        return item

    def _items(self) -> Sequence[QTreeWidgetItem]:
        found = [self._list.topLevelItem(place) for place in range(self._list.topLevelItemCount())]
        return [item for item in found if item is not None]

    def _shown(self) -> Sequence[QTreeWidgetItem]:
        return [item for item in self._items() if not item.isHidden()]

    def _filter_rows(self) -> None:
        wanted = self._filter.text().strip().casefold()
        levels = self._level.currentData()
        items, shown = self._items(), 0
        for item in items:
            words = " ".join(item.text(column) for column in range(4)).casefold()
            passes = wanted in words and item.data(0, Qt.ItemDataRole.UserRole).level in levels
            item.setHidden(not passes)
            shown += passes
        count = Text.plural("{count} line", "{count} lines", count=len(items))
        self._count.setText(tr(count if shown == len(items) else Text("{shown} of {count}", shown=shown, count=count)))

    def _select(self, item: QTreeWidgetItem) -> None:
        entry = item.data(0, Qt.ItemDataRole.UserRole)
        if entry.activity:
            self._session.select(entry.activity)

    def _jump(self, item: QTreeWidgetItem) -> None:
        self._select(item)
        entry = item.data(0, Qt.ItemDataRole.UserRole)
        if entry.activity:
            self._session.reveal.emit(entry.activity, "")


def _as_text(item: QTreeWidgetItem) -> str:
    """Return a line as it stands in a file: with its date, and its level in a word."""
    entry: LogEntry = item.data(0, Qt.ItemDataRole.UserRole)
    moment = entry.time.isoformat(timespec="milliseconds")
    words = (moment, level_word(entry.level), item.text(1), " ".join(item.text(2).split()), item.text(3))
    return "\t".join(words)
