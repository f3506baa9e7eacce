"""The columns of what leaves a call: the rows of its answer, the rejected ones, and the row of a failed request."""

from __future__ import annotations

from engine.activities.external_api.keys import key_columns
from engine.activities.external_api.settings import ExternalApiSettings
from engine.errors import SettingsError
from engine.schema import Column, ColumnType, TableSchema
from engine.settings.columns import rules_of
from engine.tables.column_rules import good_schema, rejects_schema

RESULT, REJECTS = "result", "rejects"

FAILED_SCHEMA = TableSchema(
    (
        Column("status", ColumnType.INTEGER, label="Status"),
        Column("reason_code", ColumnType.TEXT, label="Code"),
        Column("reason", ColumnType.TEXT, label="Reason"),
        Column("url_redacted", ColumnType.TEXT, label="URL"),
        Column("attempt_count", ColumnType.INTEGER, label="Attempts"),
        Column("elapsed_ms", ColumnType.INTEGER, label="Milliseconds"),
        Column("started_at", ColumnType.DATE_TIME, label="Started at"),
    )
)
"""The one row of the transition “Failed request” (ACS 1.7)."""


def has_rejects(settings: ExternalApiSettings) -> bool:
    """Return whether rows may be rejected by the column definition."""
    policies = {column.on_error for column in settings.response.columns if not column.ignore}
    return bool(policies & {"reject", "reject-unmapped"})


def schemas_of(settings: ExternalApiSettings, arriving: TableSchema | None) -> dict[str, TableSchema]:
    """Return the schemas of result and rejects; none where the keys are columns that are not known to arrive."""
    rules = rules_of(settings.response.columns)
    found = {RESULT: good_schema(rules)}
    if has_rejects(settings):
        found[REJECTS] = rejects_schema(rules)
    if settings.request.calls == "one":
        return found
    try:
        columns = key_columns(settings, arriving) if arriving is not None else None
    except SettingsError:
        columns = None  # the check says so
    if columns is None:
        return {}
    around = {RESULT: columns, REJECTS: columns.for_rejects}
    return {name: around[name].around(schema) for name, schema in found.items()}
