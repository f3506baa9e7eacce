"""Rows with all that their expressions may reach: own columns, stored links, and `target` by its key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from engine.errors import Code, SettingsError
from engine.expressions.compile import UNKNOWN_COLUMN, Compiler
from engine.expressions.context import ExpressionContext
from engine.expressions.parse import parse
from engine.schema import LINE_NUMBER, TARGET, ColumnType, TableSchema
from engine.tables.interim import Table
from engine.tables.types import column_of, ibis_schema_of
from engine.text import Text

if TYPE_CHECKING:
    import ibis

NOT_A_CONDITION = Code("EXP-NO-CONDITION", "A condition is needed, but the expression gives a value.")
NO_COLUMN_TYPE = Code("EXP-NO-COLUMN-TYPE", "The expression gives something that no column can hold.")


class Scope:
    """A table whose rows the expressions `texts` can be computed for.

    `expr` has the table's own columns and, where an expression reads `target.…`, helper columns joined from
    the dimension's resource; `own_columns` takes the helpers away again. Rows never multiply: a resource's
    key is unique.
    """

    def __init__(self, table: Table, texts: Sequence[str], context: ExpressionContext, *, field: str = "") -> None:
        """Join what `texts` need. Raises SettingsError for an expression that cannot be parsed."""
        self._table = table
        self._context = context
        self._helpers: dict[str, str] = {}
        paths = {path for text in texts for path in parse(text, field=field).paths}
        self.expr: ibis.Table = self._with_target(sorted(path for path in paths if self._is_looked_up(path)))

    @property
    def _schema(self) -> TableSchema:
        return self._table.schema

    def _is_looked_up(self, path: str) -> bool:
        link = self._schema.link(TARGET)
        head, _, rest = path.partition(".")
        return head == TARGET and link is not None and not link.is_stored and link.schema.column(rest) is not None

    def _with_target(self, paths: Sequence[str]) -> ibis.Table:
        if not paths or self._context.resource is None:
            return self._table.expr
        resource = self._context.resource(self._schema.dimension)
        self._helpers = {path: f"__{path.replace('.', '_')}" for path in paths}
        key = "__target_key"
        looked_up = resource.expr.select(
            **{key: resource.expr[resource.schema.key]},
            **{helper: resource.expr[path.partition(".")[2]] for path, helper in self._helpers.items()},
        )
        joined = self._table.expr.left_join(looked_up, self._table.expr[self._schema.key] == looked_up[key])
        return joined.drop(key)

    def value(self, text: str, *, field: str = "") -> ibis.Value:
        """Return the value of an expression for each row. Raises SettingsError."""
        known = [path for path, _ in self._schema.paths()]
        compiler = Compiler(parse(text, field=field), self._column, known, self._row_id, self._context, field)
        return compiler.value()

    def condition(self, text: str, *, field: str = "") -> ibis.BooleanValue:
        """Return a condition for each row: True, False, or NULL where it cannot be said. Raises SettingsError."""
        value = self.value(text, field=field)
        if not value.type().is_boolean():
            raise SettingsError(
                NOT_A_CONDITION,
                Text("“{text}” is a value, but a condition is needed.", text=text),
                hint=Text("Compare it with something: age > 21."),
                field=field,
            )
        return value

    def own_columns(self, expr: ibis.Table) -> ibis.Table:
        """Return `expr` without the helper columns of this scope."""
        return expr.drop(*self._helpers.values()) if self._helpers else expr

    def _column(self, path: str) -> Any | None:
        if path in self._helpers:
            return self.expr[self._helpers[path]]
        if self._schema.column(path) is None:
            return None
        head, *rest = path.split(".")
        value = self.expr[head] if head in self.expr.columns else None
        for name in rest:
            value = value[name] if value is not None else None
        return value

    def _row_id(self) -> Any | None:
        import ibis

        order = self._schema.key or (LINE_NUMBER if self._schema.column(LINE_NUMBER) else "")
        if not order or order not in self.expr.columns:
            return None
        return (ibis.row_number().over(order_by=self.expr[order]) + 1).cast("int64")


@dataclass(frozen=True, slots=True)
class _Unbound:
    """Empty tables of the schemas of resources, for types alone."""

    schemas: Mapping[str, TableSchema]

    def __call__(self, name: str) -> Table:
        return unbound(self.schemas[name])


@lru_cache(maxsize=256)
def unbound(schema: TableSchema) -> Table:
    """Return a table of `schema` without any rows or engine: enough to know types."""
    import ibis

    return Table(ibis.table(ibis_schema_of(schema), name="rows"), schema)


def scope_of(schema: TableSchema, texts: Sequence[str], context: ExpressionContext, *, field: str = "") -> Scope:
    """Return a scope over no rows at all, for checking expressions against a schema."""
    link = schema.link(TARGET)
    resource = _Unbound({schema.dimension: link.schema}) if link is not None else None
    known = ExpressionContext(context.now, context.seed, context.variables, resource)
    return Scope(unbound(schema), texts, known, field=field)


def type_of(text: str, schema: TableSchema, context: ExpressionContext, *, field: str = "") -> ColumnType:
    """Return the type of an expression over rows of `schema`, without data. Raises SettingsError.

    What has been asked before is known at once: an edit changes one expression of many.
    """
    variables = tuple(sorted((name, type(value).__name__) for name, value in context.variables.items()))
    return _type_of(text, schema, variables, field)


_EXAMPLES: Mapping[str, Any] = {"bool": True, "int": 1, "float": 1.0}
"""A value for each type that a variable can have beside text: the type of an expression depends on nothing more."""


@lru_cache(maxsize=1024)
def _type_of(text: str, schema: TableSchema, variables: tuple[tuple[str, str], ...], field: str) -> ColumnType:
    values = {name: _EXAMPLES.get(kind, "") for name, kind in variables}
    context = ExpressionContext(datetime(2000, 1, 1), variables=values)
    value = scope_of(schema, [text], context, field=field).value(text, field=field)
    column = column_of("value", value.type())
    if column is None and value.type().is_null():
        return ColumnType.TEXT
    if column is None:
        raise SettingsError(
            NO_COLUMN_TYPE, Text("“{text}” gives something that no column can hold.", text=text), field=field
        )
    return column.type


def schema_type_of(path: str, schema: TableSchema, *, field: str = "") -> ColumnType:
    """Return the type of the column at `path`. Raises SettingsError when the schema has no such column."""
    column = schema.column(path)
    if column is None:
        raise SettingsError(
            UNKNOWN_COLUMN,
            Text("The column “{path}” does not arrive here.", path=path),
            hint=Text("Choose one of: {names}.", names=", ".join(name for name, _ in schema.paths())),
            field=field,
        )
    return column.type
