"""Answers are read whole, exactly, and without holding the window up."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from designer.panels import json_text
from designer.panels.json_text import Digits, JsonReader, plain, read_json

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.sampled_from([None, 2]))
def test_what_is_read_is_what_any_json_reader_reads(value: Any, indent: int | None) -> None:
    found = read_json(json.dumps(value, indent=indent))
    assert not found.problem
    assert plain(found.value) == value


def test_no_digit_of_a_number_is_lost() -> None:
    found = read_json('{"a": 1.10, "b": 12345678901234567890123, "c": [1e400]}')
    assert found.value == {"a": "1.10", "b": 12345678901234567890123, "c": ["1e400"]}
    assert isinstance(found.value["a"], Digits)


def test_an_integer_of_thousands_of_digits_is_kept_as_it_is_written() -> None:
    found = read_json(f'{{"a": [1, {"9" * 5000}]}}')
    assert found.value == {"a": [1, "9" * 5000]}


@given(st.lists(JSON, min_size=1, max_size=30), st.sampled_from([None, 2]), st.integers(1, 40))
def test_long_lists_are_read_piece_by_piece_and_the_same(value: Any, indent: int | None, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_text, "_PIECE", size)
        found = read_json(json.dumps({"data": value}, indent=indent))
    assert plain(found.value) == {"data": value}


@pytest.mark.parametrize("broken", ['{"a": 1}, {"a": }', '{"a": 1} {"a": 2}', '{"a": "1}, {"a": 2}'])
def test_a_break_within_a_long_list_is_found_where_it_is(broken: str) -> None:
    rows = ", ".join(['{"a": "x"}'] * 50_000)
    text = f'{{"data": [{rows}, {broken}]}}'
    with pytest.raises(json.JSONDecodeError) as error:
        json.loads(text)
    assert f"column {error.value.colno}" in read_json(text).problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": 1', "line 1, column 8"),
        ('{"a"\n: }', "line 2, column 3"),
        ("[1,]", "line 1, column 4"),
        ("<html></html>", "line 1, column 1"),
        ("{} x", "line 1, column 4"),
        ('{"a" 1}', "line 1, column 6"),
        ("{1: 2}", "line 1, column 2"),
        ("", "line 1, column 1"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_broken_json_says_where_it_breaks(text: str, problem: str) -> None:
    assert problem in read_json(text).problem


def test_lists_of_objects_are_found_with_their_pointers_and_members() -> None:
    text = '{"x": [{"a": 1, "b": 2}], "y": {"z/w": [{"c": 1}, {"c": 2}], "n": [1, 2]}, "e": []}'
    found = [(each.pointer, each.rows, each.columns) for each in read_json(text).lists]
    assert found == [("/x", 1, ("a", "b")), ("/y/z~1w", 2, ("c",))]
    assert [each.pointer for each in read_json('[{"a": 1}]').lists] == ["/"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('[{"page": 1}, [{"a": 1}, {"a": 2}]]', ("/1", 2, ("a",))),
        ('{"regions": {"13": {"sky": "sun"}, "59": {"sky": "rain"}}}', ("/regions", 2, ("key", "sky"))),
        ('{"at": 1, "hourly": {"time": ["a", "b"], "temp": [1, 2]}}', ("/hourly", 2, ("time", "temp"))),
    ],
)
def test_other_rows_than_lists_of_objects_are_found(text: str, found: tuple[str, int, tuple[str, ...]]) -> None:
    assert [(each.pointer, each.rows, each.columns) for each in read_json(text).lists] == [found]


@pytest.mark.parametrize(
    "text", ['{"home": {"name": "A"}, "away": {"name": "B"}}', "{}", '{"a": [], "b": []}', "[1, 2]"]
)
def test_what_is_no_rows_is_not_offered_as_such(text: str) -> None:
    assert read_json(text).lists == ()


def test_other_threads_go_on_while_five_megabytes_are_read() -> None:
    row = {"region": "13", "tempC": 19, "sky": "rain", "text": "x" * 40}
    text = json.dumps({"data": [row] * 50_000})
    assert len(text) > 4_000_000
    reading = threading.Thread(target=lambda: [read_json(text) for _ in range(4)])
    began = time.perf_counter()
    longest, last = 0.0, began
    reading.start()
    while reading.is_alive():
        reading.join(0.001)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    assert longest < (last - began) / 3  # a share of the whole: a busy computer makes both longer


def test_a_text_that_has_been_read_ahead_is_there_at_once(qtbot: QtBot) -> None:
    reader, told = JsonReader(parent := QObject()), list[Any]()
    reader.done.connect(lambda: told.append(reader.found.value))
    reader.read_ahead("[1]")
    ahead = reader._ahead
    qtbot.waitUntil(lambda: ahead is not None and ahead.is_over)
    assert not told
    reader.read("[1]")
    assert told == [[1]]
    parent.deleteLater()


def test_another_text_than_that_read_ahead_is_read_itself(qtbot: QtBot) -> None:
    reader, told = JsonReader(parent := QObject()), list[Any]()
    reader.done.connect(lambda: told.append(reader.found.value))
    reader.read_ahead("[1]")
    reader.read("[2]")
    qtbot.waitUntil(lambda: bool(told))
    assert told == [[2]]
    parent.deleteLater()
