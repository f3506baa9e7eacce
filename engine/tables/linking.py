"""Finds the linked rows of rows by key columns, without ever multiplying the rows they are linked to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis

    from engine.tables.interim import TableStore


@dataclass(frozen=True, slots=True)
class Keys:
    """The key columns of both sides, in pairs. A row with a NULL among them has no linked rows."""

    near: tuple[str, ...]
    far: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """How many rows found linked rows.

    Of `rows`, `matched` have at least one and `multiple` more than one; of `linked_rows`, `used` belong to a row.
    """

    rows: int
    matched: int
    multiple: int
    linked_rows: int
    used: int

    @property
    def unmatched(self) -> int:
        """Return how many rows have no linked row."""
        return self.rows - self.matched


def keyed(expr: ibis.Table, names: Sequence[str], values: Sequence[ibis.Value]) -> ibis.Table:
    """Return `expr` with key columns `names`; without any values every row has the same key."""
    import ibis

    found: Mapping[str, Any] = dict(zip(names, values, strict=True)) if values else {names[0]: ibis.literal(1)}
    return expr.mutate(**found)


def prepared(store: TableStore, expr: ibis.Table) -> ibis.Table:
    """Return `expr` as a view of the engine: several questions about it are then quick to put into words.

    For a small table the words take longer than the answers.
    """
    return store.sql(str(store.backend.compile(expr)))


def linkable(expr: ibis.Table, keys: Keys) -> ibis.Table:
    """Return the rows of a linked table that can be found at all: those whose key has no NULL."""
    return expr.drop_null(list(keys.far), how="any")


def packed(expr: ibis.Table, keys: Keys, name: str, columns: Sequence[str]) -> ibis.Table:
    """Return the key columns of a linked table and one struct `name` with its `columns`."""
    import ibis

    struct = ibis.struct({column: expr[column] for column in columns})
    return expr.select(*keys.far, **{name: struct})


def linked(near: ibis.Table, far: ibis.Table, keys: Keys, *, drop_unmatched: bool = False) -> ibis.Table:
    """Return `near` with the columns of `far`, which has at most one row for each key that is looked for."""
    join = near.inner_join if drop_unmatched else near.left_join
    return join(far, _equal(near, far, keys)).drop(*keys.far)


def without_link(near: ibis.Table, far: ibis.Table, keys: Keys) -> ibis.Table:
    """Return the rows of `near` that have no row in `far`."""
    return near.anti_join(far, _equal(near, far, keys))


def listed(
    expr: ibis.Table, keys: Keys, rank: str, fields: Mapping[str, ibis.Value], singles: Mapping[str, tuple[str, int]]
) -> Mapping[str, Any]:
    """Return the aggregates that gather rows, numbered by the column `rank`, into a list of structs of `fields`.

    `singles` gives for further columns (field, number): the value of that field in the row with that number.
    """
    import ibis

    row = ibis.struct({rank: expr[rank], **fields})
    rows = row.collect().sort().map(lambda each: ibis.struct({name: each[name] for name in fields}))
    alone = {name: fields[field].max(where=expr[rank] == number) for name, (field, number) in singles.items()}
    return {"": rows, **alone}


def or_no_rows(value: ibis.Value) -> ibis.Value:
    """Return a list column with an empty list where there is none."""
    import ibis

    return value.fill_null(ibis.literal([], type=value.type()))


def measure(store: TableStore, near: ibis.Table, far: ibis.Table, keys: Keys, linked_rows: int) -> Match:
    """Count how `near` matches the linkable rows `far`, over the key columns alone."""
    wanted = near.group_by(list(keys.near)).agg(__rows=near.count())
    there = far.group_by(list(keys.far)).agg(__lines=far.count())
    joined = wanted.left_join(there, _equal(wanted, there, keys))
    rows, lines = joined["__rows"], joined["__lines"]
    found = store.rows(
        joined.agg(
            rows=rows.sum(),
            matched=rows.sum(where=lines.notnull()),
            multiple=rows.sum(where=lines > 1),
            used=lines.sum(),
        )
    )[0]
    counts = {name: int(value or 0) for name, value in found.items()}
    return Match(linked_rows=linked_rows, **counts)


def is_numbering(store: TableStore, expr: ibis.Table, column: str) -> bool:
    """Return whether `column` counts the rows of `expr`: 1, 2, 3 and so on, each once."""
    value = expr[column]
    found = store.rows(expr.agg(first=value.min(), last=value.max(), different=value.nunique(), rows=expr.count()))[0]
    return bool(found["rows"] and found["first"] == 1 and found["last"] == found["different"] == found["rows"])


def repeated_keys(
    store: TableStore, near: ibis.Table, far: ibis.Table, keys: Keys, limit: int
) -> list[tuple[str, int]]:
    """Return the first keys that are looked for and have several linked rows, as text, with how many they have."""
    there = far.group_by(list(keys.far)).agg(__lines=far.count())
    several = there.filter(there["__lines"] > 1)
    wanted = several.semi_join(near, [near[left] == several[right] for left, right in _pairs(keys)])
    rows = store.rows(wanted.order_by(list(keys.far)).limit(limit))
    return [(", ".join(str(row[name]) for name in keys.far), int(row["__lines"])) for row in rows]


def shared_values(
    store: TableStore, near: ibis.Table, far: ibis.Table, keys: Keys, column: str
) -> list[tuple[str, int]]:
    """Return the values of `column` of linked rows that more than one row of `near` gets, with how many get each."""
    values = far.select(*keys.far, __value=far[column])
    joined = near.select(*keys.near).inner_join(values, _equal(near.select(*keys.near), values, keys))
    joined = joined.filter(joined["__value"].notnull())
    counted = joined.group_by("__value").agg(__rows=joined.count())
    rows = store.rows(counted.filter(counted["__rows"] > 1).order_by("__value"))
    return [(str(row["__value"]), int(row["__rows"])) for row in rows]


def _pairs(keys: Keys) -> list[tuple[str, str]]:
    return list(zip(keys.near, keys.far, strict=True))


def _equal(near: ibis.Table, far: ibis.Table, keys: Keys) -> list[Any]:
    return [near[left] == far[right] for left, right in _pairs(keys)]
