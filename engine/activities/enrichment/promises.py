"""Verifies in every run what a relation promises, and says whom it concerns where the promise is broken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.activities.enrichment.recipients import MOST_NAMED, Recipient, first_recipients, named, people
from engine.activities.enrichment.settings import Relation
from engine.activities.enrichment.sides import Far
from engine.activity import Services
from engine.errors import Code, DataError, Level
from engine.schema import LINE_NUMBER, TARGET, ColumnType, TableSchema
from engine.settings.contexts import run_context
from engine.settings.written import column_path
from engine.tables.interim import Table
from engine.tables.linking import Match, measure, repeated_keys, shared_values, without_link
from engine.text import Text

if TYPE_CHECKING:
    import ibis

SHORTAGE = Code("DATA-SHORTAGE", "There are fewer linked rows than rows that were promised one each.")
SEVERAL = Code("DATA-SEVERAL", "A row has several linked rows, although its relation promises at most one.")
SHARED = Code("DATA-SHARED", "Two rows would get the same value, such as a voucher code, that nobody may share.")
NO_MATCH = Code("DATA-NO-MATCH", "Rows without a linked row, where the relation allows that.")
SURPLUS = Code("DATA-SURPLUS", "There are more linked rows than rows to give them to.")

_CODE_WORDS = ("code", "voucher", "coupon")


@dataclass(frozen=True, slots=True)
class Relating:
    """One relation in a run: the primary set, its rows with key columns, and the linked side."""

    primary: Table
    near: ibis.Table
    far: Far
    services: Services

    @property
    def relation(self) -> Relation:
        """Return the settings."""
        return self.far.relation

    @property
    def field(self) -> str:
        """Return where the relation stands in the settings."""
        return f"relations.{self.far.place}"

    @property
    def hands_out(self) -> bool:
        """Return whether linked rows are handed out one by one: by line number."""
        paths = (column_path(each.linked) for each in self.relation.criteria)
        return self.relation.cardinality == "1" and not self.relation.attach and LINE_NUMBER in paths

    def things(self, count: int) -> Text:
        """Return “3 codes”, or “3 rows” where the linked table has no codes."""
        if _code_column(self.far.table.schema):
            return Text.plural("{count} code", "{count} codes", count=count)
        return Text.plural("{count} row", "{count} rows", count=count)


def measured(relating: Relating) -> Match:
    """Return how the two sides match."""
    far = relating.far
    return measure(relating.services.tables, relating.near, far.expr, far.keys, far.rows_in_all)


def verify(relating: Relating, match: Match) -> None:
    """Raise DataError, or tell the run log, where the sides do not match as the relation promises."""
    if relating.relation.cardinality == "n":
        return
    if match.multiple:
        _tell_several(relating, match)
    if match.unmatched:
        _tell_unmatched(relating, match)
    if relating.hands_out and match.linked_rows > match.used:
        _tell_surplus(relating, match)
    _verify_shared(relating)


def sentence(relating: Relating, match: Match) -> Text:
    """Return the match in one line: “region = region, 100 % of 18 matched, 49 recipients unmatched”."""
    criteria = () if relating.relation.attach else relating.relation.criteria
    pairs = shown_pairs((each.primary, each.linked) for each in criteria)
    return match_sentence(pairs, match, relating.primary.schema)


def shown_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """Return pairs of columns as people read them: what is reached through the target is known by its name."""
    return ", ".join(f"{near.removeprefix(f'{TARGET}.')} = {far}" for near, far in pairs)


def match_sentence(pairs: str, match: Match, schema: TableSchema) -> Text:
    """Return how well the columns `pairs` match; without any, every row has the same linked row."""
    percent = 100 * match.used // match.linked_rows if match.linked_rows else 0
    return Text(
        "{pairs}, {percent} % of {count} matched, {people} unmatched",
        pairs=pairs or Text("attached to every row"),
        percent=percent,
        count=match.linked_rows,
        people=people(schema, match.unmatched),
    )


def _tell_several(relating: Relating, match: Match) -> None:
    far, relation = relating.far, relating.relation
    if relation.attach:
        text = Text(
            "“{source}” has {things}, but one is attached to every row.",
            source=far.title,
            things=relating.things(match.linked_rows),
        )
        details: dict[str, object] = {"relation": relation.name, "count": match.linked_rows}
    else:
        keys = repeated_keys(relating.services.tables, relating.near, far.expr, far.keys, MOST_NAMED)
        shown = ", ".join(f"{key} ({lines}×)" for key, lines in keys[:5])
        text = Text(
            "“{source}” has several rows for {people}, where the relation promises one: {keys}.",
            people=people(relating.primary.schema, match.multiple),
            source=far.title,
            keys=shown if len(keys) <= 5 else f"{shown}, …",
        )
        details = {"relation": relation.name, "keys": [{"key": key, "lines": lines} for key, lines in keys]}
    if relation.cardinality == "1" or relation.multiple == "stop":
        hint = Text("Put a Deduplication before it, link by more columns, or promise “at most one” and take the first.")
        raise DataError(SEVERAL, text, hint=hint, field=f"{relating.field}.cardinality", details=details)
    relating.services.note(Level.WARNING, Text("{text} The first is taken.", text=text), code=SEVERAL.id)


def _tell_unmatched(relating: Relating, match: Match) -> None:
    recipients = _without(relating)
    relation = relating.relation
    who = named(recipients, match.unmatched)
    if relation.cardinality == "1":
        _tell_shortage(relating, match, who, recipients)
        return
    text = Text(
        "“{source}” has no row for {people}: {who}.",
        people=people(relating.primary.schema, match.unmatched),
        source=relating.far.title,
        who=who,
    )
    relating.services.note(Level.INFO, text, code=NO_MATCH.id)


def _tell_shortage(relating: Relating, match: Match, who: Text, recipients: list[Recipient]) -> None:
    relation = relating.relation
    text = _shortage(relating, match)
    if relation.unmatched == "stop":
        told = Text("{text} Without one: {who}.", text=text, who=who)
        hint = Text("Choose what happens to the others under Shortage.")
        details: dict[str, object] = {
            "relation": relation.name,
            "count": match.unmatched,
            "recipients": [{"key": each.key, "name": each.name} for each in recipients],
        }
        raise DataError(SHORTAGE, told, hint=hint, field=f"{relating.field}.unmatched", details=details)
    if relation.unmatched == "drop":
        told = Text("{text} Left out: {who}.", text=text, who=who)
    else:
        told = Text("{text} Without one: {who}.", text=text, who=who)
    relating.services.note(Level.WARNING, told, code=SHORTAGE.id)


def _shortage(relating: Relating, match: Match) -> Text:
    schema, source = relating.primary.schema, relating.far.title
    if relating.hands_out:
        return Text(
            "“{source}” answered with {things} for {people} (short by {short}).",
            source=source,
            things=relating.things(match.linked_rows),
            people=people(schema, match.rows),
            short=match.unmatched,
        )
    return Text(
        "“{source}” has no row for {count} of {people}, where the relation promises one.",
        count=match.unmatched,
        people=people(schema, match.rows),
        source=source,
    )


def _without(relating: Relating) -> list[Recipient]:
    rows = without_link(relating.near, relating.far.expr, relating.far.keys)
    services = relating.services
    return first_recipients(rows, relating.primary, run_context(services), services.tables)


def _tell_surplus(relating: Relating, match: Match) -> None:
    text = Text(
        "“{source}” answered with {things} for {people}: {left} left over.",
        source=relating.far.title,
        things=relating.things(match.linked_rows),
        people=people(relating.primary.schema, match.rows),
        left=match.linked_rows - match.used,
    )
    relating.services.note(Level.INFO, text, code=SURPLUS.id)


def _verify_shared(relating: Relating) -> None:
    far, relation = relating.far, relating.relation
    column = relation.unique or (_code_column(far.table.schema) if relating.hands_out else "")
    if not column:
        return
    shared = shared_values(relating.services.tables, relating.near, far.expr, far.keys, column)
    if not shared:
        return
    text = Text(
        "“{source}” gives the same {column} to several: {values}.",
        source=far.title,
        column=column,
        values=", ".join(f"{value} ({rows}×)" for value, rows in shared[:5]),
    )
    if relation.repeated == "stop":
        hint = Text("Ask the owner of the service, or choose to go on under “If two rows would share one”.")
        details: dict[str, Any] = {"relation": relation.name, "values": [value for value, _ in shared[:MOST_NAMED]]}
        raise DataError(SHARED, text, hint=hint, field=f"{relating.field}.repeated", details=details)
    relating.services.note(Level.WARNING, text, code=SHARED.id)


def _code_column(schema: TableSchema) -> str:
    """Return the column of a linked table whose name says that it holds codes, or an empty string."""
    texts = [column.id for column in schema.columns if column.type is ColumnType.TEXT and not column.is_system]
    return next((id for id in texts if id.lower().endswith(_CODE_WORDS)), "")
