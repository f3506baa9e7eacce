"""What is sent, what comes back, and the limits of one call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from engine.errors import CampaignFlowError
from engine.http_client.charsets import Decoded, decoded
from engine.text import Text

if TYPE_CHECKING:
    from engine.http_client.lines import Connections

MASK: Final = "********"
"""What is shown in the place of a secret."""

JSON: Final = "application/json"
USER_AGENT: Final = "CampaignFlowDesigner/1"

_SENSITIVE = re.compile(
    r"authorization|api[-_ ]?key|(?:^|[-_ ])keys?(?:$|[-_ ])|token|secret|passw|credential|cookie|session|signature",
    re.IGNORECASE,
)

_TOKEN = re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}|\b(?:sk|pk|ghp|gho|glpat|xox[abp])[-_][\w-]{8,}")


def is_sensitive(name: str) -> bool:
    """Return whether a header or parameter of this name usually holds a secret."""
    return _SENSITIVE.search(name) is not None


def looks_secret(name: str, value: str) -> bool:
    """Return whether a value is likely a secret: by the name it goes under, or by the way tokens are written."""
    return bool(value.strip()) and (is_sensitive(name) or _TOKEN.search(value) is not None)


@dataclass(frozen=True, slots=True)
class Header:
    """One header; `shown` is its value as people may see it, where that differs."""

    name: str
    value: str
    shown: str | None = None

    def to_json(self) -> dict[str, str]:
        """Return name and the value that people may see."""
        return {"name": self.name, "value": self.value if self.shown is None else self.shown}


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request, complete but for the headers that belong to the connection."""

    method: str
    url: str
    headers: tuple[Header, ...] = ()
    body: bytes | None = None
    user_agent: str = USER_AGENT
    content_type: str = JSON
    credentials: Credentials | None = None
    """What tells the other side who calls; whoever sends the request adds it last."""

    @property
    def host(self) -> str:
        """Return the host, for sentences about it."""
        return urlsplit(self.url).hostname or self.url

    @property
    def all_headers(self) -> tuple[Header, ...]:
        """Return the headers that are sent, those that only concern the connection aside."""
        kind = (Header("Content-Type", self.content_type),) if self.body is not None else ()
        own = (Header("Accept", JSON), Header("Accept-Encoding", "gzip, deflate"))
        return (*own, Header("User-Agent", self.user_agent), *kind, *self.headers)

    @property
    def head(self) -> str:
        """Return everything that leaves before the body, secrets masked; empty while the URL is none to call."""
        from engine.http_client.wire import head_of

        return head_of(self)

    def to_json(self) -> dict[str, Any]:
        """Return method, URL, headers and body as people may see them, and the size of the body."""
        shown = self.credentials.shown(self) if self.credentials is not None else self
        return {
            "method": self.method,
            "url": shown_url(shown.url),
            "headers": [header.to_json() for header in shown.all_headers],
            "body": self.body.decode() if self.body is not None else None,
            "bytes": len(self.body or b""),
        }


def shown_url(url: str) -> str:
    """Return a URL with its password, and parameters that look like secrets, masked."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    place = parts.netloc
    if "@" in place:
        user, _, host = place.rpartition("@")
        place = f"{user.partition(':')[0]}:{MASK}@{host}"
    secrets = {name for name, value in parse_qsl(parts.query) if looks_secret(name, value)}
    query = parts.query
    if secrets:
        pieces = (piece.partition("=") for piece in query.split("&"))
        query = "&".join(f"{name}={MASK}" if name in secrets else f"{name}{sign}{rest}" for name, sign, rest in pieces)
    return urlunsplit((parts.scheme, place, parts.path, query, parts.fragment))


@dataclass(frozen=True)
class HttpAnswer:
    """One answer, read to its end and unpacked. `timings` are milliseconds by phase (`dns_ms`, `connect_ms`, …)."""

    status: int
    reason: str = ""
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    elapsed_ms: float = 0
    timings: Mapping[str, float] = field(default_factory=dict)
    proxy: str = ""
    """Host and port of the proxy that it came through, if it did."""

    def header(self, name: str) -> str:
        """Return the value of a header, or an empty string."""
        return next((header.value for header in self.headers if header.name.lower() == name.lower()), "")

    @property
    def media_type(self) -> str:
        """Return the content type without its parameters, in small letters."""
        return self.header("Content-Type").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """Return the body as text, as well as it can be read."""
        return self.decoded.text

    @cached_property
    def decoded(self) -> Decoded:
        """Return the body as text, and what is known of its character set; found out once."""
        return decoded(self.body, self.header("Content-Type"))


@dataclass(frozen=True, slots=True)
class CallLimits:
    """The wall clock of a whole call, all attempts included, and the most bytes of an answer, unpacked."""

    timeout_s: float = 60
    response_bytes: int = 5_242_880


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a call is tried. With `may_repeat` False never again once a request may have arrived."""

    attempts: int = 3
    may_repeat: bool = True
    first_delay_s: float = 1.0
    longest_delay_s: float = 30.0
    statuses: frozenset[int] = frozenset({408, 425, 429, 500, 502, 503, 504})
    """After which a call is tried again (ACS 1.9), as after a connection error."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """How a call ended: with the last answer, whatever its status, or with an error."""

    started_at: datetime
    attempts: int
    elapsed_ms: float
    answer: HttpAnswer | None = None
    error: CampaignFlowError | None = None


class Watcher(Protocol):
    """Whoever waits for a call."""

    def check_cancelled(self) -> None:
        """Raise RunCancelled when nobody wants the answer any more."""

    def tell(self, text: Text) -> None:
        """Hear what the call does: it is sent, it is tried again."""

    def progress(self, done: int, total: int | None) -> None:
        """Hear how many bytes have come."""


class Credentials(Protocol):
    """Who one is to another service, added to a request in the moment that it is sent. Safe to use from any thread."""

    @property
    def label(self) -> str:
        """Return what people call the account."""

    @property
    def token_host(self) -> str:
        """Return the host that would be asked for an access token before the next request, empty for none."""

    @property
    def secrets(self) -> frozenset[str]:
        """Return what has been added to requests so far, and must be seen nowhere."""

    def shown(self, request: HttpRequest) -> HttpRequest:
        """Return the request with the credentials masked."""

    def signed(self, request: HttpRequest, left_s: float, watcher: Watcher, connections: Connections) -> HttpRequest:
        """Return the request with the credentials, within `left_s`. Raises CampaignFlowError when there are none."""

    def renewed(self, refused: HttpRequest, watcher: Watcher) -> bool:
        """Return whether `refused`, answered 401, is worth another try because new credentials can be had."""
