"""Dates, numbers and plurals in the language and the time zone of a flow."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from engine.errors import TemplateError
from engine.personalization.faults import BAD_LOCALE, TooMuch, WrongValue
from engine.text import Text

if TYPE_CHECKING:
    from babel import Locale

STYLES = ("short", "medium", "long", "full")
LONGEST_TEXT = 1_000_000
MOST_DECIMALS = 20
_MOST_DIGITS = 400
_LONGEST_FORMAT = 100
_STRFTIME = re.compile(r"(?:[^%]|%[A-Za-z%])*\Z")
_PLURALS = ("zero", "one", "two", "few", "many", "other")


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo | None:
    """Return the time zone with an IANA name, or None when there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return None


@lru_cache(maxsize=64)
def locale_of(name: str) -> Locale | None:
    """Return the locale called `fr`, `fr-CA` or `fr_CA`, or None when there is none."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        return None


class Formats:
    """Writes values as people of one language and time zone read them. Date-times come in UTC without a zone."""

    def __init__(self, locale: str, time_zone: str) -> None:
        """Open the locale and the time zone of a flow. Raises TemplateError when one is not known."""
        found, zone = locale_of(locale), zone_of(time_zone)
        if found is None or zone is None:
            raise TemplateError(
                BAD_LOCALE,
                Text("“{name}” is no language or time zone that is known here.", name=locale if zone else time_zone),
                hint=Text("Choose another one in the options of the flow."),
            )
        self.locale = found
        self.zone = zone

    def shown(self, value: Any) -> str:
        """Return a value as it stands in a message when nobody says how: dates as ISO, in the flow's time zone."""
        if isinstance(value, str):
            return value
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, datetime):
            local = self._local(value, None)
            return local.strftime("%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M")
        if isinstance(value, list | tuple):
            return self.concat(value, ", ")
        return self._plain(value)

    def _plain(self, value: Any) -> str:
        if isinstance(value, float):
            return f"{Decimal(repr(value)):f}".removesuffix(".0") if math.isfinite(value) else str(value)
        if isinstance(value, Mapping):
            raise WrongValue(Text("A whole row has no text of its own."), Text("Name one of its fields after a dot."))
        return str(value)

    def concat(self, parts: Sequence[Any], separator: str = "") -> str:
        """Return the texts of `parts` one after the other."""
        texts = [self.shown(part) for part in parts]
        if sum(map(len, texts)) + len(texts) * len(str(separator)) > LONGEST_TEXT:
            raise TooMuch
        return str(separator).join(texts)

    def join(self, value: Any, separator: str = "", attribute: str | None = None) -> str | None:
        """Return the entries of a list as one text."""
        return None if value is None else self.concat(picked(listed(value), attribute), separator)

    def as_date(self, value: Any, format: str = "medium", zone: str | None = None) -> str | None:
        """Return the day: `format` is short, medium, long, full, a pattern like `d MMMM` or like `%d/%m/%Y`."""
        moment = self._moment(value, zone)
        if moment is None:
            return None
        from babel.dates import format_date

        return self._formatted(moment, format) or format_date(moment, self._checked(format), self.locale)

    def as_time(self, value: Any, format: str = "short", zone: str | None = None) -> str | None:
        """Return the time of day."""
        moment = self._moment(value, zone)
        if moment is None:
            return None
        from babel.dates import format_time

        return self._formatted(moment, format) or format_time(moment, self._checked(format), locale=self.locale)

    def as_datetime(self, value: Any, format: str = "medium", zone: str | None = None) -> str | None:
        """Return day and time."""
        moment = self._moment(value, zone)
        if moment is None:
            return None
        from babel.dates import format_datetime

        return self._formatted(moment, format) or format_datetime(moment, self._checked(format), locale=self.locale)

    def as_number(self, value: Any, decimals: int | None = None) -> str | None:
        """Return a number with the separators of the language, rounded to `decimals` when that is told."""
        if value is None:
            return None
        from babel.numbers import format_decimal

        number = _number(value)
        if decimals is None:
            decimals = 0 if number == number.to_integral_value() and isinstance(value, float) else _decimals(number)
        if not isinstance(decimals, int) or not 0 <= decimals <= MOST_DECIMALS:
            raise WrongValue(Text("A number has between 0 and 20 decimals."))
        ending = f".{'0' * decimals}" if decimals else ""
        pattern = re.sub(r"0\.[0#]+", f"0{ending}", self.locale.decimal_formats[None].pattern)
        with localcontext(prec=_MOST_DIGITS):
            rounded = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
            return format_decimal(rounded, pattern, locale=self.locale)

    def as_currency(self, value: Any, code: str = "EUR") -> str | None:
        """Return an amount of money in the currency `code`, like EUR."""
        if value is None:
            return None
        from babel.numbers import format_currency

        number = _number(value)
        if not re.fullmatch(r"[A-Z]{3}", str(code)):
            raise WrongValue(
                Text("“{code}” is no currency.", code=str(code)), Text("Currencies have three letters: EUR.")
            )
        with localcontext(prec=_MOST_DIGITS, rounding=ROUND_HALF_UP):
            return format_currency(number, code, locale=self.locale)

    def as_plural(  # noqa: PLR0913 # the forms that languages have
        self,
        value: Any,
        other: str = "",
        *,
        one: str = "",
        two: str = "",
        few: str = "",
        many: str = "",
        zero: str = "",
    ) -> str | None:
        """Return the form of a word that goes with a number; `#` in it becomes the number."""
        if value is None:
            return None
        forms = dict(zip(_PLURALS, (zero, one, two, few, many, other), strict=True))
        number = _number(value)
        form = forms[self.locale.plural_form(abs(number))] or other or one
        if zero and number == 0:
            form = zero
        return form.replace("#", self.as_number(value) or "")

    def _moment(self, value: Any, zone: str | None) -> datetime | None:
        if value is None or value == "":
            return None
        if isinstance(value, str):
            value = moment_of(value)
        if isinstance(value, datetime):
            return self._local(value, zone)
        if isinstance(value, date):
            return datetime.combine(value, time())
        raise WrongValue(Text("“{value}” is no date.", value=str(value)[:60]))

    def _local(self, value: datetime, zone: str | None) -> datetime:
        chosen = self.zone if not zone else zone_of(str(zone))
        if chosen is None:
            raise WrongValue(Text("“{zone}” is no time zone.", zone=zone), Text("Time zones are called Europe/Paris."))
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(chosen).replace(tzinfo=None)

    def _formatted(self, moment: datetime, format: str) -> str:
        if "%" not in str(format):
            return ""
        if len(format) > _LONGEST_FORMAT or not _STRFTIME.match(format):
            raise WrongValue(Text("“{format}” is no way to write a date.", format=format[:60]))
        return moment.strftime(format)

    def _checked(self, format: str) -> str:
        if not isinstance(format, str) or not format or len(format) > _LONGEST_FORMAT:
            raise WrongValue(Text("“{format}” is no way to write a date.", format=str(format)[:60]))
        return format

    def before(self, left: Any, right: Any) -> bool | None:
        """Return whether `left` comes before `right`; None when one of them is NULL. Raises WrongValue."""
        if left is None or right is None:
            return None
        if isinstance(left, date) or isinstance(right, date):
            left, right = self._dates(left, right)
        try:
            return bool(left < right)
        except TypeError:
            words = Text(
                "“{left}” and “{right}” cannot be compared.", left=self.shown(left)[:60], right=self.shown(right)[:60]
            )
            raise WrongValue(words) from None

    def _dates(self, left: Any, right: Any) -> tuple[Any, Any]:
        """Return both as moments, or both as days where one of them has no time of day."""
        both = [moment_of(each) if isinstance(each, str) else each for each in (left, right)]
        if all(isinstance(each, datetime) for each in both):
            return both[0], both[1]
        days = [self._local(each, None).date() if isinstance(each, datetime) else each for each in both]
        return days[0], days[1]


def moment_of(text: str) -> date:
    """Return the day or the moment (UTC without a zone) that an ISO text says. Raises WrongValue."""
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WrongValue(Text("“{value}” is no date.", value=text[:60])) from None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return min(max(-exponent, 0), MOST_DECIMALS) if isinstance(exponent, int) else 0


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise WrongValue(Text("“{value}” is no number.", value=str(value)[:60]))
    try:
        found = Decimal(repr(value) if isinstance(value, float) else value)
    except InvalidOperation:
        raise WrongValue(Text("“{value}” is no number.", value=str(value)[:60])) from None
    if not found.is_finite() or found.adjusted() > 300:
        raise WrongValue(Text("“{value}” is no number.", value=str(value)[:60]))
    return found


def listed(value: Any) -> list[Any]:
    """Return a list as it is. Raises WrongValue for anything else; NULL is an empty list."""
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise WrongValue(Text("“{value}” is no list.", value=str(value)[:60]))
    return list(value)


def picked(entries: list[Any], attribute: str | None) -> list[Any]:
    """Return one member of each entry, or the entries themselves."""
    if attribute is None:
        return entries
    found: list[Any] = []
    for entry in entries:
        for name in str(attribute).split("."):
            entry = entry.get(name) if isinstance(entry, Mapping) else None  # noqa: PLW2901 # one step further down
        found.append(entry)
    return found
