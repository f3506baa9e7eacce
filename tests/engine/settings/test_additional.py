"""Additional data: what columns are called, of which type they are, and what is wrong with them."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.errors import SettingsError
from engine.expressions import ExpressionContext
from engine.schema import Column, ColumnType, Link, TableSchema
from engine.settings.additional import SimpleField, check_fields, columns_of, names_of

CONTEXT = ExpressionContext(datetime(2026, 3, 7))
OFFERS = Column("offers", ColumnType.LIST, fields=(Column("title", ColumnType.TEXT),))
SCHEMA = TableSchema(
    (Column("id", ColumnType.INTEGER), Column("name", ColumnType.TEXT, "Name", length=80), OFFERS),
    links=(Link("api", TableSchema((Column("lineNum", ColumnType.INTEGER, is_system=True),))),),
    key="id",
)


def fields(*expressions: str) -> tuple[SimpleField, ...]:
    """Return a field without an alias for each expression."""
    return tuple(SimpleField(expression=each) for each in expressions)


def test_a_column_that_is_taken_keeps_its_name_and_others_are_numbered_by_their_place() -> None:
    assert names_of(fields("@name", "RowId()", "[api/@lineNum]", "api.lineNum")) == (
        "name",
        "expr2",
        "expr3",
        "lineNum",
    )
    assert names_of((SimpleField(id="@nr", expression="RowId()"),)) == ("nr",)


def test_a_column_that_is_taken_keeps_all_that_is_known_of_it() -> None:
    name, number, offers, upper = columns_of(
        (*fields("@name", "api.lineNum", "offers"), SimpleField(id="u", expression="Upper(@name)", label="Loud")),
        SCHEMA,
        CONTEXT,
    )
    assert name == Column("name", ColumnType.TEXT, "Name", length=80)
    assert number == Column("lineNum", ColumnType.INTEGER)
    assert offers == OFFERS
    assert upper == Column("u", ColumnType.TEXT, "Loud")


def test_a_list_can_be_taken_but_not_worked_out() -> None:
    with pytest.raises(SettingsError) as caught:
        columns_of((SimpleField(id="x", expression="Coalesce(offers, offers)"),), SCHEMA, CONTEXT)
    assert (caught.value.code.id, caught.value.field) == ("DATA-LIST-EXPRESSION", "additional.0.expression")


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (SimpleField(expression=""), ("columns.1.expression", "EXP-EMPTY")),
        (SimpleField(expression="@nobody"), ("columns.1.expression", "EXP-UNKNOWN-COLUMN")),
        (SimpleField(expression="Upper(@id)"), ("columns.1.expression", "EXP-TYPES")),
        (SimpleField(id="two words", expression="@id"), ("columns.1.id", "DATA-ALIAS")),
        (SimpleField(id="2nd", expression="@id"), ("columns.1.id", "DATA-ALIAS")),
        (SimpleField(id="NAME", expression="@id"), ("columns.1.id", "DATA-ALIAS")),
        (SimpleField(expression="id"), ("columns.1.id", "DATA-ALIAS")),
    ],
)
def test_what_is_wrong_is_told_at_its_field(wrong: SimpleField, problem: tuple[str, str]) -> None:
    found = check_fields((*fields("@name"), wrong), SCHEMA, CONTEXT, taken=("id",), field="columns")
    assert [(each.field, each.code.id) for each in found] == [problem]


@pytest.mark.parametrize(("text", "is_numbering"), [("RowId()", True), ("1 + rowid ( )", True), ("@RowIdent", False)])
def test_a_field_that_counts_rows_is_known(text: str, is_numbering: bool) -> None:
    assert SimpleField(expression=text).is_numbering is is_numbering
