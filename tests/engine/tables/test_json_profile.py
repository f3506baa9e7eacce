"""What the rows of an answer are like: counted, in their order, and taken together."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import DataError
from engine.tables.json_profile import Profile, Property, profile_of, together
from engine.tables.json_shapes import Mode
from engine.tables.json_text import read_json

ROWS = [{"a": 1, "b": None, "c": {"x": True}}, {"a": "1", "d": [1]}, {"a": 1.5, "c": {"x": None}}]


def test_kinds_and_empty_values_are_counted_by_property() -> None:
    found = profile_of({"data": ROWS}, ["a", "/c/x"], mode="array", pointer="/data")
    assert found == Profile(
        3,
        {
            "a": Property(frozenset({"number", "text"}), 0),
            "b": Property(frozenset(), 3),
            "c": Property(frozenset({"object"}), 1),
            "d": Property(frozenset({"list"}), 2),
            "/c/x": Property(frozenset({"boolean"}), 2),
        },
    )
    assert list(found.properties) == ["a", "b", "c", "d", "/c/x"]
    assert found.is_absent("b")
    assert found.is_absent("nothing")
    assert found.emptiness("c") == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("mode", "document", "rows", "names"),
    [
        ("flatten", {"a": 1, "b": {"c": "x"}}, 1, ["/a", "/b/c"]),
        ("keyed", {"13": {"sky": "blue"}, "75": {"sky": "grey"}}, 2, ["sky"]),
        ("parallel", {"time": [1, 2], "t": [3, 4]}, 2, ["time", "t"]),
        ("header", [["id", "n"], [1, 2], [3, 4]], 2, ["id", "n"]),
        ("array", ["a", "b"], 2, []),
        ("array", [[1, 2]], 1, ["/0"]),
    ],
)
def test_every_way_to_rows_has_a_profile(mode: Mode, document: Any, rows: int, names: list[str]) -> None:
    found = profile_of(document, ["/0"] if names == ["/0"] else names, mode=mode, pointer="/")
    assert (found.rows, list(found.properties)) == (rows, names)


def test_an_answer_without_rows_has_none() -> None:
    with pytest.raises(DataError):
        profile_of({"data": 1}, [], mode="array", pointer="/data")


def test_several_answers_are_taken_as_one() -> None:
    parts = [profile_of(part, [], mode="array", pointer="/") for part in (ROWS[:1], ROWS[1:], [])]
    assert together(parts) == profile_of(ROWS, [], mode="array", pointer="/")


def test_numbers_written_with_all_digits_are_numbers() -> None:
    value = read_json('[{"n": 1.10}, {"n": 12345678901234567890}]').value
    assert profile_of(value, [], mode="array", pointer="/").properties["n"] == Property(frozenset({"number"}), 0)
