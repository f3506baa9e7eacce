"""Splits a command into words as the shells do that API documentation and browsers write for."""

from __future__ import annotations

import re
from collections.abc import Mapping

_ESCAPES: Mapping[str, str] = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "f": "\f",
    "v": "\v",
    "0": "\0",
}
_PIECE = re.compile(
    r"(?P<space>\s+)"
    r"|\$'(?P<ansi>(?:[^'\\]|\\.)*)'"
    r"|'(?P<raw>[^']*)'"
    r'|\$?"(?P<quoted>(?:[^"\\]|\\.)*)"'
    r"|\\(?P<escaped>.)"
    r"|(?P<plain>[^\s'\"\\$]+|\$)",
    re.DOTALL,
)
_CODE = re.compile(r"\\(?:x(?P<byte>[0-9a-fA-F]{1,2})|u(?P<short>[0-9a-fA-F]{1,4})|U(?P<long>[0-9a-fA-F]{1,8}))")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_CONTINUED = re.compile(r"[ \t]*[\\`]\r?\n")
_WINDOWS_CONTINUED = re.compile(r"[ \t]*\^[ \t]*\r?\n")


def words_of(command: str) -> list[str]:
    """Return the words of a command line. Raises ValueError when a quote is not closed."""
    text = _WINDOWS_CONTINUED.sub(" ", command)
    if text != command or '^"' in text:  # the form that browsers copy for the Windows prompt
        text = re.sub(r"\^(.)", r"\1", text, flags=re.DOTALL)
    text = _CONTINUED.sub(" ", text)
    words: list[str] = []
    is_open, at = False, 0
    while at < len(text):
        piece = _PIECE.match(text, at)
        if piece is None:
            raise ValueError("a quote is not closed")
        at = piece.end()
        if piece["space"] is not None:
            is_open = False
            continue
        if not is_open:
            words.append("")
            is_open = True
        words[-1] += _meaning(piece)
    return words


def _meaning(piece: re.Match[str]) -> str:
    """Return what a piece of a word stands for."""
    if piece["ansi"] is not None:
        return unescaped(piece["ansi"])
    if piece["quoted"] is not None:
        return re.sub(r'\\(["\\$`\n])', lambda match: "" if match[1] == "\n" else match[1], piece["quoted"])
    return next(piece[kind] for kind in ("raw", "escaped", "plain") if piece[kind] is not None)


def unescaped(text: str) -> str:
    r"""Return the text that `$'…'` holds: `\n`, `\x41` and the like."""
    pieces = re.split(r"(\\(?:x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|.))", text, flags=re.DOTALL)
    found = "".join(_character(piece) if piece.startswith("\\") else piece for piece in pieces)
    # two halves of one character, as JavaScript writes it
    return _PAIR.sub(lambda match: match[0].encode("utf-16", "surrogatepass").decode("utf-16"), found)


def _character(escape: str) -> str:
    code = _CODE.fullmatch(escape)
    if code is None:
        return _ESCAPES.get(escape[1:], escape[1:])
    number = int(code["byte"] or code["short"] or code["long"], 16)
    return chr(number) if number <= 0x10FFFF else escape
