"""Every activity keeps the contract: above all, what it promises before a run is what the run yields."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from engine import api, registry
from engine.activity import Activity, Arrival
from engine.document.files import from_json
from engine.document.model import ActivityEntry, Flow
from engine.runner.design import FlowDesign
from engine.runner.events import ActivityFinished, TransitionFilled
from engine.runner.request import Place
from engine.schema import TableSchema
from engine.tables.types import arrow_schema_of
from engine.text import Text
from tests.contract.cases import ACCOUNTS, CASES, LINES_CSV, PEOPLE_CSV, RESOURCES, Case

KINDS = [activity.kind for activity in registry.kinds()]
TRIED = Counter(case.kind for case in CASES)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a place with the files that the cases read."""
    (tmp_path / "people.csv").write_text(PEOPLE_CSV, encoding="utf-8")
    (tmp_path / "lines.csv").write_text(LINES_CSV, encoding="utf-8")
    return Place(tmp_path, tmp_path / "work")


def flow_of(activities: Mapping[str, Any]) -> Flow:
    """Return a flow of these activities over the resources and accounts of the cases."""
    members = {"resources": RESOURCES, "accounts": ACCOUNTS, "activities": activities}
    return from_json({"format": "campaign-flow/1", **members})


def known(kind: str) -> Activity:
    """Return the activity of a kind."""
    found = registry.activity(kind)
    assert found is not None
    return found


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_promised_is_what_a_run_yields(case: Case, place: Place) -> None:
    flow = flow_of(case.activities)
    checked = api.check_flow(flow, place)
    assert [finding.to_json() for finding in checked.errors] == []
    filled: dict[str, TransitionFilled] = {}
    for event in api.run_flow(flow, None, place):
        if isinstance(event, TransitionFilled) and event.activity == "tested":
            filled[event.transition] = event
        elif isinstance(event, ActivityFinished) and event.activity == "tested":
            assert (event.status, event.error) == ("done", None)
    promised = {name.partition(".")[2]: each for name, each in checked.schemas.items() if name.startswith("tested.")}
    rows = {name for name, event in filled.items() if event.rows is not None}
    assert rows == set(promised) - case.silent
    for name in rows:
        assert_is(promised[name], Path(filled[name].path))


def assert_is(promised: TableSchema, file: Path) -> None:
    """Make sure that the table in `file` is of the schema that was promised, down to labels and lengths."""
    kept = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))["schema"]
    assert TableSchema.from_json(kept) == promised
    stored = pyarrow.parquet.read_schema(file).remove_metadata()
    wanted = arrow_schema_of(promised)
    assert stored.names == wanted.names
    for name in wanted.names:
        assert str(stored.field(name).type).replace("element", "item") == str(wanted.field(name).type).replace(
            "element", "item"
        ).replace("timestamp[us]", "timestamp[us]")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_second_run_gives_the_same_rows(case: Case, place: Place) -> None:
    flow = flow_of(case.activities)
    results = []
    for work in ("first", "second"):
        where = Place(place.folder, place.folder / work)
        filled = [event for event in api.run_flow(flow, None, where) if isinstance(event, TransitionFilled)]
        tables = {each.transition: each.path for each in filled if each.activity == "tested" and each.path}
        results.append({name: sorted_rows(path) for name, path in tables.items()})
    assert without_moments(results[0]) == without_moments(results[1])


def sorted_rows(path: str) -> list[dict[str, Any]]:
    """Return the rows of a file in an order of their own: a file's order is not promised."""
    return sorted(
        pyarrow.parquet.read_table(path).to_pylist(), key=lambda row: json.dumps(row, default=str, sort_keys=True)
    )


def without_moments(tables: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Return tables without what differs from moment to moment: the clock, and how long a failure took."""
    clocks = {"moment", "started_at", "elapsed_ms"}
    return {name: [{key: row[key] for key in row.keys() - clocks} for row in rows] for name, rows in tables.items()}


def as_dropped(kind: str) -> Case:
    """Return a kind that no case tries yet with the settings of a card that was just dropped."""
    places = known(kind).inbound(known(kind).Settings())
    return Case(kind, "just dropped", inputs={place.name: ["people.result"] for place in places if place.minimum})


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in TRIED])
def test_a_new_kind_keeps_its_promises_as_it_is_dropped(kind: str, place: Place) -> None:
    test_what_is_promised_is_what_a_run_yields(as_dropped(kind), place)


def test_a_kind_is_tried_with_several_settings() -> None:
    assert set(TRIED) <= set(KINDS)
    assert all(count > 1 for kind, count in TRIED.items() if known(kind).Settings.model_fields)


@pytest.mark.parametrize("kind", KINDS)
def test_a_card_that_was_just_dropped_is_usable(kind: str, tmp_path: Path) -> None:
    entry = ActivityEntry(kind=kind)
    view, problems = registry.settings(entry)
    assert view is not None
    assert problems == ()
    found = known(kind)
    assert str(found.summary(view))
    names = [place.name for place in found.inbound(view)]
    ways = [way.name for way in found.transitions(view)]
    assert len(set(names)) == len(names)
    assert len(set(ways)) == len(ways)
    assert not any("." in name for name in (*names, *ways))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_wired", [False, True])
def test_nothing_is_needed_to_say_what_is_known(kind: str, is_wired: bool, tmp_path: Path) -> None:
    found = known(kind)
    view = found.Settings()
    design = FlowDesign(Flow(), tmp_path)
    arrivals: tuple[Arrival[TableSchema], ...] = (Arrival("gone", "result", None),) if is_wired else ()
    inbound = {place.name: arrivals for place in found.inbound(view)}
    schemas = found.schemas(view, inbound, design)
    assert set(schemas) <= {way.name for way in found.transitions(view)}
    for finding in found.check(view, inbound, design):
        assert isinstance(finding.text, Text)
        assert str(finding.text).endswith((".", "?", "!", ")", "”")), str(finding.text)


@pytest.mark.parametrize("kind", KINDS)
def test_settings_of_today_are_left_as_they_are(kind: str) -> None:
    settings = {"of": "today"}
    assert known(kind).upgrade(settings, known(kind).version) == {"of": "today"}
