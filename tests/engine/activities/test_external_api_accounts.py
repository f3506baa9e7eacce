"""External API with an account: who calls is told to the service, to nobody else, and nowhere else."""

from __future__ import annotations

import base64
import json
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.accounts import oauth
from engine.accounts.oauth import TokenCache
from engine.demo.server import DemoApi
from engine.document.model import AccountRef
from engine.errors import Level
from engine.tables.interim import TableStore
from tests.engine.activities.call_world import API, CallWorld
from tests.engine.http_client.loopback import demo_api, issued, plain, serving

HOST = "https://demo-api.example/v1/"
ROWS = [{"name": "client_id", "value": "demo-client"}, {"name": "client_secret", "value": "{{secret:client}}"}]
CLIENT = "demo-secret"
MEMBERS: dict[str, Any] = {
    "request": {"url": f"{HOST}members", "account": "crm"},
    "response": {"pointer": "/members", "columns": [{"id": "memberId", "key": "memberId"}]},
    "retry": {"attempts": 1},
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoApi]:
    with pytest.MonkeyPatch.context() as patch, demo_api(tmp_path_factory.mktemp("demo"), patch) as demo:
        yield demo


@pytest.fixture(autouse=True)
def tokens(monkeypatch: pytest.MonkeyPatch) -> TokenCache:
    """Begin without any token."""
    kept = TokenCache()
    monkeypatch.setattr(oauth.OAuthCredentials.__init__, "__defaults__", (kept,))
    return kept


@pytest.fixture
def world(tmp_path: Path) -> Iterator[CallWorld]:
    tables = tmp_path / "tables"
    tables.mkdir()
    secrets = {"client": CLIENT, "demo": "demo-key", "line": "a\nb", "short": "x"}
    with TableStore(tables) as store:
        yield CallWorld(store, recordings=(tmp_path / "flow.d",), secrets=secrets, live=True)


def with_account(world: CallWorld, **members: Any) -> CallWorld:
    """Give the flow an account; without members the demo API's."""
    made = {"label": "CRM", "token_url": f"{HOST}oauth/token", "credentials": ROWS, **members}
    world.accounts = {"crm": AccountRef.model_validate(made)}
    return world


def told(world: CallWorld) -> list[str]:
    """Return what the run log says."""
    return [text for _, _, text in world.notes]


def count(world: CallWorld, words: str) -> int:
    """Return how many lines of the run log have these words."""
    return sum(words in line for line in told(world))


def test_a_token_is_fetched_kept_and_seen_nowhere(world: CallWorld, demo: DemoApi, tokens: TokenCache) -> None:
    with_account(world)
    assert len(world.result(MEMBERS)) == 4
    assert (count(world, "oauth/token"), count(world, "Fetched an access token for “CRM”")) == (1, 1)
    assert len(world.result(MEMBERS)) == 4
    assert (count(world, "oauth/token"), count(world, "Using the kept access token")) == (1, 1)
    shown = {each["name"]: each["value"] for each in world.call["request"]["headers"]}
    assert shown["Authorization"] == "Bearer ********"
    (token,) = tokens._tokens.values()
    everything = world.everything(world.recordings[0])
    assert "memberId" in everything
    for secret in (token.value, CLIENT):
        assert secret not in everything


def test_a_token_that_is_refused_is_fetched_anew_once(world: CallWorld, demo: DemoApi) -> None:
    with_account(world, token_url=f"{HOST}oauth/token?uses=1")
    assert len(world.result(MEMBERS)) == 4
    assert len(world.result(MEMBERS)) == 4
    assert count(world, "was refused (401): a new one is fetched") == 1
    assert world.call["attempts"] == 2


def test_a_token_that_is_refused_again_is_the_end(world: CallWorld, demo: DemoApi) -> None:
    with_account(world, token_url=f"{HOST}oauth/token?uses=0")
    error = world.error(MEMBERS)
    assert (error.code.id, error.code.acs, error.field) == ("EXT-UNAUTHORIZED", "WKF-560246", "request.account")
    assert "“CRM”" in str(error.finding.hint)
    assert count(world, "Fetched") == 2


@pytest.mark.parametrize(("url", "renewals"), [(f"{HOST}oauth/token", 0), (f"{HOST}oauth/token?uses=3", 1)])
def test_calls_for_many_keys_share_one_token(world: CallWorld, demo: DemoApi, url: str, renewals: int) -> None:
    with_account(world, token_url=url)
    people = world.audience([{"id": number, "region": f"{number:02}"} for number in range(5)])
    keyed = {"url": f"{HOST}members?of={{region}}", "calls": "per-key", "keys": [{"field": "region"}]}
    before = len(demo._routes._members._tokens)
    rows = world.result({**MEMBERS, "request": {**MEMBERS["request"], **keyed}}, people)
    assert len(rows) == 20
    assert not any(row["_error"] for row in rows)
    assert len(demo._routes._members._tokens) - before == renewals + 1
    assert CLIENT not in world.everything(world.recordings[0])


def test_an_expired_token_is_not_used(world: CallWorld, demo: DemoApi, tokens: TokenCache) -> None:
    with_account(world)
    world.result(MEMBERS)
    ((key, token),) = tokens._tokens.items()
    assert token.usable_until is not None
    assert 3500 < token.usable_until - time.time() < 3580
    tokens.keep(key, replace(token, usable_until=time.time() - 1))
    world.result(MEMBERS)
    assert (count(world, "Fetched"), count(world, "Using the kept access token")) == (2, 0)
    assert count(world, "was refused") == 0


def test_other_credentials_get_another_token(world: CallWorld, demo: DemoApi) -> None:
    with_account(world)
    world.result(MEMBERS)
    world.secrets = {**world.secrets, "client": "other"}
    assert world.error(MEMBERS).code.id == "EXT-TOKEN"


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"credentials": [ROWS[0], {"name": "client_secret", "value": "wrong"}]}, "401, invalid_client"),
        ({"token_url": f"{HOST}nowhere"}, "404 Not Found"),
        ({"token_url": f"{HOST}fixtures"}, "405 Method Not Allowed"),
        ({"token_url": f"{HOST}failures/redirect"}, "sends callers elsewhere, which is not followed"),
        ({"token_url": f"{HOST}failures/html"}, "without an access token"),
        ({"token_url": "https://nobody.invalid/token"}, "No computer called “nobody.invalid”"),
    ],
)
def test_no_token_is_told_by_its_cause(world: CallWorld, demo: DemoApi, members: dict[str, Any], words: str) -> None:
    with_account(world, **members)
    settings = {**MEMBERS, "limits": {"timeout_s": 5}}
    error = world.error(settings)
    assert (error.code.id, error.code.acs, error.field) == ("EXT-TOKEN", "WKF-560283", "request.account")
    assert words in str(error.text)
    assert "“CRM”" in str(error.text)
    assert error.finding.hint is not None
    failed = world.run({**settings, "on_failure": "transition"})
    (row,) = world.rows(failed.tables["failed"])
    assert row["reason_code"] == "EXT-TOKEN"


def test_the_wall_clock_holds_over_token_and_call(world: CallWorld, demo: DemoApi) -> None:
    with_account(world, token_url=f"{HOST}failures/slow?s=30")
    error = world.error({**MEMBERS, "limits": {"timeout_s": 0.5}})
    assert error.code.id in ("EXT-TOKEN", "EXT-TIMEOUT")
    assert "within 0.5 s" in str(error.text)


@pytest.mark.parametrize(
    ("account", "name", "shown"),
    [
        ({"type": "basic", "username": "demo-client", "password": "{{secret:client}}"}, "Authorization", "Basic ****"),
        ({"type": "api-key", "name": "X-Api-Key", "value": "{{secret:demo}}"}, "X-Api-Key", "****"),
        ({"type": "api-key", "name": "api_key", "value": "{{secret:demo}}", "in_header": False}, "", "api_key=****"),
    ],
)
def test_passwords_and_keys_are_added_and_masked(
    world: CallWorld, demo: DemoApi, account: Mapping[str, Any], name: str, shown: str
) -> None:
    with_account(world, credentials=(), **account)
    assert len(world.result(MEMBERS)) == 4
    headers = {each["name"]: each["value"] for each in world.call["request"]["headers"]}
    assert shown in (headers[name] if name else world.call["request"]["url"])
    everything = world.everything(world.recordings[0])
    basic = base64.b64encode(b"demo-client:demo-secret").decode()
    assert not any(secret in everything for secret in ("demo-key", CLIENT, basic))


def test_a_token_of_ones_own_is_added(world: CallWorld, demo: DemoApi) -> None:
    with_account(world, type="bearer", token="{{secret:client}}", credentials=())
    error = world.error(MEMBERS)
    assert error.field == "request.account"
    assert {"name": "Authorization", "value": "Bearer ********"} in world.call["request"]["headers"]


def test_a_token_that_was_pasted_with_its_scheme_is_sent_with_one(world: CallWorld, tmp_path: Path) -> None:
    authority = issued("Authority")
    context = issued("localhost", names=["localhost"], issuer=authority).context(tmp_path)
    world.certificate_file = authority.file(tmp_path, "ca.pem")
    with_account(world, type="bearer", token="bearer {{secret:client}}", credentials=())
    seen: list[bytes] = []
    with serving(plain(), context, seen) as port:
        world.run({**MEMBERS, "request": {"url": f"https://localhost:{port}/", "account": "crm"}, "response": {}})
    assert b"\r\nAuthorization: Bearer demo-secret\r\n" in seen[0]


def test_what_no_header_can_hold_is_refused_before_anything_is_sent(world: CallWorld, demo: DemoApi) -> None:
    with_account(world, type="bearer", token="{{secret:line}}", credentials=())
    error = world.error(MEMBERS)
    assert (error.code.id, error.code.acs) == ("EXT-ACCOUNT", "WKF-560278")
    assert "a\nb" not in str(error)


@pytest.mark.parametrize(
    ("members", "code", "acs", "level"),
    [
        ({"token_url": ""}, "EXT-ACCOUNT", "WKF-560278", Level.ERROR),
        ({"token_url": "no url"}, "EXT-ACCOUNT", "WKF-560278", Level.ERROR),
        ({"credentials": []}, "EXT-ACCOUNT", "WKF-560278", Level.ERROR),
        ({"credentials": [{"name": "client_id"}]}, "EXT-ACCOUNT", "WKF-560278", Level.ERROR),
        ({"credentials": [{"value": "x"}]}, "EXT-ACCOUNT", "WKF-560278", Level.ERROR),
        ({"credentials": [ROWS[0], ROWS[0]]}, "EXT-ACCOUNT", "WKF-560278", Level.ERROR),
        ({"credentials": [{"name": "grant_type", "value": "x"}]}, "EXT-ACCOUNT", "WKF-560278", Level.ERROR),
        (
            {"credentials": [{"name": "a b", "value": "x", "in_header": True}]},
            "EXT-ACCOUNT",
            "WKF-560278",
            Level.ERROR,
        ),
        (
            {"credentials": [*ROWS, {"name": "Accept", "value": "x", "in_header": True}]},
            "EXT-ACCOUNT-HEADER",
            "WKF-560279",
            Level.WARNING,
        ),
        ({"enabled": False}, "EXT-ACCOUNT-DISABLED", "WKF-560281", Level.ERROR),
        ({"type": "kerberos"}, "EXT-ACCOUNT-TYPE", "WKF-560282", Level.ERROR),
        ({"type": "bearer", "token": "{{secret:demo}}"}, "EXT-ACCOUNT-TYPE", "WKF-560282", Level.INFO),
        ({"type": "bearer"}, "EXT-ACCOUNT", "WKF-560278", Level.ERROR),
        ({"type": "basic", "username": "x"}, "EXT-ACCOUNT", "WKF-560278", Level.ERROR),
        ({"type": "api-key", "name": "Host", "value": "x"}, "EXT-ACCOUNT", "WKF-560278", Level.ERROR),
        (
            {"credentials": [ROWS[0], {"name": "client_secret", "value": "open"}]},
            "EXT-ACCOUNT-CLEAR",
            "",
            Level.WARNING,
        ),
    ],
)
def test_what_is_wrong_with_an_account_is_told_before_a_run(
    world: CallWorld, members: dict[str, Any], code: str, acs: str, level: Level
) -> None:
    with_account(world, **members)
    found = {(each.code.id, each.code.acs, each.level, each.field) for each in world.findings(MEMBERS)}
    assert (code, acs, level, "request.account") in found


def test_under_the_limits_of_acs_only_oauth_is_an_account(world: CallWorld) -> None:
    with_account(world, type="bearer", token="{{secret:demo}}")
    world.guardrails = "acs"
    (finding,) = [each for each in world.findings(MEMBERS) if each.field == "request.account"]
    assert (finding.code.acs, finding.level) == ("WKF-560282", Level.ERROR)


def test_an_account_that_is_well_gives_no_finding_and_a_missing_one_its_code(world: CallWorld) -> None:
    with_account(world)
    assert not [each for each in world.findings(MEMBERS) if each.field == "request.account"]
    world.accounts = {}
    (finding,) = [each for each in world.findings(MEMBERS) if each.field == "request.account"]
    assert (finding.code.id, finding.code.acs) == ("EXT-ACCOUNT-MISSING", "WKF-560280")
    assert world.error({**MEMBERS, "dry_run": "live"}).code.id == "EXT-ACCOUNT-MISSING"


def test_a_header_that_the_account_sets_is_refused(world: CallWorld) -> None:
    with_account(world)
    request = {**MEMBERS["request"], "headers": [{"name": "authorization", "value": "{{secret:demo}}"}]}
    (finding,) = [each for each in world.findings({**MEMBERS, "request": request}) if each.level is Level.ERROR]
    assert (finding.code.acs, finding.field) == ("WKF-560248", "request.headers.0.name")


def test_the_request_is_shown_masked_before_it_is_sent_without_any_secret(world: CallWorld) -> None:
    with_account(world)
    view = API.Settings.model_validate(MEMBERS)
    shown = API.request(view, {}, world)
    assert {"name": "Authorization", "value": "Bearer ********"} in shown["headers"]
    assert not world.asked
    world.accounts = {}
    assert "Authorization" not in json.dumps(API.request(view, {}, world))


def test_credentials_in_headers_and_form_are_sent_as_the_account_says_and_never_after_a_redirect(
    world: CallWorld, tmp_path: Path
) -> None:
    authority = issued("Authority")
    context: ssl.SSLContext = issued("localhost", names=["localhost"], issuer=authority).context(tmp_path)
    world.certificate_file = authority.file(tmp_path, "ca.pem")
    seen: list[bytes] = []
    away: list[bytes] = []
    with serving(plain(), context, away) as other:
        answer = plain(b"", f"Location: https://localhost:{other}/x", status="307 Temporary Redirect")
        with serving(answer, context, seen) as port:
            rows = [*ROWS, {"name": "X-Tenant", "value": "fr", "in_header": True}]
            with_account(world, token_url=f"https://localhost:{port}/token", credentials=rows)
            error = world.error(MEMBERS)
    assert error.code.id == "EXT-TOKEN"
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert b"X-Tenant: fr" in head
    assert b"Content-Type: application/x-www-form-urlencoded" in head
    assert set(body.split(b"&")) == {
        b"grant_type=client_credentials",
        b"client_id=demo-client",
        b"client_secret=demo-secret",
    }
    assert not away


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"access_token": "abc", "token_type": "mac"}', "of the type “mac”"),
        (b'{"access_token": 1}', "without an access token"),
        (b'{"access_token": "a", "expires_in": "soon"}', "without an access token"),
        (b"[1]", "without an access token"),
        (b"[" * 100_000, "without an access token"),
        (b'{"error": "invalid_client", "error_description": "no demo-secret here"}', "no ******** here"),
    ],
)
def test_an_odd_answer_of_a_token_endpoint_gives_a_sentence(
    world: CallWorld, tmp_path: Path, body: bytes, words: str
) -> None:
    authority = issued("Authority")
    context = issued("localhost", names=["localhost"], issuer=authority).context(tmp_path)
    world.certificate_file = authority.file(tmp_path, "ca.pem")
    with serving(plain(body), context) as port:
        with_account(world, token_url=f"https://localhost:{port}/token")
        error = world.error(MEMBERS)
    assert (error.code.id, words in str(error.text)) == ("EXT-TOKEN", True)
    assert CLIENT not in repr(world.notes) + str(error.text)
