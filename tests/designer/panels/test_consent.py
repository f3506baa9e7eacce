"""Before something is spent the person is asked, and told how much it is."""

from __future__ import annotations

import json

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from designer.panels.consent import Consent, asked_for
from designer.session import Session
from engine.document import edits
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
