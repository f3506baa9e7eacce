"""A request as HTTP/1.1 writes it: what leaves this computer, for the sender and for people."""

from __future__ import annotations

from urllib.parse import urlsplit

import requests

from engine.http_client.models import Header, HttpRequest, shown_url

_PORTS = {"http": 80, "https": 443}


def prepared(request: HttpRequest) -> requests.PreparedRequest:
    """Return what is sent. Raises requests.RequestException for what cannot be sent at all.

    It goes past the session that requests would make, which costs more than the call and would keep cookies.
    """
    headers = {header.name: header.value for header in request.all_headers}
    return requests.Request(request.method, request.url, headers=headers, data=request.body).prepare()


def head_of(request: HttpRequest) -> str:
    """Return everything that leaves before the body, secrets masked; empty while the URL is none to call."""
    shown = request.credentials.shown(request) if request.credentials is not None else request
    headers = tuple(Header(header.name, header.to_json()["value"]) for header in shown.headers)
    masked = HttpRequest(shown.method, shown_url(shown.url), headers, shown.body, shown.user_agent, shown.content_type)
    try:
        sent = prepared(masked)
    except (requests.RequestException, ValueError):
        return ""
    lines = [f"{sent.method} {sent.path_url} HTTP/1.1", f"Host: {_host(str(sent.url))}"]
    lines += [f"{name}: {_text(value)}" for name, value in sent.headers.items()]
    return "".join(f"{line}\r\n" for line in lines) + "\r\n"


def _host(url: str) -> str:
    """Return what the header Host says: without a port that goes without saying."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return host if parts.port in (None, _PORTS.get(parts.scheme)) else f"{host}:{parts.port}"


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
