"""The flows one can start from."""

from __future__ import annotations

from dataclasses import dataclass

from engine.text import Text


@dataclass(frozen=True, slots=True)
class Template:
    """An example in resources/examples by its name, and what it is about."""

    name: str
    title: Text
    line: Text


TEMPLATES = (
    Template(
        "sports-schedule",
        Text("Sports schedule"),
        Text("The next two matches of each fan's team, with kick-off in the fan's own time zone."),
    ),
    Template(
        "latest-offers",
        Text("Latest offers"),
        Text("The two best offers of each person's category, and a default offer for everybody else."),
    ),
    Template(
        "voucher-codes",
        Text("Voucher codes"),
        Text("One unique code for each recipient, and a clear stop when there are too few."),
    ),
    Template(
        "weather-by-region",
        Text("Weather by region"),
        Text("One call for all regions, and the message that suits each region's sky."),
    ),
)
