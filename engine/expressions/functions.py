"""The functions of the expression language (ACS 3.7), each in a form that every table engine computes alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from engine.text import Text

if TYPE_CHECKING:
    from engine.expressions.context import ExpressionContext

Build = Callable[[Sequence[Any], "ExpressionContext"], Any]


@dataclass(frozen=True, slots=True)
class Function:
    """One function: how it is written, what it gives, the kinds of its arguments and how it is computed.

    `kinds` has a letter for each argument: `t` text, `n` number, `d` date or date and time, `b` condition,
    `a` anything; a letter after `?` may be left out, a `*` repeats the last.
    """

    name: str
    signature: str
    help: Text
    group: str
    kinds: str
    build: Build

    @property
    def least(self) -> int:
        """Return the fewest arguments it takes."""
        return len(self.kinds.split("?")[0].rstrip("*"))

    @property
    def most(self) -> int | None:
        """Return the most arguments it takes; None for any number."""
        return None if self.kinds.endswith("*") else len(self.kinds.replace("?", ""))

    def kind(self, place: int) -> str:
        """Return the kind of the argument at `place`, counted from 0."""
        letters = self.kinds.replace("?", "").rstrip("*")
        return letters[min(place, len(letters) - 1)]


def _ibis() -> Any:
    import ibis

    return ibis


def _literal(value: Any, type: str | None = None) -> Any:
    return _ibis().literal(value, type=type)


def _date(value: Any) -> Any:
    return value.date() if value.type().is_timestamp() else value


def _moment(value: Any) -> Any:
    return value.cast("timestamp(6)")


def _whole_years(later: Any, earlier: Any) -> Any:
    """Return full years between two dates: by year, month and day, since engines count differences unlike."""
    before = (later.month() < earlier.month()) | ((later.month() == earlier.month()) & (later.day() < earlier.day()))
    return later.year() - earlier.year() - before.cast("int64")


def _years_old(arguments: Sequence[Any], context: ExpressionContext) -> Any:
    later = _date(arguments[1]) if len(arguments) > 1 else _literal(context.now.date())
    return _whole_years(later, _date(arguments[0]))


def _days_between(later: Any, earlier: Any) -> Any:
    return _date(later).epoch_days() - _date(earlier).epoch_days()


def _add(unit: str, sign: int) -> Build:
    def build(arguments: Sequence[Any], context: ExpressionContext) -> Any:
        moment, number = arguments
        keeps_day = unit != "hours" and moment.type().is_date()
        step = number.cast("int64").as_interval(unit)
        result = _moment(moment) + step if sign > 0 else _moment(moment) - step
        return result.date() if keeps_day else result

    return build


def _part(name: str) -> Build:
    def build(arguments: Sequence[Any], context: ExpressionContext) -> Any:
        return getattr(arguments[0], name)().cast("int64")

    return build


def _weekday(arguments: Sequence[Any], context: ExpressionContext) -> Any:
    # ACS: Sunday is 0; Ibis: Monday is 0
    return (_date(arguments[0]).day_of_week.index().cast("int64") + 1) % 7


def _seconds(value: Any) -> Any:
    return _moment(value).truncate("s").epoch_seconds().cast("int64")


def _truncated(arguments: Sequence[Any], context: ExpressionContext) -> Any:
    return _moment(arguments[0]).truncate("D")


def _number_from(text: Any, pattern: str, type: str) -> Any:
    """Return a text as a number, NULL where it is none: tested before it is cast, since casts differ."""
    if not text.type().is_string():
        return text.floor().cast("int64") if type == "int64" and text.type().is_floating() else text.cast(type)
    trimmed = text.strip()
    return trimmed.re_search(pattern).ifelse(trimmed, _ibis().null("string")).cast(type)


def _to_integer(arguments: Sequence[Any], context: ExpressionContext) -> Any:
    return _number_from(arguments[0], r"^[+-]?[0-9]{1,18}$", "int64")


def _to_float(arguments: Sequence[Any], context: ExpressionContext) -> Any:
    return _number_from(arguments[0], r"^[+-]?[0-9]{1,18}([.][0-9]{1,18})?$", "float64")


def _to_date(arguments: Sequence[Any], context: ExpressionContext) -> Any:
    value = arguments[0]
    if not value.type().is_string():
        return _date(value)
    day = value.strip().substr(0, 10)
    return (
        day.re_search(r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")
        .ifelse(day, _ibis().null("string"))
        .try_cast("date")
    )


def _to_moment(arguments: Sequence[Any], context: ExpressionContext) -> Any:
    value = arguments[0]
    if not value.type().is_string():
        return _moment(value)
    text = value.strip().replace("T", " ").re_replace("Z$", "")
    pattern = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])( [0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?)?$"
    return text.re_search(pattern).ifelse(text, _ibis().null("string")).try_cast("timestamp(6)")


def _to_text(arguments: Sequence[Any], context: ExpressionContext) -> Any:
    value = arguments[0]
    if value.type().is_date():
        return value.strftime("%Y-%m-%d")
    if value.type().is_timestamp():
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return value.cast("string")


def _to_boolean(arguments: Sequence[Any], context: ExpressionContext) -> Any:
    value = arguments[0]
    if value.type().is_boolean():
        return value
    if value.type().is_string():
        return value.lower().isin(["true", "1", "yes"])
    return value != 0


def _title(arguments: Sequence[Any], context: ExpressionContext) -> Any:
    text = arguments[0].lower()
    return text.substr(0, 1).upper() + text.substr(1)


def _left(arguments: Sequence[Any], context: ExpressionContext) -> Any:
    return arguments[0].substr(0, arguments[1].cast("int64"))


def _right(arguments: Sequence[Any], context: ExpressionContext) -> Any:
    text, length = arguments[0], arguments[1].cast("int64")
    start = _ibis().greatest(text.length().cast("int64") - length, 0)
    return text.substr(start, length)


def _substring(arguments: Sequence[Any], context: ExpressionContext) -> Any:
    start = arguments[1].cast("int64") - 1
    return arguments[0].substr(start, arguments[2].cast("int64")) if len(arguments) > 2 else arguments[0].substr(start)


def _joined(arguments: Sequence[Any], context: ExpressionContext) -> Any:
    """Join the texts that are there with single spaces (ACS JuxtWords)."""
    result = _literal("")
    for text in arguments:
        word = text.fill_null("").strip()
        result = ((result != "") & (word != "")).ifelse(result + " " + word, result + word)
    return result


def _choice(arguments: Sequence[Any], context: ExpressionContext) -> Any:
    condition, then, otherwise = arguments
    return condition.fill_null(False).ifelse(then, otherwise)


def _if_equals(arguments: Sequence[Any], context: ExpressionContext) -> Any:
    value, wanted, then, otherwise = arguments
    return (value == wanted).fill_null(False).ifelse(then, otherwise)


def _decode(arguments: Sequence[Any], context: ExpressionContext) -> Any:
    value, pairs = arguments[0], list(arguments[1:])
    result = pairs.pop() if len(pairs) % 2 else _ibis().null()
    for wanted, then in reversed(list(zip(pairs[::2], pairs[1::2], strict=True))):
        result = (value == wanted).fill_null(False).ifelse(then, result)
    return result


def _no_null(arguments: Sequence[Any], context: ExpressionContext) -> Any:
    value = arguments[0]
    return value.fill_null("" if value.type().is_string() else 0)


def _email_domain(arguments: Sequence[Any], context: ExpressionContext) -> Any:
    text = arguments[0]
    return text.contains("@").ifelse(text.re_replace("^.*@", ""), _ibis().null("string"))


def _pad(arguments: Sequence[Any], context: ExpressionContext) -> Any:
    return arguments[0].lpad(arguments[1].cast("int64"), arguments[2])


def _each(method: str, *fixed: Any) -> Build:
    def build(arguments: Sequence[Any], context: ExpressionContext) -> Any:
        return getattr(arguments[0], method)(*arguments[1:], *fixed)

    return build


def _f(name: str, arguments: str, help: str, group: str, kinds: str, build: Build) -> Function:
    return Function(name, f"{name}({arguments})", Text(help), group, kinds, build)


_ALL = (
    _f("GetDate", "", "The moment of the run.", "date", "", lambda a, c: _literal(c.now, "timestamp(6)")),
    _f("AddDays", "date, number", "The date so many days later.", "date", "dn", _add("days", 1)),
    _f("AddHours", "date, number", "The moment so many hours later.", "date", "dn", _add("hours", 1)),
    _f("AddMonths", "date, number", "The date so many months later.", "date", "dn", _add("months", 1)),
    _f("SubDays", "date, number", "The date so many days earlier.", "date", "dn", _add("days", -1)),
    _f("DateOnly", "date", "The date without the time of day.", "date", "d", lambda a, c: _date(a[0])),
    _f("Day", "date", "The day of the month, 1 to 31.", "date", "d", _part("day")),
    _f("Month", "date", "The month, 1 to 12.", "date", "d", _part("month")),
    _f("Year", "date", "The year.", "date", "d", _part("year")),
    _f("WeekDay", "date", "The day of the week, 0 for Sunday to 6 for Saturday.", "date", "d", _weekday),
    _f(
        "DaysAgo",
        "number",
        "The date so many days before the run.",
        "date",
        "n",
        lambda a, c: (_literal(c.now, "timestamp(6)") - a[0].cast("int64").as_interval("days")).date(),
    ),
    _f("DaysDiff", "end, start", "The days from start to end.", "date", "dd", lambda a, c: _days_between(a[0], a[1])),
    _f(
        "HoursDiff",
        "end, start",
        "The full hours from start to end.",
        "date",
        "dd",
        lambda a, c: ((_seconds(a[0]) - _seconds(a[1])) / 3600).floor().cast("int64"),
    ),
    _f("YearsOld", "birth date", "The age in full years at the moment of the run.", "date", "d?d", _years_old),
    _f("ToDate", "value", "A text like 2026-03-07 as a date, empty if it is none.", "date", "a", _to_date),
    _f(
        "ToDateTime", "value", "A text like 2026-03-07 20:00 as a moment, empty if it is none.", "date", "a", _to_moment
    ),
    _f("TruncDate", "date", "The moment at midnight of that day.", "date", "d", _truncated),
    _f("Left", "text, length", "The first characters.", "text", "tn", _left),
    _f("Right", "text, length", "The last characters.", "text", "tn", _right),
    _f("Substring", "text, start, length", "Characters from a place on, counted from 1.", "text", "tn?n", _substring),
    _f("Length", "text", "The number of characters.", "text", "t", lambda a, c: a[0].length().cast("int64")),
    _f("Upper", "text", "In capital letters.", "text", "t", _each("upper")),
    _f("Lower", "text", "In small letters.", "text", "t", _each("lower")),
    _f("Smart", "text", "The first letter large, the others small.", "text", "t", _title),
    _f("Ltrim", "text", "Without spaces at the beginning.", "text", "t", _each("lstrip")),
    _f("Rtrim", "text", "Without spaces at the end.", "text", "t", _each("rstrip")),
    _f("Trim", "text", "Without spaces at both ends.", "text", "t", _each("strip")),
    _f("Replace", "text, old, new", "With every occurrence of a text replaced.", "text", "ttt", _each("replace")),
    _f(
        "Charindex",
        "text, part",
        "Where a part begins, counted from 1; 0 when it is not there.",
        "text",
        "tt",
        lambda a, c: a[0].find(a[1]).cast("int64") + 1,
    ),
    _f("Contains", "text, part", "Whether a part occurs.", "text", "tt", _each("contains")),
    _f("StartsWith", "text, part", "Whether it begins with a part.", "text", "tt", _each("startswith")),
    _f("EndsWith", "text, part", "Whether it ends with a part.", "text", "tt", _each("endswith")),
    _f("LPad", "text, length, filling", "Filled up on the left to a length.", "text", "tnt", _pad),
    _f("JuxtWords", "text, …", "The texts that are there, joined by spaces.", "text", "tt*", _joined),
    _f("ToString", "value", "The value as text.", "text", "a", _to_text),
    _f("IfEquals", "value, wanted, then, otherwise", "One of two values, by comparison.", "choice", "aaaa", _if_equals),
    _f("Sha256Digest", "text", "The SHA-256 of the text, in hexadecimal.", "text", "t", _each("hexdigest", "sha256")),
    _f("Abs", "number", "Without its sign.", "number", "n", _each("abs")),
    _f("Ceil", "number", "Rounded up.", "number", "n", lambda a, c: a[0].ceil().cast("int64")),
    _f("Floor", "number", "Rounded down.", "number", "n", lambda a, c: a[0].floor().cast("int64")),
    _f(
        "Round",
        "number, digits",
        "Rounded to so many digits.",
        "number",
        "n?n",
        lambda a, c: a[0].cast("float64").round(a[1].cast("int64")) if len(a) > 1 else a[0].cast("float64").round(0),
    ),
    _f("Mod", "number, divisor", "The rest of a division.", "number", "nn", lambda a, c: a[0] % a[1].nullif(0)),
    _f("Greatest", "value, …", "The largest of the values.", "number", "aa*", lambda a, c: _ibis().greatest(*a)),
    _f("Least", "value, …", "The smallest of the values.", "number", "aa*", lambda a, c: _ibis().least(*a)),
    _f("ToInteger", "value", "As a whole number, empty if it is none.", "number", "a", _to_integer),
    _f("ToFloat", "value", "As a number, empty if it is none.", "number", "a", _to_float),
    _f("Iif", "condition, then, otherwise", "One of two values.", "choice", "baa", _choice),
    _f(
        "Coalesce", "value, …", "The first value that is not empty.", "choice", "aa*", lambda a, c: _ibis().coalesce(*a)
    ),
    _f(
        "Decode",
        "value, wanted, then, …, otherwise",
        "The value that stands beside the wanted one.",
        "choice",
        "aaaa*",
        _decode,
    ),
    _f("NoNull", "value", "An empty text or 0 where there is no value.", "choice", "a", _no_null),
    _f("IsNull", "value", "Whether there is no value.", "choice", "a", _each("isnull")),
    _f(
        "IsEmptyString",
        "text",
        "Whether there is no text, or an empty one.",
        "choice",
        "t",
        lambda a, c: a[0].fill_null("") == "",
    ),
    _f("ToBoolean", "value", "True for true, yes, 1 and every number but 0.", "choice", "a", _to_boolean),
    _f("GetEmailDomain", "address", "What stands behind the @.", "text", "t", _email_domain),
)

FUNCTIONS: Final[Mapping[str, Function]] = {function.name.lower(): function for function in _ALL}
"""All functions by their name in small letters. `RowId()` is added by the scope, which knows the rows' order."""
