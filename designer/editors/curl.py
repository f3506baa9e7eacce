"""Reads a cURL command, as API documentation and browsers' developer tools give it."""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from engine.errors import Code, SettingsError
from engine.text import Text

NOT_CURL = Code("EXT-CURL", "The pasted cURL command cannot be read.")

_ESCAPES: Mapping[str, str] = {"n": "\n", "t": "\t", "r": "\r", "'": "'", '"': '"', "\\": "\\", "0": "\0"}
_ANSI_STRING = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL)
_DATA = frozenset({"-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json", "--data-urlencode"})
_WITH_VALUE = (
    frozenset(
        [
            "-X",
            "--request",
            "-H",
            "--header",
            "--url",
            "-u",
            "--user",
            "-b",
            "--cookie",
            "-A",
            "--user-agent",
            "-e",
            "--referer",
            "-o",
            "--output",
            "-m",
            "--max-time",
            "--connect-timeout",
            "-x",
            "--proxy",
            "--cacert",
            "-E",
            "--cert",
            "--key",
            "-F",
            "--form",
            "-w",
            "--write-out",
            "--retry",
            "--resolve",
            "-T",
        ]
    )
    | _DATA
)


@dataclass(slots=True)
class CurlCall:
    """What a cURL command calls. `body` is None without data; `left_out` names options that have no place here."""

    url: str = ""
    method: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    is_get: bool = False
    left_out: list[str] = field(default_factory=list)

    @property
    def body(self) -> str | None:
        """Return the body that is sent, or None."""
        return "&".join(self.data) if self.data and not self.is_get else None

    @property
    def full_url(self) -> str:
        """Return the URL with the data in its query when the command says so (`-G`)."""
        if not (self.is_get and self.data):
            return self.url
        mark = "&" if "?" in self.url else "?"
        return self.url + mark + "&".join(self.data)


def is_curl(text: str) -> bool:
    """Return whether `text` looks like a cURL command."""
    return re.match(r"\s*(?:\$\s*)?curl(?:\.exe)?\s", text) is not None


def read_curl(text: str) -> CurlCall:
    """Return what the command calls. Raises SettingsError when its quotes do not match or it names no URL."""
    call = CurlCall()
    try:
        words = iter(_words(text))
    except ValueError as error:
        raise SettingsError(
            NOT_CURL,
            Text("The cURL command cannot be read: {reason}.", reason=str(error).lower()),
            hint=Text("Copy the whole command again; a quote may be missing at its end."),
        ) from None
    for word in words:
        option, value = _option(word, words)
        _take(call, option, value)
    if not call.url:
        raise SettingsError(
            NOT_CURL,
            Text("The cURL command names no URL."),
            hint=Text("Copy the whole command again, from “curl” to its end."),
        )
    return call


def _words(text: str) -> list[str]:
    text = re.sub(r"^\s*(?:\$\s*)?curl(?:\.exe)?\s+", "", text)
    if re.search(r"\^\s*\n|\^\"", text):  # the form that browsers copy for the Windows prompt
        text = re.sub(r"\^\s*\r?\n", " ", text)
        text = re.sub(r"\^(.)", r"\1", text)
    text = re.sub(r"[\\`]\r?\n", " ", text)
    text = _ANSI_STRING.sub(lambda match: shlex.quote(_unescaped(match.group(1))), text)
    return shlex.split(text)


def _unescaped(text: str) -> str:
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match.group(1), 16)), text)
    text = re.sub(r"\\x([0-9a-fA-F]{2})", lambda match: chr(int(match.group(1), 16)), text)
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match.group(1), match.group(1)), text)


def _option(word: str, words: Iterator[str]) -> tuple[str, str]:
    """Return the option that `word` is and its value, taken from the word itself or from the next one."""
    if not word.startswith("-"):
        return "--url", word
    name, equals, value = word.partition("=")
    if word.startswith("--") and equals:
        return name, value
    if not word.startswith("--") and word[:2] in _WITH_VALUE and len(word) > len("-X"):
        return word[:2], word[2:]
    return word, next(words, "") if word in _WITH_VALUE else ""


def _take(call: CurlCall, option: str, value: str) -> None:
    if option in _DATA:
        _take_data(call, option, value)
    elif option in ("-X", "--request"):
        call.method = value.upper()
    elif option == "--url":
        call.url = call.url or value
    elif option in ("-G", "--get"):
        call.is_get = True
    elif option in ("-H", "--header"):
        name, _, content = value.partition(":")
        call.headers.append((name.strip(), content.strip()))
    elif option in _AS_HEADER:
        name, make = _AS_HEADER[option]
        call.headers.append((name, make(value)))
    elif option not in _SILENT:
        call.left_out.append(option)


def _take_data(call: CurlCall, option: str, value: str) -> None:
    if option == "--data-urlencode":
        name, equals, content = value.partition("=")
        value = f"{name}={quote(content)}" if equals else quote(value)
    call.data.append(value)


def _basic(value: str) -> str:
    return "Basic " + base64.b64encode(value.encode()).decode("ascii")


def _same(value: str) -> str:
    return value


_AS_HEADER = {
    "-u": ("Authorization", _basic),
    "--user": ("Authorization", _basic),
    "-b": ("Cookie", _same),
    "--cookie": ("Cookie", _same),
    "-A": ("User-Agent", _same),
    "--user-agent": ("User-Agent", _same),
    "-e": ("Referer", _same),
    "--referer": ("Referer", _same),
}
_SILENT = frozenset(
    [
        "-s",
        "--silent",
        "-S",
        "--show-error",
        "-i",
        "--include",
        "-v",
        "--verbose",
        "--compressed",
        "-L",
        "--location",
        "-f",
        "--fail",
        "-o",
        "--output",
        "--http1.1",
        "--http2",
        "-w",
        "--write-out",
        "-#",
    ]
)
