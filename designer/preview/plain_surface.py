"""A message drawn with what Qt itself knows of HTML, where its web engine is missing."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QHBoxLayout, QTextBrowser

from designer.preview.surface import PHONE_PX, Surface

_LIGHT, _DARK = "background: #ffffff; color: #1b2236;", "background: #16181d; color: #e8ebf4;"


class _Browser(QTextBrowser):
    """Reads nothing from files or the internet."""

    def loadResource(self, type: int, name: QUrl | str) -> Any:  # noqa: N802 # Qt's name
        """Give pictures that are part of the message, and nothing else."""
        address = name.toString() if isinstance(name, QUrl) else name
        return super().loadResource(type, name) if address.startswith("data:") else None


class PlainSurface(Surface):
    """Shows words, tables and links; media queries and round corners are unknown to it."""

    is_exact = False

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.browser = _Browser()
        self.browser.setOpenLinks(False)
        self.browser.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.browser.anchorClicked.connect(lambda url: self.link_refused.emit(url.toString()))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addStretch(1)
        layout.addWidget(self.browser, 1000, Qt.AlignmentFlag(0))
        layout.addStretch(1)

    def show_message(self, html: str, *, is_dark: bool) -> None:
        """Draw a message."""
        self.browser.setStyleSheet(f"QTextBrowser {{ {_DARK if is_dark else _LIGHT} border: none; border-radius: 0; }}")
        place = self.browser.verticalScrollBar().value()
        self.browser.setHtml(html)
        self.browser.verticalScrollBar().setValue(place)
        self.shown.emit()

    def use_phone(self, is_phone: bool) -> None:
        """Draw as wide as a phone, or as the panel."""
        self.browser.setMaximumWidth(PHONE_PX if is_phone else 16_777_215)
