"""The pill at the lower right of the canvas: zoom out, the zoom, zoom in, fit, minimap."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from designer.forms.parts import icon_button
from designer.words import tr
from engine.text import Text


class ZoomPill(QFrame):
    """Buttons that only tell what was asked for."""

    out = Signal()
    to_full = Signal()
    closer = Signal()
    fit = Signal()
    minimap = Signal()

    def __init__(self, parent: QWidget) -> None:
        """Show 100 %."""
        super().__init__(parent)
        self.setProperty("role", "floating")
        self.setAccessibleName(tr(Text("Zoom")))
        self._share = QToolButton()
        self._share.setAutoRaise(True)
        self._share.setToolTip(tr(Text("Zoom to 100 % (Ctrl+1)")))
        self._share.clicked.connect(self.to_full)
        self._map = _button("map-trifold", Text("Show the minimap (M)"), self.minimap.emit)
        self._map.setCheckable(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(5, 3, 5, 3)
        layout.setSpacing(2)
        for part in (
            _button("minus", Text("Zoom out (Ctrl+−)"), self.out.emit),
            self._share,
            _button("plus", Text("Zoom in (Ctrl++)"), self.closer.emit),
            _button("corners-out", Text("Show the whole flow (Ctrl+0)"), self.fit.emit),
            self._map,
        ):
            layout.addWidget(part)
        self.show_zoom(1.0)

    def show_zoom(self, zoom: float) -> None:
        """Show a zoom; 1 is 100 %."""
        words = tr(Text("{share} %", share=round(zoom * 100)))
        self._share.setText(words)
        self._share.setAccessibleName(tr(Text("Zoom: {share}", share=words)))
        self._share.setMinimumWidth(self._share.fontMetrics().horizontalAdvance("200 %") + 14)
        self.adjustSize()

    def show_minimap(self, *, is_shown: bool) -> None:
        """Show whether the minimap is there."""
        self._map.setChecked(is_shown)


def _button(glyph: str, tip: Text, on_click: Callable[[], object]) -> QToolButton:
    return icon_button(glyph, tip, on_click)
