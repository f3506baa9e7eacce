"""Rules as they are saved: a field, an operator and a value, in groups within groups (ACS: Query)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Discriminator, JsonValue, Tag

from engine.activity import ActivitySettings, setting
from engine.schema import ColumnType

Operator = Literal[
    "equals",
    "not-equals",
    "greater",
    "at-least",
    "less",
    "at-most",
    "between",
    "in",
    "not-in",
    "contains",
    "not-contains",
    "starts-with",
    "ends-with",
    "like",
    "not-like",
    "is-empty",
    "is-not-empty",
    "today",
    "yesterday",
    "tomorrow",
    "this-week",
    "this-month",
    "this-year",
    "last-n-days",
    "next-n-days",
    "older-than-n-days",
    "anniversary-today",
]

OPERATOR_WORDS: Final = {
    "equals": "is",
    "not-equals": "is not",
    "greater": "is greater than",
    "at-least": "is at least",
    "less": "is less than",
    "at-most": "is at most",
    "between": "is between",
    "in": "is one of",
    "not-in": "is none of",
    "contains": "contains",
    "not-contains": "does not contain",
    "starts-with": "starts with",
    "ends-with": "ends with",
    "like": "is like",
    "not-like": "is not like",
    "is-empty": "is empty",
    "is-not-empty": "is not empty",
    "today": "is today",
    "yesterday": "was yesterday",
    "tomorrow": "is tomorrow",
    "this-week": "is in this week",
    "this-month": "is in this month",
    "this-year": "is in this year",
    "last-n-days": "is in the last days",
    "next-n-days": "is in the next days",
    "older-than-n-days": "is more days ago than",
    "anniversary-today": "has its day today",
}
"""The words of each operator, between a field and a value."""

NEGATIVES: Final = {"not-equals": "equals", "not-in": "in", "not-contains": "contains", "not-like": "like"}
"""Operators that say the opposite of another one."""

WITHOUT_VALUE: Final = frozenset(
    {
        *("is-empty", "is-not-empty", "today", "yesterday", "tomorrow"),
        *("this-week", "this-month", "this-year", "anniversary-today"),
    }
)
ABOUT_TEXT: Final = frozenset({"contains", "not-contains", "starts-with", "ends-with", "like", "not-like"})
ABOUT_DATES: Final = frozenset(
    {
        *("today", "yesterday", "tomorrow", "this-week", "this-month", "this-year"),
        *("last-n-days", "next-n-days", "older-than-n-days", "anniversary-today"),
    }
)
ABOUT_ORDER: Final = frozenset({"greater", "at-least", "less", "at-most", "between"})
SEVERAL_VALUES: Final = frozenset({"in", "not-in", "between"})


class Rule(ActivitySettings):
    """One rule: what a field must be."""

    model_config = ConfigDict(json_schema_extra={"not": {"required": ["rules"]}})

    field: str = setting(
        "", label="Field", help="A column, or an expression such as YearsOld(@birthDate).", editor="column"
    )
    operator: Operator = setting("equals", label="Operator", help="How the field is compared.", choices=OPERATOR_WORDS)
    value: JsonValue = setting(
        "",
        label="Value",
        help="What it is compared with: a value, a list of values, or a variable such as {{vars.campaign}}.",
    )


def _model_of(entry: Any) -> str:
    """Return which model an entry is of, so that a rule with a mistake is never read as a group that keeps all."""
    is_group = "rules" in entry if isinstance(entry, Mapping) else isinstance(entry, RuleGroup)
    return "RuleGroup" if is_group else "Rule"


class RuleGroup(ActivitySettings):
    """Rules and groups of rules, and how they combine. A group without rules keeps every row."""

    model_config = ConfigDict(json_schema_extra={"required": ["rules"]})

    match: Literal["and", "or", "except"] = setting(
        "and",
        label="Combine",
        help="AND: all of them. OR: at least one. EXCEPT: the first and none of the others.",
        choices={
            "and": "All (AND)",
            "or": "Any (OR)",
            "except": "EXCEPT",
        },
    )
    rules: tuple[
        Annotated[Annotated[Rule, Tag("Rule")] | Annotated[RuleGroup, Tag("RuleGroup")], Discriminator(_model_of)], ...
    ] = setting((), label="Rules", help="What the group is made of.")


def fits(operator: str, type: ColumnType) -> bool:
    """Return whether an operator says something about values of a type."""
    if operator in ABOUT_TEXT:
        return type is ColumnType.TEXT
    if operator in ABOUT_DATES:
        return type in (ColumnType.DATE, ColumnType.DATE_TIME)
    if operator in ABOUT_ORDER:
        return type not in (ColumnType.BOOLEAN, ColumnType.LIST)
    return type is not ColumnType.LIST or operator in ("is-empty", "is-not-empty")
