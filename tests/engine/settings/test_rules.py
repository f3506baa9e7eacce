"""Rules: which rows they keep, what they say in the expression language, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.activity import ActivitySettings, setting
from engine.errors import SettingsError
from engine.expressions import ExpressionContext, Scope
from engine.schema import Column, ColumnType, Link, TableSchema
from engine.settings.rule_model import OPERATOR_WORDS, Rule, RuleGroup
from engine.settings.rules import check_rules, condition_text, reads_day
from engine.tables.interim import Table, TableStore

NOW = datetime(2026, 3, 5, 12, 0)
"""A Thursday."""

SCHEMA = TableSchema(
    (
        Column("id", ColumnType.INTEGER),
        Column("region", ColumnType.TEXT),
        Column("age", ColumnType.INTEGER),
        Column("score", ColumnType.FLOAT),
        Column("vip", ColumnType.BOOLEAN),
        Column("birthDate", ColumnType.DATE),
        Column("seen", ColumnType.DATE_TIME),
        Column("order", ColumnType.TEXT),
        Column("items", ColumnType.LIST, fields=(Column("title", ColumnType.TEXT),)),
    ),
    links=(Link("api", TableSchema((Column("sky", ColumnType.TEXT),))),),
    key="id",
)
PEOPLE: list[dict[str, Any]] = [
    {
        "id": 1,
        "region": "01",
        "age": 20,
        "score": 2.5,
        "vip": True,
        "birthDate": date(1990, 3, 5),
        "seen": datetime(2026, 3, 4, 23, 59),
        "order": "O'Neil",
        "items": [{"title": "Skis"}],
        "api": {"sky": "rain"},
    },
    {
        "id": 2,
        "region": "59",
        "age": 30,
        "score": 0.5,
        "vip": False,
        "birthDate": date(1992, 2, 29),
        "seen": datetime(2026, 2, 20, 8, 0),
        "order": "50% off_{{x}}",
        "items": [],
        "api": {"sky": "sun"},
    },
    {"id": 3},
    {"id": 4, "region": "", "age": 40, "seen": datetime(2026, 3, 7, 0, 0), "api": None},
]
VARIABLES = {"region": "59", "least": "25", "days": 7, "campaign": "off"}


class World:
    """The people above, and which of them a group of rules keeps."""

    def __init__(self, store: TableStore) -> None:
        columns = [path for path, _ in SCHEMA.paths() if "." not in path] + ["api"]
        self.people = store.from_rows([{name: row.get(name) for name in columns} for row in PEOPLE], SCHEMA)
        self.store = store

    def kept(self, group: RuleGroup, *, typed: bool = True, now: datetime = NOW) -> list[int]:
        """Return the ids of the people that the group keeps."""
        text = condition_text(group, SCHEMA if typed else None)
        scope = Scope(self.people, [text], ExpressionContext(now, 1, VARIABLES))
        table = Table(scope.expr.filter(scope.condition(text)).select("id").order_by("id"), SCHEMA)
        return [row["id"] for row in self.store.rows(table)]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with TableStore(tmp_path_factory.mktemp("store")) as store:
        yield World(store)


def group(*rules: Any, match: str = "and") -> RuleGroup:
    """Return a group of rules: (field, operator, value), or groups."""
    entries = [
        {"field": each[0], "operator": each[1], "value": each[2] if len(each) > 2 else ""}
        if isinstance(each, tuple)
        else each.model_dump()
        for each in rules
    ]
    return RuleGroup.model_validate({"match": match, "rules": entries})


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        (("region", "equals", "01"), [1]),
        (("@region", "equals", "01"), [1]),
        (("order", "equals", "O'Neil"), [1]),
        (("api.sky", "equals", "rain"), [1]),
        (("[api/@sky]", "equals", "rain"), [1]),
        (("age", "equals", "30"), [2]),
        (("age", "in", [20, "40"]), [1, 4]),
        (("region", "in", "59"), [2]),
        (("age", "between", [20, 30]), [1, 2]),
        (("age", "greater", 20), [2, 4]),
        (("age", "at-least", 20), [1, 2, 4]),
        (("age", "less", 20.5), [1]),
        (("score", "at-most", "0,5"), [2]),
        (("vip", "equals", "no"), [2]),
        (("vip", "equals", True), [1]),
        (("birthDate", "less", "1991-01-01"), [1]),
        (("birthDate", "between", ["1990-03-05", "1992-02-28"]), [1]),
        (("seen", "at-most", "2026-03-04"), [1, 2]),
        (("seen", "equals", "2026-03-04"), [1]),
        (("seen", "greater", "2026-03-04 23:00"), [1, 4]),
        (("seen", "greater", "2026-03-05T00:30:00+02:00"), [1, 4]),
        (("order", "contains", "ei"), [1]),
        (("order", "starts-with", "50%"), [2]),
        (("order", "ends-with", "Neil"), [1]),
        (("order", "like", "%off%"), [2]),
        (("YearsOld(@birthDate)", "at-least", "35"), [1]),
        (("Length(@order)", "equals", "6"), [1]),
        (("region", "equals", "{{vars.region}}"), [2]),
        (("age", "at-least", "{{vars.least}}"), [2, 4]),
        (("order", "contains", "% {{vars.campaign}}_"), [2]),
        (("order", "starts-with", "{{age}}"), []),
    ],
)
def test_a_rule_keeps_the_rows_that_people_mean(world: World, rule: tuple[Any, ...], kept: list[int]) -> None:
    assert world.kept(group(rule)) == kept


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        (("seen", "yesterday"), [1]),
        (("seen", "today"), []),
        (("seen", "tomorrow"), []),
        (("seen", "this-week"), [1, 4]),
        (("seen", "this-month"), [1, 4]),
        (("seen", "this-year"), [1, 2, 4]),
        (("seen", "last-n-days", "13"), [1, 2]),
        (("seen", "last-n-days", 12), [1]),
        (("seen", "last-n-days", "{{vars.days}}"), [1]),
        (("seen", "next-n-days", 2), [4]),
        (("seen", "next-n-days", 1), []),
        (("seen", "older-than-n-days", 12), [2]),
        (("birthDate", "anniversary-today"), [1]),
    ],
)
def test_dates_are_compared_with_the_day_of_the_run(world: World, rule: tuple[Any, ...], kept: list[int]) -> None:
    assert world.kept(group(rule)) == kept
    assert reads_day(group(group(rule)))


def test_who_is_born_on_29_february_has_a_birthday_every_year(world: World) -> None:
    birthday = group(("birthDate", "anniversary-today"))
    assert world.kept(birthday, now=datetime(2027, 2, 28)) == [2]
    assert world.kept(birthday, now=datetime(2028, 2, 28)) == []
    assert world.kept(birthday, now=datetime(2028, 2, 29)) == [2]


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        (("region", "not-equals", "01"), [2, 3, 4]),
        (("region", "not-in", ["01", "59"]), [3, 4]),
        (("age", "not-equals", 20), [2, 3, 4]),
        (("order", "not-contains", "off"), [1, 3, 4]),
        (("order", "not-like", "O%"), [2, 3, 4]),
        (("region", "is-empty"), [3, 4]),
        (("region", "is-not-empty"), [1, 2]),
        (("age", "is-empty"), [3]),
        (("age", "is-not-empty"), [1, 2, 4]),
        (("items", "is-empty"), [3, 4]),
        (("Upper(@region)", "is-empty"), [3, 4]),
    ],
)
def test_a_row_without_a_value_is_kept_by_whatever_denies(world: World, rule: tuple[Any, ...], kept: list[int]) -> None:
    assert world.kept(group(rule)) == kept


def test_groups_combine_and_stand_within_groups(world: World) -> None:
    young, north = ("age", "less", 35), ("region", "equals", "59")
    assert world.kept(group(young, north)) == [2]
    assert world.kept(group(young, ("id", "equals", 4), match="or")) == [1, 2, 4]
    assert world.kept(group(group(young, ("id", "equals", 3), match="or"), ("id", "at-least", 2))) == [2, 3]


def test_except_keeps_the_first_and_none_of_the_others(world: World) -> None:
    others = [("age", "equals", 20), ("region", "equals", "59")]
    assert world.kept(group(("id", "at-least", 1), *others, match="except")) == [3, 4]
    assert world.kept(group(group(), *others, match="except")) == [3, 4]
    assert world.kept(group(("age", "less", 35), match="except")) == [1, 2]


def test_a_group_without_rules_is_no_condition() -> None:
    assert condition_text(RuleGroup()) == ""
    assert condition_text(group(group(), group(group()))) == ""


def test_values_keep_the_type_they_were_written_in_when_the_columns_are_not_known(world: World) -> None:
    assert world.kept(group(("age", "equals", 20), ("region", "equals", "01")), typed=False) == [1]
    assert world.kept(group(("region", "is-empty")), typed=False) == [3, 4]
    assert world.kept(group(("vip", "equals", True)), typed=False) == [1]


@given(st.text(max_size=20))
def test_no_value_can_leave_its_quotation_marks(text: str) -> None:
    value = text.replace("{{", "")
    if value:
        written = condition_text(group(("region", "equals", value)), SCHEMA)
        assert written == f"([region] = '{value.replace(chr(39), chr(39) * 2)}')"


@pytest.mark.parametrize(
    ("rule", "field", "code"),
    [
        (("", "equals", 1), "filter.rules.0.field", "EXP-RULE-FIELD"),
        (("regio", "equals", "01"), "filter.rules.0.field", "EXP-UNKNOWN-COLUMN"),
        (("age", "contains", "1"), "filter.rules.0.operator", "EXP-RULE-OPERATOR"),
        (("region", "today"), "filter.rules.0.operator", "EXP-RULE-OPERATOR"),
        (("vip", "greater", True), "filter.rules.0.operator", "EXP-RULE-OPERATOR"),
        (("items", "equals", "x"), "filter.rules.0.operator", "EXP-RULE-OPERATOR"),
        (("age", "equals", "2x"), "filter.rules.0.value", "EXP-RULE-VALUE"),
        (("age", "equals", ""), "filter.rules.0.value", "EXP-RULE-VALUE"),
        (("age", "equals", {"a": 1}), "filter.rules.0.value", "EXP-RULE-VALUE"),
        (("age", "in", []), "filter.rules.0.value", "EXP-RULE-VALUE"),
        (("age", "between", [1]), "filter.rules.0.value", "EXP-RULE-VALUE"),
        (("age", "equals", "a {{vars.least}}"), "filter.rules.0.value", "EXP-RULE-VALUE"),
        (("seen", "less", "soon"), "filter.rules.0.value", "EXP-RULE-VALUE"),
        (("seen", "last-n-days", "many"), "filter.rules.0.value", "EXP-RULE-VALUE"),
        (("region", "equals", "{{vars.regio}}"), "filter.rules.0.value", "EXP-UNKNOWN-VARIABLE"),
        (("order", "like", "{{vars.region}}%"), "filter.rules.0.value", "EXP-RULE-VALUE"),
        (("Uper(@region)", "equals", "A"), "filter.rules.0.field", "EXP-UNKNOWN-FUNCTION"),
        (("age >", "equals", "1"), "filter.rules.0.field", "EXP-SYNTAX"),
    ],
)
def test_what_is_wrong_is_told_at_the_part_of_the_rule(rule: tuple[Any, ...], field: str, code: str) -> None:
    context = ExpressionContext(NOW, 1, VARIABLES)
    found = list(check_rules(group(rule), SCHEMA, context))
    assert [(each.field, each.code.id) for each in found] == [(field, code)]
    assert "=" not in str(found[0].text)


def test_a_place_is_told_in_what_was_typed_and_in_nothing_else() -> None:
    context = ExpressionContext(NOW, 1, VARIABLES)
    typed, made = (
        next(iter(check_rules(group((field, "equals", "A")), SCHEMA, context))) for field in ("Uper(@region)", "regio")
    )
    assert str(typed.text) == "There is no function “Uper” (character 1)"
    assert str(made.text) == "The column “regio” does not arrive here."


def test_a_near_miss_is_named_and_sound_rules_say_nothing() -> None:
    context = ExpressionContext(NOW, 1, VARIABLES)
    wrong = group(("id", "equals", 1), group(("regio", "equals", "01")))
    (finding,) = check_rules(wrong, SCHEMA, context, field="segments.1.filter")
    assert finding.field == "segments.1.filter.rules.1.rules.0.field"
    assert str(finding.hint) == "Did you mean “region”?"
    assert not list(check_rules(group(("region", "equals", "01")), SCHEMA, context))


def test_a_run_refuses_a_rule_with_the_place_of_its_part() -> None:
    with pytest.raises(SettingsError) as caught:
        condition_text(group(("id", "equals", 1), group(("age", "equals", "x"))), SCHEMA)
    assert caught.value.field == "rules.1.rules.0.value"


class Settings(ActivitySettings):
    filter: RuleGroup = setting(RuleGroup(), label="Filter")


def test_a_rule_with_a_mistake_is_refused_and_never_read_as_a_group_that_keeps_all() -> None:
    with pytest.raises(ValueError, match="operator"):
        Settings.model_validate({"filter": {"rules": [{"field": "age", "operator": "eats"}]}})


def test_the_json_schema_knows_rules_from_groups() -> None:
    schema = Settings.model_json_schema()
    sound = {"filter": group(("age", "in", [1]), group(("age", "equals", 1))).model_dump(mode="json")}
    jsonschema.validate(sound, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"filter": {"rules": [{"field": "age", "operator": "eats"}]}}, schema)


def test_every_operator_has_words() -> None:
    field = Rule.model_json_schema()["properties"]["operator"]
    assert set(field["enum"]) == set(OPERATOR_WORDS)
