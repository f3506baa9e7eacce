"""The columns of what leaves a call: the rows of its answer, the rejected ones, and the row of a failed request."""

from __future__ import annotations

from engine.activities.external_api.answer_settings import RESULT
from engine.activities.external_api.answer_tables import answer_tables
from engine.activities.external_api.keys import key_columns
from engine.activities.external_api.settings import ExternalApiSettings
from engine.errors import SettingsError
from engine.schema import Column, ColumnType, TableSchema

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


def schemas_of(settings: ExternalApiSettings, arriving: TableSchema | None) -> dict[str, TableSchema]:
    """Return the schemas of all tables and their rejects; none where the keys are columns not known to arrive."""
    tables = answer_tables(settings.response)
    found = {name: schema for table in tables for name, schema in table.schemas.items()}
    if settings.request.calls == "one":
        return found
    try:
        columns = key_columns(settings, arriving) if arriving is not None else None
    except SettingsError:
        columns = None  # the check says so
    if columns is None:
        return {}
    return {
        name: (columns if name == RESULT else columns.without_errors).around(schema) for name, schema in found.items()
    }
