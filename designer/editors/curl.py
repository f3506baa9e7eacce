"""Reads a cURL command, as API documentation and browsers' developer tools give it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from designer.editors.curl_words import words_of
from engine.errors import Code, SettingsError
from engine.text import Text

NOT_CURL = Code("EXT-CURL", "The pasted cURL command cannot be read.")

_CURL = re.compile(r"\s*(?:[$>%#]\s*)?(?:\S*/)?curl(?:\.exe)?(?=\s)")
_DATA = frozenset(["-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json", "--data-urlencode"])
_IN_FILES = frozenset(["-d", "--data", "--data-binary", "--data-ascii", "--json", "--data-urlencode"])
"""The options that read a file when their value begins with `@`."""
_WORDS_WITH_VALUE = """
    -X --request -H --header --url --url-query -u --user -b --cookie -A --user-agent -e --referer --oauth2-bearer
    -o --output -m --max-time --connect-timeout -x --proxy -U --proxy-user --cacert --capath -E --cert --cert-type
    --key --key-type --pass -F --form --form-string -w --write-out --retry --retry-delay --retry-max-time --resolve
    --connect-to -T --upload-file -r --range -K --config -c --cookie-jar -D --dump-header --interface --limit-rate
    --max-redirs --ciphers --tls-max --stderr --trace --trace-ascii -z --time-cond -Y -y -C -Q -t -P --aws-sigv4
    """
_WITH_VALUE = _DATA.union(_WORDS_WITH_VALUE.split())
_SILENT_WORDS = """
    -s --silent -S --show-error -i --include -v --verbose --compressed -L --location -f --fail --fail-with-body
    -o --output -O --remote-name --http1.1 --http2 -w --write-out -# --progress-bar -N --no-buffer -g --globoff
    --ssl-reqd --tlsv1.2 --tlsv1.3 -D --dump-header --no-progress-meter --path-as-is -c --cookie-jar
    """
_SILENT = frozenset(_SILENT_WORDS.split())
"""Options that change nothing of what is called, or that are true of every call here."""


@dataclass(slots=True)
class CurlCall:
    """What a cURL command calls. `body` is None without data; `left_out` names options that have no place here."""

    url: str = ""
    method: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    query: list[str] = field(default_factory=list)
    is_get: bool = False
    left_out: list[str] = field(default_factory=list)

    def take_user(self, value: str) -> None:
        """Add the header of a user and a password, `ann:pw`."""
        if "$" in value:  # a variable of the shell: what it holds is not known here
            self.left_out.append("-u")
        else:
            encoded = base64.b64encode(value.encode()).decode("ascii")
            self.headers.append(("Authorization", f"Basic {encoded}"))

    @property
    def body(self) -> str | None:
        """Return the body that is sent, or None."""
        return "&".join(self.data) if self.data and not self.is_get else None

    @property
    def full_url(self) -> str:
        """Return the URL with everything that the command adds to its query (`-G`, `--url-query`)."""
        added = [*self.query, *(self.data if self.is_get else ())]
        if not added:
            return self.url
        start, hash_sign, fragment = self.url.partition("#")
        mark = "" if start.endswith(("?", "&")) else "&" if "?" in start else "?"
        return start + mark + "&".join(added) + hash_sign + fragment


def is_curl(text: str) -> bool:
    """Return whether `text` looks like a cURL command."""
    return _CURL.match(text) is not None


def read_curl(text: str) -> CurlCall:
    """Return what the command calls. Raises SettingsError when its quotes do not match or it names no URL."""
    call = CurlCall()
    try:
        words = iter(words_of(_CURL.sub("", text, count=1)))
    except ValueError as error:
        raise SettingsError(
            NOT_CURL,
            Text("The cURL command cannot be read: {reason}.", reason=str(error)),
            hint=Text("Copy the whole command again; a quote may be missing at its end."),
        ) from None
    for option, value in _options(words):
        _take(call, option, value)
    if not call.url:
        raise SettingsError(
            NOT_CURL,
            Text("The cURL command names no URL."),
            hint=Text("Copy the whole command again, from “curl” to its end."),
        )
    return call


def _options(words: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Yield each option with its value, taken from the word itself or from the next one."""
    for word in words:
        if word in ("|", ";", "&&", ">", ">>", "-:", "--next"):  # another command, or another call
            return
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            yield name, value if equals else next(words, "") if name in _WITH_VALUE else ""
        elif word.startswith("-") and len(word) > 1:
            yield from _letters(word, words)
        else:
            yield "--url", word


def _letters(word: str, words: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Yield the options of a word of letters such as `-sSXPOST`."""
    for place, letter in enumerate(word[1:], start=2):
        option = f"-{letter}"
        if option in _WITH_VALUE:
            yield option, word[place:] or next(words, "")
            return
        yield option, ""


def _take(call: CurlCall, option: str, value: str) -> None:
    if option in _DATA:
        _take_data(call, option, value)
    elif option in _TAKEN:
        _TAKEN[option](call, value)
    elif option not in _SILENT:
        call.left_out.append(option)


def _take_data(call: CurlCall, option: str, value: str) -> None:
    if option in _IN_FILES and value.startswith("@"):
        call.left_out.append(f"{option} {value}")
    elif option == "--json" and call.data:
        call.data[-1] += value
    else:
        call.data.append(_encoded(value) if option == "--data-urlencode" else value)


def _encoded(value: str) -> str:
    """Return `name=content` with its content encoded, as cURL does it; content alone may begin with `=`."""
    name, equals, content = value.partition("=")
    if not equals:
        return quote(value, safe="")
    return f"{name}={quote(content, safe='')}" if name else quote(content, safe="")


def _take_method(call: CurlCall, value: str) -> None:
    call.method = value.upper()


def _take_url(call: CurlCall, value: str) -> None:
    if call.url:
        call.left_out.append(value)
    else:
        call.url = value if "://" in value else f"https://{value}"


def _take_query(call: CurlCall, value: str) -> None:
    call.query.append(value[1:] if value.startswith("+") else _encoded(value))


def _take_get(call: CurlCall, _value: str) -> None:
    call.is_get = True


def _take_head(call: CurlCall, _value: str) -> None:
    call.method = "HEAD"


def _take_header(call: CurlCall, value: str) -> None:
    name, colon, content = value.partition(":")
    if value.startswith("@"):
        call.left_out.append(f"-H {value}")
    elif colon and content.strip():
        call.headers.append((name.strip(), content.strip()))


def _take_cookie(call: CurlCall, value: str) -> None:
    if "=" in value:
        call.headers.append(("Cookie", value))
    else:
        call.left_out.append(f"-b {value}")


def _header_taker(name: str, before: str = "") -> Callable[[CurlCall, str], None]:
    return lambda call, value: call.headers.append((name, before + value))


_TAKEN: Mapping[str, Callable[[CurlCall, str], None]] = {
    "-X": _take_method,
    "--request": _take_method,
    "--url": _take_url,
    "--url-query": _take_query,
    "-G": _take_get,
    "--get": _take_get,
    "-I": _take_head,
    "--head": _take_head,
    "-H": _take_header,
    "--header": _take_header,
    "-u": CurlCall.take_user,
    "--user": CurlCall.take_user,
    "-b": _take_cookie,
    "--cookie": _take_cookie,
    "-A": _header_taker("User-Agent"),
    "--user-agent": _header_taker("User-Agent"),
    "-e": _header_taker("Referer"),
    "--referer": _header_taker("Referer"),
    "--oauth2-bearer": _header_taker("Authorization", "Bearer "),
}
