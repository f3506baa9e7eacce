"""Numbers rows within groups, in an order that is the same on every engine and in every run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.schema import LINE_NUMBER, TARGET, ColumnType, TableSchema

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True, slots=True)
class Order:
    """A value of each row to sort by. Rows without one come last in both directions."""

    value: ibis.Value
    is_descending: bool = False


def ranked(expr: ibis.Table, name: str, groups: Sequence[ibis.Value], orders: Sequence[Order]) -> ibis.Table:
    """Return `expr` with the whole number `name`: 1 for the first row of each group in the order of `orders`.

    Rows whose group has NULLs are a group like any other.
    """
    import ibis

    keys = [_sorted_by(order) for order in orders]
    number = ibis.row_number().over(group_by=list(groups), order_by=keys) + 1
    return expr.mutate(**{name: number.cast("int64")})


def _sorted_by(order: Order) -> Any:
    value = order.value
    return value.desc(nulls_first=False) if order.is_descending else value.asc(nulls_first=False)


def tie_break(expr: ibis.Table, schema: TableSchema) -> list[Order]:
    """Return the order that decides where nothing else does: by key, by line number, or by all columns."""
    if schema.key and schema.column(schema.key) is not None:
        return [Order(expr[schema.key])]
    if schema.column(LINE_NUMBER) is not None:
        return [Order(expr[LINE_NUMBER])]
    own = [expr[column.id] for column in schema.columns if column.type is not ColumnType.LIST]
    stored = [expr[link.id] for link in schema.links if link.is_stored and link.id != TARGET]
    return [Order(value) for value in (*own, *stored)]


def shuffled(expr: ibis.Table, schema: TableSchema, seed: int) -> list[Order]:
    """Return an order that looks random, and is the same for the same seed and rows on every engine."""
    import ibis

    parts = [order.value.cast("string").fill_null("") for order in tie_break(expr, schema) if _is_plain(order.value)]
    text: Any = ibis.literal(f"#{seed}")
    for part in reversed(parts):
        text = part + ibis.literal("|") + text
    return [Order(text.hexdigest("md5"))]


def _is_plain(value: Any) -> bool:
    return not value.type().is_struct()
