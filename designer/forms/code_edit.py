"""A text editor for code in a panel: colours, completion, one line or many."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPalette,
    QStandardItem,
    QStandardItemModel,
    QTextCursor,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QCompleter,
    QPlainTextEdit,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from designer import theme
from designer.forms.highlighters import CodeHighlighter, Language
from designer.words import tr
from engine.text import Text


@dataclass(frozen=True, slots=True)
class Completion:
    """One thing that can be inserted: what is typed in, what stands beside it in the list, its explanation."""

    text: str
    detail: str = ""
    help: str = ""


Completions = Callable[[], Sequence[Completion]]

_DETAIL = Qt.ItemDataRole.UserRole + 1
_BEFORE: dict[str, re.Pattern[str]] = {
    "expression": re.compile(r"[@$\w][\w.@]*$|$"),
    "template": re.compile(r"(?<=\{\{)\s*[\w.@]*$"),
}
_LONGEST_LIST = 400
_FRAMES = {True: 10, False: 14}
"""Border and padding above and below one line and several, in pixels, as the style sheet has them."""


class CodeEdit(QPlainTextEdit):
    """A plain text editor of `lines` lines (1: a single line without line breaks) in one language.

    `typed` is emitted with every change a person makes, `finished` when the keyboard leaves or Enter is pressed
    in a single line. With `completions`, `{{` in a text or a first letter in an expression opens the list of what can
    stand there; Ctrl+Space opens it anywhere.
    """

    typed = Signal(str)
    finished = Signal()

    def __init__(self, language: Language, *, lines: int = 1, completions: Completions | None = None) -> None:
        """Make an empty editor."""
        super().__init__()
        self.language = language
        self._is_single = lines == 1
        self._completions = completions
        self._is_filling = False
        self.on_paste: Callable[[str], bool] | None = None
        self.setFont(theme.font(is_mono=True))
        self.setProperty("role", "mono")
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._lines = lines
        if self._is_single:
            self.document().setDocumentMargin(2)
            self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
            self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setProperty("lines", "one")
        self._highlighter = CodeHighlighter(self.document(), language)
        self._completer: QCompleter | None = None
        self.textChanged.connect(self._on_text)

    def text(self) -> str:
        """Return what is typed."""
        return self.toPlainText()

    def set_text(self, text: str) -> None:
        """Show `text` without telling anybody; the place of the cursor is kept when the text is the same."""
        if text == self.toPlainText():
            return
        self._is_filling = True
        self.setPlainText(text)
        self._is_filling = False

    def insert(self, text: str) -> None:
        """Put `text` at the cursor, as if typed."""
        self.textCursor().insertText(text)
        self.setFocus()

    def insert_completion(self, text: str) -> None:
        """Put a completion at the cursor: in words and templates with `{{` and `}}` around it."""
        self._insert(text, is_fresh=True)
        self.setFocus()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of the lines asked for."""
        margin = round(self.document().documentMargin() * 2) + _FRAMES[self._is_single]
        return QSize(160, QFontMetrics(self.font()).lineSpacing() * self._lines + margin)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the least size, narrow enough for a panel."""
        return QSize(60, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Let the open list have Enter, Tab and Escape; finish a single line on Enter."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if self._is_open() and (is_enter or event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape)):
            event.ignore()
            return
        if event.key() == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.complete(is_asked=True)
            return
        if is_enter and (self._is_single or event.modifiers() == Qt.KeyboardModifier.ControlModifier):
            self.finished.emit()
            event.ignore()
            return
        super().keyPressEvent(event)
        if event.text().strip() or event.key() == Qt.Key.Key_Backspace:
            self.complete()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Tell that typing has ended, unless the list of completions took the keyboard."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.finished.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Scroll only while the keyboard is here, so that a panel can be scrolled over its editors."""
        if self._is_single or not self.hasFocus():
            event.ignore()
            return
        super().wheelEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802 - Qt's name
        """Paste text; into a single line without its line breaks. `on_paste` may take it for itself."""
        text = source.text()
        if self.on_paste is not None and self.on_paste(text):
            return
        self.textCursor().insertText(" ".join(text.split("\n")).strip() if self._is_single else text)

    def complete(self, *, is_asked: bool = False) -> None:
        """Open, narrow or close the list of what can stand at the cursor."""
        prefix = self._prefix(is_asked)
        model = _model(self._completions(), prefix) if prefix is not None and self._completions is not None else None
        if model is None or not model.rowCount() or (model.rowCount() == 1 and model.item(0).text() == prefix):
            self._close()
            return
        if self._completer is None:
            self._completer = _completer(self)
            self._completer.activated.connect(self._insert)
        self._completer.setModel(model)
        popup = self._completer.popup()
        if popup is not None:
            popup.setCurrentIndex(self._completer.completionModel().index(0, 0))
        area = self.cursorRect()
        area.setWidth(320)
        self._completer.complete(area)

    def renew(self) -> None:
        """Show what is known by now, when the list of what can stand here is open; the choice stays where it is."""
        popup = self._completer.popup() if self._completer is not None else None
        if popup is None or self._completer is None or not popup.isVisible():
            return
        row = popup.currentIndex().row()
        self.complete()
        popup.setCurrentIndex(self._completer.completionModel().index(max(row, 0), 0))

    def _is_open(self) -> bool:
        popup = self._completer.popup() if self._completer is not None else None
        return popup is not None and popup.isVisible()

    def _close(self) -> None:
        popup = self._completer.popup() if self._completer is not None else None
        if popup is not None:
            popup.hide()

    def _prefix(self, is_asked: bool) -> str | None:
        before = self.textCursor().block().text()[: self.textCursor().positionInBlock()]
        if self.language != "expression":
            match = _BEFORE["template"].search(before)
            return match.group().strip() if match else ("" if is_asked else None)
        match = _BEFORE["expression"].search(before)
        prefix = match.group() if match else ""
        return prefix if prefix or is_asked else None

    def _insert(self, text: str, *, is_fresh: bool = False) -> None:
        cursor = self.textCursor()
        block = cursor.block().text()
        before, after = block[: cursor.positionInBlock()], block[cursor.positionInBlock() :]
        prefix = "" if is_fresh else self._prefix(is_asked=True) or ""
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, len(prefix))
        if self.language == "expression":
            cursor.insertText(text)
        else:
            opened = before[: len(before) - len(prefix)].rstrip().endswith("{{")
            start = "" if before.removesuffix(prefix).endswith(" ") else " "
            end = "" if after.lstrip().startswith("}}") else " }}"
            cursor.insertText(f"{start}{text}{end}" if opened else f"{{{{ {text} }}}}")
        self.setTextCursor(cursor)

    def _on_text(self) -> None:
        if not self._is_filling:
            self.typed.emit(self.toPlainText())


class _DetailDelegate(QStyledItemDelegate):
    """Paints what stands beside a completion at the right, paler."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        detail = str(index.data(_DETAIL) or "")
        if detail:
            options: Any = option
            painter.save()
            painter.setPen(options.palette.color(QPalette.ColorRole.PlaceholderText))
            metrics = QFontMetrics(options.font)
            taken = metrics.horizontalAdvance(str(index.data() or "")) + 24
            area = options.rect.adjusted(taken, 0, -8, 0)
            shown = metrics.elidedText(detail, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
            painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        size = super().sizeHint(option, index)
        options: Any = option
        extra = QFontMetrics(options.font).horizontalAdvance(str(index.data(_DETAIL) or ""))
        return QSize(size.width() + extra + 32, max(size.height(), 24))


def _completer(editor: QWidget) -> QCompleter:
    completer = QCompleter(editor)
    completer.setWidget(editor)
    completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
    popup = completer.popup()
    if popup is not None:
        popup.setItemDelegate(_DetailDelegate(popup))
        popup.setAccessibleName(tr(Text("What can stand here")))
    return completer


def _model(completions: Sequence[Completion], prefix: str) -> QStandardItemModel:
    """Return what fits `prefix`: beginnings first, then whatever contains it."""
    wanted = prefix.lower()
    fitting = [each for each in completions if wanted in each.text.lower()]
    fitting.sort(key=lambda each: not each.text.lower().startswith(wanted))
    model = QStandardItemModel()
    for each in fitting[:_LONGEST_LIST]:
        item = QStandardItem(each.text)
        item.setData(each.detail, _DETAIL)
        item.setToolTip(each.help)
        model.appendRow(item)
    return model
