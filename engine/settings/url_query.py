"""The query of a URL as names and values, for those who would rather fill in a table than know what `%26` is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote, unquote_plus

from engine.activity import ActivitySettings, setting

_PLACE = re.compile(r"(\{\{[^{}]*\}\}|\{[\w.-]+\})")
"""What is filled in before the URL is sent stands in it as it is."""
_PLAIN = "-._~!$'()*,;:@/?"
"""What a value in a query may hold as it is (RFC 3986), but for what tells parameters apart."""


class QueryParameter(ActivitySettings):
    """One parameter, in words that people read."""

    name: str = setting("", label="Name")
    value: str = setting("", label="Value", help="In it can stand {{vars.name}}, {{now}} and {{count}}.")


class UrlQuery(ActivitySettings):
    """All parameters of a URL, in their order."""

    parameters: tuple[QueryParameter, ...] = setting(
        (), label="Query parameters", help="They stand in the URL after the question mark, and can be written there."
    )


def parameters_of(url: str) -> Sequence[Mapping[str, str]]:
    """Return the parameters in the query of `url`, each `{"name": …, "value": …}`."""
    return [{"name": _read(name), "value": _read(value)} for name, value in _pieces(url)]


def with_parameters(url: str, parameters: Sequence[Mapping[str, str]]) -> str:
    """Return `url` with these parameters; those that it had already are written as before."""
    known = {(_read(name), _read(value)): (name, value) for name, value in _pieces(url)}
    pieces = []
    for parameter in parameters:
        name, value = parameter.get("name", ""), parameter.get("value", "")
        written = known.get((name, value)) or (_written(name), f"={_written(value)}" if name or value else "")
        pieces.append("".join(written))
    start, _, fragment = url.partition("#")
    query = f"?{'&'.join(pieces)}" if pieces else ""
    return start.partition("?")[0] + query + (f"#{fragment}" if "#" in url else "")


def _pieces(url: str) -> Iterator[tuple[str, str]]:
    """Yield each parameter as it is written: its name, and its value with the sign before it."""
    _, mark, query = url.partition("#")[0].partition("?")
    if mark:
        for piece in query.split("&"):
            name, sign, value = piece.partition("=")
            yield name, sign + value


def _read(written: str) -> str:
    return "".join(
        part if _PLACE.fullmatch(part) else unquote_plus(part) for part in _PLACE.split(written.removeprefix("="))
    )


def _written(text: str) -> str:
    return "".join(part if _PLACE.fullmatch(part) else quote(part, safe=_PLAIN) for part in _PLACE.split(text))
