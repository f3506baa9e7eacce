"""Texts to typed values: numbers with separators, dates by format, moments in UTC; NULL where a text is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from engine.errors import Code, SettingsError
from engine.schema import ColumnType
from engine.text import Text

BAD_FORMAT = Code("DATA-FORMAT", "The format of a date has a part that is not known, or lacks the day, month or year.")

_YEAR: Final = "([0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
_ZONE: Final = "(Z|[+-][0-9]{2}:?[0-9]{2})"
_CODES: Final[Mapping[str, str]] = {
    "Y": _YEAR,
    "y": "([0-9]{2})",
    "m": "([0-9]{1,2})",
    "d": "([0-9]{1,2})",
    "b": "([A-Za-z]{3,9})[.]?",
    "H": "([0-9]{1,2})",
    "I": "([0-9]{1,2})",
    "M": "([0-9]{1,2})",
    "S": "([0-9]{1,2})",
    "f": "([0-9]{1,6})",
    "p": "([AaPp][Mm])",
    "z": _ZONE,
}
_MONTHS: Final = "janfebmaraprmayjunjulaugsepoctnovdec"
_SPACES: Final = ("\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "\N{THIN SPACE}")


@dataclass(frozen=True, slots=True)
class Form:
    """How the values of a column are written.

    `format` is a date format such as `%d/%m/%Y` (empty: ISO 8601), `time_zone` the IANA name of the zone of moments
    that do not name their own (empty: UTC), `decimal` and `thousands` the separators of numbers. `true` and `false`
    are the words of booleans (none: true, yes and 1; false, no and 0), whatever their case. A text that `is_time` is a
    time of the day, which becomes `20:15:00`; the format is then one of times.
    """

    format: str = ""
    time_zone: str = ""
    decimal: str = "."
    thousands: str = ""
    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    is_time: bool = False


ISO: Final = Form()
"""Numbers with a point, dates and moments as ISO 8601 writes them."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A regular expression (RE2 subset) and which of its groups holds which part of a date."""

    expression: str
    groups: Mapping[str, int]


_ISO_DAY: Final = f"^{_YEAR}-[0-9]{{2}}-[0-9]{{2}}"
_ISO_DATE: Final = f"{_ISO_DAY}(?:[T ]00:00(?::00(?:[.]0+)?)?(?:Z|[+-]00:?00)?)?$"
_ISO_TIME: Final = "^[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,6})?)?$"
_ISO_MOMENT: Final = f"{_ISO_DAY}(?:[T ][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:[.,][0-9]{{1,9}})?)? ?{_ZONE}?)?$"


@cache
def _pattern(format: str, *, is_time: bool = False) -> _Pattern:
    """Return the pattern of a date format, or of one of times. Raises SettingsError for one that cannot be read."""
    groups: dict[str, int] = {}
    parts = []
    for code, plain in re.findall(r"%-?(.|$)|([^%]+)", format):
        if plain or code == "%":
            parts.append(re.escape(plain or code))
            continue
        letter = "b" if code == "B" else code
        if letter not in _CODES or letter in groups:
            raise SettingsError(
                BAD_FORMAT,
                Text("“{format}” has the part “%{code}”, which cannot be read there.", format=format, code=code),
                hint=Text("Known are %Y %y %m %b %d %H %I %p %M %S %f %z, each once; for example %d/%m/%Y."),
            )
        groups[letter] = len(groups) + 1
        parts.append(_CODES[letter])
    if is_time and not groups.keys() & {"H", "I"}:
        raise SettingsError(
            BAD_FORMAT,
            Text("“{format}” does not say where the hour is.", format=format),
            hint=Text("Write a format such as %H.%M or %I:%M %p, or leave it empty for times like 20:15."),
        )
    if not is_time and not (groups.keys() & {"Y", "y"} and groups.keys() & {"m", "b"} and "d" in groups):
        raise SettingsError(
            BAD_FORMAT,
            Text("“{format}” does not say where the year, the month and the day are.", format=format),
            hint=Text("Write a format such as %d/%m/%Y, or leave it empty for dates like 2026-03-07."),
        )
    return _Pattern(f"^{''.join(parts)}$", groups)


def check_format(format: str, *, is_time: bool = False) -> None:
    """Raise SettingsError for a format of dates, or of times, that cannot be read; an empty one means ISO 8601."""
    if format:
        _pattern(format, is_time=is_time)


def converted(text: Any, type: ColumnType, form: Form) -> Any:
    """Return a text value as a value of `type`, NULL where it is none. Raises SettingsError for a bad format."""
    if type is ColumnType.TEXT:
        return _time(text.strip(), form) if form.is_time else text
    trimmed = text.strip()
    convert = {
        ColumnType.INTEGER: _integer,
        ColumnType.FLOAT: _float,
        ColumnType.BOOLEAN: _boolean,
        ColumnType.DATE: _date,
        ColumnType.DATE_TIME: _moment,
    }
    return convert[type](trimmed, form)


def _where(condition: Any, value: Any) -> Any:
    import ibis

    return condition.fill_null(False).ifelse(value, ibis.null(value.type()))


def _number_text(text: Any, form: Form, whole: str, fraction: str) -> Any:
    """Return the digits of a number with `.` as its only separator, NULL where it is none."""
    plain = text
    if form.thousands.isspace():
        for space in _SPACES:
            plain = plain.replace(space, " ")
    separator = " " if form.thousands.isspace() else form.thousands
    decimal = re.escape(form.decimal)
    pattern = f"[+-]?(?:{whole}){fraction.format(decimal=decimal)}"
    if separator:
        mark = re.escape(separator)
        grouped = f"[+-]?[0-9]{{1,3}}(?:{mark}[0-9]{{2,3}})*{mark}[0-9]{{3}}{fraction.format(decimal=decimal)}"
        pattern = f"(?:{pattern})|(?:{grouped})"
    digits = plain.replace(separator, "") if separator else plain
    digits = digits.replace(form.decimal, ".") if form.decimal != "." else digits
    return _where(plain.re_search(f"^(?:{pattern})$"), digits.re_replace("^[+]", ""))


def _integer(text: Any, form: Form) -> Any:
    # `12.0` is what some writers make of 12; every other fraction is no integer
    digits = _number_text(text, form, "[0-9]{1,19}", "(?:{decimal}0+)?")
    return digits.re_replace("[.]0+$", "").try_cast("int64")


def _float(text: Any, form: Form) -> Any:
    digits = _number_text(text, form, "[0-9]+|", "(?:{decimal}[0-9]+)?(?:[eE][+-]?[0-9]{{1,3}})?")
    number = _where(digits.re_search("[0-9]") & digits.re_search("^-?[0-9.]"), digits).try_cast("float64")
    return _where(~(number.isinf() | number.isnan()), number)


def _boolean(text: Any, form: Form) -> Any:
    import ibis

    word = text.lower()
    true, false = form.true or ("true", "1", "yes"), form.false or ("false", "0", "no")
    return ibis.cases(
        *((word.isin([each.lower() for each in words]), is_true) for words, is_true in ((true, True), (false, False)))
    )


def _date(text: Any, form: Form) -> Any:
    if not form.format:
        return _where(text.re_search(_ISO_DATE), text.substr(0, 10)).try_cast("date")
    pattern = _pattern(form.format)
    return _where(text.re_search(pattern.expression), _day_text(text, pattern)).try_cast("date")


def _time(text: Any, form: Form) -> Any:
    """Return a time of the day as `20:15:00`, NULL where it is none."""
    if form.format:
        pattern = _pattern(form.format, is_time=True)
        written = _where(text.re_search(pattern.expression), _time_text(text, pattern))
    else:
        written = _where(text.re_search(_ISO_TIME), text.replace(",", "."))
    return ("2000-01-01 " + written).try_cast("timestamp(6)").strftime("%H:%M:%S")


def _moment(text: Any, form: Form) -> Any:
    import ibis

    moment, zone = _written(text, _pattern(form.format)) if form.format else _iso_written(text)
    local = _from_zone(moment, form.time_zone)
    if zone is not None:
        local = (zone.fill_null("") == "").ifelse(local, moment - _minutes(zone).as_interval("m"))
    first, last = (ibis.literal(edge, type="timestamp(6)") for edge in ("0001-01-01", "9999-12-31 23:59:59.999999"))
    return _where(local.between(first, last), local)


def _iso_written(text: Any) -> tuple[Any, Any]:
    """Return the moment as ISO 8601 writes it, and its zone (empty where it has none)."""
    zone = text.re_extract(f"^.{{16,}}{_ZONE}$", 1)
    plain = text.re_replace(f" ?{_ZONE}$", "").replace("T", " ").replace(",", ".")
    return _where(text.re_search(_ISO_MOMENT), plain).try_cast("timestamp(6)"), zone


def _written(text: Any, pattern: _Pattern) -> tuple[Any, Any | None]:
    """Return the moment as the pattern writes it, and its zone, None where the pattern has no place for one."""
    written = _day_text(text, pattern) + " " + _time_text(text, pattern)
    moment = _where(text.re_search(pattern.expression), written).try_cast("timestamp(6)")
    return moment, text.re_extract(pattern.expression, pattern.groups["z"]) if "z" in pattern.groups else None


def _from_zone(moment: Any, zone: str) -> Any:
    """Return a moment of the time zone called `zone` in UTC."""
    if zone in ("", "UTC"):
        return moment
    return _timezone()(zone, moment).cast("timestamp(6)")


@cache
def _timezone() -> Any:
    """Return the table engine's own function that reads a moment in a zone."""
    import ibis

    def timezone(zone: str, moment: Any) -> Any:
        raise NotImplementedError  # only its name and types are used

    return ibis.udf.scalar.builtin(timezone, signature=(("string", "timestamp(6)"), "timestamp('UTC', 6)"))


def _part(text: Any, pattern: _Pattern, code: str) -> Any:
    """Return a part as it is written: the table engine reads 7 like 07."""
    import ibis

    if code not in pattern.groups:
        return ibis.literal("00")
    return text.re_extract(pattern.expression, pattern.groups[code])


def _day_text(text: Any, pattern: _Pattern) -> Any:
    return _year_text(text, pattern) + "-" + _month_text(text, pattern) + "-" + _part(text, pattern, "d")


def _year_text(text: Any, pattern: _Pattern) -> Any:
    if "Y" in pattern.groups:
        return text.re_extract(pattern.expression, pattern.groups["Y"])
    short = _part(text, pattern, "y")
    return (short >= "69").ifelse("19" + short, "20" + short)


def _month_text(text: Any, pattern: _Pattern) -> Any:
    import ibis

    if "m" in pattern.groups:
        return _part(text, pattern, "m")
    word = text.re_extract(pattern.expression, pattern.groups["b"]).lower().substr(0, 3)
    return ibis.cases(
        *((word == _MONTHS[place : place + 3], f"{place // 3 + 1:02}") for place in range(0, 36, 3)), else_="00"
    )


def _time_text(text: Any, pattern: _Pattern) -> Any:
    hour = _part(text, pattern, "I" if "I" in pattern.groups else "H")
    if "p" in pattern.groups:
        number = hour.nullif("").cast("int64") % 12
        is_late = text.re_extract(pattern.expression, pattern.groups["p"]).lower() == "pm"
        hour = (number + is_late.ifelse(12, 0)).cast("string")
    time = hour + ":" + _part(text, pattern, "M") + ":" + _part(text, pattern, "S")
    return time + "." + _part(text, pattern, "f") if "f" in pattern.groups else time


def _minutes(zone: Any) -> Any:
    """Return a written offset, `+02:00` or `Z`, in minutes; 0 where there is none."""
    hours, minutes = (zone.re_extract("^[+-]([0-9]{2}):?([0-9]{2})$", group) for group in (1, 2))
    number = hours.nullif("").cast("int64") * 60 + minutes.nullif("").cast("int64")
    return zone.startswith("-").ifelse(-number, number).fill_null(0)
