"""A large answer is told before its rows are made, and goes to the window once."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.document.files import from_json
from engine.document.model import Flow
from engine.runner.events import ActivityFinished, AnswerCame, Event, TransitionFilled
from engine.runner.execute import run
from engine.runner.request import Place, RunRequest
from engine.runner.services import LARGE_ANSWER
from engine.serve.told import Told
from tests.engine.http_client.answering import Asked, Said, answering

SECRET = "hidden-from-all"


def flow_of(url: str) -> Flow:
    """Return a flow that calls `url` with a secret."""
    header = {"name": "X-Api-Key", "value": "{{secret:s}}"}
    response = {"pointer": "/data", "columns": [{"id": "code", "key": "code"}]}
    settings = {"request": {"url": url, "headers": [header]}, "response": response}
    return from_json(
        {"format": "campaign-flow/1", "activities": {"call": {"kind": "external-api", "settings": settings}}}
    )


def events_of(count: int, tmp_path: Path, ca_file: Path, secure: ssl.SSLContext) -> Sequence[Event]:
    """Return what a run tells whose call is answered with `count` rows, which repeat the secret."""

    def answer(asked: Asked) -> Said:
        return Said({"data": [{"code": f"{SECRET}-{number:06d}"} for number in range(count)]})

    with answering(answer, secure) as server:
        request = RunRequest(live="all", certificate_file=ca_file)
        return list(run(flow_of(f"{server.url}/codes"), request, Place(tmp_path, tmp_path / "work")))


def test_a_large_answer_is_told_first_and_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ca_file: Path, secure: ssl.SSLContext
) -> None:
    monkeypatch.setenv("CAMPAIGN_FLOW_SECRET_S", SECRET)
    events = events_of(LARGE_ANSWER // 20, tmp_path, ca_file, secure)
    kinds = [type(event) for event in events]
    assert kinds.index(AnswerCame) < kinds.index(TransitionFilled)
    came = next(event for event in events if isinstance(event, AnswerCame))
    finished = next(event for event in events if isinstance(event, ActivityFinished))
    assert SECRET not in came.text
    assert finished.reports["call"]["response"]["text"] == came.text
    told = Told()
    sent = {name["event"]: name for name in map(told.once, events)}
    assert sent["AnswerCame"]["text"] == came.text
    response = sent["ActivityFinished"]["reports"]["call"]["response"]
    assert (response["text"], response["status"]) == (None, 200)


def test_a_short_answer_comes_with_its_report(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ca_file: Path, secure: ssl.SSLContext
) -> None:
    monkeypatch.setenv("CAMPAIGN_FLOW_SECRET_S", SECRET)
    events = events_of(3, tmp_path, ca_file, secure)
    assert AnswerCame not in map(type, events)
    sent = [each for each in map(Told().once, events) if each["event"] == "ActivityFinished"]
    assert "000002" in sent[0]["reports"]["call"]["response"]["text"]


def test_another_text_in_the_report_is_told_as_well() -> None:
    told = Told()
    told.once(AnswerCame("call", "one"))
    report = {"call": {"response": {"text": "two"}}}
    sent = told.once(ActivityFinished("call", "done", 1, "reads", "live", None, report))
    assert sent["reports"]["call"]["response"]["text"] == "two"
