"""The usual ways in which APIs fail, to be rehearsed: `/v1/failures/<name>`."""

from __future__ import annotations

import http
import re
import threading
import zlib
from collections.abc import Callable, Mapping
from typing import Final

from engine.demo.messages import Answer, Call, encoded, ok, problem

MOST_SECONDS: Final = 600.0
MOST_BYTES: Final = 200 * 1024 * 1024
_ROWS = {"data": [{"code": "V-7F3"}, {"code": "V-8B1"}]}


def slow(call: Call) -> Answer:
    """`?seconds=5`: a good answer, after a while."""
    return Answer(200, (encoded(_ROWS),), wait_s=call.number("seconds", 5, most=MOST_SECONDS))


def drip(call: Call) -> Answer:
    """`?seconds=30`: a good answer, a byte at a time, spread over so many seconds."""
    body = encoded(_ROWS)
    parts = tuple(body[place : place + 1] for place in range(len(body)))
    return Answer(200, parts, pause_s=call.number("seconds", 30, most=MOST_SECONDS) / len(parts))


def html(call: Call) -> Answer:
    """A page for people instead of JSON."""
    page = b"<!doctype html>\n<html><head><title>Maintenance</title></head>\n<body><h1>Back soon</h1></body></html>\n"
    return Answer(200, (page,), content_type="text/html; charset=utf-8")


def broken(call: Call) -> Answer:
    """JSON with a mistake: a comma is missing in line 4."""
    return Answer(200, (b'{\n  "data": [\n    {"code": "V-7F3"},\n    {"code" "V-8B1"}\n  ]\n}\n',))


def truncated(call: Call) -> Answer:
    """An answer that ends in the middle, short of its Content-Length."""
    body = encoded(_ROWS)
    return Answer(200, (body[: len(body) // 2],), declared=len(body))


def reset(call: Call) -> Answer:
    """No answer: the connection is closed."""
    return Answer(0, is_reset=True)


def empty(call: Call) -> Answer:
    """Status 200 and no body."""
    return Answer(200)


def no_rows(call: Call) -> Answer:
    """An empty list."""
    return ok({"data": []})


def no_list(call: Call) -> Answer:
    """One object without any list in it."""
    return ok({"status": "ok", "code": "V-7F3"})


def two_lists(call: Call) -> Answer:
    """Two lists of objects, so that somebody must choose."""
    return ok({"codes": [{"code": "V-7F3"}], "meta": {"regions": [{"region": "13"}, {"region": "75"}]}})


def drift(call: Call) -> Answer:
    """The list of voucher codes with its column renamed and a new one added."""
    return ok({"data": [{"voucher": "V-7F3", "expires": "2026-12-31"}]})


def deep(call: Call) -> Answer:
    """`?levels=10000`: lists within lists."""
    levels = int(call.number("levels", 10_000, most=1_000_000))
    return Answer(200, (b"[" * levels, b"]" * levels))


def not_numbers(call: Call) -> Answer:
    """NaN and Infinity, which are no JSON."""
    return Answer(200, (b'{"data":[{"tempC":NaN},{"tempC":Infinity}]}',))


def too_large(call: Call) -> Answer:
    """`?bytes=6000000`: a good answer of so many bytes; `&gzip=1` sends it compressed, so that little is sent."""
    parts = _rows_of(int(call.number("bytes", 6_000_000, most=MOST_BYTES)))
    if call.query.get("gzip") == "1":
        packer = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)  # 16: with the frame of gzip
        packed = b"".join((*map(packer.compress, parts), packer.flush()))
        return Answer(200, (packed,), headers=(("Content-Encoding", "gzip"),))
    return Answer(200, parts)


def _rows_of(size: int) -> tuple[bytes, ...]:
    """Return JSON of `size` bytes in parts, most of them the same object: it takes no memory to speak of."""
    opening, row, ending = b'{"data":[', b'{"code":"V-7F3"},', b'{"code":"V-7F3"}]}'
    room = max(size - len(opening) - len(ending), 0)
    chunk = row * 4096
    chunks, rest = divmod(room, len(chunk))
    rows, spaces = divmod(rest, len(row))
    return (opening, *(chunk,) * chunks, row * rows + b" " * spaces + ending)


def redirect(call: Call) -> Answer:
    """`?to=URL`: the advice to ask somewhere else."""
    return Answer(302, headers=(("Location", call.query.get("to", "/v1/offers")),))


def large_headers(call: Call) -> Answer:
    """A header of 100 kB."""
    return Answer(200, (encoded(_ROWS),), headers=(("X-Padding", "x" * 100_000),))


class Refusals:
    """Answers 429 some times and then well, counted apart for each `id` of the query."""

    def __init__(self) -> None:
        """Begin with nobody refused."""
        self._lock = threading.Lock()
        self._refused: dict[str, int] = {}

    def too_many(self, call: Call) -> Answer:
        """`?times=1&after=1`: 429 so many times, with Retry-After in seconds; then a good answer."""
        times = int(call.number("times", 1, most=1_000))
        id = call.query.get("id", "")
        with self._lock:
            refused = self._refused.get(id, 0)
            self._refused[id] = 0 if refused >= times else refused + 1
        if refused >= times:
            return ok(_ROWS)
        after = int(call.number("after", 1, most=MOST_SECONDS))
        return problem(429, "too-many-requests", "Ask again later.", ("Retry-After", str(after)))


FAILURES: Final[Mapping[str, Callable[[Call], Answer]]] = {
    "slow": slow,
    "drip": drip,
    "html": html,
    "broken": broken,
    "truncated": truncated,
    "reset": reset,
    "empty": empty,
    "no-rows": no_rows,
    "no-list": no_list,
    "two-lists": two_lists,
    "drift": drift,
    "deep": deep,
    "not-numbers": not_numbers,
    "too-large": too_large,
    "redirect": redirect,
    "large-headers": large_headers,
}


def status(code: str) -> Answer | None:
    """Return the failure with this HTTP status, such as 401, 404 or 500; None when it is no status of failure."""
    if not re.fullmatch("[45][0-9][0-9]", code):
        return None
    try:
        phrase = http.HTTPStatus(int(code)).phrase
    except ValueError:
        phrase = "Unknown"
    headers = (("WWW-Authenticate", 'Bearer realm="demo"'),) if code == "401" else ()
    return problem(int(code), phrase.lower().replace(" ", "-"), f"{phrase}: as you asked for.", *headers)
