"""What is wrong with a request before it is sent, by the guardrails of Adobe Campaign Standard (ACS 1.8, 1.10)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal
from urllib.parse import SplitResult, urlsplit

from engine.errors import Code, Finding, Level
from engine.text import Text

BAD_URL = Code("EXT-URL", "The URL is missing, or is none.", acs="WKF-560245")
NOT_SECURE = Code("EXT-NOT-SECURE", "The URL does not begin with https.", acs="WKF-560238")
LOCAL_HOST = Code("EXT-LOCAL-HOST", "The host is this computer, or a bare address.", acs="WKF-560244")
HEADER_NAME = Code("EXT-HEADER-NAME", "A header has no name, or one that HTTP does not allow.", acs="WKF-560246")
HEADER_VALUE = Code("EXT-HEADER-VALUE", "The value of a header has signs that HTTP does not allow.", acs="WKF-560247")
HEADER_RESERVED = Code("EXT-HEADER-RESERVED", "A header belongs to the connection and cannot be set.", acs="WKF-560248")
HEADER_TWICE = Code("EXT-HEADER-TWICE", "A header stands twice in a request.")
LONG_TIMEOUT = Code(
    "EXT-LONG-TIMEOUT", "The time limit is longer than Adobe Campaign Standard allows.", acs="WKF-560246"
)
LARGE_RESPONSE = Code(
    "EXT-LARGE-LIMIT", "The limit of the answer is larger than Adobe Campaign Standard allows.", acs="WKF-560239"
)
LARGE_REQUEST = Code(
    "EXT-LARGE-BODY-LIMIT", "The limit of the body is larger than Adobe Campaign Standard allows.", acs="WKF-560250"
)

Profile = Literal["acs", "local"]

MOST_BYTES: Final = 5_242_880
MOST_SECONDS: Final = 60

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t \x21-\x7e\x80-\xff]*")
_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_RESERVED: Final = frozenset(
    {
        *("accept", "accept-encoding", "connection", "content-length", "content-type", "cookie", "expect", "host"),
        *("keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "user-agent"),
    }
)
_URL = "request.url"


def check_url(url: str, profile: Profile) -> Iterator[Finding]:
    """Yield what is wrong with a URL, its places filled in."""
    parts = _parsed(url)
    if parts is None:
        hint = Text("Write it like https://api.example.com/v1/codes.")
        text = Text("“{url}” is no URL.", url=url[:200]) if url.strip() else Text("The URL is missing.")
        yield Finding(Level.ERROR, BAD_URL, text, field=_URL, hint=hint)
        return
    is_here = is_local(parts.hostname or "")
    if parts.scheme != "https":
        text = Text("The URL begins with http: what is sent can be read on the way.")
        hint = Text("Write https.")
        yield guardrail(NOT_SECURE, text, profile, field=_URL, hint=hint, is_harmless=is_here)
    if is_here or is_address(parts.hostname or ""):
        text = Text("“{host}” is this computer or a bare address.", host=parts.hostname)
        hint = Text("Use the name of a host that Adobe Campaign can reach.")
        yield guardrail(LOCAL_HOST, text, profile, field=_URL, hint=hint, is_harmless=True)


def guardrail(
    code: Code, text: Text, profile: Profile, *, field: str, hint: Text, is_harmless: bool = False
) -> Finding:
    """Return a breach of a guardrail: an error under `acs`; under `local` a warning, or mere information."""
    if profile == "acs":
        wider = Text("{hint} The guardrails “Local” of the flow allow it.", hint=hint)
        return Finding(Level.ERROR, code, text, field=field, hint=wider)
    level = Level.INFO if is_harmless else Level.WARNING
    told = (
        Text("{text} It would fail in Adobe Campaign: {code}.", text=text, code=code.acs)
        if code.acs
        else Text("{text} Adobe Campaign would not take it.", text=text)
    )
    return Finding(level, code, told, field=field, hint=hint)


def _parsed(url: str) -> SplitResult | None:
    """Return the parts of an http or https URL with a host that could be one, else None."""
    if re.search(r"[\s\x00-\x1f\x7f]", url):
        return None
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    return parts if _is_host(host) else None


def _is_host(host: str) -> bool:
    if is_address(host):
        return True
    try:
        plain = host.rstrip(".").encode("idna").decode()
    except UnicodeError:
        return False
    return len(plain) <= 253 and all(_LABEL.fullmatch(label) for label in plain.split("."))


def is_address(host: str) -> bool:
    """Return whether a host is an IPv4 or IPv6 address instead of a name."""
    try:
        ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return re.fullmatch(r"(?:0x[0-9a-f]+|[0-9]+)(?:\.(?:0x[0-9a-f]+|[0-9]+)){0,3}", host, re.IGNORECASE) is not None
    return True


def is_local(host: str) -> bool:
    """Return whether a host is this computer itself."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def check_header(name: str, value: str, field: str) -> Iterator[Finding]:
    """Yield what is wrong with one header at the setting `field` (RFC 7230, section 3.2)."""
    if not _NAME.fullmatch(name):
        text = Text("“{name}” cannot be the name of a header.", name=name) if name else Text("A header has no name.")
        hint = Text("Use letters, digits and dashes.")
        yield Finding(Level.ERROR, HEADER_NAME, text, field=f"{field}.name", hint=hint)
    elif is_reserved(name):
        text = Text("The header “{name}” belongs to the connection and cannot be set.", name=name)
        yield Finding(Level.ERROR, HEADER_RESERVED, text, field=f"{field}.name", hint=Text("Remove it."))
    yield from check_value(name, value, f"{field}.value")


def check_value(name: str, value: str, field: str) -> Iterator[Finding]:
    """Yield what is wrong with the value of the header `name`, which stands at `field`."""
    if not _VALUE.fullmatch(value) or value != value.strip():
        text = Text("The value of the header “{name}” has a sign that HTTP does not allow.", name=name)
        hint = Text("Remove line breaks, spaces at the ends, and signs that are not Latin.")
        yield Finding(Level.ERROR, HEADER_VALUE, text, field=field, hint=hint)


def is_reserved(name: str) -> bool:
    """Return whether a header is set by the connection itself (ACS 1.10)."""
    return name.lower() in _RESERVED or name.lower().startswith("proxy-")


def check_doubles(names: Mapping[int, str]) -> Iterator[Finding]:
    """Yield a warning for each header that stands twice; `names` by place."""
    seen: set[str] = set()
    for place, name in names.items():
        if name and name.lower() in seen:
            text = Text("The header “{name}” stands twice; only the last one is sent.", name=name)
            yield Finding(Level.WARNING, HEADER_TWICE, text, field=f"request.headers.{place}.name")
        seen.add(name.lower())


def check_limits(timeout_s: float, response_bytes: int, request_bytes: int, profile: Profile) -> Iterator[Finding]:
    """Yield limits beyond those of Adobe Campaign Standard."""
    if timeout_s > MOST_SECONDS:
        text = Text("The call may take longer than {most} s.", most=MOST_SECONDS)
        hint = Text("Adobe Campaign ends every call after a minute.")
        yield guardrail(LONG_TIMEOUT, text, profile, field="limits.timeout_s", hint=hint)
    if response_bytes > MOST_BYTES:
        text = Text("The answer may be larger than {most} bytes.", most=MOST_BYTES)
        hint = Text("Ask for less, or lower the limit.")
        yield guardrail(LARGE_RESPONSE, text, profile, field="limits.response_bytes", hint=hint)
    if request_bytes > MOST_BYTES:
        text = Text("The body may be larger than {most} bytes.", most=MOST_BYTES)
        hint = Text("Send fewer rows or columns, or lower the limit.")
        yield guardrail(LARGE_REQUEST, text, profile, field="limits.request_bytes", hint=hint)
