"""The demo API knows who calls: it hands out tokens as OAuth 2.0 asks for, and answers nobody else."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from engine.demo.messages import Answer, Call
from engine.demo.routes import Routes

CLIENT = {"client_id": "demo-client", "client_secret": "demo-secret"}
GRANT = {"grant_type": "client_credentials"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def routes() -> Routes:
    return Routes()


def asked(routes: Routes, form: dict[str, str], headers: dict[str, str] | None = None, **query: str) -> Answer:
    call = Call("POST", "/v1/oauth/token", query, {**FORM, **(headers or {})}, urlencode(form).encode())
    return routes.answer(call)


def read(answer: Answer) -> Any:
    return json.loads(b"".join(answer.parts))


def members(routes: Routes, headers: dict[str, str] | None = None, **query: str) -> int:
    return routes.answer(Call("GET", "/v1/members", query, headers or {})).status


def basic(user: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def test_a_token_opens_the_members_and_a_made_up_one_does_not(routes: Routes) -> None:
    token = read(asked(routes, {**GRANT, **CLIENT}))
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 3600)
    assert members(routes, {"authorization": f"Bearer {token['access_token']}"}) == 200
    assert members(routes, {"authorization": "Bearer made-up"}) == 401
    assert members(routes) == 401


def test_a_token_may_be_good_for_few_calls_or_a_short_time(routes: Routes) -> None:
    once = read(asked(routes, {**GRANT, **CLIENT}, uses="1"))["access_token"]
    assert [members(routes, {"authorization": f"Bearer {once}"}) for _ in range(2)] == [200, 401]
    old = read(asked(routes, {**GRANT, **CLIENT}, expires_in="0"))["access_token"]
    assert members(routes, {"authorization": f"Bearer {old}"}) == 401


def test_the_client_may_tell_itself_in_a_header(routes: Routes) -> None:
    assert asked(routes, GRANT, basic(*CLIENT.values())).status == 200


@pytest.mark.parametrize(
    ("form", "headers", "status", "error"),
    [
        ({**GRANT, **CLIENT, "client_secret": "x"}, {}, 401, "invalid_client"),
        (GRANT, {"authorization": "Basic !"}, 401, "invalid_client"),
        (GRANT, {"authorization": "Basic bm8="}, 401, "invalid_client"),
        (CLIENT, {}, 400, "unsupported_grant_type"),
        ({**GRANT, **CLIENT}, {"content-type": "application/json"}, 400, "invalid_request"),
    ],
)
def test_a_wrong_request_for_a_token_is_refused_in_the_words_of_the_standard(
    routes: Routes, form: dict[str, str], headers: dict[str, str], status: int, error: str
) -> None:
    answer = asked(routes, form, headers)
    assert (answer.status, read(answer)["error"]) == (status, error)


def test_a_password_or_a_key_opens_the_members_as_well(routes: Routes) -> None:
    assert members(routes, basic(*CLIENT.values())) == 200
    assert members(routes, basic("demo-client", "wrong")) == 401
    assert members(routes, {"x-api-key": "demo-key"}) == 200
    assert members(routes, api_key="demo-key") == 200
    assert members(routes, api_key="other") == 401
