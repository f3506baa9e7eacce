"""Which parts of a JSON value could be rows: lists, lists of lists, keyed objects, lists side by side (ACS 1.5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Any, Final, Literal

from engine.tables.json_text import Digits, at_pointer, members_of, step, whole_text
from engine.tables.json_words import words

Mode = Literal["array", "flatten", "keyed", "parallel", "header"]
"""How an answer becomes rows: a row for each element of a list, one row of everything, a row for each member of an
object, a row for each place of lists side by side, a row for each list after the list that names the columns."""

VALUE: Final = "value"
"""The column, and its key, that a list of plain values has."""
KEY: Final = "#key"
"""The key of the column that holds the name under which a keyed object has the row."""


_ABSENT: Final = object()
_MOST_MEMBERS = 200_000
_MOST_NAMES = 20
_LOOKED_AT = 50
_SHORTEST_CODE, _COUNTRY_OR_CURRENCY, _LONGEST_CODE = 2, 3, 12
_FEWEST = 2
_SURE_LISTS = 3
_LONGEST_LABEL = 40

_NUMBER_OR_DATE = re.compile(r"-?\d+(?:\.\d+)?|\d{4}-\d\d(?:-\d\d(?:[T ].*)?)?", re.ASCII)
_MARKED = re.compile(
    r"(?=.*\d)[\w.:-]*|[^\s@]+@[^\s@]+|https?://\S+|[^\W_]+(?:[- ][^\W_]+)+"
    r"|[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}",
    re.ASCII,
)
_ARTICLE = re.compile(r"(?=.*\d)[A-Z0-9]+(?:-[A-Z0-9]+)*", re.ASCII)
_LABEL = re.compile(r"[^\W\d][\w .()/#%*-]*")
_TIMES: Final = words("time times timestamp timestamps date dates t x labels categories")
_HEADINGS: Final = words(
    "id key name firstname lastname email mail code date time city country region state zip zipcode postcode phone "
    "title url price amount quantity status type category sku product offer value label description currency language "
    "birthday gender age points"
)
"""What the first row of a sheet often says (without signs between words, in small letters)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What could be the rows: where it is, its entries, how they are read, and whether its shape leaves no doubt."""

    pointer: str
    rows: Sequence[Any]
    mode: Mode = "array"
    is_sure: bool = True

    @property
    def has_objects(self) -> bool:
        """Return whether there is an object among the entries."""
        return first_object(self.rows) is not None

    @property
    def has_lists(self) -> bool:
        """Return whether the entries are lists of plain values, which have columns by their place."""
        return is_matrix(self.rows)

    @property
    def names(self) -> list[str]:
        """Return the names that the first entry gives the columns."""
        first = first_object(self.rows)
        if first is not None:
            return ["key" if name == KEY else whole_text(str(name)) for name in first]
        return [f"column_{place}" for place in range(1, width_of(self.rows) + 1)] if self.has_lists else [VALUE]

    def to_json(self) -> dict[str, Any]:
        """Return pointer, number of rows, the names of the first columns, and the mode unless it is `array`."""
        found = {"pointer": self.pointer, "rows": len(self.rows), "columns": self.names[:_MOST_NAMES]}
        return found if self.mode == "array" else {**found, "mode": self.mode}


def first_object(rows: Sequence[Any]) -> Mapping[str, Any] | None:
    """Return the first object of a list, which says which columns there are (ACS 1.5); None without any."""
    return next((row for row in rows if isinstance(row, Mapping)), None)


def is_list(value: Any) -> bool:
    """Return whether a JSON value is a list."""
    return isinstance(value, list | tuple)


def is_nested(value: Any) -> bool:
    """Return whether a JSON value is an object or a list."""
    return isinstance(value, Mapping | list | tuple)


_kind_of = type


def has_nested(values: Sequence[Any]) -> bool:
    """Return whether an object or a list is among `values`; quick for long ones."""
    return any(issubclass(kind, Mapping | list | tuple) for kind in set(map(_kind_of, values)))


def is_matrix(rows: Sequence[Any]) -> bool:
    """Return whether the entries are lists of plain values."""
    return bool(rows) and all(is_list(row) and not has_nested(row) for row in rows) and width_of(rows) > 0


def width_of(rows: Sequence[Any]) -> int:
    """Return the length of the longest list among the entries."""
    return max((len(row) for row in rows if is_list(row)), default=0)


def shapes_in(value: Any) -> list[Candidate]:
    """Return what could be rows in a JSON value, in document order; what is within a row is not looked at."""
    found: list[Candidate] = []
    waiting: list[tuple[str, Any]] = [("", value)]
    seen = 0
    while waiting and seen < _MOST_MEMBERS:
        pointer, current = waiting.pop()
        seen += 1
        shapes = list(_shapes_at(pointer, current))
        found += shapes
        waiting.extend(reversed([(pointer + step(name), inner) for name, inner in _inside(current, shapes)]))
    return found


def _shapes_at(pointer: str, value: Any) -> Iterator[Candidate]:
    if is_list(value):
        if not _is_mixed(value):
            yield as_list(pointer or "/", value)
        return
    if not isinstance(value, Mapping):
        return
    if _is_keyed_by_data(value):
        yield Candidate(pointer or "/", keyed_rows(value), "keyed")
    elif _is_side_by_side(value):
        yield Candidate(pointer or "/", parallel_rows(value), "parallel")
    elif is_alike(list(value.values())) and len(value) >= _FEWEST:
        yield Candidate(pointer or "/", keyed_rows(value), "keyed", is_sure=False)


def _inside(value: Any, shapes: Sequence[Candidate]) -> list[tuple[str | int, Any]]:
    """Return the members in which rows may be as well."""
    if any(shape.is_sure and shape.mode != "parallel" for shape in shapes):
        return []
    taken = set(_side_by_side(value)) if shapes and shapes[0].mode == "parallel" else ()
    return [(name, each) for name, each in members_of(value) if is_nested(each) and name not in taken]


def as_list(pointer: str, rows: Sequence[Any]) -> Candidate:
    """Return a list as rows: its first entry names the columns where it looks like a heading."""
    if is_matrix(rows) and _has_heading(rows):
        return Candidate(pointer, header_rows(rows), "header")
    return Candidate(pointer, rows)


def as_object(pointer: str, value: Mapping[str, Any]) -> Candidate | None:
    """Return an object that somebody pointed at as rows, None when nothing in it is like rows."""
    if len(_side_by_side(value)) >= _FEWEST:
        return Candidate(pointer, parallel_rows(value), "parallel")
    if value and (all(map(is_nested, value.values())) or _is_keyed_by_data(value)):
        return Candidate(pointer, keyed_rows(value), "keyed")
    return None


def _is_mixed(rows: Sequence[Any]) -> bool:
    """Return whether the entries are several things, as in `[{page}, [{row}, {row}]]` or `["word", ["a", "b"]]`."""
    kinds = {is_list(row) for row in rows if row is not None}
    return len(kinds) > 1 or any(is_list(row) and first_object(row) is not None for row in rows)


# --- objects whose members are rows ----------------------------------------------------------------------------


def keyed_rows(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a row for each member of an object, its name under `KEY`; members that are lists give a row per entry."""
    found: list[dict[str, Any]] = []
    for name, member in value.items():
        entries = member if is_list(member) and first_object(member) is not None else [member]
        found += [{KEY: name, **each} if isinstance(each, Mapping) else {KEY: name, VALUE: each} for each in entries]
    return found


def _is_keyed_by_data(value: Mapping[str, Any]) -> bool:
    members = list(value.values())
    if not value or not _are_data(list(value)):
        return False
    if all(isinstance(member, Mapping) for member in members):
        return len(members) == 1 or is_alike(members) or (_are_numbers(value) and _is_akin(members))
    if all(is_list(member) and first_object(member) is not None for member in members):
        return is_alike([first_object(member) for member in members])
    kinds = {_plain_kind(member) for member in members} - {"null"}
    return len(members) > 1 and len(kinds) == 1 and kinds != {"nested"} and _are_like_codes(value)


def _are_data(names: Sequence[str]) -> bool:
    """Return whether names are values rather than words: numbers, dates, codes."""
    if _are_numbers(names):
        return True
    return len(names) > 1 and (all(_MARKED.fullmatch(name) for name in names) or all(map(_is_code, names)))


def _are_numbers(names: Iterable[str]) -> bool:
    return all(_NUMBER_OR_DATE.fullmatch(name) for name in names)


def _are_counted(names: Iterable[str]) -> bool:
    found = list(names)
    return any(found == [str(place + first) for place in range(len(found))] for first in (0, 1))


def _is_code(name: str) -> bool:
    return name.isascii() and name.isalpha() and name.isupper() and _SHORTEST_CODE <= len(name) <= _LONGEST_CODE


def _are_like_codes(value: Mapping[str, Any]) -> bool:
    """Return whether names of plain values are data: `{"EUR": 1, "USD": 2}`, not `{"CITY": "x", "ZIP": "y"}`.

    Names that count from 0 or 1 say no more than a place in a list would.
    """
    if _are_numbers(value):
        return not _are_counted(value)
    if all("@" in name for name in value) or all(map(_ARTICLE.fullmatch, value)):
        return len(value) > _FEWEST or "@" in next(iter(value))
    return (
        len({len(name) for name in value}) == 1
        and all(map(_is_code, value))
        and len(next(iter(value))) <= _COUNTRY_OR_CURRENCY
    )


def _plain_kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float | Digits):
        return "number"
    return "text" if isinstance(value, str) else "nested"


def is_alike(members: Sequence[Any]) -> bool:
    """Return whether all are objects that share most of their names, with values of the same kinds."""
    if not members or not all(isinstance(member, Mapping) and member for member in members):
        return False
    first = members[0]
    return all(_are_two_alike(first, member) for member in islice(members, 1, _LOOKED_AT))


def _is_akin(members: Sequence[Any]) -> bool:
    """Return whether objects have a name in common with the first, which is enough where their keys are data."""
    return all(member.keys() & members[0].keys() for member in islice(members, 1, _LOOKED_AT))


def _are_two_alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    shared = one.keys() & other.keys()
    known = [name for name in shared if one[name] is not None and other[name] is not None]
    clashing = sum(is_nested(one[name]) != is_nested(other[name]) for name in known)
    return 2 * (len(shared) - clashing) >= len(one.keys() | other.keys())


# --- lists side by side ----------------------------------------------------------------------------------------


def _side_by_side(value: Any) -> list[str]:
    """Return the members that are lists of plain values of one length, that of most of them."""
    if not isinstance(value, Mapping):
        return []
    lengths = {
        name: len(member) for name, member in value.items() if is_list(member) and member and not has_nested(member)
    }
    if not lengths:
        return []
    common = max(lengths.values(), key=list(lengths.values()).count)
    return [name for name, length in lengths.items() if length == common]


def _is_side_by_side(value: Mapping[str, Any]) -> bool:
    names = _side_by_side(value)
    if len(names) < _FEWEST:
        return False
    is_long = len(value[names[0]]) > 1
    has_time = any(name.lower() in _TIMES for name in names)
    return (is_long or has_time) and (has_time or len(names) >= _SURE_LISTS or len(names) == len(value))


def parallel_rows(value: Mapping[str, Any], keys: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return a row for each place of the lists that an object has side by side; shorter lists lack values there.

    `keys` name the lists, by property or JSON Pointer; without any it is those of the most frequent length.
    """
    lists = {key: each for key in keys or _side_by_side(value) if is_list(each := member_at(value, key, None))}
    rows = zip_longest(*lists.values(), fillvalue=_ABSENT)
    return [{key: each for key, each in zip(lists, row, strict=True) if each is not _ABSENT} for row in rows]


def member_at(value: Any, key: str, default: Any) -> Any:
    """Return what an object has under `key`, a property or a JSON Pointer; `default` when there is no such thing.

    `/` is the property without a name.
    """
    if isinstance(value, Mapping) and (key in value or key == "/"):
        return value[key] if key in value else value.get("", default)
    return at_pointer(value, key, default) if key.startswith("/") else default


# --- lists of lists --------------------------------------------------------------------------------------------


def header_rows(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Return a row for each list after the first, which names the columns."""
    if not rows or not is_list(rows[0]):
        return []
    names = [whole_text(str(name)) for name in rows[0]]
    return [dict(zip(names, row, strict=False)) if is_list(row) else {} for row in rows[1:]]


def _has_heading(rows: Sequence[Any]) -> bool:
    """Return whether the first list names columns: short, different words over values that are something else."""
    head = rows[0]
    is_row_of_labels = all(isinstance(name, str) and _is_label(name) for name in head)
    if len(rows) == 1 or not is_row_of_labels or len(set(head)) < len(head):
        return False
    known = {re.sub(r"\W|_", "", name.lower()) for name in head}
    return bool(known & _HEADINGS) or any(not _is_label(value) for row in rows[1:_LOOKED_AT] for value in row)


def _is_label(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_LABEL and _LABEL.fullmatch(value) is not None
