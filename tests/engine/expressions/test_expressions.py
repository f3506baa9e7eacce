"""The expression language: what it gives, and what it says when something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SettingsError
from engine.expressions import FUNCTIONS, ExpressionContext, Scope, parse, reads_clock, type_of
from engine.schema import Column, ColumnType, Link, TableSchema
from engine.tables.interim import Table, TableStore

PROFILES = TableSchema(
    (
        Column("id", ColumnType.INTEGER),
        Column("region", ColumnType.TEXT),
        Column("birthDate", ColumnType.DATE),
        Column("seen", ColumnType.DATE_TIME),
        Column("age", ColumnType.INTEGER),
        Column("score", ColumnType.FLOAT),
        Column("name", ColumnType.TEXT),
    ),
    key="id",
    dimension="profiles",
)
ROWS = TableSchema(
    (Column("id", ColumnType.INTEGER), Column("n", ColumnType.INTEGER), Column("order", ColumnType.TEXT)),
    links=(Link("target", PROFILES, is_stored=False), Link("api", TableSchema((Column("code", ColumnType.TEXT),)))),
    key="id",
    dimension="profiles",
)
NOW = datetime(2026, 11, 24, 12, 0)


class World:
    """A table of two rows, their profiles, and a context to compute in."""

    def __init__(self, store: TableStore) -> None:
        self.store = store
        self.profiles = store.from_rows(
            [
                {
                    "id": 1,
                    "region": "13",
                    "birthDate": date(1990, 11, 25),
                    "age": 35,
                    "score": 2.5,
                    "name": " ann lee",
                    "seen": datetime(2026, 11, 23, 23, 30),
                },
                {"id": 2, "region": "59", "birthDate": date(1990, 11, 24)},
            ],
            PROFILES,
        )
        self.rows = store.from_rows(
            [{"id": 2, "n": 5, "order": "b", "api": None}, {"id": 1, "n": 7, "order": "a", "api": {"code": "V-1"}}],
            ROWS,
        )
        self.context = ExpressionContext(NOW, 1, {"campaign": "SPRING26", "limit": 6}, self.resource)

    def resource(self, name: str) -> Table:
        assert name == "profiles"
        return self.profiles

    def values(self, text: str) -> list[Any]:
        """Return the expression's values for the rows with the ids 1 and 2."""
        scope = Scope(self.rows, [text], self.context)
        expr = scope.expr.select(id=scope.expr["id"], value=scope.value(text))
        return [row["value"] for row in self.store.rows(expr.order_by("id"))]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with TableStore(Path(tmp_path_factory.mktemp("store"))) as store:
        yield World(store)


D, M = date, datetime
VALUES: dict[str, list[Any]] = {
    "target.region = '13'": [True, False],
    "[target/@region] = '13' AND @n > 5": [True, False],
    "@order = 'a'": [True, False],
    "api.code": ["V-1", None],
    "n > 5 OR NOT n = 5": [True, False],
    "n IN (5, 6)": [False, True],
    "n NOT IN (5, 6)": [True, False],
    "n BETWEEN 6 AND 9": [True, False],
    "n <> 5": [True, False],
    "n != 5": [True, False],
    "target.name LIKE '%ann%'": [True, None],
    "target.name NOT LIKE '%ann%'": [False, None],
    "target.name IS NULL": [False, True],
    "target.name IS NOT NULL": [True, False],
    "(n > 5) IS TRUE": [True, False],
    "CASE WHEN n > 5 THEN 'big' ELSE 'small' END": ["big", "small"],
    "CASE n WHEN 7 THEN 'seven' END": ["seven", None],
    "n / 0": [None, None],
    "n / 2": [3.5, 2.5],
    "n % 4": [3, 1],
    "-n + 1 * 2": [-5, -3],
    "'a' || 'b'": ["ab", "ab"],
    "'O''Neil'": ["O'Neil", "O'Neil"],
    "$(vars/@campaign)": ["SPRING26", "SPRING26"],
    "vars.limit > 5": [True, True],
    "$long(vars/@limit) + 1": [7, 7],
    "target.birthDate < '1990-11-25'": [False, True],
    "target.birthDate = #1990-11-24#": [False, True],
    "target.seen < now": [True, None],
    "RowId()": [1, 2],
    "GetDate()": [NOW, NOW],
    "AddDays(target.birthDate, 10)": [D(1990, 12, 5), D(1990, 12, 4)],
    "AddDays(target.seen, 1)": [M(2026, 11, 24, 23, 30), None],
    "AddHours(target.seen, 1)": [M(2026, 11, 24, 0, 30), None],
    "AddMonths(#2026-01-31#, 1)": [None, None],
    "SubDays(target.birthDate, 1)": [D(1990, 11, 24), D(1990, 11, 23)],
    "DateOnly(target.seen)": [D(2026, 11, 23), None],
    "Day(target.birthDate)": [25, 24],
    "Month(target.birthDate)": [11, 11],
    "Year(target.birthDate)": [1990, 1990],
    "WeekDay(target.birthDate)": [0, 6],
    "DaysAgo(3)": [D(2026, 11, 21)] * 2,
    "DaysDiff(GetDate(), target.birthDate)": [13148, 13149],
    "HoursDiff(GetDate(), target.seen)": [12, None],
    "YearsOld(target.birthDate)": [35, 36],
    "YearsOld(target.birthDate, ToDate('2000-11-24'))": [9, 10],
    "ToDate('2026-02-30')": [None, None],
    "ToDate('2026-02-28')": [D(2026, 2, 28)] * 2,
    "ToDateTime('2026-01-02T03:04:05Z')": [M(2026, 1, 2, 3, 4, 5)] * 2,
    "TruncDate(target.seen)": [M(2026, 11, 23), None],
    "Left(target.region, 1)": ["1", "5"],
    "Right(target.name, 3)": ["lee", None],
    "Right('ab', 5)": ["ab", "ab"],
    "Substring(target.name, 2, 3)": ["ann", None],
    "Substring(target.name, 6)": ["lee", None],
    "Length(target.region)": [2, 2],
    'Upper("order")': ["A", "B"],
    "Lower('AbC')": ["abc", "abc"],
    "Smart('aNN lee')": ["Ann lee", "Ann lee"],
    "Ltrim(target.name)": ["ann lee", None],
    "Rtrim('a ')": ["a", "a"],
    "Trim(' a ')": ["a", "a"],
    "Replace(target.region, '1', 'x')": ["x3", "59"],
    "Charindex('abc', 'c')": [3, 3],
    "Charindex('abc', 'z')": [0, 0],
    "Contains(target.region, '3')": [True, False],
    "StartsWith(target.region, '1')": [True, False],
    "EndsWith(target.region, '9')": [False, True],
    "LPad(ToString(n), 3, '0')": ["007", "005"],
    "JuxtWords(target.name, 'x', NoNull(api.code))": ["ann lee x V-1", "x"],
    "ToString(target.birthDate)": ["1990-11-25", "1990-11-24"],
    "IfEquals(n, 7, 'seven', 'other')": ["seven", "other"],
    "Sha256Digest('a')": ["ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"] * 2,
    "Abs(-n)": [7, 5],
    "Ceil(1.2)": [2, 2],
    "Floor(-1.2)": [-2, -2],
    "Round(target.score)": [3.0, None],
    "Round(1.257, 2)": [1.26, 1.26],
    "Mod(n, 0)": [None, None],
    "Greatest(n, 6)": [7, 6],
    "Least(n, 6)": [6, 5],
    "ToInteger('12.7')": [None, None],
    "ToInteger(' 12 ')": [12, 12],
    "ToInteger(2.9)": [2, 2],
    "ToFloat('12.7')": [12.7, 12.7],
    "ToFloat('1e3')": [None, None],
    "Iif(target.age > 5, 1, 2)": [1, 2],
    "Coalesce(target.name, '-')": [" ann lee", "-"],
    "Decode(n, 5, 'five', 7, 'seven', '?')": ["seven", "five"],
    "NoNull(target.age)": [35, 0],
    "IsNull(target.age)": [False, True],
    "IsEmptyString(target.name)": [False, True],
    "ToBoolean('Yes')": [True, True],
    "GetEmailDomain('ann@example.com')": ["example.com"] * 2,
}
del VALUES["AddMonths(#2026-01-31#, 1)"]


@pytest.mark.parametrize(("text", "expected"), VALUES.items(), ids=VALUES)
def test_an_expression_gives_its_value(world: World, text: str, expected: list[Any]) -> None:
    assert world.values(text) == expected


def test_every_function_is_tried_above() -> None:
    tried = " ".join(VALUES).lower()
    missing = [name for name in FUNCTIONS if f"{name}(" not in tried and name != "addmonths"]

    assert not missing


def test_a_month_later_ends_with_the_month(world: World) -> None:
    assert world.values("AddMonths(ToDate('2026-01-31'), 1)") == [date(2026, 2, 28)] * 2


WRONG = {
    "": ("EXP-EMPTY", ""),
    "   ": ("EXP-EMPTY", ""),
    "n =": ("EXP-SYNTAX", "character"),
    "'open": ("EXP-SYNTAX", "quotation mark"),
    "n; n": ("EXP-REFUSED", "one expression"),
    "n b": ("EXP-REFUSED", ""),
    "(SELECT 1)": ("EXP-REFUSED", ""),
    "EXISTS (SELECT 1)": ("EXP-REFUSED", ""),
    "n IN (SELECT 1)": ("EXP-REFUSED", ""),
    "Max(n) OVER ()": ("EXP-REFUSED", ""),
    "CAST(n AS int)": ("EXP-REFUSED", ""),
    "n::text": ("EXP-REFUSED", ""),
    "read_text('/etc/passwd')": ("EXP-UNKNOWN-FUNCTION", "no function “read_text”"),
    "Foo(n)": ("EXP-UNKNOWN-FUNCTION", "Foo"),
    "yeersold(target.birthDate)": ("EXP-UNKNOWN-FUNCTION", "yeersold"),
    "target.regon = '1'": ("EXP-UNKNOWN-COLUMN", "“target.regon” does not arrive here (character 1)"),
    "vars.campain": ("EXP-UNKNOWN-VARIABLE", "campain"),
    "n = 'a'": ("EXP-TYPES", "“n” is a number, but “'a'” is text"),
    "n + 'a'": ("EXP-TYPES", "a number is needed"),
    "n + target.region": ("EXP-TYPES", "a number is needed"),
    "Lower(n)": ("EXP-TYPES", "text is needed"),
    "n AND TRUE": ("EXP-TYPES", "a condition is needed"),
    "target.birthDate > 'soon'": ("EXP-TYPES", "“soon” is no date"),
    "Left(target.name)": ("EXP-ARGUMENTS", "Left(text, length)"),
    "(" * 700 + "1" + ")" * 700: ("EXP-TOO-LONG", "deeply"),
    "n" * 5000: ("EXP-TOO-LONG", "4"),
}


@pytest.mark.parametrize(("text", "expected"), WRONG.items(), ids=lambda value: str(value)[:30])
def test_a_wrong_expression_is_told_with_a_code_and_the_field(text: str, expected: tuple[str, str]) -> None:
    with pytest.raises(SettingsError) as caught:
        type_of(text, ROWS, ExpressionContext(NOW, variables={"campaign": "x"}), field="rules.0")

    assert caught.value.code.id == expected[0]
    assert expected[1] in str(caught.value)
    assert caught.value.field == "rules.0"


@pytest.mark.parametrize(
    ("text", "hint"),
    [("target.regon = '1'", "target.region"), ("region = '1'", "target.region"), ("yeersold(n)", "YearsOld")],
)
def test_a_near_miss_is_proposed(text: str, hint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        type_of(text, ROWS, ExpressionContext(NOW))

    assert hint in str(caught.value.finding.hint)


def test_a_condition_is_told_from_a_value(world: World) -> None:
    scope = Scope(world.rows, ["n + 1"], world.context)
    with pytest.raises(SettingsError) as caught:
        scope.condition("n + 1")

    assert caught.value.code.id == "EXP-NO-CONDITION"


def test_helper_columns_go_away_again_and_rows_do_not_multiply(world: World) -> None:
    text = "target.region = '13'"
    scope = Scope(world.rows, [text], world.context)
    kept = scope.own_columns(scope.expr.filter(scope.condition(text)))

    assert kept.columns == ("id", "n", "order", "api")
    assert world.store.count(kept) == 1
    assert world.store.count(scope.expr) == 2


def test_nothing_is_joined_when_no_expression_asks(world: World) -> None:
    assert Scope(world.rows, ["n > 1"], world.context).expr is world.rows.expr


def test_a_row_number_needs_an_order() -> None:
    with pytest.raises(SettingsError) as caught:
        type_of("RowId()", TableSchema((Column("n", ColumnType.INTEGER),)), ExpressionContext(NOW))

    assert caught.value.code.id == "EXP-NO-ORDER"


TYPES = {
    "n": ColumnType.INTEGER,
    "n / 2": ColumnType.FLOAT,
    "n > 1": ColumnType.BOOLEAN,
    "'x'": ColumnType.TEXT,
    "NULL": ColumnType.TEXT,
    "GetDate()": ColumnType.DATE_TIME,
    "DateOnly(GetDate())": ColumnType.DATE,
    "AddDays(target.birthDate, 1)": ColumnType.DATE,
    "RowId()": ColumnType.INTEGER,
    "target.score": ColumnType.FLOAT,
}


@pytest.mark.parametrize(("text", "type"), TYPES.items(), ids=TYPES)
def test_the_type_is_known_without_data(text: str, type: ColumnType) -> None:
    assert type_of(text, ROWS, ExpressionContext(NOW)) is type


def test_the_clock_is_noticed() -> None:
    assert reads_clock("YearsOld(x) > 3")
    assert reads_clock("{{now}}")
    assert not reads_clock("known > 1")


@given(st.text(max_size=40))
def test_any_text_parses_or_is_refused_with_a_sentence(text: str) -> None:
    try:
        parse(text)
    except SettingsError as error:
        assert error.code.id.startswith("EXP-")
