"""The Segmentation: who goes where, what a limit leaves, and the codes that go along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.activities.segmentation import Segmentation
from engine.activity import Outcome
from engine.schema import Column, ColumnType, Link, TableSchema
from engine.tables.interim import Table, TableStore
from tests.engine.activities.targeting_world import PROFILES, World

SEGMENTATION = Segmentation()
AUDIENCE = TableSchema(
    (Column("id", ColumnType.INTEGER), Column("segmentCode", ColumnType.TEXT)),
    links=(
        Link("target", PROFILES, is_stored=False),
        Link("weather", TableSchema((Column("sky", ColumnType.TEXT), Column("rank", ColumnType.INTEGER)))),
    ),
    key="id",
    dimension="profiles",
)
YOUNG = {"rules": [{"field": "target.age", "operator": "between", "value": [18, 27]}]}
GROWN = {"rules": [{"field": "target.age", "operator": "between", "value": [25, 32]}]}
BY_AGE: list[dict[str, Any]] = [
    {"id": "s1", "label": "18 to 27", "filter": YOUNG},
    {"id": "s2", "label": "25 to 32", "filter": GROWN},
]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with TableStore(tmp_path) as store:
        yield World(store)


@pytest.fixture
def audience(world: World) -> Table:
    """Return five people, and the weather where they live."""
    skies = {1: "rain", 2: "sun", 3: "rain", 5: "sun"}
    rows: list[dict[str, Any]] = [
        {"id": id, "segmentCode": "" if id == 2 else "SPRING", "weather": {"sky": skies.get(id), "rank": -id}}
        for id in (1, 2, 3, 4, 5)
    ]
    return world.tables.materialise(world.tables.from_rows(rows, AUDIENCE), "audience")


@pytest.fixture
def crowd(world: World) -> Table:
    """Return a hundred people of four regions."""
    schema = TableSchema((Column("id", ColumnType.INTEGER), Column("region", ColumnType.TEXT)), key="id")
    regions = ["13", "59", "75", None]
    rows = [{"id": id, "region": regions[id % 10 % 4]} for id in range(100)]
    return world.tables.materialise(world.tables.from_rows(rows, schema), "crowd")


def ids(world: World, outcome: Outcome) -> dict[str, set[int]]:
    """Return who is in each transition that fires."""
    return {name: {row["id"] for row in world.rows(table)} for name, table in outcome.tables.items()}


def limit(size: float, **more: Any) -> dict[str, Any]:
    """Return a segment of everybody with a limit."""
    return {"id": "s1", "limit": {"kind": "count", "size": size, **more}}


def test_a_row_goes_to_the_first_segment_that_it_fits_and_the_rest_is_the_complement(
    world: World, audience: Table
) -> None:
    outcome = world.outcome(SEGMENTATION, {"segments": BY_AGE, "complement": True}, audience)
    assert ids(world, outcome) == {"s1": {1, 3}, "s2": {2, 5}, "complement": {4}}


def test_overlapping_segments_take_from_everybody(world: World, audience: Table) -> None:
    outcome = world.outcome(SEGMENTATION, {"segments": BY_AGE, "complement": True, "overlap": True}, audience)
    assert ids(world, outcome) == {"s1": {1, 3}, "s2": {1, 2, 5}, "complement": {4}}


def test_rows_cut_off_by_a_limit_stay_for_the_segments_after_it(world: World, audience: Table) -> None:
    first = {
        **BY_AGE[0],
        "limit": {"kind": "count", "size": 1, "sampling": "ordered", "orders": [{"expression": "@id"}]},
    }
    outcome = world.outcome(SEGMENTATION, {"segments": [first, BY_AGE[1]], "complement": True}, audience)
    assert ids(world, outcome) == {"s1": {1}, "s2": {2, 5}, "complement": {3, 4}}
    first["limit"]["orders"] = [{"expression": "target.age", "direction": "ascending"}]
    outcome = world.outcome(SEGMENTATION, {"segments": [first, BY_AGE[1]], "complement": True}, audience)
    assert ids(world, outcome) == {"s1": {3}, "s2": {1, 2, 5}, "complement": {4}}


def test_conditions_and_stored_links_work_too(world: World, audience: Table) -> None:
    segments = [{"id": "rain", "condition": "weather.sky = 'rain'"}, {"id": "sun", "condition": "weather.sky = 'sun'"}]
    outcome = world.outcome(SEGMENTATION, {"segments": segments, "complement": True}, audience)
    assert ids(world, outcome) == {"rain": {1, 3}, "sun": {2, 5}, "complement": {4}}
    assert world.rows(outcome.tables["rain"])[0]["weather"] == {"sky": "rain", "rank": -1}


def test_percent_are_counted_of_the_initial_population(world: World, crowd: Table) -> None:
    segments = [
        {"id": "a", "limit": {"kind": "percent", "size": 10}},
        {"id": "b", "limit": {"kind": "percent", "size": 10.9}},
        {"id": "c", "condition": "@id < 0", "limit": {"kind": "percent", "size": 50}},
    ]
    found = ids(world, world.outcome(SEGMENTATION, {"segments": segments, "complement": True}, crowd))
    assert {name: len(members) for name, members in found.items()} == {"a": 10, "b": 10, "c": 0, "complement": 80}
    assert not found["a"] & found["b"]


def test_random_is_the_same_for_the_same_seed_and_another_for_another_one(world: World, crowd: Table) -> None:
    settings = {"segments": [limit(20)]}
    first = ids(world, world.outcome(SEGMENTATION, settings, crowd))["s1"]
    assert ids(world, world.outcome(SEGMENTATION, settings, crowd))["s1"] == first
    renamed = {"segments": [{**limit(20), "label": "Lucky"}]}
    assert ids(world, world.outcome(SEGMENTATION, renamed, crowd))["s1"] == first
    world.seed = 2
    assert ids(world, world.outcome(SEGMENTATION, settings, crowd))["s1"] != first
    world.seed, world.activity = 1, "another"
    assert ids(world, world.outcome(SEGMENTATION, settings, crowd))["s1"] != first


def test_two_random_halves_that_overlap_are_not_the_same_half(world: World, crowd: Table) -> None:
    settings = {"segments": [limit(50), {**limit(50), "id": "s2"}], "overlap": True}
    found = ids(world, world.outcome(SEGMENTATION, settings, crowd))
    assert 10 < len(found["s1"] & found["s2"]) < 40


def test_a_limit_may_hold_for_each_value_of_a_field(world: World, crowd: Table) -> None:
    def regions(more: dict[str, Any]) -> dict[str | None, int]:
        outcome = world.outcome(
            SEGMENTATION, {"segments": [limit(**{"size": 3, "groups": ["@region"], **more})]}, crowd
        )
        rows = world.rows(outcome.tables["s1"])
        return {name: sum(row["region"] == name for row in rows) for name in ("13", "59", "75", None)}

    assert regions({}) == {"13": 3, "59": 3, "75": 3, None: 3}
    assert regions({"sizes": [{"value": "13", "size": 7}, {"value": "75", "size": 0}]}) == {
        "13": 7,
        "59": 3,
        "75": 0,
        None: 3,
    }
    # 30 rows of 13 and 59, 20 of the others
    assert regions({"kind": "percent", "size": 10}) == {"13": 3, "59": 3, "75": 2, None: 2}
    assert regions({"kind": "percent", "size": 10, "sizes": [{"value": "59", "size": 100}]})["59"] == 30
    several = world.outcome(SEGMENTATION, {"segments": [limit(1, groups=["@region", "@id < 50"])]}, crowd)
    assert len(world.rows(several.tables["s1"])) == 8


def test_an_empty_segment_fires_unless_it_is_told_not_to(world: World, audience: Table) -> None:
    nobody = {"id": "nobody", "label": "Nobody", "condition": "target.age > 99"}
    segments = [nobody, {**nobody, "id": "no2", "skip_empty": True}, {"id": "all", "skip_empty": True}]
    outcome = world.outcome(SEGMENTATION, {"segments": segments}, audience)
    assert ids(world, outcome) == {"nobody": set(), "all": {1, 2, 3, 4, 5}}
    assert [code for _, code, _ in world.notes] == ["FLOW-SEGMENT-EMPTY"]


def test_segments_in_one_transition_are_told_apart_by_their_code(world: World, audience: Table) -> None:
    segments = [{**BY_AGE[0], "code": "A"}, {**BY_AGE[1], "exclude": True}, {"id": "others"}]
    outcome = world.outcome(SEGMENTATION, {"segments": segments, "output": "one", "complement": True}, audience)
    assert list(outcome.tables) == ["result", "complement"]
    codes = {row["id"]: row["segmentCode"] for row in world.rows(outcome.tables["result"])}
    assert codes == {1: "A", 3: "A", 4: "others"}
    assert world.rows(outcome.tables["complement"]) == []


def test_codes_are_fixed_or_dynamic_and_may_follow_the_one_before(world: World, audience: Table) -> None:
    def codes(**settings: Any) -> dict[int, str]:
        segments = [{"id": "all", "code": "{{vars.campaign}} {{target.region}}"}]
        outcome = world.outcome(SEGMENTATION, {"segments": segments, **settings}, audience)
        return {row["id"]: row["segmentCode"] for row in world.rows(outcome.tables["all"])}

    assert codes()[1] == "SPRING26 13"
    assert codes(concatenate=True)[1] == "SPRING-SPRING26 13"
    assert codes(concatenate=True)[2] == "SPRING26 59"


def test_a_segment_without_a_code_leaves_the_columns_as_they_are(world: World, crowd: Table) -> None:
    outcome = world.outcome(SEGMENTATION, {"segments": [{"id": "a"}, {"id": "b", "code": "B"}]}, crowd)
    assert {
        name: [column.id for column in table.schema.columns] for name, table in outcome.tables.items() if table
    } == {
        "a": ["id", "region"],
        "b": ["id", "region", "segmentCode"],
    }


def test_who_belongs_where_is_worked_out_once_and_known_again(world: World, crowd: Table, tmp_path: Path) -> None:
    before = set(tmp_path.glob("*.parquet"))
    world.outcome(SEGMENTATION, {"segments": [limit(5)], "complement": True}, crowd)
    (made,) = set(tmp_path.glob("*.parquet")) - before
    world.outcome(SEGMENTATION, {"segments": [limit(5)], "complement": True}, crowd)
    assert set(tmp_path.glob("*.parquet")) - before == {made}
    world.outcome(SEGMENTATION, {"segments": [limit(6)], "complement": True}, crowd)
    assert len(set(tmp_path.glob("*.parquet")) - before) == 2


def test_transitions_keep_their_names_when_labels_change() -> None:
    def names(label: str) -> list[tuple[str, str, str]]:
        view = Segmentation.Settings.model_validate({"segments": [{"id": "s1", "label": label}], "complement": True})
        return [(way.name, str(way.label), way.role) for way in SEGMENTATION.transitions(view)]

    assert names("Rain") == [("s1", "Rain", "result"), ("complement", "Complement", "complement")]
    assert [name for name, *_ in names("Sun")] == ["s1", "complement"]


def test_a_new_segmentation_has_one_segment() -> None:
    view = Segmentation.Settings()
    assert [way.name for way in SEGMENTATION.transitions(view)] == ["segment1"]
    assert str(SEGMENTATION.summary(view)) == "Segment 1"
    assert str(SEGMENTATION.summary(Segmentation.Settings(segments=()))) == "No segment yet"


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"segments": []}, ("segments", "FLOW-NO-SEGMENT")),
        ({"segments": BY_AGE, "overlap": True, "output": "one"}, ("overlap", "FLOW-SEGMENT-OVERLAP")),
        ({"segments": [*BY_AGE, {**BY_AGE[0], "id": "S1"}]}, ("segments.2.id", "FLOW-SEGMENT-ID")),
        ({"segments": [{"id": "result"}]}, ("segments.0.id", "FLOW-SEGMENT-ID")),
        ({"segments": [{"id": "a"}, {"id": "b"}]}, ("segments.1.filter", "FLOW-SEGMENT-UNREACHED")),
        ({"segments": [limit(101, kind="percent")]}, ("segments.0.limit.size", "FLOW-SEGMENT-LIMIT")),
        ({"segments": [limit(1, sampling="ordered")]}, ("segments.0.limit.orders", "FLOW-SEGMENT-LIMIT")),
        ({"segments": [limit(1, sizes=[{"value": "x"}])]}, ("segments.0.limit.sizes", "FLOW-SEGMENT-LIMIT")),
        ({"segments": [limit(1, groups=["@town"])]}, ("segments.0.limit.groups.0", "EXP-UNKNOWN-COLUMN")),
        (
            {"segments": [limit(1, sampling="ordered", orders=[{"expression": "("}])]},
            ("segments.0.limit.orders.0.expression", "EXP-SYNTAX"),
        ),
        ({"segments": [{"id": "a", "condition": "@id"}]}, ("segments.0.condition", "EXP-NO-CONDITION")),
        ({"segments": [{"id": "a", "code": "{{vars.no}}"}]}, ("segments.0.code", "EXP-UNKNOWN-VARIABLE")),
        (
            {"segments": [{"id": "a", "filter": {"rules": [{"field": "target.town", "value": "x"}]}}]},
            ("segments.0.filter.rules.0.field", "EXP-UNKNOWN-COLUMN"),
        ),
    ],
)
def test_what_is_wrong_is_told_before_a_run_at_its_setting(
    world: World, settings: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert world.problems(SEGMENTATION, settings, AUDIENCE) == [problem]


def test_sound_segments_say_nothing_and_nothing_is_said_of_unknown_rows(world: World) -> None:
    sound = {"segments": [*BY_AGE, {"id": "rest", "code": "{{vars.campaign}}-{{target.region}}"}]}
    assert world.problems(SEGMENTATION, sound, AUDIENCE) == []
    assert world.problems(SEGMENTATION, {"segments": [{"id": "a", "condition": "@nothing"}]}) == []
    assert SEGMENTATION.schemas(Segmentation.Settings(), {}, world.design) == {}


def test_a_rule_about_today_makes_yesterdays_segments_old(world: World) -> None:
    filter = {"rules": [{"field": "target.birthDate", "operator": "anniversary-today"}]}
    view = Segmentation.Settings.model_validate({"segments": [{"id": "a", "filter": filter}]})
    today = SEGMENTATION.freshness(view, world)
    assert SEGMENTATION.freshness(view, replace(world, now=datetime(2026, 3, 8))) != today
    assert SEGMENTATION.freshness(Segmentation.Settings(), world) == ""
