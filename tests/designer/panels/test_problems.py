"""Problems that are mended where they are told."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from designer import run_view
from designer.engine_client import FindingView
from designer.panels.mending import problems_of
from designer.panels.problems import Problems
from designer.panels.recipient_list import RecipientList
from designer.panels.recipient_rows import ChosenRows
from designer.run_view import RunView
from designer.session import Session
from engine.document import edits
from engine.document.model import Flow, Wire
from engine.schema import Column, ColumnType, TableSchema
from engine.text import Text

SHORTAGE: dict[str, Any] = {
    "level": "error",
    "code": "DATA-SHORTAGE",
    "message": "“Codes” answered with 3 codes for 30 recipients (short by 27).",
    "hint": "Choose what happens to the others under Shortage.",
    "activity": "enrichment",
    "field": "relations.0.unmatched",
    "details": {
        "relation": "codes",
        "count": 27,
        "recipients": [{"key": str(key), "name": f"Person {key}"} for key in range(4, 24)],
    },
}
MEMBERS = TableSchema((Column("id", ColumnType.INTEGER),), key="id", dimension="members")


@pytest.fixture
def short(session: Session) -> Session:
    """Return a session whose run has stopped because codes were missing."""
    flow, _ = edits.add_activity(Flow(), "query", position=(0, 0))
    settings = {"relations": [{"source": "codes.result", "id": "codes", "cardinality": "1"}]}
    flow, _ = edits.add_activity(flow, "enrichment", position=(280, 0), settings=settings, label="A code each")
    flow = edits.connect(flow, Wire("query", "result", "enrichment", "primary"))
    session.history.restart(flow, is_saved=True)
    session._check_timer.stop()
    session._take((), {"query.result": MEMBERS}, {})
    stopped(session)
    return session


def stopped(session: Session) -> None:
    """Let a run of the session's flow have ended with the shortage."""
    filled = {"event": "TransitionFilled", "activity": "query", "transition": "result", "rows": 30, "table": "k"}
    finished = {"event": "ActivityFinished", "ms": 3, "effect": "none"}
    events: list[dict[str, Any]] = [
        {"event": "RunStarted", "run": "1", "activities": ["query", "enrichment"], "now": ""},
        {**filled, "state": "fresh", "columns": [{"id": "id", "type": "integer"}]},
        {**finished, "activity": "query", "status": "done"},
        {**finished, "activity": "enrichment", "status": "failed", "error": SHORTAGE},
        {"event": "RunFinished", "status": "failed", "ms": 9, "calls": {}, "error": SHORTAGE},
    ]
    view = run_view.begin(RunView(), session.flow)
    for event in events:
        view = run_view.advance(view, event, session.flow)
    session.runs._show(view)


@pytest.fixture
def problems(short: Session, qtbot: QtBot) -> Problems:
    """Return the panel on the screen."""
    made = Problems(short)
    qtbot.addWidget(made)
    made.resize(760, 360)
    made.show()
    return made


def buttons(problems: Problems) -> list[str]:
    """Return what can be clicked below the problems."""
    return [each.text() for each in problems.findChildren(QPushButton) if each.isVisible()]


def click(problems: Problems, words: str) -> None:
    """Click on a button below a problem."""
    (found,) = [each for each in problems.findChildren(QPushButton) if each.isVisible() and each.text() == words]
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def lines(problems: Problems) -> list[QTreeWidgetItem]:
    """Return the lines that can be seen."""
    return [item for item, _ in problems._items() if not item.isHidden()]


def unmatched(session: Session) -> Any:
    """Return what the flow says under Shortage, None where it says nothing."""
    return session.flow.activities["enrichment"].settings["relations"][0].get("unmatched")


def test_the_other_choices_of_the_setting_are_offered(problems: Problems) -> None:
    assert buttons(problems)[:2] == ["Leave them out", "Keep them without it"]


def test_a_choice_is_one_step_of_undo_and_then_the_test_is_offered(problems: Problems, short: Session) -> None:
    counts: list[int] = []
    problems.counted.connect(counts.append)
    click(problems, "Keep them without it")
    assert unmatched(short) == "keep"
    assert buttons(problems)[0] == "Test flow"
    assert "Leave them out" not in buttons(problems)
    assert "Changed since" in lines(problems)[0].text(0)
    assert counts[-1] == 0
    short.history.stack.undo()
    assert unmatched(short) is None
    assert buttons(problems)[:2] == ["Leave them out", "Keep them without it"]
    assert counts[-1] == 1


def test_the_test_that_is_offered_runs_the_flow(problems: Problems, short: Session) -> None:
    click(problems, "Leave them out")
    click(problems, "Test flow")
    assert short.run.running
    short.runs.forget()


def test_a_setting_without_choices_only_leads_to_its_field(problems: Problems, short: Session) -> None:
    finding = FindingView("warning", "X-LABEL", "The label is odd.", activity="enrichment", field="relations.0.label")
    short._take((finding,), {"query.result": MEMBERS}, {})
    assert [each.choices for each in problems_of(short)][1] == ()
    with_jump: list[tuple[str, str]] = []
    short.reveal.connect(lambda activity, field: with_jump.append((activity, field)))
    problems._list.setCurrentItem(lines(problems)[1])
    QTest.keyClick(problems._list, Qt.Key.Key_Return)
    assert with_jump == [("enrichment", "relations.0.label")]


def test_the_recipients_are_listed_copied_and_counted(problems: Problems) -> None:
    click(problems, "Show the recipients")
    people = problems.findChild(RecipientList)
    assert people is not None
    assert people.topLevelItemCount() == 20
    click(problems, "Copy")
    assert QGuiApplication.clipboard().text().startswith("4\tPerson 4\n5\tPerson 5\n")
    assert "… and 7 more" in [each.text() for each in problems.findChildren(QLabel) if each.isVisible()]
    click(problems, "Hide the recipients")
    assert not people.isVisible()


def test_the_rows_of_the_recipients_are_those_that_arrived(problems: Problems, qtbot: QtBot) -> None:
    with qtbot.waitSignal(problems.rows_wanted) as wanted:
        click(problems, "Show their rows")
    assert wanted.args == [ChosenRows("query.result", "id", tuple(str(key) for key in range(4, 24)))]


def test_many_problems_are_counted_and_filtered_by_level(problems: Problems, short: Session) -> None:
    assert not problems._head.isVisible()
    warnings = [FindingView("warning", f"X-{n}", f"Warning {n}.", activity="query") for n in range(6)]
    note = FindingView("info", "X-NOTE", "A note.", activity="query")
    short._take((note, *warnings), {"query.result": MEMBERS}, {})
    assert problems._head.isVisible()
    assert problems._count.text() == "1 error · 6 warnings · 1 note"
    assert lines(problems)[0].text(2) == "DATA-SHORTAGE"
    assert lines(problems)[-1].text(2) == "X-NOTE"
    problems._level.setCurrentIndex(1)
    assert len(lines(problems)) == 7
    problems._level.setCurrentIndex(2)
    assert len(lines(problems)) == 1
    short._take((), {"query.result": MEMBERS}, {})
    assert len(lines(problems)) == 1
    assert not problems._head.isVisible()


def test_a_new_name_of_the_activity_is_shown(problems: Problems, short: Session) -> None:
    short.edit(Text("Rename"), edits.set_label(short.flow, "enrichment", "Codes for all"))
    assert lines(problems)[0].text(1) == "Codes for all"


def test_without_room_for_columns_everything_is_said_in_words(problems: Problems) -> None:
    assert "DATA-SHORTAGE" not in lines(problems)[0].text(0)
    problems.resize(420, 360)
    assert lines(problems)[0].text(0).endswith("A code each · DATA-SHORTAGE")
    assert problems._list.isColumnHidden(2)
    shown = [each for each in problems.findChildren(QPushButton) if each.isVisible()]
    assert len({each.y() for each in shown}) > 1
    assert all(each.geometry().right() < problems._list.viewport().width() for each in shown)


def test_a_screen_reader_hears_the_level_first(problems: Problems) -> None:
    spoken = lines(problems)[0].data(0, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("Error: “Codes” answered with 3 codes")
    (choice,) = [each for each in problems.findChildren(QPushButton) if each.text() == "Leave them out"]
    assert choice.accessibleName() == "Leave them out"
    assert choice.accessibleDescription() == "Set “Shortage” to “Leave them out”"
