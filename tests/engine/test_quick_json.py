"""The quick JSON library says the same as the standard one, or refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import quick_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_it_reads_and_writes_what_the_standard_library_does(value: Any) -> None:
    assert quick_json.loads(json.dumps(value)) == value
    assert json.loads(quick_json.dumps(value)) == value
    assert json.loads(quick_json.dumps(value, indent=2)) == value


def test_fractions_are_what_the_caller_makes_of_them() -> None:
    assert quick_json.loads("[1.50, 1e400, 2]", str) == ["1.50", "1e400", 2]


@pytest.mark.parametrize("text", ["[NaN]", '"\\ud800"', '"\ud800"', "[1,]", "", "9" * 5000, b"\xff"])
def test_what_it_refuses_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        quick_json.loads(text)


def test_halves_of_characters_are_not_written() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        quick_json.dumps({"text": "\ud800"})
