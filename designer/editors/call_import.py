"""A call from elsewhere as settings: its secrets go to the keyring before the flow sees anything of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, unquote_plus, urlsplit

from PySide6.QtCore import QObject

from designer.editors.curl import CurlCall
from designer.engine_client import FindingView
from designer.forms.binding import bind_settings
from designer.forms.paths import as_mapping
from designer.forms.secrets import keep_secret, looks_secret, secret_in, with_reference
from designer.session import Session
from designer.words import tr
from engine.document import edits
from engine.document.model import AccountRef, Flow
from engine.text import Text

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_RESERVED = """
    accept accept-encoding connection content-length content-type cookie expect host keep-alive te trailer
    transfer-encoding upgrade user-agent priority dnt upgrade-insecure-requests
    """
RESERVED = frozenset(_RESERVED.split())
"""Headers that the program sets itself (ACS 1.10), or that only browsers send; they are passed over."""
_BROWSER = (":", "sec-")
_SHAPE = "request.body"
_NO_BODY = {_SHAPE: "acs", "request.custom": None, "request.template": None}
"""What the settings of a body are where there is none."""
_VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)\}?")

OnReady = Callable[["ImportedCall"], object]


@dataclass(frozen=True, slots=True)
class ImportedCall:
    """A call that holds no secret: settings by dotted path, the account it needs, and what has no place here."""

    values: Mapping[str, Any] = field(default_factory=dict)
    account: AccountRef | None = None
    left_out: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """Return a sentence about what was left out, or an empty string."""
        if not self.left_out:
            return ""
        return tr(Text("Left out, because it has no place here: {parts}.", parts=", ".join(self.left_out)))

    def with_account(self, flow: Flow) -> tuple[Flow, Mapping[str, Any]]:
        """Return the flow with the account of the call, and the settings that name it."""
        if self.account is None:
            return flow, self.values
        stem = re.sub(r"[^a-z0-9]+", "-", self.account.label.lower()).strip("-") or "account"
        names = (stem, *(f"{stem}-{number}" for number in range(2, len(flow.accounts) + 3)))
        name = next(each for each in names if each not in flow.accounts)
        return edits.set_account(flow, name, self.account), {**self.values, "request.account": name}


@dataclass(slots=True)
class _Spot:
    """A header or a parameter that waits for its turn, or is done."""

    name: str
    value: str
    in_header: bool = True


class CallImport(QObject):
    """Hands the secrets of a call to the keyring, one after the other, and tells `on_ready` the rest."""

    def __init__(
        self,
        session: Session,
        activity: str,
        owner: QObject,
        *,
        on_ready: OnReady,
        on_error: Callable[[FindingView], object],
    ) -> None:
        """Prepare to import into `activity`, which need not be there yet: its id is part of the secrets' names."""
        super().__init__(owner)
        self._binding = bind_settings(session, activity)
        self._on_ready = on_ready
        self._on_error = on_error
        self._waiting: list[_Spot] = []
        self._done: list[_Spot] = []
        self._left: list[str] = []
        self._url = ""
        self._call = CurlCall()

    def take(self, call: CurlCall) -> None:
        """Import `call`."""
        self._call = call
        self._left = list(call.left_out)
        self._url, user = _without_user(call.full_url)
        headers = [*call.headers, *([("Authorization", user)] if user and not _has_authorization(call) else [])]
        if any(name.lower() == "cookie" for name, _ in headers):
            self._left.append("Cookie")
        self._waiting = [_Spot(name, value) for name, value in headers if not _is_passed_over(name)]
        self._url, keys = _without_keys(self._url)
        self._waiting += [_Spot(name, value, in_header=False) for name, value in keys[:1]]
        self._left += [_as_secret(name) for name, _ in keys[1:]]
        self._next()

    def _next(self) -> None:
        while self._waiting:
            spot = self._waiting.pop(0)
            secret = secret_in(spot.value, spot.name) if spot.in_header else spot.value
            variable = _VARIABLE.fullmatch(secret)
            if variable is not None:
                self._keep(spot, secret, variable[1].lower().replace("_", "-"))
            elif secret:
                self._ask(spot, secret)
                return
            else:
                self._done.append(spot)
        self._finish()

    def _ask(self, spot: _Spot, secret: str) -> None:
        def kept(reference: str, _where: str) -> None:
            self._keep(spot, secret, reference)
            self._next()

        def refused(finding: FindingView) -> None:
            self._end()
            self._on_error(finding)

        keep_secret(self._binding, self, header=spot.name, value=secret, current="", on_kept=kept, on_error=refused)

    def _keep(self, spot: _Spot, secret: str, reference: str) -> None:
        self._done.append(_Spot(spot.name, with_reference(spot.value, secret, reference), spot.in_header))

    def _finish(self) -> None:
        body, left = _body(self._call.body)
        has_body = bool(body)
        # what is sent at the moment goes, unless the call has the same
        old = {path: instead for path, instead in _NO_BODY.items() if self._binding.get(path)}
        values: dict[str, Any] = {
            "request.url": self._url,
            "request.method": _method(self._call, has_body=has_body),
            "request.headers": [{"name": spot.name, "value": spot.value} for spot in self._done if spot.in_header],
            **old,
            **body,
        }
        if self._call.method and self._call.method not in METHODS:
            left.append(self._call.method)
        key = next((spot for spot in self._done if not spot.in_header), None)
        account = _account(self._url, key) if key is not None else None
        self._end()
        self._on_ready(ImportedCall(values, account, (*self._left, *left)))

    def _end(self) -> None:
        self._binding.detach()
        self._binding.deleteLater()
        self.deleteLater()


def _is_passed_over(name: str) -> bool:
    return name.lower() in RESERVED or name.lower().startswith(_BROWSER)


def _has_authorization(call: CurlCall) -> bool:
    return any(name.lower() == "authorization" for name, _ in call.headers)


def _account(url: str, key: _Spot) -> AccountRef:
    host = urlsplit(url).hostname or ""
    return AccountRef(type="api-key", label=host, name=key.name, value=key.value, in_header=False)


def _method(call: CurlCall, *, has_body: bool) -> str:
    """Return the method, `auto` where that comes to the same."""
    wanted = call.method or ("POST" if call.body is not None else "GET")
    return wanted if wanted in METHODS and wanted != ("POST" if has_body else "GET") else "auto"


def _without_user(url: str) -> tuple[str, str]:
    """Return a URL without the user in it, and the header that says the same."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, ""
    user, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, ""
    reader = CurlCall()
    reader.take_user(unquote(user))
    return parts._replace(netloc=host).geturl(), reader.headers[0][1] if reader.headers else ""


def _without_keys(url: str) -> tuple[str, list[tuple[str, str]]]:
    """Return a URL without the parameters that hold secrets, and these."""
    start, mark, rest = url.partition("?")
    query, hash_sign, fragment = rest.partition("#")
    kept: list[str] = []
    keys: list[tuple[str, str]] = []
    for piece in query.split("&"):
        name, _, value = piece.partition("=")
        name, value = unquote_plus(name), unquote_plus(value)
        if value and "{{" not in value and looks_secret(name, value):
            keys.append((name, value))
        else:
            kept.append(piece)
    if not keys:
        return url, []
    query = "&".join(kept)
    return start + (mark if query else "") + query + hash_sign + fragment, keys


def _as_secret(name: str) -> str:
    return tr(Text("{name} (it looks like a secret)", name=name))


def _body(body: str | None) -> tuple[dict[str, Any], list[str]]:
    """Return the settings that a body comes to, and what is left out of it.

    One in the shape that Adobe Campaign sends (ACS 1.3) becomes customized fields, any other a template.
    """
    if not body:
        return {}, []
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}, [tr(Text("the body (it is no JSON)"))]
    left: list[str] = []
    if isinstance(found, Mapping) and found and set(found) <= {"params", "data"}:
        params = as_mapping(found.get("params"))
        params.pop("count", None)
        kept = _without_secrets(params, "", left)
        return ({"request.custom": kept} if kept else {}), left
    if isinstance(found, str):
        return {}, [tr(Text("the body (it is a single text)"))]
    return {_SHAPE: "json", "request.template": _without_secrets(found, "", left)}, left


def _without_secrets(value: Any, name: str, left: list[str]) -> Any:
    """Return a JSON value without the members that hold secrets, whose names go to `left`."""
    if isinstance(value, list):
        return [_without_secrets(entry, name, left) for entry in value]
    if not isinstance(value, Mapping):
        return value
    kept = {}
    for key, member in value.items():
        inner = f"{name}.{key}" if name else key
        if isinstance(member, str) and member and looks_secret(key, member):
            left.append(_as_secret(inner))
        else:
            kept[key] = _without_secrets(member, inner, left)
    return kept
