"""What is wrong with expressions before anything runs, as findings."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding, SettingsError
from engine.expressions.context import ExpressionContext
from engine.expressions.scope import scope_of, type_of
from engine.schema import ColumnType, TableSchema


def expression_problems(
    text: str, schema: TableSchema, context: ExpressionContext, field: str, *, is_condition: bool = False
) -> Iterator[Finding]:
    """Yield what is wrong with an expression (or condition) over rows of `schema`; `field` is where it stands."""
    try:
        if is_condition:
            scope_of(schema, [text], context, field=field).condition(text, field=field)
        else:
            type_of(text, schema, context, field=field)
    except SettingsError as error:
        yield error.finding


def typed(
    text: str, schema: TableSchema, context: ExpressionContext, field: str
) -> tuple[ColumnType | None, tuple[Finding, ...]]:
    """Return the type of an expression over rows of `schema`, or None and what is wrong with it."""
    try:
        return type_of(text, schema, context, field=field), ()
    except SettingsError as error:
        return None, (error.finding,)
