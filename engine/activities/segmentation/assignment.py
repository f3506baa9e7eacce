"""Which row belongs to which segment, worked out once for all transitions."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine import __version__
from engine.activities.segmentation.settings import Limit, Segment, SegmentationSettings
from engine.activity import Services
from engine.expressions import ExpressionContext, Scope, parse, reads_clock
from engine.schema import TARGET, Column, ColumnType, TableSchema
from engine.settings.rules import condition_text
from engine.settings.written import field_text, quoted
from engine.tables.interim import Table
from engine.tables.ranking import Order, ranked, shuffled, tie_break

if TYPE_CHECKING:
    import ibis

_FREE, _CANDIDATE, _RANK = "__free", "__candidate", "__rank"


def flag_of(place: int) -> str:
    """Return the column that says whether a row is in the segment at `place`."""
    return f"__in{place}"


def assigned(settings: SegmentationSettings, table: Table, services: Services, context: ExpressionContext) -> Table:
    """Return the rows with a flag for each segment (`flag_of`). Raises SettingsError.

    Exclusive segments take in the order of the list, each from what is left; overlapping ones take from all rows.
    A limit numbers the rows and `target.…` is looked up, which costs a sort and a join: then the flags are kept in a
    file that every transition reads.
    """
    conditions = [_conditions(segment, table.schema) for segment in settings.segments]
    texts = _texts(settings, conditions)
    scope = Scope(table, texts, context, field="segments")
    values: dict[str, ibis.Value] = {_FREE: scope.condition("TRUE")}
    for place, segment in enumerate(settings.segments):
        values.update(_values(scope, place, segment, conditions[place]))
    expr = scope.own_columns(scope.expr.mutate(**values))
    for place, segment in enumerate(settings.segments):
        expr = _with_segment(expr, place, segment, table, services)
        if not settings.overlap:
            expr = expr.mutate(**{_FREE: expr[_FREE] & ~expr[flag_of(place)]})
    flags = (Column(flag_of(place), ColumnType.BOOLEAN) for place in range(len(settings.segments)))
    rows = Table(expr, table.schema.with_columns(*flags))
    has_limit = any(segment.limit is not None for segment in settings.segments)
    if not (table.key and (has_limit or any(_looks_up(text) for text in texts))):
        return rows
    key = _key(settings, table, services, texts)
    return services.tables.find(key) or services.tables.materialise(rows, key)


def orders_of(limit: Limit | None) -> Sequence[str]:
    """Return the expressions that a limit sorts by."""
    return [each.expression for each in limit.orders] if limit is not None and limit.sampling == "ordered" else []


def _looks_up(text: str) -> bool:
    return any(path.startswith(f"{TARGET}.") for path in parse(text).paths)


def _conditions(segment: Segment, schema: TableSchema) -> Mapping[str, str]:
    """Return the conditions of a segment by the setting they stand in, without those that keep every row."""
    written = {"filter": condition_text(segment.filter, schema), "condition": segment.condition}
    return {field: text for field, text in written.items() if text.strip()}


def _texts(settings: SegmentationSettings, conditions: Sequence[Mapping[str, str]]) -> list[str]:
    limits = [segment.limit for segment in settings.segments if segment.limit is not None]
    sorting = [text for limit in limits for text in (*limit.groups, *orders_of(limit))]
    return [*(text for each in conditions for text in each.values()), *sorting]


def _values(
    scope: Scope, place: int, segment: Segment, conditions: Mapping[str, str]
) -> Iterator[tuple[str, ibis.Value]]:
    """Yield what a segment has to know of each row: whether it fits, its groups, its order, its own size."""
    at = f"segments.{place}"
    fits: Any = scope.condition("TRUE")
    for field, text in conditions.items():
        fits &= scope.condition(text, field=f"{at}.{field}").fill_null(False)
    yield f"__fits{place}", fits
    limit = segment.limit
    if limit is None:
        return
    for index, text in enumerate(limit.groups):
        yield f"__group{place}_{index}", scope.value(text, field=f"{at}.limit.groups.{index}")
    for index, text in enumerate(orders_of(limit)):
        yield f"__order{place}_{index}", scope.value(text, field=f"{at}.limit.orders.{index}.expression")
    if limit.groups:
        size: Any = scope.value(repr(float(limit.size)))
        for each in limit.sizes:
            is_of_group = f"ToString({field_text(limit.groups[0])}) = {quoted(each.value)}"
            size = scope.condition(is_of_group).fill_null(False).ifelse(float(each.size), size)
        yield f"__size{place}", size


def _with_segment(expr: ibis.Table, place: int, segment: Segment, table: Table, services: Services) -> ibis.Table:
    """Return the rows with the flag of one more segment."""
    fits = expr[f"__fits{place}"] & expr[_FREE]
    limit = segment.limit
    if limit is None:
        return expr.mutate(**{flag_of(place): fits})
    marked = expr.mutate(**{_CANDIDATE: fits})
    groups = [marked[f"__group{place}_{index}"] for index in range(len(limit.groups))]
    if limit.sampling == "random":
        orders = shuffled(marked, table.schema, _seed(services, segment))
    else:
        sorting = [
            Order(marked[f"__order{place}_{index}"], each.direction == "descending")
            for index, each in enumerate(limit.orders)
        ]
        orders = [*sorting, *tie_break(marked, table.schema)]
    numbered = ranked(marked, _RANK, [marked[_CANDIDATE], *groups], orders)
    size = _size(numbered, place, limit, table, services)
    return numbered.mutate(**{flag_of(place): numbered[_CANDIDATE] & (numbered[_RANK] <= size)})


def _size(expr: ibis.Table, place: int, limit: Limit, table: Table, services: Services) -> Any:
    """Return how many rows the segment takes, of each group where it has groups."""
    if not limit.groups:
        if limit.kind == "count":
            return math.floor(limit.size)
        total = table.rows if table.rows is not None else services.tables.count(table.expr)
        return math.floor(total * limit.size / 100)
    size = expr[f"__size{place}"]
    if limit.kind == "count":
        return size
    groups = [expr[f"__group{place}_{index}"] for index in range(len(limit.groups))]
    total_of_group = expr[_FREE].count().over(group_by=groups)
    return (total_of_group * size / 100).floor()


def _seed(services: Services, segment: Segment) -> int:
    """Return the seed of one segment's choice: its own, so that two random halves are not the same half."""
    name = f"{services.seed}/{services.activity}/{segment.id}"
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6], "big")


def _key(settings: SegmentationSettings, table: Table, services: Services, texts: Sequence[str]) -> str:
    """Return the content key of the assigned rows."""
    moment = services.now.isoformat() if any(reads_clock(text) for text in texts) else ""
    saved = settings.model_dump(mode="json")
    parts = [__version__, table.key, saved, services.seed, services.activity, dict(services.variables), moment]
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]
