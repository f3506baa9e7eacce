"""List lines of several sentences: the first strong enough to read, what follows soft, as many lines as needed."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QIcon, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from designer import theme

ICON = 16
PADDING = 8
GAP = 2


class WrappedDelegate(QStyledItemDelegate):
    """Draws the text of a cell up to its first line end as a sentence and the rest as a hint below it."""

    def __init__(self, view: QTreeView, column: int) -> None:
        """Draw the cells of `column` in `view`, anew when the column gets wider or narrower."""
        super().__init__(view)
        self._view = view
        self._column = column
        view.setItemDelegateForColumn(column, self)
        view.header().sectionResized.connect(self._resized)

    def _resized(self, column: int, _old: int, _new: int) -> None:
        if column == self._column:
            self._view.scheduleDelayedItemsLayout()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the mark, the sentence and the hint."""
        self.initStyleOption(option, index)
        mark = QIcon(option.icon)
        sentence, hint = _parts(str(index.data() or ""))
        option.text = ""
        option.icon = QIcon()
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        painter.save()
        area = option.rect.adjusted(PADDING, PADDING - 2, -PADDING, 0)
        mark.paint(painter, QRect(area.left(), area.top(), ICON, ICON))
        area.setLeft(area.left() + ICON + PADDING)
        painter.setFont(theme.font())
        painter.setPen(theme.color("text"))
        painter.drawText(area, _flags(), sentence)
        if hint:
            area.setTop(area.top() + _height(theme.font(), sentence, area.width()) + GAP)
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("text_soft"))
            painter.drawText(area, _flags(), hint)
        painter.restore()

    def sizeHint(  # noqa: N802 # Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the room for all lines at the column's width, or what the item itself asks for."""
        own = index.data(Qt.ItemDataRole.SizeHintRole)
        if isinstance(own, QSize):
            return own
        width = self._view.columnWidth(self._column) - 3 * PADDING - ICON
        sentence, hint = _parts(str(index.data() or ""))
        height = _height(theme.font(), sentence, width)
        if hint:
            height += GAP + _height(theme.font("small"), hint, width)
        return QSize(width, height + 2 * PADDING - 4)

    def updateEditorGeometry(  # noqa: N802 # Qt's name
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Give a widget that stands in a cell all of it."""
        editor.setGeometry(option.rect)


def _parts(text: str) -> tuple[str, str]:
    sentence, _, hint = text.partition("\n")
    return sentence, hint


def _flags() -> int:
    return Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignTop.value


def _height(font: QFont, text: str, width: int) -> int:
    return QFontMetrics(font).boundingRect(QRect(0, 0, max(width, 60), 10_000), _flags(), text).height()
