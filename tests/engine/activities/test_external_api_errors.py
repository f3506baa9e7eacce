"""External API: each way of going wrong has a code, the code of Campaign, a field and a way out (ACS 1.11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.activity import Effect
from engine.errors import Finding, Level
from engine.http_client import recordings
from engine.http_client.models import Header, HttpAnswer
from engine.http_client.recordings import Recording
from engine.tables.interim import TableStore
from tests.engine.activities.call_world import API, AUDIENCE, HOST, CallWorld, get, vouchers
from tests.engine.http_client.loopback import demo_api, issued, plain, serving


@pytest.fixture(autouse=True, scope="module")
def _demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, demo_api(tmp_path_factory.mktemp("demo"), patch):
        yield


@pytest.fixture
def world(tmp_path: Path) -> Iterator[CallWorld]:
    with TableStore(tmp_path) as store:
        yield CallWorld(store)


def header(name: str, value: str = "x") -> dict[str, Any]:
    return {"headers": [{"name": name, "value": value}]}


# --- before anything is sent ---------------------------------------------------------------------------------------

BEFORE: list[tuple[dict[str, Any], str, str, str]] = [
    ({"request": {"url": "http://api.example.com"}}, "EXT-NOT-SECURE", "WKF-560238", "request.url"),
    ({"request": {"url": "https://localhost/x"}}, "EXT-LOCAL-HOST", "WKF-560244", "request.url"),
    ({"request": {"url": "https://192.168.0.5/"}}, "EXT-LOCAL-HOST", "WKF-560244", "request.url"),
    ({"request": {"url": ""}}, "EXT-URL", "WKF-560245", "request.url"),
    ({"request": {"url": "https://[2001]"}}, "EXT-URL", "WKF-560245", "request.url"),
    ({"request": header("X Key")}, "EXT-HEADER-NAME", "WKF-560246", "request.headers.0.name"),
    ({"request": header("X-Key", "a\nb")}, "EXT-HEADER-VALUE", "WKF-560247", "request.headers.0.value"),
    ({"request": header("Accept")}, "EXT-HEADER-RESERVED", "WKF-560248", "request.headers.0.name"),
    ({"request": {"custom": "[1"}}, "EXT-BODY", "WKF-560249", "request.custom"),
    ({"request": {"custom": {"count": 1}, "add_count": True}}, "EXT-BODY", "WKF-560249", "request.custom"),
    (
        {"request": {"columns": [{"field": "region"}, {"field": "weather.region"}]}},
        "EXT-BODY",
        "WKF-560249",
        "request.columns.1.alias",
    ),
    ({"limits": {"request_bytes": 9_000_000}}, "EXT-LARGE-BODY-LIMIT", "WKF-560250", "limits.request_bytes"),
    ({"limits": {"response_bytes": 9_000_000}}, "EXT-LARGE-LIMIT", "WKF-560239", "limits.response_bytes"),
    ({"limits": {"timeout_s": 90}}, "EXT-LONG-TIMEOUT", "WKF-560246", "limits.timeout_s"),
    ({"request": {"method": "PUT"}}, "EXT-METHOD", "", "request.method"),
    ({"request": {"method": "DELETE"}}, "EXT-METHOD", "", "request.method"),
    ({"request": {"account": "EXT26"}}, "EXT-ACCOUNT-MISSING", "WKF-560280", "request.account"),
    ({"request": {"calls": "per-key"}}, "EXT-NO-KEYS", "", "request.keys"),
    ({"request": {"url": f"{HOST}{{{{vars.nobody}}}}"}}, "EXT-PLACE", "", "request.url"),
    ({"request": header("X-A", "{{vars.nobody}}")}, "EXT-PLACE", "", "request.headers.0.value"),
    ({"request": {"custom": {"a": ["{{what}}"]}}}, "EXT-PLACE", "", "request.custom"),
    ({"request": {"url": "https://{{vars.region}}.example.com/"}}, "EXT-HOST-PLACE", "", "request.url"),
    ({"request": {"url": f"{HOST}x?k={{{{secret:key}}}}"}}, "EXT-SECRET-PLACE", "", "request.url"),
    ({"request": {"custom": {"k": "{{secret:key}}"}}}, "EXT-SECRET-PLACE", "", "request.custom"),
    ({"request": {"user_agent": "a\nb"}}, "EXT-HEADER-VALUE", "WKF-560247", "request.user_agent"),
    ({"request": {"columns": [{"field": "nothing"}]}}, "EXP-UNKNOWN-COLUMN", "", "request.columns.0.field"),
    (
        {"response": {"columns": [{"id": "a", "key": "a"}, {"id": "A", "key": "b"}]}},
        "DATA-COLUMN-ID",
        "",
        "response.columns.1.id",
    ),
    ({"response": {"columns": [{"id": "lineNum", "key": "n"}]}}, "DATA-COLUMN-ID", "", "response.columns.0.id"),
    (
        {"response": {"columns": [{"id": "a", "key": "a" * 256}]}},
        "EXT-LONG-KEY",
        "WKF-560240",
        "response.columns.0.key",
    ),
]


def merged(settings: Mapping[str, Any]) -> dict[str, Any]:
    base: dict[str, Any] = {"request": {"url": f"{HOST}offers"}, "response": {"columns": [{"id": "a", "key": "a"}]}}
    return {**base, **{name: {**base.get(name, {}), **value} for name, value in settings.items()}}


def of_code(findings: list[Finding], code: str) -> Finding:
    found = [each for each in findings if each.code.id == code]
    assert found, [each.code.id for each in findings]
    return found[0]


@pytest.mark.parametrize(("settings", "code", "acs", "field"), BEFORE)
def test_what_is_wrong_before_the_call_is_red_without_a_run(
    world: CallWorld, settings: dict[str, Any], code: str, acs: str, field: str
) -> None:
    world.guardrails = "acs"
    finding = of_code(world.findings(merged(settings), AUDIENCE), code)
    assert (finding.level, finding.code.acs, finding.field) == (Level.ERROR, acs, field)
    assert str(finding.text).endswith(".")


def test_nothing_is_wrong_with_what_campaign_would_send(world: CallWorld) -> None:
    world.guardrails = "acs"
    sample = {"data": [{"code": "V-7F3"}]}
    settings = vouchers(response={"sample": sample}, request={"columns": [{"field": "target.region"}]})
    assert world.findings(settings, AUDIENCE) == []


@pytest.mark.parametrize(
    ("settings", "code", "field"),
    [
        ({"request": header("X-Api-Key", "abc123")}, "EXT-CLEAR-SECRET", "request.headers.0.value"),
        ({"request": header("X-Any", "sk-live-0123456789")}, "EXT-CLEAR-SECRET", "request.headers.0.value"),
        ({"request": {"custom": {"api_key": "abc"}}}, "EXT-CLEAR-SECRET", "request.custom"),
        ({"request": {"url": f"{HOST}x?token=abc"}}, "EXT-CLEAR-SECRET", "request.url"),
        ({"request": {"url": "https://me:pw@api.example.com/"}}, "EXT-CLEAR-SECRET", "request.url"),
        ({"request": {"method": "GET", "custom": {"a": 1}}}, "EXT-GET-BODY", "request.method"),
        ({"response": {"columns": []}}, "EXT-NO-COLUMNS", "response.columns"),
        ({"response": {"columns": [{"id": "a"}]}}, "EXT-NO-KEY", "response.columns.0.key"),
        ({"response": {"sample": {"d": [{"b": 1}]}}}, "EXT-DRIFT", "response.columns.0.key"),
        ({"response": {"sample": {"d": [{"a": 1}]}, "pointer": "/e"}}, "EXT-POINTER-ABSENT", "response.pointer"),
        ({"response": {"sample": '{"d": ['}}, "EXT-BAD-JSON", "response.sample"),
        ({"response": {"sample": {"a": [{"a": 1}], "b": [{"a": 1}]}}}, "EXT-AMBIGUOUS-LIST", "response.pointer"),
        (
            {"response": {"mode": "flatten", "columns": [{"id": "a", "key": "/x/0/a"}]}},
            "EXT-BY-POSITION",
            "response.mode",
        ),
        ({"request": {"method": "PATCH"}}, "EXT-METHOD", "request.method"),
    ],
)
def test_what_is_doubtful_is_a_warning(world: CallWorld, settings: dict[str, Any], code: str, field: str) -> None:
    finding = of_code(world.findings(merged(settings), AUDIENCE), code)
    assert (finding.level, finding.field) == (Level.WARNING, field)
    assert finding.hint


def test_spending_in_every_dry_run_is_a_warning(world: CallWorld) -> None:
    settings = {**vouchers(), "dry_run": "live"}
    assert API.effect(API.Settings.model_validate(settings)) is Effect.SPENDS
    assert of_code(world.findings(settings, AUDIENCE), "EXT-SPENDS-ALWAYS").level is Level.WARNING


def test_columns_without_rows_are_a_warning(world: CallWorld) -> None:
    settings = merged({"request": {"columns": [{"field": "region"}]}})
    assert of_code(world.findings(settings), "EXT-NO-ROWS").level is Level.WARNING


def test_our_own_guardrails_only_tell_what_campaign_would_refuse(world: CallWorld) -> None:
    findings = world.findings(merged({"request": {"url": "http://localhost:8080/x"}, "limits": {"timeout_s": 90}}))
    assert {each.level for each in findings} <= {Level.INFO, Level.WARNING}
    assert "WKF-560238" in str(of_code(findings, "EXT-NOT-SECURE").text)


@pytest.mark.parametrize("settings", [{"request": {"url": f"{HOST}{{{{vars.campaign}}}}"}}, {}])
def test_a_half_typed_form_never_breaks_the_check(world: CallWorld, settings: dict[str, Any]) -> None:
    world.findings(settings)
    for value in ("{{", "{{vars.", "}}", "{{secret:", "\ud800", "https://", "[" * 5000):
        for part in ({"url": value}, {"custom": value}, {"custom": {"a": value}}, header(value, value)):
            world.findings({"request": part, "response": {"sample": value, "pointer": value}}, AUDIENCE)


# --- during and after ----------------------------------------------------------------------------------------------

DURING: list[tuple[str, str, str, str, str]] = [
    ("too-large?bytes=6000000", "EXT-RESPONSE-SIZE", "WKF-560239", "limits.response_bytes", "5\u202f242\u202f880"),
    ("too-large?bytes=9000000&gzip=1", "EXT-RESPONSE-SIZE", "WKF-560239", "limits.response_bytes", "larger"),
    ("slow?seconds=9", "EXT-TIMEOUT", "WKF-560246", "limits.timeout_s", "within 2 s"),
    ("drip?seconds=9", "EXT-TIMEOUT", "WKF-560246", "limits.timeout_s", "within 2 s"),
    ("401", "EXT-UNAUTHORIZED", "WKF-560246", "request.headers.0.value", "401 Unauthorized"),
    ("403", "EXT-UNAUTHORIZED", "WKF-560246", "request.headers.0.value", "403 Forbidden"),
    ("404", "EXT-STATUS", "WKF-560246", "request.url", "404 Not Found"),
    ("500", "EXT-STATUS", "WKF-560246", "request.url", "It says: Internal Server Error: as you asked for."),
    ("redirect?to=https://other.example/x", "EXT-REDIRECT", "WKF-560246", "request.url", "https://other.example/x"),
    ("html", "EXT-CONTENT-TYPE", "WKF-560246", "request.url", "<title>Maintenance</title>"),
    ("empty", "EXT-EMPTY-ANSWER", "WKF-560241", "request.url", "without any content"),
    ("broken", "EXT-BAD-JSON", "WKF-560241", "request.url", "line 4, column 13"),
    ("not-numbers", "EXT-JSON-NAN", "WKF-560241", "request.url", "NaN"),
    ("deep", "EXT-JSON-DEPTH", "WKF-560241", "request.url", "levels"),
    ("no-list", "EXT-NO-LIST", "WKF-560241", "response.mode", "no list"),
    ("two-lists", "EXT-AMBIGUOUS-LIST", "", "response.pointer", "/codes, /meta/regions"),
    ("truncated", "EXT-TRUNCATED", "WKF-560246", "request.url", "announced length"),
    ("reset", "EXT-BROKEN-OFF", "WKF-560246", "request.url", "ended the connection"),
    ("large-headers", "EXT-NOT-HTTP", "WKF-560246", "request.url", "headers are too large"),
]


@pytest.mark.parametrize(("path", "code", "acs", "field", "said"), DURING)
def test_what_goes_wrong_during_the_call_is_a_sentence(
    world: CallWorld, path: str, code: str, acs: str, field: str, said: str
) -> None:
    request = {"url": f"{HOST}failures/{path}", **header("Authorization", "Bearer {{secret:key}}")}
    error = world.error(get("", request=request, limits={"timeout_s": 2}))
    assert (error.code.id, error.code.acs, error.field) == (code, acs, field)
    assert said in str(error)
    assert error.finding.hint
    assert world.call["request"]["url"] == request["url"]
    assert "WKF" not in str(error)


def test_a_refused_key_names_the_header_masked(world: CallWorld) -> None:
    settings = vouchers(request=header("X-Api-Key", "{{secret:key}}"), effect="reads")
    error = world.error(settings, world.audience([{"id": 1}]))
    assert "X-Api-Key: ********" in str(error.finding.hint)
    assert "The X-Api-Key is not known." in str(error)


def test_a_refusal_without_any_key_says_so(world: CallWorld) -> None:
    error = world.error(get("failures/401"))
    assert error.field == "request.headers"
    assert "No header with a key" in str(error.finding.hint)


def test_an_answer_without_the_list_names_what_is_there(world: CallWorld) -> None:
    error = world.error(get("offers", response={"pointer": "/data"}))
    assert (error.code.acs, error.field) == ("WKF-560241", "response.pointer")
    assert "path /data absent" in str(error)
    assert "/offers" in str(error.finding.hint)


def test_an_object_where_a_value_should_be_is_told(world: CallWorld) -> None:
    columns = [{"id": "o", "key": "default"}]
    with serving(plain(b'[{"default": {"title": "x"}}]')) as port:
        error = world.error(get("", request={"url": f"http://localhost:{port}/"}, response={"columns": columns}))
    assert (error.code.id, error.code.acs) == ("EXT-BAD-PROPERTY", "WKF-560240")


@pytest.mark.parametrize("kind", ["text/json", "application/geo+json", ""])
def test_campaign_takes_nothing_but_application_json(world: CallWorld, tmp_path: Path, kind: str) -> None:
    answer = HttpAnswer(200, "OK", (Header("Content-Type", kind),), b'[{"code": "A"}]')
    recordings.keep(tmp_path, world.activity, Recording("", {}, answer))
    world.recordings = (tmp_path,)
    assert world.result(get("offers"))[0]["code"] == "A"
    world.guardrails = "acs"
    error = world.error(get("offers"))
    assert (error.code.id, error.code.acs) == ("EXT-CONTENT-TYPE", "WKF-560246")


def test_campaign_reads_no_more_than_10_levels(world: CallWorld, tmp_path: Path) -> None:
    deep = b'[{"code": "A", "rest": ' + b'{"a":' * 10 + b"1" + b"}" * 10 + b"}]"
    answer = HttpAnswer(200, "OK", (Header("Content-Type", "application/json"),), deep)
    recordings.keep(tmp_path, world.activity, Recording("", {}, answer))
    world.recordings = (tmp_path,)
    assert world.result(get("offers"))[0]["code"] == "A"
    world.guardrails = "acs"
    assert world.error(get("offers")).code.acs == "WKF-560241"


def test_an_expired_certificate_is_read_aloud(world: CallWorld, tmp_path: Path) -> None:
    authority = issued("Test authority")
    server = issued("server", names=["localhost"], issuer=authority, days=(-9, -2))
    world.certificate_file = authority.file(tmp_path, "ca.pem")
    with serving(plain(), server.context(tmp_path)) as port:
        error = world.error(get("", request={"url": f"https://localhost:{port}/"}))
    assert error.code.id == "EXT-CERTIFICATE-EXPIRED"
    assert "Test authority" in str(error)


def test_doubled_keys_and_unreadable_bytes_are_told(world: CallWorld) -> None:
    with serving(plain(b'[{"code": "A", "code": "B\xc3\xa9\xff"}, {"code": "\xc3\xa9"}]')) as port:
        rows = world.result(get("", request={"url": f"http://localhost:{port}/"}))
    assert rows[0]["code"] == "Bé\N{REPLACEMENT CHARACTER}"
    assert len(world.call["notes"]) == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_answers_in_other_encodings_are_read(world: CallWorld, encoding: str) -> None:
    with serving(plain('[{"code": "Zoë"}]'.encode(encoding))) as port:
        assert world.result(get("", request={"url": f"http://localhost:{port}/"}))[0]["code"] == "Zoë"


def test_a_charset_that_is_named_is_used(world: CallWorld) -> None:
    answer = plain('[{"code": "Zoë"}]'.encode("latin-1")).replace(b"json\r", b"json; charset=ISO-8859-1\r")
    with serving(answer) as port:
        assert world.result(get("", request={"url": f"http://localhost:{port}/"}))[0]["code"] == "Zoë"


def test_a_stopped_run_leaves_no_error_of_its_own(world: CallWorld) -> None:
    world.is_cancelled = True
    assert world.error(get("failures/slow?seconds=9")).code.id == "APP-TEST-STOP"
