"""A demo API over real HTTPS, and a plain client for it."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.demo.authority import HOST
from engine.demo.server import DemoAddress, DemoApi


@dataclass(frozen=True)
class Got:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


def _connection(address: DemoAddress, host: str, timeout: float) -> http.client.HTTPSConnection:
    """Return a connection whose certificate must be that of `host`, checked as strictly as can be."""
    context = ssl.create_default_context(cafile=str(address.ca_file))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    connection = http.client.HTTPSConnection(host, timeout=timeout)
    bare = socket.create_connection(address.connect_to, timeout=timeout)
    try:
        connection.sock = context.wrap_socket(bare, server_hostname=host)
    except ssl.SSLError:
        bare.close()
        raise
    return connection


@pytest.fixture(scope="session")
def authority_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a certificate authority that all tests share."""
    return tmp_path_factory.mktemp("authority")


@pytest.fixture
def demo(authority_folder: Path) -> Iterator[DemoApi]:
    """Yield a running demo API with no code burned."""
    demo = DemoApi(folder=authority_folder)
    demo.start()
    yield demo
    demo.stop()


@pytest.fixture
def connect_to() -> Iterator[Callable[..., http.client.HTTPSConnection]]:
    """Return a function that connects to an address; what it opens is closed after the test."""
    opened: list[http.client.HTTPSConnection] = []

    def connect(address: DemoAddress, host: str = HOST, timeout: float = 10) -> http.client.HTTPSConnection:
        opened.append(_connection(address, host, timeout))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


@pytest.fixture
def connect(demo: DemoApi, connect_to: Callable[..., http.client.HTTPSConnection]) -> Callable[..., Any]:
    """Return a function that connects to the running demo API."""

    def connect(host: str = HOST, timeout: float = 10) -> http.client.HTTPSConnection:
        assert demo.address is not None
        return connect_to(demo.address, host, timeout)

    return connect


@pytest.fixture
def ask(connect: Callable[..., http.client.HTTPSConnection]) -> Callable[..., Got]:
    """Return a function that sends one request to the demo API, on a connection of its own."""

    def ask(method: str, path: str, body: Any = None, *, timeout: float = 10, **headers: str) -> Got:
        connection = connect(timeout=timeout)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, None if body is None else json.dumps(body), sent)
        response = connection.getresponse()
        return Got(response.status, dict(response.headers), response.read())

    return ask
