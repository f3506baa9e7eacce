"""Hostile answers to a fresh engine: each ends in time with its cause, takes little memory, and hears no credential."""

from __future__ import annotations

import socket
import ssl
import sys
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from benchmarks.hostile_memory import CREDENTIAL, LIMIT_S, MOST_MB, SLACK_S, measured
from tests.engine.http_client.answering import Answering, Asked, Said, answering
from tests.engine.http_client.loopback import Party, issued, plain, serving

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell the peak of the memory")

NO_HTTP, TOO_LARGE = "EXT-NOT-HTTP", "EXT-RESPONSE-SIZE"
GOOD = b'{"data": [{"code": "V-7F3"}]}'
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


def packed(size: int) -> bytes:
    """Return JSON of about so many bytes, packed into a thousandth."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    row = b'{"code":"V-7F3"},' * 65_536
    parts = [packer.compress(b'{"data":[')]
    parts += [packer.compress(row) for _ in range(size // len(row))]
    return b"".join([*parts, packer.compress(b'{"code":"V-7F3"}]}'), packer.flush()])


def endless() -> bytes:
    """Return 30 MB in pieces whose number nobody is told."""
    piece = b'{"code":"V-7F3"},' * 4096
    return CHUNKED + b"1\r\n[\r\n" + (f"{len(piece):x}\r\n".encode() + piece + b"\r\n") * 430


def gzipped(body: bytes) -> bytes:
    return plain(body, "Content-Encoding: gzip")


ANSWERS: dict[str, tuple[bytes, str, str]] = {
    "closed": (b"", "EXT-BROKEN-OFF", "ended the connection"),
    "truncated length": (
        plain(GOOD).replace(b"Length: 29", b"Length: 290"),
        "EXT-TRUNCATED",
        "ended before its announced length",
    ),
    "truncated gzip": (
        gzipped(packed(2_000_000)[:1000]),
        "EXT-TRUNCATED",
        "packed answer of “localhost” ends",
    ),
    "damaged gzip": (gzipped(b"\x1f\x8b" + b"x" * 100), "EXT-ENCODING", "cannot be unpacked"),
    "200 MB in gzip": (gzipped(packed(200_000_000)), TOO_LARGE, "is larger than"),
    "30 MB that nobody announced": (endless(), TOO_LARGE, "is larger than"),
    "200 MB announced": (
        plain(GOOD).replace(b"Length: 29", b"Length: 200000000"),
        "EXT-RESPONSE-SIZE",
        "is larger than",
    ),
    "redirect loop": (plain(b"", "Location: /again", status="302 Found"), "EXT-REDIRECT", "/again"),
    "huge header": (plain(GOOD, "X-Padding: " + "x" * 200_000), NO_HTTP, "headers are too large"),
    "many headers": (
        plain(GOOD, *(f"X-{number}: x" for number in range(5000))),
        "EXT-NOT-HTTP",
        "headers are too large",
    ),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n", NO_HTTP, "no HTTP"),
    "NaN": (plain(b'{"data": [{"code": NaN}]}'), "EXT-JSON-NAN", "NaN"),
    "10,000 levels": (plain(b"[" * 10_000 + b"]" * 10_000), "EXT-JSON-DEPTH", "levels"),
    "duplicate keys": (plain(b'{"data": [{"code": "A", "code": "B"}]}'), "", ""),
    "lone surrogates": (plain(b'{"data": [{"code": "\\ud800"}]}'), "", ""),
}
"""What a server says, our code and a part of the sentence; nothing where the answer can be read after all."""


def certificates(authority: Party) -> Mapping[str, tuple[Party, str, str]]:
    """Return what servers show that are not to be trusted, our code and a part of the sentence."""
    names = ["localhost"]
    expired = issued("server", names=names, issuer=authority, days=(-9, -2))
    return {
        "expired": (expired, "EXT-CERTIFICATE-EXPIRED", "expired on"),
        "signed by itself": (issued("server", names=names), "EXT-CERTIFICATE-ISSUER", "signed by itself"),
        "of another host": (
            issued("server", names=["other.example"], issuer=authority),
            "EXT-CERTIFICATE-HOST",
            "for “other.example”",
        ),
    }


@contextmanager
def hostile(
    folder: Path, heard: list[bytes], elsewhere: list[Asked]
) -> Iterator[tuple[dict[str, str], dict[str, tuple[str, str]]]]:
    """Yield the URLs of hostile servers by name, and what is expected of each; the good one is called `good`."""
    authority = issued("Test authority")
    authority.file(folder, "ca.pem")
    context = issued("server", names=["localhost"], issuer=authority).context(folder)
    is_over = threading.Event()
    urls: dict[str, str] = {}
    expected: dict[str, tuple[str, str]] = {name: (code, said) for name, (_, code, said) in ANSWERS.items()}
    with ExitStack() as stack:
        for name, (answer, _, _) in {"good": (plain(GOOD), "", ""), **ANSWERS}.items():
            urls[name] = f"https://localhost:{stack.enter_context(serving(answer, context))}/x"
        for name, (party, code, said) in certificates(authority).items():
            port = stack.enter_context(serving(plain(GOOD), party.context(folder), heard))
            urls[name], expected[name] = f"https://localhost:{port}/x", (code, said)
        other: Answering = stack.enter_context(answering(lambda asked: _remember(asked, elsewhere), context))
        moved = Said({}, 302, {"Location": f"{other.url}/x"})
        urls["redirect to another host"] = stack.enter_context(answering(lambda _asked: moved, context)).url
        expected["redirect to another host"] = ("EXT-REDIRECT", other.url)
        never = stack.enter_context(answering(lambda _asked: _silent(is_over), context))
        urls["never"], expected["never"] = never.url, ("EXT-TIMEOUT", "did not answer completely within 3 s")
        drip = stack.enter_context(_dripping(context, is_over))
        urls["a byte now and then"], expected["a byte now and then"] = drip, expected["never"]
        yield urls, expected
        is_over.set()


def _remember(asked: Asked, elsewhere: list[Asked]) -> Said:
    elsewhere.append(asked)
    return Said({"data": []})


def _silent(is_over: threading.Event) -> Said:
    is_over.wait(30)
    return Said({"data": []})


@contextmanager
def _dripping(context: ssl.SSLContext, is_over: threading.Event) -> Iterator[str]:
    """Yield the URL of a server that sends a byte every tenth of a second."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            with context.wrap_socket(listening.accept()[0], server_side=True) as connection:
                connection.recv(65_536)
                connection.sendall(plain(GOOD * 100)[:-2800])
                while not is_over.wait(0.1):
                    connection.sendall(b" ")
        except OSError:
            return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{listening.getsockname()[1]}/x"
    finally:
        listening.close()
        thread.join(5)


def test_hostile_answers_end_in_time_with_their_cause_and_little_memory(tmp_path: Path) -> None:
    heard: list[bytes] = []
    elsewhere: list[Asked] = []
    with hostile(tmp_path, heard, elsewhere) as (urls, expected):
        good = urls.pop("good")
        started = time.monotonic()
        found = measured(good, urls, {"REQUESTS_CA_BUNDLE": str(tmp_path / "ca.pem")})
        assert time.monotonic() - started < 120
    assert found.keys() == expected.keys()
    told = {name: (ended["code"], ended["message"]) for name, ended in found.items()}
    wrong = {name for name, (code, said) in expected.items() if told[name][0] != code or said not in told[name][1]}
    assert {name: told[name] for name in wrong} == {}
    assert {name: ended["ms"] for name, ended in found.items() if ended["ms"] > (LIMIT_S + SLACK_S) * 1000} == {}
    assert {name: ended["mb"] for name, ended in found.items() if ended["mb"] >= MOST_MB} == {}
    assert elsewhere == []
    assert b"".join(heard) == b""
    assert CREDENTIAL not in str(found)
    assert not any(CREDENTIAL in file.read_text("utf-8", "replace") for file in tmp_path.rglob("*.json"))
