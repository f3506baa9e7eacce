"""The filters of message texts, as in `{{ profile.firstName | title }}`; NULL stays NULL in all but `default`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from engine.personalization.faults import TooMuch, WrongValue
from engine.personalization.formats import LONGEST_TEXT, Formats, listed, picked
from engine.text import Text

Gives = Literal["value", "list", "entry", "any"]


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: what it does, what it gives, and which argument names a member of a list's entries."""

    function: Callable[..., Any]
    gives: Gives = "value"
    attribute: str = ""
    is_bound: bool = False
    """Whether the function's first parameter is the Formats of the flow."""

    @property
    def signature(self) -> inspect.Signature:
        """Return what can stand between the brackets."""
        parameters = list(inspect.signature(self.function).parameters.values())
        return inspect.Signature(parameters[2 if self.is_bound else 1 :])


def _default(value: Any, fallback: Any = "", boolean: bool = True) -> Any:
    """Return the fallback for NULL and for an empty text; `boolean` is taken for other dialects' sake."""
    return fallback if value is None or value == "" else value


def _text(value: Any) -> str:
    if isinstance(value, list | tuple | Mapping):
        raise WrongValue(Text("A list or a whole row is no text."))
    return value if isinstance(value, str) else str(value)


def _upper(value: Any) -> Any:
    return None if value is None else _text(value).upper()


def _lower(value: Any) -> Any:
    return None if value is None else _text(value).lower()


def _title(value: Any) -> Any:
    return None if value is None else " ".join(word.capitalize() for word in _text(value).split(" "))


def _capitalize(value: Any) -> Any:
    return None if value is None else _text(value).capitalize()


def _trim(value: Any) -> Any:
    return None if value is None else _text(value).strip()


def _truncate(value: Any, length: int = 60, end: str = "…") -> Any:
    if value is None or len(_text(value)) <= length:
        return value
    return _text(value)[: max(length - len(end), 0)].rstrip() + end


def _replace(value: Any, old: str, new: str) -> Any:
    if value is None:
        return None
    text = _text(value)
    if len(text) + text.count(old) * len(new) > LONGEST_TEXT:
        raise TooMuch
    return text.replace(old, new)


def _urlencode(value: Any) -> Any:
    return None if value is None else quote(_text(value), safe="")


def _number(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            raise WrongValue(Text("“{value}” is no number.", value=value[:60])) from None
    if not isinstance(value, int | float):
        raise WrongValue(Text("“{value}” is no number.", value=str(value)[:60]))
    return value


def _round(value: Any, precision: int = 0) -> Any:
    return None if value is None else round(_number(value), max(min(precision, 20), -20))


def _abs(value: Any) -> Any:
    return None if value is None else abs(_number(value))


def _int(value: Any) -> Any:
    try:
        return None if value is None else int(_number(value))
    except (ValueError, OverflowError):
        raise WrongValue(Text("“{value}” is no whole number.", value=str(value)[:60])) from None


def _length(value: Any) -> Any:
    return len(value) if isinstance(value, str | Mapping) else len(listed(value))


def _reverse(value: Any) -> Any:
    return listed(value)[::-1]


def _first(value: Any) -> Any:
    return next(iter(listed(value)), None)


def _last(value: Any) -> Any:
    return next(iter(listed(value)[::-1]), None)


def _take(value: Any, count: int) -> Any:
    return listed(value)[: max(count, 0)]


def _skip(value: Any, count: int) -> Any:
    return listed(value)[max(count, 0) :]


def _map(value: Any, attribute: str) -> Any:
    return picked(listed(value), attribute)


def _unique(value: Any, attribute: str | None = None) -> Any:
    entries = listed(value)
    seen: list[Any] = []
    kept = []
    for entry, key in zip(entries, picked(entries, attribute), strict=True):
        if key not in seen:
            seen.append(key)
            kept.append(entry)
    return kept


def _sum(value: Any, attribute: str | None = None) -> Any:
    return sum(_number(each) for each in picked(listed(value), attribute) if each is not None)


def _sort(formats: Formats, value: Any, attribute: str | None = None, reverse: bool = False) -> Any:
    """Return the list in order; entries without a value come last either way."""
    entries = listed(value)
    pairs = list(zip(picked(entries, attribute), entries, strict=True))
    filled = [pair for pair in pairs if pair[0] is not None]

    def compared(one: tuple[Any, Any], other: tuple[Any, Any]) -> int:
        return _compared(formats, _folded(one[0]), _folded(other[0]))

    filled.sort(key=functools.cmp_to_key(compared), reverse=bool(reverse))
    return [entry for _, entry in filled] + [entry for key, entry in pairs if key is None]


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _compared(formats: Formats, one: Any, other: Any) -> int:
    return -1 if formats.before(one, other) else int(bool(formats.before(other, one)))


def _smallest(formats: Formats, value: Any, attribute: str | None = None) -> Any:
    return _first([each for each in _sort(formats, picked(listed(value), attribute)) if each is not None])


def _greatest(formats: Formats, value: Any, attribute: str | None = None) -> Any:
    return _first([each for each in _sort(formats, picked(listed(value), attribute), None, True) if each is not None])


def _selectattr(formats: Formats, value: Any, attribute: str, test: str = "defined", other: Any = None) -> Any:
    entries = listed(value)
    keys = picked(entries, attribute)
    return [entry for entry, key in zip(entries, keys, strict=True) if passes(formats, key, test, other)]


def _rejectattr(formats: Formats, value: Any, attribute: str, test: str = "defined", other: Any = None) -> Any:
    entries = listed(value)
    keys = picked(entries, attribute)
    return [entry for entry, key in zip(entries, keys, strict=True) if not passes(formats, key, test, other)]


def passes(formats: Formats, value: Any, test: str, other: Any = None) -> bool:
    """Return whether `value` passes a comparison with `other`; an order with NULL never holds. Raises WrongValue."""
    if test in ("eq", "equalto", "==", "ne", "!="):
        return (value == other) is (test in ("eq", "equalto", "=="))
    if test in ("lt", "<"):
        return bool(formats.before(value, other))
    if test in ("gt", ">"):
        return bool(formats.before(other, value))
    if test in ("lteq", "le", "<="):
        return formats.before(other, value) is False
    if test in ("gteq", "ge", ">="):
        return formats.before(value, other) is False
    return _stands(value, test, other)


def _stands(value: Any, test: str, other: Any) -> bool:
    if test in ("defined", "undefined"):
        return (value is not None) is (test == "defined")
    if test in ("in", "notin"):
        inside = _text(value) in other if isinstance(other, str) and value is not None else value in listed(other)
        return inside is (test == "in")
    raise WrongValue(Text("“{test}” is no comparison.", test=str(test)), Text("Use ==, !=, <, <=, > or >=."))


FILTERS: Mapping[str, Filter] = {
    "default": Filter(_default),
    "upper": Filter(_upper),
    "lower": Filter(_lower),
    "title": Filter(_title),
    "capitalize": Filter(_capitalize),
    "trim": Filter(_trim),
    "truncate": Filter(_truncate),
    "replace": Filter(_replace),
    "urlencode": Filter(_urlencode),
    "round": Filter(_round),
    "abs": Filter(_abs),
    "int": Filter(_int),
    "length": Filter(_length),
    "reverse": Filter(_reverse, "list"),
    "first": Filter(_first, "entry"),
    "last": Filter(_last, "entry"),
    "take": Filter(_take, "list"),
    "skip": Filter(_skip, "list"),
    "map": Filter(_map, "any", "attribute"),
    "unique": Filter(_unique, "list", "attribute"),
    "sum": Filter(_sum, "value", "attribute"),
    "sort": Filter(_sort, "list", "attribute", is_bound=True),
    "min": Filter(_smallest, "value", "attribute", is_bound=True),
    "max": Filter(_greatest, "value", "attribute", is_bound=True),
    "selectattr": Filter(_selectattr, "list", "attribute", is_bound=True),
    "rejectattr": Filter(_rejectattr, "list", "attribute", is_bound=True),
    "join": Filter(Formats.join, "value", "attribute", is_bound=True),
    "date": Filter(Formats.as_date, is_bound=True),
    "time": Filter(Formats.as_time, is_bound=True),
    "datetime": Filter(Formats.as_datetime, is_bound=True),
    "number": Filter(Formats.as_number, is_bound=True),
    "currency": Filter(Formats.as_currency, is_bound=True),
    "plural": Filter(Formats.as_plural, is_bound=True),
}
"""All filters by name."""
