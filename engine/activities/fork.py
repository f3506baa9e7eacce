"""Sends what comes in along several branches at once."""

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
    setting,
)
from engine.schema import TableSchema
from engine.text import Text


class ForkSettings(ActivitySettings):
    """How many copies there are, and what they are called."""

    copies: int = setting(2, label="Copies", help="How many branches leave.", ge=2, le=50)
    labels: tuple[str, ...] = setting(
        (), label="Names of the copies", help="In order; a copy without a name of its own is called by its number."
    )


class Fork(Activity):
    """Gives every branch the same rows, or the same event (ACS 2.3). Nothing is copied on disk."""

    kind = "fork"
    title = Text("Fork")
    category: ClassVar[Category] = "execution"
    help = Text("Sends the same rows along several branches, for example to call an API on one and to keep the other.")
    search_words = ("split", "branch", "copy", "parallel")
    Settings = ForkSettings

    def summary(self, settings: ForkSettings) -> Text:
        """Say how many branches leave, by name where they have one."""
        names = ", ".join(label for label in settings.labels[: settings.copies] if label)
        if names:
            return Text("{copies} copies: {names}", copies=settings.copies, names=names)
        return Text("{copies} copies", copies=settings.copies)

    def inbound(self, settings: ForkSettings) -> tuple[Inbound, ...]:
        """One wire arrives, with or without rows."""
        return (Inbound("inbound", Text("Rows or event"), needs_rows=False),)

    def transitions(self, settings: ForkSettings) -> tuple[Transition, ...]:
        """One way out for each copy: `copy1`, `copy2` and so on."""
        return tuple(
            Transition(_name(number), _label(settings, number), Population.INBOUND)
            for number in range(1, settings.copies + 1)
        )

    def schemas(self, settings: ForkSettings, inbound: SchemaInbound, design: Design) -> Mapping[str, TableSchema]:
        """Every copy has the columns that came in."""
        schema = next((arrival.content for arrival in inbound.get("inbound", ())), None)
        if schema is None:
            return {}
        return {_name(number): schema for number in range(1, settings.copies + 1)}

    def run(self, settings: ForkSettings, inbound: TableInbound, services: Services) -> Outcome:
        """Hand on what came in, once for each copy."""
        content = next((arrival.content for arrival in inbound.get("inbound", ())), None)
        return Outcome({_name(number): content for number in range(1, settings.copies + 1)})


def _name(number: int) -> str:
    return f"copy{number}"


def _label(settings: ForkSettings, number: int) -> Text:
    label = settings.labels[number - 1] if number <= len(settings.labels) else ""
    return Text("{label}", label=label) if label else Text("Copy {number}", number=number)
