"""Answers in the shapes of well-known services, with invented values: what a person would take, and what comes out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.errors import DataError
from engine.schema import ColumnType
from engine.tables.json_columns import propose_columns
from engine.tables.json_rows import JsonColumn, JsonRows, read_rows
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


def test_there_are_shapes_of_more_than_sixty_services() -> None:
    assert len(SHAPES) > 60
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
