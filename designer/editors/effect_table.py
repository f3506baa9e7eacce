"""What column definitions do to each value, as tables: of one column, and of all rejected lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from designer import theme
from designer.forms.parts import fit_rows
from designer.forms.simple_fields import shown_text
from designer.icons import icon
from designer.words import tr
from engine.text import Text

Index = QModelIndex | QPersistentModelIndex

LINE, CAME, BECOMES, WHY = range(4)
_GIVEN = -1
_LINES = 6
_TITLES = {
    False: (Text("Line"), Text("In the answer"), Text("In the column"), Text("What happens")),
    True: (Text("Line"), Text("Column"), Text("In the answer"), Text("Why it is rejected")),
}

FATES: Mapping[str, tuple[Text, str, str]] = {
    "kept": (Text("kept"), "check", "text_faint"),
    "changed": (Text("changed"), "arrow-right", "accent"),
    "empty": (Text("empty"), "minus", "text_faint"),
    "emptied": (Text("emptied"), "warning", "warning"),
    "default": (Text("default"), "arrow-bend-down-right", "warning"),
    "rejected": (Text("rejected"), "x-circle", "error"),
    "ignored": (Text("left out"), "minus", "text_faint"),
}
"""What becomes of a value: words, glyph and colour."""


def reason_of(row: Sequence[Any]) -> str:
    """Return what is wrong with the value of a line, nothing where it fits."""
    return tr(Text.from_json(row[-1])) if row[-1] is not None else ""


class EffectModel(QAbstractTableModel):
    """The lines of a column with what becomes of them, or the lines that are rejected, by the column at fault."""

    def __init__(self, *, is_rejects: bool) -> None:
        """Show nothing yet."""
        super().__init__()
        self._is_rejects = is_rejects
        self._rows: Sequence[Sequence[Any]] = ()
        self._names: Sequence[str] = ()

    @property
    def rows(self) -> Sequence[Sequence[Any]]:
        """Return what is shown, as the engine told it."""
        return self._rows

    def show(self, rows: Sequence[Sequence[Any]], names: Sequence[str]) -> None:
        """Show `rows` of the engine's answer; `names` are those of the columns."""
        if len(rows) == len(self._rows):
            self._rows, self._names = rows, names
            if rows:
                self.dataChanged.emit(self.index(0, LINE), self.index(len(rows) - 1, WHY), [])
            return
        self.beginResetModel()
        self._rows, self._names = rows, names
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return the number of lines."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return line, what came, what it becomes, why."""
        return 0 if parent.isValid() else len(_TITLES[False])

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        """Return the title of a column."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(_TITLES[self._is_rejects][section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell: its words, its glyph, its colour; the whole sentence as a tip."""
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(row, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return reason_of(row) or self._words(row, index.column())
        if role == Qt.ItemDataRole.DecorationRole and index.column() == WHY:
            _, glyph, color = FATES[self._fate(row)]
            return icon(glyph, color)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._color(row, index.column())
        if role == Qt.ItemDataRole.FontRole and self._is_null(row, index.column()):
            font = theme.font("small")
            font.setItalic(True)
            return font
        return None

    def _fate(self, row: Sequence[Any]) -> str:
        return "rejected" if self._is_rejects else str(row[3])

    def _value(self, row: Sequence[Any], column: int) -> Any:
        """Return what came or what it becomes; `_GIVEN` for the other cells."""
        places = {CAME: _GIVEN, BECOMES: 2} if self._is_rejects else {CAME: 1, BECOMES: 2}
        place = places.get(column, _GIVEN)
        return row[place] if place != _GIVEN else _GIVEN

    def _is_null(self, row: Sequence[Any], column: int) -> bool:
        return self._value(row, column) is None and self._words(row, column) == "NULL"

    def _words(self, row: Sequence[Any], column: int) -> str:
        if column == LINE:
            return str(row[0])
        if column == WHY:
            return reason_of(row) if self._is_rejects else tr(FATES[self._fate(row)][0])
        if self._is_rejects and column == CAME:
            return self._names[row[1]] if row[1] < len(self._names) else ""
        value = self._value(row, column)
        if value is None:
            has_left = column == BECOMES and not self._is_rejects and self._fate(row) in ("rejected", "ignored")
            return "" if has_left else "NULL"
        return shown_text(value)

    def _color(self, row: Sequence[Any], column: int) -> Any:
        if column == WHY:
            color = FATES[self._fate(row)][2]
            return theme.color("text_soft" if color == "text_faint" else color)
        return theme.color("text_faint") if column == LINE or self._is_null(row, column) else None


class EffectTable(QTableView):
    """A few lines of an `EffectModel`; its selected lines can be copied."""

    def __init__(self, name: Text, *, is_rejects: bool) -> None:
        """Show nothing yet; `name` is what a screen reader says."""
        super().__init__()
        self.lines = EffectModel(is_rejects=is_rejects)
        self.setModel(self.lines)
        self.setAccessibleName(tr(name))
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        fit_rows(self)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(44)
        header.setResizeContentsPrecision(30)
        wide = (WHY,) if is_rejects else (CAME, BECOMES)
        for section in (LINE, CAME, BECOMES, WHY):
            fit = QHeaderView.ResizeMode.Stretch if section in wide else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(section, fit)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy)

    def show_lines(self, rows: Sequence[Sequence[Any]], names: Sequence[str]) -> None:
        """Show `rows`, as many of them at once as there is room for."""
        self.lines.show(rows, names)
        height = self.verticalHeader().defaultSectionSize()
        lines = min(max(len(rows), 1), _LINES)
        self.setFixedHeight(lines * height + self.horizontalHeader().sizeHint().height() + 8)

    def copy(self) -> None:
        """Put the selected lines on the clipboard, with tabs between their cells."""
        rows = sorted({index.row() for index in self.selectedIndexes()})
        lines = [[self.lines.index(row, each).data() for each in range(self.lines.columnCount())] for row in rows]
        QGuiApplication.clipboard().setText("\n".join("\t".join(cells) for cells in lines))
