"""External API: when a call is tried again, after which pause, and who can end the waiting (ACS 1.9)."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Level
from engine.tables.interim import TableStore
from tests.engine.activities.call_world import CallWorld, get
from tests.engine.http_client.answering import Asked, Said, answering
from tests.engine.http_client.loopback import issued

QUICK = {"attempts": 3, "pause_s": 0.02, "longest_pause_s": 0.05}
ROWS = [{"code": "A"}]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the certificates are."""
    return tmp_path_factory.mktemp("authority")


@pytest.fixture(scope="module")
def context(folder: Path) -> ssl.SSLContext:
    """Return what a server on this computer shows."""
    authority = issued("Test authority")
    authority.file(folder, "ca.pem")
    return issued("server", names=["localhost"], issuer=authority).context(folder)


@pytest.fixture
def world(tmp_path: Path, folder: Path, context: ssl.SSLContext) -> Iterator[CallWorld]:
    """Return a world that trusts that server."""
    with TableStore(tmp_path) as store:
        yield CallWorld(store, certificate_file=folder / "ca.pem")


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
    world: CallWorld, context: ssl.SSLContext, statuses: str | None, status: int, attempts: int
) -> None:
    retry = {**QUICK, **({"statuses": statuses} if statuses is not None else {})}
    with answering(lambda _asked: Said(status=status), context) as server:
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
    world: CallWorld, context: ssl.SSLContext, *, is_date: bool
) -> None:
    def answer(_asked: Asked) -> Said:
        if len(server.asked) > 1:
            return Said(ROWS)
        moment = datetime.now(UTC) + timedelta(seconds=2)
        return Said(status=429, headers={"Retry-After": format_datetime(moment, usegmt=True) if is_date else "1"})

    with answering(answer, context) as server:
        started = time.monotonic()
        assert world.result(settings_of(server.url, {**QUICK, "longest_pause_s": 0}))[0]["code"] == "A"
        assert 0.9 < time.monotonic() - started < 4
    assert world.call["attempts"] == 2


def test_pauses_are_those_of_the_settings(world: CallWorld, context: ssl.SSLContext) -> None:
    with answering(lambda _asked: Said(status=503), context) as server:
        started = time.monotonic()
        world.error(settings_of(server.url, {"attempts": 3, "pause_s": 0, "longest_pause_s": 0}))
        none = time.monotonic() - started
        world.error(settings_of(server.url, {"attempts": 2, "pause_s": 10, "longest_pause_s": 0.6}))
    assert none < 0.5
    assert 0.6 <= time.monotonic() - started - none < 1.5
