"""A list of activities: tile and title a line, under the headings of their groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import (
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QDrag, QFont, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from designer import theme
from designer.icons import activity_tile
from designer.words import tr
from engine.activity import Activity
from engine.text import Text

MIME = "application/x-campaign-activity"
"""What a dragged activity is: its kind, as UTF-8."""

GROUPS: Mapping[str, Text] = {
    "data": Text("Data"),
    "targeting": Text("Targeting"),
    "transform": Text("Transform"),
    "channels": Text("Channels"),
    "execution": Text("Execution"),
}
_KIND = Qt.ItemDataRole.UserRole
_CATEGORY = Qt.ItemDataRole.UserRole + 1
TILE = 26
PADDING = 8
DRAGGED = QSize(188, 48)


class ActivityList(QListWidget):
    """Activities to choose from; `chosen` tells the kind, and a line can be dragged to the canvas."""

    chosen = Signal(str)

    def __init__(self, *, can_drag: bool = False) -> None:
        """Begin empty. `marks_current` tells whether the current line is marked without the keyboard being here."""
        super().__init__()
        self.marks_current = not can_drag
        self.setProperty("role", "plain")
        self._delegate = _Delegate(self)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(False)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setDragEnabled(can_drag)
        self.setDragDropMode(
            QAbstractItemView.DragDropMode.DragOnly if can_drag else QAbstractItemView.DragDropMode.NoDragDrop
        )
        theme.signals.changed.connect(self.scheduleDelayedItemsLayout)

    @property
    def kind(self) -> str:
        """Return the kind of the line that is current, or "" when there is none."""
        item = self.currentItem()
        return str(item.data(_KIND) or "") if item is not None else ""

    def kinds(self) -> list[str]:
        """Return the kinds that are listed, in order."""
        return [kind for row in range(self.count()) if (kind := str(self.item(row).data(_KIND) or ""))]

    def show_activities(self, activities: Sequence[Activity], *, has_headings: bool) -> None:
        """List `activities`; where they have headings, they are expected in the order of their groups."""
        kept = self.kind
        self.clear()
        group = ""
        for activity in activities:
            if has_headings and activity.category != group:
                group = activity.category
                self._add_heading(group)
            self._add(activity)
        self.stand_at(kept)

    def stand_at(self, kind: str) -> None:
        """Make the line of `kind` current, or the first one where there is no such line."""
        lines = [self.item(row) for row in range(self.count()) if self.item(row).data(_KIND)]
        line = next((item for item in lines if item.data(_KIND) == kind), lines[0] if lines else None)
        if line is not None:
            self.setCurrentItem(line)

    def step(self, by: int) -> None:
        """Go `by` lines down (up when negative), round the ends."""
        kinds = self.kinds()
        if kinds:
            here = kinds.index(self.kind) if self.kind in kinds else -1
            self.stand_at(kinds[(here + by) % len(kinds)])

    def choose(self) -> None:
        """Tell the current line's kind."""
        if self.kind:
            self.chosen.emit(self.kind)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 # Qt's name
        """Let Enter choose; arrows and letters move as in every list."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose()
        else:
            super().keyPressEvent(event)

    def mimeData(self, items: Iterable[QListWidgetItem]) -> QMimeData:  # noqa: N802 # Qt's name
        """Return what the canvas gets when a line is dropped on it."""
        data = QMimeData()
        for item in items:
            data.setData(MIME, str(item.data(_KIND) or "").encode())
        return data

    def startDrag(self, actions: Qt.DropAction) -> None:  # noqa: N802 # Qt's name
        """Drag a small card instead of the line."""
        item = self.currentItem()
        if item is None or not item.data(_KIND):
            return
        drag = QDrag(self)
        drag.setMimeData(self.mimeData([item]))
        drag.setPixmap(card_picture(item.data(_KIND), item.data(_CATEGORY), item.text(), self.devicePixelRatioF()))
        drag.setHotSpot(QPoint(DRAGGED.width() // 2, DRAGGED.height() // 2))
        drag.exec(Qt.DropAction.CopyAction)

    def _add_heading(self, category: str) -> None:
        item = QListWidgetItem(tr(GROUPS[category]))
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.addItem(item)

    def _add(self, activity: Activity) -> None:
        title, help = tr(activity.title), tr(activity.help)
        item = QListWidgetItem(activity_tile(activity.kind, activity.category), title)
        item.setData(_KIND, activity.kind)
        item.setData(_CATEGORY, activity.category)
        item.setToolTip(f"<b>{title}</b><br>{help}")
        item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, help)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled)
        self.addItem(item)


class _Delegate(QStyledItemDelegate):
    """Draws headings in small capitals and activities as tile and title; the title only where it has room."""

    def __init__(self, view: ActivityList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(  # noqa: N802 # Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the room of a line: a heading has air above it."""
        if index.data(_KIND):
            return QSize(TILE + 2 * PADDING, max(TILE, theme.size("body") + 4) + 10)
        return QSize(TILE, theme.size("tiny") + (8 if index.row() == 0 else 14))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one line."""
        painter.save()
        if index.data(_KIND):
            self._paint_activity(painter, option, index)
        else:
            area = option.rect.adjusted(PADDING, 0, -PADDING, -4)
            painter.setFont(_heading_font())
            painter.setPen(theme.color("text_faint"))
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, str(index.data()))
        painter.restore()

    def _paint_activity(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = self._ground(option.state)
        if ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(ground))
            painter.drawRoundedRect(QRectF(option.rect).adjusted(1, 1, -1, -1), 7, 7)
        area = option.rect.adjusted(PADDING, 0, -PADDING, 0)
        tile = QRect(area.left(), area.center().y() - TILE // 2 + 1, TILE, TILE)
        activity_tile(index.data(_KIND), index.data(_CATEGORY)).paint(painter, tile)
        words = area.adjusted(TILE + 10, 0, 0, 0)
        painter.setFont(theme.font("body", weight=QFont.Weight.Medium))
        painter.setPen(theme.color("text"))
        shown = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, words.width())
        if len(shown) > 1:
            painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _ground(self, state: QStyle.StateFlag) -> str:
        if state & QStyle.StateFlag.State_Selected and (self._view.marks_current or self._view.hasFocus()):
            return "accent_soft"
        return "hover" if state & QStyle.StateFlag.State_MouseOver else ""


def _heading_font() -> QFont:
    font = theme.font("tiny", weight=QFont.Weight.DemiBold)
    font.setCapitalization(QFont.Capitalization.AllUppercase)
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.4)
    return font


def card_picture(kind: str, category: str, title: str, ratio: float) -> QPixmap:
    """Return the small card that is dragged, for a screen of the given pixel ratio."""
    picture = QPixmap(DRAGGED * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.color("accent"))
    painter.setBrush(theme.color("card"))
    painter.drawRoundedRect(QRectF(0.5, 0.5, DRAGGED.width() - 1, DRAGGED.height() - 1), 9, 9)
    tile = QRect(11, (DRAGGED.height() - TILE) // 2, TILE, TILE)
    activity_tile(kind, category).paint(painter, tile)
    painter.setFont(theme.font("body", weight=QFont.Weight.DemiBold))
    painter.setPen(theme.color("text"))
    words = QRect(tile.right() + 11, 0, DRAGGED.width() - tile.right() - 19, DRAGGED.height())
    shown = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, words.width())
    painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
    painter.end()
    return picture
