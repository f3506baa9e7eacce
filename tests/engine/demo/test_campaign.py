"""The demo API answers the four use cases with exactly the samples of the specification."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from engine.demo.campaign import _code
from engine.demo.server import DemoApi


def test_fixtures_are_those_of_the_league(ask: Any) -> None:
    answer = ask("GET", "/v1/fixtures?league=L1")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert (answer.json["league"], answer.json["round"]) == ("L1", 12)
    nice = {"teamId": "LIO", "opponent": "Nice", "kickoff": "2026-03-07T20:00:00Z", "venue": "home"}
    assert nice in answer.json["fixtures"]


def test_a_league_that_nobody_knows_is_not_found(ask: Any) -> None:
    assert ask("GET", "/v1/fixtures?league=XX").status == 404


def test_offers_come_with_ranks_and_a_default(ask: Any) -> None:
    offers = ask("GET", "/v1/offers").json
    assert offers["offers"][0]["title"] == "-20% tents"
    assert offers["default"] == ask("GET", "/v1/offers/default").json
    assert len({(offer["category"], offer["rank"]) for offer in offers["offers"]}) == len(offers["offers"])


def test_as_many_codes_are_handed_out_as_are_asked_for_and_each_is_burned(ask: Any, demo: DemoApi) -> None:
    body = {"params": {"count": 4, "campaign": "SPRING26", "state": "CA"}}
    first = [row["code"] for row in ask("POST", "/v1/codes", body).json["data"]]
    assert (len(first), first[0]) == (4, "V-7F3")
    assert ask("GET", "/v1/codes/burned").json == {"burned": 4}
    second = [row["code"] for row in ask("POST", "/v1/codes", body).json["data"]]
    assert len({*first, *second}) == 8
    assert demo.burned == 8


def test_a_short_answer_has_fewer_codes_and_burns_no_more_than_those(ask: Any) -> None:
    answer = ask("POST", "/v1/codes?short=1", {"params": {"count": 4}})
    assert len(answer.json["data"]) == 3
    assert ask("GET", "/v1/codes/burned").json == {"burned": 3}
    assert ask("POST", "/v1/codes?short=9", {"params": {"count": 4}}).json == {"data": []}


def test_the_same_idempotency_key_gets_the_same_codes_and_burns_none(ask: Any) -> None:
    body = {"params": {"count": 2}}
    first = ask("POST", "/v1/codes", body, Idempotency_Key="abc")
    assert ask("POST", "/v1/codes", body, Idempotency_Key="abc").json == first.json
    assert ask("POST", "/v1/codes", body, Idempotency_Key="xyz").json != first.json
    assert ask("GET", "/v1/codes/burned").json == {"burned": 4}


def test_the_documented_key_or_none_is_accepted_and_any_other_refused(ask: Any) -> None:
    body = {"params": {"count": 1}}
    assert ask("POST", "/v1/codes", body, X_Api_Key="demo-key").status == 200
    refused = ask("POST", "/v1/codes", body, X_Api_Key="another")
    assert (refused.status, refused.json["error"]["code"]) == (401, "bad-key")
    assert ask("GET", "/v1/codes/burned").json == {"burned": 1}


@pytest.mark.parametrize(
    "body",
    [None, {}, [], {"params": {}}, {"params": {"count": "4"}}, {"params": {"count": -1}}, {"params": {"count": True}}],
)
def test_a_body_without_a_count_burns_nothing(body: Any, ask: Any) -> None:
    assert ask("POST", "/v1/codes", body).status == 400
    assert ask("GET", "/v1/codes/burned").json == {"burned": 0}


def test_two_callers_at_once_never_get_the_same_code(ask: Any) -> None:
    def call(_: int) -> list[str]:
        return [row["code"] for row in ask("POST", "/v1/codes", {"params": {"count": 50}}).json["data"]]

    with ThreadPoolExecutor(8) as pool:
        codes = [code for some in pool.map(call, range(16)) for code in some]
    assert len(set(codes)) == len(codes) == 800


def test_no_code_of_a_hundred_thousand_comes_twice() -> None:
    assert len({_code(number) for number in range(100_000)}) == 100_000


def test_the_weather_of_all_regions_comes_in_one_answer(ask: Any) -> None:
    body = {"params": {"count": 3}, "data": [{"region": "13"}, {"region": "59"}, {"region": "75"}]}
    assert ask("POST", "/v1/weather", body).json == {
        "data": [
            {"region": "13", "tempC": 19, "sky": "sun"},
            {"region": "59", "tempC": 11, "sky": "cloud"},
            {"region": "75", "tempC": 9, "sky": "rain"},
        ]
    }


def test_the_weather_of_one_region_is_the_same_as_among_others(ask: Any) -> None:
    others = ask("POST", "/v1/weather", {"data": [{"region": "01"}, {"region": "75"}]}).json["data"]
    assert [ask("GET", f"/v1/weather/{region}").json for region in ("01", "75")] == others


def test_a_region_that_is_none_is_left_out(ask: Any) -> None:
    answer = ask("POST", "/v1/weather", {"data": [{"region": None}, {"region": "99"}, {"region": "13"}]})
    assert [row["region"] for row in answer.json["data"]] == ["13"]
    assert ask("GET", "/v1/weather/99").status == 404


def test_the_forecast_has_all_regions_and_the_warnings_in_a_list_of_their_own(ask: Any) -> None:
    answer = ask("GET", "/v1/forecast").json
    assert len({row["region"] for row in answer["regions"]}) == len(answer["regions"]) == 18
    assert answer["regions"][0] == {"region": "01", "tempC": 18, "sky": "rain", "updated": "2026-03-02T06:00:00Z"}
    assert {row["region"] for row in answer["warnings"]} < {row["region"] for row in answer["regions"]}
    assert answer["warnings"]


@pytest.mark.parametrize("body", [None, {"data": {}}, {"data": ["13"]}, {"data": [{"region": 13}]}])
def test_a_body_without_regions_is_refused(body: Any, ask: Any) -> None:
    assert ask("POST", "/v1/weather", body).status == 400
