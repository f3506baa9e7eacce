"""External API: what is sent for which rows, where the answer comes from, and what becomes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.activity import Arrival, Effect, Outcome
from engine.demo.server import DemoApi
from engine.errors import CampaignFlowError, Level
from engine.tables.interim import TableStore
from tests.engine.activities.call_world import API, HOST, SECRET, CallWorld, get, vouchers
from tests.engine.http_client.loopback import demo_api, plain, serving

REGIONS = [{"id": 3, "region": "75"}, {"id": 1, "region": "13"}, {"id": 2, "region": "59"}]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoApi]:
    with pytest.MonkeyPatch.context() as patch, demo_api(tmp_path_factory.mktemp("demo"), patch) as demo:
        yield demo


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "flow.d"


@pytest.fixture
def world(tmp_path: Path, folder: Path) -> Iterator[CallWorld]:
    tables = tmp_path / "tables"
    tables.mkdir()
    with TableStore(tables) as store:
        yield CallWorld(store, recordings=(folder,))


# --- what is sent (ACS 1.3, 1.4) ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_settings", "rows", "body"),
    [
        ({}, 4, None),
        ({"add_count": True}, 4, '{"params":{"count":4}}'),
        (
            {"add_count": True, "custom": {"campaign": "SPRING26", "state": "CA"}},
            4,
            '{"params":{"count":4,"campaign":"SPRING26","state":"CA"}}',
        ),
        ({"custom": {"state": "CA"}}, 4, '{"params":{"state":"CA"}}'),
        ({"columns": [{"field": "id"}]}, 2, '{"data":[{"id":1},{"id":2}]}'),
        (
            {"add_count": True, "columns": [{"field": "region", "alias": "zip"}]},
            1,
            '{"params":{"count":1},"data":[{"zip":null}]}',
        ),
    ],
)
def test_the_body_is_that_of_campaign(
    world: CallWorld, request_settings: dict[str, Any], rows: int, body: str | None
) -> None:
    people = world.audience([{"id": number + 1} for number in range(rows)])
    settings = {"request": {"url": HOST, "method": "auto", **request_settings}}
    assert world.body(settings, people) == body
    view = API.Settings.model_validate(settings)
    arrivals = {"inbound": [Arrival("query", "result", people)]}
    assert API.request(view, arrivals, world)["method"] == ("GET" if body is None else "POST")


def test_rows_are_sent_in_the_order_of_their_key(world: CallWorld) -> None:
    settings = {"request": {"url": HOST, "add_count": True, "columns": [{"field": "region"}]}}
    body = '{"params":{"count":3},"data":[{"region":"13"},{"region":"59"},{"region":"75"}]}'
    assert world.body(settings, world.audience(REGIONS)) == body


def test_linked_columns_are_sent_under_their_last_name(world: CallWorld) -> None:
    people = world.audience([{"id": 1, "weather": {"region": "13", "sky": "sun"}}, {"id": 4}])
    columns = [{"field": "weather.sky"}, {"field": "target.region"}, {"field": "target.firstName"}]
    body = world.body({"request": {"url": HOST, "columns": columns}}, people)
    assert json.loads(body)["data"] == [
        {"sky": "sun", "region": "13", "firstName": "Ann"},
        {"sky": None, "region": None, "firstName": "Dee"},
    ]


def test_values_are_those_that_json_has(world: CallWorld) -> None:
    moment = datetime(2026, 3, 7, 20, 0, 0)
    row = {"id": 1, "region": 'Zoë "x"', "born": date(1990, 2, 28), "seen": moment, "score": float("nan")}
    columns = [{"field": name} for name in ("region", "born", "seen", "score", "group")]
    body = world.body({"request": {"url": HOST, "columns": columns}}, world.audience([row]))
    assert json.loads(body)["data"] == [
        {"region": 'Zoë "x"', "born": "1990-02-28", "seen": "2026-03-07T20:00:00Z", "score": None, "group": None}
    ]


@pytest.mark.parametrize(
    ("request_settings", "field", "said"),
    [
        ({"add_count": True, "custom": {"count": 1}}, "request.custom", "params"),
        ({"custom": [1]}, "request.custom", "params"),
        ({"custom": '{"a": '}, "request.custom", "params"),
        ({"custom": {"a": float("inf")}}, "request.custom", "params"),
        ({"columns": [{"field": "region"}, {"field": "weather.region"}]}, "request.columns.1.alias", "data"),
    ],
)
def test_a_body_that_cannot_be_built_names_its_member(
    world: CallWorld, request_settings: dict[str, Any], field: str, said: str
) -> None:
    error = world.error({"request": {"url": HOST, **request_settings}}, world.audience(REGIONS))
    assert (error.code.id, error.code.acs, error.field) == ("EXT-BODY", "WKF-560249", field)
    assert said in str(error)


def test_a_count_of_ones_own_is_fine_where_none_is_added(world: CallWorld) -> None:
    settings = {"request": {"url": HOST, "add_count": True, "custom": {"count": 2}}}
    assert world.body(settings) == '{"params":{"count":2}}'


@pytest.mark.parametrize("rows", [3, 200])
def test_a_body_beyond_its_limit_is_never_sent(world: CallWorld, rows: int) -> None:
    people = world.audience([{"id": number, "region": "x" * 40} for number in range(rows)])
    settings = {"request": {"url": HOST, "columns": [{"field": "region"}]}, "limits": {"request_bytes": 100}}
    error = world.error(settings, people)
    assert (error.code.acs, error.field) == ("WKF-560250", "limits.request_bytes")
    assert "call" not in world.reports


def test_places_are_filled_in_and_encoded_for_where_they_stand(world: CallWorld) -> None:
    world.variables = {"name": "a/b c&d", "n": 5, "flag": True, "day": date(2026, 3, 7)}
    settings = {
        "request": {
            "url": "https://api.example.com/{{vars.name}}?q={{ vars.name }}&t={{now}}",
            "headers": [{"name": "X-Campaign", "value": "for {{vars.name}}"}],
            "custom": {"n": "{{vars.n}}", "flag": "{{vars.flag}}", "words": "n = {{vars.n}}", "day": "{{vars.day}}"},
        }
    }
    view = API.Settings.model_validate(settings)
    request = API.request(view, {}, world)
    assert request["url"] == ("https://api.example.com/a%2Fb%20c%26d?q=a%2Fb%20c%26d&t=2026-03-07T12%3A00%3A00Z")
    assert {"name": "X-Campaign", "value": "for a/b c&d"} in request["headers"]
    assert json.loads(request["body"]) == {"params": {"n": 5, "flag": True, "words": "n = 5", "day": "2026-03-07"}}


def test_a_preview_shows_secrets_masked_and_asks_for_none(world: CallWorld) -> None:
    settings = {"request": {"url": HOST, "headers": [{"name": "Authorization", "value": "Bearer {{secret:key}}"}]}}
    request = API.request(API.Settings.model_validate(settings), {}, world)
    assert {"name": "Authorization", "value": "Bearer ********"} in request["headers"]
    assert world.asked == []


def test_a_preview_of_a_half_typed_form_still_shows_the_body(world: CallWorld) -> None:
    request = {"url": "", "custom": {"a": 1}, "headers": [{"name": "", "value": ""}]}
    shown = API.request(API.Settings.model_validate({"request": request}), {}, world)
    assert (shown["method"], shown["body"]) == ("POST", '{"params":{"a":1}}')


def test_a_preview_without_rows_shows_the_shape_of_the_body(world: CallWorld) -> None:
    request = {"url": HOST, "add_count": True, "custom": {"state": "CA"}, "columns": [{"field": "target.region"}]}
    view = API.Settings.model_validate({"request": request})
    shown = API.request(view, {"inbound": [Arrival("query", "result", None)]}, world)
    assert shown["body"] == '{"params":{"count":0,"state":"CA"},"data":[{"region":"[target/region]"}]}'
    assert shown["method"] == "POST"


def test_get_sends_no_body(world: CallWorld, demo: DemoApi) -> None:
    world.result(get("codes/burned", request={"method": "GET", "custom": {"a": 1}}, response={"mode": "flatten"}))
    assert world.call["request"]["body"] is None


def test_delete_sends_a_body_only_where_there_is_one(world: CallWorld) -> None:
    assert world.body({"request": {"method": "DELETE", "url": HOST}}) is None
    assert world.body({"request": {"method": "POST", "url": HOST}}) == ""
    assert world.body({"request": {"method": "DELETE", "url": HOST, "custom": {"a": 1}}}) == '{"params":{"a":1}}'


# --- where the answer comes from ---------------------------------------------------------------------------------


def test_a_call_that_reads_is_made_once_and_replayed_from_then_on(
    world: CallWorld, demo: DemoApi, folder: Path
) -> None:
    settings = get("fixtures?league=L1", response={"columns": [{"id": "team", "key": "teamId"}]})
    view = API.Settings.model_validate(settings)
    assert API.freshness(view, world) is None
    first = world.result(settings)
    assert world.call["source"] == "live"
    assert world.call["response"]["status"] == 200
    assert API.freshness(view, world) == API.freshness(view, world) is not None
    assert world.result(settings) == first
    assert (world.call["source"], bool(world.call["recorded_at"])) == ("recording", True)
    assert [row["lineNum"] for row in first] == [1, 2, 3, 4, 5, 6, 7]


def test_a_call_that_spends_is_never_made_unasked(world: CallWorld, demo: DemoApi) -> None:
    burned = demo.burned
    people = world.audience(REGIONS)
    assert world.error(vouchers(), people).code.id == "EXT-NOT-ASKED"
    sample = {"data": [{"code": "SAMPLE"}]}
    assert [row["code"] for row in world.result(vouchers(response={"sample": sample}), people)] == ["SAMPLE"]
    assert world.call["source"] == "sample"
    assert demo.burned == burned


def test_what_was_asked_for_once_is_replayed_and_burns_nothing_more(world: CallWorld, demo: DemoApi) -> None:
    people = world.audience(REGIONS)
    world.live = True
    codes = world.result(vouchers(), people)
    burned = demo.burned
    assert len({row["code"] for row in codes}) == 3
    for live in (None, False):
        world.live = live
        assert world.result(vouchers(), people) == codes
        assert world.call["source"] == "recording"
    assert demo.burned == burned


def test_a_recording_of_other_rows_is_used_and_the_difference_told(world: CallWorld, demo: DemoApi) -> None:
    world.live = True
    world.run(vouchers(), world.audience(REGIONS))
    world.live = None
    assert len(world.result(vouchers(), world.audience([*REGIONS, {"id": 9}]))) == 3
    assert any("3 rows were sent, and now there are 4" in words for _, _, words in world.notes)
    assert any("now there are 4" in note for note in world.call["notes"])


@pytest.mark.parametrize(
    ("dry_run", "live", "has_sample", "source"),
    [
        ("live", None, True, "live"),
        ("live", False, True, "sample"),
        ("sample", None, True, "sample"),
        ("sample", True, True, "live"),
        ("sample", None, False, "EXT-NO-SAMPLE"),
        ("recording", False, True, "sample"),
        ("recording", False, False, "EXT-NOTHING-KEPT"),
        ("recording", None, True, "live"),
    ],
)
def test_the_run_and_the_setting_decide_together(
    world: CallWorld, demo: DemoApi, dry_run: str, live: bool | None, has_sample: bool, source: str
) -> None:
    world.live = live
    sample = {"offers": [{"code": "S"}]} if has_sample else None
    settings = get("offers", response={"sample": sample, "pointer": "/offers"}, dry_run=dry_run)
    try:
        world.run(settings)
    except CampaignFlowError as error:
        assert error.code.id == source
        assert error.field == "response.sample"
    else:
        assert world.call["source"] == source


@pytest.mark.parametrize(
    ("settings", "effect"),
    [
        ({}, Effect.READS),
        ({"request": {"method": "POST"}}, Effect.SPENDS),
        ({"request": {"columns": [{"field": "a"}]}}, Effect.SPENDS),
        ({"request": {"method": "GET", "custom": {"a": 1}}}, Effect.READS),
        ({"request": {"method": "POST"}, "effect": "reads"}, Effect.READS),
        ({"effect": "spends"}, Effect.SPENDS),
    ],
)
def test_what_a_call_does_follows_its_method_unless_told(settings: dict[str, Any], effect: Effect) -> None:
    assert API.effect(API.Settings.model_validate(settings)) is effect


def test_a_count_without_rows_is_a_get_that_reads(world: CallWorld, demo: DemoApi) -> None:
    settings = get("offers", request={"add_count": True}, response={"sample": [{"code": "S"}]})
    assert API.freshness(API.Settings.model_validate(settings), world) is None
    world.run(settings)
    assert (world.call["source"], world.call["request"]["method"]) == ("live", "GET")


def test_a_bad_answer_is_not_recorded(world: CallWorld, demo: DemoApi, folder: Path) -> None:
    world.error(get("failures/html"))
    assert not list(folder.rglob("*.json"))


# --- what becomes of the answer ----------------------------------------------------------------------------------


def test_columns_are_typed_and_the_line_number_added(world: CallWorld, demo: DemoApi) -> None:
    columns = [
        {"id": "opponent", "key": "opponent", "length": 255},
        {"id": "kickoff", "key": "kickoff", "type": "date-time"},
        {"id": "venue", "key": "venue", "ignore": True},
    ]
    rows = world.result(get("fixtures", response={"columns": columns, "pointer": "/fixtures"}))
    assert rows[1] == {"opponent": "Nice", "kickoff": datetime(2026, 3, 7, 20, 0), "lineNum": 2}
    outcome = world.run(get("fixtures", response={"columns": columns, "pointer": "/fixtures"}))
    assert outcome.variables == {"recCount": 7}


def test_rows_that_break_a_rule_leave_by_their_own_transition(world: CallWorld) -> None:
    sample = [{"n": 1}, {"n": "many"}, {"n": None}]
    columns = [{"id": "n", "key": "n", "type": "integer", "on_error": "reject", "on_empty": "null"}]
    settings = {"response": {"columns": columns, "sample": sample}, "dry_run": "sample", "request": {"url": HOST}}
    outcome = world.run(settings)
    assert [row["n"] for row in world.rows(outcome.tables["result"])] == [1, None]
    rejects = world.rows(outcome.tables["rejects"])
    assert [(row["n"], row["lineNum"]) for row in rejects] == [("many", 2)]
    assert rejects[0]["_reason"]
    assert outcome.variables == {"recCount": 2}


def test_drift_is_told_in_one_warning_and_one_word(world: CallWorld, demo: DemoApi) -> None:
    rows = world.result(get("failures/drift", response={"pointer": "/data"}))
    assert rows == [{"code": None, "lineNum": 1}]
    told = [note for note in world.notes if note[1] in ("EXT-ROWS", "EXT-DRIFT-MISSING")]
    assert told == [
        (Level.WARNING, "EXT-DRIFT-MISSING", "The answer lacks columns, which stay empty: code."),
        (Level.INFO, "EXT-ROWS", "The answer has properties that are not mapped: expires, voucher."),
    ]
    assert world.call["notes"] == [words for *_, words in told]


def test_before_columns_are_chosen_a_call_can_be_tried(world: CallWorld, demo: DemoApi) -> None:
    world.live = True
    assert world.result(get("offers", response={"columns": []})) == [{"lineNum": line} for line in range(1, 7)]
    assert world.result(get("failures/two-lists", response={"columns": []})) == []
    assert "regions" in world.call["response"]["text"]


def test_flatten_makes_one_row(world: CallWorld, demo: DemoApi) -> None:
    columns = [{"id": "title", "key": "/default/title"}, {"id": "rank", "key": "/offers/1/rank", "type": "integer"}]
    assert world.result(get("offers", response={"mode": "flatten", "columns": columns})) == [
        {"title": "Spring sale", "rank": 1, "lineNum": 1}
    ]


def test_an_empty_list_is_an_empty_table(world: CallWorld, demo: DemoApi) -> None:
    assert world.result(get("failures/no-rows")) == []


def test_json_of_another_kind_is_taken_locally_with_a_word(world: CallWorld) -> None:
    answer = plain(b'[{"code": "A"}]').replace(b"application/json", b"application/geo+json")
    with serving(answer) as port:
        settings = get("", request={"url": f"http://localhost:{port}/"})
        assert world.result(settings)[0]["code"] == "A"
    assert any("WKF-560246" in words for _, _, words in world.notes)


# --- without rows ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when_empty", "tables"), [("empty", {"result": 0}), ("branch", {"no_data": None}), ("call", {"result": 0})]
)
def test_nothing_is_called_for_nobody(
    world: CallWorld, demo: DemoApi, when_empty: str, tables: dict[str, int | None]
) -> None:
    world.live = True
    view = API.Settings.model_validate(vouchers(request={**vouchers()["request"], "when_empty": when_empty}))
    outcome = API.run(view, {"inbound": [Arrival("query", "result", world.audience([]))]}, world)
    found = {name: len(world.rows(table)) if table is not None else None for name, table in outcome.tables.items()}
    assert found == tables
    assert set(found) <= {way.name for way in API.transitions(view)}
    assert ("call" in world.reports) is (when_empty == "call")


# --- a failed call -----------------------------------------------------------------------------------------------


def failed(outcome: Outcome, world: CallWorld) -> dict[str, Any]:
    assert list(outcome.tables) == ["failed"]
    (row,) = world.rows(outcome.tables["failed"])
    return row


def test_a_failed_call_can_take_its_own_transition(world: CallWorld, demo: DemoApi) -> None:
    settings = get("failures/404?api_key=hush", on_failure="transition")
    row = failed(world.run(settings), world)
    assert row["started_at"] is not None
    assert row["elapsed_ms"] >= 0
    assert {name: row[name] for name in ("status", "reason_code", "url_redacted", "attempt_count")} == {
        "status": 404,
        "reason_code": "EXT-STATUS",
        "url_redacted": f"{HOST}failures/404?api_key=********",
        "attempt_count": 1,
    }
    assert world.call["response"]["status"] == 404


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("failures/too-large?bytes=6000000", "EXT-RESPONSE-SIZE"),
        ("failures/slow?seconds=9", "EXT-TIMEOUT"),
        ("failures/broken", "EXT-BAD-JSON"),
        ("failures/no-list", "EXT-NO-LIST"),
    ],
)
def test_every_failure_of_a_request_takes_it(world: CallWorld, demo: DemoApi, path: str, code: str) -> None:
    settings = get(path, on_failure="transition", limits={"timeout_s": 1})
    assert failed(world.run(settings), world)["reason_code"] == code


def test_a_mistake_in_the_settings_does_not(world: CallWorld) -> None:
    settings = get("", on_failure="transition", request={"url": "https://", "headers": []})
    assert world.error(settings).code.id == "EXT-URL"


def test_transitions_are_those_that_the_settings_ask_for() -> None:
    settings = {
        "on_failure": "transition",
        "request": {"when_empty": "branch"},
        "response": {"columns": [{"id": "a", "key": "a", "on_error": "reject"}]},
    }
    ways = API.transitions(API.Settings.model_validate(settings))
    assert [(way.name, way.role) for way in ways] == [
        ("result", "result"), ("rejects", "rejects"), ("no_data", "complement"), ("failed", "failed")
    ]  # fmt: skip
    assert [way.name for way in API.transitions(API.Settings())] == ["result"]


# --- secrets -----------------------------------------------------------------------------------------------------


def test_a_secret_is_sent_and_seen_nowhere(world: CallWorld, folder: Path) -> None:
    answer = plain(json.dumps([{"code": f"you sent {SECRET}"}]).encode(), f"X-Echo: {SECRET}")
    requests: list[bytes] = []
    with serving(answer, requests=requests) as port:
        header = {"name": "X-Api-Key", "value": "{{secret:key}}"}
        rows = world.result(get("", request={"url": f"http://localhost:{port}/", "headers": [header]}))
    assert f"X-Api-Key: {SECRET}".encode() in requests[0]
    assert list(folder.rglob("*.json"))
    assert SECRET not in world.everything(folder) + repr(rows)


@pytest.mark.parametrize(
    "answer",
    [
        plain(f'{{"error": {{"message": "bad key {SECRET}"}}}}'.encode(), status="401 Unauthorized"),
        plain(f"<html>{SECRET}</html>".encode()).replace(b"application/json", b"text/html"),
        plain(f'{{"a" {SECRET}'.encode()),
        plain(b"", f"Location: https://other.example/?k={SECRET}", status="302 Found"),
    ],
)
def test_no_error_repeats_a_secret(world: CallWorld, folder: Path, answer: bytes) -> None:
    with serving(answer) as port:
        header = {"name": "X-Api-Key", "value": "{{secret:key}}"}
        error = world.error(get("", request={"url": f"http://localhost:{port}/", "headers": [header]}))
    assert SECRET not in json.dumps(error.to_json(), ensure_ascii=False) + world.everything(folder)


def test_a_secret_that_stands_in_clear_is_seen_nowhere_else(world: CallWorld, folder: Path) -> None:
    with serving(plain(b'[{"code": "you sent abc123def"}]')) as port:
        header = {"name": "Authorization", "value": "Bearer abc123def"}
        world.run(get("", request={"url": f"http://localhost:{port}/", "headers": [header]}))
    assert "abc123def" not in world.everything(folder)


def test_a_missing_secret_stops_before_anything_is_sent(world: CallWorld) -> None:
    requests: list[bytes] = []
    with serving(plain(), requests=requests) as port:
        header = {"name": "X-Api-Key", "value": "{{secret:none}}"}
        error = world.error(get("", request={"url": f"http://localhost:{port}/", "headers": [header]}))
    assert error.code.id == "SEC-TEST-MISSING"
    assert requests == []
    assert world.call["response"] is None


# --- attempts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("retry", "attempts", "has_key"),
    [({}, 1, False), ({"repeat_spending": True}, 2, False), ({"idempotency_key": True}, 2, True)],
)
def test_spending_is_repeated_only_where_that_was_allowed(
    world: CallWorld, retry: dict[str, Any], attempts: int, has_key: bool
) -> None:
    requests: list[bytes] = []
    world.live = True
    with serving(plain(status="500 Oops"), requests=requests) as port:
        settings = get("", request={"url": f"http://localhost:{port}/", "method": "POST"})
        world.error({**settings, "retry": {"attempts": 2, **retry}})
    assert len(requests) == attempts
    assert all((b"Idempotency-Key" in each) is has_key for each in requests)


def test_an_idempotency_key_makes_a_repeated_call_burn_once(world: CallWorld, demo: DemoApi) -> None:
    world.live = True
    settings = vouchers(retry={"idempotency_key": True})
    first, second = (world.result(settings, world.audience(REGIONS)) for _ in range(2))
    assert first != second, "each run asks for codes of its own"


# --- the card ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_settings", "summary"),
    [
        ({}, "No URL yet"),
        ({"url": "https://vouchers.test/v1/codes?x=1", "add_count": True}, "POST vouchers.test/v1/codes"),
        ({"url": "https://u:p@api.test/v1"}, "GET api.test/v1"),
        ({"url": "half-ty[ped"}, "GET half-ty[ped"),
    ],
)
def test_the_card_says_what_goes_where(request_settings: dict[str, Any], summary: str) -> None:
    assert str(API.summary(API.Settings.model_validate({"request": request_settings}))) == summary
