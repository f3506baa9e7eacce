"""External API: when a call is tried again, after which pause, and who can end the waiting (ACS 1.9)."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Level
from engine.http_client.rate import take_turn
from engine.tables.interim import TableStore
from tests.engine.activities.call_world import CallWorld, get
from tests.engine.http_client.answering import Asked, Said, answering

QUICK = {"attempts": 3, "pause_s": 0.02, "longest_pause_s": 0.05}
ROWS = [{"code": "A"}]


@pytest.fixture
def world(tmp_path: Path, ca_file: Path, secure: ssl.SSLContext) -> Iterator[CallWorld]:
    """Return a world that trusts that server."""
    with TableStore(tmp_path) as store:
        yield CallWorld(store, certificate_file=ca_file)


def settings_of(url: str, retry: Mapping[str, Any], **request: Any) -> dict[str, Any]:
    """Return the settings of a call to `url` that is tried again as `retry` says."""
    return get("", request={"url": url, **request}, retry=retry)


@pytest.mark.parametrize(
    ("statuses", "status", "attempts"),
    [
        (None, 503, 3),
        (None, 418, 1),
        ("418", 418, 3),
        ("418; 5XX", 599, 3),
        ("408,429", 500, 1),
        ("", 503, 1),
        ("4xx", 404, 3),
    ],
)
def test_a_call_is_tried_again_after_the_statuses_of_its_settings(
    world: CallWorld, secure: ssl.SSLContext, statuses: str | None, status: int, attempts: int
) -> None:
    retry = {**QUICK, **({"statuses": statuses} if statuses is not None else {})}
    with answering(lambda _asked: Said(status=status), secure) as server:
        error = world.error(settings_of(server.url, retry))
    assert str(status) in str(error)
    assert len(server.asked) == attempts
    assert world.call["attempts"] == attempts


def test_a_connection_error_is_tried_again_whatever_the_statuses_are(world: CallWorld) -> None:
    error = world.error(settings_of("https://127.0.0.1:9/", {**QUICK, "statuses": ""}))
    assert error.code.id == "EXT-CONNECTION"
    assert world.call["attempts"] == 3


@pytest.mark.parametrize("statuses", ["600", "99", "5٠0", "5x", "50x", "ok", "429, five hundred", "-1", "٥٠٠"])
def test_what_is_no_status_is_told_before_the_call(world: CallWorld, statuses: str) -> None:
    found = world.findings(settings_of("https://a.example/", {"statuses": statuses}))
    wrong = next(each for each in found if each.code.id == "EXT-RETRY-STATUSES")
    assert (wrong.level, wrong.field) == (Level.ERROR, "retry.statuses")
    assert "100 to 599" in str(wrong.text)


@pytest.mark.parametrize("is_date", [False, True])
def test_retry_after_goes_before_the_pauses_of_the_settings(
    world: CallWorld, secure: ssl.SSLContext, *, is_date: bool
) -> None:
    def answer(_asked: Asked) -> Said:
        if len(server.asked) > 1:
            return Said(ROWS)
        moment = datetime.now(UTC) + timedelta(seconds=2)
        return Said(status=429, headers={"Retry-After": format_datetime(moment, usegmt=True) if is_date else "1"})

    with answering(answer, secure) as server:
        started = time.monotonic()
        assert world.result(settings_of(server.url, {**QUICK, "longest_pause_s": 0}))[0]["code"] == "A"
        assert 0.9 < time.monotonic() - started < 4
    assert world.call["attempts"] == 2


def test_pauses_are_those_of_the_settings(world: CallWorld, secure: ssl.SSLContext) -> None:
    with answering(lambda _asked: Said(status=503), secure) as server:
        started = time.monotonic()
        world.error(settings_of(server.url, {"attempts": 3, "pause_s": 0, "longest_pause_s": 0}))
        none = time.monotonic() - started
        world.error(settings_of(server.url, {"attempts": 2, "pause_s": 10, "longest_pause_s": 0.6}))
    assert none < 0.5
    assert 0.6 <= time.monotonic() - started - none < 1.5


def test_every_attempt_of_a_call_has_the_same_key_and_another_call_another(
    world: CallWorld, secure: ssl.SSLContext
) -> None:
    with answering(lambda _asked: Said(status=503), secure) as server:
        made = settings_of(server.url, {**QUICK, "idempotency_key": True}, method="POST")
        world.live = True
        world.error(made)
        world.error(made)
    keys = [each.headers["idempotency-key"] for each in server.asked]
    assert len(keys) == 6
    assert [len(set(keys[:3])), len(set(keys[3:])), len(set(keys))] == [1, 1, 2]


def test_the_clock_over_all_calls_ends_pauses_and_pages_too(world: CallWorld, secure: ssl.SSLContext) -> None:
    def answer(asked: Asked) -> Said:
        return Said(status=503) if asked.query["page"] == "3" else Said(ROWS)

    with answering(answer, secure, takes_s=0.1) as server:
        made = settings_of(server.url, {"attempts": 10, "pause_s": 0.4, "longest_pause_s": 0.4})
        made |= {"paging": {"by": "page"}, "limits": {"total_s": 1.2}, "response": {"columns": [{"id": "code"}]}}
        started = time.monotonic()
        error = world.error(made)
        assert time.monotonic() - started < 2.2
    assert error.code.id in ("EXT-TOTAL-TIME", "EXT-STATUS")
    assert [asked.query["page"] for asked in server.asked][:3] == ["1", "2", "3"]
    assert len(server.asked) < 8


WAITS: dict[str, tuple[dict[str, Any], int, float]] = {
    "a pause before the next attempt": ({"retry": {"attempts": 5, "pause_s": 30}}, 503, 0),
    "a pause that was asked for": ({"retry": {"attempts": 5}}, 429, 0),
    "the answer": ({}, 200, 5),
    "the answer with the next page": ({"paging": {"by": "page"}}, 200, 5),
    "its turn at the host": ({"limits": {"rate": 1, "rate_per": "minute"}}, 200, 0),
}
"""What a call waits for: settings, the status of the answer, and after which time the second one comes."""


@pytest.mark.parametrize("name", WAITS)
def test_whoever_stops_a_call_does_not_wait(world: CallWorld, secure: ssl.SSLContext, name: str) -> None:
    others, status, waits_s = WAITS[name]
    is_asked, is_over = threading.Event(), threading.Event()
    if "limits" in others:
        take_turn("localhost", 0)  # somebody has just called
        is_asked.set()

    def answer(_asked: Asked) -> Said:
        if waits_s and (len(server.asked) > 1 or "paging" not in others):
            is_asked.set()
            is_over.wait(waits_s)
        is_asked.set()
        return Said(ROWS, status, {"Retry-After": "30"} if status == 429 else {})

    with answering(answer, secure) as server:
        made = settings_of(server.url, QUICK) | {"response": {"columns": [{"id": "code"}]}} | others
        ended: list[tuple[str, float]] = []
        call = threading.Thread(target=lambda: ended.append((world.error(made).code.id, time.monotonic())))
        call.start()
        assert is_asked.wait(10)
        time.sleep(0.3)
        assert not ended
        stopped = time.monotonic()
        world.is_cancelled = True
        call.join(10)
        is_over.set()
    ((code, moment),) = ended
    assert code == "APP-TEST-STOP"
    assert moment - stopped < 0.2
