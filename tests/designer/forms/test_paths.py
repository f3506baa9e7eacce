"""Dotted paths into plain JSON."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.forms.paths import is_under, moved, value_at, with_value, without_value

NAMES = st.sampled_from(["a", "b", "request", "headers"])
SETTINGS = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
PATHS = st.lists(NAMES | st.sampled_from(["0", "1"]), min_size=1, max_size=4).map(".".join)


@given(SETTINGS, PATHS, st.integers())
def test_what_is_written_is_read_back_and_nothing_is_changed_in_place(data: Any, path: str, value: int) -> None:
    before = repr(data)
    changed = with_value(data, path, value)
    assert repr(data) == before
    if "1" not in path.split("."):
        assert value_at(changed, path) == value


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a.0.b", 1), ("a.1.b", "none"), ("a.x", "none"), ("", {"a": [{"b": 1}]}), ("a.0.b.c", "none")],
)
def test_a_path_that_leads_nowhere_gives_the_default(path: str, expected: Any) -> None:
    assert value_at({"a": [{"b": 1}]}, path, "none") == expected


def test_an_entry_can_be_added_at_the_end_moved_and_removed() -> None:
    data = with_value({"keys": ["a"]}, "keys.1", "b")
    assert data == {"keys": ["a", "b"]}
    assert moved(data["keys"], 1, 0) == ["b", "a"]
    assert without_value(data, "keys.0") == {"keys": ["b"]}
    assert without_value(data, "nowhere.0") == data


def test_a_path_is_under_itself_and_its_parents_but_not_under_a_name_that_only_begins_alike() -> None:
    assert is_under("request.url", "request")
    assert is_under("request", "request")
    assert not is_under("requests.url", "request")
