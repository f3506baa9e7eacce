"""Column definitions: what they become, and what is wrong with them before anything runs."""

from __future__ import annotations

from typing import Any

import pytest

from designer.forms.specs import FieldKind, specs_of
from engine.schema import ColumnType
from engine.settings.columns import ColumnDefinition, check_columns, rules_of
from engine.tables.column_rule import ColumnRule
from engine.tables.text_values import Form


def findings(*columns: dict[str, Any]) -> list[tuple[str, str]]:
    """Return code and field of what is wrong with definitions."""
    return [
        (finding.code.id, finding.field)
        for finding in check_columns([ColumnDefinition.model_validate(each) for each in columns], "columns")
    ]


def test_a_definition_becomes_a_rule() -> None:
    column = ColumnDefinition.model_validate(
        {
            "id": "born",
            "key": "Birth date",
            "label": "Born",
            "type": "date",
            "format": "%d/%m/%Y",
            "remapping": {"never": ""},
            "on_error": "default",
            "default": "01/01/2000",
            "on_empty": "null",
            "white_space": "trim",
            "letter_case": "lower",
            "time_zone": "Europe/Paris",
        }
    )
    assert rules_of([column]) == (
        ColumnRule(
            id="born",
            type=ColumnType.DATE,
            label="Born",
            form=Form("%d/%m/%Y", "Europe/Paris"),
            white_space="trim",
            letter_case="lower",
            remapping=(("never", ""),),
            on_error="default",
            default="01/01/2000",
            on_empty="null",
        ),
    )


def test_an_answers_column_is_enough_of_a_definition() -> None:
    rule = ColumnDefinition.model_validate({"id": "code", "key": "code", "type": "text", "length": 255}).rule()
    assert rule == ColumnRule("code", length=255)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ([{"id": "a"}, {"id": "b"}], []),
        ([{"id": "a"}, {"id": "A"}], [("DATA-COLUMN-ID", "columns.1.id")]),
        ([{"id": ""}], [("DATA-COLUMN-ID", "columns.0.id")]),
        ([{"id": "a.b"}], [("DATA-COLUMN-ID", "columns.0.id")]),
        ([{"id": "LINENUM"}], [("DATA-COLUMN-ID", "columns.0.id")]),
        ([{"id": "_reason"}], [("DATA-COLUMN-ID", "columns.0.id")]),
        ([{"id": "d", "type": "date", "format": "%d/%m"}], [("DATA-FORMAT", "columns.0.format")]),
        ([{"id": "d", "type": "text", "format": "%d/%m"}], []),
        ([{"id": "d", "type": "date", "format": "%d/%m", "ignore": True}], []),
        ([{"id": "d", "type": "date-time", "time_zone": "Mars"}], [("DATA-COLUMN-FORM", "columns.0.time_zone")]),
        ([{"id": "n", "type": "float", "decimal": ",", "thousands": ","}], [("DATA-COLUMN-FORM", "columns.0.decimal")]),
        ([{"id": "n", "type": "float", "decimal": ""}], [("DATA-COLUMN-FORM", "columns.0.decimal")]),
        ([{"id": "n", "type": "float", "decimal": ",", "thousands": " "}], []),
        ([{"id": "n", "type": "integer", "on_error": "default"}], [("DATA-COLUMN-DEFAULT", "columns.0.default")]),
        ([{"id": "t", "type": "text", "on_error": "default"}], []),
    ],
)
def test_what_cannot_work_is_found_before_a_run(columns: list[dict[str, Any]], expected: list[tuple[str, str]]) -> None:
    assert findings(*columns) == expected


def test_the_form_shows_a_definition_in_widgets() -> None:
    kinds = {spec.name: spec.kind for spec in specs_of(ColumnDefinition)}
    assert kinds["remapping"] is FieldKind.PAIRS
    assert kinds["type"] is kinds["on_error"] is kinds["on_empty"] is FieldKind.CHOICE
    assert kinds["ignore"] is FieldKind.BOOLEAN
    assert FieldKind.JSON not in kinds.values()


def test_a_time_is_a_text_that_is_always_written_alike() -> None:
    column = ColumnDefinition.model_validate({"id": "start", "type": "time", "format": "%H.%M", "length": 3})
    assert column.rule() == ColumnRule("start", ColumnType.TEXT, form=Form(format="%H.%M", is_time=True))
    assert findings({"id": "start", "type": "time"}) == []
    assert findings({"id": "start", "type": "time", "format": "%d/%m/%Y"}) == [("DATA-FORMAT", "columns.0.format")]
    assert findings({"id": "day", "type": "date", "format": "%H:%M"}) == [("DATA-FORMAT", "columns.0.format")]
