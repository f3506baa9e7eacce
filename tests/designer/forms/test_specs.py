"""What a form reads off a Settings model."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, JsonValue

from designer.forms.rule_tree import shape_of
from designer.forms.specs import FieldKind, default_of, find_spec, specs_of, walk
from engine import registry
from engine.activity import ActivitySettings, setting
from engine.schema import ColumnType


class Shade(StrEnum):
    LIGHT = "light"
    DARK = "dark"


class Header(ActivitySettings):
    name: str = setting("", label="Header", help="Its name")
    value: str = setting("", label="Value")


class Repeating(ActivitySettings):
    children: tuple[Repeating, ...] = setting((), label="Rules")


class Rule(ActivitySettings):
    path: str = setting("", label="Field", editor="column")
    operator: Literal["equals", "in", "is-empty", "contains"] = setting("equals", label="Operator")
    value: JsonValue = setting(None, label="Value")


class Group(ActivitySettings):
    match: Literal["and", "or", "except"] = setting("and", label="Combine", choices={"and": "All of these"})
    rules: tuple[Rule | Group, ...] = setting((), label="Rules")


class Request(ActivitySettings):
    url: str = setting("", label="URL", group="Address")
    headers: tuple[Header, ...] = setting((), label="Headers", group="Address")


class Everything(ActivitySettings):
    text: str = setting("", label="Text")
    number: int = setting(3, label="Number", ge=1, le=10)
    share: Annotated[float, Field(gt=0)] = setting(0.5, label="Share")
    either: int | float = setting(1, label="Either")
    switch: bool = setting(False, label="Switch")
    choice: Literal["auto", "GET"] = setting("auto", label="Method", choices={"auto": "Let me choose"})
    shade: Shade = setting(Shade.DARK, label="Shade")
    optional: str | None = setting(None, label="Optional")
    request: Request = setting(Request(), label="Request")
    maybe: Request | None = setting(None, label="Maybe")
    keys: tuple[str, ...] = setting((), label="Keys", editor="column")
    sample: JsonValue = setting(None, label="Sample")
    custom: Mapping[str, Any] = setting({}, label="Custom", editor="json")
    anything: Any = setting(None, label="Anything")
    rule: Repeating = setting(Repeating(), label="Rule")
    filter: Group = setting(Group(), label="Filter")
    required: str = setting(label="Required")


EXPECTED = {
    "text": FieldKind.TEXT,
    "number": FieldKind.INTEGER,
    "share": FieldKind.NUMBER,
    "either": FieldKind.NUMBER,
    "switch": FieldKind.BOOLEAN,
    "choice": FieldKind.CHOICE,
    "shade": FieldKind.CHOICE,
    "optional": FieldKind.TEXT,
    "request": FieldKind.MODEL,
    "maybe": FieldKind.MODEL,
    "keys": FieldKind.TEXTS,
    "sample": FieldKind.JSON,
    "custom": FieldKind.JSON,
    "anything": FieldKind.JSON,
    "rule": FieldKind.MODEL,
    "filter": FieldKind.RULES,
    "required": FieldKind.TEXT,
}
SPECS = specs_of(Everything)


def test_every_shape_of_a_setting_has_its_kind() -> None:
    assert {spec.name: spec.kind for spec in SPECS} == EXPECTED


def test_labels_help_choices_bounds_and_defaults_come_from_the_declaration() -> None:
    by_name = {spec.name: spec for spec in SPECS}
    assert by_name["choice"].choices == (("auto", "Let me choose"), ("GET", "GET"))
    assert by_name["shade"].default == "dark"
    assert (by_name["number"].minimum, by_name["number"].maximum) == (1, 10)
    assert by_name["share"].minimum == 0
    assert by_name["optional"].is_optional
    assert by_name["keys"].editor == "column"
    header = find_spec(SPECS, "request.headers.3.name")
    assert header is not None
    assert (header.label, header.help) == ("Header", "Its name")


def test_a_model_that_holds_itself_is_shown_as_json_where_it_repeats() -> None:
    rule = find_spec(SPECS, "rule.children")
    assert rule is not None
    assert rule.kind is FieldKind.JSON


def test_a_group_that_lists_rules_and_groups_is_a_tree_of_rules() -> None:
    spec = find_spec(SPECS, "filter")
    assert spec is not None
    shape = shape_of(spec)
    assert (shape.rules, shape.combine, shape.field, shape.operator, shape.value) == (
        "rules",
        "match",
        "path",
        "operator",
        "value",
    )
    assert shape.combinations[0] == ("and", "All of these")
    assert shape.no_value == frozenset({"is-empty"})
    assert shape.many_values == frozenset({"in"})
    assert [value for value, _ in shape.operators(ColumnType.INTEGER)] == ["equals", "in", "is-empty"]


def test_walking_opens_models_but_not_lists_and_optional_models() -> None:
    paths = [path for path, _ in walk(SPECS)]
    assert "request.url" in paths
    assert "request.headers" in paths
    assert "maybe" in paths
    assert not any(path.startswith("maybe.") for path in paths)


def test_a_new_entry_holds_the_defaults_that_say_something() -> None:
    assert default_of(SPECS)["number"] == 3
    assert "optional" not in default_of(SPECS)


@pytest.mark.parametrize("kind", [activity.kind for activity in registry.kinds()])
def test_every_setting_of_every_activity_has_words_for_people(kind: str) -> None:
    found = registry.activity(kind)
    assert found is not None
    for path, spec in walk(specs_of(found.Settings)):
        assert spec.label, path
        for field in spec.fields:
            assert field.label, f"{path}.{field.name}"
