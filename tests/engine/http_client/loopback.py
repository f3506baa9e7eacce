"""Servers on this computer, honest and otherwise, with certificates of every kind."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from engine.demo.server import PORT_VARIABLE, DemoApi
from engine.errors import Code, RunCancelled
from engine.http_client.client import send
from engine.http_client.lines import Connections, Lines
from engine.http_client.models import CallLimits, Exchange, Header, HttpRequest, RetryPolicy
from engine.secure_socket import tidy
from engine.text import Text

HOST = "https://demo-api.example/v1/"
STOPPED = Code("APP-TEST-STOPPED", "A test stopped the call.")


@contextmanager
def demo_api(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[DemoApi]:
    """Yield a demo API that calls to the reserved host find."""
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        patch.setenv(name, str(folder))
    demo = DemoApi(folder=folder / "campaign-flow-designer" / "demo")
    with demo as address:
        patch.setenv(PORT_VARIABLE, str(address.port))
        yield demo


@dataclass
class Listener:
    """Somebody who waits for a call, and may lose patience after so many words."""

    patience: int = 1000
    told: list[str] = field(default_factory=list)
    received: list[tuple[int, int | None]] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def check_cancelled(self) -> None:
        """Stop when asked to, or out of patience."""
        if self.stopped.is_set() or len(self.told) > self.patience:
            raise RunCancelled(STOPPED, Text("Stopped."))

    def tell(self, text: Text) -> None:
        """Remember the words."""
        self.told.append(str(text))

    def progress(self, done: int, total: int | None) -> None:
        """Remember the bytes."""
        self.received.append((done, total))


def call(
    url: str,
    *,
    timeout_s: float = 5,
    response_bytes: int = 5_242_880,
    policy: RetryPolicy | None = None,
    listener: Listener | None = None,
    ca: Path | None = None,
    method: str = "GET",
    headers: Sequence[Header] = (),
    body: bytes | None = None,
) -> Exchange:
    """Return how a call ended."""
    request = HttpRequest(method, url, tuple(headers), body)
    limits = CallLimits(timeout_s, response_bytes)
    with Connections(ca) as connections:
        return send(request, limits, policy or RetryPolicy(1), listener or Listener(), Lines(connections))


@dataclass(frozen=True)
class Party:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def file(self, folder: Path, name: str, *, with_key: bool = False) -> Path:
        """Write it to a PEM file."""
        file = folder / name
        secret = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) if with_key else b""
        file.write_bytes(secret + self.certificate.public_bytes(Encoding.PEM))
        return file

    def context(self, folder: Path) -> ssl.SSLContext:
        """Return the TLS context of a server that shows it."""
        context = tidy(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
        context.load_cert_chain(self.file(folder, f"{os.urandom(4).hex()}.pem", with_key=True))
        return context


def issued(
    name: str, *, names: Sequence[str] = (), issuer: Party | None = None, days: tuple[int, int] = (-10, 10)
) -> Party:
    """Return a new certificate; without an issuer it signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    signer = issuer.key if issuer is not None else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer is not None else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if names:
        alternatives: list[x509.GeneralName] = [
            x509.IPAddress(ipaddress.ip_address(each)) if each[0].isdigit() else x509.DNSName(each) for each in names
        ]
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    else:
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        builder = builder.add_extension(usage, critical=True)
    return Party(builder.sign(signer, hashes.SHA256()), key)


@contextmanager
def serving(answer: bytes, context: ssl.SSLContext | None = None, requests: list[bytes] | None = None) -> Iterator[int]:
    """Yield the port of a server that answers every connection with these bytes, and closes it."""
    listening = socket.create_server(("127.0.0.1", 0))
    kept = requests if requests is not None else []

    def serve() -> None:
        while True:
            try:
                bare, _ = listening.accept()
            except OSError:
                return
            with bare, suppress(OSError):
                bare.settimeout(5)
                with context.wrap_socket(bare, server_side=True) if context is not None else bare as connection:
                    kept.append(_request(connection))
                    connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def _request(connection: socket.socket) -> bytes:
    """Return a whole request: what is left unread would end the connection with a reset."""
    got = b""
    while part := connection.recv(65_536):
        got += part
        head, ending, body = got.partition(b"\r\n\r\n")
        told = re.search(rb"content-length: (\d+)", head.lower())
        is_tls = got[:1] == b"\x16"
        if is_tls or (ending and len(body) >= int(told.group(1) if told else 0)):
            break
    return got


def plain(body: bytes = b'{"data":[]}', *headers: str, status: str = "200 OK") -> bytes:
    """Return the bytes of an HTTP answer."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body
