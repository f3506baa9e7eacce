"""Testing the connection of an account: a token comes, or a sentence with the code of the account screen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import api
from engine.accounts.oauth import TOKENS as TOKENS_KEPT
from engine.accounts.secret_store import variable_of
from engine.demo.server import DemoApi
from engine.document.model import AccountRef, ActivityEntry, Flow
from engine.errors import CallError, CampaignFlowError, RunCancelled, SecretError, SettingsError
from engine.runner.cancellation import Cancellation
from engine.runner.request import Place
from engine.text import Text
from tests.engine.http_client.loopback import demo_api

TOKENS = "https://demo-api.example/v1/oauth/token"
CLIENT = {"name": "client_id", "value": "demo-client"}
SECRET = {"name": "client_secret", "value": "{{secret:crm-test}}"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoApi]:
    with pytest.MonkeyPatch.context() as patch, demo_api(tmp_path_factory.mktemp("demo"), patch) as demo:
        patch.setenv(variable_of("crm-test"), "demo-secret")
        yield demo


def flow_with(**members: Any) -> Flow:
    """Return a flow with one account."""
    made = {"label": "CRM", "token_url": TOKENS, "credentials": [CLIENT, SECRET], **members}
    return Flow(accounts={"crm": AccountRef.model_validate(made)})


def error_of(flow: Flow) -> CampaignFlowError:
    """Return the error that a test of the connection ends with."""
    with pytest.raises(CampaignFlowError) as caught:
        api.try_account(flow, "crm")
    return caught.value


def test_a_connection_that_works_is_told_and_how_long_it_lasts(demo: DemoApi) -> None:
    answer = api.try_account(flow_with(), "crm")
    assert str(Text.from_json(answer["text"])).startswith("Connection successful. The token can be used for 3")
    assert "demo-secret" not in repr(answer)


@pytest.mark.parametrize(
    ("members", "kind", "acs"),
    [
        ({"token_url": "https://demo-api.example/v1/nowhere"}, CallError, "CRL-290199"),
        ({"token_url": "https://nobody.invalid/"}, CallError, "CRL-290199"),
        ({"credentials": [CLIENT, {"name": "client_secret", "value": "wrong"}]}, CallError, "CRL-290200"),
        ({"credentials": [CLIENT]}, CallError, "CRL-290200"),
        ({"credentials": []}, SettingsError, "CRL-290200"),
        ({"token_url": ""}, SettingsError, "CRL-290200"),
        ({"credentials": [CLIENT, {**SECRET, "value": "{{secret:crm-nowhere}}"}]}, SecretError, ""),
    ],
)
def test_a_connection_that_fails_has_the_code_of_the_account_screen(
    demo: DemoApi, members: dict[str, Any], kind: type[CampaignFlowError], acs: str
) -> None:
    error = error_of(flow_with(**members))
    assert isinstance(error, kind)
    assert error.code.acs == acs
    assert error.finding.hint is not None
    assert "wrong" not in str(error.text)


def test_a_token_is_in_no_event_and_no_file_of_a_run(demo: DemoApi, tmp_path: Path) -> None:
    settings: dict[str, Any] = {
        "request": {"url": "https://demo-api.example/v1/members", "account": "crm"},
        "response": {"pointer": "/members", "columns": [{"id": "memberId", "key": "memberId"}]},
        "dry_run": "live",
    }
    call = ActivityEntry(kind="external-api", settings=settings)
    lost = {"request": {**settings["request"], "url": "https://demo-api.example/v1/nowhere"}}
    other = ActivityEntry(kind="external-api", settings={**settings, **lost, "on_failure": "transition"})
    flow = flow_with().model_copy(update={"activities": {"call": call, "other": other}})
    place = Place(tmp_path, tmp_path / "work")
    TOKENS_KEPT._tokens.clear()  # those of other tests are so short that they stand in any path
    events = json.dumps([event.to_json() for event in api.run_flow(flow, None, place)], default=str)
    assert '"rows": 4' in events
    tokens = [token.value for token in TOKENS_KEPT._tokens.values()]
    assert tokens
    files = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"M-1" in files
    for secret in (*tokens, "demo-secret"):
        assert secret not in events
        assert secret.encode() not in files


def test_only_oauth_has_a_connection_to_test(demo: DemoApi) -> None:
    assert error_of(flow_with(type="basic")).code.id == "EXT-ACCOUNT-NO-TEST"
    assert error_of(Flow()).code.id == "EXT-ACCOUNT-NO-TEST"


def test_a_test_that_is_taken_back_ends(demo: DemoApi) -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(RunCancelled):
        api.try_account(flow_with(), "crm", cancellation)
