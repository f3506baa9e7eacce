"""The settings of an Enrichment: relations to linked tables, and what is taken from them."""

from __future__ import annotations

from typing import Literal

from engine.activity import ActivitySettings, setting
from engine.settings.additional import SimpleField


class Criterion(ActivitySettings):
    """A column or expression of the primary set, and the one of the linked table that it must equal."""

    primary: str = setting(
        "", label="Primary set", help="A column, an expression or a 'constant'.", editor="expression"
    )
    linked: str = setting("", label="Linked table", help="A column of the linked table.", editor="column")
    compare: Literal["exact", "trim", "case", "loose"] = setting(
        "exact",
        label="Compared",
        help="How texts are compared.",
        choices={
            "exact": "Exactly",
            "trim": "Without spaces around",
            "case": "Ignoring capitals",
            "loose": "Ignoring both",
        },
    )


class Relation(ActivitySettings):
    """How one wired table is linked to the primary set, and what is done where the link is not as promised."""

    label: str = setting("", label="Label", help="What people call the linked table.")
    source: str = setting("", label="Linked table", help="The transition that brings it, such as weather.result.")
    id: str = setting("", label="ID", help="The linked row is reached by this name: weather.sky.")
    cardinality: Literal["1", "0..1", "n"] = setting(
        "0..1",
        label="Cardinality",
        help="How many linked rows a row has. It is verified in every run.",
        choices={"1": "Exactly one linked row", "0..1": "At most one linked row", "n": "Any number of linked rows"},
    )
    attach: bool = setting(
        False,
        label="Attach to every row",
        help="Without comparing anything: for an answer that is the same for everybody.",
    )
    criteria: tuple[Criterion, ...] = setting(
        (), label="Linked where", help="All of them must hold.", shown_when={"attach": (False,)}
    )
    unmatched: Literal["stop", "drop", "keep"] = setting(
        "stop",
        label="Shortage",
        help="What happens to rows without the one linked row that is promised.",
        choices={"stop": "Stop, before any message", "drop": "Leave them out", "keep": "Keep them without it"},
        shown_when={"cardinality": ("1",)},
    )
    multiple: Literal["first", "stop"] = setting(
        "first",
        label="More than one linked row",
        help="What happens where there are several although at most one is promised.",
        choices={"first": "Take the first and say so", "stop": "Stop"},
        shown_when={"cardinality": ("0..1",)},
    )
    unique: str = setting(
        "",
        label="Given to one row only",
        help="A column of the linked table that no two rows may have the same value of, such as a voucher code. "
        "Where rows are linked by line number, a column named like a code is taken.",
        editor="column",
        shown_when={"cardinality": ("1",), "attach": (False,)},
    )
    repeated: Literal["stop", "warn"] = setting(
        "stop",
        label="If two rows would share one",
        help="What happens when two rows would get the same value.",
        choices={"stop": "Stop, before any message", "warn": "Say so and go on"},
        shown_when={"cardinality": ("1",), "attach": (False,)},
    )

    @property
    def name(self) -> str:
        """Return the id, or the name of the source where there is none."""
        return self.id or self.source.partition(".")[0].replace("-", "_")


class Sorting(ActivitySettings):
    """An expression to sort linked rows by. Rows without a value come last."""

    expression: str = setting("", label="Expression", editor="expression")
    direction: Literal["ascending", "descending"] = setting(
        "ascending",
        label="Order",
        choices={"ascending": "Smallest first", "descending": "Largest first"},
    )


class Collection(ActivitySettings):
    """The first linked rows of each row, as a list that a message can loop over."""

    id: str = setting("", label="ID", help="The list is reached by this name.")
    relation: str = setting("", label="Relation", help="The ID of the relation whose rows are gathered.")
    lines: int = setting(2, label="Lines to retrieve", ge=1, le=100)
    sort: tuple[Sorting, ...] = setting((), label="Sorted by")
    filter: str = setting("", label="Only rows where", editor="condition")
    fields: tuple[SimpleField, ...] = setting(
        (), label="Fields", help="Columns or expressions of the linked table; none: all its columns."
    )
    as_columns: bool = setting(
        False,
        label="Also as single columns",
        help="One column for each field of each line, such as offers1_title and offers2_title.",
    )


class Aggregate(ActivitySettings):
    """One value worked out over all linked rows of each row."""

    id: str = setting("", label="ID", help="The value is reached by this name.")
    relation: str = setting("", label="Relation", help="The ID of the relation whose rows are counted.")
    function: Literal["count", "count-distinct", "sum", "avg", "min", "max"] = setting(
        "count",
        label="Function",
        choices={
            "count": "Number of rows",
            "count-distinct": "Number of different values",
            "sum": "Sum",
            "avg": "Average",
            "min": "Smallest",
            "max": "Largest",
        },
    )
    expression: str = setting(
        "",
        label="Expression",
        editor="expression",
        shown_when={"function": ("count-distinct", "sum", "avg", "min", "max")},
    )
    filter: str = setting("", label="Only rows where", editor="condition")
    label: str = setting("", label="Label")


class EnrichmentSettings(ActivitySettings):
    """Relations to the linked tables, and what is added to the rows of the primary set (ACS 2.3)."""

    keep_all: bool = setting(
        True,
        label="Keep all additional data from the main set",
        help="Otherwise only the key of each row goes on, with what is added here.",
        group="Primary set",
    )
    relations: tuple[Relation, ...] = setting((), label="Relations", group="Relations")
    columns: tuple[SimpleField, ...] = setting(
        (),
        label="Simple fields",
        help="Columns worked out of the primary set and its links, such as weather.sky.",
        group="Additional data",
    )
    collections: tuple[Collection, ...] = setting((), label="Collections", group="Additional data")
    aggregates: tuple[Aggregate, ...] = setting((), label="Aggregates", group="Additional data")

    def relation(self, name: str) -> Relation | None:
        """Return the relation called `name`; an empty name means the only one there is."""
        if not name and len(self.relations) == 1:
            return self.relations[0]
        return next((each for each in self.relations if each.name == name), None)
