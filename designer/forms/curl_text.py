"""A request as the cURL command that sends the same, with variables of the shell in the place of its secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from designer.forms.paths import as_list, as_mapping
from designer.forms.secrets import DOTS, references
from engine.text import Text

_MASK = re.compile(rf"\*{{8}}|{re.escape(DOTS)}")
_BARE = re.compile(r"[\w@%+=:,./-]+", re.ASCII)
_BREAK = " \\\n  "


@dataclass(frozen=True, slots=True)
class CurlText:
    """The command, and the names of the variables that have to be set before it is run."""

    command: str
    variables: tuple[str, ...] = ()

    @property
    def note(self) -> Text:
        """Return what a person has to know who pastes it."""
        if not self.variables:
            return Text("The cURL command is on the clipboard.")
        names = ", ".join(f"${name}" for name in self.variables)
        return Text("The cURL command is on the clipboard. Set {names} before you run it.", names=names)


def secret_names(settings: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    """Return the names of the secrets that each header of an External API activity refers to."""
    headers = [as_mapping(header) for header in as_list(as_mapping(settings.get("request")).get("headers"))]
    return {str(header.get("name", "")).lower(): references(str(header.get("value") or "")) for header in headers}


def as_curl(request: Mapping[str, Any], secrets: Mapping[str, Sequence[str]] | None = None) -> CurlText:
    """Return `request` (`method`, `url`, `headers`, `body`, secrets masked) as a command for a POSIX shell.

    A masked secret becomes `$NAME`: the name it has in the keyring where `secrets` (header name → names) tells it, else
    that of its header or parameter.
    """
    variables: list[str] = []
    method, body = str(request.get("method") or "GET"), str(request.get("body") or "")
    parts = ["curl" if method == ("POST" if body else "GET") else f"curl -X {method}"]
    parts.append(_url(str(request.get("url") or ""), variables))
    for header in map(as_mapping, as_list(request.get("headers"))):
        name, value = str(header.get("name") or ""), str(header.get("value") or "")
        if name.lower() == "accept-encoding":
            parts.append("--compressed")
        elif value:
            known = [*((secrets or {}).get(name.lower()) or ()), name]
            parts.append("-H " + _with_variables(f"{name}: {value}", known, variables))
    if body:
        parts.append("--data-raw " + quoted(body))
    return CurlText(_BREAK.join(parts), tuple(dict.fromkeys(variables)))


def quoted(text: str) -> str:
    """Return one word of a POSIX shell."""
    if _BARE.fullmatch(text):
        return text
    return "'" + text.replace("'", "'\\''") + "'"


def variable_name(name: str) -> str:
    """Return a name that a variable of a shell can have: `voucher-key` gives `VOUCHER_KEY`."""
    words = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper() or "SECRET"
    return words if not words[0].isdigit() else f"_{words}"


def _url(url: str, variables: list[str]) -> str:
    """Return the URL as a word; a masked parameter is called by its name."""
    if not _MASK.search(url):
        return quoted(url)
    pieces = re.split(r"(?<=[?&])", url)
    names = [piece.partition("=")[0] if "=" in piece else "password" for piece in pieces]
    return "".join(_with_variables(piece, [name], variables) for piece, name in zip(pieces, names, strict=True))


def _with_variables(text: str, names: Sequence[str], variables: list[str]) -> str:
    """Return a word with a variable in the place of each mask, called by the first of `names` and so on."""
    word = ""
    for place, piece in enumerate(_MASK.split(text)):
        if place:
            name = variable_name(names[min(place, len(names)) - 1])
            variables.append(name)
            word += f'"${name}"'
        if piece:
            word += quoted(piece)
    return word
