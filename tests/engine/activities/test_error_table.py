"""Every error that Adobe Campaign documents, provoked: our code, its code, the sentence, the field (ACS 1.11)."""

from __future__ import annotations

import dataclasses
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from engine.accounts.oauth import TokenCache, try_connection
from engine.document.model import AccountRef
from engine.errors import CampaignFlowError, Finding, Level
from engine.http_client.lines import Connections
from tests.engine.activities.call_world import AUDIENCE, CallWorld
from tests.engine.http_client.answering import Answering, Asked, Said, answering
from tests.engine.http_client.loopback import Listener

ROWS = Said({"data": [{"code": "V-7F3"}]})
SERVER = "https://server"
"""Stands for the address of the server in the settings of a row."""


@dataclass(frozen=True)
class Row:
    """One way of going wrong: when it is noticed, of which settings or answer it comes, and how it reads.

    `check`: red without a run, and nothing is sent. `run`: the run says so before it sends anything. `call`: the answer
    is the reason. `account`: the test of an account in its own screen says so.
    """

    acs: str
    code: str
    field: str
    said: str
    when: Literal["check", "run", "call", "account"]
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    answer: Said = ROWS
    account: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    level: Level = Level.ERROR
    token: Said = dataclasses.field(default_factory=lambda: Said({"access_token": "t", "token_type": "Bearer"}))


def header(name: str, value: str = "x") -> dict[str, Any]:
    return {"request": {"headers": [{"name": name, "value": value}]}}


def url(text: str) -> dict[str, Any]:
    return {"request": {"url": text}}


def oauth(**changes: Any) -> dict[str, Any]:
    credentials = [{"name": "client_id", "value": "me"}, {"name": "client_secret", "value": "{{secret:key}}"}]
    return {"type": "oauth2", "label": "Shop", "token_url": f"{SERVER}/token", "credentials": credentials, **changes}


SLOW = Said({"data": []})
"""An answer that comes after three seconds."""

USES: dict[str, Any] = {"request": {"account": "shop"}}
HEADER_CREDENTIAL = [{"name": "client_id", "value": "me"}, {"name": "Accept", "value": "x", "in_header": True}]
REFUSED = Said({"error": "invalid_client"}, 401)

TABLE: dict[str, Row] = {
    "238 not secure": Row(
        "WKF-560238", "EXT-NOT-SECURE", "request.url", "begins with http:", "check", url("http://api.example.com/")
    ),
    "239 answer over the limit": Row(
        "WKF-560239",
        "EXT-RESPONSE-SIZE",
        "limits.response_bytes",
        "is larger than 100 bytes",
        "call",
        {"limits": {"response_bytes": 100}},
        Said({"data": [{"code": "x" * 200}]}),
    ),
    "240 bad property": Row(
        "WKF-560240", "EXT-BAD-PROPERTY", "response.columns", "code", "call", {}, Said({"data": [{"code": {"a": 1}}]})
    ),
    "241 malformed JSON": Row(
        "WKF-560241", "EXT-BAD-JSON", "request.url", "line 1, column 9", "call", {}, Said(b'{"data":')
    ),
    "241 not the form that is mapped": Row(
        "WKF-560241", "EXT-POINTER-ABSENT", "response.pointer", "path /data absent", "call", {}, Said({"codes": []})
    ),
    "244 localhost": Row(
        "WKF-560244", "EXT-LOCAL-HOST", "request.url", "“localhost”", "check", url("https://localhost/")
    ),
    "244 IPv4": Row(
        "WKF-560244", "EXT-LOCAL-HOST", "request.url", "“192.168.0.5”", "check", url("https://192.168.0.5/")
    ),
    "244 IPv6": Row(
        "WKF-560244", "EXT-LOCAL-HOST", "request.url", "2001:db8::1", "check", url("https://[2001:db8::1]/")
    ),
    "245 no URL": Row("WKF-560245", "EXT-URL", "request.url", "URL", "check", url("https://[2001]/")),
    "246 header key": Row(
        "WKF-560246", "EXT-HEADER-NAME", "request.headers.0.name", "“X Key”", "check", header("X Key")
    ),
    "246 failed: HTTP - 401": Row(
        "WKF-560246",
        "EXT-UNAUTHORIZED",
        "request.headers.0.value",
        "401 Unauthorized",
        "call",
        header("X-Api-Key", "{{secret:key}}"),
        Said({}, 401),
    ),
    "246 failed: HTTP - 500": Row(
        "WKF-560246", "EXT-STATUS", "request.url", "500 Internal Server Error", "call", {}, Said({}, 500)
    ),
    "246 failed: Content-Type - application/html": Row(
        "WKF-560246",
        "EXT-CONTENT-TYPE",
        "request.url",
        "application/html",
        "call",
        {},
        Said(b"<h1>Back soon</h1>", headers={"Content-Type": "application/html"}),
    ),
    "246 failed: no answer": Row(
        "WKF-560246",
        "EXT-TIMEOUT",
        "limits.timeout_s",
        "within 1 s",
        "call",
        {"limits": {"timeout_s": 1}},
        SLOW,
    ),
    "247 header value": Row(
        "WKF-560247", "EXT-HEADER-VALUE", "request.headers.0.value", "“X-Key”", "check", header("X-Key", "a\nb")
    ),
    "248 reserved header": Row(
        "WKF-560248", "EXT-HEADER-RESERVED", "request.headers.0.name", "“Accept”", "check", header("Accept")
    ),
    "249 params": Row("WKF-560249", "EXT-BODY", "request.custom", "“params”", "check", {"request": {"custom": [1]}}),
    "249 data": Row(
        "WKF-560249",
        "EXT-BODY",
        "request.columns.1.alias",
        "“data”",
        "check",
        {"request": {"columns": [{"field": "region"}, {"field": "weather.region"}]}},
    ),
    "250 body over the limit": Row(
        "WKF-560250",
        "EXT-REQUEST-SIZE",
        "limits.request_bytes",
        "larger than 100 bytes, so nothing was sent",
        "run",
        {"request": {"custom": {"text": "x" * 200}}, "limits": {"request_bytes": 100}},
    ),
    "278 account attributes": Row(
        "WKF-560278", "EXT-ACCOUNT", "request.account", "no token URL", "check", USES, account=oauth(token_url="")
    ),
    "279 reserved credential": Row(
        "WKF-560279",
        "EXT-ACCOUNT-HEADER",
        "request.account",
        "“Accept”",
        "check",
        USES,
        account=oauth(credentials=HEADER_CREDENTIAL),
        level=Level.WARNING,
    ),
    "280 no account": Row(
        "WKF-560280", "EXT-ACCOUNT-MISSING", "request.account", "“other”", "check", {"request": {"account": "other"}}
    ),
    "281 disabled": Row(
        "WKF-560281", "EXT-ACCOUNT-DISABLED", "request.account", "disabled", "check", USES, account=oauth(enabled=False)
    ),
    "282 not OAuth": Row(
        "WKF-560282",
        "EXT-ACCOUNT-TYPE",
        "request.account",
        "another type than OAuth 2.0",
        "check",
        USES,
        account={"type": "bearer", "label": "Shop", "token": "{{secret:key}}"},
    ),
    "283 no token": Row(
        "WKF-560283",
        "EXT-TOKEN",
        "request.account",
        "answered 401, invalid_client",
        "run",
        USES,
        account=oauth(),
        token=REFUSED,
    ),
    "CRL 199 unreachable": Row(
        "CRL-290199",
        "EXT-ACCOUNT-UNREACHABLE",
        "",
        "cannot be reached",
        "account",
        account=oauth(token_url="https://127.0.0.1:9/"),
    ),
    "CRL 200 credentials": Row(
        "CRL-290200",
        "EXT-ACCOUNT-REFUSED",
        "",
        "answered 401, invalid_client",
        "account",
        account=oauth(),
        token=REFUSED,
    ),
}


def at(server: Answering, value: Any) -> Any:
    """Return settings with the address of the server in them."""
    if isinstance(value, str):
        return value.replace(SERVER, server.url)
    if isinstance(value, Mapping):
        return {name: at(server, member) for name, member in value.items()}
    return [at(server, each) for each in value] if isinstance(value, list) else value


def settings_of(row: Row, server: Answering) -> dict[str, Any]:
    """Return the settings of a call that is right but for the row."""
    right: dict[str, Any] = {
        "request": {"url": f"{SERVER}/codes" if row.when != "check" else "https://api.example.com/codes"},
        "response": {"pointer": "/data", "columns": [{"id": "code", "key": "code"}]},
        "retry": {"attempts": 1},
    }
    names = right.keys() | row.settings.keys()
    made: dict[str, Any] = at(server, {name: {**right.get(name, {}), **row.settings.get(name, {})} for name in names})
    return made


def found_by_the_check(row: Row, world: CallWorld, server: Answering) -> Finding:
    """Return what the check says without a run; where it is an error a run sends nothing either."""
    world.guardrails = "acs"
    settings = settings_of(row, server)
    found = next(each for each in world.findings(settings, AUDIENCE) if each.code.id == row.code)
    if row.level is Level.ERROR and row.code != "EXT-ACCOUNT-HEADER":
        people = world.audience([{"id": 1, "region": "13"}])
        assert world.error(settings, people).code.acs == row.acs
    return found


def found_by_the_account_screen(world: CallWorld, server: Answering) -> Finding:
    """Return what the test of the account says."""
    with Connections(world.certificate_file) as connections, pytest.raises(CampaignFlowError) as caught:
        try_connection(world.accounts["shop"], "Shop", world.secret, "local", Listener(), connections)
    return caught.value.finding


@pytest.fixture(autouse=True)
def _no_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.accounts.oauth.TOKENS", TokenCache())


@pytest.mark.parametrize("name", TABLE)
def test_every_documented_error_is_met(trusting: CallWorld, secure: ssl.SSLContext, name: str, tmp_path: Path) -> None:
    row, world = TABLE[name], trusting

    def answer(asked: Asked) -> Said:
        time.sleep(3 if row.answer is SLOW else 0)
        return row.token if asked.path == "/token" else row.answer

    with answering(answer, secure) as server:
        if row.account:
            world.accounts = {"shop": AccountRef.model_validate(at(server, row.account))}
        if row.when == "check":
            finding = found_by_the_check(row, world, server)
        elif row.when == "account":
            finding = found_by_the_account_screen(world, server)
        else:
            finding = world.error(settings_of(row, server)).finding
        called = [path for path in server.paths if path != "/token"]
    assert (finding.code.id, finding.code.acs, finding.field) == (row.code, row.acs, row.field)
    assert finding.level is row.level
    assert row.said in str(finding.text)
    assert finding.hint
    assert called == (["/codes"] if row.when == "call" else [])
    assert world.secrets["key"] not in str(finding.to_json()) + world.everything(tmp_path)


def test_no_code_of_campaign_is_left_out() -> None:
    documented = {f"WKF-5602{number}" for number in (*range(38, 42), *range(44, 51), *range(78, 84))}
    assert {row.acs for row in TABLE.values()} == {*documented, "CRL-290199", "CRL-290200"}
