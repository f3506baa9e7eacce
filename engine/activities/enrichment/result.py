"""Links the verified sides and puts the rows of the result together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.activities.enrichment.additions import with_additions
from engine.activities.enrichment.promises import Relating, measured, sentence, verify
from engine.activities.enrichment.settings import EnrichmentSettings
from engine.activities.enrichment.shape import Tables, result_schema, stored, with_links
from engine.activities.enrichment.sides import Far, sides
from engine.activity import Services, TableInbound
from engine.expressions import ExpressionContext, Scope
from engine.schema import TableSchema
from engine.settings.additional import names_of
from engine.settings.contexts import run_context
from engine.tables.interim import Table
from engine.tables.linking import Match, linked, packed
from engine.tables.ranking import ranked, tie_break

if TYPE_CHECKING:
    import ibis

_RANK = "__rank"


def enriched(settings: EnrichmentSettings, inbound: TableInbound, services: Services) -> Table:
    """Return the rows of the primary set with their links and additional data.

    Every relation is measured and verified before anything is linked. Raises DataError, SettingsError.
    """
    context = run_context(services)
    primary, near, fars = sides(settings, inbound, context, services.tables)
    matches = _verified([Relating(primary, near, far, services) for far in fars])
    added: dict[str, str] = {}
    for far, match in zip(fars, matches, strict=True):
        near = _with_link(near, far, match)
        near, names = with_additions(settings, near, far)
        added.update(names)
    tables = Tables(primary.schema, {far.relation.source: far.table.schema for far in fars})
    return _assembled(settings, tables, near, added, context)


def _verified(relatings: list[Relating]) -> list[Match]:
    """Measure all relations, report how they match, then hold each to its promise."""
    matches = []
    for relating in relatings:
        relating.services.check_cancelled()
        matches.append(measured(relating))
    if relatings:
        pairs = list(zip(relatings, matches, strict=True))
        report = {relating.relation.name: _report(relating, match) for relating, match in pairs}
        relatings[0].services.report("match", report)
        for relating, match in pairs:
            verify(relating, match)
    return matches


def _report(relating: Relating, match: Match) -> dict[str, Any]:
    return {
        "matched": match.matched,
        "unmatched": match.unmatched,
        "multiple": match.multiple,
        "linked_rows": match.linked_rows,
        "sentence": str(sentence(relating, match)),
    }


def _with_link(near: ibis.Table, far: Far, match: Match) -> ibis.Table:
    """Return `near` with the linked row as a struct, where the relation is to a single row."""
    relation = far.relation
    if relation.cardinality == "n":
        return near
    rows = far.expr
    if match.multiple:
        numbered = ranked(rows, _RANK, [rows[key] for key in far.keys.far], tie_break(rows, far.table.schema))
        rows = numbered.filter(numbered[_RANK] == 1)
    schema = stored(far.table.schema)
    columns = [*(column.id for column in schema.columns), *(link.id for link in schema.links)]
    drops = relation.cardinality == "1" and relation.unmatched == "drop"
    return linked(near, packed(rows, far.keys, relation.name, columns), far.keys, drop_unmatched=drops)


def _assembled(
    settings: EnrichmentSettings, tables: Tables, near: ibis.Table, added: dict[str, str], context: ExpressionContext
) -> Table:
    """Return the table of the promised schema, its simple fields worked out over the linked rows."""
    linked_schema = with_links(settings, tables)
    scope = Scope(Table(near, linked_schema), [field.expression for field in settings.columns], context)
    simple = {
        name: scope.value(field.expression, field=f"columns.{place}.expression")
        for place, (field, name) in enumerate(zip(settings.columns, names_of(settings.columns), strict=True))
    }
    schema = result_schema(settings, tables, context)
    values = {name: scope.expr[column] for name, column in added.items()} | simple
    return Table(scope.expr.select(**{name: values.get(name, _own(scope, name)) for name in _stored(schema)}), schema)


def _own(scope: Scope, name: str) -> Any:
    return scope.expr[name] if name in scope.expr.columns else None


def _stored(schema: TableSchema) -> list[str]:
    return [*(column.id for column in schema.columns), *(link.id for link in schema.links if link.is_stored)]
