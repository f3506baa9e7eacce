"""Reads JSON away from the window's thread without ever holding it up, and finds the lists in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]  # the stubs leave the C scanner out
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from designer.forms.paths import is_list
from engine import quick_json
from engine.document import digits

_OPEN_LEVELS = 3
"""Values below this depth are read in one go by the C scanner, which lets no other thread run meanwhile."""
_SMALL = 65_536
_PIECE = 32_768
"""The C scanner reads about so many characters before other threads have their turn."""
_LONGEST_SEAM = 80
_MOST_DIGITS = 4000
_DEEPEST_LIST = 10
_FEWEST_ALIKE = 3
_SPACE = re.compile(r"[ \t\n\r]*")


class Digits(str):
    """A number as it is written in the answer: no digit of it is lost by showing it."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return the digits, which is what tells them from the same text in quotes."""
        return str(self)


@dataclass(frozen=True, slots=True)
class FoundList:
    """What the rows can be read from: where it is (JSON Pointer, `/` the root), how many, the first one's members.

    A list of objects; in answers without any, an object of objects that are alike, or lists that stand side by side.
    """

    pointer: str
    rows: int
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadJson:
    """An answer that was read: its value, what rows can be read from, and what is wrong when it is no JSON."""

    value: Any
    lists: tuple[FoundList, ...] = ()
    problem: str = ""


def read_json(text: str) -> ReadJson:
    """Return what the JSON `text` holds; floats, and integers of thousands of digits, as `Digits`."""
    try:
        value, end = _value(text, _space(text, 0), 0)
        if _space(text, end) != len(text):
            raise json.JSONDecodeError("Extra data", text, _space(text, end))
    except json.JSONDecodeError as error:
        return ReadJson(None, problem=f"line {error.lineno}, column {error.colno}: {error.msg}")
    except (RecursionError, StopIteration, IndexError):
        return ReadJson(None, problem="the text ends too early, or is nested too deeply")
    except ValueError:  # an integer with more digits than Python reads
        value = json.loads(text, parse_float=Digits, parse_int=_integer)
    return ReadJson(value, tuple(_lists(value, "", 0)) or tuple(_objects(value, "", 0)))


class _Signals(QObject):
    done = Signal()


class JsonReader(QObject):
    """Reads one text after the other in a thread of its own; only the last one asked for is told.

    `done` says that `found` is there.
    """

    done = Signal()

    def __init__(self, parent: QObject) -> None:
        """Read for `parent`."""
        super().__init__(parent)
        self.found = ReadJson(None)
        self._job: _Reading | None = None
        self._ahead: _Reading | None = None
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)

    def read(self, text: str) -> None:
        """Read `text`; `done` is emitted with a `ReadJson`, at once where the text has been read ahead."""
        ahead, self._ahead = self._ahead, None
        self._job = job = ahead if ahead is not None and ahead.text == text else self._begin(text)
        if job.is_over:
            self._take(job)

    def read_ahead(self, text: str) -> None:
        """Begin with a text that is likely to be asked for soon."""
        self._ahead = self._begin(text)

    def _begin(self, text: str) -> _Reading:
        job = _Reading(text)
        job.signals.done.connect(lambda: self._take(job))
        self._pool.start(job)
        return job

    def _take(self, job: _Reading) -> None:
        job.is_over = True
        if job is self._job:
            self.found = job.found
            self._job = None
            self.done.emit()


class _Reading(QRunnable):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self.text = text
        self.is_over = False
        self.found = ReadJson(None)
        self.signals = _Signals()

    def run(self) -> None:
        self.found = read_json(self.text)
        self.signals.done.emit()


def plain(value: Any) -> Any:
    """Return a value with its `Digits` as ordinary numbers, as a file can hold it."""
    if isinstance(value, Digits):
        try:
            return digits.loads(value) if len(value) <= _MOST_DIGITS else str(value)
        except ValueError:
            return str(value)  # 1e999, which no number of a file can be
    if isinstance(value, Mapping):
        return {name: plain(member) for name, member in value.items()}
    return [plain(entry) for entry in value] if isinstance(value, list) else value


def pointer_step(name: str | int) -> str:
    """Return one step of a JSON Pointer (RFC 6901)."""
    return "/" + str(name).replace("~", "~0").replace("/", "~1")


def _integer(digits: str) -> int | Digits:
    return int(digits) if len(digits) <= _MOST_DIGITS else Digits(digits)


_DECODER = json.JSONDecoder(parse_float=Digits)


def _space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match is not None else at


def _value(text: str, at: int, level: int) -> tuple[Any, int]:
    first = text[at : at + 1]
    if level < _OPEN_LEVELS and first == "{":
        return _object(text, at + 1, level)
    if level < _OPEN_LEVELS and first == "[":
        return _array(text, at + 1, level)
    return _DECODER.raw_decode(text, at)


def _object(text: str, at: int, level: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    at = _space(text, at)
    if text[at : at + 1] == "}":
        return found, at + 1
    while True:
        if text[at : at + 1] != '"':
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", text, at)
        name, at = scanstring(text, at + 1, True)
        at = _space(text, at)
        if text[at : at + 1] != ":":
            raise json.JSONDecodeError("Expecting ':' delimiter", text, at)
        found[name], at = _value(text, _space(text, at + 1), level + 1)
        at, is_end = _after(text, at, "}")
        if is_end:
            return found, at


def _array(text: str, at: int, level: int) -> tuple[list[Any], int]:
    """Return the entries from `at` on. Once one was small, the next are read by the C scanner, many at a time."""
    found: list[Any] = []
    at = _space(text, at)
    if text[at : at + 1] == "]":
        return found, at + 1
    size = _SMALL
    while True:
        start = at
        entry, at = _value(text, at, level + 1 if size >= _SMALL else _OPEN_LEVELS)
        found.append(entry)
        size, end = at - start, at
        at, is_end = _after(text, at, "]")
        if is_end:
            return found, at
        if len(found) == 1 and size < _SMALL:
            at = _pieces(text, at, end, found)


def _pieces(text: str, at: int, end: int, found: list[Any]) -> int:
    """Add the entries from `at` on to `found` piece by piece, as far as they look alike; return the place after them.

    A piece ends where the text looks as it does between the first entry, which ended at `end`, and the second one. It
    is only taken when it reads as whole entries, so that a wrong guess costs time and nothing else.
    """
    seam = text[end - 1 : text.find(":", at, at + _LONGEST_SEAM) + 1]
    while len(seam) > at - end and (cut := text.find(seam, at + _PIECE)) >= 0:
        piece = f"[{text[at : cut + 1]}]"
        try:
            found += _entries(piece)
        except json.JSONDecodeError:
            break
        seam_start = cut + 1
        at = _after(text, seam_start, "]")[0]
        end = seam_start
    return at


def _entries(piece: str) -> Any:
    try:
        return quick_json.loads(piece, Digits)
    except ValueError:
        return _DECODER.decode(piece)


def _after(text: str, at: int, closing: str) -> tuple[int, bool]:
    """Return the place after a comma or the `closing` bracket, and whether it was the bracket."""
    at = _space(text, at)
    mark = text[at : at + 1]
    if mark not in (",", closing) or not mark:
        raise json.JSONDecodeError("Expecting ',' delimiter", text, at)
    return (at + 1, True) if mark == closing else (_space(text, at + 1), False)


def _lists(value: Any, pointer: str, level: int) -> Iterator[FoundList]:
    if is_list(value):
        first = value[0] if value else None
        if any(is_list(entry) and entry and isinstance(entry[0], Mapping) for entry in value):
            for place, entry in enumerate(value):
                yield from _lists(entry, pointer + pointer_step(place), level + 1)
        elif isinstance(first, Mapping):
            yield FoundList(pointer or "/", len(value), tuple(first))
    elif isinstance(value, Mapping) and level < _DEEPEST_LIST:
        for name, member in value.items():
            yield from _lists(member, pointer + pointer_step(name), level + 1)


def _objects(value: Any, pointer: str, level: int) -> Iterator[FoundList]:
    """Yield the objects whose members are rows or columns, such as `{"13": {…}, "75": {…}}`."""
    if not isinstance(value, Mapping) or level > _DEEPEST_LIST:
        return
    members = list(value.values())
    lengths = {len(member) for member in members if is_list(member)}
    if len(members) > 1 and all(map(is_list, members)) and len(lengths) == 1 and lengths != {0}:
        yield FoundList(pointer or "/", lengths.pop(), tuple(value))
    elif _are_alike(members) and (len(members) >= _FEWEST_ALIKE or any(name[:1].isdigit() for name in value)):
        yield FoundList(pointer or "/", len(members), ("key", *members[0]))
    else:
        for name, member in value.items():
            yield from _objects(member, pointer + pointer_step(name), level + 1)


def _are_alike(members: Sequence[Any]) -> bool:
    if not members or not all(isinstance(member, Mapping) for member in members):
        return False
    first = members[0].keys()
    return all(2 * len(first & member.keys()) >= len(first | member.keys()) > 0 for member in members)
