"""Column rules: what text becomes, and what happens to text that does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import SettingsError
from engine.schema import Column, ColumnType, TableSchema
from engine.tables.column_rule import ColumnRule
from engine.tables.column_rules import Ruled, apply, good_schema, rejects_schema
from engine.tables.interim import TableStore
from engine.tables.text_values import Form

INTEGER, FLOAT, BOOLEAN = ColumnType.INTEGER, ColumnType.FLOAT, ColumnType.BOOLEAN
DATE, MOMENT = ColumnType.DATE, ColumnType.DATE_TIME


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    return TableStore(tmp_path)


def ruled(store: TableStore, rules: Sequence[ColumnRule], *lines: Sequence[str | None]) -> Ruled:
    """Return what the rules make of lines of text."""
    columns = [Column(rule.id, ColumnType.TEXT) for rule in rules]
    schema = TableSchema((*columns, Column("lineNum", INTEGER)))
    rows = [
        {**{rule.id: value for rule, value in zip(rules, line, strict=True)}, "lineNum": number}
        for number, line in enumerate(lines, start=1)
    ]
    return apply(store, store.from_rows(rows, schema), rules)


def values(store: TableStore, texts: Sequence[str | None], **rule: Any) -> list[Any]:
    """Return what one column becomes, in the order of the lines."""
    found = ruled(store, [ColumnRule("v", **rule)], *([text] for text in texts))
    return [row["v"] for row in store.rows(found.good.expr.order_by("lineNum"))]


def test_integers_are_whole_numbers_of_64_bits(store: TableStore) -> None:
    texts = ["1", " -7 ", "+5", "12.0", "9223372036854775807", "9223372036854775808", "1.5", "1e3", "12a", "٣"]
    with store:
        assert values(store, texts, type=INTEGER) == [1, -7, 5, 12, 2**63 - 1, None, None, None, None, None]


def test_numbers_that_are_not_finite_are_none(store: TableStore) -> None:
    with store:
        found = values(store, ["1", "-7.25", ".5", "1e-3", "1e999", "NaN", "inf", "-", "e5"], type=FLOAT)
    assert found == [1.0, -7.25, 0.5, 0.001, None, None, None, None, None]


def test_separators_of_other_countries_are_understood(store: TableStore) -> None:
    french, german = Form(decimal=",", thousands=" "), Form(decimal=",", thousands=".")
    with store:
        spaces = ["1 234,5", "1\N{NARROW NO-BREAK SPACE}234\N{NO-BREAK SPACE}567,25", "12,5", "1.5", "12 34"]
        assert values(store, spaces, type=FLOAT, form=french) == [1234.5, 1234567.25, 12.5, None, None]
        assert values(store, ["1.234.567", "1234", "1,5"], type=INTEGER, form=german) == [1234567, 1234, None]


def test_booleans_are_written_in_several_ways(store: TableStore) -> None:
    with store:
        assert values(store, ["true", "False", "1", "0", "YES", "no", "maybe"], type=BOOLEAN) == [
            *(True, False, True, False, True, False),
            None,
        ]


@pytest.mark.parametrize(
    ("format", "texts", "expected"),
    [
        (
            "",
            ["20:15", " 07:05:09 ", "23:59:59.5", "24:01", "7:05", "20:15Z", "noon", ""],
            ["20:15:00", "07:05:09", "23:59:59", None, None, None, None, None],
        ),
        ("%H.%M", ["9.30", "21.05", "25.00", "9:30"], ["09:30:00", "21:05:00", None, None]),
        ("%I:%M %p", ["12:30 AM", "1:05 pm", "13:05"], ["00:30:00", "13:05:00", None]),
    ],
)
def test_times_of_the_day_are_written_alike(
    store: TableStore, format: str, texts: list[str], expected: list[str | None]
) -> None:
    with store:
        assert values(store, texts, form=Form(format=format, is_time=True)) == expected


def test_what_is_no_time_is_told_replaced_or_rejected(store: TableStore) -> None:
    form = Form(is_time=True)
    with store:
        rules = [ColumnRule("t", form=form), ColumnRule("d", form=form, on_error="default", default="08:00")]
        found = ruled(store, rules, ["20:15", "later"], ["soon", "21:00"])
        assert store.rows(found.good.expr.select("t", "d").order_by("t")) == [
            {"t": "20:15:00", "d": "08:00:00"},
            {"t": None, "d": "21:00:00"},
        ]
        assert [(each.column, each.count) for each in found.warnings] == [("t", 1), ("d", 1)]
        assert "not of the type “time”" in str(found.warnings[0].reason)
        rejected = ruled(store, [ColumnRule("t", form=form, on_error="reject")], ["20:15"], ["soon"])
        (row,) = store.rows(rejected.rejects.expr)
        assert "time" in row["_reason"]


def test_a_format_of_times_says_where_the_hour_is(store: TableStore) -> None:
    with store, pytest.raises(SettingsError, match="hour"):
        values(store, ["x"], form=Form(format="%M:%S", is_time=True))


def test_only_days_that_exist_are_dates(store: TableStore) -> None:
    texts = ["2026-03-07", "2026-02-30", "0000-01-01", "2026-03-07T00:00:00Z", "2026-03-07 10:00", "07/03/2026"]
    day = date(2026, 3, 7)
    with store:
        assert values(store, texts, type=DATE) == [day, None, None, day, None, None]


@pytest.mark.parametrize(
    ("format", "text", "expected"),
    [
        ("%d/%m/%Y", "7/3/2026", date(2026, 3, 7)),
        ("%d/%m/%Y", "31/02/2026", None),
        ("%d %b %y", "31 Dec. 75", date(1975, 12, 31)),
        ("%d %B %Y", "1 march 2026", date(2026, 3, 1)),
        ("%m.%d.%Y", "03.07.2026", date(2026, 3, 7)),
        ("%d(%m)%Y", "07(03)2026", date(2026, 3, 7)),
    ],
)
def test_dates_are_read_by_their_format(store: TableStore, format: str, text: str, expected: date | None) -> None:
    with store:
        assert values(store, [text], type=DATE, form=Form(format=format)) == [expected]


def test_moments_are_kept_in_utc(store: TableStore) -> None:
    texts = [
        "2026-03-07T20:00:00Z",
        "2026-03-07T20:00:00+02:00",
        "2026-03-07 20:00",
        "2026-03-07T20:00:00.123456789-0530",
        "9999-12-31T23:00:00-05:00",
        "2026-03-07T25:00",
    ]
    with store:
        assert values(store, texts, type=MOMENT) == [
            datetime(2026, 3, 7, 20),
            datetime(2026, 3, 7, 18),
            datetime(2026, 3, 7, 20),
            datetime(2026, 3, 8, 1, 30, 0, 123456),
            None,
            None,
        ]


def test_moments_without_an_offset_are_of_the_columns_zone(store: TableStore) -> None:
    paris = Form(time_zone="Europe/Paris")
    with store:
        found = values(store, ["2026-07-07 20:00", "2026-01-07T20:00", "2026-01-07T20:00Z"], type=MOMENT, form=paris)
    assert found == [datetime(2026, 7, 7, 18), datetime(2026, 1, 7, 19), datetime(2026, 1, 7, 20)]


def test_moments_are_read_by_their_format(store: TableStore) -> None:
    form = Form(format="%d.%m.%Y %I:%M %p")
    with store:
        found = values(store, ["07.03.2026 8:05 PM", "07.03.2026 12:05 am", "x"], type=MOMENT, form=form)
    assert found == [datetime(2026, 3, 7, 20, 5), datetime(2026, 3, 7, 0, 5), None]


@pytest.mark.parametrize("format", ["%d/%m", "%q", "%", "%Y %m %d %d", "plain"])
def test_a_format_that_cannot_be_read_is_refused(store: TableStore, format: str) -> None:
    with store, pytest.raises(SettingsError):
        values(store, ["x"], type=DATE, form=Form(format=format))


def test_white_space_and_letter_case_come_before_the_remapping(store: TableStore) -> None:
    with store:
        assert values(
            store, [" M ", "f", "x"], white_space="trim", letter_case="lower", remapping=(("m", "man"), ("f", "woman"))
        ) == ["man", "woman", "x"]
        assert values(store, [" a \t b "], white_space="collapse") == ["a b"]
        assert values(store, [" a \t b "], white_space="remove") == ["ab"]
        assert values(store, ["zOË"], letter_case="smart") == ["Zoë"]
        assert values(store, [" a "]) == [" a "]


def test_a_remapped_value_is_converted(store: TableStore) -> None:
    with store:
        found = values(store, ["n/a", "7", "", None], type=INTEGER, remapping=(("n/a", "0"), ("", "-1")))
    assert found == [0, 7, -1, -1]


def test_empty_text_is_null(store: TableStore) -> None:
    with store:
        assert values(store, ["", None, "a"]) == [None, None, "a"]


def test_values_that_do_not_fit_are_ignored_and_counted(store: TableStore) -> None:
    with store:
        rules = [ColumnRule("n", INTEGER), ColumnRule("t", length=2)]
        found = ruled(store, rules, ["x", "ab"], ["1", "abc"], ["y", "abc"], ["", None])
        rows = store.rows(found.good.expr.order_by("lineNum"))

    assert [(row["n"], row["t"]) for row in rows] == [(None, "ab"), (1, None), (None, None), (None, None)]
    assert {(each.column, each.count, str(each.reason)) for each in found.warnings} == {
        ("n", 1, "“n”: 1 value is missing and stays empty."),
        ("n", 2, "“n”: 2 values are not of the type “integer” and stay empty."),
        ("t", 2, "“t”: 2 values are longer than 2 characters and stay empty."),
    }
    assert found.rejected == 0


def test_rejected_lines_keep_their_text_and_say_why(store: TableStore) -> None:
    with store:
        rules = [
            ColumnRule("n", INTEGER, on_error="reject"),
            ColumnRule("t", is_ignored=True),
            ColumnRule("d", DATE, on_error="reject", on_empty="error"),
        ]
        found = ruled(store, rules, ["1", "a", "2026-03-07"], ["x", "b", "?"], ["2", "c", ""])
        good, bad = store.materialise(found.good, "good"), store.materialise(found.rejects, "bad")

        assert store.rows(good) == [{"n": 1, "d": date(2026, 3, 7), "lineNum": 1}]
        assert sorted(store.rows(bad), key=lambda row: row["lineNum"]) == [
            {"n": "x", "t": "b", "d": "?", "lineNum": 2, "_reason": "“n” is “x”, which is not of the type integer."},
            {"n": "2", "t": "c", "d": "", "lineNum": 3, "_reason": "“d” is empty."},
        ]
    assert (good.schema, bad.schema) == (good_schema(rules), rejects_schema(rules))
    assert [column.id for column in good.schema.columns if column.is_system] == ["lineNum"]
    assert (found.rejected, found.warnings) == (2, ())


def test_a_default_value_takes_the_place_of_what_does_not_fit(store: TableStore) -> None:
    with store:
        rules = [ColumnRule("d", DATE, form=Form(format="%d/%m/%Y"), on_error="default", default="01/02/2026")]
        found = ruled(store, rules, ["7/3/2026"], ["never"])
        rows = store.rows(found.good.expr.order_by("lineNum"))

    assert [row["d"] for row in rows] == [date(2026, 3, 7), date(2026, 2, 1)]
    assert str(found.warnings[0].reason).endswith("; the default value “01/02/2026” was used instead.")


def test_a_text_without_a_remapping_is_rejected_or_replaced(store: TableStore) -> None:
    pairs = (("M", "male"), ("F", "female"))
    with store:
        found = ruled(store, [ColumnRule("g", remapping=pairs, on_error="reject-unmapped")], ["M"], ["X"], ["male"])
        assert sorted(row["g"] for row in store.rows(found.good)) == ["male", "male"]
        assert [row["_reason"] for row in store.rows(found.rejects)] == ["“g” is “X”, which has no remapping."]
        assert values(store, ["F", "X", ""], remapping=pairs, on_error="default-unmapped", default="?") == [
            *("female", "?"),
            None,
        ]


def test_an_empty_table_stays_empty(store: TableStore) -> None:
    with store:
        found = ruled(store, [ColumnRule("n", INTEGER, on_error="reject"), ColumnRule("t", length=3)])
        assert (store.rows(found.good), store.rows(found.rejects), found.warnings) == ([], [], ())


def test_columns_may_have_any_names(store: TableStore) -> None:
    with store:
        rules = [ColumnRule(each, INTEGER) for each in ("r1", 'a "b"', "line", "p0", "o'clock", "select")]
        found = ruled(store, rules, ["1", "2", "3", "4", "5", "6"])
        assert store.rows(store.materialise(found.good, "k"))[0] == {
            **{rule.id: number for number, rule in enumerate(rules, start=1)},
            "lineNum": 1,
        }


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=20), st.sampled_from(list(ColumnType)[:-1]))
def test_no_text_at_all_stops_the_rules(tmp_path_factory: pytest.TempPathFactory, texts: list[str], type: Any) -> None:
    with TableStore(tmp_path_factory.mktemp("any")) as store:
        cleaned = [text.encode("utf-8", "replace").decode() for text in texts]
        found = ruled(store, [ColumnRule("v", type, on_error="reject")], *([text] for text in cleaned))
        good, bad = store.materialise(found.good, "good"), store.materialise(found.rejects, "bad")
    assert (good.rows, bad.rows) == (len(texts) - found.rejected, found.rejected)
