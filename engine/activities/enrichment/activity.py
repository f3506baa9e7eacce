"""The Enrichment activity: links what arrives, verifies the links, and adds what is wanted of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from engine.activities.enrichment.settings import EnrichmentSettings, Relation
from engine.activity import (
    Category,
    Design,
    Inbound,
    LinkingActivity,
    Outcome,
    SchemaInbound,
    Services,
    TableInbound,
    Transition,
)
from engine.errors import Finding
from engine.later import later
from engine.schema import TableSchema
from engine.text import Text

if TYPE_CHECKING:
    from engine.activities.enrichment import checks, proposals, result, shape
    from engine.settings import contexts
else:
    checks, proposals, result, shape = later("engine.activities.enrichment", "checks", "proposals", "result", "shape")
    (contexts,) = later("engine.settings", "contexts")


class Enrichment(LinkingActivity):
    """Adds to each row of the primary set what the linked tables know about it; rows never multiply (ACS 2.3)."""

    kind = "enrichment"
    title = Text("Enrichment")
    category: ClassVar[Category] = "transform"
    help = Text("Adds to each row what another table knows about it: its voucher code, the weather of its region.")
    search_words = ("join", "link", "merge", "lookup", "combine")
    Settings = EnrichmentSettings

    def summary(self, settings: EnrichmentSettings) -> Text:
        """Say by which columns the tables are linked."""
        if not settings.relations:
            return Text("Nothing linked yet")
        columns = ", ".join(dict.fromkeys(name for each in settings.relations for name in _columns(each)))
        if columns:
            return Text("Join on {columns}", columns=columns)
        names = ", ".join(each.label or each.name for each in settings.relations)
        return Text("{names} attached to every row", names=names)

    def inbound(self, settings: EnrichmentSettings) -> tuple[Inbound, ...]:
        """The primary set arrives, and any number of tables to link."""
        return (
            Inbound("primary", Text("Primary set")),
            Inbound("linked", Text("Linked tables"), minimum=0, maximum=None),
        )

    def transitions(self, settings: EnrichmentSettings) -> tuple[Transition, ...]:
        """The rows of the primary set leave, with what was added."""
        return (Transition("result", Text("Result")),)

    def schemas(
        self, settings: EnrichmentSettings, inbound: SchemaInbound, design: Design
    ) -> Mapping[str, TableSchema]:
        """The primary set's columns, links to single rows, and what is added."""
        tables = shape.tables_of(inbound)
        if tables is None:
            return {}
        return {"result": shape.result_schema(settings, tables, contexts.design_context(design))}

    def check(self, settings: EnrichmentSettings, inbound: SchemaInbound, design: Design) -> Iterator[Finding]:
        """Yield relations that are missing or cannot match, and everything that does not fit the columns."""
        return checks.problems(settings, inbound, contexts.design_context(design))

    def run(self, settings: EnrichmentSettings, inbound: TableInbound, services: Services) -> Outcome:
        """Verify every relation, then link. Raises DataError where a promise is broken and the policy says stop."""
        return Outcome({"result": result.enriched(settings, inbound, services)})

    def propose(
        self,
        settings: EnrichmentSettings,
        source: str,
        schemas: SchemaInbound,
        inbound: TableInbound,
        services: Services,
    ) -> Mapping[str, Any]:
        """Return by which columns the transition `source` is best linked, and how well they match."""
        return proposals.proposal(source, schemas, inbound, services)


def _columns(relation: Relation) -> Iterator[str]:
    if not relation.attach:
        for criterion in relation.criteria:
            name = criterion.primary.strip().removeprefix("target.")
            if name:
                yield name.replace("_", " ")
