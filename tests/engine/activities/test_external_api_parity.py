"""External API: for each guardrail of Campaign it is told what would fail there, whatever the flow's own limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.activities.external_api.calling import Called
from engine.activities.external_api.parity import would_fail
from engine.errors import Level
from engine.http_client.guardrails import MOST_BYTES, Profile
from engine.http_client.models import Exchange, Header, HttpAnswer, HttpRequest
from engine.tables.interim import TableStore
from engine.tables.json_text import JsonText
from tests.engine.activities.call_world import AUDIENCE, HOST, CallWorld, get
from tests.engine.http_client.loopback import demo_api, plain, serving


@pytest.fixture(autouse=True, scope="module")
def _demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, demo_api(tmp_path_factory.mktemp("demo"), patch):
        yield


@pytest.fixture
def world(tmp_path: Path) -> Iterator[CallWorld]:
    tables = tmp_path / "tables"
    tables.mkdir()
    with TableStore(tables) as store:
        yield CallWorld(store, recordings=(tmp_path / "flow.d",))


def deep(levels: int) -> Any:
    """Return objects within objects."""
    value: Any = 1
    for _ in range(levels):
        value = {"a": value}
    return value


DOUBLES = [{"id": f"a_{n}", "key": f"/{n}/a"} for n in range(152)]

BEFORE: dict[str, tuple[dict[str, Any], str, str]] = {
    "answer beyond 5 MB": ({"limits": {"response_bytes": MOST_BYTES + 1}}, "WKF-560239", "limits.response_bytes"),
    "body beyond 5 MB": ({"limits": {"request_bytes": MOST_BYTES + 1}}, "WKF-560250", "limits.request_bytes"),
    "longer than a minute": ({"limits": {"timeout_s": 61}}, "WKF-560246", "limits.timeout_s"),
    "not HTTPS": ({"request": {"url": "http://api.example.com/"}}, "WKF-560238", "request.url"),
    "this computer": ({"request": {"url": "https://localhost/"}}, "WKF-560244", "request.url"),
    "an IPv4 address": ({"request": {"url": "https://192.168.0.5/"}}, "WKF-560244", "request.url"),
    "an IPv6 address": ({"request": {"url": "https://[2001:db8::1]/"}}, "WKF-560244", "request.url"),
    "a header of the connection": (
        {"request": {"headers": [{"name": "Accept", "value": "text/csv"}]}},
        "WKF-560248",
        "request.headers.0.name",
    ),
    "more than 10 levels": ({"response": {"sample": [deep(10)]}}, "WKF-560241", "response.sample"),
    "a sample beyond 5 MB": ({"response": {"sample": [{"a": "x" * MOST_BYTES}]}}, "WKF-560239", "response.sample"),
    "a key beyond 255": (
        {"response": {"columns": [{"id": "a", "key": "a" * 256}]}},
        "WKF-560240",
        "response.columns.0.key",
    ),
    "more than 150 names again": (
        {"response": {"mode": "flatten", "columns": DOUBLES}},
        "WKF-560240",
        "response.columns",
    ),
}
"""By what goes beyond a limit that is known before a call (ACS 1.8): the settings, Campaign's code and the field."""


def merged(settings: Mapping[str, Any]) -> dict[str, Any]:
    base: dict[str, Any] = {"request": {"url": f"{HOST}offers"}, "response": {"columns": [{"id": "a", "key": "a"}]}}
    return {**base, **{name: {**base.get(name, {}), **value} for name, value in settings.items()}}


@pytest.mark.parametrize("profile", ["acs", "local"])
@pytest.mark.parametrize("limit", BEFORE)
def test_what_goes_beyond_a_limit_is_told_before_the_call(world: CallWorld, limit: str, profile: Profile) -> None:
    settings, acs, field = BEFORE[limit]
    world.guardrails = profile
    found = [
        each for each in world.findings(merged(settings), AUDIENCE) if each.field == field and each.code.acs == acs
    ]
    assert len(found) == 1
    assert found[0].hint
    is_refused_anywhere = acs == "WKF-560248"
    assert (found[0].level is Level.ERROR) == (profile == "acs" or is_refused_anywhere)
    if profile == "local" and not is_refused_anywhere:
        assert f"It would fail in Adobe Campaign: {acs}." in str(found[0].text)


@pytest.mark.parametrize("profile", ["acs", "local"])
def test_within_the_limits_nothing_is_told(world: CallWorld, profile: Profile) -> None:
    world.guardrails = profile
    columns = [{"id": "a", "key": "a" * 255}, {"id": "b", "key": "b"}]
    sample = [{"a" * 255: 1, "b": 2}]
    limits = {"response_bytes": MOST_BYTES, "request_bytes": MOST_BYTES, "timeout_s": 60}
    assert world.findings(merged({"response": {"columns": columns, "sample": sample}, "limits": limits})) == []


@pytest.mark.parametrize(
    ("mode", "key", "field"),
    [
        ("keyed", "a", "response.mode"),
        ("parallel", "a", "response.mode"),
        ("header", "a", "response.mode"),
        ("array", "/a/b", "response.columns"),
    ],
)
def test_other_ways_to_rows_than_those_of_campaign_are_told(world: CallWorld, mode: str, key: str, field: str) -> None:
    settings = merged({"response": {"mode": mode, "pointer": "/data", "columns": [{"id": "a", "key": key}]}})
    (finding,) = [each for each in world.findings(settings) if each.code.id == "EXT-OUTSIDE-ROWS"]
    assert (finding.level, finding.field) == (Level.INFO, field)
    world.guardrails = "acs"
    (finding,) = [each for each in world.findings(settings) if each.code.id == "EXT-OUTSIDE-ROWS"]
    assert finding.level is Level.ERROR


ANSWERS: dict[str, tuple[Callable[[], AbstractContextManager[int]], str, str]] = {
    "another content type": (
        lambda: serving(plain(b'[{"code": "A"}]').replace(b"application/json", b"text/json")),
        "EXT-CONTENT-TYPE",
        "WKF-560246",
    ),
    "an answer beyond 5 MB": (
        lambda: serving(plain(b'[{"code": "' + b"A" * MOST_BYTES + b'"}]')),
        "EXT-LARGE-LIMIT",
        "WKF-560239",
    ),
    "more than 10 levels": (
        lambda: serving(plain(b'[{"code": "A", "rest": ' + b'{"a":' * 10 + b"1" + b"}" * 10 + b"}]")),
        "EXT-DEEP-ANSWER",
        "WKF-560241",
    ),
}
"""Answers that only the flow's own limits let through: the code of the note, and what Campaign would say."""


@pytest.mark.parametrize("limit", ANSWERS)
def test_what_an_answer_goes_beyond_is_told_after_the_call(world: CallWorld, limit: str) -> None:
    make, code, acs = ANSWERS[limit]
    with make() as port:
        settings = get("", request={"url": f"http://localhost:{port}/"}, limits={"response_bytes": 9_000_000})
        assert len(world.result(settings)) == 1
    (words,) = [words for _, id, words in world.notes if id == code]
    assert words.endswith(f": {acs}.")
    assert words in world.call["notes"]


def test_redirects_are_refused_whatever_the_limits(world: CallWorld) -> None:
    error = world.error(get("failures/redirect?to=https://other.example/x"))
    assert (error.code.id, error.code.acs) == ("EXT-REDIRECT", "WKF-560246")


def test_a_body_beyond_5_mb_and_a_call_beyond_a_minute_are_told_after_the_call() -> None:

    answer = HttpAnswer(200, "OK", (Header("Content-Type", "application/json"),), b"[]")
    exchange = Exchange(datetime(2026, 3, 7, tzinfo=UTC), 1, 61_000, answer)
    request = HttpRequest("POST", HOST, (), b"x" * (MOST_BYTES + 1))
    called = Called("live", exchange)
    assert [note.code.acs for note in would_fail(called, request, JsonText([]), "local") if note.code] == [
        "WKF-560250",
        "WKF-560246",
    ]
    assert list(would_fail(called, request, JsonText([]), "acs")) == []
    assert list(would_fail(replace(called, source="sample"), request, JsonText([]), "local")) == []
