"""The message itself: as HTML on a desktop or a phone, in light or dark, or as plain text; or why there is none."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QStackedLayout, QVBoxLayout, QWidget

from designer.forms.parts import label
from designer.preview.choice import best_surface
from designer.preview.shown_copy import in_shade, knows_dark, remote_pictures
from designer.preview.surface import Surface
from designer.words import tr
from engine.text import Text

Mode = Literal["desktop", "phone", "text"]


class MessageSheet(QFrame):
    """What draws HTML is loaded with the first message. `remarked` tells a sentence about what is shown."""

    remarked = Signal(str)

    def __init__(self) -> None:
        """Begin without a message."""
        super().__init__()
        self.setProperty("role", "sheet")
        self.mode: Mode = "desktop"
        self.is_dark = False
        self.surface: Surface | None = None
        self._notice: Text | None = None
        self._html = ""
        self._text = ""
        self._empty = label("", "soft")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words = QPlainTextEdit()
        self._words.setReadOnly(True)
        self._words.setProperty("role", "mono")
        self._words.setStyleSheet("border: none; background: transparent;")
        self._words.setFrameShape(QFrame.Shape.NoFrame)
        self._words.setAccessibleName(tr(Text("The message as plain text")))
        empty = QWidget()
        middle = QVBoxLayout(empty)
        middle.addWidget(self._empty)
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(1, 1, 1, 1)
        self._pages.addWidget(empty)
        self._pages.addWidget(self._words)

    @property
    def is_empty(self) -> bool:
        """Return whether there is no message, but a sentence."""
        return self._pages.currentIndex() == 0

    @property
    def sentence(self) -> str:
        """Return the sentence that stands where no message is."""
        return self._empty.text() if self.is_empty else ""

    def show_sentence(self, words: str) -> None:
        """Say why there is no message."""
        self._html = self._text = ""
        self._empty.setText(words)
        self._pages.setCurrentIndex(0)
        self.remarked.emit("")

    def show_message(self, html: str, text: str) -> None:
        """Show a message in the mode that is chosen; what is shown already is left alone."""
        is_known = (html, text) == (self._html, self._text) and not self.is_empty
        self._html, self._text = html, text
        if not is_known:
            self._show()

    def use(self, mode: Mode | None = None, *, is_dark: bool | None = None) -> None:
        """Show the same message in another way."""
        self.mode = mode or self.mode
        self.is_dark = self.is_dark if is_dark is None else is_dark
        if self._html or self._text:
            self._show()

    def _show(self) -> None:
        if self.mode == "text" or not self._html:
            self._show_text()
            return
        surface = self._ready_surface()
        surface.use_phone(self.mode == "phone")
        # mail programs leave a message alone that has no dark style, or invert it: black on black it never is
        is_dark = self.is_dark and knows_dark(self._html)
        surface.show_message(in_shade(self._html, is_dark=self.is_dark), is_dark=is_dark)
        self._pages.setCurrentWidget(surface)
        self.remarked.emit(self._remarks())

    def _show_text(self) -> None:
        if not self._text:
            self._empty.setText(
                tr(Text("This message has no plain text. Mail programs that show no HTML would show nothing."))
            )
            self._pages.setCurrentIndex(0)
        else:
            place = self._words.verticalScrollBar().value()
            self._words.setPlainText(self._text)
            self._words.verticalScrollBar().setValue(place)
            self._pages.setCurrentWidget(self._words)
        self.remarked.emit("")

    def _ready_surface(self) -> Surface:
        if self.surface is None:
            self.surface, self._notice = best_surface()
            self.surface.setAccessibleName(tr(Text("The message")))
            self.surface.link_refused.connect(lambda url: self.remarked.emit(tr(Text("Link: {url}", url=url))))
            self.surface.crashed.connect(self._tell_crash)
            self._pages.addWidget(self.surface)
        return self.surface

    def _remarks(self) -> str:
        said = [tr(self._notice)] if self._notice else []
        if remote := len(remote_pictures(self._html)):
            said.append(
                tr(
                    Text.plural(
                        "{count} picture from the internet is not fetched here.",
                        "{count} pictures from the internet are not fetched here.",
                        count=remote,
                    )
                )
            )
        if self.is_dark and not knows_dark(self._html):
            said.append(tr(Text("The message has no dark style of its own: a mail program may invert it.")))
        return " ".join(said)

    def _tell_crash(self, begins_again: bool) -> None:
        if begins_again:
            self.remarked.emit(tr(Text("Drawing the message broke down and was started again.")))
            return
        words = Text(
            "This message breaks the program that draws it, again and again. Its plain text can still be read."
        )
        self._empty.setText(tr(words))
        self._pages.setCurrentIndex(0)
