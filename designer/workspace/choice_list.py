"""A short list that pops up on the canvas: choose with the arrows and Enter, or narrow it by typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from designer.words import tr
from engine.text import Text

SIZE = QSize(300, 260)


@dataclass(frozen=True, slots=True)
class Choice:
    """One line: its words, its picture, and what happens when it is chosen."""

    words: str
    icon: QIcon
    do: Callable[[], object]


class ChoiceList(QFrame):
    """Shows choices; the first one that fits what is typed is ready to be taken."""

    def __init__(self, title: Text, choices: Sequence[Choice], parent: QWidget) -> None:
        """Offer `choices` under a line that says `title` until somebody types."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "floating")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(tr(title))
        self._choices = choices
        self._line = QLineEdit()
        self._line.setPlaceholderText(tr(title))
        self._line.setAccessibleName(tr(title))
        self._line.textChanged.connect(self._narrow)
        self._line.installEventFilter(self)
        self.list = QListWidget()
        self.list.setProperty("role", "plain")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setIconSize(QSize(22, 22))
        self.list.setAccessibleName(tr(title))
        self.list.itemClicked.connect(lambda _item: self._take())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self._line)
        layout.addWidget(self.list)
        self._narrow("")

    def open_at(self, on_screen: QPoint) -> None:
        """Show the list at a place on the screen."""
        self.resize(SIZE)
        room = self.screen().availableGeometry()
        self.move(
            max(room.left(), min(on_screen.x(), room.right() - SIZE.width())),
            max(room.top(), min(on_screen.y(), room.bottom() - SIZE.height())),
        )
        self.show()
        self._line.setFocus()

    def _narrow(self, typed: str) -> None:
        self.list.clear()
        for number, choice in enumerate(self._choices):
            if typed.casefold() in choice.words.casefold():
                item = QListWidgetItem(choice.icon, choice.words, self.list)
                item.setData(Qt.ItemDataRole.UserRole, number)
        self.list.setCurrentRow(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 # Qt's name
        """Let the arrows move in the list and Enter take, while the letters go to the line."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                row = self.list.currentRow() + step
                self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._take()
                return True
        return super().eventFilter(watched, event)

    def _take(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.close()
            self._choices[item.data(Qt.ItemDataRole.UserRole)].do()
