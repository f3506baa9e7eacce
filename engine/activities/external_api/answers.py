"""An answer to JSON: its status, its kind, its size, and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from engine.activities.external_api.calling import Called
from engine.activities.external_api.reading import sample_of
from engine.activities.external_api.settings import ExternalApiSettings
from engine.data_sources.answer_text import read_text
from engine.errors import CallError, Code, DataError, GuardrailError, Level
from engine.http_client.guardrails import Profile
from engine.http_client.models import HttpAnswer, HttpRequest, is_sensitive, shown_url
from engine.tables.json_rows import RowNote
from engine.tables.json_text import DEEPEST, JsonText, read_json, whole_text
from engine.tables.text_form import TextForm
from engine.text import Text

REDIRECT = Code("EXT-REDIRECT", "The service sends callers elsewhere, which is not followed.", acs="WKF-560246")
UNAUTHORIZED = Code("EXT-UNAUTHORIZED", "The service does not accept who calls.", acs="WKF-560246")
BAD_STATUS = Code("EXT-STATUS", "The service answered with an error.", acs="WKF-560246")
NOT_JSON = Code("EXT-CONTENT-TYPE", "The answer is something else than JSON.", acs="WKF-560246")
CHARSET = Code("EXT-CHARSET", "The bytes of an answer are in another character set than it says, or in none.")
EMPTY_ANSWER = Code("EXT-EMPTY-ANSWER", "The answer has no content.", acs="WKF-560241")
LARGE_SAMPLE = Code("EXT-LARGE-SAMPLE", "The sample response is larger than an answer may be.", acs="WKF-560239")
DEEP_ANSWER = Code("EXT-DEEP-ANSWER", "The answer nests deeper than Adobe Campaign Standard reads.", acs="WKF-560241")

_BLANK = "\ufeff \t\r\n"
_FIRST_LINES = 3
_LONGEST_LINE = 160


def document_of(called: Called, request: HttpRequest, settings: ExternalApiSettings, profile: Profile) -> JsonText:
    """Return the JSON of an answer. Raises CallError, GuardrailError or DataError when it is none that can be used."""
    answer = called.answer
    if answer is None:
        raise called.error or CallError(BAD_STATUS, Text("“{host}” gave no answer.", host=request.host))
    if called.source == "sample":
        return _sample(answer, settings)
    _refuse_status(answer, request)
    if not answer.body.strip():
        raise CallError(
            EMPTY_ANSWER,
            Text("“{host}” answered {status} without any content.", host=request.host, status=str(answer.status)),
            hint=Text("Check the URL, or ask the owner of the service what it answers."),
            field="request.url",
        )
    if len(answer.body) > settings.limits.response_bytes:
        raise _too_large(settings)
    return _read(answer, request, settings, profile)


def _sample(answer: HttpAnswer, settings: ExternalApiSettings) -> JsonText:
    if len(answer.body) > settings.limits.response_bytes:
        raise _too_large(settings)
    return sample_of(answer.body.decode("utf-8", "surrogatepass"), settings.response.form)


def _too_large(settings: ExternalApiSettings) -> GuardrailError:
    limit = settings.limits.response_bytes
    return GuardrailError(
        LARGE_SAMPLE,
        Text("The sample or recorded answer is larger than {limit} bytes.", limit=limit),
        hint=Text("Raise the limit under Limits, or use a shorter answer."),
        field="limits.response_bytes",
    )


def _read(answer: HttpAnswer, request: HttpRequest, settings: ExternalApiSettings, profile: Profile) -> JsonText:
    form = settings.response.form.of_kind(answer.media_type)
    if profile == "acs" and form.format == "auto":
        form = replace(form, format="json")
    text = answer.text
    if _is_expected(answer, text, form, profile):
        document = read_text(text, form, field="request.url")
    else:
        document = _mislabelled(answer, text, request, profile)
    deep = document.deep
    if deep is not None and profile == "acs":
        raise DataError(
            DEEP_ANSWER,
            Text("The answer nests more than {most} levels deep, at “{pointer}”.", most=DEEPEST, pointer=deep),
            hint=Text("Ask the owner of the service for a flatter answer."),
            field="response.pointer",
        )
    return document


def _is_expected(answer: HttpAnswer, text: str, form: TextForm, profile: Profile) -> bool:
    """Return whether the content type of an answer is one that the settings or the profile let be read."""
    kind = answer.media_type
    if kind == "application/json" or profile == "acs":
        return kind == "application/json"
    is_json = kind.endswith("+json") or kind in ("text/json", "text/plain", "application/javascript", "")
    return (is_json or form.format in ("ndjson", "csv")) and not _is_page(text)


def _is_page(text: str) -> bool:
    return text.lstrip(_BLANK)[:1] == "<"


def _mislabelled(answer: HttpAnswer, text: str, request: HttpRequest, profile: Profile) -> JsonText:
    """Return the JSON of an answer that is labelled as something else. Raises CallError where it is none."""
    try:
        document = read_json(text) if text.lstrip(_BLANK)[:1] in ("{", "[") else None
    except DataError:
        document = None
    if document is None or profile == "acs":
        raise _other_kind(answer, text, request, is_json=document is not None)
    return document


def _refuse_status(answer: HttpAnswer, request: HttpRequest) -> None:
    status = answer.status
    if 200 <= status < 300:
        return
    values = {"host": request.host, "status": str(status), "reason": answer.reason}
    if 300 <= status < 400 and answer.header("Location"):
        target = shown_url(urljoin(request.url, answer.header("Location")))
        raise CallError(
            REDIRECT,
            Text(
                "“{host}” answered {status} and sends callers to {target}, which is not followed.",
                target=target,
                **values,
            ),
            hint=Text("Write that URL into the activity, if you trust it."),
            field="request.url",
        )
    told = "".join(_own_words(answer))
    says = Text(" It says: {words}", words=told) if told else Text("")
    text = Text("“{host}” answered {status} {reason}.{says}", says=says, **values)
    if status in (401, 403):
        field, hint = _credentials(request)
        raise CallError(UNAUTHORIZED, text, hint=hint, field=field)
    raise CallError(BAD_STATUS, text, hint=_advice(status), field="request.url")


def _credentials(request: HttpRequest) -> tuple[str, Text]:
    """Return the field and the hint for a refused caller: the account, or which header was sent, masked."""
    if request.credentials is not None:
        account = request.credentials.label
        return "request.account", Text("It was called with the account “{account}”. Check that.", account=account)
    for place, header in enumerate(request.headers):
        if is_sensitive(header.name) or header.shown not in (None, header.value):
            shown = header.to_json()["value"]
            hint = Text("It was sent with “{name}: {value}”. Check that secret.", name=header.name, value=shown)
            return f"request.headers.{place}.value", hint
    return "request.headers", Text("No header with a key or token was sent. Add the one that the service asks for.")


def _advice(status: int) -> Text:
    if status == 404:
        return Text("Check the path of the URL.")
    if status in (408, 425, 429):
        return Text("Wait a while, then call again; or ask for fewer calls.")
    if status >= 500:
        return Text("The fault lies with the service. Call again later, or ask its owner.")
    return Text("Compare the request with what the service asks for.")


def _own_words(answer: HttpAnswer) -> Iterator[str]:
    """Yield what the service itself says: the message in its JSON, or the first line of its text."""
    try:
        document: Any = read_json(answer.text).value
    except DataError:
        line = next((each.strip() for each in answer.text.splitlines() if each.strip()), "")
        yield "" if line.startswith("<") else whole_text(line)[:_LONGEST_LINE]
        return
    waiting = [document]
    while waiting:
        found = waiting.pop(0)
        if isinstance(found, dict):
            words = [found[name] for name in ("message", "detail", "error_description", "title") if name in found]
            text = next((word for word in words if isinstance(word, str) and word), "")
            if text:
                yield whole_text(text)[:_LONGEST_LINE]
                return
            waiting += [found[name] for name in ("error", "errors") if name in found]
        elif isinstance(found, list):
            waiting += found[:1]
        elif isinstance(found, str):
            yield whole_text(found)[:_LONGEST_LINE]
            return


def _other_kind(answer: HttpAnswer, text: str, request: HttpRequest, *, is_json: bool) -> CallError:
    """Return the error that an answer is labelled as something else than JSON, with what it begins with."""
    lines = [line.strip() for line in whole_text(text).splitlines() if line.strip()][:_FIRST_LINES]
    begins = "\n".join(line[:_LONGEST_LINE] for line in lines)
    hint = Text("Ask the owner of the service to answer with the content type application/json.")
    if _is_page(text):
        hint = Text("Check the URL: this looks like a page for people.")
    elif is_json:
        hint = Text(
            "It is JSON all the same: with the guardrails “Local” it is read. For Adobe Campaign the owner of the "
            "service has to label it application/json."
        )
    return CallError(
        NOT_JSON,
        Text(
            "“{host}” answered with {kind} instead of application/json. It begins: {begins}",
            host=request.host,
            kind=answer.media_type or Text("no content type"),
            begins=begins,
        ),
        hint=hint,
        field="request.url",
    )


def notes_on(called: Called, document: JsonText) -> Iterator[RowNote]:
    """Yield what is odd about an answer that can be used."""
    for note in document.notes:
        yield RowNote(Level.WARNING, note)
    answer = called.answer
    if answer is None or called.source == "sample":
        return
    kind = answer.media_type
    if document.form == "json" and not _is_expected(answer, "", TextForm(), "local"):
        text = Text("The answer is labelled {kind}, but it is JSON and was read as that.", kind=kind)
        yield RowNote(Level.WARNING, text, NOT_JSON)
    read = answer.decoded
    if read.is_other and read.label:
        text = Text(
            "The answer is labelled {label}, but its bytes are not that: it is read as {charset}.",
            label=read.label,
            charset=read.charset,
        )
        yield RowNote(Level.WARNING, text, CHARSET)
    elif read.is_other:
        text = Text("The answer names no character set and is no UTF-8: it is read as {charset}.", charset=read.charset)
        yield RowNote(Level.WARNING, text, CHARSET)
    if read.is_damaged:
        text = Text("Some characters of the answer are not readable and became “\N{REPLACEMENT CHARACTER}”.")
        yield RowNote(Level.WARNING, text, CHARSET)
