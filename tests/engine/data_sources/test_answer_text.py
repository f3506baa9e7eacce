"""The text of an answer: JSON, JSON lines and CSV come to the same kind of value."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data_sources.answer_text import read_text
from engine.errors import CampaignFlowError, DataError, SettingsError
from engine.tables.text_form import TextForm

LINES = '{"a":1}\n{"a":2.50,"b":"x"}\n'
VALUES = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5)


@pytest.mark.parametrize(
    ("text", "form", "rows"),
    [
        (LINES, TextForm(), [{"a": 1}, {"a": "2.50", "b": "x"}]),
        (f"\ufeff{LINES}\r\n\n", TextForm("ndjson"), [{"a": 1}, {"a": "2.50", "b": "x"}]),
        ('\x1e{"a":1}\n\x1e{"a":2}\n', TextForm().of_kind("application/json-seq"), [{"a": 1}, {"a": 2}]),
        ("1\n2", TextForm("ndjson"), [1, 2]),
        ("[1,2]\n[3]\n", TextForm(), [[1, 2], [3]]),
        ('a;b\n1;"x\ny"\n;é\n', TextForm("csv"), [{"a": "1", "b": "x\ny"}, {"a": None, "b": "é"}]),
        ("a,b\n1,2", TextForm().of_kind("text/csv"), [{"a": "1", "b": "2"}]),
        ("\ufeffa,b\r\n1,2\r\n", TextForm(guesses=True), [{"a": "1", "b": "2"}]),
        ("a\tb\n1\t2", TextForm("csv", "\\t"), [{"a": "1", "b": "2"}]),
        ("1,2\n3,4", TextForm("csv", has_header=False), [
            {"column_1": "1", "column_2": "2"}, {"column_1": "3", "column_2": "4"}
        ]),
        ("a,A,a,\n1,2,3,4", TextForm("csv"), [{"a": "1", "A": "2", "a_2": "3", "column_4": "4"}]),
        ("a,b\n", TextForm("csv"), []),
        ("007,1e5\n01,2\n", TextForm("csv"), [{"007": "01", "1e5": "2"}]),
    ],
)  # fmt: skip
def test_rows_come_from_every_form(text: str, form: TextForm, rows: list[Any]) -> None:
    assert read_text(text, form).value == rows


@pytest.mark.parametrize(
    ("text", "form", "code", "says"),
    [
        ('{"a":1}\n{"a":\n{"a":3}', TextForm(), "EXT-BAD-LINE", "Line 2 of the answer: no valid JSON from column"),
        ("[1\n2]", TextForm("ndjson"), "EXT-BAD-LINE", "Line 1 of the answer: no valid JSON"),
        ("1,2\n[3\n4]", TextForm("ndjson"), "EXT-BAD-LINE", "Line 1 of the answer: no valid JSON"),
        ('{"a":1}\n\n{"a":NaN}', TextForm("ndjson"), "EXT-BAD-LINE", "Line 3 of the answer: "),
        ('{\n"a":1}\n{"a":2}', TextForm(), "EXT-BAD-JSON", "extra data at line 3"),
        ('{"a":1}\n{"a":2}', TextForm("json"), "EXT-BAD-JSON", "extra data at line 2"),
        ("a,b\n1,2", TextForm(), "EXT-BAD-JSON", "expecting value at line 1"),
        ("hello", TextForm(guesses=True), "EXT-BAD-JSON", "expecting value"),
        ('{"a":[1, 2', TextForm(guesses=True), "EXT-BAD-JSON", "ends too early"),
        ("a,b\n1,2\n3\n4,5,6\n", TextForm("csv"), "DATA-RAGGED", "2 records do not have 2 values: number 2 has 1"),
        (" \n", TextForm("csv"), "EXT-JSON-EMPTY", "no text at all"),
        ("\x1e\n", TextForm("ndjson"), "EXT-JSON-EMPTY", "no text at all"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, form: TextForm, code: str, says: str) -> None:
    with pytest.raises(DataError) as caught:
        read_text(text, form, field="request.url")
    assert caught.value.code.id == code
    assert says in str(caught.value)
    assert caught.value.field == "request.url"


@pytest.mark.parametrize("delimiter", ["ab", '"', "\n", "é"])
def test_a_separator_must_separate(delimiter: str) -> None:
    with pytest.raises(SettingsError, match="cannot separate columns") as caught:
        read_text("a,b", TextForm("csv", delimiter))
    assert caught.value.field == "response.delimiter"


@given(st.lists(st.dictionaries(st.text(), VALUES, max_size=3), min_size=2, max_size=5))
def test_lines_say_what_a_list_of_them_says(rows: list[Any]) -> None:
    text = "\n".join(map(json.dumps, rows))
    assert read_text(text, TextForm()).value == read_text(json.dumps(rows), TextForm()).value


@given(st.lists(st.tuples(st.text('ab,;\n" é', min_size=1), st.text("0123", min_size=1)), min_size=1, max_size=6))
def test_records_come_back_as_they_were_written(records: list[tuple[str, str]]) -> None:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerows([("left", "right"), *records])
    found = read_text(written.getvalue(), TextForm("csv", ",")).value
    assert [(row["left"], row["right"]) for row in found] == records


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    for form in (TextForm(), TextForm("ndjson"), TextForm("csv"), TextForm(guesses=True)):
        try:
            read_text(text, form)
        except CampaignFlowError as error:
            assert str(error)
