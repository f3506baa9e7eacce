"""Three codes for four recipients: nobody gets a message before it is said what happens to the fourth."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from designer.forms.code_edit import CodeEdit
from designer.panels.recipient_list import RecipientList
from engine.document import edits
from engine.text import Text
from tests.journeys.conftest import own_folders, started
from tests.journeys.person import User, visible

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo API in a process of its own."""

    url: str
    ca: str

    @property
    def burned(self) -> int:
        """Return how many voucher codes it has handed out."""
        context = ssl.create_default_context(cafile=self.ca)
        with urllib.request.urlopen(f"{self.url}/v1/codes/burned", context=context) as answer:
            found: int = json.load(answer)["burned"]
            return found


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Demo]:
    """Start one demo API for the window and its engine, no code burned."""
    with own_folders(tmp_path):
        command = [sys.executable, "-m", "engine", "demo"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ), cwd=ROOT) as process:
            assert process.stdout is not None
            place = json.loads(process.stdout.readline())
            monkeypatch.setenv("CAMPAIGN_FLOW_DEMO_PORT", str(place["port"]))
            yield Demo(place["url"], place["ca"])
            process.terminate()


@pytest.fixture
def user(demo: Demo, qapp: QApplication, qtbot: QtBot) -> Iterator[User]:
    """Return a person before the program, whose calls go to `demo`."""
    with started(qapp, qtbot) as person:
        yield person


def choose_card(user: User, id: str) -> None:
    """Click on the card of an activity."""
    canvas = user.editor.workspace.canvas
    place = canvas.mapFromScene(user.editor.workspace.drawing.cards[id].scene_area.center())
    user.click(canvas.viewport(), QPoint(place.x(), place.y()))
    user.wait(lambda: user.session.selection == (id,))


def fetch_three(user: User, demo: Demo) -> None:
    """Ask the service for four codes, of which it gives three."""
    user.click("template-voucher-codes")
    user.wait(lambda: user.window.has_flow and user.editor.workspace.drawing.cards)
    choose_card(user, "codes")
    user.click(user.widget(CodeEdit, "URL"))
    user.press("Ctrl+End")
    user.type("?short=1")
    assert user.session.flow.activities["codes"].settings["request"]["url"].endswith("/v1/codes?short=1")
    user.press("Ctrl+Return")
    user.sees("This will fetch 4 new codes.")
    assert demo.burned == 0
    user.click("Fetch now")
    user.wait(lambda: "codes.result" in user.session.run.transitions and not user.session.run.running)
    assert user.session.run.transitions["codes.result"].rows == 3
    assert demo.burned == 3


def problems(user: User) -> list[str]:
    """Return the lines under Problems."""
    found = user.editor.problems._list
    items = [found.topLevelItem(place) for place in range(found.topLevelItemCount())]
    return [item.text(0) for item in items if item is not None and not found.visualItemRect(item).isEmpty()]


def in_problems(user: User, words: str) -> QPushButton:
    """Return a button under Problems."""
    found: list[QPushButton] = []

    def look() -> bool:
        buttons = user.editor.problems.findChildren(QPushButton)
        found[:] = [each for each in buttons if each.isVisible() and each.text() == words]
        return bool(found)

    user.wait(look, lambda: f"“{words}” is not offered for {problems(user)}")
    return found[0]


def test_a_short_answer_is_settled_where_it_is_told(user: User, demo: Demo) -> None:
    fetch_three(user, demo)
    user.click("Test flow")
    user.wait(lambda: user.session.runs._request is None and user.session.run.status == "failed")
    user.wait(lambda: problems(user))
    assert "3 codes for 4 recipients (short by 1). Without one: Dee Larsen (4)." in problems(user)[0]
    assert user.card("email").status.words != "3 rows in"
    assert user.session.run.activities["email"].status not in {"done", "reused"}

    user.click(in_problems(user, "Show the recipients"))
    (people,) = visible(RecipientList)
    user.click(in_problems(user, "Copy"))
    assert QApplication.clipboard().text() == "4\tDee Larsen"
    assert people.height() < 120

    user.click(in_problems(user, "Leave them out"))
    relation = user.session.flow.activities["enrich"].settings["relations"][0]
    assert relation["unmatched"] == "drop"
    assert "Changed since" in problems(user)[0]

    user.click(in_problems(user, "Test flow"))
    user.wait(lambda: user.session.runs._request is None and user.session.run.status == "done")
    assert problems(user) == []
    user.wait(lambda: user.card("email").status.words == "3 rows in")
    user.sees("Ann Martin, recipient 1 of 3")
    assert demo.burned == 3


def test_a_click_on_the_problem_leads_to_the_setting_that_tells_it_too(user: User, demo: Demo) -> None:
    fetch_three(user, demo)
    user.click("Test flow")
    user.wait(lambda: user.session.runs._request is None and user.session.run.status == "failed")
    found = user.editor.problems._list
    user.wait(lambda: found.isVisible() and any("short by 1" in each for each in problems(user)[:1]))
    line = found.topLevelItem(0)
    assert line is not None
    user.click(found.viewport(), found.visualItemRect(line).topLeft() + QPoint(40, 12))
    user.wait(lambda: user.session.selection == ("enrich",))
    shortage = user.widget(QComboBox, "Shortage")
    user.wait(shortage.hasFocus, lambda: f"the keyboard is at {QApplication.focusWidget()}")
    assert any(
        "(short by 1)" in each.text() and each.property("role") == "error"
        for each in visible(QLabel)
        if user.editor.properties.isAncestorOf(each)
    )


def test_the_rows_of_those_concerned_are_one_click_away(user: User, demo: Demo) -> None:
    fetch_three(user, demo)
    user.click("Test flow")
    user.wait(lambda: user.session.runs._request is None and user.session.run.status == "failed")
    user.click(in_problems(user, "Show their rows"))
    data = user.editor.data
    user.wait(lambda: data.isVisible() and data.model.rowCount() == 1)
    user.wait(lambda: data.model.index(0, 0).data() == "4")
    user.click("All rows")
    user.wait(lambda: data.model.rowCount() == 4)


def look_at_everybody(user: User) -> None:
    """Go through the previews of those who have a code, each with one of its own."""
    user.sees("Ann Martin, recipient 1 of 4")
    codes = []
    for name in ("Ann", "Bob", "Cid"):
        user.sees(f"Subject: {name}, your voucher: ")
        codes.append(user.editor.preview.subject.rpartition(" ")[2])
        user.press("Alt+5")
        user.press("Right")
    assert len(set(codes)) == 3


def run_the_flow(user: User) -> str:
    """Test the flow, which ends well, and return where the codes came from."""
    user.click("Test flow")
    user.waits_for_the_run()
    assert user.session.run.status == "done", problems(user)
    return user.session.run.activities["codes"].source


def test_no_preview_second_run_undo_replay_or_reopening_burns_a_code(user: User, demo: Demo, tmp_path: Path) -> None:
    fetch_three(user, demo)
    user.click("Test flow")
    user.click(in_problems(user, "Keep them without it"))
    user.click(in_problems(user, "Test flow"))
    look_at_everybody(user)
    assert demo.burned == 3

    assert user.session.run.activities["codes"].status == "reused"
    run_the_flow(user)
    user.press("Ctrl+Return")
    user.waits_for_the_run()
    assert demo.burned == 3

    choose_card(user, "codes")
    limit = edits.set_setting(user.session.flow, "codes", "limits.timeout_s", 59)
    user.session.edit(Text("Allow a second less"), limit)
    assert run_the_flow(user) == "recording"
    assert user.session.run.activities["codes"].status == "done", "what was recorded is read anew"
    assert demo.burned == 3

    user.press("Ctrl+Z")
    assert user.session.flow.activities["codes"].settings.get("limits", {}).get("timeout_s", 60) == 60
    run_the_flow(user)
    user.press("Ctrl+Shift+Z")
    assert user.session.flow.activities["codes"].settings["limits"]["timeout_s"] == 59
    run_the_flow(user)
    assert demo.burned == 3

    user.session.save(tmp_path / "codes.flow")
    user.session.new()
    user.session.open(tmp_path / "codes.flow")
    user.wait(lambda: user.editor.workspace.drawing.cards)
    assert run_the_flow(user) == "recording"
    look_at_everybody(user)
    assert demo.burned == 3


def test_a_choice_is_undone_and_made_without_a_mouse(user: User, demo: Demo) -> None:
    fetch_three(user, demo)
    user.click("Test flow")
    leave = in_problems(user, "Leave them out")
    leave.setFocus(Qt.FocusReason.TabFocusReason)
    user.press("Return")
    user.wait(lambda: QApplication.focusWidget() is in_problems(user, "Test flow"))
    user.press("Ctrl+Z")
    assert user.session.flow.activities["enrich"].settings["relations"][0]["unmatched"] == "stop"
    user.wait(lambda: "short by 1" in problems(user)[0] and "Changed since" not in problems(user)[0])
    in_problems(user, "Leave them out").setFocus(Qt.FocusReason.TabFocusReason)
    user.press("Return")
    user.wait(lambda: QApplication.focusWidget() is in_problems(user, "Test flow"))
    user.press("Return")
    user.sees("Ann Martin, recipient 1 of 3")
