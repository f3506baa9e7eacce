"""A call that somebody has in a terminal or a browser becomes an activity, and leaves as a command again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu, QToolTip

from engine.document import files
from tests.journeys.person import User

URL = "https://demo-api.example/v1/codes"
COMMAND = (
    f"curl -X POST '{URL}' -H 'Authorization: Bearer s3cr3t-t0ken' "
    """-d '{"params": {"campaign": "SPRING"}}'"""
)


def has_call(user: User, id: str = "external-api") -> bool:
    """Return whether the activity is there and selected."""
    return user.session.selection == (id,)


def test_a_command_is_pasted_on_the_canvas_and_copied_again(user: User) -> None:
    user.press("Ctrl+N")
    user.editor.workspace.canvas.setFocus()
    QApplication.clipboard().setText(COMMAND)
    user.press("Ctrl+V")
    user.wait(lambda: has_call(user))
    settings = user.settings("external-api")["request"]
    assert settings["url"] == URL
    assert settings["custom"] == {"campaign": "SPRING"}
    assert settings["headers"][0]["value"].startswith("Bearer {{secret:")
    assert "s3cr3t" not in files.dumps(user.session.flow).decode()
    user.press("Ctrl+Shift+C")
    user.wait(lambda: QApplication.clipboard().text() != COMMAND)
    copied = QApplication.clipboard().text()
    assert URL in copied
    assert 'Bearer \'"$EXTERNAL_API_AUTHORIZATION"' in copied
    user.sees("Set $EXTERNAL_API_AUTHORIZATION before you run it.")
    user.press("Ctrl+V")
    user.wait(lambda: has_call(user, "external-api2"))
    assert user.settings("external-api2")["request"]["headers"] == settings["headers"]
    for _ in range(2):
        user.press("Ctrl+Z")
    assert not user.session.flow.activities


def test_the_menu_of_the_panel_copies_the_request(user: User) -> None:
    user.press("Ctrl+N")
    user.editor.workspace.canvas.setFocus()
    QApplication.clipboard().setText(f"curl -X DELETE {URL}/7")
    user.press("Ctrl+V")
    user.wait(lambda: has_call(user))
    user.click("More about this activity")
    menu = user.popup()
    assert isinstance(menu, QMenu)
    next(action for action in menu.actions() if action.text() == "Copy as cURL").trigger()
    menu.close()
    user.wait(lambda: QApplication.clipboard().text().startswith("curl -X DELETE"))
    user.wait(lambda: "is on the clipboard" in QToolTip.text())
    QToolTip.hideText()


def test_a_command_is_dropped_on_the_canvas(user: User) -> None:
    user.press("Ctrl+N")
    viewport = user.editor.workspace.canvas.viewport()
    data = QMimeData()
    data.setText(f"curl '{URL}?api_key=abc123' -k")
    place, button, keys = viewport.rect().center(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, data, button, keys)
    QApplication.sendEvent(viewport, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(viewport, QDropEvent(QPointF(place), Qt.DropAction.CopyAction, data, button, keys))
    user.wait(lambda: has_call(user))
    assert user.settings("external-api")["request"]["url"] == URL
    assert user.settings("external-api")["request"]["account"] == "demo-api-example"
    assert user.session.flow.accounts["demo-api-example"].name == "api_key"
    assert "abc123" not in files.dumps(user.session.flow).decode()
    user.sees("Left out, because it has no place here: -k.")


def test_a_request_is_chosen_from_an_archive(user: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "browser.har"
    requests = [{"method": "GET", "url": url, "headers": []} for url in (f"{URL}.css", URL, "https://other.example")]
    path.write_text(json.dumps({"log": {"entries": [{"request": request} for request in requests]}}), encoding="utf-8")
    # the dialog for files is the desktop's own
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_arguments: (str(path), ""))
    user.press("Ctrl+N")
    user.press("Ctrl+K")
    user.type("import a request")
    user.press("Return")
    user.click(user.widget(QLineEdit, "Show only"))
    user.type("codes")
    user.press("Down")
    user.click("Import")
    user.wait(lambda: has_call(user))
    assert user.settings("external-api")["request"]["url"] in (URL, f"{URL}.css")


def test_a_file_of_another_kind_is_refused_with_a_sentence(
    user: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "other.json"
    path.write_text("[]", encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_arguments: (str(path), ""))
    user.press("Ctrl+N")
    user.press("Ctrl+K")
    user.type("import a request")
    user.press("Return")
    user.sees("The file holds no requests.")
    assert not user.session.flow.activities
