"""Connections that several calls share, the pace of calls to a host, and the clock over all of them."""

from __future__ import annotations

import threading
import time

import pytest

from engine.http_client import connection
from engine.http_client.client import send
from engine.http_client.lines import Connections, Lines
from engine.http_client.models import CallLimits, Exchange, HttpRequest, RetryPolicy
from engine.http_client.rate import take_turn
from tests.engine.http_client.answering import Asked, Said, answering
from tests.engine.http_client.loopback import Listener


def sent(url: str, connections: Connections, *, timeout_s: float = 5, **pace: float) -> Exchange:
    """Return how a call over `connections` ended."""
    return send(HttpRequest("GET", url), CallLimits(timeout_s), RetryPolicy(1), Listener(), Lines(connections, **pace))


def test_calls_that_belong_together_share_a_connection() -> None:
    with answering(lambda _asked: Said()) as server:
        with Connections() as connections:
            first, second = sent(server.url, connections), sent(server.url, connections)
        with Connections() as others:
            sent(server.url, others)
    assert first.answer is not None
    assert second.answer is not None
    assert (server.connections, len(server.asked)) == (2, 3)
    assert "connect_ms" in first.answer.timings
    assert "connect_ms" not in second.answer.timings


def test_a_connection_that_has_waited_long_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "IDLE_S", 0.0)
    with answering(lambda _asked: Said()) as server, Connections() as connections:
        sent(server.url, connections)
        sent(server.url, connections)
    assert server.connections == 2


def test_cutting_one_call_leaves_the_others_alone() -> None:
    go_on = threading.Event()

    def answer(asked: Asked) -> Said:
        if asked.path == "/slow":
            go_on.wait(5)
        return Said()

    with answering(answer) as server, Connections() as connections:
        sent(f"{server.url}/quick", connections)
        started = time.monotonic()
        slow = sent(f"{server.url}/slow", connections, timeout_s=0.3)
        assert time.monotonic() - started < 1.3
        quick = [sent(f"{server.url}/quick", connections) for _ in range(3)]
        go_on.set()
    assert slow.error is not None
    assert slow.error.code.id == "EXT-TIMEOUT"
    assert all(each.answer is not None for each in quick)


def test_a_call_that_many_threads_make_at_once_is_answered_for_each() -> None:
    ended: list[Exchange] = []
    with answering(lambda asked: Said({"path": asked.path}), takes_s=0.01) as server, Connections() as connections:

        def some(number: int) -> None:
            ended.extend(sent(f"{server.url}/{number}/{place}", connections) for place in range(10))

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
    with answering(lambda _asked: Said()) as server, Connections() as connections:
        sent(server.url, connections, interval_s=0.5)
        assert sent(server.url, connections, timeout_s=0.3, interval_s=0.5).answer is not None
        ended = sent(server.url, connections, interval_s=30, total_s=1)
    assert ended.error is not None
    assert (ended.error.code.id, ended.error.code.acs, ended.error.field, ended.attempts) == (
        "EXT-TOTAL-TIME",
        "WKF-560246",
        "limits.total_s",
        0,
    )
