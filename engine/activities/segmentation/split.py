"""Assigned rows to transitions: a filter for each, with the code of the segment where it has one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from engine.activities.segmentation.assignment import assigned, flag_of
from engine.activities.segmentation.settings import CODE, COMPLEMENT, RESULT, Segment, SegmentationSettings
from engine.activity import Services
from engine.errors import Code, Level
from engine.expressions import ExpressionContext, Scope
from engine.schema import ColumnType, TableSchema
from engine.settings.contexts import run_context
from engine.settings.written import filled
from engine.tables.interim import Table
from engine.text import Text

if TYPE_CHECKING:
    import ibis

EMPTY_SEGMENT = Code("FLOW-SEGMENT-EMPTY", "A segment has no row, and its transition does not fire.")


def split(
    settings: SegmentationSettings, table: Table, promised: Mapping[str, TableSchema], services: Services
) -> dict[str, Table | None]:
    """Return the table of each transition that fires. Raises SettingsError."""
    context = run_context(services)
    rows = assigned(settings, table, services, context)
    made: dict[str, Table | None] = {}
    for name, places in _transitions(settings):
        segments = [settings.segments[place] for place in places]
        expr = rows.expr.filter(reduce(or_, [rows.expr[flag_of(place)] for place in places]))
        if all(segment.skip_empty for segment in segments) and not services.tables.count(expr.limit(1)):
            names = ", ".join(segment.name for segment in segments)
            text = Text("“{names}” has no row, so that nothing after it runs.", names=names)
            services.note(Level.INFO, text, code=EMPTY_SEGMENT.id)
            continue
        coded = _coded(settings, places, Table(expr, rows.schema), context)
        made[name] = _of_schema(coded, promised[name])
    if settings.complement:
        flags = [~rows.expr[flag_of(place)] for place in range(len(settings.segments))]
        left = rows.expr.filter(flags) if flags else rows.expr
        made[COMPLEMENT] = _of_schema(left, promised[COMPLEMENT])
    return made


def code_text(segment: Segment, *, is_needed: bool, before: str = "") -> str:
    """Return the code of a segment as an expression, empty where it has none.

    Where a code `is_needed`, the id stands in for one; `before` is the column with a code to keep in front.
    """
    code = segment.code.strip() or (segment.id if is_needed else "")
    text = filled(code) if code else ""
    return f"Iif(IsEmptyString([{before}]), {text}, [{before}] || '-' || {text})" if text and before else text


def code_before(settings: SegmentationSettings, schema: TableSchema) -> str:
    """Return the column with the code that rows have already, where it is to be kept."""
    column = schema.column(CODE)
    is_kept = settings.concatenate and column is not None and column.type is ColumnType.TEXT
    return CODE if is_kept else ""


def _transitions(settings: SegmentationSettings) -> Iterator[tuple[str, list[int]]]:
    """Yield each transition of segments with the places of those whose rows it takes."""
    places = [place for place, _ in settings.outgoing()]
    if settings.output == "each":
        yield from ((settings.segments[place].id, [place]) for place in places)
    elif places:
        yield RESULT, places


def _coded(
    settings: SegmentationSettings, places: Sequence[int], rows: Table, context: ExpressionContext
) -> ibis.Table:
    """Return rows of the segments at `places` with their code."""
    before, is_needed = code_before(settings, rows.schema), settings.output == "one"
    texts = [code_text(settings.segments[place], is_needed=is_needed, before=before) for place in places]
    if not any(texts):
        return rows.expr
    scope = Scope(rows, texts, context, field="segments")
    codes = [scope.value(text, field=f"segments.{place}.code") for text, place in zip(texts, places, strict=True)]
    code: Any = codes[-1]
    for place, value in reversed(list(zip(places[:-1], codes[:-1], strict=True))):
        code = scope.expr[flag_of(place)].ifelse(value, code)
    return scope.expr.mutate(**{CODE: code})


def _of_schema(expr: ibis.Table, schema: TableSchema) -> Table:
    links = [link.id for link in schema.links if link.is_stored]
    return Table(expr.select([*(column.id for column in schema.columns), *links]), schema)
