"""Where the expressions and blocks of a message text stand: line, character and words of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from engine.text import Text

if TYPE_CHECKING:
    import jinja2

NONCHARACTERS = re.compile("[\ufdd0-\ufdd7]")
"""Code points that no text may hold; they mark places in what is rendered."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One `{{ … }}` or `{% … %}`: its words, and where they begin. `keyword` is empty for an expression."""

    words: str
    offset: int
    line: int
    character: int
    keyword: str = ""

    def at(self, name: str = "") -> Text:
        """Return the place of `name` in these words, or of the words themselves."""
        found = re.search(rf"\b{re.escape(name)}\b", self.words) if name else None
        before = self.words[: found.start()] if found else ""
        line = self.line + before.count("\n")
        last = before.rpartition("\n")[2]
        character = len(last) + (self.character if "\n" not in before else 1)
        return Text("line {line}, character {character}", line=line, character=character)


def normalised(source: str) -> str:
    """Return the text with one kind of line end and without what could not be told from our own marks."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n")
    return NONCHARACTERS.sub("\N{REPLACEMENT CHARACTER}", lines.encode("utf-8", "replace").decode("utf-8"))


@cache
def parser() -> jinja2.Environment:
    """Return the parser of the template language; nothing is ever rendered with it."""
    import jinja2

    return jinja2.Environment(keep_trailing_newline=True, autoescape=False)  # noqa: S701 # it only parses


def segments(source: str) -> list[Segment]:
    """Return the segments of a normalised text in its order. Raises jinja2.TemplateSyntaxError."""
    found: list[Segment] = []
    start = end = 0
    words: list[tuple[str, str]] = []
    for offset, kind, value in _tokens(source):
        if kind in ("variable_begin", "block_begin"):
            start, words = offset, []
        elif kind in ("variable_end", "block_end"):
            end = offset + len(value.rstrip())
            keyword = next((word for name, word in words if name == "name"), "") if kind == "block_end" else ""
            line = source.count("\n", 0, start) + 1
            character = start - source.rfind("\n", 0, start)
            found.append(Segment(source[start:end], start, line, character, keyword))
        else:
            words.append((kind, value))
    return found


def _tokens(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield (offset, kind, value); blanks that `{{-` takes away are in no token."""
    offset = 0
    tokens: Any = parser().lex(source)
    for _, kind, value in tokens:
        while not source.startswith(value, offset) and offset < len(source):
            offset += 1
        yield offset, kind, value
        offset += len(value)
