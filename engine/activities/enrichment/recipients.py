"""Names rows of the primary set for people: the key, and a name where the row or its target has one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from engine.expressions import ExpressionContext, Scope
from engine.personalization.recipients import name_of, naming_columns
from engine.schema import TableSchema
from engine.tables.interim import Table, TableStore
from engine.tables.ranking import tie_break
from engine.text import Text

if TYPE_CHECKING:
    import ibis

MOST_NAMED: Final = 20
"""The most rows that a problem names one by one."""

_IN_SENTENCE = 3


@dataclass(frozen=True, slots=True)
class Recipient:
    """A row of the primary set: its key as text, and what the person is called."""

    key: str
    name: str = ""

    def __str__(self) -> str:
        """Return the name with the key, `Dee Davis (4)`, or the key alone."""
        return f"{self.name} ({self.key})" if self.name else self.key


def first_recipients(
    rows: ibis.Table, primary: Table, context: ExpressionContext, store: TableStore
) -> list[Recipient]:
    """Return the first of `rows`, which are rows of the primary set, in the order of their key."""
    schema = primary.schema
    order = tie_break(rows, schema)
    first = rows.order_by([each.value for each in order]).limit(MOST_NAMED)
    paths = naming_columns(schema)
    scope = Scope(Table(first, schema), [f"[{path}]" for path in paths], context)
    names = {f"__name{place}": scope.value(f"[{path}]") for place, path in enumerate(paths)}
    keys = [each.value.get_name() for each in order]
    expr = scope.expr.select(*keys, **names) if names else scope.expr.select(*keys)
    found = store.rows(expr.order_by(keys))
    return [_recipient(row, keys, paths) for row in found]


def _recipient(row: Mapping[str, Any], keys: Sequence[str], paths: Sequence[str]) -> Recipient:
    named = {path: row[f"__name{place}"] for place, path in enumerate(paths)}
    return Recipient(", ".join(str(row[key]) for key in keys), name_of(named, paths, ""))


def people(schema: TableSchema, count: int) -> Text:
    """Return “4 recipients”, or “4 rows” where the rows are not of a targeting dimension."""
    if schema.dimension:
        return Text.plural("{count} recipient", "{count} recipients", count=count)
    return Text.plural("{count} row", "{count} rows", count=count)


def named(recipients: list[Recipient], count: int) -> Text:
    """Return the first `recipients` of `count` as words: “Ann (1), Bob (2) and 5 more”."""
    names = ", ".join(str(each) for each in recipients[:_IN_SENTENCE])
    more = count - min(len(recipients), _IN_SENTENCE)
    return Text("{names} and {more} more", names=names, more=more) if more > 0 else Text("{names}", names=names)
