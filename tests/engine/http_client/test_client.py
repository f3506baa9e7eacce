"""A call over real HTTPS: what comes back, and how each way of failing reads."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from engine.errors import CallError, GuardrailError, RunCancelled
from engine.http_client.client import back_off, retry_after
from engine.http_client.models import Header, HttpRequest, RetryPolicy, shown_url
from tests.engine.http_client.loopback import HOST, Listener, call, demo_api, plain, serving

QUICK = RetryPolicy(3, first_delay_s=0.05)


@pytest.fixture(autouse=True, scope="module")
def _demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, demo_api(tmp_path_factory.mktemp("demo"), patch):
        yield


def test_an_answer_comes_with_its_status_headers_and_times() -> None:
    ended = call(f"{HOST}offers")
    assert ended.answer is not None
    assert (ended.answer.status, ended.answer.reason, ended.attempts) == (200, "OK", 1)
    assert ended.answer.media_type == "application/json"
    assert json.loads(ended.answer.text)["default"]["title"] == "Spring sale"
    assert list(ended.answer.timings) == ["dns_ms", "connect_ms", "tls_ms", "first_byte_ms", "download_ms"]
    assert sum(ended.answer.timings.values()) == pytest.approx(ended.answer.elapsed_ms, abs=20)


def test_what_is_sent_is_what_the_request_says() -> None:
    got: list[bytes] = []
    with serving(plain(), requests=got) as port:
        headers = (Header("X-Campaign", "été"),)
        ended = call(f"http://localhost:{port}/a?b=c", method="POST", headers=headers, body=b'{"params":{"count":2}}')
    assert ended.answer is not None
    head, _, body = got[0].partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    assert lines[0] == "POST /a?b=c HTTP/1.1"
    sent = dict(line.split(": ", 1) for line in lines[1:])
    assert sent["X-Campaign"] == "été"
    assert sent["Accept"] == sent["Content-Type"] == "application/json"
    assert sent["User-Agent"] == "CampaignFlowDesigner/1"
    assert body == b'{"params":{"count":2}}'
    told = {name for name in sent if name not in ("Host", "Connection", "Content-Length")}
    assert told == {header["name"] for header in HttpRequest("POST", "", headers, b"").to_json()["headers"]}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "a%20b?q=caf%C3%A9&x={y}", b'{"params":{"count":2}}'),
        ("POST", "", b""),
        ("GET", "é?ü=1#part", None),
        ("DELETE", "x", None),
        ("PUT", "x", b"[]"),
    ],
)
def test_the_head_that_people_see_is_the_one_that_leaves(method: str, path: str, body: bytes | None) -> None:
    got: list[bytes] = []
    with serving(plain(), requests=got) as port:
        url, headers = f"http://LOCALHOST:{port}/{path}", (Header("X-Campaign", "spring"), Header("X-Two", "2"))
        call(url, method=method, headers=headers, body=body)
    request = HttpRequest(method, url, headers, body)
    assert got[0].decode() == request.head + (body or b"").decode()


def test_the_head_masks_secrets_and_is_empty_for_no_url() -> None:
    headers = (Header("Authorization", "Bearer s3cret", "Bearer ********"),)
    head = HttpRequest("GET", "https://api.example.com/a?api_key=s3cretive-value", headers).head
    assert "s3cret" not in head
    assert "Authorization: Bearer ********" in head
    assert "me:pass" not in b64decode(HttpRequest("GET", "https://me:pass@api.example.com").head.split()[-1]).decode()
    assert HttpRequest("GET", "nowhere").head == HttpRequest("GET", "https://").head == ""


@pytest.mark.parametrize(
    ("path", "code", "acs", "said"),
    [
        ("failures/truncated", "EXT-TRUNCATED", "WKF-560246", "ended before its announced length"),
        ("failures/reset", "EXT-BROKEN-OFF", "WKF-560246", "ended the connection"),
        ("failures/large-headers", "EXT-NOT-HTTP", "WKF-560246", "headers are too large"),
        ("failures/too-large?bytes=6000000", "EXT-RESPONSE-SIZE", "WKF-560239", "5\u202f242\u202f880 bytes"),
    ],
)
def test_failures_on_the_way_are_sentences_with_a_code(path: str, code: str, acs: str, said: str) -> None:
    error = call(HOST + path).error
    assert error is not None
    assert (error.code.id, error.code.acs) == (code, acs)
    assert said in str(error.text)
    assert error.finding.hint


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://nobody-has-this-name.invalid/", "EXT-HOST-UNKNOWN"),
        ("https://127.0.0.1:9/", "EXT-CONNECTION"),
    ],
)
def test_a_host_that_is_not_there_is_named(url: str, code: str) -> None:
    error = call(url).error
    assert isinstance(error, CallError)
    assert error.code.id == code
    assert error.field == "request.url"


def test_a_port_without_tls_is_told() -> None:
    with serving(plain()) as port:
        error = call(f"https://localhost:{port}/").error
    assert error is not None
    assert error.code.id == "EXT-TLS"


def test_something_else_than_http_is_told() -> None:
    with serving(b"SSH-2.0-OpenSSH_9\r\n") as port:
        error = call(f"http://localhost:{port}/").error
    assert error is not None
    assert error.code.id == "EXT-NOT-HTTP"


def test_a_packing_that_was_not_asked_for_is_refused() -> None:
    with serving(plain(b"\x0b\x02", "Content-Encoding: br")) as port:
        error = call(f"http://localhost:{port}/").error
    assert error is not None
    assert error.code.id == "EXT-ENCODING"


def test_damaged_gzip_is_refused() -> None:
    with serving(plain(b"\x1f\x8bnot gzip at all", "Content-Encoding: gzip")) as port:
        error = call(f"http://localhost:{port}/").error
    assert error is not None
    assert error.code.id == "EXT-ENCODING"


@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured the way Linux and macOS do")
def test_a_gzip_bomb_is_never_unpacked_whole() -> None:
    import resource

    call(f"{HOST}offers")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    error = call(f"{HOST}failures/too-large?bytes=200000000&gzip=1", timeout_s=30).error
    assert isinstance(error, GuardrailError)
    assert error.code.id == "EXT-RESPONSE-SIZE"
    assert error.field == "limits.response_bytes"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


@pytest.mark.parametrize("path", ["failures/slow?seconds=20", "failures/drip?seconds=20"])
def test_the_wall_clock_holds_for_the_whole_exchange(path: str) -> None:
    start = time.monotonic()
    error = call(HOST + path, timeout_s=1).error
    assert time.monotonic() - start < 1.9
    assert error is not None
    assert (error.code.id, error.field) == ("EXT-TIMEOUT", "limits.timeout_s")


def test_a_connection_that_nobody_answers_ends_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # connections are taken, and nothing is ever said
        start = time.monotonic()
        error = call(f"https://localhost:{silent.getsockname()[1]}/", timeout_s=1).error
    assert time.monotonic() - start < 1.9
    assert error is not None
    assert error.code.id == "EXT-TIMEOUT"


def test_a_call_can_be_stopped_while_it_waits() -> None:
    listener = Listener()
    threading.Timer(0.3, listener.stopped.set).start()
    start = time.monotonic()
    with pytest.raises(RunCancelled):
        call(f"{HOST}failures/slow?seconds=20", timeout_s=30, listener=listener)
    assert time.monotonic() - start < 1.5


def test_a_pause_between_attempts_can_be_stopped() -> None:
    listener = Listener(patience=1)
    start = time.monotonic()
    with pytest.raises(RunCancelled):
        call(f"{HOST}failures/429?after=20&id=stop", timeout_s=30, listener=listener, policy=QUICK)
    assert time.monotonic() - start < 1.5


def test_redirects_are_not_followed() -> None:
    got: list[bytes] = []
    with serving(plain(), requests=got) as port:
        ended = call(f"{HOST}failures/redirect?to=http://localhost:{port}/steal", headers=[Header("X-Api-Key", "k")])
    assert ended.answer is not None
    assert ended.answer.status == 302
    assert got == []


def test_a_status_that_may_pass_is_tried_again_with_a_word_each_time() -> None:
    listener = Listener()
    ended = call(f"{HOST}failures/503", policy=QUICK, listener=listener)
    assert ended.answer is not None
    assert (ended.attempts, ended.answer.status) == (3, 503)
    assert [words for words in listener.told if "Attempt 3 of 3 follows in" in words]


def test_a_long_pause_is_counted_down() -> None:
    listener = Listener(patience=2)
    with pytest.raises(RunCancelled):
        call(f"{HOST}failures/429?after=6&id=count", timeout_s=30, listener=listener, policy=QUICK)
    assert listener.told[2] == "The next attempt follows in 5 s."


def test_retry_after_is_obeyed() -> None:
    start = time.monotonic()
    ended = call(f"{HOST}failures/429?after=1&id=obeyed", policy=QUICK)
    assert ended.answer is not None
    assert (ended.attempts, ended.answer.status) == (2, 200)
    assert time.monotonic() - start > 1


def test_a_pause_beyond_the_wall_clock_is_not_begun() -> None:
    listener = Listener()
    start = time.monotonic()
    ended = call(f"{HOST}failures/429?after=60&id=beyond", policy=QUICK, listener=listener)
    assert ended.answer is not None
    assert (ended.attempts, ended.answer.status) == (1, 429)
    assert time.monotonic() - start < 2
    assert "would have to wait 60 s" in listener.told[-1]


@pytest.mark.parametrize(
    ("path", "attempts"),
    [("failures/500", 1), ("failures/reset", 1), ("failures/truncated", 1), ("failures/429?after=0&id=spend", 2)],
)
def test_what_may_have_been_carried_out_is_not_repeated(path: str, attempts: int) -> None:
    policy = RetryPolicy(3, may_repeat=False, first_delay_s=0.05)
    assert call(HOST + path, policy=policy).attempts == attempts


def test_what_cannot_have_arrived_is_repeated() -> None:
    policy = RetryPolicy(2, may_repeat=False, first_delay_s=0.05)
    assert call("https://127.0.0.1:9/", policy=policy).attempts == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
def test_a_refusal_is_not_repeated(status: int) -> None:
    assert call(f"{HOST}failures/{status}", policy=QUICK).attempts == 1


def test_pauses_grow_and_end_at_half_a_minute() -> None:
    pauses = [back_off(attempt, RetryPolicy(), chance=lambda: 0.5) for attempt in range(1, 8)]
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert 0.75 <= back_off(1, RetryPolicy()) <= 1.25
    own = RetryPolicy(first_delay_s=0.5, longest_delay_s=3)
    assert [back_off(attempt, own, chance=lambda: 0.5) for attempt in range(1, 5)] == [0.5, 1, 2, 3]


def test_retry_after_is_read_as_seconds_and_as_date() -> None:
    now = datetime(2026, 3, 7, 12, tzinfo=UTC)
    assert retry_after("120", now) == 120
    assert retry_after(format_datetime(now + timedelta(seconds=30), usegmt=True), now) == 30
    assert retry_after(format_datetime(now - timedelta(hours=1), usegmt=True), now) == 0
    for nothing in ("", "soon", "-5", "1.5"):
        assert retry_after(nothing, now) is None


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/x?count=2", "https://a.example/x?count=2"),
        ("https://u:pass@a.example/x", "https://u:********@a.example/x"),
        ("https://a.example/x?api_key=abc&b=1", "https://a.example/x?api_key=********&b=1"),
    ],
)
def test_a_url_is_shown_without_what_looks_secret(url: str, shown: str) -> None:
    assert shown_url(url) == shown


def test_a_proxy_of_the_environment_is_never_asked_for_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert call(f"{HOST}offers").answer is not None
    with serving(plain()) as port:
        assert call(f"http://localhost:{port}/").answer is not None
        assert call(f"http://127.0.0.1:{port}/").answer is not None


def test_no_password_file_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine localhost login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    got: list[bytes] = []
    with serving(plain(), requests=got) as port:
        call(f"http://localhost:{port}/")
    assert b"authorization" not in got[0].lower()


def test_a_body_in_pieces_that_breaks_off_is_truncated() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    with serving(head + b'5\r\n{"a":\r\n') as port:
        error = call(f"http://localhost:{port}/").error
    assert error is not None
    assert error.code.id == "EXT-TRUNCATED"


def test_a_body_in_pieces_is_put_together() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    with serving(head + b'5\r\n{"a":\r\n2\r\n1}\r\n0\r\n\r\n') as port:
        ended = call(f"http://localhost:{port}/")
    assert ended.answer is not None
    assert ended.answer.body == b'{"a":1}'
