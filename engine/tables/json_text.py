"""Reads JSON without losing anything: long numbers keep their digits, doubled keys and strange characters are told."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, Literal, NoReturn

from engine import quick_json
from engine.errors import Code, DataError
from engine.tables.json_objects import NESTS, ManyObjects
from engine.text import Text

BAD_JSON = Code("EXT-BAD-JSON", "The text is not valid JSON, or ends too early.", acs="WKF-560241")
NOT_A_NUMBER = Code("EXT-JSON-NAN", "The text holds NaN or Infinity, which JSON does not have.", acs="WKF-560241")
TOO_DEEP = Code("EXT-JSON-DEPTH", "The JSON nests more deeply than it may.", acs="WKF-560241")
NO_TEXT = Code("EXT-JSON-EMPTY", "There is nothing where JSON is expected.", acs="WKF-560241")

DEEPEST: Final = 10
"""So many levels of objects and lists are what Adobe Campaign Standard reads (ACS 1.8)."""

_MOST_DIGITS = 4000
_CONTEXT = 20
_KEYS_TOLD = 3
_UNREADABLE = 200
_MANY: Final = 100
_BLANKS: Final = " \t\r\n"
_ENDS_OF_KEYS = re.compile(f'"[{_BLANKS}]*:')
_CONSTANT = re.compile(r"(?<![\w\"])(?:NaN|-?Infinity)(?!\w)")


class Digits(str):
    """A number exactly as it was written: no digit of it is lost."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class JsonText:
    """What a text says.

    Fractions and integers of thousands of digits are `Digits`; `doubled` are keys that an object had twice. A `form`
    other than JSON has made a list of rows. `levels` is how deep objects and lists nest, 0 where nobody counted;
    `together` has what was seen on the way of lists of many objects, by the id of the list.
    """

    value: Any
    doubled: tuple[str, ...] = ()
    form: Literal["json", "ndjson", "csv"] = "json"
    levels: int = 0
    together: Mapping[int, ManyObjects] = field(default_factory=dict, compare=False)

    @property
    def deep(self) -> str | None:
        """Return the JSON Pointer of the first value that nests more deeply than is read, or None."""
        return None if 0 < self.levels <= DEEPEST else too_deep(self.value)

    @property
    def notes(self) -> tuple[Text, ...]:
        """Return what a reader should know about the text."""
        if not self.doubled:
            return ()
        return (
            Text.plural(
                "The key {keys} stands twice in one object; the last one counts.",
                "{count} keys stand twice in one object, the last one counts: {keys}.",
                count=len(self.doubled),
                keys=", ".join(f"“{key}”" for key in self.doubled[:_KEYS_TOLD]),
            ),
        )


def read_json(text: str, *, field: str = "") -> JsonText:
    """Return what the JSON `text` says.

    Raises DataError: EXT-BAD-JSON with line, column and what stands there, EXT-JSON-NAN, EXT-JSON-DEPTH (some hundred
    levels, far beyond what anybody means), EXT-JSON-EMPTY.
    """
    if not text.strip("\ufeff \t\r\n"):
        raise DataError(
            NO_TEXT, Text("There is no text at all where JSON is expected."), field=field, hint=_ask_for_json()
        )
    text = text.removeprefix("\ufeff")
    try:
        value = quick_json.loads(text, Digits)
    except (ValueError, RecursionError):
        return _read_closely(text, field)
    measured = _measured(value)
    if _may_have_doubled(text, measured.members):
        return _read_closely(text, field)
    return JsonText(value, levels=measured.levels, together=measured.together)


@dataclass(frozen=True, slots=True)
class _Measured:
    """How deep objects and lists nest, how many members all objects have, and what was seen of long lists, by id."""

    levels: int
    members: int
    together: Mapping[int, ManyObjects]


def _measured(value: Any) -> _Measured:
    levels, members = 0, 0
    together: dict[int, ManyObjects] = {}
    level: Sequence[Any] = [value] if type(value) in NESTS else []
    while level:
        levels += 1
        objects = [each for each in level if type(each) is dict]
        many = [each for each in level if type(each) is ManyObjects]
        lists = [each for each in level if type(each) is list]
        long = {id(each): ManyObjects(each) for each in lists if len(each) >= _MANY and set(map(type, each)) == {dict}}
        together |= long
        members += sum(map(len, objects)) + sum(map(len, many))
        others = chain.from_iterable(each for each in lists if id(each) not in long)
        values = chain(chain.from_iterable(map(dict.values, objects)), others)
        inner = [each for each in values if type(each) in NESTS]
        level = [*inner, *chain.from_iterable(each.nested for each in many), *long.values()]
    return _Measured(levels, members, together)


def _may_have_doubled(text: str, members: int) -> bool:
    """Return whether an object of a JSON text may have a key twice, so that it has more keys than `members`.

    Each key ends with a quotation mark before a colon; within other texts there can be more of these.
    """
    if any(f"{blank}:" in text for blank in _BLANKS if blank in text):
        return len(_ENDS_OF_KEYS.findall(text)) != members
    return text.count('":') != members


def _read_closely(text: str, field: str) -> JsonText:
    """Return what `text` says, with the keys that stand twice. Raises DataError."""
    doubled: dict[str, None] = {}

    def members(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            doubled.update((whole_text(name), None) for name, count in counts.items() if count > 1)
        return found

    def constant(name: str) -> NoReturn:
        _refuse_constant(text, name, field)

    try:
        value = json.loads(
            text, parse_float=Digits, parse_int=_integer, parse_constant=constant, object_pairs_hook=members
        )
    except json.JSONDecodeError as error:
        raise _broken(text, error, field) from None
    except RecursionError:
        raise DataError(
            TOO_DEEP,
            Text("The JSON nests hundreds of levels deep, which nobody could map to columns."),
            hint=Text("Ask the owner of the service for a flat list of objects."),
            field=field,
        ) from None
    return JsonText(value, tuple(doubled), levels=_measured(value).levels)


def _integer(digits: str) -> int | Digits:
    return int(digits) if len(digits) <= _MOST_DIGITS else Digits(digits)


def _ask_for_json() -> Text:
    return Text("Check the URL, or ask the owner of the service what it answers.")


def _refuse_constant(text: str, name: str, field: str) -> NoReturn:
    match = next((found for found in _CONSTANT.finditer(text) if found.group() == name), None)
    line = text.count("\n", 0, match.start()) + 1 if match else 1
    raise DataError(
        NOT_A_NUMBER,
        Text("Line {line} holds “{name}”, which is no number in JSON.", line=str(line), name=name),
        hint=Text("Ask the owner of the service to send null instead."),
        field=field,
    )


def _broken(text: str, error: json.JSONDecodeError, field: str) -> DataError:
    start = max(error.pos - _CONTEXT, text.rfind("\n", 0, error.pos) + 1)
    near = whole_text(text[start : error.pos + _CONTEXT].split("\n", 1)[0].strip())
    is_end = error.pos >= len(text.rstrip())
    where = Text("It ends too early.") if is_end else Text("Near “{near}”.", near=near)
    return DataError(
        BAD_JSON,
        Text(
            "This is no valid JSON: {reason} at line {line}, column {column}. {where}",
            reason=error.msg[:1].lower() + error.msg[1:],
            line=str(error.lineno),
            column=str(error.colno),
            where=where,
        ),
        hint=_ask_for_json(),
        field=field,
        details={"line": error.lineno, "column": error.colno, "near": near},
    )


def whole_text(text: str) -> str:
    """Return `text` with halves of characters (lone surrogates), which no table can hold, replaced by �."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def too_deep(value: Any, most: int = DEEPEST) -> str | None:
    """Return the JSON Pointer of the first value that nests deeper than `most` levels, or None."""
    level = [value]
    for _ in range(most + 1):
        level = [each for each in level if isinstance(each, dict | list | tuple)]
        if not level:
            return None
        level = [inner for each in level for inner in (each.values() if isinstance(each, dict) else each)]
    return _first_deep(value, most)


def _first_deep(value: Any, most: int) -> str:
    waiting: list[tuple[str, Any, int]] = [("", value, 1)]
    while waiting:
        pointer, found, level = waiting.pop()
        if level > most:
            return pointer[:_UNREADABLE]
        inner = [(name, each) for name, each in members_of(found) if isinstance(each, Mapping | list | tuple)]
        waiting.extend((pointer + step(name), each, level + 1) for name, each in reversed(inner))
    return "/"


def members_of(value: Any) -> Iterator[tuple[str | int, Any]]:
    """Yield the members of an object, or the entries of a list with their places; nothing for other values."""
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list | tuple):
        yield from enumerate(value)


def step(name: str | int) -> str:
    """Return one step of a JSON Pointer (RFC 6901)."""
    return "/" + str(name).replace("~", "~0").replace("/", "~1")


def leaves(value: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield pointer, name and value of each leaf in document order; entries of a list are named like the list."""
    waiting: list[tuple[str, str, Any]] = [("", "", value)]
    while waiting:
        pointer, name, current = waiting.pop()
        if not isinstance(current, Mapping | list | tuple):
            yield pointer or "/", name, current
            continue
        members = [
            (pointer + step(part), part if isinstance(part, str) else name, each) for part, each in members_of(current)
        ]
        waiting.extend(reversed(members))


_ABSENT: Final = object()


def at_pointer(value: Any, pointer: str, default: Any = None) -> Any:
    """Return the value at a JSON Pointer, `default` where there is none; both `/` and nothing mean the root."""
    if pointer in ("", "/") and not (isinstance(value, Mapping) and "" in value and pointer == "/"):
        return value
    for part in pointer.removeprefix("/").split("/"):
        value = _member(value, part.replace("~1", "/").replace("~0", "~"))
        if value is _ABSENT:
            return default
    return value


def _member(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(name, _ABSENT)
    if isinstance(value, list | tuple) and name.isascii() and name.isdigit() and int(name) < len(value):
        return value[int(name)]
    return _ABSENT


def with_value(value: Any, pointer: str, new: Any) -> Any:
    """Return a JSON value with `new` at a JSON Pointer; objects that are missing on the way are added.

    Raises LookupError for no pointer to a member, and where the way leads through something else.
    """
    if not pointer.startswith("/") or pointer == "/":
        raise LookupError(pointer)
    names = [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]
    return _with(value, names, new)


def _with(value: Any, names: Sequence[str], new: Any) -> Any:
    if not names:
        return new
    name, *rest = names
    if isinstance(value, Mapping):
        inner = value.get(name)
        return {**value, name: _with({} if inner is None else inner, rest, new)}
    if not isinstance(value, list) or _member(value, name) is _ABSENT:
        raise LookupError(name)
    return [_with(each, rest, new) if place == int(name) else each for place, each in enumerate(value)]
