"""At which place of the HTML each expression of a message stands, and what must happen to a value there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from html.parser import HTMLParser
from typing import Literal

from engine.personalization.links import URL_ATTRIBUTES


class Rule(StrEnum):
    """What happens to a value before it is written."""

    PLAIN = "plain"
    ESCAPED = "escaped"
    URL = "url"
    URL_PART = "url-part"


class Refusal(StrEnum):
    """Why no value can stand at a place."""

    HOST = "host"
    STYLE = "style"
    UNQUOTED = "unquoted"
    TAG = "tag"
    SCRIPT = "script"
    COMMENT = "comment"
    ELSEWHERE = "elsewhere"
    BRANCH = "branch"


@dataclass(frozen=True, slots=True)
class Place:
    """A place: the rule or the refusal, and a key that is the same for what stands at the same place."""

    rule: Rule | None
    refusal: Refusal | None = None
    key: str = "text"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a message in its order: literal text, an expression, or one tag of the block `group`."""

    kind: Literal["text", "expression", "block"]
    text: str = ""
    number: int = 0
    group: int = 0


@dataclass(slots=True)
class Places:
    """What was found: places of expressions, places of each block's tags, addresses that the text itself holds."""

    expressions: dict[int, Place] = field(default_factory=dict)
    blocks: dict[int, list[Place]] = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)

    def of(self, number: int) -> Place:
        """Return the place of an expression; one that the reader of HTML has not met is refused."""
        return self.expressions.get(number, Place(None, Refusal.ELSEWHERE))

    def mixed(self, tags: Mapping[int, int]) -> Iterator[int]:
        """Yield the blocks whose tags do not all stand at one place where a block may stand."""
        for number, count in tags.items():
            found = self.blocks.get(number, [])
            is_one = len(found) == count and len({place.key for place in found}) == 1
            if not is_one or any(place.refusal or place.rule is not Rule.ESCAPED for place in found):
                yield number


def places_of(pieces: Sequence[Piece]) -> Places:
    """Return where the expressions and blocks of HTML stand."""
    literal = "".join(piece.text for piece in pieces if piece.kind == "text").lower()
    mark = "zq"
    while mark in literal:
        mark += "q"
    found = Places()
    reader = _Reader(mark, found)
    reader.feed("".join(_sentinel(mark, piece) for piece in pieces))
    reader.close()
    return found


def _sentinel(mark: str, piece: Piece) -> str:
    if piece.kind == "text":
        return piece.text
    return f"{mark}e{piece.number}z" if piece.kind == "expression" else f"{mark}b{piece.group}z"


_RAW = frozenset({"script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext", "math", "svg"})
_QUOTED = re.compile(r"""=\s*(?:"[^"]*"|'[^']*')""")
_HOST = re.compile(r"(?:[a-z][a-z0-9+.\-]*:)?[/\\]{2}[^/?#\\]*\Z", re.I)
_RISKY = frozenset({"srcset", "srcdoc", "ping", "content", "http-equiv", "is", "slot"})


class _Reader(HTMLParser):
    """Reads HTML in which expressions are words that stand nowhere else."""

    def __init__(self, mark: str, found: Places, context: str = "text") -> None:
        super().__init__(convert_charrefs=True)
        self._mark = re.compile(mark + r"([eb])(\d+)z")
        self._word = mark
        self._found = found
        self._context = context
        self._raw = ""
        self._serial = 0

    def _put(self, text: str, place: Place) -> None:
        for kind, number in self._mark.findall(text):
            if kind == "e":
                self._found.expressions[int(number)] = place
            else:
                self._found.blocks.setdefault(int(number), []).append(place)

    def handle_data(self, data: str) -> None:
        is_raw = self._raw or self.cdata_elem
        self._put(data, Place(None, Refusal.SCRIPT) if is_raw else Place(Rule.ESCAPED, key=self._context))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._serial += 1
        if tag in _RAW and not self._raw:
            self._raw = tag
        whole = self.get_starttag_text() or ""
        outside = _QUOTED.sub("=", whole)
        if self._word in outside or (self._word in whole and re.search("[\"'<`]", outside[1:])):
            is_value = re.search(rf"=\s*[^\s>]*{self._word}", outside)
            self._put(whole, Place(None, Refusal.UNQUOTED if is_value else Refusal.TAG))
            return
        for name, value in attrs:
            self._attribute(name, value or "")

    def _attribute(self, name: str, value: str) -> None:
        name = name.rpartition(":")[2]
        key = f"{self._context}/{self._serial}/{name}"
        if name in URL_ATTRIBUTES:
            self._address(value, key)
        elif name.startswith("on") or name in _RISKY:
            self._put(value, Place(None, Refusal.SCRIPT, key))
        elif name == "style":
            for match in self._mark.finditer(value):
                is_block = match[1] == "b"
                self._put(match[0], Place(Rule.ESCAPED, key=key) if is_block else Place(None, Refusal.STYLE, key))
        else:
            self._put(value, Place(Rule.ESCAPED, key=key))

    def _address(self, value: str, key: str) -> None:
        if self._word not in value:
            self._found.addresses.append(value)
            return
        for match in self._mark.finditer(value):
            before = value[: match.start()]
            if match[1] == "b":
                self._put(match[0], Place(None, Refusal.BRANCH, key))
            elif not before.strip():
                self._put(match[0], Place(Rule.URL, key=key))
            elif _HOST.match(before.strip()):
                self._put(match[0], Place(None, Refusal.HOST, key))
            else:
                self._put(match[0], Place(Rule.URL_PART, key=key))
        literal = self._mark.split(value)[0]
        if literal.strip():
            self._found.addresses.append(f"{literal}x")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._raw:
            self._raw = ""

    def handle_comment(self, data: str) -> None:
        start = data.find("]>") if data.lstrip().lower().startswith("[if") else -1
        if start < 0:
            self._put(data, Place(None, Refusal.COMMENT))
            return
        self._put(data[:start], Place(None, Refusal.COMMENT))
        self._serial += 1
        inner = _Reader(self._word, self._found, f"{self._context}/{self._serial}")
        inner.feed(data[start + 2 :])
        inner.close()
