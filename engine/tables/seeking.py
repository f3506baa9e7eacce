"""Finds one row of an ordered table: by its place, by its key, or by a text in some of its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.tables.interim import Table, TableStore
from engine.tables.reaching import order_of, reach


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
        keys = self.table.expr.select(order).order_by(order).limit(1, offset=index)
        found = self.store.rows(keys)
        return self._with_key(found[0][order], paths) if found else None

    def index_of(self, key: str) -> int | None:
        """Return the place of the row with a key, as text; None when no row has it."""
        order = order_of(self.table)
        if not order:
            return int(key) - 1 if key.isdigit() and 0 < int(key) <= self.total else None
        column = self.table.expr[order]
        found = self.store.rows(self.table.expr.filter(column.cast("string") == key).select(order), 1)
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
        first = self.store.rows(self.table.expr.select(order).order_by(order).limit(1, offset=start)) if start else []
        later = self.store.rows(hits.filter(hits[order] >= first[0][order]), 1) if first else []
        found = later or self.store.rows(hits, 1)
        return self._place_of(found[0][order]) if found else None

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
