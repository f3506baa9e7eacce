"""What a Segmentation is told: its segments in order, and what becomes of the rows (ACS 2.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from engine.activity import ActivitySettings, setting
from engine.settings.rule_model import RuleGroup

COMPLEMENT: Final = "complement"
RESULT: Final = "result"
CODE: Final = "segmentCode"
"""The column that says which segment a row is in."""


class Ordering(ActivitySettings):
    """An expression to sort by."""

    expression: str = setting("", label="Sort by", help="A column or an expression.", editor="expression")
    direction: Literal["ascending", "descending"] = setting(
        "ascending",
        label="Order",
        choices={"ascending": "The smallest first", "descending": "The largest first"},
    )


class GroupSize(ActivitySettings):
    """How many rows are taken of those with one value."""

    value: str = setting("", label="Value", help="A value of the grouping field.")
    size: float = setting(0, label="Size", help="How many rows with it, or how many percent of them.", ge=0)


class Limit(ActivitySettings):
    """How many of the rows that fit a segment takes; the others stay for the segments after it."""

    kind: Literal["count", "percent"] = setting(
        "percent",
        label="Type of limit",
        help="Percent are counted of the initial population, whatever the segments before have taken.",
        choices={"count": "Maximum number of rows", "percent": "Percent of the initial population"},
    )
    size: float = setting(10, label="Size", help="Parts of a row are left out: 10 % of 25 are 2.", ge=0)
    sampling: Literal["random", "ordered"] = setting(
        "random",
        label="Sampling",
        help="Random rows are the same in every run with the seed of the flow.",
        choices={"random": "Random", "ordered": "Ordered: the first ones"},
    )
    orders: tuple[Ordering, ...] = setting((), label="Order of the rows", help="For ordered sampling.")
    groups: tuple[str, ...] = setting(
        (),
        label="By grouping",
        help="The limit then holds for the rows of each value of these fields.",
        editor="expression",
    )
    sizes: tuple[GroupSize, ...] = setting(
        (), label="Sizes by value", help="For one grouping field; a value that is not listed has the size above."
    )


class Segment(ActivitySettings):
    """A part of the rows. Its id names its transition and stays when the label changes."""

    label: str = setting("", label="Transition label", help="What the transition of the segment is called.")
    id: str = setting(label="ID", help="Names the transition in the file.", pattern=r"^[A-Za-z_][A-Za-z0-9_-]{0,63}$")
    code: str = setting(
        "",
        label="Segment code",
        help="Goes on with the rows as the column segmentCode; {{vars.campaign}} or {{region}} make it dynamic.",
        editor="template-line",
    )
    filter: RuleGroup = setting(RuleGroup(), label="Filter", help="Which rows belong here; without a rule all of them.")
    condition: str = setting(
        "", label="Advanced expression", help="A condition that the rows must meet as well.", editor="condition"
    )
    limit: Limit | None = setting(None, label="Limit", help="Takes a part of the rows that fit.")
    skip_empty: bool = setting(False, label="Do not activate the transition if empty")
    exclude: bool = setting(
        False,
        label="Exclude segment",
        help="The rows of the segment go no further: they are neither in a transition nor in the complement.",
    )

    @property
    def name(self) -> str:
        """Return what people call the segment."""
        return self.label or self.id

    @property
    def takes_all(self) -> bool:
        """Return whether no row is left when the segment has taken its own."""
        return not (self.filter.rules or self.condition.strip() or self.limit)


class SegmentationSettings(ActivitySettings):
    """The segments in order, and what becomes of the rows."""

    segments: tuple[Segment, ...] = setting(
        (Segment(id="segment1", label="Segment 1"),),
        label="Segments",
        help="A row goes to the first segment whose filter it meets.",
    )
    output: Literal["each", "one"] = setting(
        "each",
        label="Transitions",
        help="In one transition the column segmentCode tells the segments apart.",
        choices={"each": "One transition per segment", "one": "All segments in one transition"},
    )
    overlap: bool = setting(
        False,
        label="Enable overlapping of outbound populations",
        help="A row then goes to every segment whose filter it meets.",
    )
    concatenate: bool = setting(
        False,
        label="Concatenate the code of each segment",
        help="A code that the rows have already is kept in front: SPRING-A.",
    )
    complement: bool = setting(
        False,
        label="Generate complement",
        help="A transition for the rows that no segment takes.",
    )

    def outgoing(self) -> Iterator[tuple[int, Segment]]:
        """Yield the segments whose rows go on, each with its place in the list."""
        return ((place, segment) for place, segment in enumerate(self.segments) if not segment.exclude)
