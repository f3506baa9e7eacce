"""Where the panels of an open flow stand, and the sizes that the person gave them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget

from designer.panels.rounded import Rounded
from designer.preferences import Preferences
from designer.words import tr
from engine.text import Text

GAP = 10
STATE_VERSION = 1
SIZES = {"whole": (1166, 414), "left": (560, 356), "upper": (210, 946), "lower": (756, 392)}
"""The first sizes in pixels of a window 1600 x 1000."""


class EditorLayout(QWidget):
    """Palette, canvas, property panel, the tabs below and the preview, with splitters between them."""

    def __init__(
        self,
        palette: QWidget,
        canvas: QWidget,
        properties: QWidget,
        preview: QWidget,
        preferences: Preferences,
    ) -> None:
        """Arrange the panels as the person left them."""
        super().__init__()
        self._preferences = preferences
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(tr(Text("Results")))
        self._splitters = {
            "upper": _splitter(Qt.Orientation.Horizontal, [Rounded(palette), Rounded(canvas)]),
            "lower": _splitter(Qt.Orientation.Horizontal, [Rounded(self.tabs), Rounded(preview)]),
        }
        self._splitters["left"] = _splitter(
            Qt.Orientation.Vertical, [self._splitters["upper"], self._splitters["lower"]]
        )
        self._splitters["whole"] = _splitter(Qt.Orientation.Horizontal, [self._splitters["left"], Rounded(properties)])
        for name, splitter in self._splitters.items():
            splitter.setSizes(list(SIZES[name]))
            # the second part of "upper" and the first of the others take what a larger window gives
            splitter.setStretchFactor(0, 0 if name == "upper" else 1)
            splitter.setStretchFactor(1, 1 if name == "upper" else 0)
            kept = preferences.state(f"splitter-{name}-{STATE_VERSION}")
            if not kept.isEmpty():
                splitter.restoreState(kept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        layout.addWidget(self._splitters["whole"])

    def keep(self) -> None:
        """Remember the sizes."""
        for name, splitter in self._splitters.items():
            self._preferences.keep_state(f"splitter-{name}-{STATE_VERSION}", splitter.saveState())

    def reset(self) -> None:
        """Give every panel its first size again."""
        for name, splitter in self._splitters.items():
            splitter.setSizes(list(SIZES[name]))
            self._preferences.keep_state(f"splitter-{name}-{STATE_VERSION}", QByteArray())


def _splitter(orientation: Qt.Orientation, widgets: Sequence[QWidget]) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setHandleWidth(GAP)
    splitter.setChildrenCollapsible(False)
    for widget in widgets:
        splitter.addWidget(widget)
    return splitter
