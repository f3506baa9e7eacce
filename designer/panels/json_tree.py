"""A JSON value as a tree that is filled as it is opened, so that megabytes stay fluid."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from designer import theme
from designer.forms.paths import is_list
from designer.panels.json_search import Path, path_of
from designer.panels.json_text import Digits, pointer_step
from designer.words import tr
from engine.text import Text

Index = QModelIndex | QPersistentModelIndex

NAME, VALUE = 0, 1
PAGE = 500
"""So many members are added at a time."""
LONGEST_TEXT = 300

Kept = Mapping[str | int, Any]
"""The members that a filter leaves: for each name what it leaves of that, None for all."""


class JsonNode:
    """A member of the tree: its name in its parent, its value, its place, and the members opened so far.

    `kept` are the members that are shown, None for all.
    """

    __slots__ = ("children", "has_members", "kept", "members", "name", "parent", "row", "value")

    def __init__(
        self, parent: JsonNode | None, row: int, name: str | int, value: Any, kept: Kept | None = None
    ) -> None:
        """Keep a value that is not opened yet."""
        self.kept = kept
        self.parent = parent
        self.row = row
        self.name = name
        self.value = value
        self.has_members = bool(value) and isinstance(value, dict | list | tuple) if kept is None else bool(kept)
        self.children: Sequence[JsonNode] = ()
        self.members: list[tuple[str | int, Any]] | None = None

    @property
    def size(self) -> int:
        """Return how many members the value has, 0 for plain ones."""
        return len(self.value) if isinstance(self.value, Mapping) or is_list(self.value) else 0

    @property
    def count(self) -> int:
        """Return how many members can be opened."""
        return self.size if self.kept is None else len(self.kept)

    @property
    def is_list_of_objects(self) -> bool:
        """Return whether the value could be a table."""
        return is_list(self.value) and self.size > 0 and isinstance(self.value[0], Mapping)

    @property
    def pointer(self) -> str:
        """Return where the value is, as a JSON Pointer; the root is `/`."""
        steps: list[str] = []
        node: JsonNode | None = self
        while node is not None and node.parent is not None:
            steps.append(pointer_step(node.name))
            node = node.parent
        return "".join(reversed(steps)) or "/"

    @property
    def pointer_in_each(self) -> str:
        """Return the pointer with `*` for each list around the value, so that it means all entries of those."""
        steps: list[str] = []
        node: JsonNode | None = self
        while node is not None and node.parent is not None:
            is_entry = node is not self and is_list(node.parent.value)
            steps.append("/*" if is_entry else pointer_step(node.name))
            node = node.parent
        return "".join(reversed(steps)) or "/"

    def open(self, count: int) -> None:
        """Make the next `count` members."""
        start = len(self.children)
        if isinstance(self.value, Mapping) or self.kept is not None:
            if self.members is None:
                self.members = [(name, self.value[name]) for name in (self.value if self.kept is None else self.kept)]
            some = self.members[start : start + count]
        else:
            some = [(start + place, entry) for place, entry in enumerate(self.value[start : start + count])]
        kept = self.kept or {}
        made = [JsonNode(self, start + place, name, value, kept.get(name)) for place, (name, value) in enumerate(some)]
        self.children = [*self.children, *made]

    def place_of(self, name: str | int) -> int:
        """Return the row of a member, -1 for one that is not shown."""
        if not isinstance(self.value, Mapping) and self.kept is None:
            return name if isinstance(name, int) and 0 <= name < self.size else -1
        names = list(self.value if self.kept is None else self.kept)
        return names.index(name) if name in names else -1


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

    def show_only(self, paths: Iterable[Path] | None) -> None:
        """Show the members at `paths` with what leads to them and what is in them; None for everything."""
        self._begin(self._root.value, None if paths is None else _kept(paths))

    def _begin(self, value: Any, kept: Kept | None) -> None:
        self.beginResetModel()
        self._before = self._root  # indexes of the view point at its nodes until the reset is over
        self._root = JsonNode(None, 0, "", value, kept)
        self._root.open(min(PAGE, self._root.count))
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
        """Return the index of the value at `pointer`, opening what is on the way; invalid when nothing is."""
        path = path_of(self._root.value, pointer)
        return self.index_at(path) if path is not None else QModelIndex()

    def index_at(self, path: Path) -> QModelIndex:
        """Return the index of the value at `path`, opening what is on the way; invalid when it is not shown."""
        index = QModelIndex()
        for step in path:
            node = self.node(index)
            place = node.place_of(step)
            if place < 0:
                return QModelIndex()
            if place >= len(node.children):
                self._fetch(index, place + PAGE)
            index = self.createIndex(place, NAME, node.children[place])
        return index

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's default
        """Return the index of a member that has been opened."""
        children = self.node(parent).children
        if 0 <= row < len(children) and 0 <= column <= VALUE:
            return self.createIndex(row, column, children[row])  # Qt asks for thousands at a time
        return QModelIndex()

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]  # the stubs know QObject.parent() only
        """Return the index of what holds a member."""
        parent = self.node(index).parent if index.isValid() else None
        return QModelIndex() if parent is None or parent is self._root else self.createIndex(parent.row, NAME, parent)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return how many members have been opened."""
        return 0 if parent.column() > 0 else len(self.node(parent).children)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return name and value."""
        return 2

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: N802, B008 - Qt's name and default
        """Return whether there is anything to open."""
        return self.node(parent).has_members and parent.column() <= 0

    def canFetchMore(self, parent: Index) -> bool:  # noqa: N802 - Qt's name
        """Return whether some members have not been opened."""
        node = self.node(parent)
        return parent.column() <= 0 and len(node.children) < node.count

    def fetchMore(self, parent: Index) -> None:  # noqa: N802 - Qt's name
        """Open the next members."""
        self._fetch(parent, len(self.node(parent).children) + PAGE)

    def _fetch(self, parent: Index, end: int) -> None:
        """Open the members up to the place `end`."""
        node = self.node(parent)
        start, end = len(node.children), min(end, node.count)
        if end > start:
            self.beginInsertRows(parent if isinstance(parent, QModelIndex) else QModelIndex(parent), start, end - 1)
            node.open(end - start)
            self.endInsertRows()

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        """Return the titles."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return "JSON" if section == NAME else tr(Text("Value"))
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return name or value, coloured by type; lists of objects stand out."""
        node = self.node(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return str(node.name) if index.column() == NAME else shown(node.value)
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
        return node.pointer


def _kept(paths: Iterable[Path]) -> Kept:
    """Return what leads to `paths`, name by name; a path that goes through another one adds nothing."""
    kept: dict[str | int, Any] = {}
    for path in paths:
        inner: Any = kept
        for step in path[:-1]:
            inner = inner.setdefault(step, {})
            if inner is None:
                break
        if inner is not None:
            inner[path[-1]] = None
    return kept


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


def _colour(node: JsonNode, column: int) -> str:
    if column == NAME:
        return "accent" if node.is_list_of_objects else "code_name"
    if node.size or isinstance(node.value, Mapping) or node.value is None:
        return "text_faint"
    if isinstance(node.value, str) and not isinstance(node.value, Digits):
        return "code_text"
    return "text_faint" if is_list(node.value) else "code_number"
