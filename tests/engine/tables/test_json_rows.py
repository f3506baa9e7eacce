"""Which columns a sample has and which rows an answer, by the rules that are written down (ACS 1.5)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import CampaignFlowError, DataError, Level, SettingsError
from engine.schema import ColumnType
from engine.tables.interim import TableStore
from engine.tables.json_columns import propose_columns
from engine.tables.json_rows import JsonColumn, read_rows
from engine.tables.json_text import at_pointer, read_json, too_deep

CODES = [
    {"code": "FR-1", "internalId": 1, "state": "CA", "zipCode": "01000"},
    {"code": "FR-2", "internalId": 2, "state": "NY", "zipCode": "75000"},
]
GA_SAMPLE = {
    "codeData": {"codeFormat": "qr", "codes": CODES},
    "geography": "US",
    "id": 5,
    "offerDetails": {"title": "x"},
}


def proposed(sample: Any, pointer: str | None = None, *, flatten: bool = False) -> dict[str, Any]:
    return propose_columns(sample, flatten=flatten, pointer=pointer)


def ids(sample: Any, pointer: str | None = None, *, flatten: bool = False) -> list[str]:
    return [column["id"] for column in proposed(sample, pointer, flatten=flatten)["columns"]]


def refused(sample: Any, pointer: str | None = None, *, flatten: bool = False) -> CampaignFlowError:
    with pytest.raises((DataError, SettingsError)) as caught:
        proposed(sample, pointer, flatten=flatten)
    assert str(caught.value.finding.hint or "x")
    return caught.value


# --- array mode ------------------------------------------------------------------------------------------------


def test_the_sample_of_the_documentation() -> None:
    found = proposed(GA_SAMPLE)
    assert found["pointer"] == "/codeData/codes"
    assert found["columns"][0] == {
        "id": "code", "key": "code", "label": "code", "type": "text", "length": 255, "example": "FR-1"
    }  # fmt: skip
    assert [(each["id"], each["type"]) for each in found["columns"]] == [
        ("code", "text"), ("internalId", "integer"), ("state", "text"), ("zipCode", "text")
    ]  # fmt: skip
    assert found["notes"] == []


def test_the_root_can_be_the_list() -> None:
    assert proposed([{"a": 1}])["pointer"] == "/"


def test_two_lists_are_both_named() -> None:
    error = refused({"x": [{"a": 1}], "y": {"z": [{"b": 2}, {"b": 3}]}})
    assert "ambiguous: /x, /y/z" in str(error)
    assert error.details == {
        "candidates": [
            {"pointer": "/x", "rows": 1, "columns": ["a"]},
            {"pointer": "/y/z", "rows": 2, "columns": ["b"]},
        ]
    }
    assert ids({"x": [{"a": 1}], "y": {"z": [{"b": 2}]}}, "/y/z") == ["b"]


def test_nested_properties_are_skipped_and_said() -> None:
    found = proposed([{"a": 1, "tags": ["x"], "sub": {"q": 1}}])
    assert [each["id"] for each in found["columns"]] == ["a"]
    assert "tags, sub" in found["notes"][0]


def test_a_list_of_plain_values_is_an_error_with_a_way_out() -> None:
    error = refused({"tags": ["a", "b"]})
    assert "/tags" in str(error)
    assert error.details["candidates"] == [{"pointer": "/tags", "rows": 2, "columns": ["value"]}]
    assert ids({"tags": ["a", "b"]}, "/tags") == ["value"]


@pytest.mark.parametrize("sample", [{"x": []}, [], [[], []], [None], [{}], [{"a": {}, "b": []}]])
def test_a_list_that_shows_no_columns_is_an_error(sample: Any) -> None:
    refused(sample)


@pytest.mark.parametrize("sample", [{"a": 1}, {"a": {"b": {"v": 1}, "c": {"v": 2}}}, 3, "text", None, True, {}])
def test_without_a_list_flatten_is_suggested(sample: Any) -> None:
    error = refused(sample)
    assert "Flatten" in str(error.finding.hint)
    assert error.field == "response.mode"


def test_columns_are_those_of_the_first_element_and_others_are_named() -> None:
    found = proposed([{"a": None}, {"a": 1.5, "b": 2}])
    assert [(each["id"], each["type"]) for each in found["columns"]] == [("a", "float")]
    assert "b" in found["notes"][0]


@pytest.mark.parametrize(
    ("shape", "pointer", "columns"),
    [
        (
            {"type": "FeatureCollection", "features": [
                {"type": "Feature", "id": 1, "geometry": {"coordinates": [1, 2]}, "properties": {"name": "x"}}
            ]},
            "/features", ["type", "id", "name"],
        ),
        ({"@odata.context": "x", "value": [{"ID": 1}]}, "/value", ["ID"]),
        ({"_links": {"curies": [{"n": 1}]}, "_embedded": {"offers": [{"id": 1}]}}, "/_embedded/offers", ["id"]),
        (
            {"data": [{"type": "a", "id": "1", "attributes": {"title": "t"}}], "included": [{"id": 2}],
             "links": {"self": "x"}},
            "/data", ["type", "id", "title"],
        ),
        ({"data": {"shop": {"edges": [{"cursor": "c", "node": {"id": 1}}]}}}, "/data/shop/edges", ["cursor", "id"]),
        ({"data": {"shop": {"nodes": [{"id": 1}]}}}, "/data/shop/nodes", ["id"]),
        ({"resourceType": "Bundle", "entry": [{"fullUrl": "u", "resource": {"id": 1}}]}, "/entry", ["fullUrl", "id"]),
        ({"a/b": {"c~d": [{"x": 1}]}}, "/a~1b/c~0d", ["x"]),
        ({"": [{"x": 1}]}, "/", ["x"]),
        ({"rows": [{"offer": {"id": 1, "more": {}}}]}, "/rows", ["id"]),
    ],
)  # fmt: skip
def test_shapes_of_public_apis(shape: Any, pointer: str, columns: list[str]) -> None:
    found = proposed(shape)
    assert found["pointer"] == pointer
    assert [each["id"] for each in found["columns"]] == columns
    columns_read = [JsonColumn(each["id"], each["key"]) for each in found["columns"]]
    rows = read_rows(shape, columns_read, mode="array", pointer=pointer)
    assert [rows.columns[each["id"]][0] for each in found["columns"]] == [each["example"] for each in found["columns"]]


# --- flatten ---------------------------------------------------------------------------------------------------


def test_flatten_names_doubles_in_document_order() -> None:
    sample = {
        "asOf": "2026-03-02T06:00:00Z",
        "offers": [{"category": "a", "title": "b", "rank": 1}, {"category": "c", "title": "d", "rank": 2}],
    }
    found = proposed(sample, flatten=True)
    assert [(each["id"], each["key"]) for each in found["columns"]] == [
        ("asOf", "/asOf"),
        ("category", "/offers/0/category"),
        ("title", "/offers/0/title"),
        ("rank", "/offers/0/rank"),
        ("category_2", "/offers/1/category"),
        ("title_2", "/offers/1/title"),
        ("rank_2", "/offers/1/rank"),
    ]
    assert found["pointer"] == ""


def test_more_than_150_doubles_are_too_many() -> None:
    assert len(ids([{"a": 1}] * 151, flatten=True)) == 151
    assert refused([{"a": 1}] * 152, flatten=True).code.id == "EXT-DUPLICATE-NAMES"


def test_a_key_beyond_255_characters_is_an_error() -> None:
    assert len(ids({"a" * 254: 1}, flatten=True)) == 1
    assert refused({"a" * 255: 1}, flatten=True).code.id == "EXT-LONG-KEY"
    assert refused([{"a" * 256: 1}]).code.id == "EXT-LONG-KEY"


def test_more_than_10_levels_are_an_error_that_names_the_place() -> None:
    deep: Any = 1
    for _ in range(10):
        deep = {"a": deep}
    assert ids(deep, flatten=True) == ["a"]
    error = refused({"a": deep}, flatten=True)
    assert "/a/a/a/a/a/a/a/a/a/a" in str(error)


@pytest.mark.parametrize("sample", [{}, [], {"a": {}, "b": []}])
def test_flatten_needs_a_value(sample: Any) -> None:
    refused(sample, flatten=True)


def test_flatten_of_a_plain_value_is_one_column() -> None:
    assert ids(5, flatten=True) == ["column_1"]


# --- ids and types ---------------------------------------------------------------------------------------------


def test_ids_are_safe_unique_and_told() -> None:
    sample = [{"id": 1, "ID": 2, "lineNum": 3, "": 4, "2x": 5, "a b": 6, "é-ü": 7, "LINENUM": 8}]
    found = proposed(sample)
    assert [each["id"] for each in found["columns"]] == [
        "id", "ID_2", "lineNum_2", "column_4", "_2x", "a_b", "é_ü", "LINENUM_3"
    ]  # fmt: skip
    assert [each["key"] for each in found["columns"]] == [name or "/" for name in sample[0]]
    assert len(found["notes"]) == 7


@pytest.mark.parametrize(
    ("values", "type"),
    [
        ([1, None, 2], "integer"),
        ([1, 2.5], "float"),
        ([True, False], "boolean"),
        ([True, 1], "text"),
        (["1", "2"], "text"),
        (["01"], "text"),
        (["true"], "text"),
        (["2026-03-07", None], "date"),
        (["2026-03-07", ""], "text"),
        (["2026-02-30"], "text"),
        (["2026-03-07T20:00:00Z", "2026-03-07T20:00:00+01:00"], "date-time"),
        (["2026-03-07T20:00"], "date-time"),
        (["2026-03-07", "2026-03-07T20:00:00Z"], "text"),
        (["20260307"], "text"),
        (["2026"], "text"),
        ([None], "text"),
        ([2**63], "text"),
        ([2**63 - 1], "integer"),
    ],
)
def test_types_come_from_json_alone_or_whole_iso_dates(values: list[Any], type: str) -> None:
    assert proposed([{"a": value} for value in values])["columns"][0]["type"] == type


def test_a_long_text_gets_room() -> None:
    assert proposed([{"a": "x" * 300}])["columns"][0]["length"] >= 600


# --- rows ------------------------------------------------------------------------------------------------------

CODE = [JsonColumn("code", "code"), JsonColumn("state", "state"), JsonColumn("zip", "zipCode")]


def test_rows_are_texts_in_the_order_of_the_answer() -> None:
    rows = read_rows(GA_SAMPLE, CODE, mode="array", pointer="/codeData/codes")
    assert rows.columns == {"code": ["FR-1", "FR-2"], "state": ["CA", "NY"], "zip": ["01000", "75000"]}
    assert [str(note.text) for note in rows.notes] == ["The answer has properties that are not mapped: internalId."]
    assert rows.notes[0].level is Level.INFO


@pytest.mark.parametrize(
    ("answer", "said"),
    [({"other": [{"a": 1}]}, "path /codeData/codes absent"), ({"codeData": {"codes": {}}}, "is no list")],
)
def test_an_absent_list_is_an_error(answer: Any, said: str) -> None:
    with pytest.raises(DataError, match=said) as caught:
        read_rows(answer, CODE, mode="array", pointer="/codeData/codes")
    assert caught.value.code.acs == "WKF-560241"
    assert caught.value.field == "response.pointer"


def test_missing_properties_are_null_with_one_warning() -> None:
    rows = read_rows({"c": [{"code": "A"}, {"code": "B", "state": "CA"}, None]}, CODE, mode="array", pointer="/c")
    assert rows.columns["state"] == [None, "CA", None]
    warnings = [str(note.text) for note in rows.notes if note.level is Level.WARNING]
    assert warnings == ["The answer lacks columns, which stay empty: code (1), state (2), zip."]


def test_an_empty_list_is_no_rows() -> None:
    assert read_rows({"data": []}, CODE, mode="array", pointer="/data").count == 0
    assert read_rows({"data": []}, CODE, mode="array", pointer="").count == 0


@pytest.mark.parametrize("value", [{"q": 1}, [1]])
def test_an_object_in_the_place_of_a_value_is_an_error(value: Any) -> None:
    with pytest.raises(DataError) as caught:
        read_rows([{"code": value}], CODE[:1], mode="array", pointer="/")
    assert caught.value.code.acs == "WKF-560240"
    ignored = [JsonColumn("code", "code", is_ignored=True)]
    assert read_rows([{"code": value}], ignored, mode="array", pointer="/").columns == {"code": [None]}


def test_flattened_answers_are_one_row() -> None:
    columns = [JsonColumn("a", "/x/0/a"), JsonColumn("b", "/x/1/a")]
    rows = read_rows({"x": [{"a": 1}], "y": True}, columns, mode="flatten", pointer=None)
    assert rows.columns == {"a": ["1"], "b": [None]}
    assert {note.level for note in rows.notes} == {Level.WARNING, Level.INFO}


def test_no_digit_of_a_number_is_lost(tmp_path: Path) -> None:
    text = '[{"n": 12345678901234567890123, "f": 1.10, "e": 1e2, "t": 0.12345678901234567890}]'
    columns = [
        JsonColumn("n", "n"), JsonColumn("f", "f"), JsonColumn("e", "e", ColumnType.INTEGER), JsonColumn("t", "t")
    ]  # fmt: skip
    rows = read_rows(read_json(text).value, columns, mode="array", pointer="/")
    assert rows.columns == {
        "n": ["12345678901234567890123"], "f": ["1.10"], "e": ["100"], "t": ["0.12345678901234567890"]
    }  # fmt: skip
    with TableStore(tmp_path) as store:
        assert store.rows(rows.table(store))[0]["lineNum"] == 1


def test_half_characters_become_readable_ones(tmp_path: Path) -> None:
    answer = read_json(r'[{"a": "x\ud800y \ud83d\ude00"}]').value
    rows = read_rows(answer, [JsonColumn("a", "a")], mode="array", pointer="/")
    assert rows.columns["a"] == ["x�y 😀"]
    with TableStore(tmp_path) as store:
        assert store.rows(rows.table(store))[0]["a"] == "x�y 😀"


# --- text ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ('{\n  "data": [\n    {"code" "V"}\n', "EXT-BAD-JSON", "line 3, column 13"),
        ('{"data": [', "EXT-BAD-JSON", "ends too early"),
        ("<html>", "EXT-BAD-JSON", "Near “<html>”"),
        ('{"a": 1} x', "EXT-BAD-JSON", "extra data"),
        ('{"a": "NaN",\n "b": NaN}', "EXT-JSON-NAN", "Line 2 holds “NaN”"),
        ('{"a": -Infinity}', "EXT-JSON-NAN", "“-Infinity”"),
        (" \n", "EXT-JSON-EMPTY", "no text"),
        ("[" * 10_000 + "]" * 10_000, "EXT-JSON-DEPTH", "hundreds of levels"),
        ('{"a":' * 10_000 + "1" + "}" * 10_000, "EXT-JSON-DEPTH", "hundreds of levels"),
    ],
)
def test_text_that_is_no_json_says_where(text: str, code: str, said: str) -> None:
    with pytest.raises(DataError) as caught:
        read_json(text)
    assert (caught.value.code.id, caught.value.code.acs) == (code, "WKF-560241")
    assert said in str(caught.value)


def test_doubled_keys_are_told_and_the_last_one_counts() -> None:
    read = read_json('{"a": 1, "a": 2, "b": {"c": 1, "c": 1}}')
    assert read.value["a"] == 2
    assert read.doubled == ("c", "a")
    assert "“c”, “a”" in str(read.notes[0])


def test_a_number_of_thousands_of_digits_is_kept() -> None:
    digits = "9" * 6000
    assert str(read_json(f"[{digits}]").value[0]) == digits


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_json("\ufeff[1]").value == [1]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=25,
)


@given(JSON, st.booleans())
def test_whatever_comes_there_are_columns_or_a_sentence(sample: Any, flatten: bool) -> None:
    try:
        found = propose_columns(sample, flatten=flatten)
    except (DataError, SettingsError) as error:
        assert str(error.text)
        return
    names = [column["id"].lower() for column in found["columns"]]
    assert len(names) == len(set(names))
    assert "linenum" not in names
    columns = [JsonColumn(each["id"], each["key"], ColumnType(each["type"])) for each in found["columns"]]
    text = json.dumps(sample)
    rows = read_rows(read_json(text).value, columns, mode=found["mode"], pointer=found["pointer"] or None)
    assert all(len(values) == rows.count for values in rows.columns.values())


@given(JSON)
def test_pointers_find_what_they_name(value: Any) -> None:
    if isinstance(value, dict):
        for name, member in value.items():
            step = name.replace("~", "~0").replace("/", "~1")
            if step:
                assert at_pointer(value, f"/{step}") == member
    assert too_deep(value, 1000) is None
