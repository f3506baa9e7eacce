"""The tabs of every activity hold each of its settings exactly once, and every one can be reached."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from designer.editors import email, external_api
from designer.editors.header_list import HeadersField
from designer.forms.binding import Binding, bind_settings
from designer.forms.code_edit import CodeEdit
from designer.forms.editor_registry import tabs_of
from designer.forms.pages import Tab, tab_of
from designer.forms.paths import is_under
from designer.forms.specs import FieldSpec, specs_of, walk
from designer.session import Session
from engine import registry
from engine.activity import ActivitySettings, setting
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text

KINDS = [activity.kind for activity in registry.kinds()]


class Header(ActivitySettings):
    name: str = setting("", label="Name")
    value: str = setting("", label="Value")


class Request(ActivitySettings):
    method: Literal["auto", "GET", "POST"] = setting("auto", label="Method")
    url: str = setting("", label="URL")
    headers: tuple[Header, ...] = setting((), label="Request headers")
    add_count: bool = setting(False, label="Add count parameter")
    custom: dict[str, Any] = setting({}, label="Customize parameter", editor="json")
    later: str = setting("", label="Something new")


class Column(ActivitySettings):
    id: str = setting("", label="ID")
    key: str = setting("", label="Key")


class Response(ActivitySettings):
    mode: Literal["array", "flatten"] = setting("array", label="Mode")
    columns: tuple[Column, ...] = setting((), label="Columns")
    sample: Any = setting(None, label="Sample response", editor="json")


class Retry(ActivitySettings):
    attempts: int = setting(3, label="Attempts")


class Call(ActivitySettings):
    request: Request = setting(Request(), label="Request")
    response: Response = setting(Response(), label="Response")
    retry: Retry = setting(Retry(), label="Retry")
    dry_run: Literal["live", "sample"] = setting("sample", label="Dry run")
    unknown_to_the_plan: str = setting("", label="Unknown")


class Message(ActivitySettings):
    subject: str = setting("", label="Subject", editor="template")
    html: str = setting("", label="HTML", editor="template")
    text: str = setting("", label="Text", editor="template")
    sender_name: str = setting("", label="Sender name")


def binding_to(session: Session, kind: str) -> Binding:
    """Return a binding to a new activity of `kind`."""
    flow, id = edits.add_activity(Flow(), kind, position=(0, 0))
    session.edit(Text("Begin"), flow)
    return bind_settings(session, id)


def leaves(specs: tuple[FieldSpec, ...]) -> list[str]:
    """Return the paths of all settings."""
    return [path for path, _ in walk(specs)]


def holders(tabs: list[Tab], path: str) -> list[str]:
    """Return the titles of the tabs that hold the setting at `path`."""
    return [str(tab.title) for tab in tabs if any(is_under(path, each) for each in tab.paths)]


def unnamed(page: QWidget) -> list[QWidget]:
    """Return the controls that a screen reader could not name."""
    controls = [*page.findChildren(QLineEdit), *page.findChildren(QComboBox), *page.findChildren(QPlainTextEdit)]
    buttons = [button for button in page.findChildren(QAbstractButton) if not button.text()]
    return [
        each
        for each in (*controls, *buttons)
        if not each.accessibleName()
        and not isinstance(each.parent(), QComboBox)
        and each.focusPolicy() is not Qt.FocusPolicy.NoFocus
        and each.objectName() != "qt_spinbox_lineedit"
    ]


def test_external_api_settings_stand_under_their_names_and_new_ones_are_never_out_of_reach(
    session: Session, qtbot: QtBot
) -> None:
    tabs = list(external_api.tabs(binding_to(session, "external-api"), specs_of(Call)))
    assert [str(tab.title) for tab in tabs] == ["Request", "Inbound", "Columns", "Limits", "Options"]
    assert holders(tabs, "request.method") == ["Request"]
    assert holders(tabs, "request.later") == ["Inbound"]
    assert holders(tabs, "response.columns") == ["Columns"]
    assert holders(tabs, "retry.attempts") == ["Limits"]
    assert holders(tabs, "unknown_to_the_plan") == ["Options"]
    for path in leaves(specs_of(Call)):
        assert len(holders(tabs, path)) == 1, path
    assert all(tab.help for tab in tabs)


def test_a_header_is_reached_from_a_finding(session: Session, qtbot: QtBot) -> None:
    binding = binding_to(session, "external-api")
    session.edit(Text("x"), edits.set_setting(session.flow, binding.activity, "request.headers", [{"name": "X-A"}]))
    tabs = external_api.tabs(binding, specs_of(Call))
    place = tab_of(tabs, "request.headers.0.value")
    page = tabs[place].make()
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    assert page.reveal("request.headers.0.value")
    assert page.findChild(HeadersField) is not None
    assert isinstance(page.focusWidget(), CodeEdit)


def test_a_message_is_written_in_the_order_people_read_it(session: Session, qtbot: QtBot) -> None:
    tabs = email.tabs(binding_to(session, "email"), specs_of(Message))
    assert tabs[0].paths == ("subject", "html", "text")
    assert tabs[1].paths == ("sender_name",)
    page = tabs[0].make()
    qtbot.addWidget(page)
    page.show()
    assert [editor.language for editor in page.findChildren(CodeEdit)] == ["text", "html", "template"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_setting_of_every_activity_stands_in_exactly_one_tab(kind: str, session: Session, qtbot: QtBot) -> None:
    found = registry.activity(kind)
    assert found is not None
    specs = specs_of(found.Settings)
    tabs = list(tabs_of(kind, binding_to(session, kind), specs))
    for path in leaves(specs):
        assert len(holders(tabs, path)) == 1, path


@pytest.mark.parametrize("kind", KINDS)
def test_every_setting_of_every_activity_can_be_reached_and_has_a_name(
    kind: str, session: Session, qtbot: QtBot
) -> None:
    found = registry.activity(kind)
    assert found is not None
    specs = specs_of(found.Settings)
    tabs = tabs_of(kind, binding_to(session, kind), specs)
    pages = [tab.make() for tab in tabs]
    for page in pages:
        qtbot.addWidget(page)
        page.show()
        page.refresh()
        assert not unnamed(page)
    for path in leaves(specs):
        assert pages[tab_of(tabs, path)].reveal(path), path
