"""What can be known to be wrong with calls for each key and with pages, before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.activities.external_api.answer_tables import answer_tables
from engine.activities.external_api.keys import ERROR, FIELD, NO_KEYS
from engine.activities.external_api.pages import PAGES, no_place
from engine.activities.external_api.places import HOST_PLACE, keys_in, texts_in
from engine.activities.external_api.settings import ExternalApiSettings
from engine.activity import Design
from engine.errors import CampaignFlowError, Code, Finding, Level
from engine.expressions import schema_type_of
from engine.http_client import guardrails
from engine.schema import LINE_NUMBER, ColumnType, TableSchema
from engine.tables.json_text import with_value
from engine.text import Text

MANY_CALLS = Code("EXT-MANY-CALLS", "An activity makes more than the one call that Adobe Campaign makes.")
KEY_NAME = Code("EXT-KEY-NAME", "A key has no name, or one that cannot be used or is taken.")
KEY_PLACE = Code("EXT-KEY-PLACE", "A place in single braces names no key.")
SAME_CALLS = Code("EXT-SAME-CALLS", "No key stands in the request, so all calls are the same.")

_NAME = re.compile(r"[A-Za-z_][\w-]*")
_URL = "request.url"
_SIZE = "paging.size_parameter"


def check_calls(settings: ExternalApiSettings, schema: TableSchema | None, design: Design) -> Iterator[Finding]:
    """Yield what is wrong with the keys and the pages; `schema` is what arrives."""
    if settings.request.calls == "per-key":
        yield from _check_keys(settings, schema)
        yield from _check_places(settings)
    if settings.paging.by != "none":
        yield from _check_pages(settings)
    if settings.makes_many:
        field = "request.calls" if settings.request.calls == "per-key" else "paging.by"
        text = Text("More than one call may be made.")
        hint = Text("It makes one call for all rows, and reads one page.")
        yield guardrails.guardrail(MANY_CALLS, text, design.guardrails, field=field, hint=hint, is_harmless=True)


def _check_keys(settings: ExternalApiSettings, schema: TableSchema | None) -> Iterator[Finding]:
    request = settings.request
    if not request.keys:
        text, hint = Text("No key is chosen."), Text("Choose the columns whose values tell the calls apart.")
        yield Finding(Level.ERROR, NO_KEYS, text, field=FIELD, hint=hint)
    if schema is None:
        text = Text("There is a call for each key, but no rows arrive.")
        hint = Text("Wire a table to this activity, or make one call.")
        yield Finding(Level.ERROR, NO_KEYS, text, field=FIELD, hint=hint)
    tables = answer_tables(settings.response)
    taken = {rule.id.lower(): rule.id for table in tables for rule in table.rules}
    taken |= {LINE_NUMBER.lower(): LINE_NUMBER, ERROR: ERROR, "_reason": "_reason"}
    for place, key in enumerate(request.keys):
        field = f"{FIELD}.{place}"
        if not _NAME.fullmatch(key.name) or key.name.lower() in taken:
            text = Text("“{name}” cannot be the name of a key, or is one of the other columns.", name=key.name)
            hint = Text("Give it another name, or remove the column “{name}” of the answer.", name=key.name)
            yield Finding(Level.ERROR, KEY_NAME, text, field=f"{field}.alias", hint=hint)
        taken[key.name.lower()] = key.name
        if schema is not None:
            yield from _check_column(key.field.strip(), schema, f"{field}.field")


def _check_column(path: str, schema: TableSchema, field: str) -> Iterator[Finding]:
    try:
        type = schema_type_of(path, schema, field=field)
    except CampaignFlowError as error:
        yield error.finding
        return
    if type is ColumnType.LIST:
        text = Text("“{path}” holds lists, which cannot be a key.", path=path)
        yield Finding(Level.ERROR, KEY_NAME, text, field=field, hint=Text("Choose a column with single values."))


def _check_places(settings: ExternalApiSettings) -> Iterator[Finding]:
    request = settings.request
    names, used = {key.name for key in request.keys}, keys_in(request.url)
    host = re.match(r"[^/?#]*(?://[^/?#]*)?", request.url)
    if host is not None and keys_in(host.group()):
        text = Text("The host of the URL cannot be a key.")
        yield Finding(Level.ERROR, HOST_PLACE, text, field=_URL, hint=Text("Write scheme and host out."))
    for name in sorted(set(used) - names):
        text = Text("“{{{name}}}” in the URL is no key.", name=name)
        hint = Text("Keys are: {names}.", names=", ".join(sorted(names)) or "–")
        yield Finding(Level.ERROR, KEY_PLACE, text, field=_URL, hint=hint)
    others = [header.value for header in request.headers] + [*texts_in(request.extra), *texts_in(request.free_body)]
    is_used = any(set(keys_in(text)) & names for text in (request.url, *others)) or request.sends_rows
    if names and not is_used:
        text = Text("No key stands in the request, so all calls are the same.")
        hint = Text("Write {example} into the URL.", example=f"{{{min(names)}}}")
        yield Finding(Level.WARNING, SAME_CALLS, text, field=_URL, hint=hint)


def _check_pages(settings: ExternalApiSettings) -> Iterator[Finding]:
    paging = settings.paging
    if paging.by in ("next", "cursor") and not paging.pointer.strip("/ "):
        text = Text("It is not said where the next page stands in the answer.")
        hint = Text("Write a JSON pointer such as {example}.", example="/meta/next")
        yield Finding(Level.ERROR, PAGES, text, field="paging.pointer", hint=hint)
    if paging.by in ("page", "offset") and settings.response.mode == "flatten":
        text = Text("A flattened answer is one row, so no page is ever empty and the last one cannot be told.")
        hint = Text("Read a list as rows, or ask for pages in another way.")
        yield Finding(Level.ERROR, PAGES, text, field="paging.by", hint=hint)
    if paging.by in ("page", "offset") and paging.size_parameter and not paging.size:
        text = Text("“{name}” is not sent, because the rows of a page are not known.", name=paging.size_parameter)
        yield Finding(Level.WARNING, PAGES, text, field="paging.size", hint=Text("Say how many rows a page has."))
    if paging.is_in_body:
        yield from _check_body(settings)


def _check_body(settings: ExternalApiSettings) -> Iterator[Finding]:
    """Yield what is wrong with pages that the body asks for."""
    request, paging = settings.request, settings.paging
    if request.method in ("GET", "DELETE"):
        text = Text("{method} sends no body, so it cannot ask for the next page there.", method=request.method)
        yield Finding(Level.ERROR, PAGES, text, field="paging.place", hint=Text("Choose Auto or POST."))
    shape = request.free_body if isinstance(request.free_body, Mapping | list) else {}
    sized = [paging.size_parameter] if paging.by != "cursor" and paging.size and paging.size_parameter else []
    for pointer, field in ((paging.body_pointer, "paging.body_pointer"), *((each, _SIZE) for each in sized)):
        try:
            with_value(shape, pointer, 0)
        except LookupError:
            yield replace(no_place(pointer), field=field)
