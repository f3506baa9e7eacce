"""Lists within the entries of lists: their rows, and the columns that are proposed for them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import DataError
from engine.tables.json_columns import propose_columns
from engine.tables.json_nested import PARENT_LINE, is_within, key_around, nested_rows
from engine.tables.json_rows import JsonColumn, read_rows

LEAGUES = {
    "leagues": [
        {"name": "L1", "teams": [{"id": "LIO", "players": [{"no": 1}, {"no": 9}]}, {"id": "NIC", "players": []}]},
        {"name": "L2"},
        {"name": "L3", "teams": [{"id": "RED", "players": [{"no": 9}]}]},
    ]
}


def test_rows_are_numbered_by_the_entry_around_them() -> None:
    found = nested_rows(LEAGUES, "/leagues/*/teams/*/players", "array")
    assert found.rows == [{"no": 1}, {"no": 9}, {"no": 9}]
    assert (found.lines, found.parents) == ([1, 1, 3], 3)
    assert [each["name"] for each in found.values_around(1)] == ["L1", "L1", "L3"]
    assert [each["id"] for each in found.values_around(2)] == ["LIO", "LIO", "RED"]


@pytest.mark.parametrize(
    ("pointer", "document", "rows"),
    [
        ("/*", [[1, 2], [3]], [1, 2, 3]),
        ("/*/x", [{"x": [1]}, {"y": 2}, None], [1]),
        ("/days/*/hours", {"days": {"mon": {"hours": [8]}, "tue": {"hours": [9, 10]}}}, [8, 9, 10]),
        ("/days/*", {"days": []}, []),
    ],
)
def test_entries_can_be_lists_or_members(pointer: str, document: Any, rows: list[Any]) -> None:
    assert nested_rows(document, pointer, "array").rows == rows


def test_what_stands_around_a_row_can_be_a_column() -> None:
    keys = ("/days/*/#key", "/days/*/hours/*/at", "at", "/days/*")
    assert [key_around("/days/*/hours", key) for key in keys] == [(1, "/#key"), (1, "/hours/*/at"), None, (1, "")]
    columns = [JsonColumn("day", "/days/*/#key"), JsonColumn("at", "at")]
    days = {"days": {"mon": {"hours": [{"at": "8"}]}, "tue": {"hours": [{"at": "9"}, {}]}}}
    rows = read_rows(days, columns, mode="array", pointer="/days/*/hours")
    assert rows.columns == {"day": ["mon", "tue", "tue"], "at": ["8", "9", None], PARENT_LINE: ["1", "2", "2"]}
    assert [str(note.text) for note in rows.notes] == ["The answer lacks columns, which stay empty: at (1)."]


@pytest.mark.parametrize("document", [{}, {"leagues": 3}, {"leagues": None}])
def test_the_outermost_list_must_be_there(document: Any) -> None:
    with pytest.raises(DataError) as caught:
        nested_rows(document, "/leagues/*/teams", "array")
    assert caught.value.code.acs == "WKF-560241"


@pytest.mark.parametrize("inner", [{"teams": {"id": "LIO"}}, {"teams": "LIO"}, {"teams": 0}])
def test_something_else_than_a_list_is_told_with_its_place(inner: Any) -> None:
    with pytest.raises(DataError, match=r"“/leagues/\*/teams” is no list in entry 2"):
        nested_rows({"leagues": [{"teams": []}, inner]}, "/leagues/*/teams", "array")


def test_columns_for_rows_within_others_tell_the_entries_around_apart() -> None:
    found = propose_columns(LEAGUES, flatten=False, pointer="/leagues/*/teams/*/players")
    assert [(each["id"], each["key"], each["type"]) for each in found["columns"]] == [
        ("leagues_name", "/leagues/*/name", "text"),
        ("teams_id", "/leagues/*/teams/*/id", "text"),
        ("no", "no", "integer"),
    ]
    assert (found["mode"], found["pointer"]) == ("array", "/leagues/*/teams/*/players")


def test_lists_within_the_rows_are_offered_at_any_depth() -> None:
    found = propose_columns(LEAGUES, flatten=False, pointer="/leagues")
    assert [(each["pointer"], each["rows"]) for each in found["within"]] == [
        ("/leagues/*/teams", 3), ("/leagues/*/teams/*/players", 3)
    ]  # fmt: skip


def test_an_entry_without_a_property_of_its_own_adds_no_column() -> None:
    sample = {"groups": [{"kind": "a", "rows": [{"x": 1}]}, {"kind": "a", "rows": [{"x": 2}]}]}
    found = propose_columns(sample, flatten=False, pointer="/groups/*/rows")
    assert [each["id"] for each in found["columns"]] == ["x"]


def test_a_property_called_like_the_number_of_the_entry_around_gets_another_id() -> None:
    found = propose_columns({"a": [{"b": [{"parentLine": 1}]}]}, flatten=False, pointer="/a/*/b")
    assert [each["id"] for each in found["columns"]] == ["parentLine_2"]


@given(st.lists(st.lists(st.integers(), max_size=4) | st.none(), max_size=6))
def test_every_entry_is_a_row_exactly_once(lists: list[list[int] | None]) -> None:
    document = {"outer": [{"inner": each} for each in lists]}
    found = nested_rows(document, "/outer/*/inner", "array")
    assert found.rows == [entry for each in lists for entry in each or ()]
    assert list(found.lines) == [place for place, each in enumerate(lists, 1) for _ in each or ()]
    assert found.parents == len(lists)
    assert is_within("/outer/*/inner")
    assert not is_within("/outer/inner*")
