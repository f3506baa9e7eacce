"""The search over everything: commands, and the activities and problems of the open flow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QDialog, QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from designer import theme
from designer.words import tr
from engine.text import Text

SIZE = QSize(560, 420)


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that can be chosen: its words, a word on what it is, its keys, and what choosing it does."""

    words: str
    about: str
    do: Callable[[], object]
    picture: QIcon


class Search(QDialog):
    """Type a few letters, press Enter."""

    def __init__(self, hits: Sequence[Hit], parent: QWidget) -> None:
        """Offer `hits`, in this order while nothing is typed."""
        super().__init__(parent, Qt.WindowType.Popup)
        self._hits = hits
        self.setWindowTitle(tr(Text("Search")))
        self._line = QLineEdit()
        self._line.setPlaceholderText(tr(Text("Search activities, actions, settings…")))
        self._line.setAccessibleName(tr(Text("Search")))
        self._list = QTreeWidget()
        self._list.setHeaderHidden(True)
        self._list.setRootIsDecorated(False)
        self._list.setUniformRowHeights(True)
        self._list.setColumnCount(2)
        header = self._list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._list.setAccessibleName(tr(Text("What was found")))
        self._list.setProperty("role", "plain")
        self._list.setIconSize(QSize(20, 20))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.addWidget(self._line)
        layout.addWidget(self._list)
        self._line.textChanged.connect(lambda _text: self._refresh())
        self._list.itemClicked.connect(lambda _item, _column: self._choose())
        self._line.installEventFilter(self)
        self._refresh()

    def open_below(self, top_middle: QPoint) -> None:
        """Show the search with the middle of its upper edge at a place on the screen."""
        size = SIZE * (theme.size("body") / theme.SIZES["body"])
        parent = self.parentWidget()
        self.resize(size.boundedTo(parent.size()) if parent is not None else size)
        self.move(top_middle - QPoint(self.width() // 2, 0))
        self.show()
        self._line.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 # Qt's name
        """Let the arrows move in the list and Enter choose while the letters go to the line."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self._step(step)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose()
                return True
        return super().eventFilter(watched, event)

    def _step(self, step: int) -> None:
        current = self._list.currentItem()
        here = self._list.indexOfTopLevelItem(current) if current is not None else -1
        self._stand_at((here + step) % max(self._list.topLevelItemCount(), 1))

    def _stand_at(self, place: int) -> None:
        item = self._list.topLevelItem(place)
        if item is not None:
            self._list.setCurrentItem(item)

    def _refresh(self) -> None:
        wanted = self._line.text().casefold().split()
        ranked = [(rank, hit) for hit in self._hits if (rank := _rank(hit, wanted)) is not None]
        self._list.clear()
        blank = _blank(self._list.iconSize())
        for _, hit in sorted(ranked, key=lambda each: each[0]):
            item = QTreeWidgetItem([hit.words, hit.about])
            item.setIcon(0, blank if hit.picture.isNull() else hit.picture)
            item.setForeground(1, theme.color("text_faint"))
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setData(0, Qt.ItemDataRole.UserRole, hit)
            self._list.addTopLevelItem(item)
        self._stand_at(0)

    def _choose(self) -> None:
        item = self._list.currentItem()
        self.close()
        if item is not None:
            item.data(0, Qt.ItemDataRole.UserRole).do()


def _blank(size: QSize) -> QIcon:
    """Return a picture of nothing, which keeps words without one in line with the others."""
    nothing = QPixmap(size)
    nothing.fill(Qt.GlobalColor.transparent)
    return QIcon(nothing)


def _rank(hit: Hit, wanted: Sequence[str]) -> int | None:
    """Return a smaller number for a better match, or None when a word is not found at all."""
    words = hit.words.casefold()
    if not all(word in words or word in hit.about.casefold() for word in wanted):
        return None
    if not wanted or words.startswith(wanted[0]):
        return 0
    return 1 if any(part.startswith(wanted[0]) for part in words.split()) else 2
