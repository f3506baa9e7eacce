"""Values that are written in the plainest way are read at once, and come to the same as by the rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from engine.schema import ColumnType
from engine.tables.column_reading import read_columns
from engine.tables.column_rule import ColumnRule
from engine.tables.column_rules import apply, apply_to_rows
from engine.tables.interim import TableStore
from engine.tables.json_rows import JsonRows
from engine.tables.text_values import Form

TYPES = [each for each in ColumnType if each is not ColumnType.LIST]
VALUES: Sequence[Sequence[str | None]] = [
    ["1", "-20", "0", None],
    ["9223372036854775807", "1"],
    ["1.5", "2", "-0.25"],
    ["1e3", "2.5"],
    ["007", "1"],
    ["true", "False", None],
    ["yes", "no"],
    ["2026-03-07", "2024-02-29"],
    ["2026-02-30", "2026-03-07"],
    ["0000-01-01", "2026-03-07"],
    ["2026-03-07T20:00:00Z", "2026-03-07T20:00:00+02:00"],
    ["2026-03-07 20:00", "2026-03-07T20:00:00.123456"],
    ["2026-03-07T20:00:00Z", "soon"],
    ["", "1"],
    ["Étoile", "exactly 12!!", None],
    ["thirteen 13!!", "\N{SMILING FACE WITH SMILING EYES}" * 12],
    [None, None],
]


def outcome(store: TableStore, rows: JsonRows, rule: ColumnRule, *, at_once: bool) -> Any:
    """Return what the rule makes of the rows, the rejected ones, and the warnings."""
    read = apply_to_rows(store, rows, [rule]) if at_once else None
    ruled = read if read is not None else apply(store, rows.table(store), [rule])
    tables = [store.rows(each.expr.order_by("lineNum")) for each in (ruled.good, ruled.rejects)]
    return *tables, ruled.warnings, ruled.rejected


@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize("on_error", ["ignore", "reject"])
@pytest.mark.parametrize("on_empty", ["error-number", "null", "error"])
def test_it_comes_to_the_same(tmp_path: Path, type: ColumnType, on_error: Any, on_empty: Any) -> None:
    rule = ColumnRule("v", type, length=12, on_error=on_error, on_empty=on_empty)
    with TableStore(tmp_path) as store:
        for values in VALUES:
            rows = JsonRows({"v": values}, len(values))
            assert outcome(store, rows, rule, at_once=True) == outcome(store, rows, rule, at_once=False), values


def test_whole_columns_are_read_at_once() -> None:
    rules = [ColumnRule("a", ColumnType.INTEGER), ColumnRule("b", ColumnType.DATE_TIME), ColumnRule("c")]
    texts = {"a": pa.array(["1"]), "b": pa.array(["2026-03-07T20:00:00Z"]), "c": pa.array(["x"])}
    assert len(read_columns(pa.table(texts), rules)) == 2


@pytest.mark.parametrize(
    "rule",
    [
        ColumnRule("a", ColumnType.INTEGER, remapping=(("1", "2"),)),
        ColumnRule("a", ColumnType.INTEGER, form=Form(decimal=",")),
        ColumnRule("a", ColumnType.INTEGER, letter_case="upper"),
        ColumnRule("a", ColumnType.INTEGER, is_ignored=True),
    ],
)
def test_other_rules_look_at_each_text(rule: ColumnRule) -> None:
    assert not read_columns(pa.table({"a": ["1"]}), [rule])
