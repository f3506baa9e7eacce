"""Additional data: columns that an activity works out for each row (ACS: simple fields)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.activity import ActivitySettings, setting
from engine.errors import CampaignFlowError, Code, Finding, Level, SettingsError
from engine.later import later
from engine.schema import Column, ColumnType, TableSchema
from engine.settings.written import column_path, is_path
from engine.text import Text

if TYPE_CHECKING:
    from engine import expressions
    from engine.expressions import ExpressionContext
else:
    (expressions,) = later("engine", "expressions")

BAD_ALIAS = Code("DATA-ALIAS", "A column that an activity adds has no usable name, or one that is taken.")
LIST_EXPRESSION = Code("DATA-LIST-EXPRESSION", "A column that holds rows can be taken over, but not worked out.")

_ALIAS = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class SimpleField(ActivitySettings):
    """One column worked out for each row."""

    expression: str = setting(
        "",
        label="Expression",
        help="A column, or an expression such as YearsOld(@birthDate). RowId() numbers the rows by their key.",
        editor="expression",
    )
    id: str = setting(
        "",
        label="Alias",
        help="What the column is called; where it is empty, the name of the column taken, or expr1, expr2 and so on.",
    )
    label: str = setting("", label="Label", help="The words that people read in place of the alias.")

    @property
    def is_numbering(self) -> bool:
        """Return whether the field counts rows, so that it has to be worked out after some of them have gone."""
        return re.search(r"\bRowId\s*\(", self.expression, re.IGNORECASE) is not None


def names_of(fields: Sequence[SimpleField]) -> tuple[str, ...]:
    """Return what each field's column is called: its alias, the column it takes, or `expr` with its place."""
    return tuple(_name(field, place) for place, field in enumerate(fields, 1))


def _name(field: SimpleField, place: int) -> str:
    if field.id.strip():
        return field.id.strip().removeprefix("@")
    if is_path(field.expression):
        return column_path(field.expression).rpartition(".")[2]
    return f"expr{place}"


def column_of_field(
    field: SimpleField, name: str, schema: TableSchema, context: ExpressionContext, *, at: str = ""
) -> Column:
    """Return the column that `field` adds to rows of `schema`. Raises SettingsError at the setting `at`."""
    found = schema.column(column_path(field.expression)) if is_path(field.expression) else None
    if found is not None:
        return replace(found, id=name, label=field.label or found.label, is_system=False)
    type = expressions.type_of(field.expression, schema, context, field=at)
    if type is ColumnType.LIST:
        text = Text("“{text}” gives a list of rows, which cannot be worked out.", text=field.expression)
        raise SettingsError(LIST_EXPRESSION, text, hint=Text("Name the column itself."), field=at)
    return Column(name, type, field.label)


def columns_of(
    fields: Sequence[SimpleField], schema: TableSchema, context: ExpressionContext, *, field: str = "additional"
) -> tuple[Column, ...]:
    """Return the columns that `fields` add to rows of `schema`. Raises SettingsError for one that cannot be."""
    return tuple(
        column_of_field(each, name, schema, context, at=f"{field}.{place}.expression")
        for place, (each, name) in enumerate(zip(fields, names_of(fields), strict=True))
    )


def check_fields(
    fields: Sequence[SimpleField],
    schema: TableSchema,
    context: ExpressionContext,
    *,
    taken: Collection[str] = (),
    field: str = "additional",
) -> Iterator[Finding]:
    """Yield what is wrong with `fields` over rows of `schema`; `taken` are names that other columns have."""
    used = {name.lower() for name in taken}
    for place, (each, name) in enumerate(zip(fields, names_of(fields), strict=True)):
        at = f"{field}.{place}"
        problem = _alias_problem(name, used)
        if problem is not None:
            hint = Text("An alias begins with a letter or _, has letters, digits and _, and is used once.")
            yield Finding(Level.ERROR, BAD_ALIAS, problem, field=f"{at}.id", hint=hint)
        used.add(name.lower())
        try:
            column_of_field(each, name, schema, context, at=f"{at}.expression")
        except CampaignFlowError as error:
            yield error.finding


def _alias_problem(name: str, used: Collection[str]) -> Text | None:
    if not _ALIAS.fullmatch(name):
        return Text("“{name}” cannot be the alias of a column.", name=name)
    return Text("The alias “{name}” is taken.", name=name) if name.lower() in used else None
