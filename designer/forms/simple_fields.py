"""Fields for plain values: words, numbers, switches, choices."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from designer.forms.field import Field
from designer.forms.reading_line import ReadingLine
from designer.forms.specs import FieldKind
from designer.words import tr
from engine.text import Text


class QuietComboBox(QComboBox):
    """A drop-down that leaves the wheel to the panel until it has the keyboard."""

    def __init__(self) -> None:
        """Make an empty drop-down that may be narrower than its longest entry."""
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a width that several drop-downs find room with in one line of a panel."""
        size = super().minimumSizeHint()
        return QSize(min(size.width(), size.height() * 2), size.height())

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Scroll the panel, not the choice."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class TextField(Field):
    """One line of words; an optional one that is emptied becomes null."""

    def build(self) -> QWidget:
        """Make the line."""
        self._line = ReadingLine()
        self._line.setPlaceholderText(self.spec.examples[0] if self.spec.examples else "")
        self._line.textEdited.connect(self._on_edit)
        return self._line

    def refresh(self) -> None:
        """Show the text of the flow."""
        text = shown_text(self.value)
        if self._line.text() != text:
            self._line.setText(text)

    def _on_edit(self, text: str) -> None:
        self.commit(None if not text and self.spec.is_optional else text)


class MultilineField(Field):
    """Several lines of words."""

    def build(self) -> QWidget:
        """Make the box."""
        self._box = QPlainTextEdit()
        self._box.setTabChangesFocus(True)
        self._box.setFixedHeight(84)
        self._box.textChanged.connect(self._on_edit)
        return self._box

    def refresh(self) -> None:
        """Show the text of the flow."""
        text = shown_text(self.value)
        if self._box.toPlainText() != text:
            self._box.blockSignals(True)
            self._box.setPlainText(text)
            self._box.blockSignals(False)

    def _on_edit(self) -> None:
        self.commit(self._box.toPlainText())


class NumberField(Field):
    """A number in a line of its own; what is no number yet stays in the flow as typed, and is a finding."""

    def build(self) -> QWidget:
        """Make the line."""
        self._line = QLineEdit()
        self._line.setProperty("role", "number")
        self._line.textEdited.connect(lambda text: self.commit(self.parsed(text)))
        self._line.setPlaceholderText(self._bounds())
        return self._line

    def refresh(self) -> None:
        """Show the number of the flow, unless the line says the same in other characters (`1e3`, `007`)."""
        value = self.value
        if self.parsed(self._line.text()) != value or not self._line.text():
            self._line.setText(self.shown(value))

    def shown(self, value: Any) -> str:
        """Return the number as it stands in the line."""
        return shown_text(value)

    def parsed(self, text: str) -> Any:
        """Return the number that `text` says, or `text` itself while it says none."""
        text = text.strip()
        if not text:
            return None if self.spec.is_optional else self.spec.default
        if re.fullmatch(r"[+-]?\d{1,18}", text):
            return int(text)
        if self.spec.kind is FieldKind.NUMBER and re.fullmatch(r"[+-]?\d{0,15}[.,]?\d{1,15}", text):
            return float(text.replace(",", "."))
        return text

    def _bounds(self) -> str:
        if self.spec.minimum is not None and self.spec.maximum is not None:
            return f"{self.spec.minimum:g} – {self.spec.maximum:g}"
        return ""


class BooleanField(Field):
    """A switch with its words beside it."""

    has_label = False

    def build(self) -> QWidget:
        """Make the check box."""
        self._box = QCheckBox(self.words)
        self._box.clicked.connect(lambda: self.commit(self._box.isChecked()))
        return self._box

    def refresh(self) -> None:
        """Show whether it is on."""
        self._box.setChecked(self.value is True)

    def hide_label(self) -> None:
        """Leave the words out: a table's header says them already."""
        self._box.setText("")


class ChoiceField(Field):
    """One of a few values. A value of the flow that is none of them is shown as it is, and is a finding."""

    def build(self) -> QWidget:
        """Make the drop-down."""
        self._box = QuietComboBox()
        if self.spec.is_optional:
            self._box.addItem("–", None)
        for value, words in self.spec.choices:
            self._box.addItem(tr(Text(words)), value)
        self._box.activated.connect(lambda index: self.commit(self._box.itemData(index)))
        return self._box

    def refresh(self) -> None:
        """Show the choice of the flow."""
        value = self.value
        index = self._index(value)
        if index < 0:
            self._box.addItem(shown_text(value) or "–", value)
            index = self._box.count() - 1
        self._box.setCurrentIndex(index)

    def _index(self, value: Any) -> int:
        return next((index for index in range(self._box.count()) if self._box.itemData(index) == value), -1)


def shown_text(value: Any) -> str:
    """Return a plain value as it stands in a line: nothing for null, numbers in their shortest form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
