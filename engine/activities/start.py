"""Marks where a flow begins."""

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
    Population,
    SchemaInbound,
    Services,
    TableInbound,
    Transition,
)
from engine.schema import TableSchema
from engine.text import Text


class StartSettings(ActivitySettings):
    """A start has nothing to set."""


class Start(Activity):
    """Sets off what is wired to it, without any rows (ACS 2.3)."""

    kind = "start"
    title = Text("Start")
    category: ClassVar[Category] = "execution"
    help = Text("Marks the beginning of the flow. It is optional: whatever has no input starts by itself.")
    search_words = ("begin", "trigger")
    Settings = StartSettings

    def summary(self, settings: StartSettings) -> Text:
        """Say what it is."""
        return Text("The flow begins here")

    def inbound(self, settings: StartSettings) -> tuple[Inbound, ...]:
        """Nothing comes before it."""
        return ()

    def transitions(self, settings: StartSettings) -> tuple[Transition, ...]:
        """The event alone goes on."""
        return (Transition("result", Text("Begin"), Population.EVENT),)

    def schemas(self, settings: StartSettings, inbound: SchemaInbound, design: Design) -> Mapping[str, TableSchema]:
        """No rows leave."""
        return {}

    def run(self, settings: StartSettings, inbound: TableInbound, services: Services) -> Outcome:
        """Set off what follows."""
        return Outcome({"result": None})
