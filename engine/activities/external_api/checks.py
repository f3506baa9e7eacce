"""Everything that can be known to be wrong with a call before it is sent (ACS 1.11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.activities.external_api.authorization import check_authorization
from engine.activities.external_api.body import BAD_BODY
from engine.activities.external_api.calls_checks import check_calls
from engine.activities.external_api.places import (
    COUNT,
    DATA,
    check_host,
    check_places,
    members_in,
    places_in,
    secrets_in,
    texts_in,
    without_places,
)
from engine.activities.external_api.response_checks import check_response
from engine.activities.external_api.retrying import check_retry
from engine.activities.external_api.settings import ExternalApiSettings
from engine.activity import Design, Effect
from engine.errors import CampaignFlowError, Code, Finding, Level
from engine.expressions import schema_type_of
from engine.http_client import guardrails
from engine.http_client.models import looks_secret, shown_url
from engine.schema import TableSchema
from engine.text import Text

OUTSIDE = Code("EXT-METHOD", "The method is none that Adobe Campaign Standard sends.")
GET_BODY = Code("EXT-GET-BODY", "A GET sends no body, so what is set for it is not sent.")
OUTSIDE_BODY = Code("EXT-OUTSIDE-BODY", "The body is none that Adobe Campaign Standard builds.")
UNSENT = Code("EXT-UNSENT-COLUMNS", "Columns are chosen to be sent, but the body has no place for them.")
NOTHING_TO_SEND = Code("EXT-NO-ROWS", "Rows should be sent, but none arrive.")
CLEAR_SECRET = Code("EXT-CLEAR-SECRET", "What looks like a secret stands in clear in the flow.")
SPENDS_ALWAYS = Code("EXT-SPENDS-ALWAYS", "Every dry run spends something.")

_HEADERS = "request.headers"


def check(
    settings: ExternalApiSettings, schema: TableSchema | None, effect: Effect, design: Design
) -> Iterator[Finding]:
    """Yield what is wrong with the settings; `schema` is what arrives, None for nothing but the event."""
    rows = (COUNT,) if schema is not None else ()
    yield from _check_url(settings, design, rows)
    yield from _check_headers(settings, design, rows)
    yield from _check_custom(settings, design, rows)
    yield from _check_template(settings, design, rows)
    yield from _check_inbound_columns(settings, schema)
    yield from _check_method(settings, schema, design)
    yield from check_authorization(settings, design)
    yield from check_calls(settings, schema, design)
    yield from check_retry(settings)
    limits = settings.limits
    yield from guardrails.check_limits(limits.timeout_s, limits.response_bytes, limits.request_bytes, design.guardrails)
    yield from check_response(settings, design)
    if settings.dry_run == "live" and effect is Effect.SPENDS:
        text = Text("Every dry run calls, and spends something.")
        hint = Text("Replay the recorded answer instead.")
        yield Finding(Level.WARNING, SPENDS_ALWAYS, text, field="dry_run", hint=hint)


def _check_url(settings: ExternalApiSettings, design: Design, rows: Sequence[str]) -> Iterator[Finding]:
    url = settings.request.url
    places = [*check_host(url), *check_places(url, design.variables, "request.url", rows=rows)]
    yield from places
    if not any(finding.code.id == "EXT-HOST-PLACE" for finding in places):
        plain = without_places(url, is_keyed=settings.request.calls == "per-key")
        yield from guardrails.check_url(plain, design.guardrails)
    plain = without_places(url)
    if shown_url(plain) != plain:
        text = Text("The URL holds what looks like a secret, in clear.")
        hint = Text("Send it in a header or with an external account: its value is then kept in the keyring.")
        yield Finding(Level.WARNING, CLEAR_SECRET, text, field="request.url", hint=hint)


def _check_headers(settings: ExternalApiSettings, design: Design, rows: Sequence[str]) -> Iterator[Finding]:
    headers = settings.request.headers
    yield from guardrails.check_value("User-Agent", settings.request.user_agent, "request.user_agent")
    for place, header in enumerate(headers):
        field = f"{_HEADERS}.{place}"
        yield from check_places(header.value, design.variables, f"{field}.value", is_header=True, rows=rows)
        yield from guardrails.check_header(header.name, without_places(header.value), field)
        is_clear = not secrets_in([header.value]) and "{{" not in header.value
        if looks_secret(header.name, header.value) and is_clear:
            text = Text("The header “{name}” holds what looks like a secret, in clear.", name=header.name)
            hint = Text("Move it to the keyring, so that the flow holds only a reference.")
            yield Finding(Level.WARNING, CLEAR_SECRET, text, field=f"{field}.value", hint=hint)
    yield from guardrails.check_doubles({place: header.name for place, header in enumerate(headers)})


def _check_custom(settings: ExternalApiSettings, design: Design, rows: Sequence[str]) -> Iterator[Finding]:
    custom, field = settings.request.extra, "request.custom"
    if custom is None:
        return
    if not isinstance(custom, Mapping):
        text = Text("“params” cannot be built: the customized fields are no JSON object.")
        hint = Text("Write an object like {example}.", example='{"campaign": "SPRING26"}')
        yield Finding(Level.ERROR, BAD_BODY, text, field=field, hint=hint)
        return
    for each in texts_in(custom):
        yield from check_places(each, design.variables, field, rows=rows)
    yield from _check_clear(custom, field)
    if settings.request.add_count and rows and COUNT in custom:
        text = Text("“params” would have two members called “count”.")
        hint = Text("Take “count” out of the customized fields, or switch “Add count parameter” off.")
        yield Finding(Level.ERROR, BAD_BODY, text, field=field, hint=hint)


def _check_template(settings: ExternalApiSettings, design: Design, rows: Sequence[str]) -> Iterator[Finding]:
    request, field = settings.request, "request.template"
    if not request.is_free:
        return
    text = Text("A body of its own is outside what Adobe Campaign sends.")
    hint = Text("Let it be built as Adobe Campaign does.")
    yield guardrails.guardrail(OUTSIDE_BODY, text, design.guardrails, field="request.body", hint=hint)
    body = request.free_body
    if isinstance(body, str):
        text, hint = Text("The body is no JSON."), Text("Places stand in quotes: {example}.", example='"{{count}}"')
        yield Finding(Level.ERROR, BAD_BODY, text, field=field, hint=hint)
        return
    for each in texts_in(body):
        yield from check_places(each, design.variables, field, rows=(*rows, DATA) if rows else ())
    yield from _check_clear(body, field)
    has_place = DATA in places_in(texts_in(body))
    if has_place and rows and not request.columns:
        text, hint = Text("“data” has no columns."), Text("Choose the inbound columns that are sent for “{{data}}”.")
        yield Finding(Level.ERROR, BAD_BODY, text, field="request.columns", hint=hint)
    if request.columns and not has_place:
        text = Text("The inbound columns are not sent: “{{data}}” stands nowhere in the body.")
        hint = Text("Write {example} where the list of the rows belongs.", example='"{{data}}"')
        yield Finding(Level.WARNING, UNSENT, text, field=field, hint=hint)


def _check_clear(value: Any, field: str) -> Iterator[Finding]:
    """Yield the first member of a JSON value that holds in clear what looks like a secret."""
    clear = next((path for path, text in members_in(value) if "{{" not in text and looks_secret(path, text)), None)
    if clear is not None:
        text = Text("“{name}” of the body holds what looks like a secret, in clear.", name=clear)
        hint = Text("Send it in a header if the service allows: its value is then kept in the keyring.")
        yield Finding(Level.WARNING, CLEAR_SECRET, text, field=field, hint=hint)


def _check_inbound_columns(settings: ExternalApiSettings, schema: TableSchema | None) -> Iterator[Finding]:
    request = settings.request
    if schema is None:
        if request.columns:
            text = Text("Columns should be sent, but no rows arrive.")
            hint = Text("Wire a table to this activity, or remove the columns.")
            yield Finding(Level.WARNING, NOTHING_TO_SEND, text, field="request.columns", hint=hint)
        return
    seen: set[str] = set()
    for place, column in enumerate(request.columns):
        field = f"request.columns.{place}"
        try:
            schema_type_of(column.field.strip(), schema, field=f"{field}.field")
        except CampaignFlowError as error:
            yield error.finding
            continue
        if column.name in seen:
            text = Text("“data” would have two members called “{name}”.", name=column.name)
            hint = Text("Give one of the columns another name in the body.")
            yield Finding(Level.ERROR, BAD_BODY, text, field=f"{field}.alias", hint=hint)
        seen.add(column.name)


def _check_method(settings: ExternalApiSettings, schema: TableSchema | None, design: Design) -> Iterator[Finding]:
    request, field = settings.request, "request.method"
    if request.method in ("PUT", "PATCH", "DELETE"):
        text = Text("{method} is outside what Adobe Campaign sends.", method=request.method)
        yield guardrails.guardrail(
            OUTSIDE, text, design.guardrails, field=field, hint=Text("Choose Auto, GET or POST.")
        )
    sends_rows = schema is not None and (request.sends_count or request.sends_rows)
    has_more = request.extra is not None or request.free_body is not None
    if request.method == "GET" and (sends_rows or has_more):
        text = Text("GET sends no body: what is set for it is not sent.")
        yield Finding(Level.WARNING, GET_BODY, text, field=field, hint=Text("Choose Auto or POST."))
