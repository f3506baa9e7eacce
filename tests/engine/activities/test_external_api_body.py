"""External API: a JSON body of its own, and the number of the rows wherever it may stand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.activity import Arrival
from engine.errors import Level
from engine.tables.interim import TableStore
from tests.engine.activities.call_world import API, AUDIENCE, HOST, CallWorld

REGIONS = [{"id": 3, "region": "75"}, {"id": 1, "region": "13"}, {"id": 2, "region": "59"}]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[CallWorld]:
    tables = tmp_path / "tables"
    tables.mkdir()
    with TableStore(tables) as store:
        yield CallWorld(store, recordings=(tmp_path / "flow.d",))


def _free(template: Any, **more: Any) -> dict[str, Any]:
    return {"request": {"url": HOST, "body": "json", "template": template, **more}}


@pytest.mark.parametrize(
    ("template", "body"),
    [
        ({"quantity": "{{count}}"}, '{"quantity":3}'),
        ({"text": "{{count}} codes"}, '{"text":"3 codes"}'),
        ({"people": "{{ data }}"}, '{"people":[{"region":"13"},{"region":"59"},{"region":"75"}]}'),
        (
            ["{{data}}", {"n": "{{vars.n}}", "of": None}],
            '[[{"region":"13"},{"region":"59"},{"region":"75"}],{"n":5,"of":null}]',
        ),
        ([], "[]"),
        (7, "7"),
    ],
)
def test_a_body_of_its_own_is_sent_with_its_places_filled_in(world: CallWorld, template: Any, body: str) -> None:
    world.variables = {"n": 5}
    settings = _free(template, columns=[{"field": "region"}], custom={"left": "out"}, add_count=True)
    people = world.audience(REGIONS)
    assert world.body(settings, people) == body
    arrivals = {"inbound": [Arrival("query", "result", people)]}
    assert API.request(API.Settings.model_validate(settings), arrivals, world)["method"] == "POST"


@pytest.mark.parametrize("template", [None, ""])
def test_without_a_template_there_is_no_body(world: CallWorld, template: Any) -> None:
    assert world.body(_free(template), world.audience(REGIONS)) is None


@pytest.mark.parametrize(
    ("settings", "field", "said"),
    [
        (_free('{"a": {{count}}}'), "request.template", "no JSON"),
        (_free({"a": "{{data}}"}), "request.columns", "no columns"),
        (_free({"a": "{{rows}}"}), "request.template", "rows"),
        (_free({"a": float("nan")}), "request.template", "cannot be written"),
    ],
)
def test_a_body_that_cannot_be_built_says_why(
    world: CallWorld, settings: dict[str, Any], field: str, said: str
) -> None:
    error = world.error(settings, world.audience(REGIONS))
    assert error.field == field
    assert said in str(error)
    assert "call" not in world.reports


def test_where_nothing_arrives_neither_count_nor_rows_have_a_place(world: CallWorld) -> None:
    for name in ("count", "data"):
        found = world.findings(_free({"a": f"{{{{{name}}}}}"}), None)
        assert [(each.code.id, each.field) for each in found if each.level is Level.ERROR] == [
            ("EXT-PLACE", "request.template")
        ]


@pytest.mark.parametrize(("copies", "limit"), [(1, 45), (3, 100)])
def test_a_body_beyond_its_limit_is_never_sent(world: CallWorld, copies: int, limit: int) -> None:
    settings = _free(["{{data}}"] * copies, columns=[{"field": "region"}])
    settings["limits"] = {"request_bytes": limit}
    assert world.body(_free(["{{data}}"], columns=[{"field": "region"}]), world.audience(REGIONS))
    error = world.error(settings, world.audience(REGIONS))
    assert (error.code.acs, error.field) == ("WKF-560250", "limits.request_bytes")


def test_a_body_of_its_own_is_told_as_outside_campaign(world: CallWorld) -> None:
    found = {each.code.id: each for each in world.findings(_free({"a": 1}), AUDIENCE)}
    assert found["EXT-OUTSIDE-BODY"].field == "request.body"


def test_columns_that_have_no_place_in_the_body_are_told(world: CallWorld) -> None:
    found = world.findings(_free({"a": 1}, columns=[{"field": "region"}]), AUDIENCE)
    assert "EXT-UNSENT-COLUMNS" in [each.code.id for each in found]


def test_a_secret_deep_in_the_body_is_told(world: CallWorld) -> None:
    template = {"auth": [{"api_key": "c2VjcmV0LXZhbHVlLTEyMzQ1Njc4OTA"}]}
    found = world.findings(_free(template), AUDIENCE)
    assert ("EXT-CLEAR-SECRET", "request.template") in [(each.code.id, each.field) for each in found]


def test_the_number_of_rows_can_stand_in_the_url_and_in_headers(world: CallWorld) -> None:
    request = {
        "url": f"{HOST}/{{{{count}}}}/codes?count={{{{count}}}}",
        "headers": [{"name": "X-N", "value": "{{count}}"}],
    }
    people = world.audience(REGIONS)
    arrivals = {"inbound": [Arrival("query", "result", people)]}
    shown = API.request(API.Settings.model_validate({"request": request}), arrivals, world)
    assert shown["url"] == f"{HOST}/3/codes?count=3"
    assert {"name": "X-N", "value": "3"} in [dict(each) for each in shown["headers"]]
    assert not [each for each in world.findings({"request": request}, AUDIENCE) if each.code.id == "EXT-PLACE"]
    assert [each.field for each in world.findings({"request": request}, None) if each.code.id == "EXT-PLACE"] == [
        "request.url",
        "request.url",
        "request.headers.0.value",
    ]


def test_a_preview_without_rows_shows_the_shape(world: CallWorld) -> None:
    settings = _free({"n": "{{count}}", "d": "{{data}}"}, columns=[{"field": "target.region"}])
    view = API.Settings.model_validate(settings)
    shown = API.request(view, {"inbound": [Arrival("query", "result", None)]}, world)
    assert json.loads(shown["body"]) == {"n": 0, "d": [{"region": "[target/region]"}]}
