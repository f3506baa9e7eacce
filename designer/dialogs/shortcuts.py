"""The page of keys, made from the commands."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from designer.words import tr
from engine.text import Text


class Shortcuts(QDialog):
    """Lists every action that has keys."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget) -> None:
        """List `actions`."""
        super().__init__(parent)
        self.setWindowTitle(tr(Text("Keyboard shortcuts")))
        self.resize(460, 560)
        view = QTreeWidget()
        view.setHeaderLabels([tr(Text("Action")), tr(Text("Keys"))])
        view.setRootIsDecorated(False)
        view.setAlternatingRowColors(True)
        view.setAccessibleName(tr(Text("Keyboard shortcuts")))
        view.header().resizeSection(0, 270)
        for action in actions:
            keys = [each.toString(QKeySequence.SequenceFormat.NativeText) for each in action.shortcuts()]
            if keys:
                view.addTopLevelItem(QTreeWidgetItem([action.text(), "  ·  ".join(keys)]))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(view)
        layout.addWidget(buttons)
