"""Finds one row of an ordered table: by its place, by its key, or by a text in some of its columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from engine.schema import ColumnType
from engine.tables.interim import Table, TableStore
from engine.tables.paging import page
from engine.tables.reaching import order_of, reach

SORTED_AGAIN: Final = 20_000
"""Tables of up to so many rows are sorted anew for each question: that is quicker than keeping their order."""
AT_THE_FRONT: Final = 100
"""The first so many rows are found without sorting the others."""

_WHOLE = re.compile(r"-?[0-9]{1,18}\Z")


@dataclass(frozen=True, slots=True)
class Seeker:
    """Rows of one table in the order of its key, else of its line number; `total` of them."""

    store: TableStore
    table: Table
    resource: Callable[[str], Table]

    @property
    def total(self) -> int:
        """Return the number of rows."""
        return self.table.rows if self.table.rows is not None else self.store.count(self.table.expr)

    def at(self, index: int, paths: Sequence[str]) -> Mapping[str, Any] | None:
        """Return the columns at `paths` of the row at a place, or None behind the last one."""
        order = order_of(self.table)
        if not order:
            return self._one(replace(self.table, expr=self.table.expr.limit(1, offset=index)), paths)
        keys = self._keys(index)
        return self._with_key(keys[0], paths) if keys else None

    def index_of(self, key: str) -> int | None:
        """Return the place of the row with a key, as text; None when no row has it."""
        order = order_of(self.table)
        if not order:
            return int(key) - 1 if key.isdigit() and 0 < int(key) <= self.total else None
        value: str | int = key
        column = self.table.expr[order]
        if self._type is ColumnType.INTEGER:
            if not _WHOLE.match(key):
                return None
            value = int(key)
        elif self._type is not ColumnType.TEXT:
            column = column.cast("string")
        found = self.store.rows(self.table.expr.filter(column == value).select(order), 1)
        return self._place_of(found[0][order]) if found else None

    def index_with(self, words: str, paths: Sequence[str], start: int) -> int | None:
        """Return the place of the first row from `start` on, then from the beginning, that has `words` in a column."""
        order = order_of(self.table)
        if not order or not words.strip():
            return None
        columns = reach(self.table, [order, *paths], self.resource)
        if columns is None:
            return None
        wanted = words.strip().lower()
        texts = [columns[name].cast("string").lower().contains(wanted) for name in columns.columns]
        condition = texts[0]
        for each in texts[1:]:
            condition = condition | each.fill_null(False)
        hits = columns.filter(condition.fill_null(False)).select(order).order_by(order)
        first = self._keys(start) if start else []
        later = self.store.rows(hits.filter(hits[order] >= first[0]), 1) if first else []
        found = later or self.store.rows(hits, 1)
        return self._place_of(found[0][order]) if found else None

    @property
    def _type(self) -> ColumnType | None:
        column = self.table.schema.column(order_of(self.table))
        return column.type if column is not None else None

    def _keys(self, index: int) -> Sequence[Any]:
        """Return the key at a place, or nothing behind the last one; the order of a large table is kept on disk."""
        order = order_of(self.table)
        is_far = index >= AT_THE_FRONT and self.total > SORTED_AGAIN
        if is_far and self.table.key and self._type in (ColumnType.INTEGER, ColumnType.TEXT):
            found = page(self.store, self.table.key, offset=index, limit=1, sort=(order, False), filter=None)
            names = [column["path"] for column in found["columns"]]
            return [row[names.index(order)] for row in found["rows"]]
        keys = self.table.expr.select(order).order_by(order).limit(1, offset=index)
        return [row[order] for row in self.store.rows(keys)]

    def _place_of(self, value: Any) -> int:
        column = self.table.expr[order_of(self.table)]
        return self.store.count(self.table.expr.filter(column < value))

    def _with_key(self, value: Any, paths: Sequence[str]) -> Mapping[str, Any] | None:
        expr = self.table.expr.filter(self.table.expr[order_of(self.table)] == value).limit(1)
        return self._one(replace(self.table, expr=expr), paths)

    def _one(self, table: Table, paths: Sequence[str]) -> Mapping[str, Any] | None:
        columns = reach(table, paths, self.resource)
        if columns is None:
            return {}
        found = self.store.rows(columns, 1)
        return found[0] if found else None
