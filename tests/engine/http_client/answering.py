"""A server on this computer that keeps its connections open, and remembers what it was asked over which of them."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Said:
    """One answer: a JSON value, or the bytes of whatever it is."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Answering:
    """What the server was asked so far, over how many connections, of which some are closed, and how many at a time."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    closed: int = 0
    busy: int = 0
    busiest: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def paths(self) -> list[str]:
        """Return the paths that were asked for."""
        return [each.path for each in self.asked]


def _asked(handler: BaseHTTPRequestHandler) -> Asked:
    """Return the request that a handler has got the head of."""
    parts = urlsplit(handler.path)
    body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
    is_json = handler.headers.get("Content-Type") == "application/json"
    return Asked(
        handler.command,
        parts.path,
        dict(parse_qsl(parts.query, keep_blank_values=True)),
        {name.lower(): value for name, value in handler.headers.items()},
        json.loads(body) if body and is_json else body.decode() or None,
    )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    context: ssl.SSLContext | None = None

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.context is None:
            super().finish_request(request, client_address)
            return
        with self.context.wrap_socket(request, server_side=True) as connection:
            super().finish_request(connection, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over connections that the other side broke."""


@contextmanager
def answering(
    answer: Callable[[Asked], Said], context: ssl.SSLContext | None = None, *, takes_s: float = 0
) -> Iterator[Answering]:
    """Yield what a server remembers that answers with `answer`, each time after `takes_s`."""
    kept = Answering()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            with kept.lock:
                kept.connections += 1

        def finish(self) -> None:
            super().finish()
            with kept.lock:
                kept.closed += 1

        def _serve(self) -> None:
            asked = _asked(self)
            with kept.lock:
                kept.asked.append(asked)
                kept.busy += 1
                kept.busiest = max(kept.busiest, kept.busy)
            time.sleep(takes_s)
            said = answer(asked)
            with kept.lock:
                kept.busy -= 1
            data = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
            self.send_response(said.status)
            for name, value in {"Content-Type": "application/json", **said.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _serve  # noqa: N815 - the names that http.server calls

        def log_message(self, *_arguments: Any) -> None:
            """Keep quiet."""

    server = _Server(("127.0.0.1", 0), Handler)
    server.context = context
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    start = "https://localhost" if context is not None else "http://127.0.0.1"
    kept.url = f"{start}:{server.server_port}"
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
