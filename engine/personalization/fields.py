"""The fields that a message may name, and a recipient's row as the values of these fields.

A row's own columns and links are `targetData.code` and `targetData.weather.sky` (ACS 4), the profile's columns
`profile.firstName`, the flow's variables `vars.campaign`; `now` is the moment of the run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from engine.schema import TARGET, Column, ColumnType, TableSchema

ROW = "targetData"
PROFILE = "profile"
VARIABLES = "vars"
NOW = "now"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


@dataclass(frozen=True, slots=True)
class Shape:
    """What an expression of a message gives: one value, a record of members, a list of records, or nobody knows.

    `path` is what people call it (`targetData.offers.title`), `column` the column of the row that is read for it;
    `is_member` says that it is only a part of that column, a member of a list's entries.
    """

    kind: Literal["value", "record", "list", "any"]
    type: ColumnType | None = None
    members: Mapping[str, Shape] = field(default_factory=dict)
    path: str = ""
    column: str = ""
    is_member: bool = False

    def entry(self) -> Shape:
        """Return what one entry of a list is."""
        return Shape("record", None, self.members, self.path, self.column) if self.kind == "list" else ANY

    def columns(self) -> Iterator[str]:
        """Yield the columns of the row that are read for it, all of them for a record."""
        if self.column:
            yield self.column
        elif self.kind == "record":
            for member in self.members.values():
                yield from member.columns()


ANY = Shape("any")


def shapes(schema: TableSchema, variables: Sequence[str]) -> Mapping[str, Shape]:
    """Return the names that a message of rows of `schema` begins with, and what stands below each."""
    target = schema.link(TARGET)
    roots = {
        ROW: Shape("record", members=_members(schema, ROW, ""), path=ROW),
        VARIABLES: Shape(
            "record", members={name: Shape("any", path=f"vars.{name}") for name in variables}, path="vars"
        ),
        NOW: Shape("value", ColumnType.DATE_TIME, path=NOW),
    }
    if target is not None:
        roots[PROFILE] = Shape("record", members=_members(target.schema, PROFILE, f"{TARGET}."), path=PROFILE)
    return roots


def _members(schema: TableSchema, path: str, column: str) -> dict[str, Shape]:
    members = {each.id: _of_column(each, f"{path}.{each.id}", f"{column}{each.id}") for each in schema.columns}
    for link in schema.links:
        if link.is_stored:
            below = f"{path}.{link.id}"
            members[link.id] = Shape("record", members=_members(link.schema, below, f"{column}{link.id}."), path=below)
    return members


def _of_column(column: Column, path: str, id: str, *, is_member: bool = False) -> Shape:
    if column.type is not ColumnType.LIST:
        return Shape("value", column.type, path=path, column=id, is_member=is_member)
    members = {each.id: _of_column(each, f"{path}.{each.id}", id, is_member=True) for each in column.fields}
    return Shape("list", ColumnType.LIST, members, path, id, is_member)


def written(path: str) -> str:
    """Return a path as a message writes it: names that are none stand in brackets."""
    head, *rest = path.split(".")
    return head + "".join(f".{name}" if _NAME.match(name) else f"['{name}']" for name in rest)


def known_paths(roots: Mapping[str, Shape]) -> Iterator[tuple[str, Shape]]:
    """Yield every value and list that a message can name, with its path."""
    for shape in roots.values():
        yield from _below(shape)


def _below(shape: Shape) -> Iterator[tuple[str, Shape]]:
    if shape.kind == "record":
        for member in shape.members.values():
            yield from _below(member)
    else:
        yield shape.path, shape


class Rows:
    """Turns a row (a mapping of column path to value) into the nested values that a message reads."""

    def __init__(self, variables: Mapping[str, Any], now: datetime) -> None:
        """Keep what is the same for all rows."""
        self._shared = {VARIABLES: plain(variables), NOW: now}
        self._places: dict[str, tuple[str, ...]] = {}

    def values(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values; what is NULL is left out, so that it is undefined."""
        found: dict[str, Any] = {ROW: {}, PROFILE: {}, **self._shared}
        for path, value in row.items():
            if value is None:
                continue
            *parents, name = self._place(path)
            inner = found
            for parent in parents:
                inner = inner.setdefault(parent, {})
            inner[name] = plain(value) if isinstance(value, list | tuple | dict | Decimal) else value
        return found

    def _place(self, path: str) -> tuple[str, ...]:
        place = self._places.get(path)
        if place is None:
            parts = path.split(".")
            place = (PROFILE, *parts[1:]) if parts[0] == TARGET and len(parts) > 1 else (ROW, *parts)
            self._places[path] = place
        return place


def plain(value: Any) -> Any:
    """Return a value in the types that the template engine leaves as they are, NULL members left out.

    A decimal that no float can hold digit for digit stays text.
    """
    if isinstance(value, Mapping):
        return {str(name): plain(member) for name, member in value.items() if member is not None}
    if isinstance(value, list | tuple):
        return [plain(member) for member in value]
    if isinstance(value, Decimal):
        return float(value) if str(value) == repr(float(value)) else str(value)
    return value if isinstance(value, str | int | float | bool | date | None) else str(value)


def field_of(column: str) -> str:
    """Return what a message calls the column at a path of the row: `profile.firstName`, `targetData.code`."""
    head, _, rest = column.partition(".")
    return written(f"{PROFILE}.{rest}" if head == TARGET and rest else f"{ROW}.{column}")
