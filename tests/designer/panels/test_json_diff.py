"""Two answers are told apart place by place."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.panels.json_diff import differences
from designer.panels.json_text import read_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "1"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc/"), inner, max_size=3),
    max_leaves=12,
)


def told(before: Any, after: Any) -> list[tuple[str, str, Any, Any]]:
    """Return pointer, kind, before and after of each difference."""
    found = (each for each in differences(before, after) if each is not None)
    return [(each.pointer, each.kind, each.before, each.after) for each in found]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            {"a": 1, "b": {"c": 2}},
            {"a": 1, "b": {"c": 3}, "d": 4},
            [("/b/c", "changed", 2, 3), ("/d", "added", None, 4)],
        ),
        ({"a": 1, "x/y": []}, {"a": 1}, [("/x~1y", "removed", [], None)]),
        ([1, 2, 3], [1, 9, 2, 3], [("/1", "added", None, 9)]),
        ([1, 2, 3], [2, 3], [("/0", "removed", 1, None)]),
        ([{"a": 1}, {"a": 2}], [{"a": 1}, {"a": 3}], [("/1/a", "changed", 2, 3)]),
        ([1], [True], [("/0", "changed", 1, True)]),
        ({"a": {}}, {"a": []}, [("/a", "changed", {}, [])]),
        (1, 2, [("/", "changed", 1, 2)]),
        ({"a": None}, {"a": None}, []),
    ],
)
def test_each_place_that_differs_is_told_once(before: Any, after: Any, expected: list[Any]) -> None:
    assert told(before, after) == expected


def test_a_number_and_the_same_digits_in_quotes_differ() -> None:
    before, after = read_json('[1.50, "x"]').value, read_json('["1.50", "x"]').value
    assert [each[:2] for each in told(before, after)] == [("/0", "changed")]


@given(before=JSON, after=JSON)
def test_nothing_differs_exactly_when_the_texts_are_the_same(before: Any, after: Any) -> None:
    are_same = json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True)
    assert (told(before, after) == []) == are_same
    assert told(before, before) == []


def test_five_megabytes_are_compared_in_small_steps() -> None:
    def answer(changed: int) -> Any:
        rows = [{"id": i, "name": f"Name {i}", "n": i if i % 100 else changed + i, "t": ["a"]} for i in range(60_000)]
        return {"rows": rows}

    before, after = answer(1), answer(2)
    steps, count, start = [], 0, time.thread_time()
    for each in differences(before, after):
        count += each is not None
        steps.append(time.thread_time() - start)
        start = time.thread_time()
    assert count == 600
    assert sorted(steps)[-2] < 0.2
