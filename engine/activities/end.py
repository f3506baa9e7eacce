"""Marks where a flow, or a branch of it, ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from engine.activity import (
    Activity,
    ActivitySettings,
    Category,
    Design,
    Inbound,
    Outcome,
    SchemaInbound,
    Services,
    TableInbound,
    Transition,
    setting,
)
from engine.errors import Code, Level
from engine.schema import TableSchema
from engine.text import Text

STOPPED_BY_END = Code("FLOW-STOPPED-BY-END", "An End that stops the flow was reached; what had not run is left out.")


class EndSettings(ActivitySettings):
    """What happens to the other branches when this one has ended."""

    stop: bool = setting(
        False,
        label="Stop the whole flow",
        help="When this end is reached, the activities that have not run yet are left out, on every branch.",
    )


class End(Activity):
    """Ends a branch; on request it ends the others as well (ACS 2.3)."""

    kind = "end"
    title = Text("End")
    category: ClassVar[Category] = "execution"
    help = Text("Marks the end of a branch. It can stop the whole flow, for example after a failed call.")
    search_words = ("stop", "finish")
    Settings = EndSettings

    def summary(self, settings: EndSettings) -> Text:
        """Say what ends here."""
        return Text("The whole flow stops here") if settings.stop else Text("The branch ends here")

    def inbound(self, settings: EndSettings) -> tuple[Inbound, ...]:
        """Any number of branches meet here; the first one to arrive is enough."""
        return (Inbound("inbound", Text("Ends"), maximum=None, needs_rows=False, waits_for_all=False),)

    def transitions(self, settings: EndSettings) -> tuple[Transition, ...]:
        """Nothing comes after it."""
        return ()

    def schemas(self, settings: EndSettings, inbound: SchemaInbound, design: Design) -> Mapping[str, TableSchema]:
        """No rows leave."""
        return {}

    def run(self, settings: EndSettings, inbound: TableInbound, services: Services) -> Outcome:
        """End the branch, or the whole flow."""
        if settings.stop:
            text = Text("“{label}” was reached: it stops the whole flow.", label=services.label)
            services.note(Level.WARNING, text, code=STOPPED_BY_END.id)
        return Outcome({}, stops_flow=settings.stop)
