"""Rules as text of the expression language, and what is wrong with them (ACS: Query, Segmentation).

A rule answers yes or no for every row, also for a row without a value: “is not”, “is none of”, “does not contain”,
“is not like” and EXCEPT say the opposite of what they deny, so that a row whose field is empty is kept by them. An
expression that a person writes keeps the language's own rule: a comparison with nothing is never true.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import CampaignFlowError, Code, Finding, Level, SettingsError
from engine.expressions import ExpressionContext, type_of
from engine.expressions.compile import UNKNOWN_COLUMN, UNKNOWN_VARIABLE
from engine.schema import ColumnType, TableSchema
from engine.settings.contexts import NO_CONTEXT
from engine.settings.rule_model import (
    ABOUT_DATES,
    NEGATIVES,
    OPERATOR_WORDS,
    WITHOUT_VALUE,
    Rule,
    RuleGroup,
    fits,
)
from engine.settings.rule_values import BAD_VALUE, day_count, literal, literals, text_expression
from engine.settings.written import field_text, is_path, without_place
from engine.text import Text

__all__ = ["Rule", "RuleGroup", "check_rules", "condition_text", "reads_day"]

NO_FIELD = Code("EXP-RULE-FIELD", "A rule does not say which field it is about.")
UNFIT_OPERATOR = Code("EXP-RULE-OPERATOR", "A rule compares a field in a way that its type does not allow.")

_COMPARISONS = {"equals": "=", "greater": ">", "at-least": ">=", "less": "<", "at-most": "<="}
_CALLS = {"contains": "Contains", "starts-with": "StartsWith", "ends-with": "EndsWith"}
_TODAY = "DateOnly(GetDate())"
_SINCE_MONDAY = f"Mod(WeekDay({_TODAY}) + 6, 7)"


def condition_text(group: RuleGroup, schema: TableSchema | None = None) -> str:
    """Return the condition of a group in the expression language; empty for one that keeps every row.

    With the schema of the rows, values are written as their column's type (`21`, `'01'`). Raises SettingsError with
    the part of the rule concerned (`rules.0.value`) as its field.
    """
    return _group_text(group, schema, "")


def reads_day(group: RuleGroup) -> bool:
    """Return whether a group keeps other rows tomorrow: one of its rules is about today."""
    return any(reads_day(each) if isinstance(each, RuleGroup) else each.operator in ABOUT_DATES for each in group.rules)


def check_rules(
    group: RuleGroup, schema: TableSchema, context: ExpressionContext, *, field: str = "filter"
) -> Iterator[Finding]:
    """Yield what is wrong with rules over rows of `schema`, each at the part to mend (`filter.rules.0.value`)."""
    for place, each in enumerate(group.rules):
        at = f"{field}.rules.{place}"
        if isinstance(each, RuleGroup):
            yield from check_rules(each, schema, context, field=at)
            continue
        try:
            if each.field.strip() and not is_path(each.field) and schema.column(each.field.strip()) is None:
                type_of(each.field, schema, context, field=f"{at}.field")
            text = _rule_text(each, schema, at)
            type_of(text, schema, context, field=at)
        except CampaignFlowError as error:
            yield _at_part(error, at)


def _at_part(error: CampaignFlowError, at: str) -> Finding:
    """Return the finding of a rule at `at`, at the part to mend, without a place in a text that nobody typed."""
    finding = error.finding
    if finding.field != at:
        return finding
    parts = {UNKNOWN_COLUMN.id: "field", UNKNOWN_VARIABLE.id: "value"}
    part = parts.get(finding.code.id, "field" if finding.code.id != UNFIT_OPERATOR.id else "operator")
    return Finding(Level.ERROR, finding.code, without_place(finding.text), field=f"{at}.{part}", hint=finding.hint)


def _group_text(group: RuleGroup, schema: TableSchema | None, at: str) -> str:
    texts = [_entry_text(each, schema, f"{at}rules.{place}") for place, each in enumerate(group.rules)]
    if group.match == "except" and texts:
        first, others = texts[0], texts[1:]
        return " AND ".join([*([f"({first})"] if first else []), *(_denied(each) for each in others if each)])
    return f" {group.match.upper()} ".join(f"({each})" for each in texts if each)


def _entry_text(entry: Rule | RuleGroup, schema: TableSchema | None, at: str) -> str:
    return _group_text(entry, schema, f"{at}.") if isinstance(entry, RuleGroup) else _rule_text(entry, schema, at)


def _denied(text: str) -> str:
    return f"NOT (({text}) IS TRUE)"


def _rule_text(rule: Rule, schema: TableSchema | None, at: str) -> str:
    if not rule.field.strip():
        hint = Text("Choose the field, or remove the rule.")
        raise SettingsError(NO_FIELD, Text("A rule needs a field."), hint=hint, field=f"{at}.field")
    name = field_text(rule.field, schema)
    type = _type(rule.field, name, schema)
    _refuse_unfit(rule, type, at)
    positive = NEGATIVES.get(rule.operator, rule.operator)
    if positive in WITHOUT_VALUE:
        text = _without_value(positive, name, type)
    elif positive in ABOUT_DATES:
        text = _about_days(positive, name, day_count(rule.value, f"{at}.value"))
    else:
        text = _compared(positive, name, type, rule, f"{at}.value")
    return _denied(text) if rule.operator in NEGATIVES else text


def _type(path: str, name: str, schema: TableSchema | None) -> ColumnType | None:
    """Return the type of a rule's field, None where nobody knows it (yet)."""
    if schema is None:
        return None
    column = schema.column(path.strip().lstrip("@"))
    if column is not None or is_path(path):
        return column.type if column is not None else None
    try:
        return type_of(name, schema, NO_CONTEXT)
    except SettingsError:
        return None


def _refuse_unfit(rule: Rule, type: ColumnType | None, at: str) -> None:
    if type is None or fits(rule.operator, type):
        return
    raise SettingsError(
        UNFIT_OPERATOR,
        Text(
            "“{field}” is of the type {type}: “{operator}” says nothing about it.",
            field=rule.field,
            type=str(type),
            operator=OPERATOR_WORDS[rule.operator],
        ),
        hint=Text("Choose another operator, or convert the field: ToDate(…), ToInteger(…), ToString(…)."),
        field=f"{at}.operator",
    )


def _compared(operator: str, name: str, type: ColumnType | None, rule: Rule, at: str) -> str:
    if operator == "between":
        low, high = literals(rule.value, type, at, exactly=2)
        left = _by_day(name, type, low, high)
        return f"{left} >= {low} AND {left} <= {high}"
    if operator == "in":
        values = literals(rule.value, type, at)
        return f"{_by_day(name, type, *values)} IN ({', '.join(values)})"
    if operator == "like":
        if not isinstance(rule.value, str) or "{{" in rule.value:
            text = Text("A pattern is a fixed text in which % stands for any characters and _ for one.")
            raise SettingsError(BAD_VALUE, text, field=at)
        return f"{name} LIKE {literal(rule.value, ColumnType.TEXT, at)}"
    if operator in _CALLS:
        return f"{_CALLS[operator]}({name}, {text_expression(rule.value, at)})"
    value = literal(rule.value, type, at)
    return f"{_by_day(name, type, value)} {_COMPARISONS[operator]} {value}"


def _by_day(name: str, type: ColumnType | None, *values: str) -> str:
    """Return a moment as its day where it is compared with days: “at most 7 March” means all of that day."""
    is_day = all(value.startswith("'") and len(value) == len("'2026-03-07'") for value in values)
    return f"DateOnly({name})" if type is ColumnType.DATE_TIME and is_day else name


def _without_value(operator: str, name: str, type: ColumnType | None) -> str:
    if operator in ("is-empty", "is-not-empty"):
        return _emptiness(name, type, is_empty=operator == "is-empty")
    day = f"DateOnly({name})"
    conditions = {
        "today": f"{day} = {_TODAY}",
        "yesterday": f"{day} = DaysAgo(1)",
        "tomorrow": f"{day} = AddDays({_TODAY}, 1)",
        "this-week": f"{day} >= SubDays({_TODAY}, {_SINCE_MONDAY}) AND {day} <= AddDays({_TODAY}, 6 - {_SINCE_MONDAY})",
        "this-month": f"Month({name}) = Month({_TODAY}) AND Year({name}) = Year({_TODAY})",
        "this-year": f"Year({name}) = Year({_TODAY})",
        "anniversary-today": _anniversary(name),
    }
    return conditions[operator]


def _emptiness(name: str, type: ColumnType | None, *, is_empty: bool) -> str:
    if type is ColumnType.TEXT:
        return f"IsEmptyString({name})" if is_empty else f"NOT IsEmptyString({name})"
    if type is None:
        empty = f"{name} IS NULL OR ToString({name}) = ''"
        return empty if is_empty else _denied(empty)
    return f"{name} IS NULL" if is_empty else f"{name} IS NOT NULL"


def _anniversary(name: str) -> str:
    """Return whether a date has its day today; in years without 29 February its day is the 28th."""
    same = f"Month({name}) = Month({_TODAY}) AND Day({name}) = Day({_TODAY})"
    leap = f"Month({name}) = 2 AND Day({name}) = 29"
    last = f"Month({_TODAY}) = 2 AND Day({_TODAY}) = 28 AND Month(AddDays({_TODAY}, 1)) = 3"
    return f"({same}) OR ({leap} AND {last})"


def _about_days(operator: str, name: str, count: str) -> str:
    day = f"DateOnly({name})"
    conditions = {
        "last-n-days": f"{day} >= DaysAgo({count}) AND {day} <= {_TODAY}",
        "next-n-days": f"{day} >= {_TODAY} AND {day} <= AddDays({_TODAY}, {count})",
        "older-than-n-days": f"{day} < DaysAgo({count})",
    }
    return conditions[operator]
