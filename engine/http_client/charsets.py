"""Bytes to text by what the bytes prove: a label counts as far as they agree with it."""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass
from typing import Final

_UTF_8, _WINDOWS, _LATIN = "utf-8", "cp1252", "iso8859-1"
_MARKS: Final = (
    (codecs.BOM_UTF8, _UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NAMES: Final = {
    _UTF_8: "UTF-8",
    _WINDOWS: "Windows-1252",
    _LATIN: "Latin-1",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-16": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
    "utf-32": "UTF-32",
}
_NO_CHARSETS: Final = frozenset(("", "idna", "punycode", "unicode-escape", "raw-unicode-escape"))
"""Codecs that are known by name but are the character set of no text."""
_NOT_IN_WINDOWS: Final = frozenset(b"\x81\x8d\x8f\x90\x9d")
_CONTROLS: Final = re.compile(rb"[\x80-\x9f]")
_LABEL: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:+-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Bytes as text: by which character set (as people call it), and how the sender called it, empty for no name.

    `is_damaged` says that some bytes are no characters and became `�`.
    """

    text: str
    charset: str
    label: str = ""
    is_other: bool = False
    """Whether the bytes are something else than the sender says, or than JSON is where nothing is said."""
    is_damaged: bool = False


def decoded(body: bytes, content_type: str) -> Decoded:
    """Return the text of a body: by its mark, else as UTF-8 wherever it is UTF-8, else as its label or bytes say."""
    match = _LABEL.search(content_type)
    label = match.group(1) if match is not None else ""
    named = _codec(label)
    marked = next((codec for mark, codec in _MARKS if body.startswith(mark)), None)
    if marked is not None:
        text, codec = body.decode(marked, "replace").removeprefix("\ufeff"), marked
        is_whole = _is(body, marked)
    else:
        whole = _whole(body, named)
        is_whole = whole is not None
        codec, text = whole or _likely(body)
    is_damaged = not is_whole and "\ufffd" in text
    charset = _NAMES.get(codec, codec)
    expected = _NAMES.get(named, named) if named is not None else _NAMES[_UTF_8]
    is_other = charset != expected and not (named is None and not label and codec not in (_WINDOWS, _LATIN))
    return Decoded(text, charset, label, is_other, is_damaged)


def _codec(label: str) -> str | None:
    """Return the codec of a label, None for no label and for one that nobody knows."""
    try:
        "".encode(label)
        name = codecs.lookup(label).name if label else ""
    except (LookupError, UnicodeError):
        return None  # unknown, or one that makes no text of bytes, such as base64
    return name if name not in _NO_CHARSETS else None


def _whole(body: bytes, named: str | None) -> tuple[str, str] | None:
    """Return the codec that all bytes agree with, and the text: UTF-16 or UTF-32 by their zeros, UTF-8, or as named."""
    wide = json.detect_encoding(body)
    if wide not in (_UTF_8, "utf-8-sig") and (text := _read(body, wide)) is not None:
        return wide, text
    is_plain = body.isascii()
    text = _read(body, _UTF_8)
    if named is not None and (is_plain or text is None):
        if named == _LATIN and _CONTROLS.search(body) and (windows := _read(body, _WINDOWS)) is not None:
            return _WINDOWS, windows  # control characters of Latin-1 are in no text, the signs of Windows there are
        if (other := _read(body, named)) is not None:
            return named, other
    return (_UTF_8, text) if text is not None else None


def _is(body: bytes, codec: str) -> bool:
    return _read(body, codec) is not None


def _read(body: bytes, codec: str) -> str | None:
    try:
        return body.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _likely(body: bytes) -> tuple[str, str]:
    """Return UTF-8 where more characters are whole than broken, else what older programs wrote; and the text."""
    text = body.decode(_UTF_8, "replace")
    broken = text.count("\ufffd")
    whole = len(re.findall(r"[^\x00-\x7f\ufffd]", text))
    if whole > broken or _is_half(body):
        return _UTF_8, text
    codec = _LATIN if _NOT_IN_WINDOWS.intersection(body) else _WINDOWS
    return codec, body.decode(codec, "replace")


def _is_half(body: bytes) -> bool:
    """Return whether the bytes are UTF-8 but for halves of characters (lone surrogates)."""
    try:
        body.decode(_UTF_8, "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True
