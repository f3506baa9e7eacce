"""Entries looked at by property say the same as those looked at one after the other."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.tables.json_entries import ABSENT, Entries, value_of
from engine.tables.json_text import read_json

NAMES = ("a", "b", "c")
VALUES = st.none() | st.integers() | st.text(max_size=2) | st.lists(st.integers(), max_size=2)
OBJECTS = st.dictionaries(st.sampled_from(NAMES), VALUES)
ELEMENTS = st.lists(OBJECTS) | st.lists(OBJECTS | VALUES) | st.lists(st.fixed_dictionaries({"a": VALUES, "b": VALUES}))


@given(ELEMENTS)
def test_values_are_those_of_each_entry(elements: list[Any]) -> None:
    entries = Entries(elements)
    objects = [each for each in elements if isinstance(each, dict)]
    assert list(entries.names) == list(dict.fromkeys(name for each in objects for name in each))
    for name in (*NAMES, "value", "/a/0"):
        assert list(entries.column(name).items) == [value_of(each, name, ABSENT) for each in elements]
    for name in entries.names:
        assert list(entries.members(name)) == [each.get(name, ABSENT) for each in objects]
        assert entries.kinds(name) == {type(each.get(name, ABSENT)) for each in objects}


def test_what_was_seen_of_long_lists_is_used() -> None:
    read = read_json('{"data": [' + ", ".join(f'{{"n": {n}, "tags": [{n}]}}' for n in range(200)) + "]}")
    rows = read.value["data"]
    seen = read.together[id(rows)]
    assert read.levels == 4
    assert list(Entries(rows, seen).column("n").items) == list(range(200))
    assert list(seen.nested) == [[n] for n in range(200)]
