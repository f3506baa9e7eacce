"""What can be known to be wrong with the tables of an answer: their names, lists and columns, and the sample."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from engine.activities.external_api.answer_settings import REJECTS, RESULT
from engine.activities.external_api.answer_tables import AnswerTable, answer_tables
from engine.activities.external_api.calling import NO_SAMPLE
from engine.activities.external_api.parity import check_format, check_sample, check_shape
from engine.activities.external_api.reading import sample_of, text_of
from engine.activities.external_api.settings import ExternalApiSettings
from engine.activity import Design
from engine.errors import CampaignFlowError, Code, Finding, Level
from engine.settings.columns import BAD_COLUMN_ID, check_columns
from engine.tables.json_columns import propose_columns
from engine.tables.json_nested import PARENT_LINE
from engine.tables.json_text import too_deep
from engine.text import Text

NO_COLUMNS = Code("EXT-NO-COLUMNS", "No columns are defined, so the answer gives no values.")
NO_KEY = Code("EXT-NO-KEY", "A column does not say where its values stand in the answer.")
DRIFT = Code("EXT-DRIFT", "The sample response and the column definition do not fit together.")
BY_POSITION = Code("EXT-BY-POSITION", "A column of a flattened answer takes its value from a place in a list.")
TABLE_NAME = Code("EXT-TABLE-NAME", "A further table of an answer has no name, or one that cannot be used or is taken.")
TABLE_PLACE = Code("EXT-TABLE-PLACE", "It is not said where the rows of a further table stand in the answer.")

_NAME = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_OTHERS = ("failed", "no_data")


def check_response(settings: ExternalApiSettings, design: Design) -> Iterator[Finding]:
    """Yield what is wrong with the tables of the answer and with the sample."""
    yield from check_format(settings.response, design.guardrails)
    yield from _check_names(settings)
    for table in answer_tables(settings.response):
        yield from _check_columns(table)
        yield from check_shape(table, design.guardrails)
    yield from _check_sample(settings, design)


def _check_names(settings: ExternalApiSettings) -> Iterator[Finding]:
    taken = {RESULT, REJECTS, *_OTHERS}
    for place, table in enumerate(settings.response.more):
        field = f"response.more.{place}"
        if not _NAME.fullmatch(table.id) or {table.id, f"{table.id}_{REJECTS}"} & taken:
            text = Text("“{name}” cannot be the ID of a further table, or is taken.", name=table.id)
            hint = Text("Choose another one of letters, digits, - and _.")
            yield Finding(Level.ERROR, TABLE_NAME, text, field=f"{field}.id", hint=hint)
        taken |= {table.id, f"{table.id}_{REJECTS}"}
        if not table.pointer.strip():
            text = Text(
                "It is not said where the rows of “{table}” stand in the answer.", table=table.label or table.id
            )
            hint = Text("Write a JSON pointer such as {example}.", example="/orders/*/lines")
            yield Finding(Level.ERROR, TABLE_PLACE, text, field=f"{field}.pointer", hint=hint)


def _check_columns(table: AnswerTable) -> Iterator[Finding]:
    where = f"{table.field}.columns"
    if not table.columns:
        text = Text("No columns are defined yet.")
        hint = Text("Send the call, or paste a sample and press Parse.")
        yield Finding(Level.WARNING, NO_COLUMNS, text, field=where, hint=hint)
    yield from check_columns(table.columns, where)
    for place, column in enumerate(table.columns):
        if not column.key:
            text = Text("The column “{id}” has no key, so its ID is taken for one.", id=column.id)
            hint = Text("Say where it stands in the answer.")
            yield Finding(Level.WARNING, NO_KEY, text, field=f"{where}.{place}.key", hint=hint)
        if table.is_within and column.id.lower() == PARENT_LINE.lower():
            text = Text("“{id}” is the name of a system column.", id=column.id)
            hint = Text("Give the column another ID.")
            yield Finding(Level.ERROR, BAD_COLUMN_ID, text, field=f"{where}.{place}.id", hint=hint)
    by_position = [column.id for column in table.columns if any(p.isdigit() for p in column.key.split("/")[1:])]
    if table.mode == "flatten" and by_position:
        text = Text(
            "“{id}” takes its value from a place in a list: another order of the answer changes what it means.",
            id=by_position[0],
        )
        hint = Text("Read the list as rows instead, if it has one.")
        yield Finding(Level.WARNING, BY_POSITION, text, field=f"{table.field}.mode", hint=hint)


def _check_sample(settings: ExternalApiSettings, design: Design) -> Iterator[Finding]:
    sample = settings.response.sample
    if sample in (None, ""):
        if settings.dry_run == "sample":
            words = Text("A dry run should use the sample response, but there is none.")
            yield Finding(Level.WARNING, NO_SAMPLE, words, field="response.sample", hint=Text("Paste one."))
        return
    text = text_of(sample)
    try:
        read = sample_of(sample, settings.response.form)
        value = read.value
        yield from check_sample(read, len(text.encode("utf-8", "surrogatepass")), design.guardrails)
    except CampaignFlowError as error:
        yield _warned(error, "")
        return
    if too_deep(value) is not None:
        return
    for table in answer_tables(settings.response):
        try:
            yield from _compare(table, value)
        except CampaignFlowError as error:
            yield _warned(error, f"{table.field}.pointer" if table.label else "")


def _warned(error: CampaignFlowError, field: str) -> Finding:
    """Return an error in the sample as a warning, at `field` or where the error says."""
    finding = error.finding
    place = field or finding.field or "response.sample"
    return Finding(Level.WARNING, finding.code, finding.text, field=place, hint=finding.hint)


def _compare(table: AnswerTable, sample: Any) -> Iterator[Finding]:
    """Yield the columns that the sample does not have."""
    if not table.columns:
        return
    is_flat = table.mode == "flatten"
    pointer, mode = (None, None) if is_flat else (table.pointer or None, table.mode)
    found = propose_columns(sample, flatten=is_flat, pointer=pointer, mode=mode)
    keys = {str(column["key"]) for column in found["columns"]}
    for place, column in enumerate(table.columns):
        key = column.key or column.id
        is_inside = not is_flat and key.startswith("/")
        if key not in keys and not column.ignore and not is_inside:
            text = Text("The sample has no “{key}” for the column “{id}”.", key=key, id=column.id)
            hint = Text("Parse the sample again, or remove the column.")
            yield Finding(Level.WARNING, DRIFT, text, field=f"{table.field}.columns.{place}.key", hint=hint)
