"""The line that says whose message is shown, and leads to the others: arrows, and a name to type."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from designer.forms.parts import icon_button, label
from designer.icons import icon
from designer.panels.elided_label import ElidedLabel
from designer.words import tr
from engine.text import Text

FIND_DELAY_MS = 200


class RecipientLine(QWidget):
    """`stepped` tells how many recipients to go on, `sought` a text and whether the next one that has it is meant."""

    stepped = Signal(int)
    sought = Signal(str, bool)

    def __init__(self) -> None:
        """Begin without a recipient."""
        super().__init__()
        self.previous = icon_button("caret-left", Text("Previous recipient (Left)"), lambda: self.stepped.emit(-1))
        self.next = icon_button("caret-right", Text("Next recipient (Right)"), lambda: self.stepped.emit(1))
        self._find = icon_button(
            "magnifying-glass", Text("Find a recipient: type a name, e-mail or key"), self.open_find
        )
        self._name = ElidedLabel("strong")
        self._detail = ElidedLabel("soft")
        self._place = label("", "hint")
        self._place.setWordWrap(False)
        self._place.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr(Text("Name, e-mail or key")))
        self.line.setAccessibleName(tr(Text("Find a recipient")))
        self.line.addAction(icon("magnifying-glass", "text_faint"), QLineEdit.ActionPosition.LeadingPosition)
        self.line.hide()
        self.line.installEventFilter(self)
        self._timer = QTimer(self, singleShot=True, interval=FIND_DELAY_MS)
        self._timer.timeout.connect(lambda: self._seek(is_next=False))
        self.line.textEdited.connect(lambda _text: self._timer.start())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.previous)
        layout.addWidget(self._name)
        layout.addWidget(self._detail)
        layout.addWidget(self.line, 1000)
        layout.addWidget(self.next)
        layout.addStretch(1)
        layout.addWidget(self._find)
        layout.addWidget(self._place)

    def show_recipient(self, index: int, count: int, name: str, key: str) -> None:
        """Show who is the reader of the message, and which of how many."""
        self._name.set_words(name or key)
        self._detail.set_words(f"· {key}" if name and key != name else "")
        self._detail.setVisible(bool(name) and key != name)
        self._place.setText(tr(Text("{number} of {all}", number=index + 1, all=count)))
        self.setAccessibleName(tr(Text("{name}, recipient {number} of {all}", name=name, number=index + 1, all=count)))
        self.previous.setEnabled(index > 0)
        self.next.setEnabled(index + 1 < count)

    def show_failure(self, *, is_found: bool) -> None:
        """Mark the search line when nobody is called what it says."""
        self.line.setProperty("state", "" if is_found else "error")
        self.line.style().unpolish(self.line)
        self.line.style().polish(self.line)

    def open_find(self, first_letters: str = "") -> None:
        """Show the search line in the place of the name."""
        self.show_failure(is_found=True)
        self._name.hide()
        self._detail.hide()
        self.line.setText(first_letters)
        self.line.show()
        self.line.setFocus()
        if first_letters:
            self._timer.start()

    def close_find(self) -> None:
        """Show the name again."""
        self._timer.stop()
        self.line.hide()
        self._name.show()
        self._detail.show()

    @property
    def is_finding(self) -> bool:
        """Return whether the search line is open."""
        return not self.line.isHidden()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 # Qt's name
        """Let Enter go to the next one who fits and Escape end the search."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._seek(is_next=not self._timer.isActive())
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.close_find()
                self.next.setFocus()
                return True
        return super().eventFilter(watched, event)

    def _seek(self, *, is_next: bool) -> None:
        self._timer.stop()
        words = self.line.text().strip()
        if words:
            self.sought.emit(words, is_next)
