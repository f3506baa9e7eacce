"""Enrichment on odd and on many tables: rows never multiply, whatever the keys are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.activities.enrichment import Enrichment
from engine.activity import Arrival
from engine.schema import TARGET, Column, ColumnType, Link, TableSchema
from engine.tables.interim import Table, TableStore
from tests.engine.activities.targeting_world import PROFILES, World

ENRICHMENT = Enrichment()
TEXT, INTEGER = ColumnType.TEXT, ColumnType.INTEGER
PEOPLE = TableSchema((Column("id", INTEGER), Column("key", TEXT)), key="id")
LINES = TableSchema((Column("key", TEXT), Column("value", INTEGER), Column("lineNum", INTEGER, is_system=True)))
KEYS = st.sampled_from(["a", "b", "c", "d", None])


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with TableStore(tmp_path) as store:
        yield World(store)


def enriched(
    world: World, primary: Table, linked: Table, criterion: tuple[str, str], **more: Any
) -> list[dict[str, Any]]:
    """Return the rows of the result by id; `more` are further settings of the relation and of the activity."""
    criteria = [{"primary": criterion[0], "linked": criterion[1]}]
    relation = {"source": "api.result", "id": "api", "criteria": criteria, **more.pop("relation", {})}
    view = ENRICHMENT.Settings.model_validate({"relations": [relation], **more})
    designed = {
        "primary": [Arrival("query", "result", primary.schema)],
        "linked": [Arrival("api", "result", linked.schema)],
    }
    assert list(ENRICHMENT.check(view, designed, world.design)) == []
    inbound = {"primary": [Arrival("query", "result", primary)], "linked": [Arrival("api", "result", linked)]}
    table = ENRICHMENT.run(view, inbound, world).tables["result"]
    assert table is not None
    assert table.schema == ENRICHMENT.schemas(view, designed, world.design)["result"]
    return sorted(world.rows(table), key=lambda row: int(row["id"]))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(KEYS, max_size=8), st.lists(KEYS, max_size=8))
def test_everybody_gets_the_first_line_of_their_key_and_a_list_of_all(
    world: World, people: list[str | None], lines: list[str | None]
) -> None:
    primary = world.tables.from_rows([{"id": id, "key": key} for id, key in enumerate(people)], PEOPLE)
    answer: list[dict[str, Any]] = [
        {"key": key, "value": 10 * number, "lineNum": number} for number, key in enumerate(lines, 1)
    ]
    linked = world.tables.from_rows(answer, LINES)

    def of(key: str | None) -> list[int]:
        return [int(line["value"]) for line in answer if key is not None and line["key"] == key]

    rows = enriched(world, primary, linked, ("key", "key"), columns=[{"expression": "api.value"}])
    assert [row["value"] for row in rows] == [next(iter(of(key)), None) for key in people]
    many = {"collections": [{"id": "all", "lines": 8}], "aggregates": [{"id": "n"}]}
    rows = enriched(world, primary, linked, ("key", "key"), relation={"cardinality": "n"}, **many)
    assert [[each["value"] for each in row["all"]] for row in rows] == [of(key) for key in people]
    assert [row["n"] for row in rows] == [len(of(key)) for key in people]


@pytest.mark.parametrize("cardinality", ["1", "0..1", "n"])
def test_nobody_at_all_and_no_answer_at_all_are_tables_like_any_other(world: World, cardinality: str) -> None:
    nobody, nothing = world.tables.from_rows([], PEOPLE), world.tables.from_rows([], LINES)
    assert enriched(world, nobody, nothing, ("key", "key"), relation={"cardinality": cardinality}) == []
    one = world.tables.from_rows([{"id": 1, "key": "a"}], PEOPLE)
    rows = enriched(world, one, nothing, ("key", "key"), relation={"cardinality": cardinality, "unmatched": "keep"})
    assert rows[0]["id"] == 1
    assert rows[0].get("api") is None


def test_columns_whose_names_are_no_names_of_the_language_are_keys_too(world: World) -> None:
    odd = TableSchema((Column("id", INTEGER), Column("Post code", TEXT), Column("order", TEXT)), key="id")
    primary = world.tables.from_rows([{"id": 1, "Post code": "59", "order": "x"}], odd)
    lines = TableSchema((Column("Post code", TEXT), Column("order", TEXT), Column("sky", TEXT)))
    linked = world.tables.from_rows([{"Post code": "59", "order": "x", "sky": "rain"}], lines)
    for name in ("Post code", "order"):
        rows = enriched(world, primary, linked, (name, name), collections=[{"id": "all"}])
        assert rows[0]["api"] == {"Post code": "59", "order": "x", "sky": "rain"}
        assert rows[0]["all"] == [{"Post code": "59", "order": "x", "sky": "rain"}]


def test_people_are_linked_to_other_people_through_their_targets(world: World) -> None:
    schema = TableSchema((Column("id", INTEGER),), (Link(TARGET, PROFILES, is_stored=False),), "id", "profiles")
    friends = world.tables.from_rows([{"id": 5}], schema)
    rows = enriched(
        world,
        world.tables.from_rows([{"id": 1}, {"id": 2}], schema),
        friends,
        ("target.region", "target.region"),
        columns=[{"id": "friend", "expression": "api.id"}],
    )
    assert [(row["id"], row["friend"], row["api"]) for row in rows] == [(1, 5, {"id": 5}), (2, None, None)]


def test_lists_and_links_of_the_linked_table_come_along(world: World) -> None:
    nested = replace(
        LINES,
        columns=(*LINES.columns, Column("tags", ColumnType.LIST, fields=(Column("name", TEXT),))),
        links=(Link("more", TableSchema((Column("note", TEXT),))),),
    )
    line = {"key": "a", "value": 1, "lineNum": 1, "tags": [{"name": "new"}], "more": {"note": "n"}}
    rows = enriched(
        world,
        world.tables.from_rows([{"id": 1, "key": "a"}], PEOPLE),
        world.tables.from_rows([line], nested),
        ("key", "key"),
        columns=[{"expression": "api.more.note"}, {"expression": "api.tags"}],
    )
    assert rows == [{"id": 1, "key": "a", "note": "n", "tags": [{"name": "new"}], "api": line}]
