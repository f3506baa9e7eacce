"""Everything that can be known to be wrong with a call before it is sent (ACS 1.11)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine.activities.external_api.authorization import check_authorization
from engine.activities.external_api.body import BAD_BODY, COUNT
from engine.activities.external_api.calling import NO_SAMPLE
from engine.activities.external_api.calls_checks import check_calls
from engine.activities.external_api.parity import check_sample, check_shape
from engine.activities.external_api.places import (
    check_host,
    check_places,
    secrets_in,
    texts_in,
    without_places,
)
from engine.activities.external_api.retrying import check_retry
from engine.activities.external_api.settings import ExternalApiSettings
from engine.activity import Design, Effect
from engine.errors import CampaignFlowError, Code, Finding, Level
from engine.expressions import schema_type_of
from engine.http_client import guardrails
from engine.http_client.models import looks_secret, shown_url
from engine.schema import TableSchema
from engine.settings.columns import check_columns
from engine.tables.json_columns import propose_columns
from engine.tables.json_text import read_json, too_deep
from engine.text import Text

OUTSIDE = Code("EXT-METHOD", "The method is none that Adobe Campaign Standard sends.")
GET_BODY = Code("EXT-GET-BODY", "A GET sends no body, so what is set for it is not sent.")
NOTHING_TO_SEND = Code("EXT-NO-ROWS", "Rows should be sent, but none arrive.")
CLEAR_SECRET = Code("EXT-CLEAR-SECRET", "What looks like a secret stands in clear in the flow.")
NO_COLUMNS = Code("EXT-NO-COLUMNS", "No columns are defined, so the answer gives no values.")
NO_KEY = Code("EXT-NO-KEY", "A column does not say where its values stand in the answer.")
DRIFT = Code("EXT-DRIFT", "The sample response and the column definition do not fit together.")
BY_POSITION = Code("EXT-BY-POSITION", "A column of a flattened answer takes its value from a place in a list.")
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
    yield from _check_columns(settings)
    yield from check_shape(settings.response, design.guardrails)
    yield from _check_sample(settings, design)
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


def _check_columns(settings: ExternalApiSettings) -> Iterator[Finding]:
    response = settings.response
    if not response.columns:
        text = Text("No columns are defined yet.")
        hint = Text("Send the call, or paste a sample and press Parse.")
        yield Finding(Level.WARNING, NO_COLUMNS, text, field="response.columns", hint=hint)
    yield from check_columns(response.columns, "response.columns")
    for place, column in enumerate(response.columns):
        field = f"response.columns.{place}.key"
        if not column.key:
            text = Text("The column “{id}” has no key, so its ID is taken for one.", id=column.id)
            yield Finding(Level.WARNING, NO_KEY, text, field=field, hint=Text("Say where it stands in the answer."))
    by_position = [column.id for column in response.columns if any(p.isdigit() for p in column.key.split("/")[1:])]
    if response.mode == "flatten" and by_position:
        text = Text(
            "“{id}” takes its value from a place in a list: another order of the answer changes what it means.",
            id=by_position[0],
        )
        hint = Text("Read the list as rows instead, if it has one.")
        yield Finding(Level.WARNING, BY_POSITION, text, field="response.mode", hint=hint)


def _check_sample(settings: ExternalApiSettings, design: Design) -> Iterator[Finding]:
    sample = settings.response.sample
    if sample in (None, ""):
        if settings.dry_run == "sample":
            words = Text("A dry run should use the sample response, but there is none.")
            yield Finding(Level.WARNING, NO_SAMPLE, words, field="response.sample", hint=Text("Paste one."))
        return
    text = sample if isinstance(sample, str) else json.dumps(sample, ensure_ascii=False)
    try:
        value = read_json(text, field="response.sample").value if text is sample else sample
        yield from check_sample(value, len(text.encode("utf-8", "surrogatepass")), design.guardrails)
        if too_deep(value) is None:
            yield from _compare(settings, value)
    except CampaignFlowError as error:
        finding = error.finding
        field = finding.field or "response.sample"
        yield Finding(Level.WARNING, finding.code, finding.text, field=field, hint=finding.hint)


def _compare(settings: ExternalApiSettings, sample: Any) -> Iterator[Finding]:
    """Yield the columns that the sample does not have."""
    response = settings.response
    if not response.columns:
        return
    is_flat = response.mode == "flatten"
    pointer, mode = (None, None) if is_flat else (response.pointer or None, response.mode)
    found = propose_columns(sample, flatten=is_flat, pointer=pointer, mode=mode)
    keys = {str(column["key"]) for column in found["columns"]}
    for place, column in enumerate(response.columns):
        key = column.key or column.id
        is_inside = not is_flat and key.startswith("/")
        if key not in keys and not column.ignore and not is_inside:
            text = Text("The sample has no “{key}” for the column “{id}”.", key=key, id=column.id)
            hint = Text("Parse the sample again, or remove the column.")
            yield Finding(Level.WARNING, DRIFT, text, field=f"response.columns.{place}.key", hint=hint)
