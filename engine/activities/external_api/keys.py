"""The keys of a call for each key: which values the inbound rows have, and their columns in the result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.activities.external_api.body import path_expression, rows_in, value_written
from engine.activities.external_api.places import as_text
from engine.activities.external_api.settings import ExternalApiSettings
from engine.activity import Services
from engine.errors import Code, GuardrailError, SettingsError
from engine.expressions import ExpressionContext, Scope, schema_type_of
from engine.schema import LINE_NUMBER, Column, ColumnType, TableSchema
from engine.tables.interim import Table
from engine.text import Text

TOO_MANY = Code("EXT-TOO-MANY-KEYS", "More keys arrive than calls may be made.")
NO_KEYS = Code("EXT-NO-KEYS", "A call for each key is asked for, but no key is named, or no rows arrive.")

ERROR = "_error"
"""The column of the result that says why there is nothing for a key."""

FIELD = "request.keys"
_LINE = "__line"


@dataclass(frozen=True, slots=True)
class Key:
    """The values that one call is made for, by name, how many rows have them, and what is sent of these rows."""

    values: Mapping[str, Any]
    count: int
    objects: Sequence[Mapping[str, Any]] = ()

    @property
    def words(self) -> str:
        """Return the values for people."""
        return ", ".join(as_text(value) for value in self.values.values())


@dataclass(frozen=True, slots=True)
class KeyColumns:
    """The columns that the keys add to the result."""

    keys: tuple[Column, ...]
    errors: tuple[Column, ...]

    @property
    def without_errors(self) -> KeyColumns:
        """Return the columns that the keys add to rejected rows and to further tables."""
        return KeyColumns(self.keys, ())

    def around(self, schema: TableSchema) -> TableSchema:
        """Return the schema of a result: keys first, why there is nothing last."""
        return TableSchema((*self.keys, *schema.columns, *self.errors))


def key_columns(settings: ExternalApiSettings, schema: TableSchema) -> KeyColumns:
    """Return the columns of the keys, with the types that arrive. Raises SettingsError for one that does not."""
    keys = tuple(
        Column(key.name, schema_type_of(key.field.strip(), schema, field=f"{FIELD}.{place}.field"))
        for place, key in enumerate(settings.request.keys)
    )
    has_errors = settings.request.on_key_error == "keep"
    return KeyColumns(keys, (Column(ERROR, ColumnType.TEXT, label="Error"),) if has_errors else ())


def keys_of(settings: ExternalApiSettings, table: Table | None, services: Services) -> Sequence[Key]:
    """Return the distinct keys of the rows in their order; rows where a part of the key is missing have none.

    Raises SettingsError, and GuardrailError for more of them than the settings allow.
    """
    request = settings.request
    if table is None or not request.keys:
        raise SettingsError(
            NO_KEYS,
            Text("There are no keys to call for."),
            hint=Text("Wire a table to this activity and choose its key columns, or make one call for all rows."),
            field=FIELD,
        )
    expr = _selected(settings, table, services)
    names = [f"k{place}" for place in range(len(request.keys))]
    counted = expr.group_by(names).agg(n=expr.count()).order_by(names)
    found = services.tables.rows(counted, request.most_keys + 1)
    if len(found) > request.most_keys:
        raise _too_many(services.tables.count(counted), request.most_keys)
    sent = _objects(settings, expr, services, len(found))
    return [
        Key(
            {key.name: row[name] for key, name in zip(request.keys, names, strict=True)},
            row["n"],
            sent.get(tuple(row[name] for name in names), ()),
        )
        for row in found
    ]


def _selected(settings: ExternalApiSettings, table: Table, services: Services) -> Any:
    """Return an expression with the parts of the key as k0, k1, …, and the columns to send as c0, c1, …."""
    request = settings.request
    paths = {f"k{place}": (key.field, f"{FIELD}.{place}.field") for place, key in enumerate(request.keys)}
    paths |= {
        f"c{place}": (column.field, f"request.columns.{place}.field") for place, column in enumerate(request.columns)
    }
    texts = {name: path_expression(path) for name, (path, _) in paths.items()}
    context = ExpressionContext(services.now, services.seed, services.variables, services.resource)
    scope = Scope(table, list(texts.values()), context, field=FIELD)
    values = {name: scope.value(text, field=paths[name][1]) for name, text in texts.items()}
    order = table.schema.key or (LINE_NUMBER if table.schema.column(LINE_NUMBER) else "")
    expr = scope.expr.order_by(order) if order and order in scope.expr.columns else scope.expr
    selected = expr.select(**values)
    return selected.filter([selected[name].notnull() for name in values if name.startswith("k")])


def _objects(
    settings: ExternalApiSettings, expr: Any, services: Services, keys: int
) -> Mapping[tuple[Any, ...], Sequence[Mapping[str, Any]]]:
    """Return what is sent of the rows of each key. Raises GuardrailError when that cannot fit any body."""
    request = settings.request
    if not request.columns:
        return {}
    limit = settings.limits.request_bytes * keys
    if services.tables.count(expr) > limit:
        raise _too_many(keys, keys)
    grouped: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in services.tables.rows(expr):
        sent = {column.name: value_written(row[f"c{place}"]) for place, column in enumerate(request.columns)}
        grouped.setdefault(tuple(row[f"k{place}"] for place in range(len(request.keys))), []).append(sent)
    return grouped


def _too_many(count: int, most: int) -> GuardrailError:
    return GuardrailError(
        TOO_MANY,
        Text("{count} keys arrive, and {most} may be called for, so nothing was called.", count=count, most=most),
        hint=Text("Raise the most keys under Calls, or let fewer rows arrive."),
        field="request.most_keys",
    )


def rows_without(table: Table, keys: Sequence[Key], services: Services) -> int:
    """Return how many rows have no key."""
    return rows_in(table, services) - sum(key.count for key in keys)


@dataclass(frozen=True, slots=True)
class Line:
    """The key of one row of the result, and the reason where the call for it failed."""

    key: Key
    error: str | None = None


def with_keys(table: Table, lines: Sequence[Line], columns: KeyColumns, services: Services) -> Table:
    """Return `table` with the keys of its rows, by line number, and a row for each line that is an error."""
    schema = TableSchema((Column(_LINE, ColumnType.INTEGER), *columns.keys, Column(ERROR, ColumnType.TEXT)))
    keys = services.tables.from_rows(list(_rows(lines)), schema).expr
    joined = keys.left_join(table.expr, keys[_LINE] == table.expr[LINE_NUMBER])
    kept = joined.filter(joined[LINE_NUMBER].notnull() | joined[ERROR].notnull()).order_by(_LINE)
    whole = kept.mutate(**{LINE_NUMBER: kept[_LINE]})
    promised = columns.around(table.schema)
    return Table(whole.select([whole[column.id] for column in promised.columns]), promised)


def _rows(lines: Sequence[Line]) -> Iterator[Mapping[str, Any]]:
    for number, line in enumerate(lines, 1):
        yield {_LINE: number, **line.key.values, ERROR: line.error}
