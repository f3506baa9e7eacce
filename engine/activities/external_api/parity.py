"""What Adobe Campaign Standard would refuse, told under any profile: limits of the settings, and of a real exchange."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.activities.external_api.answer_settings import ResponseSettings
from engine.activities.external_api.answer_tables import AnswerTable
from engine.activities.external_api.answers import DEEP_ANSWER, LARGE_SAMPLE, NOT_JSON
from engine.activities.external_api.calling import Called
from engine.errors import Code, Finding, Level, SettingsError
from engine.http_client.guardrails import (
    LARGE_REQUEST,
    LARGE_RESPONSE,
    LONG_TIMEOUT,
    MOST_BYTES,
    MOST_SECONDS,
    Profile,
    guardrail,
)
from engine.http_client.models import HttpRequest
from engine.tables.json_names import LONG_KEY, LONGEST_KEY, MOST_DOUBLES, TOO_MANY_DOUBLES
from engine.tables.json_rows import RowNote
from engine.tables.json_text import BAD_JSON, DEEPEST, JsonText, step, too_deep
from engine.text import Text

OUTSIDE_ROWS = Code("EXT-OUTSIDE-ROWS", "Rows are made in a way that Adobe Campaign Standard does not know.")

FORMATS: Final[Mapping[str, Text]] = {"ndjson": Text("JSON lines"), "csv": Text("CSV")}
"""What people call the formats that Campaign does not read."""
_ONLY_JSON: Final = Text("Adobe Campaign reads JSON that is labelled application/json.")
_COLUMNS, _SAMPLE = "response.columns", "response.sample"


def check_shape(table: AnswerTable, profile: Profile) -> Iterator[Finding]:
    """Yield what Campaign would refuse of the rows and the columns of a table."""
    if table.label:
        text = Text("“{table}” is a further table of the same answer.", table=table.label)
        hint = Text("Adobe Campaign makes one table of an answer.")
        yield guardrail(OUTSIDE_ROWS, text, profile, field=table.field, hint=hint, is_harmless=True)
        return
    yield from _check_names(table, profile)
    yield from _check_rows(table, profile)


def check_format(response: ResponseSettings, profile: Profile) -> Iterator[Finding]:
    """Yield a separator that cannot separate, and a format that Campaign does not read."""
    form = response.form
    if form.format == "csv":
        try:
            form.separator()
        except SettingsError as error:
            yield error.finding
    if form.format in FORMATS:
        text = Text("The answer is read as {format}.", format=FORMATS[form.format])
        yield guardrail(NOT_JSON, text, profile, field="response.format", hint=_ONLY_JSON, is_harmless=True)


def check_sample(sample: JsonText, size: int, profile: Profile) -> Iterator[Finding]:
    """Yield what Campaign would refuse of a sample, which is `size` bytes long."""
    if sample.form in FORMATS:
        text = Text("The sample is {format}.", format=FORMATS[sample.form])
        yield guardrail(NOT_JSON, text, profile, field=_SAMPLE, hint=_ONLY_JSON, is_harmless=True)
    if size > MOST_BYTES:
        text = Text("The sample is larger than {most} bytes.", most=MOST_BYTES)
        yield guardrail(LARGE_SAMPLE, text, profile, field=_SAMPLE, hint=Text("Use a shorter answer."))
    if too_deep(sample.value) is not None:
        text = Text("The sample nests more than {most} levels deep.", most=DEEPEST)
        hint = Text("Ask the owner of the service for a flatter answer.")
        yield guardrail(DEEP_ANSWER, text, profile, field=_SAMPLE, hint=hint)


def _check_names(table: AnswerTable, profile: Profile) -> Iterator[Finding]:
    for place, column in enumerate(table.columns):
        if len(column.key) > LONGEST_KEY:
            text = Text("The key of “{id}” is longer than {most} characters.", id=column.id, most=LONGEST_KEY)
            field = f"{_COLUMNS}.{place}.key"
            yield guardrail(LONG_KEY, text, profile, field=field, hint=Text("Remove the column."))
    names = [(column.key or column.id).rpartition("/")[2] for column in table.columns]
    doubles = len(names) - len(set(names))
    if doubles > MOST_DOUBLES:
        text = Text("{count} names of properties occur again, more than {most}.", count=doubles, most=MOST_DOUBLES)
        hint = Text("Remove columns, or read one of the lists instead of flattening the answer.")
        yield guardrail(TOO_MANY_DOUBLES, text, profile, field=_COLUMNS, hint=hint)


def _check_rows(table: AnswerTable, profile: Profile) -> Iterator[Finding]:
    """Yield ways to rows beyond the two of Campaign: elements of a list, or one row of everything (ACS 1.5)."""
    if table.mode not in ("array", "flatten"):
        text = Text("Rows are made of something else than the elements of a list.")
        hint = Text("Adobe Campaign reads lists of objects, or flattens the whole answer.")
        yield guardrail(OUTSIDE_ROWS, text, profile, field="response.mode", hint=hint, is_harmless=True)
    if table.is_within:
        text = Text("The rows stand within the elements of another list.")
        hint = Text("Adobe Campaign reads one list that stands in no other.")
        yield guardrail(OUTSIDE_ROWS, text, profile, field="response.pointer", hint=hint, is_harmless=True)
        return
    inside = [column.id for column in table.columns if column.key.count("/") > 1 and step(column.key) != column.key]
    if table.mode == "array" and inside:
        text = Text("“{id}” reads a value inside an object of the row.", id=inside[0])
        hint = Text("Adobe Campaign reads the properties of each element, and none inside them.")
        yield guardrail(OUTSIDE_ROWS, text, profile, field=_COLUMNS, hint=hint, is_harmless=True)


def would_fail(called: Called, request: HttpRequest, document: JsonText, profile: Profile) -> Iterator[RowNote]:
    """Yield what Campaign would have refused of a call that went well here; under its own profile nothing does."""
    answer = called.answer
    if answer is None or called.source == "sample" or profile == "acs":
        return
    if len(request.body or b"") > MOST_BYTES:
        yield _refused(LARGE_REQUEST, Text("the body is larger than {most} bytes", most=MOST_BYTES))
    if called.exchange.elapsed_ms > MOST_SECONDS * 1000:
        yield _refused(LONG_TIMEOUT, Text("the call took longer than {most} s", most=MOST_SECONDS))
    if document.form in FORMATS:
        yield _refused(BAD_JSON, Text("the answer is {format}", format=FORMATS[document.form]))
    if answer.media_type != "application/json":
        kind = answer.media_type or Text("none")
        yield _refused(NOT_JSON, Text("the content type of the answer is {kind}", kind=kind))
    if len(answer.body) > MOST_BYTES:
        yield _refused(LARGE_RESPONSE, Text("the answer is larger than {most} bytes", most=MOST_BYTES))
    if document.deep is not None:
        yield _refused(DEEP_ANSWER, Text("the answer nests more than {most} levels deep", most=DEEPEST))


def _refused(code: Code, reason: Text) -> RowNote:
    text = Text("It would fail in Adobe Campaign, because {reason}: {code}.", reason=reason, code=code.acs)
    return RowNote(Level.INFO, text, code)
