"""Ids and types of columns that come from JSON: safe, unique names, and only types that the values show (ACS 1.5)."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from types import NoneType
from typing import Any, Final

from engine.errors import Code, SettingsError
from engine.schema import LINE_NUMBER, ColumnType
from engine.tables.json_text import Digits, whole_text
from engine.text import Text

TOO_MANY_DOUBLES = Code(
    "EXT-DUPLICATE-NAMES", "More property names occur again than Adobe Campaign Standard takes.", acs="WKF-560240"
)
LONG_KEY = Code("EXT-LONG-KEY", "The key of a column is longer than 255 characters.", acs="WKF-560240")

MOST_DOUBLES: Final = 150
LONGEST_KEY: Final = 255
_NAMES_TOLD = 8
TEXT_LENGTH: Final = 255
"""The length of a text column when nobody says otherwise (ACS 1.2)."""

_LARGEST = 2**63
_LARGEST_EXACT = 2**53
_SAFE_DIGITS = 15
_LONG_WITH_FRACTION = {ColumnType.INTEGER, ColumnType.FLOAT}
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)


@dataclass(slots=True)
class Names:
    """Gives each property of a sample the id of its column, and remembers what had to be renamed."""

    notes: list[Text] = field(default_factory=list)
    _taken: set[str] = field(default_factory=lambda: {LINE_NUMBER.lower()})
    _count: int = 0
    _doubles: int = 0

    def id_of(self, name: str, key: str) -> str:
        """Return the id for the property `name` found at `key`. Raises SettingsError for too long or too many names."""
        if len(key) > LONGEST_KEY:
            raise SettingsError(
                LONG_KEY,
                Text("The key “{key}…” is longer than {most} characters.", key=key[:60], most=LONGEST_KEY),
                hint=Text("Take the property out of the sample."),
            )
        self._count += 1
        wish = re.sub(r"\W", "_", whole_text(name)) or f"column_{self._count}"
        wish = f"_{wish}" if wish[0].isdigit() else wish
        id, number = wish, 1
        while id.lower() in self._taken:
            number += 1
            id = f"{wish}_{number}"
        self._taken.add(id.lower())
        if number > 1:
            self._count_double()
        if id != name:
            self.notes.append(Text("“{name}” becomes the column “{id}”.", name=whole_text(name), id=id))
        return id

    def reserve(self, id: str) -> None:
        """Keep an id for a column that comes from elsewhere."""
        self._taken.add(id.lower())

    def _count_double(self) -> None:
        self._doubles += 1
        if self._doubles > MOST_DOUBLES:
            raise SettingsError(
                TOO_MANY_DOUBLES,
                Text("More than {most} property names of the sample occur again.", most=MOST_DOUBLES),
                hint=Text("Shorten the sample, or read one of its lists instead of flattening it."),
            )


def type_of_values(values: Sequence[Any]) -> ColumnType:
    """Return the type that all `values` show, nulls aside: never a number from a text, a date only from full dates."""
    kinds = {_kind(value) for value in values if value is not None}
    if len(kinds) == 1:
        return kinds.pop()
    is_float = kinds == {ColumnType.INTEGER, ColumnType.FLOAT} and not any(map(is_lossy, values))
    return ColumnType.FLOAT if is_float else ColumnType.TEXT


def is_lossy(value: Any) -> bool:
    """Return whether a floating number cannot hold all digits of a JSON number; `9.90` and `9.9` are the same."""
    if isinstance(value, bool) or not isinstance(value, int | Digits):
        return False
    if isinstance(value, int):
        return abs(value) > _LARGEST_EXACT and (abs(value) > _LARGEST**2 or int(float(value)) != value)
    return len(value) > _SAFE_DIGITS and not _is_kept(value)


def are_lossy(values: Sequence[Any], kinds: Set[type]) -> bool:
    """Return whether a floating number cannot hold some JSON values of these `kinds`; quick for short fractions."""
    if kinds == {Digits} and max(map(len, values)) <= _SAFE_DIGITS:
        return False
    return any(map(is_lossy, values))


def _is_kept(digits: Digits) -> bool:
    number = float(digits)
    return isfinite(number) and Decimal(digits) == Decimal(repr(number))


def has_long_numbers(values: Sequence[Any]) -> bool:
    """Return whether `values` are numbers of which some have more digits than a number can keep."""
    is_long = any(isinstance(value, int | Digits) and _kind(value) is ColumnType.TEXT for value in values)
    return is_long or (
        {_kind(each) for each in values if each is not None} == _LONG_WITH_FRACTION and any(map(is_lossy, values))
    )


def _kind(value: Any) -> ColumnType:
    if isinstance(value, bool):
        return ColumnType.BOOLEAN
    if isinstance(value, int):
        return ColumnType.INTEGER if -_LARGEST <= value < _LARGEST else ColumnType.TEXT
    if isinstance(value, float | Digits):
        is_float = isinstance(value, float) or (_is_fraction(value) and not is_lossy(value))
        return ColumnType.FLOAT if is_float else ColumnType.TEXT
    return _kind_of_text(value) if isinstance(value, str) else ColumnType.TEXT


def _is_fraction(digits: Digits) -> bool:
    return any(sign in digits for sign in ".eE")


def _kind_of_text(text: str) -> ColumnType:
    try:
        if _DATE.fullmatch(text):
            date.fromisoformat(text)
            return ColumnType.DATE
        if _MOMENT.fullmatch(text):
            datetime.fromisoformat(text)
            return ColumnType.DATE_TIME
    except ValueError:
        return ColumnType.TEXT
    return ColumnType.TEXT


def cell(value: Any, type: ColumnType = ColumnType.TEXT) -> str | None:
    """Return a plain JSON value as the text that column rules read, None for null."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        value = Digits(repr(value))
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Digits):
        return _whole_number(value) if type is ColumnType.INTEGER else str(value)
    return whole_text(value)


def cells(values: Sequence[Any], kinds: Set[type], type: ColumnType = ColumnType.TEXT) -> Sequence[str | None]:
    """Return plain JSON values of these `kinds` as texts; fast where all of them are of one kind."""
    if kinds <= {str, NoneType} and _is_whole("".join(filter(None, values))):
        return values
    if kinds == {int}:
        return list(map(str, values))
    if kinds == {bool}:
        return ["true" if value else "false" for value in values]
    if kinds == {Digits} and type is not ColumnType.INTEGER:
        return values
    return [cell(value, type) for value in values]


def _is_whole(text: str) -> bool:
    return whole_text(text) is text


def _whole_number(digits: Digits) -> str:
    """Return `20.0` and `2e1` as `20`, because they are the same number; others as they were written."""
    if len(digits) > 30 or not _is_fraction(digits):
        return str(digits)
    number = float(digits)
    return str(int(number)) if number.is_integer() and abs(number) < 2**53 else str(digits)


def length_for(texts: Sequence[str]) -> int:
    """Return the length of a text column: 255, or enough for twice the longest of `texts`."""
    longest = max(map(len, texts), default=0)
    length = TEXT_LENGTH
    while length < longest:
        length = length * 2 + 1
    return length if longest <= TEXT_LENGTH else length * 2 + 1


def listed(names: Sequence[str]) -> str:
    """Return the first of `names` as people read them."""
    shown = ", ".join(whole_text(str(name)) for name in names[:_NAMES_TOLD])
    return f"{shown}, …" if len(names) > _NAMES_TOLD else shown
