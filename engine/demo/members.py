"""The part of the demo API that asks who calls: a token endpoint (OAuth 2.0 client credentials) and members."""

from __future__ import annotations

import base64
import binascii
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_plus

from engine.demo.messages import Answer, Call, encoded, ok, problem

CLIENT: Final = ("demo-client", "demo-secret")
"""The documented client of the demo API: its id and its secret."""

LIFETIME_S: Final = 3600
MOST_TOKENS: Final = 1000

_REALM: Final = ("WWW-Authenticate", 'Bearer realm="members"')
_MEMBERS: Final[list[Mapping[str, Any]]] = [
    {"memberId": "M-1", "tier": "gold", "points": 1280},
    {"memberId": "M-2", "tier": "silver", "points": 410},
    {"memberId": "M-3", "tier": "gold", "points": 990},
    {"memberId": "M-4", "tier": "blue", "points": 15},
]


@dataclass
class _Token:
    """A token that was handed out: until when it is good, and for how many calls; None for any number."""

    until: float
    uses: int | None


class Members:
    """Hands out access tokens and answers who shows one, or the key or password. Safe to use from any thread."""

    def __init__(self, key: str) -> None:
        """Begin without any token; `key` is accepted in their place."""
        self._key = key
        self._lock = threading.Lock()
        self._tokens: dict[str, _Token] = {}

    def token(self, call: Call) -> Answer:
        """Return an access token for the documented client, good for so many calls as `uses` in the query says."""
        form = dict(parse_qsl(call.body.decode("utf-8", "replace")))
        if not call.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return _refusal(400, "invalid_request", "Send a form: application/x-www-form-urlencoded.")
        if form.get("grant_type") != "client_credentials":
            return _refusal(400, "unsupported_grant_type", "Send grant_type=client_credentials.")
        client = _basic(call) or (form.get("client_id", ""), form.get("client_secret", ""))
        if client != CLIENT:
            return _refusal(401, "invalid_client", "The client is {}, its secret {}.".format(*CLIENT))
        lifetime = int(call.number("expires_in", LIFETIME_S, most=LIFETIME_S))
        uses = int(call.number("uses", -1, most=MOST_TOKENS))
        name = secrets.token_urlsafe(24)
        with self._lock:
            while len(self._tokens) >= MOST_TOKENS:
                del self._tokens[next(iter(self._tokens))]
            self._tokens[name] = _Token(time.monotonic() + lifetime, uses if "uses" in call.query else None)
        return ok({"access_token": name, "token_type": "Bearer", "expires_in": lifetime})

    def members(self, call: Call) -> Answer:
        """Return the members to who shows a token; the key in X-Api-Key or api_key and the password do as well."""
        if self._is_known(call):
            return ok({"members": _MEMBERS})
        return problem(401, "who-are-you", "Send an access token; POST /v1/oauth/token gives one.", _REALM)

    def _is_known(self, call: Call) -> bool:
        scheme, _, value = call.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self._is_good(value.strip())
        if scheme:
            return _basic(call) == CLIENT
        return self._key in (call.headers.get("x-api-key"), call.query.get("api_key"))

    def _is_good(self, name: str) -> bool:
        with self._lock:
            token = self._tokens.get(name)
            if token is None or time.monotonic() >= token.until or token.uses == 0:
                return False
            if token.uses is not None:
                token.uses -= 1
            return True


def _basic(call: Call) -> tuple[str, str] | None:
    """Return user and password of a Basic header, None when there is none that can be read."""
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, sign, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (unquote_plus(user), unquote_plus(password)) if sign else None


def _refusal(status: int, error: str, description: str) -> Answer:
    """Return a refusal as RFC 6749, section 5.2, has it."""
    return Answer(status, (encoded({"error": error, "error_description": description}),))
