"""The head of a table whose columns have types: the name strong, the type faint beside it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from designer import theme
from designer.icons import icon
from designer.panels.page_model import TYPE_ROLE

PADDING = 9
GAP = 6
ARROW = 12
WIDEST = 320
"""No column is made wider than so many pixels."""
SEEN_ROWS = 30
"""So many rows are looked at for the width of a column: more would hold the window up and ask for far pages."""


class TypedHeader(QHeaderView):
    """Shows for each column its name, its type and, when the table is ordered by it, an arrow."""

    def __init__(self, parent: QWidget) -> None:
        """Stand above the columns of `parent`."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(60)
        self.setResizeContentsPrecision(SEEN_ROWS)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N802, N803 # Qt's names
        """Draw the head of one column."""
        name, kind = self._words(logicalIndex)
        painter.save()
        painter.fillRect(rect, theme.color("header"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color("border"))
        room = rect.adjusted(PADDING, 0, -PADDING, 0)
        if self.isSortIndicatorShown() and self.sortIndicatorSection() == logicalIndex:
            is_up = self.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder
            arrow = QRect(room.right() - ARROW, room.center().y() - ARROW // 2, ARROW, ARROW)
            icon("caret-up" if is_up else "caret-down", "accent").paint(painter, arrow)
            room.setRight(arrow.left() - 2)
        painter.setFont(_strong())
        painter.setPen(theme.color("text_soft"))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        metrics = QFontMetrics(_strong())
        painter.drawText(room, flags, metrics.elidedText(name, Qt.TextElideMode.ElideRight, room.width()))
        room.setLeft(room.left() + metrics.horizontalAdvance(name) + GAP)
        if room.width() > GAP:
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("text_faint"))
            faint = QFontMetrics(theme.font("small"))
            painter.drawText(room, flags, faint.elidedText(kind, Qt.TextElideMode.ElideRight, room.width()))
        painter.restore()

    def sectionSizeFromContents(self, logicalIndex: int) -> QSize:  # noqa: N802, N803 # Qt's names
        """Return room for the name, the type and the arrow."""
        name, kind = self._words(logicalIndex)
        strong = QFontMetrics(_strong())
        width = strong.horizontalAdvance(name) + QFontMetrics(theme.font("small")).horizontalAdvance(kind)
        return QSize(width + 2 * PADDING + GAP + ARROW + 4, strong.height() + 16)

    def _words(self, section: int) -> tuple[str, str]:
        model = self.model()
        name = model.headerData(section, Qt.Orientation.Horizontal)
        kind = model.headerData(section, Qt.Orientation.Horizontal, TYPE_ROLE)
        return str(name or ""), str(kind or "")


def fit_columns(view: QTableView) -> None:
    """Give each column of `view` the room of its head and of the values in sight, up to `WIDEST`."""
    header = view.horizontalHeader()
    for column in range(header.count()):
        wish = max(header.sectionSizeHint(column), view.sizeHintForColumn(column))
        header.resizeSection(column, min(wish, WIDEST))


def _strong() -> QFont:
    return theme.font("small", weight=QFont.Weight.DemiBold)
