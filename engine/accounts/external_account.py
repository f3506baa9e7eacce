"""External accounts: what is wrong with one, and what it adds to the requests of an activity (ACS 1.10)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from engine.accounts.secret_store import MASK
from engine.document.model import AccountRef
from engine.errors import Code, Finding, Level, SettingsError
from engine.http_client.guardrails import BAD_URL, Profile, check_header, check_url, check_value, guardrail, is_reserved
from engine.http_client.lines import Connections
from engine.http_client.models import Header, HttpRequest, Watcher, looks_secret
from engine.text import Text

BAD_ACCOUNT = Code("EXT-ACCOUNT", "An external account lacks something, or has a wrong value.", acs="WKF-560278")
RESERVED = Code("EXT-ACCOUNT-HEADER", "A credential stands in a header of the connection's own.", acs="WKF-560279")
DISABLED = Code("EXT-ACCOUNT-DISABLED", "An external account that is disabled is used.", acs="WKF-560281")
OTHER_TYPE = Code("EXT-ACCOUNT-TYPE", "An external account is of another type than OAuth 2.0.", acs="WKF-560282")
CLEAR_SECRET = Code("EXT-ACCOUNT-CLEAR", "A secret of an external account stands in clear in the flow.")

FIELD: Final = "request.account"
GRANT_TYPE: Final = "grant_type"

_SECRET = re.compile(r"\{\{\s*secret:([^}\s]+)\s*\}\}")
_TYPES = ("oauth2", "basic", "bearer", "api-key")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where credentials stand in a request: a header, with a scheme before them, or a parameter of the query."""

    name: str = "Authorization"
    scheme: str = ""
    in_header: bool = True

    def filled(self, request: HttpRequest, value: str) -> HttpRequest:
        """Return the request with `value` in this spot."""
        if self.in_header:
            header = Header(self.name, self.scheme + value, self.scheme + MASK)
            return replace(request, headers=(*request.headers, header), credentials=None)
        parts = urlsplit(request.url)
        query = "&".join(filter(None, (parts.query, f"{quote(self.name, safe='')}={quote(value, safe='*')}")))
        return replace(request, url=urlunsplit(parts._replace(query=query)), credentials=None)

    def masked(self, request: HttpRequest) -> HttpRequest:
        """Return the request with a mask in this spot."""
        return self.filled(request, MASK)


def spot_of(account: AccountRef) -> Spot:
    """Return where an account puts its credentials."""
    if account.type == "api-key":
        return Spot(account.name, in_header=account.in_header)
    return Spot(scheme="Basic " if account.type == "basic" else "Bearer ")


class FixedCredentials:
    """Credentials that are the same at every request: a password, a token, a key."""

    def __init__(self, account: AccountRef, label: str, secret: Callable[[str], str]) -> None:
        """Belong to `account`; `secret` gives the secrets that it refers to, when they are first needed."""
        self.label = label
        self._account = account
        self._secret = secret
        self._spot = spot_of(account)
        self._used: frozenset[str] = frozenset()

    @property
    def token_host(self) -> str:
        """Return that nobody is asked for anything."""
        return ""

    @property
    def secrets(self) -> frozenset[str]:
        """Return what has been added to requests so far."""
        return self._used

    def shown(self, request: HttpRequest) -> HttpRequest:
        """Return the request with a mask."""
        return self._spot.masked(request)

    def signed(self, request: HttpRequest, left_s: float, watcher: Watcher, connections: Connections) -> HttpRequest:
        """Return the request with the credentials. Raises SecretError, SettingsError."""
        parts = [filled(text, self._secret) for text in _own_values(self._account)]
        value = _basic(*parts) if self._account.type == "basic" else _without_scheme(parts[0], self._spot.scheme)
        self._used = frozenset({value, parts[-1]})
        refuse_value(self._spot.name, value, self.label)
        return self._spot.filled(request, value)

    def renewed(self, refused: HttpRequest, watcher: Watcher) -> bool:
        """Return that there are no other credentials."""
        return False


def refuse_value(name: str, value: str, label: str) -> None:
    """Raise SettingsError for credentials that no header can hold."""
    if any(check_value(name, value, FIELD)):
        raise SettingsError(
            BAD_ACCOUNT,
            Text("The credentials of the account “{account}” have a sign that no header can hold.", account=label),
            hint=Text("Enter them again, without line breaks and spaces at the ends."),
            field=FIELD,
        )


def _own_values(account: AccountRef) -> Sequence[str]:
    if account.type == "basic":
        return account.username, account.password
    return (account.token if account.type == "bearer" else account.value,)


def _without_scheme(token: str, scheme: str) -> str:
    """Return a token that was perhaps pasted with the scheme before it."""
    return token[len(scheme) :].strip() if token.lower().startswith(scheme.lower()) else token


def _basic(username: str, password: str) -> str:
    return base64.b64encode(f"{username}:{password}".encode("utf-8", "replace")).decode()


def filled(text: str, secret: Callable[[str], str]) -> str:
    """Return a value of an account with the secrets that it refers to."""
    return _SECRET.sub(lambda match: secret(match[1]), text)


def check_account(account: AccountRef, label: str, profile: Profile) -> Iterator[Finding]:
    """Yield what is wrong with an account that an activity uses, at the setting that names it."""
    if account.type not in _TYPES:
        text = Text("The account “{account}” is of the type “{type}”, unknown here.", account=label, type=account.type)
        yield Finding(Level.ERROR, OTHER_TYPE, text, field=FIELD, hint=Text("Choose another type for it."))
        return
    if not account.enabled:
        text = Text("The account “{account}” is disabled.", account=label)
        yield Finding(Level.ERROR, DISABLED, text, field=FIELD, hint=Text("Enable it, or choose another one."))
    if account.type != "oauth2":
        text = Text("The account “{account}” is of another type than OAuth 2.0.", account=label)
        hint = Text("Adobe Campaign sends such credentials as request headers.")
        yield guardrail(OTHER_TYPE, text, profile, field=FIELD, hint=hint, is_harmless=True)
    yield from _check_oauth(account, label, profile) if account.type == "oauth2" else _check_fixed(account, label)
    yield from _check_clear(account, label)


def _wrong(label: str, problem: Text, hint: Text, level: Level = Level.ERROR) -> Finding:
    text = Text("The account “{account}” cannot be used: {problem}", account=label, problem=problem)
    return Finding(level, BAD_ACCOUNT, text, field=FIELD, hint=hint)


def _check_oauth(account: AccountRef, label: str, profile: Profile) -> Iterator[Finding]:
    for finding in check_url(account.token_url, profile):
        problem = finding.text
        if finding.code.id == BAD_URL.id:
            problem = (
                Text("“{url}” is no URL.", url=account.token_url[:200])
                if account.token_url.strip()
                else Text("it has no token URL.")
            )
        if finding.level is Level.ERROR:
            yield _wrong(label, problem, Text("Enter the token endpoint of the service, which begins with https."))
        else:
            text = Text("The token URL of the account “{account}”: {problem}", account=label, problem=problem)
            yield replace(finding, text=text, field=FIELD)
    if not account.credentials:
        yield _wrong(label, Text("it has no credentials."), Text("Add client_id and client_secret."))
    names = [row.name for row in account.credentials]
    for row in account.credentials:
        yield from _check_row(row.name, row.value, row.in_header, label)
        if row.name and names.count(row.name) > 1:
            yield _wrong(label, Text("“{name}” stands twice.", name=row.name), Text("Remove one of them."))
            return


def _check_row(name: str, value: str, in_header: bool, label: str) -> Iterator[Finding]:
    if not name:
        yield _wrong(label, Text("a credential has no name."), Text("Name it, or remove it."))
    elif not value:
        yield _wrong(label, Text("“{name}” has no value.", name=name), Text("Enter one, or remove it."))
    elif name == GRANT_TYPE:
        yield _wrong(label, Text("“grant_type” is added by itself."), Text("Remove it."))
    elif in_header and is_reserved(name):
        text = Text(
            "The credential “{name}” of the account “{account}” belongs to the connection and is not sent in a header.",
            name=name,
            account=label,
        )
        yield Finding(Level.WARNING, RESERVED, text, field=FIELD, hint=Text("Send it in the form, or remove it."))
    elif in_header and any(check_header(name, "", FIELD)):
        problem = Text("“{name}” cannot be the name of a header.", name=name)
        yield _wrong(label, problem, Text("Use letters, digits and dashes."))


def _check_fixed(account: AccountRef, label: str) -> Iterator[Finding]:
    asked = {
        "basic": ((account.username, Text("it has no user name.")), (account.password, Text("it has no password."))),
        "bearer": ((account.token, Text("it has no token.")),),
        "api-key": ((account.name, Text("its key has no name.")), (account.value, Text("it has no key."))),
    }
    for value, problem in asked[account.type]:
        if not value:
            yield _wrong(label, problem, Text("Enter it among the accounts of the flow."))
    spot = spot_of(account)
    if account.type == "api-key" and account.in_header and account.name:
        for finding in check_header(spot.name, "", FIELD):
            yield _wrong(label, finding.text, Text("Name the header that the service asks for."))


def _check_clear(account: AccountRef, label: str) -> Iterator[Finding]:
    rows = {
        "oauth2": [(row.name, row.value) for row in account.credentials],
        "basic": [("password", account.password)],
        "bearer": [("token", account.token)],
        "api-key": [("key", account.value)],
    }
    if any(looks_secret(name, value) and not _SECRET.search(value) for name, value in rows[account.type]):
        text = Text("The account “{account}” holds what looks like a secret, in clear.", account=label)
        hint = Text("Enter it again: it is then kept in the keyring.")
        yield Finding(Level.WARNING, CLEAR_SECRET, text, field=FIELD, hint=hint)
