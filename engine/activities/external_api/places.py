"""The places in a request that are filled in before it is sent: `{{vars.name}}`, `{{now}}`, `{{count}}`, …."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from engine.errors import Code, Finding, Level, SettingsError
from engine.text import Text

UNKNOWN_PLACE = Code("EXT-PLACE", "A place in double braces names nothing that is known here.")
SECRET_PLACE = Code("EXT-SECRET-PLACE", "A secret stands where it would be seen: only headers may hold one.")
HOST_PLACE = Code("EXT-HOST-PLACE", "A variable stands in the scheme or the host of the URL.")

_PLACE = re.compile(r"\{\{\s*(?:vars\.(?P<variable>[\w-]+)|secret:(?P<secret>[^}\s]+)|(?P<other>[^}]*?))\s*\}\}")


_KEYED = re.compile(_PLACE.pattern + r"|(?<!\{)\{(?P<key>[\w.-]+)\}(?!\})")
"""Where a call belongs to a key, `{region}` is a place too."""


COUNT, DATA = "count", "data"
"""The places of what arrives: how many rows there are, and their columns to send (in the body alone)."""


@dataclass(frozen=True, slots=True)
class Places:
    """What fills the places: variables, the moment of the run, where secrets come from, the key and rows of the call.

    `rows` has the count of the rows where any arrive.
    """

    variables: Mapping[str, Any]
    now: datetime
    secret: Callable[[str], str]
    key: Mapping[str, Any] | None = None
    rows: Mapping[str, Any] = field(default_factory=dict)

    def in_url(self, url: str) -> str:
        """Return a URL with its places filled in, percent-encoded."""
        return self._pattern.sub(lambda match: quote(as_text(self._value(match, "request.url")), safe=""), url)

    def in_header(self, value: str, field: str) -> str:
        """Return the value of a header with its places filled in, secrets included."""
        return self._pattern.sub(lambda match: self._secret_or_text(match, field), value)

    def in_json(self, value: Any, field: str) -> Any:
        """Return a JSON value with the places in its texts filled in; a text that is one place keeps its type."""
        if isinstance(value, Mapping):
            return {name: self.in_json(member, field) for name, member in value.items()}
        if isinstance(value, list | tuple):
            return [self.in_json(each, field) for each in value]
        if not isinstance(value, str):
            return value
        whole = self._pattern.fullmatch(value)
        if whole is not None:
            return as_json(self._value(whole, field))
        return self._pattern.sub(lambda match: as_text(self._value(match, field)), value)

    @property
    def _pattern(self) -> re.Pattern[str]:
        return _PLACE if self.key is None else _KEYED

    def _secret_or_text(self, match: re.Match[str], field: str) -> str:
        name = match["secret"]
        return self.secret(name) if name else as_text(self._value(match, field))

    def _value(self, match: re.Match[str], field: str) -> Any:
        name = match["key"] if self.key is not None else None
        if name is not None and self.key is not None:
            return self.key.get(name, match.group())  # braces around anything else are just braces
        problem = _problem(match, self.variables, field, is_header=False, rows=self.rows)
        if problem is not None:
            raise SettingsError.of(problem)
        if match["variable"] is not None:
            return self.variables[match["variable"]]
        return self.rows.get(match["other"], self.now)


def as_text(value: Any) -> str:
    """Return a variable as text: moments as ISO 8601 in UTC, structures as JSON."""
    found = as_json(value)
    if found is None:
        return ""
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)


def as_json(value: Any) -> Any:
    """Return a value as JSON has it: dates and moments as ISO 8601 (ACS 1.3)."""
    if isinstance(value, datetime):
        return f"{value.isoformat(timespec='milliseconds' if value.microsecond else 'seconds')}Z"
    return value.isoformat() if isinstance(value, date) else value


def check_places(
    text: str, variables: Mapping[str, Any], field: str, *, is_header: bool = False, rows: Collection[str] = ()
) -> Iterator[Finding]:
    """Yield what is wrong with the places in a text; `rows` are those of what arrives that can stand in it."""
    for match in _PLACE.finditer(text):
        problem = _problem(match, variables, field, is_header=is_header, rows=rows)
        if problem is not None:
            yield problem


def keys_in(url: str) -> tuple[str, ...]:
    """Return the names that stand in single braces."""
    return tuple(match["key"] for match in _KEYED.finditer(url) if match["key"] is not None)


def check_host(url: str) -> Iterator[Finding]:
    """Yield an error when a place decides which host is called."""
    host = re.match(r"[^/?#]*(?://[^/?#]*)?", url)
    if host is not None and "{{" in host.group():
        text = Text("The host of the URL cannot be a variable.")
        hint = Text("Write scheme and host out; variables can stand in the path and the query.")
        yield Finding(Level.ERROR, HOST_PLACE, text, field="request.url", hint=hint)


def _problem(
    match: re.Match[str], variables: Mapping[str, Any], field: str, *, is_header: bool, rows: Collection[str]
) -> Finding | None:
    if match["secret"]:
        return None if is_header else _misplaced(match["secret"], field)
    name = match["variable"]
    if (name is not None and name in variables) or (name is None and match["other"] in ("now", *rows)):
        return None
    place = match.group().strip("{} ")
    names = ", ".join([f"vars.{each}" for each in sorted(variables)] + ["now", *rows])
    text = Text("“{place}” is nothing that is known here.", place=place)
    return Finding(Level.ERROR, UNKNOWN_PLACE, text, field=field, hint=Text("Known are: {names}.", names=names))


def _misplaced(name: str, field: str) -> Finding:
    text = Text("The secret “{name}” would be seen here.", name=name)
    return Finding(Level.ERROR, SECRET_PLACE, text, field=field, hint=Text("Send it in a header."))


def secrets_in(texts: Sequence[str]) -> frozenset[str]:
    """Return the names of the secrets that texts refer to."""
    return frozenset(match["secret"] for text in texts for match in _PLACE.finditer(text) if match["secret"])


def places_in(texts: Iterable[str]) -> frozenset[str]:
    """Return the names of the places in texts that are neither variables nor secrets."""
    return frozenset(match["other"] for text in texts for match in _PLACE.finditer(text) if match["other"])


def without_places(text: str, substitute: str = "x", *, is_keyed: bool = False) -> str:
    """Return a text with a harmless word in each place, those of keys as well if asked, to judge the rest of it."""
    return (_KEYED if is_keyed else _PLACE).sub(substitute, text)


def texts_in(value: Any) -> Iterator[str]:
    """Yield every text in a JSON value."""
    return (text for _, text in members_in(value))


def members_in(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text in a JSON value with the name of the member that holds it."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, Mapping):
        for key, member in value.items():
            yield from members_in(member, str(key))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from members_in(each, name)
