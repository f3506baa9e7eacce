"""Connections that several calls share, the pace of calls to a host, and the clock over all of them."""

from __future__ import annotations

import threading
import time

import pytest

from engine.http_client import connection
from engine.http_client.client import send
from engine.http_client.lines import Lines
from engine.http_client.models import CallLimits, Exchange, HttpRequest, RetryPolicy
from engine.http_client.rate import take_turn
from tests.engine.http_client.answering import Asked, Said, answering
from tests.engine.http_client.loopback import Listener


def sent(url: str, lines: Lines | None, listener: Listener | None = None, *, timeout_s: float = 5) -> Exchange:
    """Return how a call over `lines` ended."""
    return send(HttpRequest("GET", url), CallLimits(timeout_s), RetryPolicy(1), listener or Listener(), lines=lines)


def test_calls_that_belong_together_share_a_connection() -> None:
    with answering(lambda _asked: Said()) as server:
        with Lines() as lines:
            first, second = sent(server.url, lines), sent(server.url, lines)
        sent(server.url, None)
    assert first.answer is not None
    assert second.answer is not None
    assert (server.connections, len(server.asked)) == (2, 3)
    assert "connect_ms" in first.answer.timings
    assert "connect_ms" not in second.answer.timings


def test_a_connection_that_has_waited_long_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "IDLE_S", 0.0)
    with answering(lambda _asked: Said()) as server, Lines() as lines:
        sent(server.url, lines)
        sent(server.url, lines)
    assert server.connections == 2


def test_cutting_one_call_leaves_the_others_alone() -> None:
    go_on = threading.Event()

    def answer(asked: Asked) -> Said:
        if asked.path == "/slow":
            go_on.wait(5)
        return Said()

    with answering(answer) as server, Lines(most=2) as lines:
        sent(f"{server.url}/quick", lines)
        started = time.monotonic()
        slow = sent(f"{server.url}/slow", lines, timeout_s=0.3)
        assert time.monotonic() - started < 1.3
        quick = [sent(f"{server.url}/quick", lines) for _ in range(3)]
        go_on.set()
    assert slow.error is not None
    assert slow.error.code.id == "EXT-TIMEOUT"
    assert all(each.answer is not None for each in quick)


def test_a_call_that_many_threads_make_at_once_is_answered_for_each() -> None:
    ended: list[Exchange] = []
    with answering(lambda asked: Said({"path": asked.path}), takes_s=0.01) as server, Lines(most=5) as lines:

        def some(number: int) -> None:
            ended.extend(sent(f"{server.url}/{number}/{place}", lines) for place in range(10))

        threads = [threading.Thread(target=some, args=(number,)) for number in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    told = sorted(each.answer.text for each in ended if each.answer is not None)
    assert told == sorted(f'{{"path": "/{number}/{place}"}}' for number in range(5) for place in range(10))
    assert server.connections <= 5


def test_hosts_take_turns_each_for_itself() -> None:
    assert take_turn("a.test.example", 10) == 0
    assert 9 < take_turn("a.test.example", 10) <= 10
    assert take_turn("b.test.example", 10) == 0
    assert take_turn("a.test.example", 0) == 0


def test_waiting_for_ones_turn_is_not_the_calls_own_time_but_ends_with_the_clock() -> None:
    with answering(lambda _asked: Said()) as server:
        with Lines(interval_s=0.5) as lines:
            sent(server.url, lines)
            assert sent(server.url, lines, timeout_s=0.3).answer is not None
        with Lines(interval_s=30, total_s=1) as lines:
            ended = sent(server.url, lines)
    assert ended.error is not None
    assert (ended.error.code.id, ended.error.code.acs, ended.error.field, ended.attempts) == (
        "EXT-TOTAL-TIME",
        "WKF-560246",
        "limits.total_s",
        0,
    )
