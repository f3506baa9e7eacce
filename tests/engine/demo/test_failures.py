"""Each usual failure of an API can be had from the demo API."""

from __future__ import annotations

import gzip
import http.client
import json
import time
from typing import Any

import pytest

from engine.demo.server import DemoApi


@pytest.mark.parametrize("status", [401, 403, 404, 422, 500, 503, 599])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_any_status_of_failure_can_be_had(status: int, method: str, ask: Any) -> None:
    answer = ask(method, f"/v1/failures/{status}")
    assert answer.status == status
    assert answer.json["error"]["message"].endswith(": as you asked for.")


def test_a_refusal_names_the_way_to_authenticate(ask: Any) -> None:
    assert ask("GET", "/v1/failures/401").headers["WWW-Authenticate"] == 'Bearer realm="demo"'


def test_429_says_when_to_come_again_and_then_answers(ask: Any) -> None:
    answers = [ask("POST", "/v1/failures/429?times=2&after=3&id=a") for _ in range(4)]
    assert [answer.status for answer in answers] == [429, 429, 200, 429]
    assert answers[0].headers["Retry-After"] == "3"
    assert ask("POST", "/v1/failures/429?id=b").status == 429


def test_html_comes_as_html(ask: Any) -> None:
    answer = ask("GET", "/v1/failures/html")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_broken_json_has_its_mistake_in_line_four(ask: Any) -> None:
    with pytest.raises(json.JSONDecodeError) as caught:
        json.loads(ask("GET", "/v1/failures/broken").body)
    assert caught.value.lineno == 4


@pytest.mark.parametrize("size", [100, 1_000_003, 6_000_000])
def test_a_large_answer_has_exactly_the_size_asked_for(size: int, ask: Any) -> None:
    answer = ask("GET", f"/v1/failures/too-large?bytes={size}")
    assert len(answer.body) == size
    assert answer.json["data"][0] == {"code": "V-7F3"}


def test_a_compressed_answer_is_small_on_the_way(ask: Any) -> None:
    answer = ask("GET", "/v1/failures/too-large?bytes=6000000&gzip=1")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.body) < 100_000
    assert len(gzip.decompress(answer.body)) == 6_000_000


def test_a_redirect_names_the_other_place(ask: Any) -> None:
    answer = ask("GET", "/v1/failures/redirect?to=https%3A%2F%2Fother.example%2F")
    assert (answer.status, answer.headers["Location"], answer.body) == (302, "https://other.example/", b"")


def test_an_empty_answer_has_no_byte(ask: Any) -> None:
    answer = ask("GET", "/v1/failures/empty")
    assert (answer.status, answer.body) == (200, b"")


def test_a_truncated_answer_is_shorter_than_it_told(ask: Any) -> None:
    with pytest.raises(http.client.IncompleteRead):
        ask("GET", "/v1/failures/truncated")


def test_a_reset_connection_gives_no_answer(ask: Any) -> None:
    with pytest.raises(ConnectionError):
        ask("GET", "/v1/failures/reset")


def test_a_slow_answer_takes_its_time(ask: Any) -> None:
    started = time.monotonic()
    assert ask("GET", "/v1/failures/slow?seconds=0.2").status == 200
    assert time.monotonic() - started >= 0.2


def test_a_dripping_answer_takes_its_time_over_the_body(ask: Any) -> None:
    started = time.monotonic()
    assert ask("GET", "/v1/failures/drip?seconds=0.2").json["data"]
    assert time.monotonic() - started >= 0.2


def test_stopping_does_not_wait_for_a_slow_answer(ask: Any, demo: DemoApi) -> None:
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        ask("GET", "/v1/failures/slow?seconds=60", timeout=0.2)
    demo.stop()
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("no-rows", {"data": []}),
        ("no-list", {"status": "ok", "code": "V-7F3"}),
        ("drift", {"data": [{"voucher": "V-7F3", "expires": "2026-12-31"}]}),
    ],
)
def test_answers_that_are_json_and_yet_not_what_was_expected(name: str, body: Any, ask: Any) -> None:
    assert ask("GET", f"/v1/failures/{name}").json == body


def test_two_lists_are_two_lists(ask: Any) -> None:
    body = ask("GET", "/v1/failures/two-lists").json
    assert isinstance(body["codes"], list)
    assert isinstance(body["meta"]["regions"], list)


def test_a_deep_answer_is_as_deep_as_asked_for(ask: Any) -> None:
    assert ask("GET", "/v1/failures/deep?levels=2000").body == b"[" * 2000 + b"]" * 2000


def test_numbers_that_are_none_and_headers_that_are_too_long(ask: Any) -> None:
    assert b"NaN" in ask("GET", "/v1/failures/not-numbers").body
    with pytest.raises(http.client.LineTooLong):
        ask("GET", "/v1/failures/large-headers")


@pytest.mark.parametrize("name", ["none", "200", "999", "", "4%C2%B29"])
def test_a_failure_that_nobody_knows_is_not_found(name: str, ask: Any) -> None:
    answer = ask("GET", f"/v1/failures/{name}")
    assert (answer.status, answer.json["error"]["code"]) == (404, "unknown-failure")


def test_numbers_that_make_no_sense_are_passed_over(ask: Any) -> None:
    assert len(ask("GET", "/v1/failures/too-large?bytes=-5").body) < 100
    assert len(ask("GET", "/v1/failures/too-large?bytes=nan").body) == 6_000_000
