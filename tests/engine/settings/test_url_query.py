"""The query of a URL as a table of parameters, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.settings.url_query import parameters_of, with_parameters

BASE = "https://api.example.com/v1"


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("", []),
        ("?", [("", "")]),
        ("?a=1&b=", [("a", "1"), ("b", "")]),
        ("?a", [("a", "")]),
        ("?q=caf%C3%A9+au%20lait%26", [("q", "café au lait&")]),
        ("?t={{ now }}&r={region}&v={{vars.x}}%20y", [("t", "{{ now }}"), ("r", "{region}"), ("v", "{{vars.x}} y")]),
        ("?a=1&a=2#there?x=y", [("a", "1"), ("a", "2")]),
        ("?eq=a=b", [("eq", "a=b")]),
    ],
)
def test_a_query_reads_as_names_and_values(query: str, parameters: list[tuple[str, str]]) -> None:
    found = parameters_of(BASE + query)
    assert [(each["name"], each["value"]) for each in found] == parameters
    assert with_parameters(BASE + query, found) == BASE + query


@pytest.mark.parametrize(
    ("url", "parameters", "made"),
    [
        (BASE, [("q", "a&b=c #1")], f"{BASE}?q=a%26b%3Dc%20%231"),
        (f"{BASE}?a=%7E&b=2", [("a", "~"), ("b", "3")], f"{BASE}?a=%7E&b=3"),
        (f"{BASE}?a=1#end", [], f"{BASE}#end"),
        (f"{BASE}?a=1", [("a", "1"), ("", "")], f"{BASE}?a=1&"),
        (BASE, [("when", "{{now}} +1"), ("r", "{region}")], f"{BASE}?when={{{{now}}}}%20%2B1&r={{region}}"),
        ("", [("a", "1")], "?a=1"),
    ],
)
def test_only_what_changed_is_written_anew(url: str, parameters: list[tuple[str, str]], made: str) -> None:
    assert with_parameters(url, [{"name": name, "value": value} for name, value in parameters]) == made


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="{}"), max_size=12)


@given(st.lists(st.fixed_dictionaries({"name": words, "value": words}), max_size=5))
def test_what_is_written_reads_the_same(parameters: list[dict[str, str]]) -> None:
    assert parameters_of(with_parameters(BASE, parameters)) == parameters
