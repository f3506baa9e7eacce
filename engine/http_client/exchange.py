"""One attempt: a thread sends and receives, and whoever waits for it can stop at any moment."""

from __future__ import annotations

import http
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from typing import Any

import requests

from engine.errors import CampaignFlowError
from engine.http_client.connection import Line
from engine.http_client.failures import AnswerTooLarge, OddEncoding, PackedInPart, failure
from engine.http_client.lines import Connections
from engine.http_client.models import CallLimits, Header, HttpAnswer, HttpRequest, Watcher
from engine.http_client.problems import timed_out
from engine.http_client.proxies import ASKS_FOR_PASSWORD, refused_by
from engine.http_client.wire import prepared

_PACKINGS = ("", "identity", "gzip", "x-gzip", "deflate")
_CHUNK = 65_536
_PATIENCE_S = 0.05
_KEPT_BYTES = 65_536
"""So much of the answer that comes with an error is read: it only explains the error."""


class Attempt:
    """One attempt of a call, running in a thread of its own until it ends or is cut."""

    def __init__(self, request: HttpRequest, limits: CallLimits, connections: Connections, left_s: float) -> None:
        """Begin; `left_s` is what the wall clock still allows."""
        self.line = Line()
        self.received = 0
        self.announced: int | None = None
        self._request = request
        self._limits = limits
        self._connections = connections
        self._left_s = left_s
        self._future: Future[HttpAnswer] = Future()
        self._is_over = threading.Event()
        threading.Thread(target=self._run, name="http-attempt", daemon=True).start()

    def result(self, watcher: Watcher, deadline: float) -> HttpAnswer | CampaignFlowError:
        """Return the answer or the error, at the latest at `deadline` (of `time.monotonic`). Raises RunCancelled."""
        try:
            while not self._is_over.is_set():
                left = deadline - time.monotonic()
                if left <= 0:
                    return timed_out(self._request, self._limits, 1)
                watcher.check_cancelled()
                self._is_over.wait(min(_PATIENCE_S, left))
                if self.received:
                    watcher.progress(self.received, self.announced)
        finally:
            if not self._is_over.is_set():
                self.line.cut()
        error = self._future.exception()
        if error is None:
            return self._future.result()
        if not isinstance(error, Exception):
            raise error
        return failure(error, self._request, self._limits, self.line.proxy)

    def _run(self) -> None:
        try:
            answer = self._exchange()
        except BaseException as error:  # noqa: BLE001 - it is raised again where the answer is waited for
            self.line.close()
            self._future.set_exception(error)
        else:
            self.line.close()  # before anybody hears of the end: another call may have the connection by then
            self._future.set_result(answer)
        self._is_over.set()

    def _exchange(self) -> HttpAnswer:
        request, line = self._request, self.line
        start = time.perf_counter()
        adapter, line.proxy = self._connections.adapter(request.url), self._connections.proxy(request.url)
        adapter.use(line)
        try:
            proxies = {"all": line.proxy.url} if line.proxy is not None else {}
            response = adapter.send(prepared(request), stream=True, timeout=self._left_s, proxies=proxies)
        except requests.RequestException as error:
            raise self._readable(error) from error
        first = (time.perf_counter() - start) * 1000 - sum(line.timings.values())
        line.timings["first_byte_ms"] = round(max(first, 0), 1)
        with closing(response):
            if line.proxy is not None and response.status_code == ASKS_FOR_PASSWORD:
                raise refused_by(line.proxy, request.host, response.status_code, response.reason or "")
            with line.timed("download_ms"):
                body = self._received(response)
            elapsed = (time.perf_counter() - start) * 1000
            return HttpAnswer(
                response.status_code,
                response.reason or _phrase(response.status_code),
                tuple(Header(name, value) for name, value in response.raw.headers.items()),
                body,
                round(elapsed, 1),
                dict(line.timings),
                line.proxy.place if line.proxy is not None else "",
            )

    def _readable(self, error: Exception) -> Exception:
        """Return the error as a sentence while there is time: a refused certificate is read for it."""
        return failure(error, self._request, self._limits, self.line.proxy)

    def _received(self, response: requests.Response) -> bytes:
        """Return the body, unpacked, never holding more of it than is allowed."""
        if response.headers.get("Content-Encoding", "").strip().lower() not in _PACKINGS:
            raise OddEncoding
        is_packed = bool(response.headers.get("Content-Encoding", "").strip())
        announced = response.headers.get("Content-Length", "")
        self.announced = int(announced) if announced.isdigit() and not is_packed else None
        is_good = 200 <= response.status_code < 300
        most = self._limits.response_bytes if is_good else _KEPT_BYTES
        if is_good and self.announced is not None and self.announced > most:
            raise AnswerTooLarge(self.announced)
        read: Callable[..., Any] = response.raw.read1
        parts: list[bytes] = []
        while part := read(_CHUNK, decode_content=True):
            self.received += len(part)
            if self.received > most:
                if is_good:
                    raise AnswerTooLarge
                break
            parts.append(part)
        else:
            if not _is_unpacked(response.raw):
                raise PackedInPart
        return b"".join(parts)


def _is_unpacked(raw: Any) -> bool:
    """Return whether what unpacks an answer has come to the end of it: urllib3 itself does not ask."""
    unpacking = getattr(getattr(raw, "_decoder", None), "_obj", None)
    return bool(getattr(unpacking, "eof", True))


def _phrase(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return ""
