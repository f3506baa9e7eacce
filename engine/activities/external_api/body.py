"""The body of the request: `{"params": {"count": N, …}, "data": [one object for each inbound row]}` (ACS 1.3).

Outside ACS it may be JSON of its own, in which places are filled in.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.activities.external_api.places import COUNT, DATA, Places, as_json, places_in, texts_in
from engine.activities.external_api.request_settings import RequestSettings
from engine.activities.external_api.settings import ExternalApiSettings
from engine.activity import Services
from engine.document import digits
from engine.errors import Code, GuardrailError, SettingsError
from engine.expressions import ExpressionContext, Scope
from engine.schema import LINE_NUMBER
from engine.tables.interim import Table
from engine.text import Text

BAD_BODY = Code("EXT-BODY", "The body cannot be built of what the settings say.", acs="WKF-560249")
LARGE_BODY = Code("EXT-REQUEST-SIZE", "The body is larger than its limit.", acs="WKF-560250")

_COLUMNS = "request.columns"
_CUSTOM = "request.custom"
_TEMPLATE = "request.template"

Row = Mapping[str, Any]


def body_of(settings: ExternalApiSettings, table: Table | None, places: Places, services: Services) -> bytes | None:
    """Return the body for the rows of `table`, or None when there is nothing to send.

    Raises SettingsError naming `params` or `data`, and GuardrailError when it grows too large.
    """
    request = settings.request
    count = rows_in(table, services) if table is not None and request.sends_count else None
    sends_rows = request.sends_rows and table is not None
    rows = _rows(request, table, services, settings.limits.request_bytes) if sends_rows and table is not None else None
    return _body(settings, count, rows, places)


def body_of_key(settings: ExternalApiSettings, count: int, objects: Sequence[Row], places: Places) -> bytes | None:
    """Return the body of the call for one key, which `count` rows have; None when there is nothing to send."""
    return _body(settings, count, objects if settings.request.sends_rows else None, places)


def template_of(settings: ExternalApiSettings, places: Places) -> bytes | None:
    """Return the shape of the body while the rows are not known: a count of 0, and paths in the place of values."""
    request = settings.request
    row = {column.name: f"[{column.field.replace('.', '/')}]" for column in request.columns}
    return _body(settings, 0, [row] if request.sends_rows else None, places)


def _body(settings: ExternalApiSettings, count: int | None, rows: Iterable[Row] | None, places: Places) -> bytes | None:
    """Return the body for `rows`, of which there are `count`; None for either: none arrive, or none are sent."""
    limit = settings.limits.request_bytes
    make = _free if settings.request.is_free else _like_campaign
    text = make(settings.request, count, rows, places, limit)
    body = text.encode("utf-8", "replace")
    refuse_large(body, limit)
    return body or None


def refuse_large(body: bytes | None, limit: int) -> None:
    """Raise GuardrailError for a body that is larger than it may be."""
    if len(body or b"") > limit:
        raise _too_large(limit)


def _like_campaign(
    request: RequestSettings, count: int | None, rows: Iterable[Row] | None, places: Places, limit: int
) -> str:
    params = _params(request, count, places)
    members = []
    if params:
        members.append(f'"params":{_written(params, "params", _CUSTOM)}')
    if rows is not None:
        members.append(f'"data":[{",".join(text for text, _ in _measured(rows, limit))}]')
    return f"{{{','.join(members)}}}" if members else ""


def _free(request: RequestSettings, count: int | None, rows: Iterable[Row] | None, places: Places, limit: int) -> str:
    if request.free_body is None:
        return ""
    _refuse_draft(request.free_body)
    known: dict[str, Any] = {} if count is None else {COUNT: count}
    if rows is not None:
        known[DATA] = [row for _, row in _measured(rows, limit)]
    elif DATA in places_in(texts_in(request.free_body)):
        raise _no_rows(request)
    filled = replace(places, rows={**places.rows, **known}).in_json(request.free_body, _TEMPLATE)
    return _written(filled, "the body", _TEMPLATE)


def _refuse_draft(value: Any) -> None:
    if isinstance(value, str):
        raise SettingsError(
            BAD_BODY,
            Text("The body is no JSON."),
            hint=Text("Places stand in quotes: {example}.", example='"{{count}}"'),
            field=_TEMPLATE,
        )


def _no_rows(request: RequestSettings) -> SettingsError:
    if not request.columns:
        text, hint = Text("“data” has no columns."), Text("Choose the inbound columns that are sent for “{{data}}”.")
        return SettingsError(BAD_BODY, text, hint=hint, field=_COLUMNS)
    text, hint = Text("“data” has no rows: none arrive."), Text("Wire a table to this activity, or take {{data}} out.")
    return SettingsError(BAD_BODY, text, hint=hint, field=_TEMPLATE)


def _params(request: RequestSettings, count: int | None, places: Places) -> dict[str, Any]:
    custom = _custom(request, places)
    if not request.add_count or count is None:
        return custom
    if COUNT in custom:
        raise SettingsError(
            BAD_BODY,
            Text("“params” would have two members called “count”."),
            hint=Text("Take “count” out of the customized fields, or switch “Add count parameter” off."),
            field=_CUSTOM,
        )
    return {COUNT: count, **custom}


def rows_in(table: Table, services: Services) -> int:
    """Return the number of rows of a table."""
    return table.rows if table.rows is not None else services.tables.count(table.expr)


def _custom(request: RequestSettings, places: Places) -> dict[str, Any]:
    if request.extra is None:
        return {}
    if not isinstance(request.extra, Mapping):
        raise SettingsError(
            BAD_BODY,
            Text("“params” cannot be built: the customized fields are no JSON object."),
            hint=Text('Write an object like {"campaign": "SPRING26"}.'),
            field=_CUSTOM,
        )
    filled: dict[str, Any] = places.in_json(request.extra, _CUSTOM)
    return filled


def _rows(request: RequestSettings, table: Table, services: Services, limit: int) -> Iterator[Row]:
    """Yield what is sent of each row, in the order of the table's key."""
    names = [column.name for column in request.columns]
    _refuse_doubles(names)
    shortest = sum(len(name) + len('"":null,') for name in names) + 1
    if rows_in(table, services) * shortest > limit:
        raise _too_large(limit)
    for row in services.tables.rows(_selected(request, table, services)):
        yield {name: value_written(row[f"c{place}"]) for place, name in enumerate(names)}


def _measured(rows: Iterable[Row], limit: int) -> Iterator[tuple[str, Row]]:
    """Yield each row as JSON and as it is. Raises GuardrailError as soon as they are too many."""
    size = 0
    for row in rows:
        written = _written(row, "data", _COLUMNS)
        size += len(written) + 1
        if size > limit:
            raise _too_large(limit)
        yield written, row


def _refuse_doubles(names: list[str]) -> None:
    doubled = next((name for name in names if names.count(name) > 1), None)
    if doubled is not None:
        raise SettingsError(
            BAD_BODY,
            Text("“data” would have two members called “{name}”.", name=doubled),
            hint=Text("Give one of the columns another name in the body."),
            field=f"{_COLUMNS}.{len(names) - 1 - names[::-1].index(doubled)}.alias",
        )


def _selected(request: RequestSettings, table: Table, services: Services) -> Any:
    """Return an expression with the value of each column as c0, c1, …, in the order of the key or the line number."""
    texts = [path_expression(column.field) for column in request.columns]
    context = ExpressionContext(services.now, services.seed, services.variables, services.resource)
    scope = Scope(table, texts, context, field=_COLUMNS)
    values = {f"c{place}": scope.value(text, field=f"{_COLUMNS}.{place}.field") for place, text in enumerate(texts)}
    order = table.schema.key or (LINE_NUMBER if table.schema.column(LINE_NUMBER) else "")
    expr = scope.expr.order_by(order) if order and order in scope.expr.columns else scope.expr
    return expr.select(**values)


def path_expression(path: str) -> str:
    """Return the expression that reads the column at a dotted path, whatever its names are."""
    return f"[{path.strip().replace('.', '/')}]"


def value_written(value: Any) -> Any:
    """Return a value of a row as JSON has it: numbers that are none are null."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list):
        return [value_written(each) for each in value]
    if isinstance(value, Mapping):
        return {name: value_written(each) for name, each in value.items()}
    return as_json(value)


def _written(value: Any, member: str, field: str) -> str:
    try:
        return digits.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        raise SettingsError(
            BAD_BODY,
            Text("“{member}” cannot be written as JSON.", member=member),
            hint=Text("Look for NaN, Infinity and values that JSON does not have."),
            field=field,
        ) from None


def _too_large(limit: int) -> GuardrailError:
    return GuardrailError(
        LARGE_BODY,
        Text("The body would be larger than {limit} bytes, so nothing was sent.", limit=limit),
        hint=Text("Send fewer rows or columns, or raise the limit under Limits."),
        field="limits.request_bytes",
    )
