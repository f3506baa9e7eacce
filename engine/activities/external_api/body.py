"""The body of the request: `{"params": {"count": N, …}, "data": [one object for each inbound row]}` (ACS 1.3)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.activities.external_api.places import Places, as_json
from engine.activities.external_api.settings import ExternalApiSettings, RequestSettings
from engine.activity import Services
from engine.errors import Code, GuardrailError, SettingsError
from engine.expressions import ExpressionContext, Scope
from engine.schema import LINE_NUMBER
from engine.tables.interim import Table
from engine.text import Text

BAD_BODY = Code("EXT-BODY", "The body cannot be built of what the settings say.", acs="WKF-560249")
LARGE_BODY = Code("EXT-REQUEST-SIZE", "The body is larger than its limit.", acs="WKF-560250")

COUNT = "count"

_COLUMNS = "request.columns"
_CUSTOM = "request.custom"


def body_of(settings: ExternalApiSettings, table: Table | None, places: Places, services: Services) -> bytes | None:
    """Return the body for the rows of `table`, or None when there is nothing to send.

    Raises SettingsError naming `params` or `data`, and GuardrailError when it grows too large.
    """
    request = settings.request
    params = _params(request, table, places, services)
    limit = settings.limits.request_bytes
    members = []
    if params:
        members.append(f'"params":{_written(params, "params", _CUSTOM)}')
    if request.columns and table is not None:
        members.append(f'"data":[{",".join(_objects(request, table, services, limit))}]')
    if not members:
        return None
    body = ("{" + ",".join(members) + "}").encode("utf-8", "replace")
    if len(body) > limit:
        raise _too_large(limit)
    return body


def body_of_key(
    settings: ExternalApiSettings, count: int, objects: Sequence[Mapping[str, Any]], places: Places
) -> bytes | None:
    """Return the body of the call for one key, which `count` rows have; None when there is nothing to send."""
    request = settings.request
    params = {**({COUNT: count} if request.add_count else {}), **_custom(request, places)}
    members = []
    if params:
        members.append(f'"params":{_written(params, "params", _CUSTOM)}')
    if request.columns:
        members.append(f'"data":{_written(objects, "data", _COLUMNS)}')
    if not members:
        return None
    body = ("{" + ",".join(members) + "}").encode("utf-8", "replace")
    if len(body) > settings.limits.request_bytes:
        raise _too_large(settings.limits.request_bytes)
    return body


def template_of(settings: ExternalApiSettings, places: Places) -> bytes:
    """Return the shape of the body while the rows are not known: a count of 0, and paths in the place of values."""
    request = settings.request
    count = {COUNT: 0} if request.add_count else {}
    params = {**count, **_custom(request, places)}
    row = {column.name: f"[{column.field.replace('.', '/')}]" for column in request.columns}
    shape = {**({"params": params} if params else {}), **({"data": [row]} if row else {})}
    return _written(shape, "params", _CUSTOM).encode("utf-8", "replace") if shape else b""


def _params(request: RequestSettings, table: Table | None, places: Places, services: Services) -> dict[str, Any]:
    custom = _custom(request, places)
    if not request.add_count or table is None:
        return custom
    if COUNT in custom:
        raise SettingsError(
            BAD_BODY,
            Text("“params” would have two members called “count”."),
            hint=Text("Take “count” out of the customized fields, or switch “Add count parameter” off."),
            field=_CUSTOM,
        )
    return {COUNT: rows_in(table, services), **custom}


def rows_in(table: Table, services: Services) -> int:
    """Return the number of rows of a table."""
    return table.rows if table.rows is not None else services.tables.count(table.expr)


def _custom(request: RequestSettings, places: Places) -> dict[str, Any]:
    if request.custom in (None, ""):
        return {}
    if not isinstance(request.custom, Mapping):
        raise SettingsError(
            BAD_BODY,
            Text("“params” cannot be built: the customized fields are no JSON object."),
            hint=Text('Write an object like {"campaign": "SPRING26"}.'),
            field=_CUSTOM,
        )
    filled: dict[str, Any] = places.in_json(request.custom, _CUSTOM)
    return filled


def _objects(request: RequestSettings, table: Table, services: Services, limit: int) -> Iterator[str]:
    """Yield the object of each row as JSON, in the order of the table's key."""
    names = [column.name for column in request.columns]
    _refuse_doubles(names)
    shortest = sum(len(name) + len('"":null,') for name in names) + 1
    if rows_in(table, services) * shortest > limit:
        raise _too_large(limit)
    size = 0
    for row in services.tables.rows(_selected(request, table, services)):
        written = _written(
            {name: value_written(row[f"c{place}"]) for place, name in enumerate(names)}, "data", _COLUMNS
        )
        size += len(written) + 1
        if size > limit:
            raise _too_large(limit)
        yield written


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
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
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
