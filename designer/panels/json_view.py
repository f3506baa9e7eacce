"""The tree of an answer on the screen: opened level by level, with the list in use marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView

from designer import theme
from designer.panels.json_search import Path, path_of
from designer.panels.json_text import plain
from designer.panels.json_tree import NAME, JsonTreeModel
from designer.words import tr
from engine.document import digits
from engine.text import Text

MOST_OPENED = 200
"""So many of the values that a filter leaves are opened at once."""


class JsonView(QTreeView):
    """A tree of JSON. `list_chosen` tells the pointer of the list that a person wants the rows from.

    `table_wanted` tells the pointer of one that should be a further table, with `*` for each entry of the lists around
    it, and `column_wanted` the pointer of a plain value that should be a column.
    """

    list_chosen = Signal(str)
    table_wanted = Signal(str)
    column_wanted = Signal(str)

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self._model = JsonTreeModel()
        self.setModel(self._model)
        self.setAccessibleName(tr(Text("Answer as a tree")))
        self.setToolTip(tr(Text("Double-click a list, or press Enter on it, to take its rows")))
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(False)
        self.setFont(theme.font("small", is_mono=True))
        self.setProperty("role", "mono")
        self.setExpandsOnDoubleClick(False)
        self.setIndentation(14)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.header().setSectionResizeMode(NAME, QHeaderView.ResizeMode.Interactive)
        self.header().setStretchLastSection(True)
        self.header().resizeSection(NAME, 160)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._make_actions()
        self.doubleClicked.connect(self._choose)
        self.activated.connect(self._choose)
        self.selectionModel().currentChanged.connect(lambda _current, _before: self._wake())
        self.verticalScrollBar().valueChanged.connect(self._open_next_group)
        self.expanded.connect(self._open_first_group)

    def show_value(self, value: Any, pointer: str) -> None:
        """Show `value`, opened down to the list at `pointer` and its first row."""
        self._model.show_value(value)
        self._model.mark(pointer)
        if self._model.rowCount() == 1:
            self.expand(self._model.index(0, NAME))
        self.open(pointer)

    def mark(self, pointer: str) -> None:
        """Show the list at `pointer` as the one in use."""
        self._model.mark(pointer)

    def open(self, pointer: str) -> None:
        """Open the tree down to `pointer` and its first member."""
        self._model.mark(pointer)
        index = self._model.index_of(pointer)
        self._expand_around(path_of(self._model.value, pointer) or ())
        self.expand(index)
        if index.isValid() or pointer == "/":
            first = self._model.index(0, NAME, index)
            while self._model.node(first).is_group:
                self.expand(first)
                first = self._model.index(0, NAME, first)
            self.expand(first)
            self.setCurrentIndex(index if index.isValid() else first)

    @property
    def value(self) -> Any:
        """Return the whole value that is searched and shown."""
        return self._model.value

    def go_to(self, path: Path) -> None:
        """Open the tree down to the value at `path`, and stand there."""
        index = self._model.index_at(path)
        if not index.isValid():
            return
        self._expand_around(path)
        self.setCurrentIndex(index)
        self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    def show_only(self, paths: Sequence[Path] | None) -> None:
        """Show only the values at `paths` and what leads to them; None for everything."""
        current = self._model.node(self.currentIndex()).pointer
        self._model.show_only(paths)
        self._expand_around(*(paths or ())[:MOST_OPENED], path_of(self._model.value, current) or ())
        found = self._model.index_of(current)
        if found.isValid():
            self.setCurrentIndex(found)
            self.scrollTo(found, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _expand_around(self, *paths: Path) -> None:
        """Open what is around the values at `paths`, their groups too, the outermost first."""
        for place in self._model.around(paths):
            self.expand(place)

    def _make_actions(self) -> None:
        self._use = self._action(Text("Use this list"), "", lambda: self._choose(self.currentIndex()))
        self._table = self._action(Text("Make a further table of this list"), "Ctrl+Shift+M", self._want_table)
        self._column = self._action(Text("Make a column of this"), "Ctrl+M", self._want_column)
        self._action(Text("Copy the value"), "Ctrl+C", self._copy_value)
        self._action(Text("Copy the pointer"), "Ctrl+Shift+C", self._copy_pointer)
        self._wake()

    def _action(self, words: Text, keys: str, do: Callable[[], object]) -> QAction:
        action = QAction(tr(words), self)
        if keys:
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _checked=False: do())
        self.addAction(action)
        return action

    def _wake(self) -> None:
        """Let the actions that have a meaning for the current value be chosen."""
        index = self.currentIndex()
        node = self._model.node(index)
        self._use.setEnabled(index.isValid() and node.is_list_of_objects)
        self._table.setEnabled(self._use.isEnabled())
        self._column.setEnabled(index.isValid() and not isinstance(node.value, Mapping | list))

    def _want_table(self) -> None:
        node = self._model.node(self.currentIndex())
        if node.is_list_of_objects:
            self.table_wanted.emit(node.pointer_in_each)

    def _want_column(self) -> None:
        self.column_wanted.emit(self._model.node(self.currentIndex()).pointer)

    def _choose(self, index: QModelIndex) -> None:
        node = self._model.node(index)
        if node.is_list_of_objects:
            self.list_chosen.emit(node.pointer)
        elif node.size:
            self.setExpanded(index.siblingAtColumn(NAME), not self.isExpanded(index.siblingAtColumn(NAME)))

    def _copy_value(self) -> None:
        value = self._model.node(self.currentIndex()).content
        QGuiApplication.clipboard().setText(
            value if isinstance(value, str) else digits.dumps(plain(value), indent=2, ensure_ascii=False)
        )

    def _copy_pointer(self) -> None:
        QGuiApplication.clipboard().setText(self._model.node(self.currentIndex()).pointer)

    def _open_first_group(self, index: QModelIndex) -> None:
        """Show the first members of a value that has many as soon as it is opened for the first time."""
        first = self._model.index(0, NAME, index)
        if self._model.node(index).has_groups and not self._model.node(first).is_made:
            self.expand(first)

    def _open_next_group(self) -> None:
        """Go on with the next group when the end of the one before it has come into sight."""
        top, index = self.indexAt(QPoint(4, 0)), self.indexAt(QPoint(4, self.viewport().height() - 4))
        while index.isValid() and index != top:
            node = self._model.node(index)
            if node.is_group and not node.is_made and self.isExpanded(index.siblingAtRow(node.row - 1)):
                self.expand(index)
                return
            index = self.indexAbove(index)
