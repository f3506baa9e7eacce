"""The activities of a run share the connections to a host, and the run closes them."""

from __future__ import annotations

import ssl
import time
from pathlib import Path
from typing import Any

import pytest

from engine.document.files import from_json
from engine.http_client import connection
from engine.runner.events import ActivityFinished, RunFinished
from engine.runner.execute import run
from engine.runner.request import Place, RunRequest
from tests.engine.http_client.answering import Asked, Said, answering


def answer(asked: Asked) -> Said:
    """Answer a token, or a page of codes with a cursor in the first."""
    if asked.path == "/token":
        return Said({"access_token": "t-1", "token_type": "Bearer", "expires_in": 300})
    return Said({"data": [{"code": asked.path}], "next": "" if asked.query.get("cursor") else "2"})


def call(url: str, **others: Any) -> dict[str, Any]:
    """Return an activity that calls `url`."""
    response = {"pointer": "/data", "columns": [{"id": "code", "key": "code"}]}
    settings = {"request": {"url": url, "account": "own"}, "response": response, **others}
    return {"kind": "external-api", "settings": settings}


def test_the_calls_of_a_run_and_of_its_accounts_share_a_connection(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ca_file: Path, secure: ssl.SSLContext
) -> None:
    with answering(answer, secure) as server:
        credentials = [{"name": "client_id", "value": server.url}, {"name": "client_secret", "value": "{{secret:s}}"}]
        account = {"type": "oauth2", "token_url": f"{server.url}/token", "credentials": credentials}
        paging = {"by": "cursor", "pointer": "/next"}
        activities = {
            "first": call(f"{server.url}/one"),
            "second": {**call(f"{server.url}/two", paging=paging), "inputs": {"inbound": ["first.result"]}},
            "third": call(f"{server.url}/three"),
        }
        flow = from_json({"format": "campaign-flow/1", "accounts": {"own": account}, "activities": activities})
        place, request = Place(tmp_path, tmp_path / "work"), RunRequest(certificate_file=ca_file)
        monkeypatch.setattr(connection, "IDLE_S", 60.0)  # a busy computer may take long between two calls
        monkeypatch.setenv("CAMPAIGN_FLOW_SECRET_S", "hidden-from-all")
        events = list(run(flow, request, place))
        ended = time.monotonic()
        while server.closed < server.connections and time.monotonic() < ended + 2:
            time.sleep(0.01)
    errors = [event.error for event in events if isinstance(event, ActivityFinished | RunFinished)]
    assert errors == [None] * 4
    assert sorted(server.paths) == ["/one", "/three", "/token", "/two", "/two"]
    assert (server.connections, server.closed) == (1, 1)
