"""What column rules do to lines, told value by value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from engine.errors import SettingsError
from engine.schema import Column, ColumnType, TableSchema
from engine.tables.column_effect import MOST_REJECTS, ColumnEffect, effect_of
from engine.tables.column_rule import ColumnRule
from engine.tables.column_rules import apply
from engine.tables.interim import TableStore
from engine.tables.text_values import Form

INTEGER, DATE, BOOLEAN = ColumnType.INTEGER, ColumnType.DATE, ColumnType.BOOLEAN


def effect(tmp_path: Path, rules: Sequence[ColumnRule], place: int, *lines: Sequence[str | None]) -> ColumnEffect:
    """Return what the rule at `place` does to lines of text."""
    names = [f"c{at}" for at in range(len(rules))]
    schema = TableSchema((*(Column(name, ColumnType.TEXT) for name in names), Column("lineNum", INTEGER)))
    rows = [{**dict(zip(names, line, strict=True)), "lineNum": at} for at, line in enumerate(lines, 1)]
    with TableStore(tmp_path) as store:
        return effect_of(store, store.from_rows(rows, schema), rules, place)


def test_each_value_has_a_fate(tmp_path: Path) -> None:
    rule = ColumnRule("n", INTEGER, on_error="ignore", on_empty="null")
    found = effect(tmp_path, [rule], 0, ["1"], ["+2"], ["x"], [None])
    assert [(came, value, fate) for _, came, value, fate, _ in found.lines] == [
        ("1", 1, "kept"),
        ("+2", 2, "changed"),
        ("x", None, "emptied"),
        (None, None, "empty"),
    ]
    assert found.to_json()["counts"] == {"kept": 1, "changed": 1, "emptied": 1, "empty": 1}


def test_a_misfit_says_which_rule_it_broke(tmp_path: Path) -> None:
    rules = [
        ColumnRule("a", INTEGER, on_error="reject"),
        ColumnRule("b", length=2, on_error="reject"),
        ColumnRule("c", remapping=(("x", "y"),), on_error="reject-unmapped"),
    ]
    found = effect(
        tmp_path, rules, 0, ["1", "ab", "x"], ["?", "ab", "x"], ["", "ab", "x"], ["1", "abc", "x"], ["1", "a", "z"]
    )
    assert [(line, place, came, str(reason)) for line, place, came, reason in found.rejects] == [
        (2, 0, "?", "is not of the type integer"),
        (3, 0, "", "is empty"),
        (4, 1, "abc", "is longer than 2 characters"),
        (5, 2, "z", "has no remapping"),
    ]
    assert [fate for _, _, _, fate, _ in found.lines] == ["kept", "rejected", "rejected", "kept", "kept"]
    assert found.rejected == 4


def test_a_default_takes_the_place_of_a_misfit_and_a_bad_default_empties_it(tmp_path: Path) -> None:
    for default, fate, value in (("7", "default", 7), ("seven", "emptied", None)):
        found = effect(tmp_path, [ColumnRule("n", INTEGER, on_error="default", default=default)], 0, ["x"])
        assert found.lines[0][2:4] == (value, fate)


def test_dates_are_told_as_iso_writes_them(tmp_path: Path) -> None:
    found = effect(tmp_path, [ColumnRule("d", DATE, form=Form("%d/%m/%Y"))], 0, ["7/3/2026"])
    assert found.lines[0][2] == date(2026, 3, 7).isoformat()


def test_an_ignored_column_has_lines_and_no_values(tmp_path: Path) -> None:
    rules = [ColumnRule("n", INTEGER, is_ignored=True, on_error="reject")]
    found = effect(tmp_path, rules, 0, ["x"], ["1"])
    assert [fate for _, _, _, fate, _ in found.lines] == ["ignored", "ignored"]
    assert found.rejected == 0


def test_examples_are_the_first_text_of_each_column_also_when_none_is_chosen(tmp_path: Path) -> None:
    found = effect(tmp_path, [ColumnRule("a"), ColumnRule("b")], -1, ["", None], ["x" * 400, None])
    assert found.lines == ()
    assert found.examples == ("x" * 300 + "…", None)


def test_no_more_rejects_are_told_than_anybody_reads(tmp_path: Path) -> None:
    found = effect(tmp_path, [ColumnRule("n", INTEGER, on_error="reject")], 0, *([["x"]] * (MOST_REJECTS + 5)))
    assert (len(found.rejects), found.rejected) == (MOST_REJECTS, MOST_REJECTS + 5)


def test_a_format_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        effect(tmp_path, [ColumnRule("d", DATE, form=Form("%Q"))], 0, ["1"])


def test_it_tells_what_a_run_does(tmp_path: Path) -> None:
    rules = [ColumnRule("c0", BOOLEAN, form=Form(true=("Ja",), false=("nein",)), on_error="reject")]
    lines: list[list[str | None]] = [["JA"], ["nein"], ["true"], [None]]
    found = effect(tmp_path, rules, 0, *lines)
    with TableStore(tmp_path) as store:
        schema = TableSchema((Column("c0", ColumnType.TEXT), Column("lineNum", INTEGER)))
        rows = [{"c0": line[0], "lineNum": number} for number, line in enumerate(lines, 1)]
        ruled = apply(store, store.from_rows(rows, schema), rules)
        good = store.rows(ruled.good.expr.order_by("lineNum"))
    assert {row["lineNum"]: row["c0"] for row in good} == {
        line: value for line, _, value, fate, _ in found.lines if fate != "rejected"
    }
    assert ruled.rejected == found.rejected == 1


def test_rules_with_the_words_of_the_compiler_in_them_stay_apart(tmp_path: Path) -> None:
    odd = '"t0"."«s»"'
    rule = ColumnRule("a", remapping=((odd, odd), ("b", "'"), ("c", '"')))
    found = effect(tmp_path, [rule], 0, ["b"], ["c"], ["d"])
    assert [value for _, _, value, _, _ in found.lines] == ["'", '"', "d"]
