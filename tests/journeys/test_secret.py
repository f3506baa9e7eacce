"""A secret that is typed or pasted into a header is in the keyring and nowhere else."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTabBar, QTableWidget, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from designer import engine_client
from tests.journeys.conftest import own_folders, started
from tests.journeys.person import User
from tests.secret_service import require_programs, secret_service_in

ROOT = Path(__file__).parents[2]
SECRET = "Tk+9/Zq=very&secret?42"
OFFERS = "https://demo-api.example/v1/offers"
REFUSED = "https://demo-api.example/v1/failures/401"
READ = "import json, sys; from engine.accounts.secret_store import SecretStore; print(SecretStore().get(sys.argv[1]))"


def forms(secret: str) -> list[bytes]:
    """Return a secret as it could stand somewhere: plain, in JSON, percent-encoded, in Base64 at any place."""
    plain = secret.encode()
    coded = [base64.b64encode(b"x" * shift + plain) for shift in range(3)]
    # the ends depend on what stands beside the secret, so they are left out
    inner = [each[4:-4] for each in coded]
    safe = [each.replace(b"+", b"-").replace(b"/", b"_") for each in inner]
    percent = [quote(secret, safe="").encode(), quote(secret).encode()]
    return [plain, *percent, json.dumps(secret)[1:-1].encode(), *inner, *safe]


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Yield the environment of a session with an unlocked keyring."""
    require_programs()
    home = tmp_path / "home"
    home.mkdir()
    with secret_service_in(home, is_unlocked=True) as found:
        yield found


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Return what the engine says to the window, line by line: events, results and errors."""
    lines: list[bytes] = []
    said = engine_client._said

    def listen(line: memoryview) -> Any:
        lines.append(bytes(line))
        return said(line)

    monkeypatch.setattr(engine_client, "_said", listen)
    return lines


@pytest.fixture
def user(
    qapp: QApplication,
    qtbot: QtBot,
    tmp_path: Path,
    environment: dict[str, str],
    answers: list[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[User]:
    """Return a person before the program, whose engine finds the keyring of this test."""
    for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, environment[name])
    with own_folders(tmp_path / "state"), started(qapp, qtbot) as person:
        yield person


def begin(user: User) -> None:
    """Put a call on the canvas; the keyboard is in its URL."""
    user.click("new-flow")
    user.press("Tab")
    user.type("ext")
    user.press("Return")
    assert user.session.selection == ("external-api",)


def paste(user: User, text: str) -> None:
    """Copy a text somewhere else, and paste it where the keyboard is."""
    QGuiApplication.clipboard().setText(text)
    user.press("Ctrl+V")
    QGuiApplication.clipboard().clear()


def reference(user: User) -> str:
    """Return the name of the secret that the flow refers to, once it does."""
    user.wait(lambda: "{{secret:" in str(user.settings("external-api")))
    (header,) = user.settings("external-api")["request"]["headers"]
    assert header["name"] == "Authorization"
    assert header["value"].startswith("Bearer {{secret:")
    return str(header["value"]).removeprefix("Bearer {{secret:").removesuffix("}}")


def in_the_keyring(environment: dict[str, str], name: str) -> str:
    """Return a secret as another program of the same person finds it in the keyring."""
    command = [sys.executable, "-c", READ, name]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


def shown(widget: QWidget) -> str:
    """Return what a widget holds, whether it can be seen or not."""
    if isinstance(widget, QLineEdit):
        return f"{widget.text()} {widget.displayText()}"
    if isinstance(widget, QPlainTextEdit | QTextEdit):
        return widget.toPlainText()
    if isinstance(widget, QTableWidget):
        cells = [widget.item(row, column) for row in range(widget.rowCount()) for column in range(widget.columnCount())]
        return " ".join(cell.text() for cell in cells if cell is not None)
    return f"{widget.toolTip()} {widget.accessibleName()} {widget.accessibleDescription()}"


def everything_that_is_kept(user: User, folder: Path, answers: list[bytes]) -> dict[str, bytes]:
    """Return all that a person or a program can read afterwards, by where it is."""
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found["answers of the engine"] = b"\n".join(answers)
    found["clipboard"] = QGuiApplication.clipboard().text().encode()
    found["screen"] = user.reads().encode()
    found["widgets"] = "\n".join(shown(each) for each in QApplication.allWidgets()).encode()
    found["steps of undo"] = user.session.history.stack.undoText().encode()
    found["objects"] = "\n".join(each.objectName() for each in user.frame.findChildren(QObject)).encode()
    return found


def click_tab(user: User, title: str) -> None:
    """Click on a tab of the test response."""
    bar = user.widget(QTabBar, "Parts of the exchange")
    place = next(place for place in range(bar.count()) if bar.tabText(place) == title)
    user.click(bar, bar.tabRect(place).center())


def use_everywhere(user: User, flow: Path) -> None:
    """Save, send, run, be refused, copy and autosave: whatever could write the secret somewhere."""
    user.in_the_dialog(str(flow))
    user.press("Ctrl+S")
    user.click("Send")
    user.wait(lambda: user.session.run.status != "idle")
    user.waits_for_the_run()
    assert user.outcome() == "done"
    user.click("Test flow")
    user.waits_for_the_run()
    user.editor.bring_forward("response")
    click_tab(user, "Request")
    sent = shown(user.widget(QTableWidget, "Headers that were sent"))
    assert "Authorization" in sent
    assert "Bearer ********" in sent
    user.press("Alt+0")
    user.press("Ctrl+A")
    user.press("Ctrl+C")
    assert "external-api" in QGuiApplication.clipboard().text()
    url = user.widget(QPlainTextEdit, "URL")
    user.click(url)
    user.press("Ctrl+A")
    paste(user, REFUSED)
    user.press("Ctrl+Return")
    user.wait(lambda: user.session.run.running)
    user.waits_for_the_run()
    assert user.outcome() == "failed"
    user.sees("It was sent with “Authorization: Bearer ********”.")
    user.session.autosave.keep()
    user.press("Ctrl+S")


def test_a_typed_secret_is_in_the_keyring_and_nowhere_else(
    user: User, tmp_path: Path, environment: dict[str, str], answers: list[bytes]
) -> None:
    begin(user)
    paste(user, OFFERS)
    user.click("Add an entry to Request headers")
    user.click(user.widget(QLineEdit, "Name of header 1"))
    user.type("Authorization")
    user.press("Tab")
    user.type(f"Bearer {SECRET}")
    user.press("Tab")
    name = reference(user)
    use_everywhere(user, tmp_path / "offers.flow")
    kept = everything_that_is_kept(user, tmp_path, answers)
    assert [where for where, content in kept.items() if any(form in content for form in forms(SECRET))] == []
    assert {"offers.flow", "answers of the engine"} <= set(kept)
    assert [where for where in kept if "/recordings/" in where]
    assert in_the_keyring(environment, name) == SECRET


def test_the_token_of_a_pasted_command_is_in_the_keyring_and_nowhere_else(
    user: User, tmp_path: Path, environment: dict[str, str], answers: list[bytes]
) -> None:
    begin(user)
    paste(user, f"curl '{OFFERS}' -H 'Authorization: Bearer {SECRET}' -H 'Accept: application/json'")
    name = reference(user)
    assert user.settings("external-api")["request"]["url"] == OFFERS
    use_everywhere(user, tmp_path / "offers.flow")
    kept = everything_that_is_kept(user, tmp_path, answers)
    assert [where for where, content in kept.items() if any(form in content for form in forms(SECRET))] == []
    assert in_the_keyring(environment, name) == SECRET


def test_the_forms_of_a_secret_are_found_where_they_stand() -> None:
    texts = (f"a {SECRET} b", json.dumps({"a": SECRET}), quote(SECRET, safe=""), quote(SECRET))
    headers = (f"{user}:{SECRET}".encode() for user in ("", "a", "ab", "abc"))
    coded = (base64.b64encode(each) for each in headers)
    for content in (*(text.encode() for text in texts), *coded):
        assert any(form in content for form in forms(SECRET)), content
