"""A JSON value as a tree whose rows are made as they are looked at, so that megabytes stay fluid."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from designer import theme
from designer.forms.paths import is_list
from designer.panels.json_node import JsonNode, Kept, kept_by
from designer.panels.json_search import Path, path_of
from designer.panels.json_text import Digits
from designer.words import tr
from engine.text import Text

Index = QModelIndex | QPersistentModelIndex

NAME, VALUE = 0, 1
LONGEST_TEXT = 300


class JsonTreeModel(QAbstractItemModel):
    """The members of one JSON value; a value that has none is shown as a single row."""

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self._root = JsonNode(None, 0, "", {})
        self._before = self._root
        self._marked = ""

    @property
    def value(self) -> Any:
        """Return the whole value; one that has no members is that of an object's member without a name."""
        return self._root.value

    def show_value(self, value: Any) -> None:
        """Show `value` in the place of what was shown."""
        self._begin(value if isinstance(value, Mapping) or is_list(value) else {"": value}, None)

    def show_only(self, paths: Sequence[Path] | None) -> None:
        """Show the members at `paths` with what leads to them and what is in them; None for everything."""
        self._begin(self._root.value, None if paths is None else kept_by(paths))

    def _begin(self, value: Any, kept: Kept | None) -> None:
        self.beginResetModel()
        self._before = self._root  # indexes of the view point at its nodes until the reset is over
        self._root = JsonNode(None, 0, "", value, kept)
        self.endResetModel()

    def mark(self, pointer: str) -> None:
        """Show the list at `pointer` as the one in use."""
        self._marked = pointer
        if self.rowCount():
            self.dataChanged.emit(self.index(0, NAME), self.index(self.rowCount() - 1, VALUE), [])

    def node(self, index: Index) -> JsonNode:
        """Return the node at `index`, the root for an invalid one."""
        found: JsonNode = index.internalPointer() if index.isValid() else self._root
        return found

    def index_of(self, pointer: str) -> QModelIndex:
        """Return the index of the value at `pointer`; invalid when nothing is there."""
        path = path_of(self._root.value, pointer)
        return self.index_at(path) if path is not None else QModelIndex()

    def index_at(self, path: Path) -> QModelIndex:
        """Return the index of the value at `path`; invalid when it is not shown."""
        node = self._node_at(path)
        return QModelIndex() if node is None or node is self._root else self.createIndex(node.row, NAME, node)

    def around(self, paths: Sequence[Path]) -> list[QModelIndex]:
        """Return what is around the values at `paths`, groups too: each once, the outer before the inner."""
        found: dict[JsonNode, None] = {}
        for path in paths:
            way: list[JsonNode] = []
            node = self._node_at(path)
            while node is not None and node.parent is not None and node.parent not in found:
                node = node.parent
                way.append(node)
            found.update(dict.fromkeys(reversed(way)))
        return [self.createIndex(node.row, NAME, node) for node in found if node is not self._root]

    def _node_at(self, path: Path) -> JsonNode | None:
        node: JsonNode | None = self._root
        for step in path:
            node = node.member(step) if node is not None else None
        return node

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's default
        """Return the index of what is in a row."""
        node = self.node(parent)
        if 0 <= row < node.count and 0 <= column <= VALUE:
            return self.createIndex(row, column, node.child(row))  # Qt asks for hundreds at a time
        return QModelIndex()

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]  # the stubs know QObject.parent() only
        """Return the index of what holds a member."""
        parent = self.node(index).parent if index.isValid() else None
        return QModelIndex() if parent is None or parent is self._root else self.createIndex(parent.row, NAME, parent)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return how many rows are below one, made or not."""
        return 0 if parent.column() > 0 else self.node(parent).count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return name and value."""
        return 2

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: N802, B008 - Qt's name and default
        """Return whether there is anything to open."""
        return self.node(parent).count > 0 and parent.column() <= 0

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        """Return the titles."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return "JSON" if section == NAME else tr(Text("Value"))
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return name or value, coloured by type; lists of objects stand out."""
        node = self.node(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return _name(node) if index.column() == NAME else _value(node)
        if role == Qt.ItemDataRole.ForegroundRole:
            return theme.color(_colour(node, index.column()))
        if role == Qt.ItemDataRole.FontRole and index.column() == NAME and node.is_list_of_objects:
            return theme.font("small", weight=QFont.Weight.Bold, is_mono=True)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(node)
        return None

    def _tip(self, node: JsonNode) -> str:
        if node.is_list_of_objects:
            rows = Text.plural("{count} row", "{count} rows", count=node.size)
            use = Text("the list in use") if node.pointer == self._marked else Text("double-click to use this list")
            return f"{node.pointer} · {tr(rows)} · {tr(use)}"
        if node.is_group:
            first, last = node.ends
            return f"{node.pointer} · {first} … {last}"
        return node.pointer


def shown(value: Any) -> str:
    """Return a value in one short line: `{4}` and `[18]` for objects and lists."""
    if isinstance(value, Mapping):
        return f"{{{len(value)}}}"
    if isinstance(value, Digits):
        return str(value)
    if isinstance(value, str):
        text = value if len(value) <= LONGEST_TEXT else f"{value[:LONGEST_TEXT]}…"
        return '"' + text.replace("\n", "↵") + '"'
    if is_list(value):
        return f"[{len(value)}]"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return str(value)


def _name(node: JsonNode) -> str:
    if not node.is_group:
        return str(node.name)
    first, last = node.ends
    return f"{first} …" if isinstance(node.value, Mapping) else f"{first} … {last}"


def _value(node: JsonNode) -> str:
    if not node.is_group:
        return shown(node.value)
    entries = tr(Text.plural("{count} entry", "{count} entries", count=node.size))
    return f"… {node.ends[1]} · {entries}" if isinstance(node.value, Mapping) else entries


def _colour(node: JsonNode, column: int) -> str:
    if node.is_group:
        return "text_faint"
    if column == NAME:
        return "accent" if node.is_list_of_objects else "code_name"
    if node.size or isinstance(node.value, Mapping) or node.value is None:
        return "text_faint"
    if isinstance(node.value, str) and not isinstance(node.value, Digits):
        return "code_text"
    return "text_faint" if is_list(node.value) else "code_number"
