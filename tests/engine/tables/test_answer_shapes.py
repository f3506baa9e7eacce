"""Answers in the shapes of well-known services, with invented values: what a person would take, and what comes out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.errors import DataError
from engine.schema import ColumnType
from engine.tables import column_rules
from engine.tables.column_rule import ColumnRule
from engine.tables.interim import TableStore
from engine.tables.json_columns import propose_columns
from engine.tables.json_rows import JsonColumn, JsonRows, read_rows
from engine.tables.json_shapes import KEY, Mode
from engine.tables.json_text import read_json

SHAPES = {path.stem: path for path in sorted((Path(__file__).parent / "shapes").glob("*.json"))}


def shape_of(name: str) -> Any:
    return read_json(SHAPES[name].read_text(encoding="utf-8")).value


CLEAR = [name for name in SHAPES if "first" in shape_of(name)]
DOUBTFUL = [name for name in SHAPES if "candidates" in shape_of(name)]


def proposed(answer: Any, pointer: str | None = None) -> dict[str, Any]:
    return propose_columns(answer, flatten=False, pointer=pointer)


def rows_of(answer: Any, found: dict[str, Any]) -> JsonRows:
    columns = [JsonColumn(each["id"], each["key"], ColumnType(each["type"])) for each in found["columns"]]
    return read_rows(answer, columns, mode=found["mode"], pointer=found["pointer"])


def test_there_are_shapes_of_more_than_two_hundred_answers() -> None:
    assert len(SHAPES) > 200
    assert sorted(CLEAR + DOUBTFUL) == sorted(SHAPES)


@pytest.mark.parametrize("name", CLEAR)
def test_what_a_person_would_take_is_taken(name: str) -> None:
    shape = shape_of(name)
    found = proposed(shape["answer"])
    assert (found["mode"], found["pointer"]) == (shape["mode"], shape["pointer"])
    assert [each["id"] for each in found["columns"]] == list(shape["first"])
    assert found["pointer"] in [each["pointer"] for each in found["candidates"]]


@pytest.mark.parametrize("name", CLEAR)
def test_the_rows_have_the_values_of_the_answer(name: str) -> None:
    shape = shape_of(name)
    rows = rows_of(shape["answer"], proposed(shape["answer"]))
    assert {id: values[0] for id, values in rows.columns.items()} == shape["first"]
    assert all(len(values) == rows.count for values in rows.columns.values())


@pytest.mark.parametrize("name", CLEAR)
def test_the_pointer_that_was_found_finds_the_same_again(name: str) -> None:
    answer = shape_of(name)["answer"]
    found = proposed(answer)
    again = proposed(answer, found["pointer"])
    assert (again["mode"], again["columns"]) == (found["mode"], found["columns"])
    settled = propose_columns(answer, flatten=False, pointer=found["pointer"], mode=found["mode"])
    assert settled["columns"] == found["columns"]


@pytest.mark.parametrize("name", DOUBTFUL)
def test_where_a_person_would_hesitate_the_candidates_are_named(name: str) -> None:
    shape = shape_of(name)
    with pytest.raises(DataError) as caught:
        proposed(shape["answer"])
    details: Any = caught.value.details
    candidates = details["candidates"]
    assert [each["pointer"] for each in candidates][: len(shape["candidates"])] == shape["candidates"]
    for each in candidates:
        found = proposed(shape["answer"], each["pointer"])
        assert rows_of(shape["answer"], found).count == each["rows"]


@pytest.mark.parametrize("name", CLEAR)
def test_samples_are_plain_json(name: str) -> None:
    text = SHAPES[name].read_text(encoding="utf-8")
    assert json.loads(text)["api"]


# --- digits and names ------------------------------------------------------------------------------------------

EXACT = """[{"id": 9007199254740993, "ID": 1, "big": 12345678901234567890123, "price": 9.90,
             "share": 0.1234567890123456789, "half": 0.5}]"""


def typed(text: str, folder: Path, types: dict[str, ColumnType] | None = None) -> tuple[dict[str, Any], list[str]]:
    """Return the first row of an answer under the columns that it proposes, or others, and the notes on it."""
    answer = read_json(text).value
    found = proposed(answer)
    for column in found["columns"]:
        column["type"] = (types or {}).get(column["id"], column["type"])
    rows = rows_of(answer, found)
    rules = [ColumnRule(each["id"], ColumnType(each["type"])) for each in found["columns"]]
    with TableStore(folder) as store:
        good = column_rules.apply(store, rows.table(store), rules).good
        return dict(store.rows(good)[0]), [str(note.text) for note in rows.notes]


def test_no_digit_is_lost_and_names_that_differ_in_case_stay_apart(tmp_path: Path) -> None:
    row, notes = typed(EXACT, tmp_path)
    assert row == {
        "id": 9007199254740993,
        "ID_2": 1,
        "big": "12345678901234567890123",
        "price": 9.9,
        "share": "0.1234567890123456789",
        "half": 0.5,
        "lineNum": 1,
    }
    assert notes == []
    assert "no digit of long numbers is lost: big, share" in " ".join(proposed(read_json(EXACT).value)["notes"])


def test_decimals_are_as_they_were_written_in_a_text_column(tmp_path: Path) -> None:
    row, _ = typed(EXACT, tmp_path, {"price": ColumnType.TEXT, "half": ColumnType.TEXT})
    assert (row["price"], row["half"]) == ("9.90", "0.5")


def test_a_column_of_numbers_that_cannot_hold_them_is_told(tmp_path: Path) -> None:
    kinds = {"share": ColumnType.FLOAT, "price": ColumnType.FLOAT, "id": ColumnType.FLOAT}
    _, notes = typed(EXACT, tmp_path, kinds)
    assert notes == ["Numbers lose digits in id, share: choose the type Text to keep them all."]


def test_values_inside_objects_are_columns_for_those_who_want_them() -> None:
    answer = [{"day": "Monday", "main": {"temp": 9, "wind": {"speed": 3}}, "tags": ["x"]}]
    found = proposed(answer)
    assert [each["id"] for each in found["columns"]] == ["day"]
    assert [(each["id"], each["key"]) for each in found["nested"]] == [
        ("temp", "/main/temp"),
        ("speed", "/main/wind/speed"),
    ]
    wider = {**found, "columns": [*found["columns"], *found["nested"]]}
    assert rows_of(answer, wider).columns == {"day": ["Monday"], "temp": ["9"], "speed": ["3"]}


def test_a_list_that_is_seen_through_is_told() -> None:
    answer = {"dates": [{"date": "2026-03-07", "games": [{"id": 1, "home": "Lions"}, {"id": 2, "home": "Bears"}]}]}
    found = proposed(answer)
    assert (found["pointer"], found["notes"]) == ("/dates/0/games", ["Of “/dates” only the first entry is read."])
    assert proposed({"games": answer["dates"][0]["games"]})["notes"] == []


def test_what_is_skipped_inside_an_opened_object_is_told_and_offered() -> None:
    node = {"id": "1", "title": "Walk", "venue": {"name": "Park", "city": "Lio"}, "tag": ["x"]}
    found = proposed({"edges": [{"cursor": "a", "node": node}]})
    assert [each["id"] for each in found["columns"]] == ["cursor", "id", "title"]
    assert [each["key"] for each in found["nested"]] == ["/node/venue/name", "/node/venue/city"]
    assert found["notes"][1:] == [
        "Skipped, because they hold objects or lists: node/venue, node/tag. The key /node/venue/… reads a value inside."
    ]


@pytest.mark.parametrize(
    ("answer", "mode", "pointer"),
    [
        ({"a": [1]}, "keyed", "/a"),
        ({"a": {"b": 1}}, "array", "/a"),
        ({"a": {"b": 1}}, "header", "/a"),
        ({"a": 1}, "parallel", "/a"),
        ({}, "keyed", "/a"),
    ],
)
def test_another_form_than_was_agreed_is_an_error(answer: Any, mode: Mode, pointer: str) -> None:
    with pytest.raises(DataError) as caught:
        read_rows(answer, [JsonColumn("b", "b")], mode=mode, pointer=pointer)
    assert (caught.value.code.id, caught.value.code.acs) == ("EXT-POINTER-ABSENT", "WKF-560241")


def test_a_member_that_is_not_there_any_more_is_missing_and_a_new_one_is_a_row() -> None:
    columns = [JsonColumn("key", KEY), JsonColumn("sky", "sky")]
    rows = read_rows({"75": {"sky": "sun"}, "99": {"wind": 3}}, columns, mode="keyed", pointer="/")
    assert rows.columns == {"key": ["75", "99"], "sky": ["sun", None]}
    assert [str(note.text) for note in rows.notes] == [
        "The answer lacks columns, which stay empty: sky (1).",
        "The answer has properties that are not mapped: wind.",
    ]


def test_shorter_lists_lack_values_and_are_told() -> None:
    columns = [JsonColumn("time", "time"), JsonColumn("temp", "temp")]
    rows = read_rows({"time": ["a", "b"], "temp": [1], "rain": [0, 1, 2]}, columns, mode="parallel", pointer="/")
    assert rows.columns == {"time": ["a", "b"], "temp": ["1", None]}
    assert [str(note.text) for note in rows.notes] == [
        "The answer lacks columns, which stay empty: temp (1).",
        "The answer has properties that are not mapped: rain.",
    ]
