"""Accounts are made, tested and removed in the panel of the flow, and their secrets stand nowhere in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from designer.forms.code_edit import CodeEdit
from designer.panels.account_list import AccountList
from designer.panels.flow_panel import FlowPanel
from designer.session import Session
from engine.document import edits, files
from engine.document.model import AccountRef, Flow
from engine.text import Text
from tests.engine.http_client.loopback import demo_api

Widget = TypeVar("Widget", bound=QWidget)
SECRET = "hunter2-c0rrect"


@pytest.fixture
def accounts(session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> AccountList:
    """Return the accounts of a flow on the screen; there is no keyring, so secrets last as long as the engine."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    session.edit(Text("Begin"), Flow(name="Spring"))
    made = AccountList(session)
    qtbot.addWidget(made)
    made.resize(380, 700)
    made.show()
    return made


def named(form: QWidget, kind: type[Widget], name: str) -> Widget:
    """Return the visible widget with this accessible name."""
    QApplication.processEvents()
    return next(each for each in form.findChildren(kind) if each.accessibleName() == name and each.isVisible())


def add(accounts: AccountList, words: str) -> None:
    """Choose a type in the menu of the button, as a person does."""
    menu = named(accounts, QPushButton, "Add account").menu()
    next(action for action in menu.actions() if action.text() == words).trigger()


def click(button: QWidget) -> None:
    """Click in the middle of a widget."""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def stored(session: Session) -> dict[str, Any]:
    """Return the one account as the file would hold it."""
    (account,) = json.loads(files.dumps(session.flow))["accounts"].values()
    return dict(account)


def test_an_oauth_account_is_typed_in_and_its_secret_goes_to_the_engine(
    accounts: AccountList, session: Session, qtbot: QtBot
) -> None:
    add(accounts, "OAuth 2.0")
    QTest.keyClicks(named(accounts, QLineEdit, "Label"), "CRM")
    QTest.keyClicks(named(accounts, QLineEdit, "Token URL"), "https://crm.example/token")
    for place, (name, value) in enumerate({"client_id": "campaigns", "client_secret": SECRET}.items(), 1):
        click(next(each for each in accounts.findChildren(QPushButton) if each.text() == "Add"))
        line = named(accounts, QLineEdit, f"Name of credential {place}")
        QTest.keyClicks(line, name)
        QTest.keyClick(line, Qt.Key.Key_Return)
        kind: type[QWidget] = QLineEdit if name == "client_secret" else CodeEdit
        editor = named(accounts, kind, f"Value of credential {place}")
        QTest.keyClicks(editor, value)
        QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(stored(session)["credentials"][1]["value"]), timeout=15_000)
    QTest.keyClick(named(accounts, QCheckBox, "Credential 1 in a header"), Qt.Key.Key_Space)
    assert stored(session) == {
        "type": "oauth2",
        "label": "CRM",
        "token_url": "https://crm.example/token",
        "credentials": [
            {"name": "client_id", "value": "campaigns", "in_header": True},
            {"name": "client_secret", "value": "{{secret:spring-accounts-account-client-secret}}"},
        ],
    }
    assert SECRET not in files.dumps(session.flow).decode()


@pytest.mark.parametrize(
    ("words", "label", "member"),
    [
        ("User and password (Basic)", "Password", "password"),
        ("Fixed token (Bearer)", "Token", "token"),
        ("API key", "Key", "value"),
    ],
)
def test_a_password_a_token_and_a_key_are_always_secret(
    accounts: AccountList, session: Session, qtbot: QtBot, words: str, label: str, member: str
) -> None:
    add(accounts, words)
    line = named(accounts, QLineEdit, label)
    assert line.echoMode() is QLineEdit.EchoMode.Password
    QTest.keyClicks(line, "short")
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: stored(session).get(member, "").startswith("{{secret:spring-accounts"), timeout=15_000)
    assert not any(each.text() == "Test connection" and each.isVisible() for each in accounts.findChildren(QPushButton))


def test_another_type_has_other_settings(accounts: AccountList, session: Session) -> None:
    add(accounts, "OAuth 2.0")
    box = named(accounts, QComboBox, "Type")
    QTest.keyClick(box, Qt.Key.Key_Down)
    box.activated.emit(1)
    assert stored(session) == {"type": "basic"}
    assert named(accounts, QLineEdit, "User name").text() == ""


def test_a_test_of_the_connection_says_how_it_went(accounts: AccountList, session: Session, qtbot: QtBot) -> None:
    rows = [{"name": "client_id", "value": "x"}]
    account = AccountRef.model_validate({"token_url": "https://nobody.invalid/token", "credentials": rows})
    session.edit(Text("x"), edits.set_account(session.flow, "crm", account))
    button = named(accounts, QPushButton, "Test connection")
    click(button)
    assert not button.isEnabled()
    qtbot.waitUntil(button.isEnabled, timeout=30_000)
    words = " ".join(each.text() for each in accounts.findChildren(QLabel) if each.isVisible())
    assert "No computer called “nobody.invalid”" in words
    assert "CRL-290199" in words


def test_a_connection_that_works_is_told_until_the_account_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, session: Session
) -> None:
    with demo_api(tmp_path / "demo", monkeypatch):
        rows = [{"name": "client_id", "value": "demo-client"}, {"name": "client_secret", "value": "demo-secret"}]
        account = {"label": "Demo", "token_url": "https://demo-api.example/v1/oauth/token", "credentials": rows}
        session.edit(Text("x"), edits.set_account(session.flow, "demo", AccountRef.model_validate(account)))
        panel = AccountList(session)
        qtbot.addWidget(panel)
        panel.show()
        button = named(panel, QPushButton, "Test connection")
        click(button)
        qtbot.waitUntil(button.isEnabled, timeout=30_000)
    said = next(each for each in panel.findChildren(QLabel) if each.text().startswith("Connection successful."))
    assert said.isVisible()
    assert said.property("role") == "ok"
    QTest.keyClicks(named(panel, QLineEdit, "Label"), "!")
    assert not said.isVisible()


def test_an_account_is_removed_and_undo_brings_it_back(accounts: AccountList, session: Session) -> None:
    add(accounts, "API key")
    click(named(accounts, QToolButton, "Remove the account “account”"))
    assert session.flow.accounts == {}
    session.history.stack.undo()
    assert list(session.flow.accounts) == ["account"]
    assert named(accounts, QLineEdit, "Label")


def test_the_panel_of_the_flow_shows_an_account_that_is_asked_for(session: Session, qtbot: QtBot) -> None:
    flow = Flow()
    for name in ("first", "second"):
        flow = edits.set_account(flow, name, AccountRef(label=name))
    session.edit(Text("x"), flow)
    panel = FlowPanel(session)
    qtbot.addWidget(panel)
    panel.resize(380, 500)
    panel.show()
    panel.activateWindow()
    panel.reveal("accounts.second")
    focused = panel.focusWidget()
    assert isinstance(focused, QLineEdit)
    assert focused.text() == "second"
    assert focused.visibleRegion().boundingRect().isValid()
    panel.reveal("accounts.gone")
    panel.reveal("options.locale")
    assert panel.focusWidget() is not focused
