"""Fills a call from a pasted cURL command: its secrets go to the keyring before the flow sees anything of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject

from designer.editors.curl import CurlCall, read_curl
from designer.engine_client import FindingView
from designer.forms.binding import Binding
from designer.forms.paths import as_mapping
from designer.forms.secrets import keep_secret, secret_in, with_reference
from designer.words import tr
from engine.errors import SettingsError
from engine.text import Text

RESERVED = frozenset(
    [
        "accept",
        "accept-encoding",
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "expect",
        "host",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
    ]
)
"""Headers that the program sets itself (ACS 1.10); in a pasted command they are passed over."""
METHODS = ("GET", "POST")

Say = Callable[[str, str], object]
"""Tells the person a sentence: (words, role of the line)."""


class CurlPaste(QObject):
    """One pasted command on its way into the flow."""

    def __init__(self, binding: Binding, say: Say, parent: QObject) -> None:
        """Fill the settings of `binding`; `say` shows what was left out or went wrong."""
        super().__init__(parent)
        self._binding = binding
        self._say = say
        self._call = CurlCall()
        self._headers: list[dict[str, str]] = []
        self._waiting: list[tuple[str, str]] = []

    def take(self, text: str) -> None:
        """Read the command, hand its secrets over one after the other, and write the rest as one edit."""
        try:
            self._call = read_curl(text)
        except SettingsError as error:
            self._refuse(FindingView.of(error.finding))
            return
        self._headers = []
        self._waiting = [pair for pair in self._call.headers if pair[0].lower() not in RESERVED]
        self._next()

    def _next(self) -> None:
        if not self._waiting:
            self._write()
            return
        name, value = self._waiting.pop(0)
        secret = secret_in(value, name)
        if not secret:
            self._headers.append({"name": name, "value": value})
            self._next()
            return

        def kept(reference: str, _where: str) -> None:
            self._headers.append({"name": name, "value": with_reference(value, secret, reference)})
            self._next()

        keep_secret(self._binding, self, header=name, value=secret, current="", on_kept=kept, on_error=self._refuse)

    def _write(self) -> None:
        call = self._call
        method = call.method if call.method in METHODS and call.method != ("POST" if call.body else "GET") else "auto"
        values: dict[str, Any] = {
            "request.url": call.full_url,
            "request.method": method,
            "request.headers": self._headers,
        }
        params, rest = _params(call.body)
        if params:
            values["request.custom"] = params
        self._binding.set_many(values, tr(Text("from cURL")))
        left = [*call.left_out, *rest, *([call.method] if call.method and call.method not in METHODS else [])]
        if left:
            self._say(tr(Text("Left out, because it has no place here: {parts}.", parts=", ".join(left))), "warning")
        else:
            self._say("", "hint")

    def _refuse(self, finding: FindingView) -> None:
        self._say(f"{finding.message} {finding.hint}".strip(), "error")


def _params(body: str | None) -> tuple[Mapping[str, Any], list[str]]:
    """Return the members of a body in the shape that Adobe Campaign sends (ACS 1.3), and what does not fit it."""
    if not body:
        return {}, []
    try:
        found = json.loads(body)
    except ValueError:
        return {}, [tr(Text("the body (it is no JSON)"))]
    params = as_mapping(as_mapping(found).get("params"))
    params.pop("count", None)
    fits = isinstance(found, Mapping) and set(found) <= {"params", "data"}
    return (params, []) if fits else ({}, [tr(Text("the body (it is not of the form params and data)"))])
