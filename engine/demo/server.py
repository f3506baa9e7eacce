"""The demo API as an HTTPS server on a loopback port, started and stopped at will."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from engine.demo.authority import HOST, Authority, data_folder
from engine.demo.messages import Answer, Call, problem
from engine.demo.routes import Routes
from engine.errors import CallError, Code
from engine.text import Text

NO_PORT = Code("APP-DEMO-PORT", "The demo API cannot listen on its port.")

LOOPBACK: Final = "127.0.0.1"
MOST_BODY_BYTES: Final = 20 * 1024 * 1024
IDLE_SECONDS: Final = 30.0
"""How long a connection may be silent."""
PATIENCE_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class DemoAddress:
    """Where the demo API listens, and the certificate authority that vouches for it."""

    port: int
    ca_file: Path

    @property
    def url(self) -> str:
        """Return the address that other programs on this computer can use."""
        return f"https://localhost:{self.port}"

    @property
    def connect_to(self) -> tuple[str, int]:
        """Return the address and port to connect to in the place of the reserved host's."""
        return LOOPBACK, self.port


class DemoApi:
    """The demo API of this process: `with DemoApi() as address: …`, or `start` and `stop`.

    Codes stay counted between a stop and the next start.
    """

    def __init__(self, *, folder: Path | None = None, port: int = 0) -> None:
        """Keep its certificate in `folder` (default: this user's data folder); port 0 takes any that is free."""
        self._folder = folder
        self._port = port
        self._routes = Routes()
        self._server: _Server | None = None
        self._address: DemoAddress | None = None
        self._lock = threading.Lock()

    @property
    def address(self) -> DemoAddress | None:
        """Return where it listens, or None while it does not run."""
        return self._address

    @property
    def burned(self) -> int:
        """Return how many voucher codes it has handed out."""
        return self._routes.vouchers.burned

    def start(self) -> DemoAddress:
        """Begin to serve and return where; a second start changes nothing. Raises FileError, CallError."""
        with self._lock:
            if self._address is None:
                now = datetime.now(UTC)
                authority = Authority.of(self._folder or data_folder() / "demo", now)
                self._server = _listening(self._port, authority.server_context(now), self._routes)
                self._address = DemoAddress(self._server.server_port, authority.file)
            return self._address

    def stop(self) -> None:
        """Stop serving, ending every connection; a second stop changes nothing."""
        with self._lock:
            if self._server is not None:
                self._server.end()
            self._server = self._address = None

    def __enter__(self) -> DemoAddress:
        """Begin to serve."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving."""
        self.stop()


def _listening(port: int, context: ssl.SSLContext, routes: Routes) -> _Server:
    try:
        return _Server(port, context, routes)
    except OSError as error:
        raise CallError(
            NO_PORT,
            Text("The demo API cannot listen on port {port}: {reason}.", port=str(port), reason=error.strerror),
            hint=Text("Choose another port, or none to take a free one."),
        ) from None


class _Server(ThreadingHTTPServer):
    """Serves in threads of its own until it is ended."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, context: ssl.SSLContext, routes: Routes) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.context = context
        self.routes = routes
        self.is_ending = threading.Event()
        self._open: set[socket.socket] = set()
        self._open_changed = threading.Condition()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), name="demo-api", daemon=True)
        self._thread.start()

    def server_bind(self) -> None:
        """Bind without the look-up of this computer's name, which can take seconds without a network."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.server_address[1]

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Make the connection secure, in its own thread, and answer its requests."""
        request.settimeout(IDLE_SECONDS)
        with self._tracked(request), self.context.wrap_socket(request, server_side=True) as connection:
            super().finish_request(connection, client_address)

    @contextmanager
    def _tracked(self, request: socket.socket) -> Iterator[None]:
        """Keep a second handle of the connection, because wrapping it takes the first one away."""
        with request.dup() as duplicate:
            with self._open_changed:
                self._open.add(duplicate)
            try:
                yield
            finally:
                with self._open_changed:
                    self._open.discard(duplicate)
                    self._open_changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over connections that the other side broke; anything else is a mistake of ours, and is told."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def end(self) -> None:
        """Stop listening, end every connection, and wait until their threads have let go of them."""
        self.is_ending.set()
        self.shutdown()
        self._thread.join()
        with self._open_changed:
            for connection in self._open:
                with suppress(OSError):  # the other side has ended it already
                    connection.shutdown(socket.SHUT_RDWR)
            self._open_changed.wait_for(lambda: not self._open, timeout=PATIENCE_SECONDS)
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    """Turns one request into a `Call`, and the answer to it into bytes."""

    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # a body after its headers waits for nobody

    def _serve(self) -> None:
        body = self._body()
        if body is None:
            self.close_connection = True
            self._write(problem(413, "body-refused", f"Send a Content-Length of at most {MOST_BODY_BYTES}."))
            return
        address = urlsplit(self.path)
        query = dict(parse_qsl(address.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._write(self.server.routes.answer(Call(self.command, unquote(address.path), query, headers, body)))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - the names that http.server calls

    def _body(self) -> bytes | None:
        """Return the body, or None for one that is too long or does not tell its length."""
        told = self.headers.get("Content-Length", "0")
        is_refused = "Transfer-Encoding" in self.headers or not told.isdigit() or int(told) > MOST_BODY_BYTES
        return None if is_refused else self.rfile.read(int(told))

    def _write(self, answer: Answer) -> None:
        if self.server.is_ending.wait(answer.wait_s) or answer.is_reset:
            self.close_connection = True
            return
        self.close_connection = self.close_connection or answer.declared is not None
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(answer.length))
        for name, value in answer.headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        for part in answer.parts:
            self.wfile.write(part)
            if self.server.is_ending.wait(answer.pause_s):
                self.close_connection = True
                return

    def version_string(self) -> str:
        """Return the name of the server, without the version of Python."""
        return "CampaignFlowDemo/1"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: standard output and standard error belong to the engine."""


PORT_VARIABLE: Final = "CAMPAIGN_FLOW_DEMO_PORT"
"""The variable of the environment that names the port of a demo API started with `python -m engine demo`."""

SHARED: Final = DemoApi()
"""The demo API of this process."""


def shared_address() -> DemoAddress:
    """Return where calls to the reserved host go: to the demo API of the environment, or that of this process.

    That of this process is started when it does not run yet, and ends with the process. Raises FileError, CallError.
    """
    port = os.environ.get(PORT_VARIABLE, "")
    if not port.isdigit():
        return SHARED.start()
    authority = Authority.of(data_folder() / "demo", datetime.now(UTC))
    return DemoAddress(int(port), authority.file)


def serve_forever(port: int = 0) -> None:
    """Serve until the process is asked to end; the first line on standard output says where, as JSON."""
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    with DemoApi(port=port) as address:
        place = {"url": address.url, "host": HOST, "port": address.port, "ca": str(address.ca_file)}
        print(json.dumps(place), flush=True)
        while not stopped.wait(PATIENCE_SECONDS):  # with a limit, because Windows does not interrupt a wait
            continue
