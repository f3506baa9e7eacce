"""Names rows of the primary set for people: the key, and a name where the row or its target has one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from engine.expressions import ExpressionContext, Scope
from engine.schema import LINE_NUMBER, TARGET, TableSchema
from engine.tables.interim import Table, TableStore
from engine.tables.ranking import tie_break
from engine.text import Text

if TYPE_CHECKING:
    import ibis

MOST_NAMED: Final = 20
"""The most rows that a problem names one by one."""

_IN_SENTENCE = 3
_NAMES = (("fullname",), ("firstname", "lastname"), ("name",), ("firstname",), ("lastname",), ("email",))


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
    orders = tie_break(rows, primary.schema)
    first = rows.order_by([order.value for order in orders]).limit(MOST_NAMED)
    paths = name_paths(primary.schema)
    texts = [f"[{path}]" for path in paths]
    scope = Scope(Table(first, primary.schema), texts, context)
    key = primary.schema.key or (LINE_NUMBER if primary.schema.column(LINE_NUMBER) else "")
    values: dict[str, Any] = {f"__name{place}": scope.value(text) for place, text in enumerate(texts)}
    if key:
        values["__key"] = scope.expr[key]
    expr = scope.expr.mutate(**values) if values else scope.expr
    found = store.rows(expr.order_by([expr[order.value.get_name()] for order in orders]))
    return [_recipient(row, len(paths)) for row in found]


def _recipient(row: dict[str, Any], count: int) -> Recipient:
    words = [str(row[f"__name{place}"]) for place in range(count) if row[f"__name{place}"] is not None]
    own = ", ".join(str(value) for value in row.values() if isinstance(value, str | int))
    return Recipient(str(row["__key"]) if "__key" in row else own, " ".join(words))


def name_paths(schema: TableSchema) -> tuple[str, ...]:
    """Return the columns that say what a row of `schema` is called, best first; empty when there are none."""
    found: dict[str, str] = {}
    for path, _ in schema.paths():
        head, _, rest = path.rpartition(".")
        if head in ("", TARGET):
            found.setdefault(re.sub(r"[^a-z]", "", rest.lower()), path)
    for words in _NAMES:
        if all(word in found for word in words):
            return tuple(found[word] for word in words)
    return ()


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
