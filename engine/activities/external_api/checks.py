"""Everything that can be known to be wrong with a call before it is sent (ACS 1.11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.activities.external_api.authorization import check_authorization
from engine.activities.external_api.body import BAD_BODY, COUNT
from engine.activities.external_api.calls_checks import check_calls
from engine.activities.external_api.places import (
    check_host,
    check_places,
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
NOTHING_TO_SEND = Code("EXT-NO-ROWS", "Rows should be sent, but none arrive.")
CLEAR_SECRET = Code("EXT-CLEAR-SECRET", "What looks like a secret stands in clear in the flow.")
SPENDS_ALWAYS = Code("EXT-SPENDS-ALWAYS", "Every dry run spends something.")

_HEADERS = "request.headers"


def check(
    settings: ExternalApiSettings, schema: TableSchema | None, effect: Effect, design: Design
) -> Iterator[Finding]:
    """Yield what is wrong with the settings; `schema` is what arrives, None for nothing but the event."""
    yield from _check_url(settings, design)
    yield from _check_headers(settings, design)
    yield from _check_custom(settings, schema, design)
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


def _check_url(settings: ExternalApiSettings, design: Design) -> Iterator[Finding]:
    url = settings.request.url
    places = [*check_host(url), *check_places(url, design.variables, "request.url")]
    yield from places
    if not any(finding.code.id == "EXT-HOST-PLACE" for finding in places):
        plain = without_places(url, is_keyed=settings.request.calls == "per-key")
        yield from guardrails.check_url(plain, design.guardrails)
    plain = without_places(url)
    if shown_url(plain) != plain:
        text = Text("The URL holds what looks like a secret, in clear.")
        hint = Text("Send it in a header: its value is then kept in the keyring.")
        yield Finding(Level.WARNING, CLEAR_SECRET, text, field="request.url", hint=hint)


def _check_headers(settings: ExternalApiSettings, design: Design) -> Iterator[Finding]:
    headers = settings.request.headers
    yield from guardrails.check_value("User-Agent", settings.request.user_agent, "request.user_agent")
    for place, header in enumerate(headers):
        field = f"{_HEADERS}.{place}"
        yield from check_places(header.value, design.variables, f"{field}.value", is_header=True)
        yield from guardrails.check_header(header.name, without_places(header.value), field)
        is_clear = not secrets_in([header.value]) and "{{" not in header.value
        if looks_secret(header.name, header.value) and is_clear:
            text = Text("The header “{name}” holds what looks like a secret, in clear.", name=header.name)
            hint = Text("Move it to the keyring, so that the flow holds only a reference.")
            yield Finding(Level.WARNING, CLEAR_SECRET, text, field=f"{field}.value", hint=hint)
    yield from guardrails.check_doubles({place: header.name for place, header in enumerate(headers)})


def _check_custom(settings: ExternalApiSettings, schema: TableSchema | None, design: Design) -> Iterator[Finding]:
    custom, field = settings.request.custom, "request.custom"
    if custom in (None, ""):
        return
    if not isinstance(custom, Mapping):
        text = Text("“params” cannot be built: the customized fields are no JSON object.")
        hint = Text("Write an object like {example}.", example='{"campaign": "SPRING26"}')
        yield Finding(Level.ERROR, BAD_BODY, text, field=field, hint=hint)
        return
    for each in texts_in(custom):
        yield from check_places(each, design.variables, field)
    plain = {name: value for name, value in custom.items() if isinstance(value, str) and "{{" not in value}
    clear = [name for name, value in plain.items() if looks_secret(name, value)]
    if clear:
        text = Text("The customized field “{name}” holds what looks like a secret, in clear.", name=clear[0])
        hint = Text("Send it in a header if the service allows: its value is then kept in the keyring.")
        yield Finding(Level.WARNING, CLEAR_SECRET, text, field=field, hint=hint)
    if settings.request.add_count and schema is not None and COUNT in custom:
        text = Text("“params” would have two members called “count”.")
        hint = Text("Take “count” out of the customized fields, or switch “Add count parameter” off.")
        yield Finding(Level.ERROR, BAD_BODY, text, field=field, hint=hint)


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
    sends_rows = schema is not None and (request.add_count or bool(request.columns))
    if request.method == "GET" and (sends_rows or request.custom):
        text = Text("GET sends no body: the count, the columns and the customized fields are not sent.")
        yield Finding(Level.WARNING, GET_BODY, text, field=field, hint=Text("Choose Auto or POST."))
