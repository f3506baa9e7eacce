"""The settings of what an answer means: where its rows stand, which columns they have, and which further tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from engine.activity import ActivitySettings, setting
from engine.settings.columns import ColumnDefinition
from engine.tables.text_form import Format, TextForm

RESULT: Final = "result"
REJECTS: Final = "rejects"

Mode = Literal["array", "flatten", "keyed", "parallel", "header"]

_FIELD: Final = "response"
_LISTS = {
    "array": "One for each element of a list",
    "keyed": "One for each member of an object; its name is a column",
    "parallel": "One for each place of lists that stand side by side",
    "header": "One for each list after the first, which names the columns",
}
"""How rows are made of what stands at one place of an answer."""


class FurtherTable(ActivitySettings):
    """One more table of the same answer, with a transition of its own."""

    id: str = setting("", label="ID", help="The name of the transition; wires and files hold on to it.")
    label: str = setting("", label="Label", help="What the transition is called on the canvas.")
    mode: Literal["array", "keyed", "parallel", "header"] = setting(
        "array",
        label="Rows",
        choices=_LISTS,
    )
    pointer: str = setting(
        "",
        label="List",
        help="Such as /facets. * stands for each element of a list: /orders/*/lines has the rows of all orders.",
        examples=["/orders/*/lines"],
    )
    columns: tuple[ColumnDefinition, ...] = setting(
        (),
        label="Column definition",
        help="A key such as /orders/*/id takes the value from the element around the row.",
    )


class ResponseSettings(ActivitySettings):
    """What the answer means."""

    mode: Literal["array", "flatten", "keyed", "parallel", "header"] = setting(
        "array",
        label="Rows",
        help="Flatten makes one single row of the whole answer, its keys become columns.",
        choices={"array": _LISTS["array"], "flatten": "Flatten: one row of the whole answer", **_LISTS},
    )
    pointer: str = setting(
        "",
        label="List",
        help="Where the rows stand in the answer, such as /codes; / is the answer itself.",
        examples=["/codes"],
    )
    columns: tuple[ColumnDefinition, ...] = setting((), label="Column definition")
    format: Format = setting(
        "auto",
        label="Format",
        help="Auto goes by the content type; a JSON value on each line is also found without one.",
        choices={"auto": "Auto", "json": "JSON", "ndjson": "JSON lines: a value on each line", "csv": "CSV"},
    )
    delimiter: str = setting(
        "",
        label="Column separator",
        help="One character, or \\t for a tab; empty: found out from the answer.",
        shown_when={"format": ["csv"]},
    )
    has_header: bool = setting(True, label="Use first line as column header", shown_when={"format": ["csv"]})
    sample: Any = setting(
        None,
        label="Sample response",
        help="To find the columns in, and to run without a call.",
        editor="json",
        examples=['{"codes": [{"code": "A-1"}, {"code": "A-2"}]}'],
    )
    more: tuple[FurtherTable, ...] = setting(
        (),
        label="Further tables",
        help="Other lists of the same answer, each with a transition of its own. Adobe Campaign makes one table.",
    )

    @property
    def form(self) -> TextForm:
        """Return how the text of an answer is read."""
        return TextForm(self.format, self.delimiter, self.has_header)


@dataclass(frozen=True, slots=True)
class NamedTable:
    """A table of an answer: the names of its transitions, where its rows stand, and its columns.

    `field` is the setting that says all this; `label` is empty for the table that the activity is about.
    """

    id: str
    rejects: str
    label: str
    mode: Mode
    pointer: str
    columns: tuple[ColumnDefinition, ...]
    field: str

    @property
    def has_rejects(self) -> bool:
        """Return whether rows may be rejected by the column definition."""
        policies = {column.on_error for column in self.columns if not column.ignore}
        return bool(policies & {"reject", "reject-unmapped"})


def named_tables(response: ResponseSettings) -> tuple[NamedTable, ...]:
    """Return the tables of an answer, the one that the activity is about first; those without a name are left out."""
    found = [NamedTable(RESULT, REJECTS, "", response.mode, response.pointer, response.columns, _FIELD)]
    taken = {RESULT}
    for place, each in enumerate(response.more):
        if each.id and each.id not in taken:
            taken.add(each.id)
            label, field, rejects = each.label or each.id, f"{_FIELD}.more.{place}", f"{each.id}_{REJECTS}"
            found.append(NamedTable(each.id, rejects, label, each.mode, each.pointer, each.columns, field))
    return tuple(found)
