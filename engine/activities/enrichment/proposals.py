"""Proposes how an inbound table is linked: by name and type, then by how well the rows really match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.activities.enrichment.candidates import (
    Pair,
    is_likely_number,
    pairs_by_name,
    pairs_by_number,
    pairs_by_value,
    text_columns,
)
from engine.activities.enrichment.promises import match_sentence, shown_pairs
from engine.activities.enrichment.settings import Criterion, EnrichmentSettings, Relation
from engine.activities.enrichment.shape import tables_of
from engine.activities.enrichment.sides import sides
from engine.activity import SchemaInbound, Services, TableInbound
from engine.expressions import Scope
from engine.schema import ColumnType, TableSchema
from engine.settings.contexts import run_context
from engine.tables.interim import Table
from engine.tables.linking import Match, is_numbering, measure
from engine.text import Text

_MOST_TRIED = 6
"""The most pairs that are tried on the rows."""

_ROWS_LOOKED_AT = 2000
"""How many rows are looked at for values that two columns have in common."""


@dataclass(frozen=True, slots=True)
class _Tried:
    pairs: tuple[Pair, ...]
    match: Match

    @property
    def worth(self) -> tuple[bool, bool, float, int]:
        """Return what to sort by: anything found, single rows, share of the linked rows, rows that found one."""
        used = self.match.used / max(1, self.match.linked_rows)
        return self.match.matched > 0, self.match.multiple == 0, used, self.match.matched


def proposal(source: str, schemas: SchemaInbound, inbound: TableInbound, services: Services) -> Mapping[str, Any]:
    """Return how the transition `source` is best linked to the primary set; an empty mapping for no idea.

    A row number goes with the line number only where no columns are called alike, and is the promise of one linked
    row each. Where there is one linked row and nothing to compare, `attach` says that it goes to every row.
    """
    tables = tables_of(schemas)
    far = tables.linked.get(source) if tables is not None else None
    if tables is None or far is None:
        return {}
    named, numbered = pairs_by_name(tables.primary, far), pairs_by_number(tables.primary, far)
    near_rows, far_rows = _rows(inbound, "primary", ""), _rows(inbound, "linked", source)
    if near_rows is None or far_rows is None:
        likely = [pair for pair in numbered if is_likely_number(pair)]
        return _unmeasured(named, likely)
    found = _best([*_tried(source, named, inbound, services)])
    if found is not None and found.match.matched:
        return _measured(found, "n" if found.match.multiple else "0..1", tables.primary)
    alike = _best([*_tried(source, _pairs_alike(near_rows, far_rows, services), inbound, services)])
    if alike is not None and alike.match.matched:
        return _measured(alike, "n" if alike.match.multiple else "0..1", tables.primary)
    for pair in numbered:
        if is_numbering(services.tables, near_rows.expr, pair.near):
            return _measured(_try(source, (pair,), inbound, services), "1", tables.primary)
    if services.tables.count(far_rows.expr.limit(2)) == 1:
        return {"criteria": [], "attach": True, "cardinality": "1", "sentence": str(Text("One row, for everybody."))}
    return _measured(found, "0..1", tables.primary) if found is not None else {}


def _rows(inbound: TableInbound, place: str, name: str) -> Table | None:
    arrivals = inbound.get(place, ())
    return next((each.content for each in arrivals if not name or each.name == name), None)


def _pairs_alike(near: Table, far: Table, services: Services) -> list[Pair]:
    """Return the pairs of columns of texts that have values in common, by a look at some rows."""
    own = [column.id for column in far.schema.columns if column.type is ColumnType.TEXT]
    return pairs_by_value(_texts(near, text_columns(near.schema), services), _texts(far, own, services))


def _texts(table: Table, paths: Sequence[str], services: Services) -> Mapping[str, frozenset[str]]:
    """Return some of the texts in each column."""
    quoted = {path: f"[{path}]" for path in paths}
    scope = Scope(Table(table.expr.limit(_ROWS_LOOKED_AT), table.schema), list(quoted.values()), run_context(services))
    if not quoted:
        return {}
    values = {f"__text{place}": scope.value(text) for place, text in enumerate(quoted.values())}
    rows = services.tables.rows(scope.expr.select(**values))
    return {path: frozenset(row[name] for row in rows if row[name]) for path, name in zip(quoted, values, strict=True)}


def _tried(source: str, pairs: Sequence[Pair], inbound: TableInbound, services: Services) -> list[_Tried]:
    """Return the pairs with how well they match, each alone; and all together where no pair alone is enough."""
    tried = [_try(source, (pair,), inbound, services) for pair in pairs[:_MOST_TRIED]]
    best = _best(tried)
    if best is not None and best.match.multiple and len(tried) > 1:
        tried.append(_try(source, tuple(pairs[:_MOST_TRIED]), inbound, services))
    return tried


def _best(tried: Sequence[_Tried]) -> _Tried | None:
    return max(tried, key=lambda each: each.worth, default=None)


def _try(source: str, pairs: tuple[Pair, ...], inbound: TableInbound, services: Services) -> _Tried:
    criteria = tuple(Criterion(primary=pair.near, linked=pair.far) for pair in pairs)
    settings = EnrichmentSettings(relations=(Relation(source=source, criteria=criteria),))
    _, near, (far,) = sides(settings, inbound, run_context(services), services.tables)
    return _Tried(pairs, measure(services.tables, near, far.expr, far.keys, far.rows_in_all))


def _unmeasured(named: Sequence[Pair], numbered: Sequence[Pair]) -> Mapping[str, Any]:
    pairs = named[:1] or numbered[:1]
    if not pairs:
        return {}
    return {"criteria": _criteria(pairs), "cardinality": "0..1" if named else "1"}


def _measured(tried: _Tried, cardinality: str, schema: TableSchema) -> Mapping[str, Any]:
    return {
        "criteria": _criteria(tried.pairs),
        "cardinality": cardinality,
        "matched": tried.match.matched,
        "unmatched": tried.match.unmatched,
        "sentence": str(
            match_sentence(shown_pairs((each.near, each.far) for each in tried.pairs), tried.match, schema)
        ),
    }


def _criteria(pairs: Sequence[Pair]) -> list[Mapping[str, str]]:
    return [{"source": pair.near, "destination": pair.far} for pair in pairs]
