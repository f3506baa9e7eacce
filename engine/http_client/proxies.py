"""The proxy between this computer and a host, as the environment or the system names it, and how it fails."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from requests.utils import get_environ_proxies, select_proxy

from engine.demo.authority import HOST
from engine.errors import CallError, Code
from engine.http_client.problems import PROXY, PROXY_REFUSED, URL
from engine.text import Text

BAD_PROXY = Code("EXT-PROXY-ADDRESS", "The address of the proxy cannot be used.", acs="WKF-560246")

ASKS_FOR_PASSWORD: Final = 407
_PORTS: Final = {"http": 80, "https": 443}
_REFUSED = re.compile(r"Tunnel connection failed: (\d{3}) ?(.*)")


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy. Its name and password are never shown."""

    host: str
    port: int
    url: str = field(repr=False)

    @property
    def place(self) -> str:
        """Return host and port, for sentences about it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def headers(self) -> Mapping[str, str]:
        """Return what tells the proxy who calls, empty where nobody said."""
        return authorization(self.url)


def authorization(url: str) -> dict[str, str]:
    """Return the header with the name and the password that stand in the URL of a proxy."""
    parts = urlsplit(url)
    if parts.username is None:
        return {}
    told = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Proxy-Authorization": f"Basic {base64.b64encode(told.encode('utf-8', 'replace')).decode()}"}


def proxy_for(url: str) -> Proxy | None:
    """Return the proxy for a URL: what the environment names, else the system; never one for this computer itself.

    Raises CallError for an address that cannot be used.
    """
    host = (urlsplit(url).hostname or "").lower()
    if host in (HOST, "localhost", "::1") or host.startswith("127.") or host.endswith(".localhost"):
        return None
    named = select_proxy(url, get_environ_proxies(url))
    return _read(named) if named else None


def _read(named: str) -> Proxy:
    whole = named if "://" in named else f"http://{named}"
    try:
        parts = urlsplit(whole)
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        scheme, host, port = "", None, None
    if scheme.startswith("socks"):
        raise _unusable(Text("The proxy of this computer speaks SOCKS, which is not supported."))
    if scheme not in _PORTS or not host:
        raise _unusable(Text("The address of the proxy of this computer cannot be read."))
    return Proxy(host, port or _PORTS[scheme], whole)


def _unusable(text: Text) -> CallError:
    hint = Text("Check the variable HTTPS_PROXY, or the proxy in the settings of the system.")
    return CallError(BAD_PROXY, text, hint=hint, field=URL)


def not_reached(proxy: Proxy, reason: str) -> CallError:
    """Return the error of a proxy that takes no connection."""
    return CallError(
        PROXY,
        Text("The proxy “{proxy}” cannot be reached ({reason}).", proxy=proxy.place, reason=reason),
        hint=Text("Check the variable HTTPS_PROXY, or the proxy in the settings of the system, and the network."),
        field=URL,
    )


def not_connected(proxy: Proxy, host: str, error: Exception) -> CallError:
    """Return the error of a proxy that gave no connection to `host`."""
    refused = _REFUSED.match(str(error))
    if refused is not None:
        return refused_by(proxy, host, int(refused[1]), refused[2])
    return CallError(
        PROXY,
        Text("The proxy “{proxy}” ended the connection to “{host}” before it was open.", proxy=proxy.place, host=host),
        hint=Text("Try again; if it stays, ask who runs the proxy."),
        field=URL,
    )


def refused_by(proxy: Proxy, host: str, status: int, phrase: str) -> CallError:
    """Return the error of a proxy that answered with a status of its own."""
    said = f"{status} {phrase}".strip()
    if status == ASKS_FOR_PASSWORD:
        return _asks_who(proxy, said)
    return CallError(
        PROXY if status >= 500 else PROXY_REFUSED,
        Text("The proxy “{proxy}” does not connect to “{host}” ({said}).", proxy=proxy.place, host=host, said=said),
        hint=Text("Ask who runs the proxy, or name the host in the variable NO_PROXY to call without it."),
        field=URL,
    )


def _asks_who(proxy: Proxy, said: str) -> CallError:
    if proxy.headers:
        text = Text("The proxy “{proxy}” refuses the user name or the password ({said}).", proxy=proxy.place, said=said)
    else:
        text = Text("The proxy “{proxy}” asks for a user name and a password ({said}).", proxy=proxy.place, said=said)
    example = f"http://name:password@{proxy.place}"
    hint = Text("Write them into the variable HTTPS_PROXY, such as {example}.", example=example)
    return CallError(PROXY_REFUSED, text, hint=hint, field=URL)
