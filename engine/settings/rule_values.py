"""The values of rules as text of the expression language, checked against the type of their field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from engine.errors import Code, SettingsError
from engine.schema import ColumnType
from engine.settings.written import PLACES, field_text, filled, quoted
from engine.text import Text

BAD_VALUE = Code("EXP-RULE-VALUE", "A rule compares its field with nothing, or with a value of another type.")

_INTEGER = re.compile(r"[+-]?\d{1,18}")
_NUMBER = re.compile(r"[+-]?(?:\d{1,18}(?:[.,]\d{1,15})?|[.,]\d{1,15})")
_BOOLEANS = {"true": "TRUE", "yes": "TRUE", "1": "TRUE", "false": "FALSE", "no": "FALSE", "0": "FALSE"}
_CONVERSIONS: Final[Mapping[ColumnType, str]] = {
    ColumnType.TEXT: "ToString",
    ColumnType.INTEGER: "ToInteger",
    ColumnType.FLOAT: "ToFloat",
    ColumnType.BOOLEAN: "ToBoolean",
    ColumnType.DATE: "ToDate",
    ColumnType.DATE_TIME: "ToDateTime",
}
_WORDS: Final[Mapping[ColumnType, str]] = {
    ColumnType.INTEGER: "a number",
    ColumnType.FLOAT: "a number",
    ColumnType.BOOLEAN: "true or false",
    ColumnType.DATE: "a date like 2026-03-07",
    ColumnType.DATE_TIME: "a moment like 2026-03-07 20:00",
}


def literals(value: Any, type: ColumnType | None, field: str, *, exactly: int = 0) -> list[str]:
    """Return a list of values; one alone counts as a list of one. Raises SettingsError."""
    values: Sequence[Any] = value if isinstance(value, list | tuple) else [value]
    if exactly and len(values) != exactly:
        text = Text("A range needs {count} values, the lowest and the highest.", count=exactly)
        raise SettingsError(BAD_VALUE, text, hint=Text("Write them with a comma between: 18, 27."), field=field)
    if not values:
        _refuse_nothing(field)
    return [literal(each, type, field) for each in values]


def literal(value: Any, type: ColumnType | None, field: str) -> str:
    """Return a value as its field's `type`; as it is where that is None. Raises SettingsError."""
    if value is None or value == "":
        _refuse_nothing(field)
    if isinstance(value, str) and PLACES.search(value):
        return _with_places(value, type, field)
    write = _WRITERS.get(type, _untyped) if type is not None else _untyped
    written = write(value) if not isinstance(value, dict | list | tuple) else None
    if written is None:
        wanted = Text(_WORDS.get(type, "one value") if type is not None else "one value")
        text = Text(
            "“{value}” cannot be compared with this field: {wanted} is needed.", value=str(value), wanted=wanted
        )
        raise SettingsError(BAD_VALUE, text, hint=Text("Write {wanted}.", wanted=wanted), field=field)
    return written


def text_expression(value: Any, field: str) -> str:
    """Return a value as a text, its `{{…}}` places filled in. Raises SettingsError."""
    return f"({literal(value, ColumnType.TEXT, field)})"


def day_count(value: Any, field: str) -> str:
    """Return a number of days. Raises SettingsError."""
    if isinstance(value, str) and PLACES.fullmatch(value.strip()):
        return _with_places(value, ColumnType.INTEGER, field)
    written = _integer(value)
    if written is None or written.startswith("-"):
        raise SettingsError(
            BAD_VALUE,
            Text("A number of days is needed."),
            hint=Text("Write 7 for the last or next seven days."),
            field=field,
        )
    return written


def _refuse_nothing(field: str) -> NoReturn:
    raise SettingsError(
        BAD_VALUE,
        Text("The rule has nothing to compare the field with."),
        hint=Text("Write a value, or choose “is empty”."),
        field=field,
    )


def _with_places(value: str, type: ColumnType | None, field: str) -> str:
    alone = PLACES.fullmatch(value.strip())
    if alone is not None and alone.group(1).count("{{") == 0:
        inner = field_text(alone.group(1))
        conversion = _CONVERSIONS.get(type, "") if type is not None else ""
        return f"{conversion}({inner})" if conversion else inner
    if type not in (None, ColumnType.TEXT):
        text = Text("“{value}” mixes words and places, which only a text can be compared with.", value=value)
        raise SettingsError(BAD_VALUE, text, field=field)
    return f"({filled(value)})"


def _untyped(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value) if isinstance(value, int | float) else quoted(str(value))


def _text(value: Any) -> str:
    return quoted(str(value).lower() if isinstance(value, bool) else str(value))


def _integer(value: Any) -> str | None:
    found = _INTEGER.fullmatch(str(value).strip())
    return found.group().lstrip("+") if found is not None else None


def _number(value: Any) -> str | None:
    found = _NUMBER.fullmatch(str(value).strip())
    return found.group().lstrip("+").replace(",", ".") if found is not None else None


def _boolean(value: Any) -> str | None:
    return _BOOLEANS.get(str(value).strip().lower())


def _moment(value: Any) -> str | None:
    written = str(value).strip()
    try:
        moment = datetime.fromisoformat(written.replace("Z", "+00:00"))
    except ValueError:
        return None
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    is_day = len(written) <= len("2026-03-07")
    return quoted(moment.date().isoformat() if is_day else moment.isoformat(" "))


_WRITERS: Final[Mapping[ColumnType, Callable[[Any], str | None]]] = {
    ColumnType.TEXT: _text,
    ColumnType.INTEGER: _number,
    ColumnType.FLOAT: _number,
    ColumnType.BOOLEAN: _boolean,
    ColumnType.DATE: _moment,
    ColumnType.DATE_TIME: _moment,
}
