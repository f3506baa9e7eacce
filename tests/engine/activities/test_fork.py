"""Fork: the same rows, or the same event, on every branch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.activities.fork import Fork
from engine.activity import Arrival, Population
from engine.tables.interim import Table, TableStore
from tests.engine.activities.targeting_world import PROFILES, World

FORK = Fork()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with TableStore(tmp_path) as store:
        yield World(store)


def test_every_copy_is_the_very_table_that_came_in(world: World) -> None:
    table = world.known["profiles"]
    outcome = world.outcome(FORK, {"copies": 3}, table)
    assert list(outcome.tables) == ["copy1", "copy2", "copy3"]
    assert all(copy is table for copy in outcome.tables.values())


def test_an_event_without_rows_is_forked_too(world: World) -> None:
    inbound: dict[str, list[Arrival[Table]]] = {"inbound": [Arrival("start", "result", None)]}
    assert FORK.run(FORK.Settings(), inbound, world).tables == {"copy1": None, "copy2": None}
    assert FORK.schemas(FORK.Settings(), {"inbound": [Arrival("start", "result", None)]}, world.design) == {}


def test_copies_keep_their_transition_whatever_they_are_called() -> None:
    settings = FORK.Settings.model_validate({"copies": 3, "labels": ["To the API", ""]})
    ways = FORK.transitions(settings)
    assert [(way.name, str(way.label)) for way in ways] == [
        ("copy1", "To the API"),
        ("copy2", "Copy 2"),
        ("copy3", "Copy 3"),
    ]
    assert {way.population for way in ways} == {Population.INBOUND}
    assert str(FORK.summary(settings)) == "3 copies: To the API"
    assert str(FORK.summary(FORK.Settings())) == "2 copies"


def test_the_columns_of_every_copy_are_those_that_came_in(world: World) -> None:
    inbound = {"inbound": [Arrival("query", "result", PROFILES)]}
    assert FORK.schemas(FORK.Settings(), inbound, world.design) == {"copy1": PROFILES, "copy2": PROFILES}
