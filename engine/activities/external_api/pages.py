"""The pages of one call: what asks for the next one, in the URL or in the body, and when there is none."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

from engine.activities.external_api.settings import PagingSettings
from engine.errors import CallError, Code, Finding, Level, SettingsError
from engine.http_client.links import next_link, origin, with_parameter, without_masked
from engine.http_client.models import HttpAnswer, shown_url
from engine.tables.json_text import at_pointer, with_value
from engine.text import Text

PAGES = Code("EXT-PAGES", "The pages of an answer cannot be asked for as the settings say.")
ELSEWHERE = Code("EXT-PAGE-ELSEWHERE", "The next page of an answer stands with another host, which is not followed.")
AGAIN = Code("EXT-PAGE-AGAIN", "The next page of an answer is one that has been read already.")
NO_NEXT = Code("EXT-PAGE-NEXT", "What should lead to the next page of an answer is no text.")

_NAMES = {"cursor": "cursor", "page": "page", "offset": "offset"}


@dataclass(frozen=True, slots=True)
class Asking:
    """What asks for one page: the rest of the request is the same for all."""

    url: str
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class PageRead:
    """One page: its number from 1, what it was asked for with, what came back, and the rows before and in it."""

    number: int
    asked: Asking
    answer: HttpAnswer
    document: Any
    rows: int
    rows_before: int


def first_page(asking: Asking, paging: PagingSettings) -> Asking:
    """Return what asks for the first page. Raises SettingsError for a body that has no place for it."""
    if paging.is_in_body and not asking.body:
        asking = replace(asking, body=b"{}")
    if paging.is_in_body:
        _with(asking, paging, _name(paging), 0)  # better said now than after a page has been fetched
    if paging.by not in ("page", "offset"):
        return asking
    if paging.size_parameter and paging.size:
        asking = _with(asking, paging, paging.size_parameter, paging.size)
    return _with(asking, paging, _name(paging), paging.first if paging.by == "page" else 0)


def next_page(paging: PagingSettings, page: PageRead) -> Asking | None:
    """Return what asks for the page after `page`, None when it is the last one.

    Raises CallError for one that is no URL, or stands with another host: it would get the credentials.
    """
    if paging.by == "none":
        return None
    if paging.by in ("page", "offset"):
        return _counted(paging, page)
    found = next_link(page.answer) or None if paging.by == "link" else _at(page.document, paging)
    if found is None:
        return None
    if paging.by == "cursor":
        return _with(page.asked, paging, _name(paging), found)
    return replace(page.asked, url=_followed(str(found), page.asked.url))


def refuse_again(asking: Asking, read: set[Asking]) -> None:
    """Raise CallError for a page that has been read already: it would go on for ever."""
    if asking in read:
        raise CallError(
            AGAIN,
            Text("The next page, {url}, has been read already.", url=shown_url(asking.url)),
            hint=Text("Check how the service tells the next page."),
            field="paging.by",
        )


def _name(paging: PagingSettings) -> str:
    """Return where the next page is asked for: a parameter of the query, or a pointer into the body."""
    return paging.body_pointer if paging.is_in_body else paging.parameter or _NAMES[paging.by]


def _with(asking: Asking, paging: PagingSettings, name: str, value: str | int) -> Asking:
    if not paging.is_in_body:
        return replace(asking, url=with_parameter(asking.url, name, str(value)))
    return replace(asking, body=_with_member(asking.body or b"{}", name, value))


def _with_member(body: bytes, pointer: str, value: str | int) -> bytes:
    try:
        made = with_value(json.loads(body), pointer, value)
    except LookupError:
        raise SettingsError.of(no_place(pointer)) from None
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def no_place(pointer: str) -> Finding:
    """Return what is wrong with a pointer to a place that the body does not have."""
    text = Text("“{pointer}” leads to no place in the body.", pointer=pointer)
    hint = Text("Write a JSON pointer to a member, such as {example}.", example="/page/after")
    return Finding(Level.ERROR, PAGES, text, field="paging.body_pointer", hint=hint)


def _counted(paging: PagingSettings, page: PageRead) -> Asking | None:
    """Return what asks with the next number, unless the page is empty or shorter than a page is."""
    if page.rows == 0 or page.rows < paging.size:
        return None
    number = paging.first + page.number if paging.by == "page" else page.rows_before + page.rows
    return _with(page.asked, paging, _name(paging), number)


def _at(document: Any, paging: PagingSettings) -> str | int | None:
    """Return the text or number at the pointer, None where nothing stands there."""
    pointer = paging.pointer if paging.pointer.startswith("/") else f"/{paging.pointer}"
    found = at_pointer(document, pointer, None)
    if found is None or found is False or found == "":
        return None
    if not isinstance(found, str | int) or found is True:
        raise CallError(
            NO_NEXT,
            Text("At “{pointer}” stands no text that leads to the next page.", pointer=pointer),
            hint=Text("Look for it in the answer, and write its JSON pointer."),
            field="paging.pointer",
        )
    return found


def _followed(target: str, url: str) -> str:
    """Return the URL of the next page, taken from the one of this page where it is not whole."""
    try:
        whole = without_masked(urljoin(url, target))
        is_here = origin(whole) == origin(url)
    except ValueError:
        whole, is_here = target, False
    if not is_here:
        raise CallError(
            ELSEWHERE,
            Text("The next page stands at {url}, with another host, which is not called.", url=shown_url(whole)),
            hint=Text("Ask the owner of the service for pages at the same host."),
            field="paging.by",
        )
    return whole
