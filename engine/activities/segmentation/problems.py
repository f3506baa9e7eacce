"""What is wrong with segments before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.activities.segmentation.assignment import orders_of
from engine.activities.segmentation.settings import COMPLEMENT, RESULT, Limit, Segment, SegmentationSettings
from engine.activities.segmentation.split import code_before, code_text
from engine.activity import Design
from engine.errors import Code, Finding, Level
from engine.expressions import ExpressionContext
from engine.expressions.problems import expression_problems
from engine.schema import TableSchema
from engine.settings.contexts import design_context
from engine.settings.rules import check_rules
from engine.settings.written import without_place
from engine.text import Text

NO_SEGMENT = Code("FLOW-NO-SEGMENT", "A Segmentation has no segment.")
SAME_ID = Code("FLOW-SEGMENT-ID", "A segment has the id of another segment, or that of another transition.")
NEVER_REACHED = Code("FLOW-SEGMENT-UNREACHED", "A segment before this one takes every row.")
ONE_CODE = Code("FLOW-SEGMENT-OVERLAP", "Overlapping segments cannot share one transition: a row has one code only.")
BAD_LIMIT = Code("FLOW-SEGMENT-LIMIT", "The limit of a segment is not complete, or asks for more than there is.")


def problems(settings: SegmentationSettings, schema: TableSchema | None, design: Design) -> Iterator[Finding]:
    """Yield what is wrong with the segments over rows of `schema`; None when it is not known what arrives."""
    if not settings.segments:
        hint = Text("Add a segment.")
        yield Finding(Level.ERROR, NO_SEGMENT, Text("There is no segment."), field="segments", hint=hint)
    if settings.overlap and settings.output == "one":
        yield Finding(
            Level.ERROR,
            ONE_CODE,
            Text("Overlapping segments cannot share one transition: a row can carry one code only."),
            field="overlap",
            hint=Text("Choose one transition per segment, or no overlapping."),
        )
    yield from _of_ids(settings)
    yield from _of_order(settings)
    context = design_context(design)
    for place, segment in enumerate(settings.segments):
        yield from _of_limit(segment.limit, f"segments.{place}.limit")
        if schema is not None:
            yield from _of_expressions(settings, place, segment, schema, context)


def _of_ids(settings: SegmentationSettings) -> Iterator[Finding]:
    used = {COMPLEMENT, RESULT}
    for place, segment in enumerate(settings.segments):
        if segment.id.lower() in used:
            text = Text("“{name}” has the id “{id}”, which is taken.", name=segment.name, id=segment.id)
            yield Finding(Level.ERROR, SAME_ID, text, field=f"segments.{place}.id", hint=Text("Give it another id."))
        used.add(segment.id.lower())


def _of_order(settings: SegmentationSettings) -> Iterator[Finding]:
    taker = next((segment for segment in settings.segments if segment.takes_all), None)
    if taker is None or settings.overlap:
        return
    for place in range(settings.segments.index(taker) + 1, len(settings.segments)):
        text = Text(
            "“{name}” never gets a row: “{taker}” before it takes all of them.",
            name=settings.segments[place].name,
            taker=taker.name,
        )
        hint = Text("Give “{taker}” a rule or a limit, or put it last.", taker=taker.name)
        yield Finding(Level.WARNING, NEVER_REACHED, text, field=f"segments.{place}.filter", hint=hint)


def _of_limit(limit: Limit | None, at: str) -> Iterator[Finding]:
    if limit is None:
        return
    if limit.kind == "percent" and limit.size > 100:
        text = Text("{size} percent are more than there is.", size=limit.size)
        yield Finding(Level.ERROR, BAD_LIMIT, text, field=f"{at}.size", hint=Text("Write at most 100."))
    if limit.sampling == "ordered" and not limit.orders:
        text = Text("Ordered sampling needs to know the order.")
        hint = Text("Add an expression to sort by, or choose random sampling.")
        yield Finding(Level.ERROR, BAD_LIMIT, text, field=f"{at}.orders", hint=hint)
    if limit.sizes and len(limit.groups) != 1:
        text = Text("Sizes by value need exactly one grouping field.")
        hint = Text("Group by one field, or remove the sizes.")
        yield Finding(Level.ERROR, BAD_LIMIT, text, field=f"{at}.sizes", hint=hint)


def _of_expressions(
    settings: SegmentationSettings, place: int, segment: Segment, schema: TableSchema, context: ExpressionContext
) -> Iterator[Finding]:
    at = f"segments.{place}"
    yield from check_rules(segment.filter, schema, context, field=f"{at}.filter")
    if segment.condition.strip():
        yield from expression_problems(segment.condition, schema, context, f"{at}.condition", is_condition=True)
    code = code_text(segment, is_needed=False, before=code_before(settings, schema))
    if code:
        found = expression_problems(code, schema, context, f"{at}.code")
        yield from (replace(each, text=without_place(each.text)) for each in found)
    for index, group in enumerate(segment.limit.groups if segment.limit is not None else ()):
        yield from expression_problems(group, schema, context, f"{at}.limit.groups.{index}")
    for index, order in enumerate(orders_of(segment.limit)):
        yield from expression_problems(order, schema, context, f"{at}.limit.orders.{index}.expression")
