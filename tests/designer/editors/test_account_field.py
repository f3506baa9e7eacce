"""The account of a call is picked, added and opened where the call is edited."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from designer.editors.account_field import AccountField
from designer.forms.binding import bind_settings
from designer.forms.specs import FieldKind, FieldSpec
from designer.panels.property_panel import PropertyPanel
from designer.session import Session
from engine.document import edits
from engine.document.model import AccountRef, Flow
from engine.text import Text

SPEC = FieldSpec("account", "External account", FieldKind.TEXT, is_optional=True)


@pytest.fixture
def field(session: Session, qtbot: QtBot) -> AccountField:
    flow, _ = edits.add_activity(Flow(), "external-api", position=(0, 0))
    for name, label in (("crm", "CRM"), ("shop", "")):
        flow = edits.set_account(flow, name, AccountRef(label=label))
    session.edit(Text("Begin"), flow)
    made = AccountField(SPEC, "request.account", bind_settings(session, "external-api"))
    made.binding.changed.connect(made.refresh)
    qtbot.addWidget(made)
    made.show()
    return made


def box(field: AccountField) -> QComboBox:
    """Return the drop-down."""
    found = field.focus_target()
    assert isinstance(found, QComboBox)
    return found


def press(field: AccountField, words: str) -> None:
    """Click the button whose name has these words."""
    button = next(each for each in field.findChildren(QToolButton) if words in each.accessibleName())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def chosen(session: Session) -> object:
    """Return the account of the call as the flow has it."""
    return session.flow.activities["external-api"].settings.get("request", {}).get("account")


def test_an_account_is_picked_by_its_label_and_none_is_null(field: AccountField, session: Session) -> None:
    assert [box(field).itemText(index) for index in range(box(field).count())] == ["None", "CRM", "shop"]
    box(field).setCurrentIndex(1)
    box(field).activated.emit(1)
    assert chosen(session) == "crm"
    box(field).activated.emit(0)
    assert chosen(session) is None


def test_an_account_that_the_flow_lacks_is_shown_by_its_name(field: AccountField, session: Session) -> None:
    session.edit(Text("x"), edits.set_setting(session.flow, "external-api", "request.account", "gone"))
    assert box(field).currentText() == "gone"


def test_an_account_is_opened_and_a_new_one_is_used_at_once(
    field: AccountField, session: Session, qtbot: QtBot
) -> None:
    session.edit(Text("x"), edits.set_setting(session.flow, "external-api", "request.account", "crm"))
    with qtbot.waitSignal(session.reveal) as opened:
        press(field, "Edit the account")
    assert opened.args == ["", "accounts.crm"]
    with qtbot.waitSignal(session.reveal) as added:
        press(field, "Add an OAuth 2.0 account")
    assert added.args == ["", "accounts.account"]
    assert chosen(session) == "account"
    assert session.flow.accounts["account"].type == "oauth2"


def test_the_panel_goes_from_the_call_to_the_account_that_was_added(session: Session, qtbot: QtBot) -> None:
    flow, id = edits.add_activity(Flow(), "external-api", position=(0, 0))
    session.edit(Text("Begin"), flow)
    panel = PropertyPanel(session)
    qtbot.addWidget(panel)
    panel.resize(400, 900)
    panel.show()
    panel.activateWindow()
    session.select(id)
    press(panel.findChild(AccountField), "Add an OAuth 2.0 account")
    assert session.selection == ()
    focused = panel.focusWidget()
    assert isinstance(focused, QLineEdit)
    QTest.keyClicks(focused, "CRM")
    assert session.flow.accounts["account"].label == "CRM"
    session.select(id)
    assert box(panel.findChild(AccountField)).currentText() == "CRM"
