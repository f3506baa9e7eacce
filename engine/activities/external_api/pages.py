"""The pages of one call: which URL asks for the next one, and when there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from engine.activities.external_api.settings import PagingSettings
from engine.errors import CallError, Code
from engine.http_client.links import next_link, origin, with_parameter, without_masked
from engine.http_client.models import HttpAnswer, shown_url
from engine.tables.json_text import at_pointer
from engine.text import Text

ELSEWHERE = Code("EXT-PAGE-ELSEWHERE", "The next page of an answer stands with another host, which is not followed.")
AGAIN = Code("EXT-PAGE-AGAIN", "The next page of an answer is one that has been read already.")
NO_NEXT = Code("EXT-PAGE-NEXT", "What should lead to the next page of an answer is no text.")

_NAMES = {"cursor": "cursor", "page": "page", "offset": "offset"}


@dataclass(frozen=True, slots=True)
class PageRead:
    """One page: its number from 1, the URL it was asked for with, what came back, and the rows before and in it."""

    number: int
    url: str
    answer: HttpAnswer
    document: Any
    rows: int
    rows_before: int


def first_page(url: str, paging: PagingSettings) -> str:
    """Return the URL of the first page."""
    if paging.by not in ("page", "offset"):
        return url
    if paging.size_parameter and paging.size:
        url = with_parameter(url, paging.size_parameter, str(paging.size))
    return with_parameter(url, _parameter(paging), str(paging.first if paging.by == "page" else 0))


def next_page(paging: PagingSettings, page: PageRead) -> str | None:
    """Return the URL of the page after `page`, None when it is the last one.

    Raises CallError for one that is no URL, or stands with another host: it would get the credentials.
    """
    if paging.by == "none":
        return None
    if paging.by in ("page", "offset"):
        return _counted(paging, page)
    if paging.by == "cursor":
        cursor = _at(page.document, paging)
        return with_parameter(page.url, _parameter(paging), cursor) if cursor else None
    target = next_link(page.answer) if paging.by == "link" else _at(page.document, paging)
    return _followed(target, page.url) if target else None


def refuse_again(url: str, read: set[str]) -> None:
    """Raise CallError for the URL of a page that has been read already: it would go on for ever."""
    if url in read:
        raise CallError(
            AGAIN,
            Text("The next page, {url}, has been read already.", url=shown_url(url)),
            hint=Text("Check how the service tells the next page."),
            field="paging.by",
        )


def _parameter(paging: PagingSettings) -> str:
    return paging.parameter or _NAMES[paging.by]


def _counted(paging: PagingSettings, page: PageRead) -> str | None:
    """Return the URL with the next number, unless the page is empty or shorter than a page is."""
    if page.rows == 0 or page.rows < paging.size:
        return None
    if paging.by == "page":
        return with_parameter(page.url, _parameter(paging), str(paging.first + page.number))
    return with_parameter(page.url, _parameter(paging), str(page.rows_before + page.rows))


def _at(document: Any, paging: PagingSettings) -> str:
    """Return the text at the pointer, empty where nothing stands there."""
    pointer = paging.pointer if paging.pointer.startswith("/") else f"/{paging.pointer}"
    found = at_pointer(document, pointer, None)
    if found is None or found is False or found == "":
        return ""
    if not isinstance(found, str | int) or found is True:
        raise CallError(
            NO_NEXT,
            Text("At “{pointer}” stands no text that leads to the next page.", pointer=pointer),
            hint=Text("Look for it in the answer, and write its JSON pointer."),
            field="paging.pointer",
        )
    return str(found)


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
