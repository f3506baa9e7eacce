"""An Enrichment proposes its links, and one click takes a proposal over."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from designer.editors.enrichment import tabs
from designer.editors.relation_fields import LinkedColumnField, RelationField, WiredField
from designer.engine_client import EngineClient
from designer.forms.binding import bind_settings
from designer.forms.pages import Page
from designer.forms.specs import specs_of
from designer.session import Session
from engine.activities.enrichment import Enrichment
from engine.activity import ActivitySettings, setting
from engine.document import edits
from engine.document.model import Flow, Wire
from engine.schema import Column, ColumnType, TableSchema
from engine.text import Text

ENGINE = """
import json, sys
print(json.dumps({"ready": True, "version": "0"}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    answer = {"criteria": [{"source": "region", "destination": "region"}], "cardinality": "0..1",
              "matched": 18, "unmatched": 0, "sentence": "region = region, 100 % of 18 matched"}
    if asked.get("params", {}).get("source") == "banner.result":
        answer = {"criteria": [], "attach": True, "cardinality": "1", "sentence": "One row, for everybody."}
    if asked["verb"] != "propose_relation":
        answer = {"findings": [], "schemas": {}, "resources": {}}
    print(json.dumps({"id": asked["id"], "result": answer}), flush=True)
"""
"""A process that keeps the engine's protocol and has one proposal to make."""


class Criterion(ActivitySettings):
    primary: str = setting("", label="Primary set", editor="expression")
    linked: str = setting("", label="Linked set", editor="column")


class Relation(ActivitySettings):
    id: str = setting("", label="ID")
    source: str = setting("", label="Linked set")
    cardinality: Literal["1", "0..1", "n"] = setting("1", label="Cardinality")
    criteria: tuple[Criterion, ...] = setting((), label="Criteria")


class Added(ActivitySettings):
    id: str = setting("", label="ID")
    expression: str = setting("", label="Expression", editor="expression")


class Settings(ActivitySettings):
    keep_all: bool = setting(True, label="Keep all additional data from the main set")
    relations: tuple[Relation, ...] = setting((), label="Relations")
    columns: tuple[Added, ...] = setting((), label="Additional data")


@pytest.fixture
def asking(tmp_path: Path, qapp: object) -> Iterator[Session]:
    """Return a session whose engine proposes one relation."""
    made = Session(tmp_path / "state", EngineClient([sys.executable, "-c", ENGINE]))
    flow, enrichment = edits.add_activity(Flow(), "enrichment", position=(0, 0))
    flow, call = edits.add_activity(flow, "external-api", position=(0, 0), label="Weather")
    flow = edits.connect(flow, Wire(call, "result", enrichment, "linked"))
    made.edit(Text("Begin"), flow)
    yield made
    made.close()


def test_a_proposal_says_how_well_it_matches_and_one_click_takes_it(asking: Session, qtbot: QtBot) -> None:
    made = tabs(bind_settings(asking, "enrichment"), specs_of(Settings))
    assert [str(tab.title) for tab in made] == ["Relations", "Additional data"]
    page: Page = made[0].make()
    qtbot.addWidget(page)
    page.show()

    def said() -> str:
        return "\n".join(each.text() for each in page.findChildren(QLabel) if each.isVisible())

    qtbot.waitUntil(lambda: "100 % of 18 matched" in said(), timeout=15_000)
    assert "“Weather” is wired in and not linked yet." in said()
    assert "at most one linked row" in said()
    use = next(each for each in page.findChildren(QPushButton) if each.text() == "Link them")
    qtbot.waitUntil(use.isVisible)
    QTest.mouseClick(use, Qt.MouseButton.LeftButton)
    assert asking.flow.activities["enrichment"].settings["relations"] == [
        {
            "id": "external_api",
            "source": "external-api.result",
            "cardinality": "0..1",
            "criteria": [{"primary": "region", "linked": "region"}],
        }
    ]
    assert "not linked yet" not in said()


def test_every_setting_stands_in_one_tab(asking: Session, qtbot: QtBot) -> None:
    made = tabs(bind_settings(asking, "enrichment"), specs_of(Settings))
    assert {path for tab in made for path in tab.paths} == {"relations", "columns", "keep_all"}


WEATHER = TableSchema((Column("region", ColumnType.TEXT), Column("sky", ColumnType.TEXT)))
RELATIONS = [
    {"source": "external-api.result", "label": "Weather", "criteria": [{"primary": "region", "linked": "sky"}]},
    {"source": "gone.result", "id": "news"},
]


@pytest.fixture
def pages(asking: Session, qtbot: QtBot) -> list[Page]:
    """Return the pages of the real settings, filled in."""
    added = {"collections": [{"id": "days", "relation": "news"}]}
    flow = edits.replace_entry(asking.flow, "enrichment", settings={"relations": RELATIONS, **added})
    asking.edit(Text("Fill in"), flow)
    asking.schemas = {"external-api.result": WEATHER}
    made = [tab.make() for tab in tabs(bind_settings(asking, "enrichment"), specs_of(Enrichment.Settings))]
    for page in made:
        qtbot.addWidget(page)
        page.show()
    return made


def entries(box: QComboBox) -> list[tuple[str, str]]:
    return [(str(box.itemData(index)), box.itemText(index)) for index in range(box.count())]


def test_a_relation_picks_one_of_the_wired_tables_and_keeps_one_that_is_gone_in_sight(pages: list[Page]) -> None:
    first, second = pages[0].findChildren(WiredField)
    for field, shown in ((first, "external-api.result"), (second, "gone.result")):
        box = field.findChild(QComboBox)
        assert box is not None
        assert ("external-api.result", "Weather") in entries(box)
        assert box.currentData() == shown


def test_a_criterion_lists_the_columns_of_the_linked_table_only(pages: list[Page]) -> None:
    fields = [field for field in pages[0].findChildren(LinkedColumnField) if field.path.endswith(".linked")]
    assert fields[0].choices() == [("region", "text"), ("sky", "text")]


def test_additional_data_picks_one_of_the_relations(pages: list[Page], asking: Session) -> None:
    (field,) = pages[1].findChildren(RelationField)
    box = field.findChild(QComboBox)
    assert box is not None
    assert entries(box) == [("external_api", "Weather"), ("news", "news")]
    assert box.currentData() == "news"
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert asking.flow.activities["enrichment"].settings["collections"][0]["relation"] == "external_api"


def test_settings_of_other_cardinalities_are_out_of_sight(pages: list[Page], asking: Session) -> None:
    def shown() -> set[str]:
        cards = pages[0].fields[0].findChildren(QLabel)
        return {each.text() for each in cards if each.isVisible()}

    assert "More than one linked row" in shown()
    assert "Shortage" not in shown()
    asking.edit(Text("Promise"), edits.set_setting(asking.flow, "enrichment", "relations.0.cardinality", "1"))
    assert "Shortage" in shown()


def test_a_single_row_is_attached_to_everybody_with_one_click(asking: Session, qtbot: QtBot) -> None:
    flow, banner = edits.add_activity(asking.flow, "banner", position=(0, 0), label="Banner")
    asking.edit(Text("Add"), edits.connect(flow, Wire(banner, "result", "enrichment", "linked")))
    page = tabs(bind_settings(asking, "enrichment"), specs_of(Enrichment.Settings))[0].make()
    qtbot.addWidget(page)
    page.show()

    def offered() -> list[QPushButton]:
        return [each for each in page.findChildren(QPushButton) if each.text() == "Attach it to every row"]

    qtbot.waitUntil(lambda: bool(offered()), timeout=15_000)
    QTest.mouseClick(offered()[0], Qt.MouseButton.LeftButton)
    (relation,) = asking.flow.activities["enrichment"].settings["relations"]
    assert (relation["source"], relation["attach"], relation["label"]) == ("banner.result", True, "Banner")
