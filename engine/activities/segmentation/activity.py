"""The Segmentation: exclusive in the order of the list, or overlapping where that is wanted (ACS 2.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from engine.activities.segmentation.settings import CODE, COMPLEMENT, RESULT, Segment, SegmentationSettings
from engine.activity import (
    Activity,
    Category,
    Design,
    Inbound,
    Outcome,
    SchemaInbound,
    Services,
    TableInbound,
    Transition,
)
from engine.errors import Finding
from engine.later import later
from engine.schema import Column, ColumnType, TableSchema
from engine.text import Text

if TYPE_CHECKING:
    from engine.activities.segmentation import problems, split
    from engine.settings import rules
else:
    (rules,) = later("engine.settings", "rules")
    problems, split = later("engine.activities.segmentation", "problems", "split")


class Segmentation(Activity):
    """Splits the rows. What a limit cuts off stays for the segments after it, and for the complement."""

    kind = "segmentation"
    title = Text("Segmentation")
    category: ClassVar[Category] = "targeting"
    help = Text("Splits the rows into segments: by rules, by size, or both. Each has its own transition.")
    search_words = ("split", "segments", "sample", "test groups", "control group", "limit")
    Settings = SegmentationSettings

    def summary(self, settings: SegmentationSettings) -> Text:
        """Name the segments."""
        names = [segment.name for segment in settings.segments]
        if settings.complement:
            names.append(str(Text("Complement")))
        return Text("{names}", names=" · ".join(names)) if names else Text("No segment yet")

    def inbound(self, settings: SegmentationSettings) -> tuple[Inbound, ...]:
        """One table arrives."""
        return (Inbound("inbound", Text("Rows")),)

    def transitions(self, settings: SegmentationSettings) -> tuple[Transition, ...]:
        """One for each segment or one for all, and on request the complement."""
        ways = [Transition(RESULT, Text("Segments"))]
        if settings.output == "each":
            named = {segment.id: segment for _, segment in settings.outgoing()}
            ways = [Transition(id, Text("{name}", name=segment.name)) for id, segment in named.items()]
        if settings.complement:
            ways.append(Transition(COMPLEMENT, Text("Complement"), role="complement"))
        return tuple(ways)

    def schemas(
        self, settings: SegmentationSettings, inbound: SchemaInbound, design: Design
    ) -> Mapping[str, TableSchema]:
        """The columns that arrive, with the code where a segment has one."""
        schema = _arriving(inbound)
        return _promised(settings, schema) if schema is not None else {}

    def check(self, settings: SegmentationSettings, inbound: SchemaInbound, design: Design) -> Iterator[Finding]:
        """Yield what is wrong with the segments."""
        return problems.problems(settings, _arriving(inbound), design)

    def freshness(self, settings: SegmentationSettings, services: Services) -> str:
        """Return the day, where a rule is about it."""
        is_about_today = any(rules.reads_day(segment.filter) for segment in settings.segments)
        return services.now.date().isoformat() if is_about_today else ""

    def run(self, settings: SegmentationSettings, inbound: TableInbound, services: Services) -> Outcome:
        """Split the rows."""
        table = inbound["inbound"][0].content
        if table is None:
            return Outcome({})
        return Outcome(split.split(settings, table, _promised(settings, table.schema), services))


def _arriving(inbound: SchemaInbound) -> TableSchema | None:
    arrivals = inbound.get("inbound", ())
    return arrivals[0].content if arrivals else None


def _promised(settings: SegmentationSettings, schema: TableSchema) -> dict[str, TableSchema]:
    """Return the schema of each transition for rows of `schema`."""
    coded = schema.with_columns(Column(CODE, ColumnType.TEXT, "Segment code"))
    promised = {RESULT: coded}
    if settings.output == "each":
        promised = {segment.id: _of_segment(segment, schema, coded) for _, segment in settings.outgoing()}
    return {**promised, COMPLEMENT: schema} if settings.complement else promised


def _of_segment(segment: Segment, schema: TableSchema, coded: TableSchema) -> TableSchema:
    return coded if segment.code.strip() else schema
