"""Before something is spent the person is asked, and told how much it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from designer.panels.activity_head import ActivityHead
from designer.panels.consent import Consent, asked_for
from designer.session import Session
from engine.document import edits
from engine.document.files import from_json
from engine.text import Text


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (json.dumps({"params": {"count": 4, "campaign": "SPRING26"}}), 4),
        ({"params": {"count": 18}, "data": []}, 18),
        (json.dumps({"params": {"count": "4"}}), 0),
        (json.dumps({"params": [4]}), 0),
        (json.dumps([4]), 0),
        ("count=4", 0),
        (None, 0),
    ],
)
def test_the_body_says_how_much_is_asked_for(body: object, count: int) -> None:
    assert asked_for(body) == count


@pytest.fixture
def consent(session: Session, qtbot: QtBot) -> Consent:
    """Return the question for the codes of the voucher example, not asked yet."""
    session.open_example("voucher-codes")
    made = Consent(session, "codes")
    qtbot.addWidget(made)
    return made


def words(consent: Consent) -> str:
    """Return what the question says."""
    return "\n".join(each.text() for each in consent.findChildren(QLabel))


def test_what_arrives_is_counted_before_the_question(consent: Consent, session: Session, qtbot: QtBot) -> None:
    consent.ask()
    assert consent.isHidden()
    qtbot.waitUntil(lambda: "This will fetch 4 new codes." in words(consent), timeout=30_000)
    assert not consent.isHidden()
    assert set(session.run.activities) == {"members", "fork"}
    consent.hide()
    consent.ask()
    assert not session.run.running
    assert not consent.isHidden()


def test_several_calls_are_counted(consent: Consent, session: Session, qtbot: QtBot) -> None:
    flow = edits.set_setting(session.flow, "codes", "request.calls", "per-key")
    session.edit(Text("x"), edits.set_setting(flow, "codes", "request.keys", [{"field": "target.id"}]))
    consent.ask()
    qtbot.waitUntil(lambda: "This will make 4 calls and spend 4." in words(consent), timeout=30_000)


def test_an_edit_takes_the_question_back(consent: Consent, session: Session, qtbot: QtBot) -> None:
    consent.ask()
    qtbot.waitUntil(lambda: not consent.isHidden(), timeout=30_000)
    session.edit(Text("Change"), edits.set_setting(session.flow, "codes", "request.url", "https://other.example/v1"))
    assert consent.isHidden()


def test_where_what_comes_before_fails_nothing_is_asked(consent: Consent, session: Session, qtbot: QtBot) -> None:
    session.edit(Text("Change"), edits.set_setting(session.flow, "members", "resource", "nobody"))
    with qtbot.waitSignal(session.runs.finished, timeout=30_000):
        consent.ask()
    assert session.run.status == "failed"
    assert consent.isHidden()


def reading(session: Session, folder: Path, people: int) -> None:
    """Open a flow that reads something for each of so many people, at a host that is not there."""
    lines = "".join(f"{number}\n" for number in range(people))
    (folder / "people.csv").write_text(f"id\n{lines}", encoding="utf-8")
    settings = {
        "request": {"url": "https://127.0.0.1:9/{id}", "calls": "per-key", "keys": [{"field": "target.id"}]},
        "response": {"columns": [{"id": "a", "key": "a"}]},
        "limits": {"rate": 60, "rate_per": "minute"},
        "retry": {"attempts": 1},
    }
    call = {"kind": "external-api", "inputs": {"inbound": ["people.result"]}, "settings": settings}
    source = {"source": "csv", "path": str(folder / "people.csv"), "key": "id"}
    activities = {"people": {"kind": "query", "settings": {"resource": "people"}}, "call": call}
    flow = {"format": "campaign-flow/1", "resources": {"people": source}, "activities": activities}
    session.edit(Text("Begin"), from_json(flow))


@pytest.fixture
def head(session: Session, qtbot: QtBot, tmp_path: Path) -> ActivityHead:
    """Return the head of a panel of a call that reads for each of 40 people."""
    reading(session, tmp_path, 40)
    made = ActivityHead(session, "call")
    qtbot.addWidget(made)
    made.show()
    return made


def test_many_calls_that_read_are_made_after_a_question(head: ActivityHead, session: Session, qtbot: QtBot) -> None:
    head.go()
    consent = head.findChildren(Consent)[0]
    qtbot.waitUntil(consent.isVisible, timeout=30_000)
    assert words(consent).startswith("Send 40 calls?\nThey go to 127.0.0.1 and take about 39 s.")
    assert set(session.run.activities) == {"people"}
    yes, no = consent.findChildren(QPushButton)
    assert (yes.text(), no.text()) == ("Send", "Cancel")
    no.click()
    assert not consent.isVisible()
    assert not session.run.running
    head.go()
    qtbot.waitUntil(consent.isVisible, timeout=30_000)
    yes.click()
    qtbot.waitUntil(lambda: session.run.running, timeout=30_000)
    session.runs.cancel()
    qtbot.waitUntil(lambda: not session.run.running, timeout=30_000)


def test_a_few_calls_that_read_are_made_at_once(
    head: ActivityHead, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    reading(session, tmp_path, 2)
    head.go()
    qtbot.waitUntil(lambda: "call" in session.run.activities, timeout=30_000)
    qtbot.waitUntil(lambda: not session.run.running, timeout=30_000)
    assert head.findChildren(Consent)[0].isHidden()


def test_calls_that_cannot_be_counted_are_left_to_the_run(head: ActivityHead, session: Session, qtbot: QtBot) -> None:
    session.edit(Text("x"), edits.set_setting(session.flow, "call", "request.keys", []))
    head.go()
    qtbot.waitUntil(lambda: session.run.status == "failed", timeout=30_000)
    assert head.findChildren(Consent)[0].isHidden()


def test_an_edit_while_the_calls_are_counted_takes_the_question_back(
    head: ActivityHead, session: Session, qtbot: QtBot
) -> None:
    head.go()
    session.edit(Text("x"), edits.set_setting(session.flow, "call", "request.concurrency", 2))
    qtbot.waitUntil(lambda: not session.run.running, timeout=30_000)
    qtbot.wait(200)
    assert head.findChildren(Consent)[0].isHidden()
    assert "call" not in session.run.activities
