"""Reads the requests of an HTTP archive (HAR 1.2), which browsers and debugging proxies save."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from designer.editors.curl import CurlCall
from designer.forms.paths import as_list, as_mapping
from engine.errors import Code, FileError
from engine.text import Text

NOT_HAR = Code("FILE-HAR", "A file holds no requests that could be imported.")

BROWSER = frozenset(["origin", "referer", "accept-language", "cache-control", "pragma", "if-none-match"])
"""Headers that a browser adds of its own accord; the page that was open says nothing about the call."""


@dataclass(frozen=True, slots=True)
class ArchivedRequest:
    """One request of an archive, and how it was answered; `status` is 0 when it was not."""

    call: CurlCall
    status: int = 0
    media_type: str = ""

    @property
    def place(self) -> str:
        """Return host and path: what a query holds may be secret."""
        parts = urlsplit(self.call.url)
        return f"{parts.hostname or ''}{parts.path}{'?…' if parts.query else ''}"


def read_har(archive: Any) -> tuple[ArchivedRequest, ...]:
    """Return the requests of an archive over HTTP, in its order. Raises FileError when there are none."""
    entries = as_list(as_mapping(as_mapping(archive).get("log")).get("entries"))
    found = tuple(_requests(entries))
    if not found:
        raise FileError(
            NOT_HAR,
            Text("The file holds no requests."),
            hint=Text("Choose an HTTP archive: in a browser's network tools it is called “Save all as HAR”."),
        )
    return found


def _requests(entries: list[Any]) -> Iterator[ArchivedRequest]:
    for entry in map(as_mapping, entries):
        request, response = as_mapping(entry.get("request")), as_mapping(entry.get("response"))
        url = str(request.get("url") or "")
        if not url.lower().startswith(("https://", "http://")):
            continue
        status = str(response.get("status") or "0")
        media_type = str(as_mapping(response.get("content")).get("mimeType") or "").partition(";")[0]
        yield ArchivedRequest(_call(url, request), int(status) if status.isdigit() else 0, media_type)


def _call(url: str, request: Mapping[str, Any]) -> CurlCall:
    call = CurlCall(url=url.partition("#")[0], method=str(request.get("method") or "GET").upper())
    for header in map(as_mapping, as_list(request.get("headers"))):
        name = str(header.get("name") or "")
        if name and name.lower() not in BROWSER:
            call.headers.append((name, str(header.get("value") or "")))
    text = str(as_mapping(request.get("postData")).get("text") or "")
    if text:
        call.data.append(text)
    return call
