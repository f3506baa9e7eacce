"""JSON is read at full speed, and nothing that is odd about it is passed over."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.errors import DataError
from engine.tables.json_text import Digits, _read_closely, read_json, too_deep

NAMES = st.sampled_from(["a", "b", 'q"', "c:", "\\", ':":', "é", ""])
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text() | NAMES
JSON = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(st.tuples(NAMES, inner), max_size=4).map(lambda pairs: ("object", tuple(pairs)))
    ),
    max_leaves=20,
)


def written(value: Any, separators: tuple[str, str]) -> str:
    """Return JSON in which an object may have a key twice."""
    comma, colon = separators
    if isinstance(value, tuple):
        members = (f"{json.dumps(name)}{colon}{written(each, separators)}" for name, each in value[1])
        return f"{{{comma.join(members)}}}"
    if isinstance(value, list):
        return f"[{comma.join(written(each, separators) for each in value)}]"
    return json.dumps(value)


@given(JSON, st.sampled_from([(",", ":"), (", ", ": "), (",\n", " : "), (",", "\n:")]))
@example(("object", (("a", 1), ("a", 2))), (",", ":"))
@example(("object", (("a", ':"a":'), ("a", 2))), (",", ":"))
@example(("object", (('q"', 1), ('q"', ("object", (("\\", ':":'), ("\\", 1)))))), (",", ":"))
def test_it_says_the_same_as_the_careful_way(value: Any, separators: tuple[str, str]) -> None:
    text = written(value, separators)
    quick, careful = read_json(text), _read_closely(text, "")
    assert quick == careful
    assert (quick.deep is None) == (too_deep(quick.value) is None)


def test_levels_are_counted() -> None:
    assert read_json("[" * 11 + "1" + "]" * 11).deep is not None
    assert read_json("[" * 10 + "1" + "]" * 10).deep is None
    assert read_json("1").deep is None


@pytest.mark.parametrize("text", ["[NaN]", '{"a": -Infinity}', "[1,]", "", '{"a": 1} x', "[" * 100_000])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(DataError):
        read_json(text)


def test_digits_are_kept() -> None:
    value = read_json(f"[1.10, 1e400, 12345678901234567890123, {'9' * 5000}]").value
    assert value == ["1.10", "1e400", 12345678901234567890123, "9" * 5000]
    assert [type(each) for each in value] == [Digits, Digits, int, Digits]
