"""The list of an archive's requests, one of which is to become an activity."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer.forms.parts import label
from designer.words import tr
from engine.text import Text

SIZE = QSize(760, 480)

Row = tuple[str, str, str, str]
"""Method, place, status and media type of a request, as they are shown."""


class ChooseRequest(QDialog):
    """Type a part of the address, choose with the arrows, press Enter. `chosen` tells the place in the list."""

    chosen = Signal(int)

    def __init__(self, rows: Sequence[Row], parent: QWidget) -> None:
        """Offer `rows`."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr(Text("Import a request")))
        self.resize(SIZE)
        self._line = QLineEdit()
        self._line.setPlaceholderText(tr(Text("A part of the address, or json")))
        self._line.setAccessibleName(tr(Text("Show only")))
        self._line.setClearButtonEnabled(True)
        self._list = _list()
        for place, row in enumerate(rows):
            item = QTreeWidgetItem(list(row))
            item.setData(0, Qt.ItemDataRole.UserRole, place)
            item.setToolTip(1, row[1])
            self._list.addTopLevelItem(item)
        self._none = label(Text("No request has this in its line."), "hint")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._import = buttons.addButton(tr(Text("Import")), QDialogButtonBox.ButtonRole.AcceptRole)
        self._import.setProperty("role", "primary")
        self._import.setDefault(True)
        layout = QVBoxLayout(self)
        layout.addWidget(label(Text("Secrets of the request go to the keyring, the rest becomes an activity."), "hint"))
        for widget in (self._line, self._list, self._none, buttons):
            layout.addWidget(widget)
        self._line.textChanged.connect(lambda _text: self._refresh())
        self._list.itemActivated.connect(lambda _item, _column: self._choose())
        buttons.accepted.connect(self._choose)
        buttons.rejected.connect(self.reject)
        self._refresh()

    def _refresh(self) -> None:
        """Show the lines that hold every word that is typed."""
        wanted = self._line.text().casefold().split()
        first: QTreeWidgetItem | None = None
        for item in self._items():
            words = " ".join(item.text(column) for column in range(item.columnCount())).casefold()
            item.setHidden(not all(word in words for word in wanted))
            if first is None and not item.isHidden():
                first = item
        current = self._list.currentItem()
        if first is not None and (current is None or current.isHidden()):
            self._list.setCurrentItem(first)
        self._none.setVisible(first is None)
        self._import.setEnabled(first is not None)

    def _items(self) -> list[QTreeWidgetItem]:
        found = (self._list.topLevelItem(place) for place in range(self._list.topLevelItemCount()))
        return [item for item in found if item is not None]

    def _choose(self) -> None:
        item = self._list.currentItem()
        if item is not None and not item.isHidden():
            self.chosen.emit(item.data(0, Qt.ItemDataRole.UserRole))
            self.accept()


def _list() -> QTreeWidget:
    made = QTreeWidget()
    made.setColumnCount(4)
    made.setHeaderLabels([tr(words) for words in (Text("Method"), Text("Address"), Text("Status"), Text("Answer"))])
    made.setAccessibleName(tr(Text("Requests of the archive")))
    made.setRootIsDecorated(False)
    made.setUniformRowHeights(True)
    made.setAllColumnsShowFocus(True)
    header = made.header()
    header.setStretchLastSection(False)
    for column, mode in enumerate(("ResizeToContents", "Stretch", "ResizeToContents", "ResizeToContents")):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode[mode])
    return made
