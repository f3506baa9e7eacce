"""Messages drawn by the real web engine: what they look like, and that nothing gets out."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from designer.preview import choice
from designer.preview.message_sheet import MessageSheet
from designer.preview.plain_surface import PlainSurface

ROOT = Path(__file__).resolve().parents[3]
WORLD = 1
"""Scripts of the program itself run in a world of their own: a message's scripts are off."""

STYLED = """
<style>body { margin: 0; background: #ff0000 }
@media (max-width: 480px) { body { background: #00ff00 } }
@media (prefers-color-scheme: dark) { body { background: #0000ff } }</style><body>"""
LINK = "<body style='margin:0'><a href='{url}' {more} style='display:block;height:200px;background:#ff0000'>go</a>"


@pytest.fixture
def sheet(qtbot: QtBot) -> Iterator[MessageSheet]:
    """Return the sheet on the screen."""
    made = MessageSheet()
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    yield made
    made.close()


def web(sheet: MessageSheet) -> Any:
    """Return what draws the message."""
    return sheet._ready_surface()


def show(qtbot: QtBot, sheet: MessageSheet, html: str) -> None:
    """Show a message and wait until it is there."""
    with qtbot.waitSignal(web(sheet).shown, timeout=15_000):
        sheet.show_message(html, "")


def ask(qtbot: QtBot, sheet: MessageSheet, script: str) -> Any:
    """Return what a script of ours says about the message."""
    answers: list[Any] = []
    web(sheet).page.runJavaScript(script, WORLD, answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=5000)
    return answers[0]


def ground(qtbot: QtBot, sheet: MessageSheet) -> str:
    """Return the colour of the message's ground."""
    return str(ask(qtbot, sheet, "getComputedStyle(document.body).backgroundColor"))


def wait_for_color(qtbot: QtBot, sheet: MessageSheet, at: QPoint, color: str) -> None:
    """Wait until a place of the message really has a colour on the screen."""
    qtbot.waitUntil(lambda: web(sheet).view.grab().toImage().pixelColor(at) == QColor(color), timeout=10_000)


def test_a_message_is_drawn_wide_narrow_and_dark(sheet: MessageSheet, qtbot: QtBot) -> None:
    show(qtbot, sheet, STYLED)
    assert ground(qtbot, sheet) == "rgb(255, 0, 0)"
    wait_for_color(qtbot, sheet, QPoint(300, 200), "#ff0000")
    with qtbot.waitSignal(web(sheet).shown):
        sheet.use("phone")
    assert ask(qtbot, sheet, "innerWidth") == 390
    assert ground(qtbot, sheet) == "rgb(0, 255, 0)"
    with qtbot.waitSignal(web(sheet).shown):
        sheet.use("desktop", is_dark=True)
    assert ground(qtbot, sheet) == "rgb(0, 0, 255)"


def test_a_message_without_a_dark_style_stays_readable_and_that_is_said(sheet: MessageSheet, qtbot: QtBot) -> None:
    show(qtbot, sheet, "<p>black on white</p>")
    with qtbot.waitSignals([sheet.remarked, web(sheet).shown]) as told:
        sheet.use(is_dark=True)
    assert told.signal_triggered
    wait_for_color(qtbot, sheet, QPoint(300, 200), "#ffffff")
    assert "no dark style" in sheet._remarks()


def test_a_narrow_panel_shows_a_desktop_smaller_and_no_phone(sheet: MessageSheet, qtbot: QtBot) -> None:
    sheet.resize(360, 300)
    show(qtbot, sheet, STYLED)
    assert ask(qtbot, sheet, "innerWidth") >= 670
    with qtbot.waitSignal(web(sheet).shown):
        sheet.use("phone")
    assert 385 <= ask(qtbot, sheet, "innerWidth") <= 395


def test_a_link_is_told_and_not_followed(sheet: MessageSheet, qtbot: QtBot) -> None:
    for more in ("", "target='_blank'"):
        show(qtbot, sheet, LINK.format(url="https://shop.example/offer?a=1", more=more))
        wait_for_color(qtbot, sheet, QPoint(40, 100), "#ff0000")
        with qtbot.waitSignal(web(sheet).link_refused, timeout=10_000) as told:
            QTest.mouseClick(web(sheet).view.focusProxy(), Qt.MouseButton.LeftButton, pos=QPoint(40, 100))
        assert told.args == ["https://shop.example/offer?a=1"]
        assert ask(qtbot, sheet, "location.protocol") == "campaign-message:"


def test_what_a_link_would_open_stands_below_the_message(sheet: MessageSheet, qtbot: QtBot) -> None:
    show(qtbot, sheet, LINK.format(url="mailto:team@example.com", more=""))
    wait_for_color(qtbot, sheet, QPoint(40, 100), "#ff0000")
    with qtbot.waitSignal(sheet.remarked, timeout=10_000) as told:
        QTest.mouseClick(web(sheet).view.focusProxy(), Qt.MouseButton.LeftButton, pos=QPoint(40, 100))
    assert told.args == ["Link: mailto:team@example.com"]


def test_nothing_is_fetched_and_what_was_not_is_counted(sheet: MessageSheet, qtbot: QtBot, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"x")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        at = f"http://127.0.0.1:{listener.getsockname()[1]}"
        html = (
            f"<link rel=preconnect href='{at}'><link rel=stylesheet href='{at}/a.css'><img id=i src='{at}/p.png'>"
            f"<link rel=prefetch href='{at}/next'><iframe src='{at}/frame'></iframe><img id=f src='{secret.as_uri()}'>"
            f"<p style='background: url({at}/q.png)'>x</p><script src='{at}/a.js'></script>"
            f"<meta http-equiv=refresh content='0; url={at}/away'><script>document.title='run'</script>"
        )
        with qtbot.waitSignal(sheet.remarked) as told:
            show(qtbot, sheet, html)
        assert ask(qtbot, sheet, "document.getElementById('i').naturalWidth") == 0
        assert ask(qtbot, sheet, "document.getElementById('f').naturalWidth") == 0
        assert ask(qtbot, sheet, "document.title") != "run"
        QTest.qWait(400)  # what must not happen gets time to happen
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert told.args is not None
    assert str(told.args[0]).startswith("2 pictures from the internet")
    assert ask(qtbot, sheet, "location.protocol") == "campaign-message:"


def test_a_picture_inside_the_message_is_shown(sheet: MessageSheet, qtbot: QtBot) -> None:
    pixel = "data:image/gif;base64,R0lGODdhAQABAIAAAP///////ywAAAAAAQABAAACAkQBADs="
    show(qtbot, sheet, f"<img id=i src='{pixel}'>")
    assert ask(qtbot, sheet, "document.getElementById('i').naturalWidth") == 1


def test_the_place_in_a_long_message_is_kept_when_it_changes(sheet: MessageSheet, qtbot: QtBot) -> None:
    show(qtbot, sheet, "<p style='height: 3000px'>one</p>")
    ask(qtbot, sheet, "scrollTo(0, 800)")
    qtbot.waitUntil(lambda: web(sheet).page.scrollPosition().y() > 700, timeout=5000)
    show(qtbot, sheet, "<p style='height: 3000px'>two</p>")
    qtbot.waitUntil(lambda: ask(qtbot, sheet, "Math.round(scrollY)") == 800, timeout=5000)


def test_of_many_messages_in_a_row_the_last_one_stays(sheet: MessageSheet, qtbot: QtBot) -> None:
    for number in range(30):
        sheet.show_message(f"<body style='background:#00ff00' id=n>{number}", "")
        QTest.qWait(number)
    qtbot.waitUntil(lambda: ask(qtbot, sheet, "document.body.innerText.trim()") == "29", timeout=15_000)
    wait_for_color(qtbot, sheet, QPoint(300, 200), "#00ff00")


def test_a_message_of_three_megabytes_is_shown(sheet: MessageSheet, qtbot: QtBot) -> None:
    show(qtbot, sheet, f"<!-- {'x' * 3_000_000} --><p id=last>end</p>")
    assert ask(qtbot, sheet, "document.getElementById('last').textContent") == "end"


@pytest.mark.skipif(sys.platform == "win32", reason="no signals")
def test_drawing_that_was_killed_begins_again_and_says_so(sheet: MessageSheet, qtbot: QtBot) -> None:
    show(qtbot, sheet, "<p id=p>here</p>")
    remarks: list[str] = []
    sheet.remarked.connect(remarks.append)
    with qtbot.waitSignal(web(sheet).shown, timeout=15_000):
        os.kill(web(sheet).page.renderProcessPid(), signal.SIGKILL)
    assert ["started again" in remark for remark in remarks] == [True]
    assert ask(qtbot, sheet, "document.getElementById('p').textContent") == "here"


@pytest.mark.skipif(sys.platform == "win32", reason="no signals")
def test_a_message_that_kills_its_drawing_again_and_again_is_given_up(sheet: MessageSheet, qtbot: QtBot) -> None:
    show(qtbot, sheet, "<p id=p>here</p>")
    for _ in range(2):
        with qtbot.waitSignal(web(sheet).shown, timeout=15_000):
            os.kill(web(sheet).page.renderProcessPid(), signal.SIGKILL)
    with qtbot.waitSignal(web(sheet).crashed, timeout=15_000) as told:
        os.kill(web(sheet).page.renderProcessPid(), signal.SIGKILL)
    assert told.args == [False]
    assert "again and again" in sheet.sentence


def test_without_the_web_engine_qts_own_browser_shows_the_words_and_says_so(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "designer.preview.web_surface", None)
    made = MessageSheet()
    qtbot.addWidget(made)
    with qtbot.waitSignal(made.remarked) as told:
        made.show_message("<h1>Hello</h1><a href='https://shop.example/'>go</a><img src='https://x.example/a.png'>", "")
    assert isinstance(made.surface, PlainSurface)
    assert made.surface.browser.toPlainText().startswith("Hello")
    assert told.args is not None
    assert "simpler form" in str(told.args[0])
    with qtbot.waitSignal(made.surface.link_refused) as link:
        made.surface.browser.anchorClicked.emit(QUrl("https://shop.example/"))
    assert link.args == ["https://shop.example/"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root is refused")
def test_root_gets_the_simple_form_instead_of_a_program_that_ends(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QTWEBENGINE_DISABLE_SANDBOX", raising=False)
    surface, notice = choice.best_surface()
    qtbot.addWidget(surface)
    assert isinstance(surface, PlainSurface)
    assert "root" in str(notice)


ALONE = """
import sys
from PySide6.QtWidgets import QApplication
from designer.preview.message_sheet import MessageSheet
application = QApplication([])
sheet = MessageSheet()
sheet.show()
sheet.show_message("<img src='https://x.example/a.png'><link rel=preconnect href='https://x.example'>hello", "")
sheet.surface.shown.connect(application.quit)
application.exec()
assert type(sheet.surface).__name__ == "WebSurface"
sheet.surface.end()
sheet.show_message("too late", "")
again = MessageSheet()
again.show_message("still there at the end", "")
"""


def test_the_web_engine_leaves_the_terminal_alone_and_ends_well() -> None:
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "QTWEBENGINE_DISABLE_SANDBOX": "1",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(  # our own interpreter and script
        [sys.executable, "-c", ALONE], capture_output=True, text=True, env=environment, timeout=60, check=False
    )
    said = [line for line in done.stderr.splitlines() if not line.startswith("This plugin does not support")]
    assert (done.returncode, done.stdout, said) == (0, "", [])
