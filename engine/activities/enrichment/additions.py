"""Collections and aggregates: what the linked rows of each row give together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from engine.activities.enrichment.settings import Aggregate, Collection, EnrichmentSettings
from engine.activities.enrichment.shape import aggregate_name, collection_name, fields_of, singles
from engine.activities.enrichment.sides import Far, field_column, filter_column, sort_column, value_column
from engine.settings.additional import names_of
from engine.tables.linking import linked, listed, or_no_rows
from engine.tables.ranking import Order, ranked, tie_break

if TYPE_CHECKING:
    import ibis

_LINE = "__line"

Gathered = tuple["ibis.Table", Mapping[str, str]]
"""Rows with one line for each key, and for each column to add the helper column that holds it."""


def with_additions(settings: EnrichmentSettings, near: ibis.Table, far: Far) -> Gathered:
    """Return `near` with the collections and aggregates over the rows of `far`, in helper columns, and their names."""
    added: dict[str, str] = {}
    for gathered, names in _gathered(settings, far):
        near = linked(near, gathered, far.keys)
        added.update(names)
    counts = {added[name]: near[added[name]].fill_null(0) for name in _counts(settings, far)}
    lists = {added[name]: or_no_rows(near[added[name]]) for name in _lists(settings, far)}
    return near.mutate(**counts, **lists), added


def _gathered(settings: EnrichmentSettings, far: Far) -> Iterator[Gathered]:
    for number, collection in enumerate(settings.collections):
        if settings.relation(collection.relation) == far.relation:
            yield _collected(settings, collection, number, far)
    aggregates = {
        number: each
        for number, each in enumerate(settings.aggregates)
        if settings.relation(each.relation) == far.relation
    }
    if aggregates:
        names = {aggregate_name(settings, each): f"__aggregate{number}" for number, each in aggregates.items()}
        values = {f"__aggregate{number}": _aggregated(each, number, far.expr) for number, each in aggregates.items()}
        yield far.expr.group_by(list(far.keys.far)).agg(**values), names


def _counts(settings: EnrichmentSettings, far: Far) -> Iterator[str]:
    for each in settings.aggregates:
        if settings.relation(each.relation) == far.relation and each.function.startswith("count"):
            yield aggregate_name(settings, each)


def _lists(settings: EnrichmentSettings, far: Far) -> Iterator[str]:
    for each in settings.collections:
        if settings.relation(each.relation) == far.relation:
            yield collection_name(settings, each)


def _collected(settings: EnrichmentSettings, collection: Collection, number: int, far: Far) -> Gathered:
    rows = far.expr
    if collection.filter.strip():
        rows = rows.filter(rows[filter_column("collection", number)])
    orders = [
        Order(rows[sort_column(number, place)], sorting.direction == "descending")
        for place, sorting in enumerate(collection.sort)
    ]
    groups = [rows[key] for key in far.keys.far]
    rows = ranked(rows, _LINE, groups, [*orders, *tie_break(rows, far.table.schema)])
    rows = rows.filter(rows[_LINE] <= collection.lines)
    names = names_of(fields_of(collection, far.table.schema))
    fields = {name: rows[field_column(number, name)] for name in names}
    title = collection_name(settings, collection)
    alone = {id: (field, line) for id, field, line in singles(collection, title, names)}
    columns = {id: f"__collection{number}_{id}" for id in ("", *alone)}
    values = listed(rows, far.keys, _LINE, fields, alone)
    gathered = rows.group_by(list(far.keys.far)).agg(**{columns[id]: value for id, value in values.items()})
    return gathered, {title if id == "" else id: column for id, column in columns.items()}


def _aggregated(aggregate: Aggregate, number: int, rows: Any) -> Any:
    where = rows[filter_column("aggregate", number)] if aggregate.filter.strip() else None
    if aggregate.function == "count":
        return rows.count(where=where)
    value = rows[value_column(number)]
    functions: Mapping[str, Callable[[], Any]] = {
        "count-distinct": lambda: value.nunique(where=where),
        "sum": lambda: _whole(value.sum(where=where)),
        "avg": lambda: value.mean(where=where),
        "min": lambda: value.min(where=where),
        "max": lambda: value.max(where=where),
    }
    return functions[aggregate.function]()


def _whole(total: Any) -> Any:
    """Return a sum of whole numbers as one: DuckDB's own is wider, and a file would hold it as a float."""
    return total.cast("decimal(38, 0)").cast("int64") if total.type().is_integer() else total
