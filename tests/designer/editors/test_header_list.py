"""A secret typed into a header goes to the keyring and appears nowhere else."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from designer.editors.header_list import HeadersField
from designer.forms.binding import bind_settings
from designer.forms.code_edit import CodeEdit
from designer.forms.secrets import is_sensitive_name, masked, secret_in, secret_name, with_reference
from designer.forms.specs import FieldKind, FieldSpec
from designer.session import Session
from engine.document import edits, files
from engine.document.model import Flow
from engine.text import Text

Widget = TypeVar("Widget", bound=QWidget)
SECRET = "hunter2-c0rrect"
HEADER = FieldSpec("headers", "Request headers", FieldKind.MODELS)


@pytest.fixture
def headers(session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> HeadersField:
    """Return the headers of a call on the screen; there is no keyring, so secrets last as long as the engine."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    flow, _ = edits.add_activity(Flow(name="Spring"), "external-api", position=(0, 0))
    session.edit(Text("Begin"), flow)
    made = HeadersField(HEADER, "request.headers", bind_settings(session, "external-api"))
    made.binding.changed.connect(made.refresh)
    qtbot.addWidget(made)
    made.resize(400, 400)
    made.show()
    return made


def named(form: QWidget, kind: type[Widget], name: str) -> Widget:
    """Return the visible widget with this accessible name."""
    QApplication.processEvents()
    return next(each for each in form.findChildren(kind) if each.accessibleName() == name and each.isVisible())


def add(form: HeadersField, name: str) -> None:
    """Add a header and type its name, as a person does."""
    QTest.mouseClick(
        next(each for each in form.findChildren(QPushButton) if each.text() == "Add"), Qt.MouseButton.LeftButton
    )
    count = len(stored(form.binding.session))
    line = named(form, QLineEdit, f"Name of header {count}")
    QTest.keyClicks(line, name)
    QTest.keyClick(line, Qt.Key.Key_Return)


def stored(session: Session) -> list[Any]:
    """Return the headers as they stand in the flow."""
    headers: list[Any] = session.flow.activities["external-api"].settings["request"]["headers"]
    return headers


def everything_ever(session: Session) -> str:
    """Return the flow after every step that undo can reach, as it would be saved."""
    stack = session.history.stack
    texts = []
    for place in range(stack.count() + 1):
        stack.setIndex(place)
        texts.append(files.dumps(session.flow).decode())
        texts.append(stack.undoText())
    return "\n".join(texts)


def test_a_plain_header_is_written_when_it_is_whole(headers: HeadersField, session: Session) -> None:
    add(headers, "Accept-Language")
    value = named(headers, CodeEdit, "Value of header 1")
    QTest.keyClicks(value, "fr")
    QTest.keyClick(value, Qt.Key.Key_Return)
    assert stored(session) == [{"name": "Accept-Language", "value": "fr"}]


@pytest.mark.parametrize("name", ["X-Api-Key", "Authorization", "X-Auth-Token", "Client-Secret", "Cookie"])
def test_a_secret_goes_to_the_engine_and_the_flow_gets_a_reference(
    headers: HeadersField, session: Session, qtbot: QtBot, name: str
) -> None:
    add(headers, name)
    value = named(headers, QLineEdit, "Value of header 1")
    assert value.echoMode() is QLineEdit.EchoMode.Password
    QTest.keyClicks(value, SECRET)
    QTest.keyClick(value, Qt.Key.Key_Return)
    reference = secret_name("Spring", "external-api", name)
    qtbot.waitUntil(lambda: bool(stored(session)[0]["value"]), timeout=15_000)
    assert stored(session) == [{"name": name, "value": f"{{{{secret:{reference}}}}}"}]
    qtbot.waitUntil(lambda: "••••••••••" in named(headers, QLineEdit, "Value of header 1").text())
    assert all(SECRET not in line.text() for line in headers.findChildren(QLineEdit))
    assert all(SECRET not in editor.text() for editor in headers.findChildren(CodeEdit))
    assert SECRET not in everything_ever(session)


def test_a_scheme_stays_readable_and_replacing_keeps_the_name_of_the_secret(
    headers: HeadersField, session: Session, qtbot: QtBot
) -> None:
    add(headers, "Authorization")
    value = named(headers, QLineEdit, "Value of header 1")
    QTest.keyClicks(value, f"Bearer {SECRET}")
    QTest.keyClick(value, Qt.Key.Key_Return)
    expected = "Bearer {{secret:spring-external-api-authorization}}"
    qtbot.waitUntil(lambda: stored(session)[0]["value"] == expected, timeout=15_000)
    QTest.mouseClick(named(headers, QToolButton, "Replace the secret"), Qt.MouseButton.LeftButton)
    value = named(headers, QLineEdit, "Value of header 1")
    QTest.keyClicks(value, "Bearer other")
    QTest.keyClick(value, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: value.text() == "", timeout=15_000)
    assert stored(session)[0]["value"] == expected


def test_a_value_typed_before_its_name_waits_for_the_name(
    headers: HeadersField, session: Session, qtbot: QtBot
) -> None:
    QTest.mouseClick(
        next(each for each in headers.findChildren(QPushButton) if each.text() == "Add"), Qt.MouseButton.LeftButton
    )
    value = named(headers, CodeEdit, "Value of header 1")
    QTest.keyClicks(value, SECRET)
    QTest.keyClick(value, Qt.Key.Key_Return)
    assert stored(session) == [{"name": "", "value": ""}]
    line = named(headers, QLineEdit, "Name of header 1")
    QTest.keyClicks(line, "X-Api-Key")
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "secret:" in stored(session)[0]["value"], timeout=15_000)
    assert SECRET not in everything_ever(session)


def test_a_secret_that_came_with_the_file_is_moved_when_a_person_says_so(
    headers: HeadersField, session: Session, qtbot: QtBot
) -> None:
    header = {"name": "X-Api-Key", "value": SECRET}
    session.edit(Text("x"), edits.set_setting(session.flow, "external-api", "request", {"headers": [header]}))
    assert stored(session)[0]["value"] == SECRET
    QTest.mouseClick(named(headers, QPushButton, "Move it to the keyring"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "secret:" in stored(session)[0]["value"], timeout=15_000)


def test_a_secret_that_is_missing_here_is_asked_for_by_name(
    headers: HeadersField, session: Session, qtbot: QtBot
) -> None:
    header = {"name": "X-Api-Key", "value": "{{secret:voucher-key}}"}
    session.edit(Text("x"), edits.set_setting(session.flow, "external-api", "request", {"headers": [header]}))
    dots = named(headers, QLineEdit, "Value of header 1")
    qtbot.waitUntil(lambda: dots.text() == "•••••••••• (missing)", timeout=15_000)
    assert "voucher-key" in dots.toolTip()


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("Accept", "application/json", ""),
        ("Authorization", "Bearer abc", "abc"),
        ("Authorization", "Basic {{secret:x}}", ""),
        ("X-Api-Key", "{{vars.key}}", ""),
        ("X-Monkey", "banana", ""),
        (
            "X-Whatever",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0",
        ),
        ("X-Request-Id", "2026-03-07", ""),
        ("X-Token", " spaced ", "spaced"),
    ],
)
def test_what_is_a_secret_is_told_by_the_name_and_by_the_look_of_the_value(name: str, value: str, secret: str) -> None:
    assert secret_in(value, name) == secret


def test_the_words_around_a_secret() -> None:
    assert with_reference("Bearer abc", "abc", "key") == "Bearer {{secret:key}}"
    assert masked("Bearer {{secret:key}}", "keyring") == "Bearer •••••••••• (keyring)"
    assert secret_name("Spring 26!", "external-api", "X-Api-Key") == "spring-26-external-api-x-api-key"
    assert is_sensitive_name("api_key")
    assert json.dumps(is_sensitive_name("Accept")) == "false"
