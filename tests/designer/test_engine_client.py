"""The engine's process as the window sees it, against a small process that keeps the same protocol."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from designer.engine_client import EngineClient, FindingView

SCRIPT = """
import json, os, sys, time
waiting = {}
def say(**answer):
    sys.stdout.write(json.dumps(answer) + "\\n")
    sys.stdout.flush()
say(ready=True, version="1")
for line in sys.stdin:
    request = json.loads(line)
    id, verb, params = request["id"], request["verb"], request["params"]
    if verb == "echo":
        say(id=id, event={"event": "Note", "text": "on it"})
        say(id=id, result=params)
    elif verb == "refuse":
        error = {"code": "EXT-TIMEOUT", "acs": "WKF-560246", "message": "Too slow.", "field": "limits.timeout_s"}
        say(id=id, error=error)
    elif verb == "die":
        os._exit(3)
    elif verb == "cancel":
        say(id=params["request"], error={"code": "APP-CANCELLED", "message": "Stopped."})
    elif verb == "flood":
        for number in range(params["count"]):
            say(id=id, event={"event": "Progress", "done": number})
        say(id=id, result=None)
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """Return a program that answers as the engine does."""
    path = tmp_path / "engine.py"
    path.write_text(textwrap.dedent(SCRIPT))
    return path


@pytest.fixture
def client(qapp: object, script: Path) -> Iterator[EngineClient]:
    """Return a client of that program, stopped at the end."""
    made = EngineClient([sys.executable, str(script)])
    yield made
    made.stop()


def ask(qtbot: QtBot, client: EngineClient, verb: str, **params: Any) -> tuple[list[Any], Any, FindingView | None]:
    """Return the events, the result and the error of one request."""
    events: list[Any] = []
    answers: list[tuple[Any, FindingView | None]] = []
    client.request(
        verb,
        params,
        on_event=events.append,
        on_result=lambda result: answers.append((result, None)),
        on_error=lambda error: answers.append((None, error)),
    )
    qtbot.waitUntil(lambda: bool(answers), timeout=5000)
    return events, *answers[0]


def test_a_request_made_before_the_engine_is_ready_is_answered_with_its_events(
    qtbot: QtBot, client: EngineClient
) -> None:
    events, result, error = ask(qtbot, client, "echo", word="hello")
    assert [event["text"] for event in events] == ["on it"]
    assert result == {"word": "hello"}
    assert error is None


def test_an_error_arrives_with_its_codes_and_its_field(qtbot: QtBot, client: EngineClient) -> None:
    _, _, error = ask(qtbot, client, "refuse")
    assert error is not None
    assert (error.level, error.code, error.acs, error.field) == (
        "error",
        "EXT-TIMEOUT",
        "WKF-560246",
        "limits.timeout_s",
    )


def test_an_engine_that_dies_fails_what_is_pending_and_answers_again(qtbot: QtBot, client: EngineClient) -> None:
    _, _, error = ask(qtbot, client, "die")
    assert error is not None
    assert error.code == "APP-ENGINE-DIED"
    assert "untouched" in error.message
    _, result, _ = ask(qtbot, client, "echo", word="again")
    assert result == {"word": "again"}


def test_a_program_that_never_gets_ready_is_given_up_with_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    client = EngineClient([sys.executable, "-c", "raise SystemExit(1)"], log=tmp_path / "engine.log")
    errors: list[FindingView] = []
    client.request("echo", {}, on_error=errors.append)
    qtbot.waitUntil(lambda: bool(errors), timeout=5000)
    assert errors[0].code == "APP-ENGINE-MISSING"
    assert client.state == "broken"


def test_a_missing_program_is_given_up_with_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    client = EngineClient([str(tmp_path / "nothing")])
    errors: list[FindingView] = []
    client.request("echo", {}, on_error=errors.append)
    qtbot.waitUntil(lambda: bool(errors), timeout=5000)
    assert errors[0].code == "APP-ENGINE-MISSING"


def test_a_cancelled_request_ends_with_an_error_that_says_so(qtbot: QtBot, client: EngineClient) -> None:
    ask(qtbot, client, "echo")
    errors: list[FindingView] = []
    request = client.request("wait", {}, on_error=errors.append)
    request.cancel()
    qtbot.waitUntil(lambda: bool(errors), timeout=5000)
    assert errors[0].code == "APP-CANCELLED"


def test_a_request_cancelled_before_the_engine_is_ready_is_never_sent(qtbot: QtBot, client: EngineClient) -> None:
    errors: list[FindingView] = []
    client.request("die", {}, on_error=errors.append).cancel()
    assert errors[0].code == "APP-CANCELLED-EARLY"
    _, result, _ = ask(qtbot, client, "echo", word="alive")
    assert result == {"word": "alive"}


def test_a_flood_of_events_arrives_whole_and_in_order(qtbot: QtBot, client: EngineClient) -> None:
    events, _, _ = ask(qtbot, client, "flood", count=20_000)
    assert [event["done"] for event in events] == list(range(20_000))


def test_an_engine_that_dies_again_and_again_waits_for_the_next_question(qtbot: QtBot, client: EngineClient) -> None:
    codes = [getattr(ask(qtbot, client, "die")[2], "code", "") for _ in range(3)]
    assert codes == ["APP-ENGINE-DIED", "APP-ENGINE-DIED", "APP-ENGINE-MISSING"]
    assert client.state == "broken"
    _, result, _ = ask(qtbot, client, "echo", word="again")
    assert result == {"word": "again"}
