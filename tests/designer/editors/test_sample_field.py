"""Parsing a sample takes its columns into the flow, of whatever shape its rows are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from designer.editors.sample_field import SampleField
from designer.forms.binding import bind_settings
from designer.forms.specs import find_spec, specs_of
from designer.session import Session
from engine.activities.external_api.settings import ExternalApiSettings
from engine.document import edits
from engine.document.files import dumps
from engine.document.model import Flow
from engine.text import Text


@pytest.fixture
def parsed(session: Session, qtbot: QtBot) -> Callable[[Any], SampleField]:
    """Return how the sample of a call is parsed on the screen."""

    def parse(sample: Any) -> SampleField:
        settings = {"response": {"sample": sample}, "request": {"url": "https://x.example"}, "effect": "spends"}
        flow, call = edits.add_activity(Flow(), "external-api", position=(0, 0), settings=settings)
        session.edit(Text("Begin"), flow)
        spec = find_spec(specs_of(ExternalApiSettings), "response.sample")
        assert spec is not None
        field = SampleField(spec, "response.sample", bind_settings(session, call))
        qtbot.addWidget(field)
        field.show()
        field.parse()
        return field

    return parse


def response(session: Session) -> Any:
    return next(iter(session.flow.activities.values())).settings["response"]


def press(field: SampleField, words: str) -> None:
    found = next(each for each in field.findChildren(QPushButton) if words in each.text())
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def offers(field: SampleField, words: str) -> bool:
    return any(words in each.text() for each in field.findChildren(QPushButton))


def ids(session: Session) -> list[str]:
    return [column["id"] for column in response(session).get("columns", ())]


def test_members_of_an_object_become_rows(session: Session, qtbot: QtBot, parsed: Callable[[Any], SampleField]) -> None:
    parsed({"regions": {"13": {"sky": "sun"}, "59": {"sky": "rain"}}})
    qtbot.waitUntil(lambda: ids(session) == ["key", "sky"], timeout=20_000)
    assert (response(session)["mode"], response(session)["pointer"]) == ("keyed", "/regions")


def test_values_inside_the_objects_of_rows_are_offered(
    session: Session, qtbot: QtBot, parsed: Callable[[Any], SampleField]
) -> None:
    field = parsed([{"day": "Monday", "main": {"temp": 9, "sky": "sun"}}])
    qtbot.waitUntil(lambda: offers(field, "Add 2 values inside: temp, sky"), timeout=20_000)
    assert ids(session) == ["day"]
    press(field, "Add 2 values inside")
    assert [column["key"] for column in response(session)["columns"]] == ["day", "/main/temp", "/main/sky"]
    assert not offers(field, "Add 2 values inside")


def test_one_of_several_lists_is_chosen(session: Session, qtbot: QtBot, parsed: Callable[[Any], SampleField]) -> None:
    field = parsed({"x": [{"a": 1}], "y": [{"b": 2}]})
    qtbot.waitUntil(lambda: offers(field, "Use /y"), timeout=20_000)
    press(field, "Use /y")
    qtbot.waitUntil(lambda: ids(session) == ["b"], timeout=20_000)
    assert response(session)["pointer"] == "/y"


@pytest.mark.parametrize("sample", ["city;zip\nLille;59000\n", '{"city":"Lille","zip":"59000"}\n{"city":"Nice"}\n'])
def test_a_sample_of_text_gives_columns(
    session: Session, qtbot: QtBot, parsed: Callable[[Any], SampleField], sample: str
) -> None:
    field = parsed(sample)
    qtbot.waitUntil(lambda: ids(session) == ["city", "zip"], timeout=20_000)
    assert (response(session)["mode"], response(session)["pointer"]) == ("array", "/")
    assert response(session)["sample"] == sample
    assert not any("Not JSON" in each.text() for each in field.findChildren(QLabel) if each.isVisible())


def test_digits_that_are_typed_stay_as_they_are(
    session: Session, qtbot: QtBot, parsed: Callable[[Any], SampleField]
) -> None:
    field = parsed([{"n": 9.9}])
    qtbot.waitUntil(lambda: ids(session) == ["n"], timeout=20_000)
    code = field.focus_target()
    assert isinstance(code, QPlainTextEdit)
    for typed in ('[{"n": 9.90}]', '[{"n": 12345678901234567890.10}]'):
        code.selectAll()
        QTest.keyClicks(code, typed)
        assert typed[6:-2].encode() in dumps(session.flow)
        field.refresh()
        assert code.toPlainText() == typed
    session.runs.run_to(next(iter(session.flow.activities)))
    qtbot.waitUntil(lambda: session.run.status == "done", timeout=30_000)
    report = next(iter(session.run.activities.values())).reports["call"]
    assert report["response"]["text"] == '[{"n": 12345678901234567890.10}]'
