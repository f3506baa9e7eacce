"""An activity that is put in its place is found by the palette, the form, the checks, the run and the guide."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

import engine
import engine.activities
from designer.palette import Palette
from designer.palette.activity_list import ActivityList
from designer.panels.property_panel import PropertyPanel
from designer.session import Session
from engine import json_schema, reference, registry
from engine.document import edits
from engine.document.model import Flow, ResourceRef, Wire
from engine.text import Text

ROOT = Path(__file__).parents[2]
PEOPLE = "id,name\n1,Ann\n2,Bob\n3,Cid\n4,Dee\n"


@pytest.fixture
def first_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Put the activity of the guide into a folder of its own, and return its kind."""
    page = (ROOT / "docs" / "add-an-activity.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "first_rows.py").write_text(block, encoding="utf-8")
    monkeypatch.setattr(engine.activities, "__path__", [*engine.activities.__path__, str(tmp_path)])
    registry.rescan()
    yield "first-rows"
    monkeypatch.undo()
    sys.modules.pop("engine.activities.first_rows", None)
    registry.rescan()


@pytest.fixture
def session(qapp: object, tmp_path: Path) -> Iterator[Session]:
    """Return a session of its own."""
    made = Session(tmp_path / "state")
    yield made
    made.close()


def flow_with(kind: str, folder: Path, settings: dict[str, Any]) -> Flow:
    """Return a flow that sends four people through the new activity."""
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    flow = edits.set_resource(Flow(), "people", ResourceRef(source="csv", path="people.csv", key="id"))
    flow, query = edits.add_activity(flow, "query", position=(0, 0), settings={"resource": "people"})
    flow, id = edits.add_activity(flow, kind, position=(280, 0), settings=settings)
    return edits.connect(flow, Wire(query, "result", id, "inbound")).at(folder / "a.flow")


def words(widget: QWidget) -> str:
    """Return what stands on the labels of a widget."""
    return "\n".join(each.text() for each in widget.findChildren(QLabel))


def test_it_is_in_the_palette(first_rows: str, session: Session, qtbot: QtBot) -> None:
    palette = Palette(session)
    qtbot.addWidget(palette)
    (listed,) = palette.findChildren(ActivityList)
    assert first_rows in listed.kinds()


def test_it_has_a_form(first_rows: str, session: Session, qtbot: QtBot) -> None:
    flow, id = edits.add_activity(Flow(), first_rows, position=(0, 0))
    session.edit(Text("Begin"), flow)
    panel = PropertyPanel(session)
    qtbot.addWidget(panel)
    session.select(id)
    assert "Rows" in words(panel)


def test_it_is_checked(first_rows: str, tmp_path: Path) -> None:
    findings = engine.check_flow(flow_with(first_rows, tmp_path, {"count": 0})).findings
    assert [(each.activity, each.field) for each in findings if each.level == "error"] == [("first-rows", "count")]


def test_it_runs(first_rows: str, tmp_path: Path) -> None:
    events = list(engine.run_flow(flow_with(first_rows, tmp_path, {"count": 3})))
    rows = {event["activity"]: event["rows"] for event in map(as_json, events) if event["event"] == "TransitionFilled"}
    assert rows == {"query": 4, "first-rows": 3}


def as_json(event: Any) -> dict[str, Any]:
    """Return an event as its JSON."""
    found: dict[str, Any] = event.to_json()
    return found


def test_it_is_in_the_guide_and_in_the_schema_of_the_file(first_rows: str) -> None:
    assert "## First rows" in reference.pages()["activities.md"]
    assert "FirstRowsSettings" in json_schema.flow_schema()["$defs"]
