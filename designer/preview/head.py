"""The head of the preview: its title, and how messages are shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from designer.forms.parts import icon_button
from designer.panels.elided_label import ElidedLabel
from designer.preview.message_sheet import Mode
from designer.words import tr
from engine.text import Text

MODES: tuple[tuple[Mode, str, Text], ...] = (
    ("desktop", "desktop", Text("As on a desktop")),
    ("phone", "device-mobile", Text("As on a phone, {width} pixels wide", width=390)),
    ("text", "text-align-left", Text("As plain text")),
)


class Head(QWidget):
    """Marks the way in force and hands on the one that is chosen."""

    def __init__(self, on_mode: Callable[[Mode], object], on_dark: Callable[[bool], object]) -> None:
        """Begin with the desktop, light."""
        super().__init__()
        title = ElidedLabel("heading")
        title.set_words(tr(Text("Message preview")))
        self._name = ElidedLabel("soft")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(title)
        layout.addWidget(self._name)
        layout.addStretch(1)
        self.modes: dict[Mode, QToolButton] = {}
        group = QButtonGroup(self)
        for mode, glyph, tip in MODES:
            button = icon_button(glyph, tip, lambda mode=mode: on_mode(mode))  # type: ignore[misc] # mypy cannot see through a default of a lambda
            button.setCheckable(True)
            group.addButton(button)
            layout.addWidget(button)
            self.modes[mode] = button
        self.dark = icon_button("moon", Text("As in dark mode"), lambda: on_dark(self.dark.isChecked()))
        self.dark.setCheckable(True)
        layout.addWidget(self.dark)
        self.show_mode("desktop")

    def show_mode(self, mode: Mode) -> None:
        """Mark the mode in force."""
        self.modes[mode].setChecked(True)

    def show_dark(self, is_dark: bool) -> None:
        """Mark whether messages are shown dark."""
        self.dark.setChecked(is_dark)

    def show_name(self, name: str) -> None:
        """Say which of several messages is shown."""
        self._name.set_words(f"· {name}" if name else "")
        self._name.setVisible(bool(name))
