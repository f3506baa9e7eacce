"""The recipients whom a problem concerns: key and name, to be read and copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from designer.words import tr
from engine.text import Text

MOST_LINES = 6
"""So many lines are shown without scrolling."""


class RecipientList(QTreeWidget):
    """A small table of two columns."""

    def __init__(self, recipients: Sequence[Mapping[str, Any]]) -> None:
        """List `recipients`, each with a `key` and a `name`."""
        super().__init__()
        self.setHeaderLabels([tr(Text("Key")), tr(Text("Name"))])
        self.setAccessibleName(tr(Text("Recipients concerned")))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self._lines = [
            QTreeWidgetItem([str(each.get("key") or ""), str(each.get("name") or "")]) for each in recipients
        ]
        self.addTopLevelItems(self._lines)
        lines = min(len(recipients), MOST_LINES)
        height = self.header().sizeHint().height() + lines * self.sizeHintForRow(0) + 2 * self.frameWidth() + 2
        self.setFixedHeight(height)
        copy = QShortcut(QKeySequence.StandardKey.Copy, self)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy)

    def copy(self) -> None:
        """Put the selected lines, or all of them, on the clipboard, with a tab between key and name."""
        lines = self.selectedItems() or self._lines
        words = [f"{line.text(0)}\t{line.text(1)}".rstrip("\t") for line in lines]
        QGuiApplication.clipboard().setText("\n".join(words))
