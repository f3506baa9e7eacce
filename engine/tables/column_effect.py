"""What column rules do to lines, value by value: what came, what becomes of it, and why (ACS 1.6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, Literal

from engine.tables.column_judging import judged
from engine.tables.column_rule import ColumnRule
from engine.tables.column_rules import misfit, value_of
from engine.tables.interim import Table, TableStore
from engine.text import Text

Fate = Literal["kept", "changed", "empty", "emptied", "default", "rejected", "ignored"]
"""What becomes of a value. `empty` was empty and may be; `emptied` does not fit and is left out of its line."""

Reason = Text | None
"""What is wrong with a value, after its name: `is empty`; None where nothing is."""

RowSource = Literal["recording", "sample", "file"]

MOST_REJECTS: Final = 200
"""So many rejected lines are told with their reason."""
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class ColumnEffect:
    """The fate of a column's values, in the order of the lines, and the lines that any of the columns rejects.

    `lines` are (line number, text that came, value, fate, reason), `rejects` (line number, place of the column, text
    that came, reason) of the first of the `rejected`. `examples` has a text of each column, None where it has none.
    """

    lines: tuple[tuple[int, str | None, Any, Fate, Reason], ...]
    rejects: tuple[tuple[int, int, str | None, Reason], ...]
    rejected: int
    examples: tuple[str | None, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON, with how many values each fate has as `counts`."""
        return {
            "lines": [[*each, _told(reason)] for *each, reason in self.lines],
            "counts": dict(Counter(fate for _, _, _, fate, _ in self.lines)),
            "rejects": [[*each, _told(reason)] for *each, reason in self.rejects],
            "rejected": self.rejected,
            "examples": list(self.examples),
        }


@dataclass(frozen=True, slots=True)
class Unruled:
    """The first lines of an activity before its column rules, and where they come from.

    `table` has a text column `c0`, `c1`, … for each of the `rules`, and `lineNum`. `total` is the number of all lines,
    None where there are more and nobody counted them. `moment` is when a recorded answer came (ISO 8601).
    """

    table: Table
    rules: tuple[ColumnRule, ...]
    source: RowSource
    total: int | None = None
    moment: str = ""

    def told(self, store: TableStore, place: int, most: int) -> dict[str, Any]:
        """Return what the rule at `place` does to the lines, which are at most `most`, and what lines they are."""
        looked_at = most if self.total is None else min(self.total, most)
        origin = {"source": self.source, "moment": self.moment, "looked_at": looked_at, "total": self.total}
        return {**origin, **effect_of(store, self.table, self.rules, place).to_json()}


def effect_of(store: TableStore, table: Table, rules: Sequence[ColumnRule], place: int) -> ColumnEffect:
    """Return what the rule at `place` does to each line of `table`, whose columns are `c0`, `c1`, … and `lineNum`.

    Only the rules that matter are computed: that one, and those that reject lines. Raises SettingsError for a date
    format that cannot be read.
    """
    rejecting = {at: rule for at, rule in enumerate(rules) if rule.is_rejecting}
    asked = {place: rules[place]} if 0 <= place < len(rules) and not rules[place].is_ignored else {}
    needed = {**asked, **rejecting}
    named = [replace(rule, id=f"c{at}", is_ignored=at not in needed) for at, rule in enumerate(rules)]
    found = judged(store, table, named)
    columns = [found["line"], *(found[f"r{at}"] for at in range(len(rules))), *(found[f"p{at}"] for at in needed)]
    columns += [value_of(found, at, rule).name("value") for at, rule in asked.items()]
    rows = store.rows(found.select(columns).order_by("line"))
    rejects = [reject for row in rows if (reject := _reject(row, rejecting)) is not None]
    return ColumnEffect(
        tuple(_lines(rows, rules[place], place)) if 0 <= place < len(rules) else (),
        tuple(rejects[:MOST_REJECTS]),
        len(rejects),
        tuple(_cut(next((row[f"r{at}"] for row in rows if row[f"r{at}"]), None)) for at in range(len(rules))),
    )


def _lines(
    rows: Sequence[Mapping[str, Any]], rule: ColumnRule, place: int
) -> Iterator[tuple[int, str | None, Any, Fate, Reason]]:
    for row in rows:
        came = row[f"r{place}"]
        if rule.is_ignored:
            yield row["line"], _cut(came), None, "ignored", None
            continue
        value, problem = _plain(row["value"]), row[f"p{place}"]
        fate = _fate_of_misfit(rule, value) if problem else _fate(came, value)
        becomes = None if fate == "rejected" else value
        yield row["line"], _cut(came), _cut(becomes), fate, misfit(rule, problem) if problem else None


def _fate_of_misfit(rule: ColumnRule, value: Any) -> Fate:
    if rule.is_rejecting:
        return "rejected"
    return "default" if rule.has_default and value is not None else "emptied"


def _fate(came: str | None, value: Any) -> Fate:
    if value is None:
        return "empty"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return "kept" if text == came else "changed"


def _reject(row: Mapping[str, Any], rejecting: Mapping[int, ColumnRule]) -> tuple[int, int, str | None, Reason] | None:
    """Return why a line is rejected: its first value that does not fit."""
    place = next((place for place in rejecting if row[f"p{place}"]), None)
    if place is None:
        return None
    return row["line"], place, _cut(row[f"r{place}"]), misfit(rejecting[place], row[f"p{place}"])


def _told(reason: Reason) -> Mapping[str, Any] | None:
    return reason.to_json() if reason is not None else None


def _cut(value: Any) -> Any:
    return f"{value[:_LONGEST]}…" if isinstance(value, str) and len(value) > _LONGEST else value


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
