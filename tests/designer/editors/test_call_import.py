"""A call from elsewhere becomes settings, and none of its secrets becomes part of the flow."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from designer.editors.call_import import METHODS, CallImport, ImportedCall
from designer.editors.curl import read_curl
from designer.forms.specs import find_spec, specs_of
from designer.session import Session
from engine import registry
from engine.document import edits, files
from engine.document.model import AccountRef, Flow
from engine.text import Text

URL = "https://api.example.com/v1/codes"


def imported(session: Session, qtbot: QtBot, command: str) -> ImportedCall:
    """Return what is left of a command when its secrets are in the keyring."""
    session.edit(Text("Begin"), Flow(name="Spring"))
    found: list[ImportedCall] = []
    owner = QObject()
    reader = CallImport(session, "call", owner, on_ready=found.append, on_error=lambda error: pytest.fail(str(error)))
    reader.take(read_curl(command))
    qtbot.waitUntil(lambda: bool(found), timeout=15_000)
    return found[0]


def test_a_key_in_the_query_becomes_an_account(session: Session, qtbot: QtBot) -> None:
    call = imported(session, qtbot, f"curl '{URL}?region=13&api_key=k%203y&token=t0k#x'")
    assert call.values["request.url"] == f"{URL}?region=13#x"
    assert call.account == AccountRef(
        type="api-key",
        label="api.example.com",
        name="api_key",
        value="{{secret:spring-call-api-key}}",
        in_header=False,
    )
    assert "token" in call.note
    taken = edits.set_account(Flow(), "api-example-com", AccountRef())
    flow, values = call.with_account(taken)
    assert values["request.account"] == "api-example-com-2"
    assert "k 3y" not in files.dumps(flow).decode()


@pytest.mark.parametrize(
    ("command", "headers"),
    [
        (f"curl {URL} -H 'Authorization: Bearer '$API_TOKEN", "Bearer {{secret:api-token}}"),
        (f'curl {URL} -H "Authorization: Bearer ${{API_TOKEN}}"', "Bearer {{secret:api-token}}"),
        ("curl https://ann:p%40w@api.example.com/v1/codes", "Basic {{secret:spring-call-authorization}}"),
    ],
)
def test_whoever_calls_is_a_reference(session: Session, qtbot: QtBot, command: str, headers: str) -> None:
    call = imported(session, qtbot, command)
    assert call.values["request.url"] == URL
    assert call.values["request.headers"] == [{"name": "Authorization", "value": headers}]


def test_what_browsers_add_is_passed_over(session: Session, qtbot: QtBot) -> None:
    noise = "-H 'sec-ch-ua: x' -H 'Host: h' -H 'DNT: 1' -H 'User-Agent: me' -b 'a=b'"
    call = imported(session, qtbot, f"curl {URL} -H 'X-A: 1' {noise}")
    assert call.values["request.headers"] == [{"name": "X-A", "value": "1"}]
    assert call.left_out == ("Cookie",)


@pytest.mark.parametrize(
    ("command", "method", "body"),
    [
        (f"curl {URL}", "auto", {}),
        (f"curl -X GET {URL}", "auto", {}),
        (f"curl -X DELETE {URL}", "DELETE", {}),
        (f"curl -X POST {URL}", "POST", {}),
        (f"curl {URL} -d hello", "POST", {}),
        (f"curl {URL} -d '\"hello\"'", "POST", {}),
        (
            f'curl {URL} -d \'{{"params": {{"n": 1, "count": 2, "password": "x"}}}}\'',
            "auto",
            {"custom": {"n": 1}},
        ),
        (
            f'curl -X PUT {URL} -d \'{{"params": {{"n": 1}}}}\'',
            "PUT",
            {"custom": {"n": 1}},
        ),
        (f'curl {URL} -d \'{{"data": [{{"n": 1}}]}}\'', "POST", {}),
        (f"curl {URL} -d '[{{\"n\": 1}}]'", "auto", {"body": "json", "template": [{"n": 1}]}),
        (
            f'curl {URL} -d \'{{"query": "x", "password": "x"}}\'',
            "auto",
            {"body": "json", "template": {"query": "x"}},
        ),
        (f"curl -I {URL}", "auto", {}),
    ],
)
def test_method_and_body_come_along(
    session: Session, qtbot: QtBot, command: str, method: str, body: dict[str, Any]
) -> None:
    call = imported(session, qtbot, command)
    assert call.values["request.method"] == method
    names = ("body", "custom", "template")
    assert {name: call.values[f"request.{name}"] for name in names if f"request.{name}" in call.values} == body
    assert ("password" in call.note) == ("password" in command)


def test_the_body_of_before_goes(session: Session, qtbot: QtBot) -> None:
    flow, call = edits.add_activity(Flow(name="Spring"), "external-api", position=(0, 0))
    settings = {"request": {"body": "json", "template": {"a": 1}, "custom": {"b": 2}}}
    session.edit(Text("Begin"), edits.set_settings(flow, call, settings))
    found: list[ImportedCall] = []
    owner = QObject()
    reader = CallImport(session, call, owner, on_ready=found.append, on_error=lambda error: pytest.fail(str(error)))
    reader.take(read_curl(f'curl {URL} -d \'{{"params": {{"n": 1}}}}\''))
    values = found[0].values
    names = ("body", "custom", "template")
    assert {name: values[f"request.{name}"] for name in names} == {"body": "acs", "custom": {"n": 1}, "template": None}


def test_no_secret_hides_deep_in_a_body(session: Session, qtbot: QtBot) -> None:
    body = '{"params": {"auth": {"token": "t0k", "user": "ann"}, "list": [{"password": "pw", "n": 1}]}}'
    call = imported(session, qtbot, f"curl {URL} -d '{body}'")
    assert call.values["request.custom"] == {"auth": {"user": "ann"}, "list": [{"n": 1}]}
    assert "auth.token" in call.note
    assert "list.password" in call.note


def test_every_method_of_the_activity_can_be_imported() -> None:
    activity = registry.activity("external-api")
    assert activity is not None
    spec = find_spec(specs_of(activity.Settings), "request.method")
    assert spec is not None
    assert tuple(value for value, _ in spec.choices) == ("auto", *METHODS)
