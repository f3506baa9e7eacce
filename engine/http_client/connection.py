"""One connection, with the time of each phase, that can be cut from another thread; and where the demo API is."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

from engine.demo.authority import HOST
from engine.demo.server import shared_address
from engine.errors import Code, FileError
from engine.http_client.failures import reason_of
from engine.http_client.proxies import Proxy, authorization, not_connected, not_reached
from engine.secure_socket import tidy
from engine.text import Text

NO_AUTHORITY = Code("EXT-CA-FILE", "The file of certificate authorities to trust cannot be read.")

CA_VARIABLE: Final = "REQUESTS_CA_BUNDLE"
OTHER_ADDRESS_S: Final = 5.0
MOST_KEPT: Final = 50
"""So many connections to a host wait at most for their next request: one for each call at the same time."""
IDLE_S: Final = 4.0
"""A connection is used again only so soon after its last request: servers close those that wait, most after 5 s."""


class Grip:
    """A second handle of a connection: wrapping it for TLS takes the first one away. One call at a time has it."""

    def __init__(self, connection: socket.socket) -> None:
        """Keep a handle of `connection`."""
        self._socket = connection.dup()
        self._line: Line | None = None
        self._is_dropped = False
        self._lock = threading.Lock()

    def take(self, line: Line) -> None:
        """Give the connection to a call."""
        with self._lock:
            self._line = line

    def end(self, line: Line) -> None:
        """End the connection, unless another call has it meanwhile."""
        with self._lock:
            if self._line is line:
                with contextlib.suppress(OSError):  # the other side was faster
                    self._socket.shutdown(socket.SHUT_RDWR)

    def leave(self, line: Line) -> None:
        """Take the connection from the call that has it."""
        with self._lock:
            self._line = None if self._line is line else self._line
            self._close_unused()

    def drop(self) -> None:
        """Close the handle as soon as no call has the connection."""
        with self._lock:
            self._is_dropped = True
            self._close_unused()

    def _close_unused(self) -> None:
        if self._is_dropped and self._line is None:
            self._socket.close()


class Line:
    """The connection of one attempt. Cutting it ends whatever its thread is waiting for."""

    def __init__(self) -> None:
        """Begin without a connection."""
        self.proxy: Proxy | None = None
        self.timings: dict[str, float] = {}
        self.is_connected = False
        """Whether a request may have left: from then on it may also have arrived."""
        self._grip: Grip | None = None
        self._is_cut = False
        self._lock = threading.Lock()

    @property
    def waits_for(self) -> str:
        """Return the proxy that has not let the line through yet, empty where there is none to wait for."""
        is_waiting = self.proxy is not None and not self.is_connected and "proxy_ms" not in self.timings
        return self.proxy.place if is_waiting and self.proxy is not None else ""

    @contextlib.contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Note the milliseconds that the block takes, if it ends well."""
        start = time.perf_counter()
        yield
        self.timings[name] = round((time.perf_counter() - start) * 1000, 1)

    def hold(self, grip: Grip) -> None:
        """Use a connection, which is ended at once where the line has been cut."""
        with self._lock:
            if self._grip is not None and self._grip is not grip:
                self._grip.leave(self)
            self._grip = grip
            grip.take(self)
            if self._is_cut:
                grip.end(self)

    def cut(self) -> None:
        """End the connection, now or as soon as there is one."""
        with self._lock:
            self._is_cut = True
            if self._grip is not None:
                self._grip.end(self)

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            if self._grip is not None:
                self._grip.leave(self)
                self._grip = None


class _Timed(HTTPConnection):
    """Connects with the phases timed; `route` is the address to connect to in the place of the host's own.

    The line of the call that uses the connection is the one of the thread that does.
    """

    def __init__(self, using: _Using, route: tuple[str, int] | None, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.route = route
        self._using = using
        self._grip: Grip | None = None
        self._used_at = time.monotonic()

    @property
    def line(self) -> Line:
        """Return the line of the call that uses the connection."""
        return self._using.line

    @property
    def is_connected(self) -> bool:
        """Return whether the connection can be used once more: one that has been idle may be closed any moment."""
        return super().is_connected and time.monotonic() - self._used_at < IDLE_S

    def request(self, *arguments: Any, **more: Any) -> None:
        if self._grip is not None:
            self.line.hold(self._grip)
            self.line.is_connected = True
        self._used_at = time.monotonic()
        super().request(*arguments, **more)

    def close(self) -> None:
        super().close()
        if self._grip is not None:
            self._grip.drop()
            self._grip = None

    def _new_conn(self) -> socket.socket:
        """Return a connection to the host, or to the proxy before it. Raises CallError for a proxy that takes none."""
        if self.line.proxy is None:
            return self._reached()
        try:
            return self._reached()
        except (NameResolutionError, NewConnectionError, OSError) as error:
            raise not_reached(self.line.proxy, reason_of(error.__cause__ or error)) from error

    def _reached(self) -> socket.socket:
        host, port = self.route or (self.host, self.port)
        with self.line.timed("dns_ms"):
            try:
                found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError) as error:
                known = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
                raise NameResolutionError(self.host, self, known) from error
        with self.line.timed("connect_ms"):
            connection = self._connected(list(dict.fromkeys(str(each[4][0]) for each in found)), port)
        self._grip = Grip(connection)
        self.line.hold(self._grip)
        return connection

    def _connected(self, addresses: Sequence[str], port: int) -> socket.socket:
        problem: OSError | None = None
        for address in addresses:
            patience = self.timeout if address == addresses[-1] else _shorter(self.timeout)
            try:
                found = create_connection((address, port), patience, socket_options=self.socket_options)
            except OSError as error:
                problem = error
            else:
                if isinstance(self.timeout, int | float):
                    found.settimeout(self.timeout)
                return found
        raise NewConnectionError(self, str(problem)) from problem


def _shorter(timeout: Any) -> Any:
    """Return how long to try an address that is not the last one: some networks swallow what goes to IPv6."""
    return min(timeout, OTHER_ADDRESS_S) if isinstance(timeout, int | float) else timeout


class _TimedPlain(_Timed):
    """A connection without TLS."""

    def connect(self) -> None:
        super().connect()
        self.line.is_connected = True


class _TimedSecure(_Timed, HTTPSConnection):
    """A connection with TLS, through a proxy where the line has one."""

    def connect(self) -> None:
        before = time.perf_counter()
        super().connect()
        spent = (time.perf_counter() - before) * 1000
        rest = spent - sum(self.line.timings.get(name, 0) for name in ("dns_ms", "connect_ms", "proxy_ms"))
        self.line.timings["tls_ms"] = round(max(rest, 0), 1)
        self.line.is_connected = True

    def _tunnel(self) -> None:
        """Ask the proxy for a connection to the host. Raises CallError when it gives none."""
        proxy, host = self.line.proxy, self._tunnel_host or ""
        try:
            with self.line.timed("proxy_ms"):
                super()._tunnel()
        except (OSError, HTTPException) as error:
            if proxy is None or isinstance(error, TimeoutError):
                raise
            raise not_connected(proxy, host, error) from error

    def _connect_tls_proxy(self, hostname: str, sock: socket.socket) -> ssl.SSLSocket:
        """Speak TLS with the proxy itself. Raises CallError where that does not come about."""
        proxy = self.line.proxy
        try:
            return super()._connect_tls_proxy(hostname, sock)
        except OSError as error:
            if proxy is None or isinstance(error, TimeoutError):
                raise
            raise not_reached(proxy, reason_of(error)) from error


class _Using(threading.local):
    """The line of the call that a thread carries out."""

    line: Line


class LineAdapter(HTTPAdapter):
    """Sends the requests of a session over connections that the line of each thread watches, and keeps them open."""

    def __init__(self, context: ssl.SSLContext, route: tuple[str, int] | None) -> None:
        """Keep what every connection gets. Nothing is ever sent twice by itself."""
        self._using = _Using()
        self._context = context
        self._route = route
        super().__init__(pool_connections=1, pool_maxsize=MOST_KEPT, max_retries=0)

    def use(self, line: Line) -> None:
        """Let `line` watch what this thread sends from now on."""
        self._using.line = line

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> tuple[Any, Any]:
        """Use our own TLS context, always with checking."""
        host, _ = super().build_connection_pool_key_attributes(request, True, None)
        return host, {"ssl_context": self._context, "cert_reqs": "CERT_REQUIRED"}

    def cert_verify(self, *_arguments: Any, **_more: Any) -> None:
        """Leave the checking to the TLS context."""

    def proxy_manager_for(self, proxy: str, **more: Any) -> Any:
        """Speak with a proxy that has TLS of its own as with any host."""
        return super().proxy_manager_for(proxy, proxy_ssl_context=self._context, **more)

    def proxy_headers(self, proxy: str) -> dict[str, str]:
        """Tell the proxy who calls."""
        return authorization(proxy)

    def get_connection_with_tls_context(self, request: Any, verify: Any, proxies: Any = None, cert: Any = None) -> Any:
        """Give the pool connections of our kind."""
        pool: Any = super().get_connection_with_tls_context(request, verify, proxies, cert)
        kind = _TimedSecure if pool.scheme == "https" else _TimedPlain
        pool.ConnectionCls = partial(kind, self._using, self._route)
        return pool


def is_demo(url: str) -> bool:
    """Return whether a URL means the bundled demo API."""
    parts = urlsplit(url)
    return parts.scheme.lower() == "https" and parts.hostname == HOST


def adapter_for(url: str, certificate_file: Path | None) -> LineAdapter:
    """Return what carries requests to the host of `url`; those to the demo API trust nobody but its own authority.

    Raises FileError for a certificate file that cannot be used, and whatever starting the demo API raises.
    """
    if is_demo(url):
        address = shared_address()
        context = tidy(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        context.load_verify_locations(address.ca_file)
        return LineAdapter(context, address.connect_to)
    return LineAdapter(_context(certificate_file), None)


def _context(certificate_file: Path | None) -> ssl.SSLContext:
    """Return a context that trusts what the computer trusts, and the files that people named.

    Reading the authorities takes a while, so a context is kept as long as their files are the same.
    """
    named = [certificate_file] if certificate_file else []
    if os.environ.get(CA_VARIABLE):
        named.append(Path(os.environ[CA_VARIABLE]))
    defaults = ssl.get_default_verify_paths()
    files = [*named, *(Path(path) for path in (defaults.cafile, defaults.capath) if path)]
    state = tuple((str(file), _changed_at(file)) for file in files)
    if _kept.get(state) is None:
        context = _trusting(named)
        _kept.clear()
        _kept[state] = context
    return _kept[state]


_kept: dict[tuple[tuple[str, int], ...], ssl.SSLContext] = {}
"""The last context, by the files that its authorities are read from and when these were changed."""


def _changed_at(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def _trusting(named: Sequence[Path]) -> ssl.SSLContext:
    context = _system_context()
    for file in named:
        try:
            context.load_verify_locations(*(None, file) if file.is_dir() else (file,))
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, FileNotFoundError | PermissionError) else "it holds none"
            raise FileError(
                NO_AUTHORITY,
                Text(
                    "The certificate authorities in “{file}” cannot be read: {reason}.",
                    file=file,
                    reason=reason or type(error).__name__,
                ),
                hint=Text("Name a file with certificates in PEM form."),
            ) from None
    return context


def _system_context() -> ssl.SSLContext:
    """Return a context that trusts what the computer trusts.

    Where OpenSSL itself finds the authorities they are read once, not again for each connection.
    """
    import truststore

    if sys.platform in ("win32", "darwin") or ssl.get_default_verify_paths().cafile is None:
        asking: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return asking
    context = tidy(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    context.set_default_verify_paths()
    return context
