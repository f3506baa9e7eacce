"""OAuth 2.0 client credentials: fetches access tokens, keeps them in memory, and renews the ones that are refused."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode, urlsplit

from engine.accounts.external_account import FIELD, check_account, filled, refuse_value, spot_of
from engine.accounts.secret_store import redact
from engine.document.model import AccountRef
from engine.errors import CallError, Code, Level, SettingsError
from engine.http_client.client import send
from engine.http_client.guardrails import Profile, is_reserved
from engine.http_client.lines import Connections, Lines
from engine.http_client.models import (
    CallLimits,
    Header,
    HttpAnswer,
    HttpRequest,
    RetryPolicy,
    Watcher,
    looks_secret,
)
from engine.http_client.problems import timed_out
from engine.text import Text

NO_TOKEN = Code("EXT-TOKEN", "An access token cannot be fetched: wrong URL or credentials.", acs="WKF-560283")
UNREACHABLE = Code("EXT-ACCOUNT-UNREACHABLE", "The token endpoint of an account cannot be reached.", acs="CRL-290199")
INCOMPLETE = Code("EXT-ACCOUNT-REFUSED", "The credentials of an account are incomplete or wrong.", acs="CRL-290200")

FORM: Final = "application/x-www-form-urlencoded"
_ATTEMPTS = 3
_TEST_S = 30.0
_ANSWER_BYTES = 262_144
_LONGEST_REASON = 200
_EARLY_S = 30.0
"""A token is not used any more so long before it expires: a call takes time as well."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, and until when it may be used (of `time.time`); None when nobody said."""

    value: str
    usable_until: float | None = None

    @property
    def is_usable(self) -> bool:
        """Return whether it has not expired yet."""
        return self.usable_until is None or time.time() < self.usable_until


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no token; `was_heard` when the endpoint itself said no."""

    reason: Text
    hint: Text
    was_heard: bool


class TokenCache:
    """Keeps tokens in memory, and lets only one thread at a time fetch a token that is missing."""

    def __init__(self) -> None:
        """Begin without any token."""
        self._tokens: dict[str, Token] = {}
        self._latest: dict[str, str] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def find(self, key: str) -> Token | None:
        """Return a token that can be used, or None."""
        token = self._tokens.get(key)
        return token if token is not None and token.is_usable else None

    @contextmanager
    def alone(self, key: str, patience_s: float) -> Iterator[bool]:
        """Let nobody else fetch this token until the block is left; False when somebody else takes too long."""
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        has_it = lock.acquire(timeout=patience_s)
        try:
            yield has_it
        finally:
            if has_it:
                lock.release()

    def keep(self, key: str, token: Token, reference: str = "") -> None:
        """Keep a token; `reference` is the account as the flow has it, without its secrets."""
        self._tokens[key] = token
        self._latest[reference] = key

    def is_known(self, reference: str) -> bool:
        """Return whether an account has a token that can be used, without a look at its secrets."""
        return self.find(self._latest.get(reference, "")) is not None

    def drop(self, key: str, value: str) -> None:
        """Forget a token that was refused, unless a newer one is kept already."""
        with self._lock:
            if key in self._tokens and self._tokens[key].value == value:
                del self._tokens[key]


TOKENS: Final = TokenCache()
"""The tokens of this process; they are in no file and end with it."""


class OAuthCredentials:
    """The access token of an account, fetched when it is first needed."""

    def __init__(
        self, account: AccountRef, label: str, secret: Callable[[str], str], tokens: TokenCache = TOKENS
    ) -> None:
        """Belong to `account`; `secret` gives the secrets that it refers to."""
        self.label = label
        self._account = account
        self._secret = secret
        self._tokens = tokens
        self._spot = spot_of(account)
        self._used: set[str] = set()

    @property
    def token_host(self) -> str:
        """Return the host of the token endpoint, empty while there is a token that can be used."""
        is_known = self._tokens.is_known(_key(self._account))
        return "" if is_known else urlsplit(self._account.token_url).hostname or ""

    @property
    def secrets(self) -> frozenset[str]:
        """Return the tokens and credentials that have been sent so far."""
        return frozenset(self._used)

    def shown(self, request: HttpRequest) -> HttpRequest:
        """Return the request with a mask."""
        return self._spot.masked(request)

    def signed(self, request: HttpRequest, left_s: float, watcher: Watcher, connections: Connections) -> HttpRequest:
        """Return the request with an access token. Raises CallError, GuardrailError, SecretError, RunCancelled."""
        account, own = self._filled()
        self._used |= own
        key = _key(account)
        start = time.monotonic()
        with self._tokens.alone(key, left_s) as has_it:
            if not has_it:
                raise timed_out(request, CallLimits(_in_words(left_s)), 1)
            token = self._tokens.find(key)
            if token is not None:
                watcher.tell(Text("Using the kept access token of “{account}”.", account=self.label))
            else:
                limits = CallLimits(_in_words(left_s - (time.monotonic() - start)), _ANSWER_BYTES)
                token = self._fetched(account, own, limits, watcher, connections)
                self._tokens.keep(key, token, _key(self._account))
                watcher.tell(Text("Fetched an access token for “{account}”.", account=self.label))
        self._used.add(token.value)
        return self._spot.filled(request, token.value)

    def renewed(self, refused: HttpRequest, watcher: Watcher) -> bool:
        """Forget the token that was refused and return that another one can be had."""
        used = refused.headers[-1].value.removeprefix(self._spot.scheme)
        self._tokens.drop(_key(self._filled()[0]), used)
        watcher.tell(
            Text("The access token of “{account}” was refused (401): a new one is fetched.", account=self.label)
        )
        return True

    def _filled(self) -> tuple[AccountRef, frozenset[str]]:
        return with_secrets(self._account, self._secret)

    def _fetched(
        self, account: AccountRef, own: frozenset[str], limits: CallLimits, watcher: Watcher, connections: Connections
    ) -> Token:
        found = ask_for_token(account, own, limits, RetryPolicy(_ATTEMPTS), watcher, connections)
        if isinstance(found, Refusal):
            text = Text("There is no access token for “{account}”: {reason}", account=self.label, reason=found.reason)
            raise CallError(NO_TOKEN, text, hint=found.hint, field=FIELD)
        refuse_value(self._spot.name, found.value, self.label)
        return found


def _in_words(left_s: float) -> float:
    """Return the seconds that are left as a person is told them, to a tenth."""
    return max(round(left_s, 1), 0.1)


def with_secrets(account: AccountRef, secret: Callable[[str], str]) -> tuple[AccountRef, frozenset[str]]:
    """Return the account with its secrets filled in, and what of it must be seen nowhere. Raises SecretError."""
    used: set[str] = set()

    def remember(name: str) -> str:
        used.add(value := secret(name))
        return value

    rows = tuple(row.model_copy(update={"value": filled(row.value, remember)}) for row in account.credentials)
    used.update(row.value for row in rows if looks_secret(row.name, row.value))
    return account.model_copy(update={"credentials": rows}), frozenset(used)


def _key(account: AccountRef) -> str:
    """Return what a token is kept under: another endpoint or another credential is another token."""
    rows = [(row.name, row.value, row.in_header) for row in account.credentials]
    return hashlib.sha256(json.dumps([account.token_url, rows]).encode()).hexdigest()


def ask_for_token(
    account: AccountRef,
    secrets: frozenset[str],
    limits: CallLimits,
    policy: RetryPolicy,
    watcher: Watcher,
    connections: Connections,
) -> Token | Refusal:
    """Return a new token of an account whose secrets are filled in, or why there is none. Raises RunCancelled."""
    from oauthlib.oauth2 import BackendApplicationClient

    form = urlencode([(row.name, row.value) for row in account.credentials if not row.in_header], errors="replace")
    client = BackendApplicationClient("")
    body: str = client.prepare_request_body(body=form)
    headers = tuple(
        Header(row.name, row.value) for row in account.credentials if row.in_header and not is_reserved(row.name)
    )
    request = HttpRequest("POST", account.token_url, headers, body.encode(), content_type=FORM)
    exchange = send(request, limits, policy, watcher, Lines(connections))
    if exchange.answer is None:
        error = exchange.error
        reason = error.text if error is not None else Text("there was no answer.")
        hint = error.finding.hint if error is not None else None
        return Refusal(reason, hint or Text("Check the token URL."), was_heard=False)
    return _read(exchange.answer, request, secrets)


def _read(answer: HttpAnswer, request: HttpRequest, secrets: frozenset[str]) -> Token | Refusal:
    from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error

    values = {"host": request.host, "status": str(answer.status), "phrase": answer.reason}
    is_good = 200 <= answer.status < 300
    told, lifetime, kind = "", None, "bearer"
    try:
        found = BackendApplicationClient("").parse_request_body_response(answer.text)
        value, kind, lifetime = found["access_token"], str(found.get("token_type") or kind), found.get("expires_in")
        if is_good and isinstance(value, str) and value and kind.lower() == "bearer":
            return Token(value, _usable_until(lifetime))
    except OAuth2Error as error:
        told = redact(_own_words(error.error, error.description), secrets)[:_LONGEST_REASON]
    except (ValueError, TypeError, AttributeError, RecursionError):
        told = ""  # no answer of a token endpoint at all
    if told:
        reason = Text("“{host}” answered {status}, {told}.", told=told.rstrip("."), **values)
        return Refusal(reason, Text("Check the credentials of the account."), was_heard=True)
    if is_good and kind.lower() != "bearer":
        reason = Text("“{host}” gives tokens of the type “{kind}”, which cannot be used.", kind=kind[:40], **values)
        return Refusal(reason, Text("Ask the owner of the service for tokens of the type Bearer."), was_heard=True)
    if is_good:
        reason = Text("“{host}” answered without an access token.", **values)
        return Refusal(reason, Text("Check that the token URL is that of the token endpoint."), was_heard=False)
    reason = Text("“{host}” answered {status} {phrase}.", **values)
    if 300 <= answer.status < 400:
        reason = Text("“{host}” answered {status} and sends callers elsewhere, which is not followed.", **values)
    is_refused = answer.status in (400, 401, 403)
    hint = Text("Check the credentials of the account.") if is_refused else Text("Check the token URL.")
    return Refusal(reason, hint, was_heard=is_refused)


def _own_words(error: object, description: object) -> str:
    """Return what the endpoint says as RFC 6749 asks for, empty when it says nothing of the kind."""
    if not isinstance(error, str) or error == "missing_token":
        return ""
    return ": ".join(filter(None, (error, description if isinstance(description, str) else "")))


def _usable_until(lifetime: object) -> float | None:
    if not isinstance(lifetime, int | float):
        return None
    return time.time() + max(lifetime - min(_EARLY_S, lifetime / 10), 0)


def try_connection(
    account: AccountRef,
    label: str,
    secret: Callable[[str], str],
    profile: Profile,
    watcher: Watcher,
    connections: Connections,
) -> Text:
    """Fetch a token, keep it for the next call, and return a sentence that says so.

    Raises SettingsError for an account that cannot work, SecretError, CallError with the codes of the account screen.
    """
    for finding in check_account(account, label, profile):
        if finding.level is Level.ERROR:
            raise SettingsError.of(replace(finding, code=INCOMPLETE))
    whole, own = with_secrets(account, secret)
    found = ask_for_token(whole, own, CallLimits(_TEST_S, _ANSWER_BYTES), RetryPolicy(1), watcher, connections)
    if isinstance(found, Refusal):
        code = INCOMPLETE if found.was_heard else UNREACHABLE
        text = Text("The connection of “{account}” failed: {reason}", account=label, reason=found.reason)
        raise CallError(code, text, hint=found.hint)
    refuse_value("Authorization", found.value, label)
    TOKENS.keep(_key(whole), found, _key(account))
    if found.usable_until is None:
        return Text("Connection successful.")
    seconds = round(found.usable_until - time.time())
    return Text("Connection successful. The token can be used for {seconds} s.", seconds=seconds)
