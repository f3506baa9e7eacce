"""The forecast says what a live run would call, before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import api
from engine.command_line.main import main
from engine.demo.members import CLIENT
from engine.demo.server import DemoApi
from engine.document.files import dumps, from_json, to_json
from engine.document.model import Flow
from tests.engine.http_client.answering import Said, answering
from tests.engine.http_client.loopback import demo_api

PEOPLE = "id,region\n" + "".join(f"{number},{number % 7:02}\n" for number in range(1, 31)) + "31,\n"


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoApi]:
    with demo_api(tmp_path / "demo", monkeypatch) as found:
        yield found


def flow_at(folder: Path, **settings: Any) -> Flow:
    """Return a flow of people and a call, saved in `folder`."""
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    flow = from_json(
        {
            "format": "campaign-flow/1",
            "resources": {"people": {"source": "csv", "path": "people.csv", "key": "id"}},
            "activities": {
                "people": {"kind": "query", "settings": {"resource": "people"}},
                "call": {
                    "kind": "external-api",
                    "label": "Weather",
                    "inputs": {"inbound": ["people.result"]},
                    "settings": settings,
                },
            },
        }
    )
    (folder / "test.flow").write_bytes(dumps(flow))
    return api.load_flow(folder / "test.flow")


def per_region(url: str = "https://demo-api.example/v1/weather/{region}", **request: Any) -> dict[str, Any]:
    return {"url": url, "calls": "per-key", "keys": [{"field": "target.region"}], **request}


def test_one_call_that_spends_says_how_many_things(tmp_path: Path, demo: DemoApi) -> None:
    request = {"url": "https://demo-api.example/v1/codes", "add_count": True}
    found = api.forecast(flow_at(tmp_path, request=request, response={"sample": {"data": [{"code": "x"}]}}))
    assert found["calls"] == {"least": 1, "most": 1}
    assert (found["units"], found["effect"]) == (31, "spends")
    assert found["hosts"] == {"demo-api.example": {"least": 1, "most": 1}}
    assert found["bytes_out"] > 100
    assert found["bytes_in"] == len('{"data": [{"code": "x"}]}')
    assert found["activities"][0]["dry_run"] == "sample"
    assert demo.burned == 0


def test_calls_for_keys_are_counted_without_doubles(tmp_path: Path) -> None:
    limits = {"rate": 30, "rate_per": "minute"}
    found = api.forecast(flow_at(tmp_path, request=per_region(), limits=limits))
    assert found["calls"] == {"least": 7, "most": 7}
    assert (found["seconds"], found["minutes"]) == (12, 0.2)
    assert (found["units"], found["effect"], found["bytes_in"], found["findings"]) == (0, "reads", None, [])
    assert not (tmp_path / "test.flow.d").exists()


def test_pages_are_counted_to_their_cap_until_answers_are_known(tmp_path: Path) -> None:
    def paged(asked: Any) -> Said:
        rows = [{"sky": "x"}] if asked.query["page"] in ("1", "2") else []
        return Said({"data": rows})

    with answering(paged, takes_s=0.02) as server:
        url = f"{server.url}/{{region}}"
        response = {"pointer": "/data", "columns": [{"id": "sky", "key": "sky"}]}
        paging = {"by": "page", "most": 5}
        flow = flow_at(tmp_path, request=per_region(url), response=response, paging=paging)
        before = api.forecast(flow)
        list(api.run_flow(flow))
        asked = len(server.asked)
        after = api.forecast(flow)
        assert len(server.asked) == asked == 21
    assert before["calls"] == after["calls"] == {"least": 7, "most": 35}
    assert (before["bytes_in"], before["seconds"]) == (None, None)
    assert after["bytes_in"] == sum(len(json.dumps({"data": [{"sky": "x"}] * rows})) for rows in (1, 1, 0)) * 7
    assert after["seconds"] > 0.02 * 21 / 5 / 2


def test_what_goes_beyond_a_limit_is_found(tmp_path: Path) -> None:
    flow = flow_at(tmp_path, request=per_region(most_keys=3))
    found = api.forecast(flow)
    assert [(each["code"], each["activity"], each["level"]) for each in found["findings"]] == [
        ("EXT-TOO-MANY-KEYS", "call", "error")
    ]
    over = api.forecast(flow_at(tmp_path, request=per_region(), limits={"quota": 6}))
    assert [(each["code"], each["level"]) for each in over["findings"]] == [("EXT-QUOTA", "error")]
    slow = flow_at(tmp_path, request=per_region(), limits={"rate": 1, "total_s": 60})
    assert [each["field"] for each in api.forecast(slow)["findings"]] == ["limits.total_s"]


def test_what_is_switched_off_calls_nobody(tmp_path: Path) -> None:
    flow = flow_at(tmp_path, request=per_region())
    entry = flow.activities["call"]
    off = entry.model_copy(update={"execution": entry.execution.model_copy(update={"mode": "disabled"})})
    found = api.forecast(flow.model_copy(update={"activities": {**flow.activities, "call": off}}))
    assert (found["calls"], found["activities"], found["effect"]) == ({"least": 0, "most": 0}, [], "none")


def test_the_command_line_prints_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flow_at(tmp_path, request=per_region())
    assert main(["forecast", str(tmp_path / "test.flow")]) == 0
    assert json.loads(capsys.readouterr().out)["calls"] == {"least": 7, "most": 7}
    flow_at(tmp_path, request=per_region(most_keys=3))
    assert main(["forecast", str(tmp_path / "test.flow")]) == 1
    assert "EXT-TOO-MANY-KEYS" in capsys.readouterr().err


def test_access_tokens_are_told_beside_the_calls(
    tmp_path: Path, demo: DemoApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMPAIGN_FLOW_SECRET_SHOP", CLIENT[1])
    flow = flow_at(tmp_path, request={"url": "https://demo-api.example/v1/offers", "account": "shop"})
    rows = [("client_id", CLIENT[0]), ("client_secret", "{{secret:shop}}"), ("scope", str(tmp_path))]
    credentials = [{"name": name, "value": value} for name, value in rows]
    url = "https://demo-api.example/v1/oauth/token"
    account = {"type": "oauth2", "label": "Shop", "token_url": url, "credentials": credentials}
    data = {**to_json(flow), "accounts": {"shop": account}}
    data["activities"]["other"] = data["activities"]["call"]
    (tmp_path / "test.flow").write_bytes(dumps(from_json(data)))
    flow = api.load_flow(tmp_path / "test.flow")
    found = api.forecast(flow)
    assert found["tokens"] == [{"account": "Shop", "host": "demo-api.example"}]
    assert [each["tokens"] for each in found["activities"]] == [found["tokens"]] * 2
    assert found["calls"] == {"least": 2, "most": 2}
    api.try_account(flow, "shop")
    assert api.forecast(flow)["tokens"] == []
