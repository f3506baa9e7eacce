"""The Query: who is picked, what is added, and when nothing after it runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.activities.query import Query
from engine.activity import Arrival
from engine.errors import SettingsError
from engine.schema import Column, ColumnType
from engine.tables.interim import TableStore
from tests.engine.activities.targeting_world import PROFILES, World

QUERY = Query()
MARSEILLE = {"rules": [{"field": "region", "operator": "equals", "value": "13"}]}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with TableStore(tmp_path) as store:
        yield World(store)


def result(world: World, **settings: Any) -> list[dict[str, Any]]:
    """Return the rows that a query of the profiles gives."""
    return world.rows(world.outcome(QUERY, {"resource": "profiles", **settings}).tables["result"])


def ids(world: World, **settings: Any) -> list[int]:
    return [row["id"] for row in result(world, **settings)]


def test_a_query_without_rules_picks_everybody_in_the_order_of_the_key(world: World) -> None:
    assert result(world) == [{"id": number} for number in (1, 2, 3, 4, 5)]


def test_rules_and_the_advanced_expression_must_both_be_met(world: World) -> None:
    assert ids(world, filter=MARSEILLE) == [1, 5]
    assert ids(world, condition="@age < 30 AND @region <> $(vars/@region)") == [2, 3]
    assert ids(world, filter=MARSEILLE, condition="@age < 30") == [1]


def test_only_the_key_and_additional_data_travel_and_the_rest_is_reached_through_target(world: World) -> None:
    settings = {"resource": "profiles", "additional": [{"expression": "@firstName"}, {"expression": "RowId()"}]}
    table = world.outcome(QUERY, settings).tables["result"]
    assert table is not None
    assert [column.id for column in table.schema.columns] == ["id", "firstName", "expr2"]
    assert table.schema.column("firstName") == PROFILES.column("firstName")
    assert (table.schema.key, table.schema.dimension) == ("id", "profiles")
    link = table.schema.link("target")
    assert link is not None
    assert not link.is_stored
    assert link.schema == PROFILES
    assert world.rows(table)[0] == {"id": 1, "firstName": "Ann", "expr2": 1}


def test_row_numbers_have_no_gaps_whatever_is_filtered(world: World) -> None:
    numbers = [{"id": "nr", "expression": "RowId()"}, {"id": "years", "expression": "YearsOld(@birthDate)"}]
    assert [row["nr"] for row in result(world, filter=MARSEILLE, additional=numbers)] == [1, 2]
    kept = result(world, additional=numbers, output="years >= 29")
    assert [(row["id"], row["nr"]) for row in kept] == [(2, 1), (5, 2)]
    assert ids(world, additional=numbers, output="nr <= 3") == [1, 2, 3]
    assert ids(world, output="target.region = '13'") == [1, 5]


def test_an_alias_may_be_called_like_a_column_of_the_resource(world: World) -> None:
    additional = [{"id": "region", "expression": "Left(@region, 1)"}, {"id": "@town", "expression": "@region"}]
    first = result(world, additional=additional, output="region = '1'", filter=MARSEILLE)[0]
    assert first == {"id": 1, "region": "1", "town": "13"}


def test_a_resource_may_find_people_of_another_one_and_duplicates_go(world: World) -> None:
    settings: dict[str, Any] = {
        "resource": "purchases",
        "dimension": "profiles",
        "dimension_key": "@profile",
        "additional": [{"expression": "title"}],
    }
    table = world.outcome(QUERY, settings).tables["result"]
    assert table is not None
    assert (table.schema.key, table.schema.dimension) == ("id", "profiles")
    rows = [(row["id"], row["title"]) for row in world.rows(table)]
    assert rows == [(1, "Hat"), (1, "Skis"), (2, "Hat")]
    settings["distinct"] = False
    assert len(world.rows(world.outcome(QUERY, settings).tables["result"])) == 4
    settings |= {"additional": [], "distinct": True, "condition": "price > 100"}
    assert world.rows(world.outcome(QUERY, settings).tables["result"]) == [{"id": 1}]


def test_nothing_after_a_query_without_a_result_runs_unless_the_settings_say_so(world: World) -> None:
    settings = {"resource": "profiles", "condition": "@age > 100"}
    assert world.outcome(QUERY, settings).tables == {}
    assert world.notes[0][1] == "FLOW-QUERY-EMPTY"
    fired = world.outcome(QUERY, {**settings, "fires_when_empty": True}).tables
    assert world.rows(fired["result"]) == []


def test_a_rule_about_today_makes_yesterdays_result_old(world: World) -> None:
    birthday = Query.Settings.model_validate(
        {"resource": "profiles", "filter": {"rules": [{"field": "birthDate", "operator": "anniversary-today"}]}}
    )
    assert ids(world, filter=birthday.model_dump()["filter"]) == [5]
    today = QUERY.freshness(birthday, world)
    assert QUERY.freshness(birthday, replace(world, now=datetime(2026, 3, 8))) != today
    assert QUERY.freshness(Query.Settings(), world) == ""


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({}, ("resource", "FLOW-QUERY-RESOURCE")),
        ({"resource": "profile"}, ("resource", "FLOW-QUERY-RESOURCE")),
        ({"resource": "profiles", "dimension": "homes"}, ("dimension", "FLOW-QUERY-RESOURCE")),
        ({"resource": "purchases", "dimension": "profiles"}, ("dimension_key", "FLOW-QUERY-KEY")),
        (
            {"resource": "purchases", "dimension": "profiles", "dimension_key": "title"},
            ("dimension_key", "FLOW-QUERY-KEY"),
        ),
        (
            {"resource": "profiles", "filter": {"rules": [{"field": "age", "value": "x"}]}},
            ("filter.rules.0.value", "EXP-RULE-VALUE"),
        ),
        ({"resource": "profiles", "condition": "@ag > 3"}, ("condition", "EXP-UNKNOWN-COLUMN")),
        ({"resource": "profiles", "condition": "@age"}, ("condition", "EXP-NO-CONDITION")),
        (
            {"resource": "profiles", "additional": [{"id": "a", "expression": ""}]},
            ("additional.0.expression", "EXP-EMPTY"),
        ),
        (
            {"resource": "profiles", "additional": [{"id": "Id", "expression": "@age"}]},
            ("additional.0.id", "DATA-ALIAS"),
        ),
        (
            {"resource": "profiles", "additional": [{"expression": "@age"}, {"expression": "age"}]},
            ("additional.1.id", "DATA-ALIAS"),
        ),
        ({"resource": "profiles", "output": "@age > 3"}, ("output", "EXP-UNKNOWN-COLUMN")),
    ],
)
def test_what_is_wrong_is_told_before_a_run_at_its_setting(
    world: World, settings: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert world.problems(QUERY, settings) == [problem]


def test_a_resource_without_a_key_is_refused(world: World) -> None:
    world.designed["profiles"] = replace(PROFILES, key="")
    assert world.problems(QUERY, {"resource": "profiles"}) == [("resource", "FLOW-QUERY-KEY")]


def test_a_problem_in_an_expression_is_told_with_its_place(world: World) -> None:
    view = Query.Settings.model_validate({"resource": "profiles", "condition": "@age > 21 AND @regio = '13'"})
    (found,) = QUERY.check(view, {}, world.design)
    assert str(found.text) == "The column “regio” does not arrive here (character 15)"
    assert str(found.hint) == "Did you mean “region”?"


def test_a_run_with_a_broken_rule_says_so(world: World) -> None:
    with pytest.raises(SettingsError):
        QUERY.run(Query.Settings.model_validate({"resource": "profiles", "condition": "@ag > 3"}), {}, world)


def test_columns_are_known_before_a_run_where_they_can_be(world: World) -> None:
    broken = Query.Settings.model_validate({"resource": "profiles", "additional": [{"expression": "@ag"}]})
    assert QUERY.schemas(broken, {}, world.design) == {}
    assert QUERY.schemas(Query.Settings(), {}, world.design) == {}
    typed = Query.Settings.model_validate(
        {"resource": "profiles", "additional": [{"id": "y", "expression": "YearsOld(@birthDate)", "label": "Age"}]}
    )
    promised = QUERY.schemas(typed, {}, world.design)["result"]
    assert promised.columns[1] == Column("y", ColumnType.INTEGER, "Age")


def test_a_query_may_be_started_by_an_event_or_by_nothing(world: World) -> None:
    view = Query.Settings.model_validate({"resource": "profiles"})
    (place,) = QUERY.inbound(view)
    assert (place.name, place.minimum, place.maximum, place.needs_rows) == ("inbound", 0, 1, False)
    outcome = QUERY.run(view, {"inbound": [Arrival("start", "result", None)]}, world)
    assert list(outcome.tables) == ["result"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "No resource chosen yet"),
        ({"resource": "profiles"}, "Query · profiles"),
        ({"resource": "profiles", "condition": "@age > 1"}, "Query · profiles · 1 rule"),
        ({"resource": "profiles", "condition": "@age > 1", "filter": MARSEILLE}, "Query · profiles · 2 rules"),
    ],
)
def test_the_card_says_who_is_picked(settings: dict[str, Any], words: str) -> None:
    assert str(QUERY.summary(Query.Settings.model_validate(settings))) == words
