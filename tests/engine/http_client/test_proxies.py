"""A proxy between this computer and a host: what goes through it, and how each way of failing reads."""

from __future__ import annotations

import base64
import re
import ssl
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.http_client.client import send
from engine.http_client.lines import Connections, Lines
from engine.http_client.models import CallLimits, Exchange, HttpRequest, RetryPolicy
from engine.http_client.proxies import proxy_for
from tests.engine.http_client.answering import Said, answering
from tests.engine.http_client.loopback import Listener, Party, call, issued
from tests.engine.http_client.tunnel import Tunnel, tunnel

HOST = "api.example.com"
PASSWORD = "pass%2Fword"
"""The password is `pass/word`."""


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def authority() -> Party:
    """Return who vouches for the servers."""
    return issued("Test authority")


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory, authority: Party) -> Path:
    """Return the file of the authority."""
    return authority.file(tmp_path_factory.mktemp("authority"), "ca.pem")


@pytest.fixture(scope="module")
def context(ca: Path, authority: Party) -> ssl.SSLContext:
    """Return what the server shows: it is the host that is called."""
    return issued("server", names=[HOST], issuer=authority).context(ca.parent)


def named(monkeypatch: pytest.MonkeyPatch, proxy: Tunnel, user: str = "", scheme: str = "http") -> None:
    """Let the environment name a proxy."""
    monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://{user}{proxy.place}")


def called(
    ca: Path,
    *,
    timeout_s: float = 5,
    attempts: int = 1,
    listener: Listener | None = None,
    url: str = f"https://{HOST}/",
) -> Exchange:
    """Return how a call to the host ended."""
    policy = RetryPolicy(attempts, first_delay_s=0.01)
    return call(url, timeout_s=timeout_s, policy=policy, listener=listener, ca=ca)


def test_a_call_goes_through_the_proxy_and_is_checked_to_its_end(
    monkeypatch: pytest.MonkeyPatch, ca: Path, context: ssl.SSLContext
) -> None:
    listener = Listener()
    with answering(lambda _asked: Said({"data": []}), context) as server, tunnel(server.url, waits_s=0.2) as proxy:
        named(monkeypatch, proxy, f"me:{PASSWORD}@")
        ended = called(ca, listener=listener)
    assert ended.answer is not None, ended.error
    assert ended.answer.body == b'{"data": []}'
    assert ended.answer.proxy == proxy.place
    assert proxy.asked == [f"{HOST}:443"]
    told = re.search(rb"(?i)proxy-authorization: basic (\S+)", proxy.heads[0])
    assert told is not None
    assert base64.b64decode(told[1]) == b"me:pass/word"
    assert "proxy-authorization" not in server.asked[0].headers
    assert listener.told == [f"Calling GET https://{HOST}/ through the proxy {proxy.place}."]
    timings = ended.answer.timings
    assert list(timings) == ["dns_ms", "connect_ms", "proxy_ms", "tls_ms", "first_byte_ms", "download_ms"]
    assert timings["proxy_ms"] >= 190
    assert timings["tls_ms"] < 150
    assert sum(timings.values()) == pytest.approx(ended.answer.elapsed_ms, abs=30)


def test_calls_that_belong_together_share_the_way_through_the_proxy(
    monkeypatch: pytest.MonkeyPatch, ca: Path, context: ssl.SSLContext
) -> None:
    request = HttpRequest("GET", f"https://{HOST}/")
    with (
        answering(lambda _asked: Said({}), context) as server,
        Connections(ca) as ways,
        tunnel(server.url) as proxy,
    ):
        named(monkeypatch, proxy)
        first, second = (send(request, CallLimits(5), RetryPolicy(1), Listener(), Lines(ways)) for _ in range(2))
    assert [each.answer.proxy for each in (first, second) if each.answer] == [proxy.place] * 2
    assert (len(proxy.asked), server.connections, len(server.asked)) == (1, 1, 2)


def test_a_proxy_with_tls_of_its_own_is_checked_too(
    monkeypatch: pytest.MonkeyPatch, ca: Path, context: ssl.SSLContext, authority: Party
) -> None:
    own = issued("proxy", names=["127.0.0.1"], issuer=authority).context(ca.parent)
    stranger = issued("proxy", names=["127.0.0.1"]).context(ca.parent)
    with answering(lambda _asked: Said({}), context) as server:
        with tunnel(server.url, context=own) as proxy:
            named(monkeypatch, proxy, scheme="https")
            ended = called(ca)
        with tunnel(server.url, context=stranger) as proxy:
            named(monkeypatch, proxy, scheme="https")
            refused = called(ca)
    assert ended.answer is not None, ended.error
    assert refused.error is not None
    assert refused.error.code.id == "EXT-PROXY"
    assert proxy.place in str(refused.error)
    assert proxy.asked == []


def test_a_certificate_behind_a_proxy_is_read_through_it(
    monkeypatch: pytest.MonkeyPatch, ca: Path, authority: Party
) -> None:
    expired = issued("server", names=[HOST], issuer=authority, days=(-9, -2)).context(ca.parent)
    with answering(lambda _asked: Said({}), expired) as server, tunnel(server.url) as proxy:
        named(monkeypatch, proxy)
        error = called(ca).error
    assert error is not None
    assert error.code.id == "EXT-CERTIFICATE-EXPIRED"
    assert "It was issued by “Test authority”." in str(error)
    assert len(proxy.asked) == 2
    assert server.asked == []


REFUSALS = [
    ("", 407, "Proxy Authentication Required", "EXT-PROXY-REFUSED", "asks for a user name and a password", 1),
    ("me:secret-word@", 407, "No", "EXT-PROXY-REFUSED", "refuses the user name or the password (407 No)", 1),
    ("", 403, "Forbidden", "EXT-PROXY-REFUSED", f"does not connect to “{HOST}” (403 Forbidden)", 1),
    ("", 502, "Bad Gateway", "EXT-PROXY", f"does not connect to “{HOST}” (502 Bad Gateway)", 3),
]


@pytest.mark.parametrize(("user", "status", "phrase", "code", "said", "attempts"), REFUSALS)
def test_a_proxy_that_refuses_is_named_and_never_its_password(
    monkeypatch: pytest.MonkeyPatch, ca: Path, user: str, status: int, phrase: str, code: str, said: str, attempts: int
) -> None:
    listener = Listener()
    with tunnel("", says=f"HTTP/1.1 {status} {phrase}\r\nContent-Length: 0\r\n\r\n".encode()) as proxy:
        named(monkeypatch, proxy, user)
        ended = called(ca, attempts=3, listener=listener)
    error = ended.error
    assert error is not None
    assert (error.code.id, error.code.acs, error.field) == (code, "WKF-560246", "request.url")
    assert f"The proxy “{proxy.place}”" in str(error)
    assert said in str(error)
    assert ended.attempts == attempts
    everything = str(error.to_json()) + "".join(listener.told)
    assert "secret-word" not in everything
    assert base64.b64encode(b"me:secret-word").decode() not in everything


def test_a_proxy_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, ca: Path) -> None:
    for place, reason in (("127.0.0.1:9", "connection refused"), ("nobody-has-this-name.invalid:3128", "")):
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:secret-word@{place}")
        ended = called(ca, attempts=2)
        assert ended.error is not None
        assert ended.error.code.id == "EXT-PROXY"
        assert f"The proxy “{place}” cannot be reached ({reason}" in str(ended.error)
        assert HOST not in str(ended.error)
        assert "secret-word" not in str(ended.error.to_json())
        assert ended.attempts == 2


@pytest.mark.parametrize("says", [b"", b"SSH-2.0-OpenSSH\r\n\r\n"])
def test_a_proxy_that_ends_the_connection_is_named(monkeypatch: pytest.MonkeyPatch, ca: Path, says: bytes) -> None:
    with tunnel("", says=says) as proxy:
        named(monkeypatch, proxy)
        error = called(ca).error
    assert error is not None
    assert error.code.id == "EXT-PROXY"
    assert f"The proxy “{proxy.place}” ended the connection" in str(error)


def test_a_proxy_that_never_answers_ends_with_the_clock(monkeypatch: pytest.MonkeyPatch, ca: Path) -> None:
    with tunnel("", waits_s=30) as proxy:
        named(monkeypatch, proxy)
        started = time.monotonic()
        error = called(ca, timeout_s=0.5).error
        assert time.monotonic() - started < 1.5
    assert error is not None
    assert error.code.id == "EXT-TIMEOUT"
    assert f"The proxy “{proxy.place}” gave no connection to “{HOST}” within 0.5 s." in str(error)


def test_a_host_behind_a_proxy_that_is_slow_is_cut(
    monkeypatch: pytest.MonkeyPatch, ca: Path, context: ssl.SSLContext
) -> None:
    with answering(lambda _asked: Said({}), context, takes_s=3) as server, tunnel(server.url) as proxy:
        named(monkeypatch, proxy)
        started = time.monotonic()
        error = called(ca, timeout_s=0.5).error
        assert time.monotonic() - started < 1.5
    assert error is not None
    assert f"“{HOST}” did not answer completely within 0.5 s." in str(error)


def test_a_call_without_tls_is_told_what_the_proxy_wants(monkeypatch: pytest.MonkeyPatch, ca: Path) -> None:
    says = b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n"
    with tunnel("", says=says) as proxy:
        monkeypatch.setenv("http_proxy", f"http://{proxy.place}")
        ended = called(ca, url=f"http://{HOST}/x")
    assert proxy.asked == [f"http://{HOST}/x"]
    assert ended.error is not None
    assert "asks for a user name and a password (407 Who are you)" in str(ended.error)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("socks5://127.0.0.1:1080", "speaks SOCKS"),
        ("http://me:secret-word@proxy:port", "cannot be read"),
        ("http://", "cannot be read"),
        ("ftp://me:secret-word@proxy:21", "cannot be read"),
    ],
)
def test_an_address_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, ca: Path, address: str, said: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address)
    error = called(ca).error
    assert error is not None
    assert (error.code.id, error.code.acs) == ("EXT-PROXY-ADDRESS", "WKF-560246")
    assert said in str(error)
    assert "secret-word" not in str(error.to_json())


@pytest.mark.parametrize(
    ("system", "place"),
    [
        ({"https": "http://proxy.corp.example:3128"}, "proxy.corp.example:3128"),
        ({"https": "proxy.corp.example:8080"}, "proxy.corp.example:8080"),
        ({"all": "http://[::1]:3128"}, "[::1]:3128"),
        ({"https": "http://proxy.corp.example"}, "proxy.corp.example:80"),
        ({"http": "http://proxy.corp.example:3128"}, None),
        ({}, None),
    ],
)
def test_the_proxy_of_the_system_is_used(
    monkeypatch: pytest.MonkeyPatch, system: dict[str, str], place: str | None
) -> None:
    monkeypatch.setattr("requests.utils.getproxies", lambda: system)
    found = proxy_for(f"https://{HOST}/x")
    assert (found.place if found is not None else None) == place


def test_hosts_that_are_excepted_are_called_straight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.corp.example:3128")
    monkeypatch.setenv("NO_PROXY", "example.com, 10.0.0.0/8")
    hosts: Sequence[str] = (HOST, "10.1.2.3", "localhost", "127.0.0.1", "[::1]", "demo-api.example")
    assert [proxy_for(f"https://{host}/") for host in hosts] == [None] * len(hosts)
    assert proxy_for("https://api.example.org/") is not None
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setattr("requests.utils.proxy_bypass", lambda host: host == HOST)
    assert proxy_for(f"https://{HOST}/") is None


def test_the_password_of_a_proxy_is_in_no_description(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:secret-word@proxy:3128")
    assert "secret-word" not in repr(proxy_for(f"https://{HOST}/"))
