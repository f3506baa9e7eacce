"""A button that opens the tree of everything one can insert: columns that arrive, links, variables, functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHeaderView,
    QLineEdit,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer.forms.code_edit import Completion
from designer.forms.parts import icon_button
from designer.words import tr
from engine.text import Text

_PATH = Qt.ItemDataRole.UserRole
_SIZE = (340, 360)


class FieldPicker(QFrame):
    """A small window with a search line and a tree; `picked` tells what was chosen."""

    picked = Signal(str)

    def __init__(self, completions: Sequence[Completion], parent: QWidget | None = None) -> None:
        """Offer `completions`, those with dots in their names as branches."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "floating")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(tr(Text("Insert a field")))
        self._search = QLineEdit()
        self._search.setPlaceholderText(tr(Text("Find a field")))
        self._search.setAccessibleName(tr(Text("Find a field")))
        self._search.textChanged.connect(self._filter)
        self._search.installEventFilter(self)
        self._tree = QTreeWidget()
        self._tree.setColumnCount(2)
        self._tree.setHeaderHidden(True)
        self._tree.setAccessibleName(tr(Text("Fields")))
        self._tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._tree.header().setStretchLastSection(False)
        self._tree.itemClicked.connect(self._pick)
        self._tree.itemActivated.connect(self._pick)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self._search)
        layout.addWidget(self._tree)
        self.resize(*_SIZE)
        self._fill(completions)
        self._search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let the arrow keys and Enter of the search line work on the tree."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._tree.setFocus()
                self._tree.keyPressEvent(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._pick(self._tree.currentItem() or self._first())
                return True
        return super().eventFilter(watched, event)

    def _fill(self, completions: Sequence[Completion]) -> None:
        branches: dict[str, QTreeWidgetItem] = {}
        for each in completions:
            *parents, name = each.text.split(".")
            holder = self._branch(branches, parents)
            item = QTreeWidgetItem([name, each.detail])
            item.setData(0, _PATH, each.text)
            item.setToolTip(0, each.help or each.text)
            if holder is None:
                self._tree.addTopLevelItem(item)
            else:
                holder.addChild(item)
        self._tree.expandToDepth(0)

    def _branch(self, branches: dict[str, QTreeWidgetItem], names: Sequence[str]) -> QTreeWidgetItem | None:
        holder: QTreeWidgetItem | None = None
        for place in range(len(names)):
            path = ".".join(names[: place + 1])
            if path not in branches:
                branches[path] = QTreeWidgetItem([names[place]])
                if holder is None:
                    self._tree.addTopLevelItem(branches[path])
                else:
                    holder.addChild(branches[path])
            holder = branches[path]
        return holder

    def _filter(self, text: str) -> None:
        for place in range(self._tree.topLevelItemCount()):
            _show_matching(self._tree.topLevelItem(place), text.lower())
        first = self._first()
        if first is not None:
            self._tree.setCurrentItem(first)

    def _first(self) -> QTreeWidgetItem | None:
        item: QTreeWidgetItem | None = self._tree.topLevelItem(0)
        while item is not None and (item.isHidden() or item.data(0, _PATH) is None):
            item = self._tree.itemBelow(item)
        return item

    def _pick(self, item: QTreeWidgetItem | None) -> None:
        path = item.data(0, _PATH) if item is not None else None
        if path:
            self.close()
            self.picked.emit(str(path))


def picker_button(offer: Callable[[], Sequence[Completion]], on_pick: Callable[[str], object]) -> QToolButton:
    """Return the button that opens the picker with what `offer` gives, and hands what is chosen to `on_pick`."""

    def open_picker() -> None:
        picker = FieldPicker(offer(), made)
        picker.picked.connect(on_pick)
        corner = made.mapToGlobal(QPoint(made.width(), made.height()))
        picker.move(max(corner.x() - picker.width(), 0), corner.y())
        picker.show()

    made = icon_button("brackets-curly", Text("Insert a field"), open_picker)
    return made


def _show_matching(item: QTreeWidgetItem | None, text: str) -> bool:
    """Show an item when it or one below it matches; return whether it is shown."""
    if item is None:
        return False
    shown = [_show_matching(item.child(place), text) for place in range(item.childCount())]
    path = item.data(0, _PATH)
    matches = any(shown) or (path is not None and text in f"{path} {item.text(0)}".lower())
    item.setHidden(not matches)
    if any(shown) and text:
        item.setExpanded(True)
    return matches
