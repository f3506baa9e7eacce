"""External API: one call for each distinct key of the rows that arrive."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.activity import Arrival, TableInbound
from engine.errors import RunCancelled
from engine.schema import ColumnType
from engine.tables.interim import TableStore
from tests.engine.activities.call_world import API, AUDIENCE, SECRET, CallWorld
from tests.engine.http_client.answering import Answering, Asked, Said, answering
from tests.engine.http_client.loopback import issued

REGIONS: list[dict[str, Any]] = [
    {"id": 1, "region": "13"},
    {"id": 2, "region": "59"},
    {"id": 3, "region": "13"},
    {"id": 4, "region": None},
    {"id": 5, "region": "75"},
]
SKIES = {"13": "sun", "59": "cloud", "75": "rain"}
COLUMNS = [{"id": "sky", "key": "sky"}]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[CallWorld]:
    tables = tmp_path / "tables"
    tables.mkdir()
    with TableStore(tables) as store:
        yield CallWorld(store, recordings=(tmp_path / "flow.d",), live=True)


def weather(asked: Asked) -> Said:
    """Answer with the sky over the last part of the path; nobody knows the region 59."""
    region = asked.path.rpartition("/")[2]
    if region == "59":
        return Said({"message": "no such region"}, 404)
    return Said({"data": [{"sky": SKIES.get(region, region)}]})


def settings(server: Answering, url: str = "/weather/{region}", **members: Any) -> dict[str, Any]:
    """Return the settings of a call for each region."""
    made: dict[str, Any] = {
        "request": {"url": server.url + url, "calls": "per-key", "keys": [{"field": "region"}]},
        "response": {"pointer": "/data", "columns": COLUMNS},
        "retry": {"attempts": 1},
    }
    for name, value in members.items():
        made[name] = {**made.get(name, {}), **value} if isinstance(value, Mapping) else value
    return made


def test_rows_that_share_a_key_cause_one_call(world: CallWorld) -> None:
    with answering(lambda asked: Said({"data": [{"sky": SKIES[asked.path[-2:]]}]})) as server:
        rows = world.result(settings(server), world.audience(REGIONS))
    assert sorted(server.paths) == ["/weather/13", "/weather/59", "/weather/75"]
    assert rows == [
        {"region": "13", "sky": "sun", "lineNum": 1, "_error": None},
        {"region": "59", "sky": "cloud", "lineNum": 2, "_error": None},
        {"region": "75", "sky": "rain", "lineNum": 3, "_error": None},
    ]
    assert any("1 row has no key" in text for _, _, text in world.notes)


def test_a_key_that_fails_leaves_the_others_and_says_why(world: CallWorld) -> None:
    with answering(weather) as server:
        rows = world.result(settings(server), world.audience(REGIONS))
        dropped = world.result(settings(server, request={"on_key_error": "drop"}), world.audience(REGIONS))
        error = world.error(settings(server, request={"on_key_error": "stop"}), world.audience(REGIONS))
    assert [(row["region"], row["sky"], bool(row["_error"])) for row in rows] == [
        ("13", "sun", False),
        ("75", "rain", False),
        ("59", None, True),
    ]
    assert "no such region" in rows[2]["_error"]
    assert [row["lineNum"] for row in rows] == [1, 2, 3]
    assert [list(row) for row in dropped] == [["region", "sky", "lineNum"]] * 2
    assert error.code.id == "EXT-STATUS"
    assert any(code == "EXT-KEY-FAILED" and "1 of 3" in text for _, code, text in world.notes)


def test_when_every_key_fails_the_activity_does(world: CallWorld) -> None:
    with answering(lambda _asked: Said({}, 500)) as server:
        error = world.error(settings(server), world.audience(REGIONS))
        row = world.run(settings(server, on_failure="transition"), world.audience(REGIONS)).tables["failed"]
    assert (error.code.id, error.code.acs) == ("EXT-STATUS", "WKF-560246")
    assert world.rows(row)[0]["status"] == 500
    assert len(world.call["pages"]) == 3


def test_several_rows_of_one_answer_get_the_same_key(world: CallWorld) -> None:
    def offers(asked: Asked) -> Said:
        return Said({"data": [{"sky": f"{asked.path[-2:]}{n}"} for n in range(2)] if asked.path[-2:] != "59" else []})

    with answering(offers) as server:
        rows = world.result(settings(server), world.audience(REGIONS))
    assert [(row["region"], row["sky"]) for row in rows] == [
        ("13", "130"),
        ("13", "131"),
        ("75", "750"),
        ("75", "751"),
    ]


def test_a_key_is_encoded_for_the_place_it_stands_in(world: CallWorld) -> None:
    people = world.audience([{"id": 1, "region": "a/b c?&é"}])
    url = "/weather/{region}?q={region}&n={id}"
    more = {"keys": [{"field": "region"}, {"field": "id"}], "headers": [{"name": "X-Id", "value": "no {id}"}]}
    with answering(lambda _asked: Said({"data": [{"sky": "sun"}]})) as server:
        rows = world.result(settings(server, url, request=more), people)
    asked = server.asked[0]
    assert asked.path == "/weather/a%2Fb%20c%3F%26%C3%A9"
    assert (asked.query, asked.headers["x-id"]) == ({"q": "a/b c?&é", "n": "1"}, "no 1")
    assert [(row["region"], row["id"]) for row in rows] == [("a/b c?&é", 1)]


def test_a_key_never_leads_to_another_path(world: CallWorld) -> None:
    people = world.audience([{"id": 1, "region": ".."}, {"id": 2, "region": "13"}])
    with answering(weather) as server:
        rows = world.result(settings(server, "/weather/{region}/now/13"), people)
    assert server.paths == ["/weather/13/now/13"]
    assert [(row["region"], bool(row["_error"])) for row in rows] == [("13", False), ("..", True)]


def test_the_rows_of_a_key_can_be_posted(world: CallWorld) -> None:
    request = {"add_count": True, "columns": [{"field": "id"}], "custom": {"region": "{region}", "text": "of {region}"}}
    with answering(lambda _asked: Said({"data": [{"sky": "sun"}]})) as server:
        world.result(settings(server, "/weather", request=request), world.audience(REGIONS[:3]))
    assert {each.method for each in server.asked} == {"POST"}
    assert sorted((each.body for each in server.asked), key=json.dumps) == [
        {"params": {"count": 1, "region": "59", "text": "of 59"}, "data": [{"id": 2}]},
        {"params": {"count": 2, "region": "13", "text": "of 13"}, "data": [{"id": 1}, {"id": 3}]},
    ]


def test_more_keys_than_allowed_call_nobody(world: CallWorld) -> None:
    with answering(weather) as server:
        error = world.error(settings(server, request={"most_keys": 2}), world.audience(REGIONS))
    assert (error.code.id, error.field, server.asked) == ("EXT-TOO-MANY-KEYS", "request.most_keys", [])
    assert "3 keys" in str(error)


def test_more_keys_than_the_quota_call_nobody(world: CallWorld) -> None:
    with answering(weather) as server:
        error = world.error(settings(server, limits={"quota": 2}), world.audience(REGIONS))
        assert len(world.result(settings(server, limits={"quota": 3}), world.audience(REGIONS))) == 3
    assert (error.code.id, error.field, len(server.asked)) == ("EXT-QUOTA", "limits.quota", 3)


def test_keys_of_nobody_call_nobody(world: CallWorld) -> None:
    with answering(weather) as server:
        rows = world.result(settings(server), world.audience([{"id": 1}]))
    assert (rows, server.asked) == ([], [])


def test_connections_are_used_again_and_never_more_than_asked_for(world: CallWorld, tmp_path: Path) -> None:
    authority = issued("Authority")
    context = issued("localhost", names=["localhost"], issuer=authority).context(tmp_path)
    world.certificate_file = authority.file(tmp_path, "ca.pem")
    people = world.audience([{"id": n, "region": str(n)} for n in range(40)])
    headers = {"headers": [{"name": "Authorization", "value": "Bearer {{secret:key}}"}], "concurrency": 4}
    with answering(lambda _asked: Said({"data": [{"sky": "sun"}]}), context, takes_s=0.01) as server:
        rows = world.result(settings(server, request=headers), people)
    assert len(rows) == len(server.asked) == 40
    assert server.connections <= 4
    assert 1 < server.busiest <= 4
    assert {each.headers["authorization"] for each in server.asked} == {f"Bearer {SECRET}"}
    assert world.asked == ["key"]
    assert SECRET not in world.everything(tmp_path)


def test_no_cookie_goes_from_one_call_to_the_next(world: CallWorld) -> None:
    with answering(lambda _asked: Said({"data": [{"sky": "x"}]}, headers={"Set-Cookie": "a=b; Path=/"})) as server:
        world.result(settings(server, request={"concurrency": 1}), world.audience(REGIONS))
    assert not any("cookie" in each.headers for each in server.asked)


def test_calls_to_a_host_keep_the_pace(world: CallWorld) -> None:
    people = world.audience([{"id": n, "region": str(n)} for n in range(5)])
    started = time.monotonic()
    with answering(lambda _asked: Said({"data": [{"sky": "sun"}]})) as server:
        world.result(settings(server, limits={"rate": 20, "rate_per": "second"}), people)
        world.result(settings(server, limits={"rate": 20, "rate_per": "second"}), people)
    assert len(server.asked) == 10
    assert time.monotonic() - started >= 9 * 0.05


def test_one_wall_clock_is_over_all_calls(world: CallWorld) -> None:
    people = world.audience([{"id": n, "region": str(n)} for n in range(30)])
    started = time.monotonic()
    with answering(lambda _asked: Said({"data": [{"sky": "sun"}]}), takes_s=0.1) as server:
        rows = world.result(settings(server, request={"concurrency": 2}, limits={"total_s": 0.5}), people)
    assert time.monotonic() - started < 2
    made = [row for row in rows if row["_error"] is None]
    assert 0 < len(made) < 30
    assert len(rows) == 30
    assert all("0.5 s" in row["_error"] for row in rows if row["_error"])


def test_all_answers_together_have_a_limit(world: CallWorld) -> None:
    people = world.audience([{"id": n, "region": str(n)} for n in range(30)])
    with answering(lambda _asked: Said({"data": [{"sky": "x" * 1000}]})) as server:
        error = world.error(settings(server, request={"concurrency": 1}, limits={"total_bytes": 3000}), people)
    assert (error.code.id, error.field) == ("EXT-TOTAL-SIZE", "limits.total_bytes")
    assert len(server.asked) < 6


def test_stopping_the_run_stops_all_calls(world: CallWorld) -> None:
    people = world.audience([{"id": n, "region": str(n)} for n in range(30)])

    def stop(_asked: Asked) -> Said:
        world.is_cancelled = True
        time.sleep(0.3)
        return Said({"data": []})

    with answering(stop) as server, pytest.raises(RunCancelled):
        world.run(settings(server, request={"concurrency": 3}), people)
    assert len(server.asked) <= 3


def test_all_exchanges_are_recorded_in_one_file_and_replayed_by_key(world: CallWorld, tmp_path: Path) -> None:
    people = world.audience(REGIONS)
    with answering(weather) as server:
        made = settings(server)
        first = world.result(made, people)
    assert (world.call["source"], world.call["calls"]) == ("live", 3)
    files = list((tmp_path / "flow.d").rglob("*.json"))
    kept = json.loads(files[0].read_text(encoding="utf-8"))
    assert len(files) == 1
    assert [each["key"] for each in kept["exchanges"]] == [{"region": "13"}, {"region": "59"}, {"region": "75"}]
    world.live = None
    again = world.result(made, world.audience([*REGIONS, {"id": 6, "region": "01"}]))
    assert world.call["source"] == "recording"
    missing = again.pop(2)
    assert [row["_error"] for row in again] == [row["_error"] for row in first]
    assert [(row["region"], row["sky"]) for row in again] == [(row["region"], row["sky"]) for row in first]
    assert (missing["region"], "no recorded answer" in missing["_error"]) == ("01", True)
    view = API.Settings.model_validate(made)
    assert API.freshness(view, world) is not None


def test_the_sample_stands_for_every_key(world: CallWorld) -> None:
    world.live = None
    with answering(weather) as server:
        made = settings(server, response={"sample": {"data": [{"sky": "sample"}]}}, dry_run="sample")
        rows = world.result(made, world.audience(REGIONS))
    assert [(row["region"], row["sky"]) for row in rows] == [("13", "sample"), ("59", "sample"), ("75", "sample")]
    assert server.asked == []


def test_rejected_rows_say_which_key_they_are_of(world: CallWorld) -> None:
    columns = [{"id": "sky", "key": "sky", "type": "integer", "on_error": "reject"}]
    with answering(lambda asked: Said({"data": [{"sky": asked.path[-2:] if "59" in asked.path else "x"}]})) as server:
        outcome = world.run(settings(server, response={"columns": columns}), world.audience(REGIONS))
    assert [(row["region"], row["sky"]) for row in world.rows(outcome.tables["result"])] == [("59", 59)]
    assert [row["region"] for row in world.rows(outcome.tables["rejects"])] == ["13", "75"]


def test_keys_of_other_types_stay_what_they_are(world: CallWorld) -> None:
    with answering(lambda _asked: Said({"data": [{"sky": "sun"}]})) as server:
        made = settings(server, "/{id}", request={"keys": [{"field": "id"}]})
        schema = API.schemas(
            API.Settings.model_validate(made), {"inbound": [Arrival("query", "result", AUDIENCE)]}, world.design
        )["result"]
        rows = world.result(made, world.audience(REGIONS[:1]))
    assert (schema.columns[0].id, schema.columns[0].type) == ("id", ColumnType.INTEGER)
    assert rows[0]["id"] == 1


def test_the_first_request_is_shown_beforehand(world: CallWorld) -> None:
    made = {"request": {"url": "https://a.example/{region}", "calls": "per-key", "keys": [{"field": "region"}]}}
    view = API.Settings.model_validate(made)
    arrivals = {"inbound": [Arrival("query", "result", world.audience(REGIONS))]}
    assert API.request(view, arrivals, world)["url"] == "https://a.example/13"
    unknown: TableInbound = {"inbound": [Arrival("query", "result", None)]}
    assert API.request(view, unknown, world)["url"] == "https://a.example/{region}"


@pytest.mark.parametrize(
    ("request_settings", "code", "field"),
    [
        ({"keys": []}, "EXT-NO-KEYS", "request.keys"),
        ({"keys": [{"field": "nothing"}]}, "EXP-UNKNOWN-COLUMN", "request.keys.0.field"),
        ({"keys": [{"field": "region", "alias": "sky"}]}, "EXT-KEY-NAME", "request.keys.0.alias"),
        ({"keys": [{"field": "region", "alias": "lineNum"}]}, "EXT-KEY-NAME", "request.keys.0.alias"),
        ({"url": "https://a.example/{zip}"}, "EXT-KEY-PLACE", "request.url"),
        ({"url": "https://{region}.example/"}, "EXT-HOST-PLACE", "request.url"),
        ({"url": "https://a.example/"}, "EXT-SAME-CALLS", "request.url"),
        ({}, "EXT-MANY-CALLS", "request.calls"),
    ],
)
def test_what_is_wrong_with_keys_is_red_without_a_run(
    world: CallWorld, request_settings: dict[str, Any], code: str, field: str
) -> None:
    request = {"url": "https://a.example/{region}", "calls": "per-key", "keys": [{"field": "region"}]}
    made = {"request": {**request, **request_settings}, "response": {"pointer": "/data", "columns": COLUMNS}}
    assert (code, field) in [(found.code.id, found.field) for found in world.findings(made, AUDIENCE)]


def test_keys_without_rows_are_told(world: CallWorld) -> None:
    made = {"request": {"url": "https://a.example/{region}", "calls": "per-key", "keys": [{"field": "region"}]}}
    assert "request.keys" in [found.field for found in world.findings(made)]
