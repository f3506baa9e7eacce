"""A table of the engine as a Qt model: any number of rows, a few thousand of them held at a time."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QFont

from designer import theme
from designer.engine_client import FindingView, Request
from designer.session import Session

PAGE_ROWS = 200
PAGES_HELD = 20
PAGES_AT_ONCE = 2
"""So many pages are asked for at a time; the last ones that were looked at come first."""
CELL_CHARACTERS = 300

Among = tuple[str, Sequence[str]]
"""A column, and the texts one of which a row must have there."""

Index = QModelIndex | QPersistentModelIndex
TYPE_ROLE = Qt.ItemDataRole.UserRole + 1


class PageModel(QAbstractTableModel):
    """The rows of one table in one order and through one filter, fetched page by page as they are looked at."""

    loaded = Signal()
    failed = Signal(object)

    def __init__(self, session: Session) -> None:
        """Ask the engine of `session`; nothing is shown before `show`."""
        super().__init__(session)
        self._session = session
        self._table = ""
        self._columns: Sequence[Mapping[str, Any]] = ()
        self._pages: OrderedDict[int, list[list[Any]]] = OrderedDict()
        self._asked: dict[int, Request] = {}
        self._wanted: list[int] = []
        self._sort: tuple[str, bool] | None = None
        self._filter = ""
        self._among: Among | None = None
        self.total = 0
        self.is_loading = False
        self._fetch = QTimer(self, singleShot=True, interval=10)
        self._fetch.timeout.connect(self._ask)

    def show(self, table: str, columns: Sequence[Mapping[str, Any]], rows: int) -> None:
        """Show the table with this content key; its columns and its count are known from the run."""
        if table == self._table:
            return
        named = [column.get("path") or column.get("id") for column in columns]
        if self._sort is not None and self._sort[0] not in named:
            self._sort = None
        if self._among is not None and self._among[0] not in named:
            self._among = None
        self.beginResetModel()
        self._forget()
        self._table = table
        self._columns = [
            {"path": name, "type": column.get("type", "")} for name, column in zip(named, columns, strict=True)
        ]
        self.total = 0 if self._filter or self._among else rows
        self.endResetModel()
        if table:
            self._want(0)
            self._ask()

    def set_filter(self, text: str) -> None:
        """Keep the rows that hold `text` somewhere; an empty text keeps all."""
        if text != self._filter:
            self._filter = text
            self._restart()

    @property
    def among(self) -> Among | None:
        """Return by which values of a column rows are picked, None for all rows."""
        return self._among

    def pick(self, among: Among | None) -> None:
        """Keep the rows that have one of some values in a column; None keeps all."""
        if among != self._among:
            self._among = among
            self._restart()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the whole table, not only what is held, by a column; -1 gives the table's own order."""
        before = self._sort
        known = 0 <= column < len(self._columns)
        self._sort = (self._columns[column]["path"], order is Qt.SortOrder.DescendingOrder) if known else None
        if self._sort != before and self._table:
            self._restart()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 # Qt's name and default
        """Return how many rows pass the filter."""
        return 0 if parent.isValid() else self.total

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 # Qt's name and default
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell; one that has not arrived yet is asked for and empty until then."""
        if role not in _CELL_ROLES:
            return None
        page, place = divmod(index.row(), PAGE_ROWS)
        rows = self._pages.get(page)
        if rows is None:
            self._want(page)
            return None
        value = rows[place][index.column()] if place < len(rows) else None
        return _CELL_ROLES[role](value)

    def headerData(  # noqa: N802 # Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's path, or its type for `TYPE_ROLE`; rows are numbered from 1."""
        if orientation is Qt.Orientation.Vertical:
            return section + 1 if role == Qt.ItemDataRole.DisplayRole else None
        if role == TYPE_ROLE:
            return self._columns[section]["type"]
        names = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        return self._columns[section]["path"] if role in names else None

    def rows_held(self) -> int:
        """Return how many rows are in memory."""
        return sum(len(rows) for rows in self._pages.values())

    def text_of(self, rows: Sequence[int], columns: Sequence[int]) -> str:
        """Return cells as lines with tabs between them, as spreadsheets take them from the clipboard."""
        lines = []
        for row in rows:
            cells = [self.index(row, column).data(Qt.ItemDataRole.EditRole) for column in columns]
            lines.append("\t".join("" if cell is None else str(cell) for cell in cells))
        return "\n".join(lines)

    def _restart(self) -> None:
        self.beginResetModel()
        self._forget()
        self.total = 0
        self.endResetModel()
        if self._table:
            self._want(0)

    def _forget(self) -> None:
        asked, self._asked = self._asked, {}
        for request in asked.values():
            request.cancel()
        self._pages.clear()
        self._wanted.clear()

    def _want(self, page: int) -> None:
        if page in self._asked:
            return
        if page in self._wanted:
            self._wanted.remove(page)
        self._wanted.append(page)
        del self._wanted[:-4]
        self.is_loading = True
        if not self._fetch.isActive():
            self._fetch.start()

    def _ask(self) -> None:
        while self._wanted and len(self._asked) < PAGES_AT_ONCE:
            page = self._wanted.pop()
            self._asked[page] = self._request(page, self._key())

    def _request(self, page: int, key: tuple[object, ...]) -> Request:
        return self._session.engine.request(
            "page",
            {
                "work": self._session.params()["work"],
                "table": self._table,
                "offset": page * PAGE_ROWS,
                "limit": PAGE_ROWS,
                "sort": self._sort,
                "filter": self._filter or None,
                "among": self._among,
            },
            on_result=lambda result: self._arrived(page, key, result),
            on_error=lambda error: self._refused(page, key, error),
        )

    def _key(self) -> tuple[object, ...]:
        return self._table, self._sort, self._filter, self._among

    def _arrived(self, page: int, key: tuple[object, ...], result: Mapping[str, Any]) -> None:
        if key != self._key():
            return
        self._asked.pop(page, None)
        self._pages[page] = result["rows"]
        while len(self._pages) > PAGES_HELD:
            self._pages.popitem(last=False)
        if result["total"] != self.total or len(result["columns"]) != len(self._columns):
            self.beginResetModel()
            self.total = result["total"]
            self._columns = result["columns"]
            self.endResetModel()
        elif result["rows"]:
            last = page * PAGE_ROWS + len(result["rows"]) - 1
            self.dataChanged.emit(self.index(page * PAGE_ROWS, 0), self.index(last, len(self._columns) - 1), [])
        self._go_on()

    def _refused(self, page: int, key: tuple[object, ...], error: FindingView) -> None:
        if key != self._key() or self._asked.pop(page, None) is None:
            return
        self._pages[page] = []
        self.failed.emit(error)
        self._go_on()

    def _go_on(self) -> None:
        self.is_loading = bool(self._wanted or self._asked)
        self.loaded.emit()
        if self._wanted:
            self._fetch.start()


def shown(value: Any) -> str:
    """Return a cell as people read it: lists and objects as compact JSON, cut when they are long."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return f"{text[:CELL_CHARACTERS]}…" if len(text) > CELL_CHARACTERS else text


def _plain(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return shown(value) if isinstance(value, bool) else json.dumps(value, ensure_ascii=False, default=str)


def _color_of_null(value: Any) -> Any:
    return theme.color("text_faint") if value is None else None


def _font_of_null(value: Any) -> QFont | None:
    if value is not None:
        return None
    font = theme.font("small")
    font.setItalic(True)
    return font


_CELL_ROLES: Mapping[int, Any] = {
    Qt.ItemDataRole.DisplayRole: shown,
    Qt.ItemDataRole.EditRole: _plain,
    Qt.ItemDataRole.ForegroundRole: _color_of_null,
    Qt.ItemDataRole.FontRole: _font_of_null,
    Qt.ItemDataRole.ToolTipRole: lambda value: _plain(value) if isinstance(value, list | dict) else None,
}
