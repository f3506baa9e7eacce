"""What an answer says about where it goes on (RFC 8288), and the parameters of a URL."""

from __future__ import annotations

from urllib.parse import quote, unquote_plus, urlsplit, urlunsplit

from engine.http_client.models import MASK, HttpAnswer


def next_link(answer: HttpAnswer) -> str:
    """Return the target of the link called `next` in the Link headers of an answer, or an empty string."""
    from requests.utils import parse_header_links

    value = ", ".join(header.value for header in answer.headers if header.name.lower() == "link")
    if not value.strip():
        return ""
    links = parse_header_links(value)
    return next((link.get("url", "") for link in links if "next" in link.get("rel", "").lower().split()), "")


def with_parameter(url: str, name: str, value: str) -> str:
    """Return a URL with one query parameter set anew; the others stay as they are written."""
    parts = urlsplit(url)
    pieces = [piece for piece in parts.query.split("&") if piece and _name(piece) != name]
    query = "&".join([*pieces, f"{quote(name, safe='')}={quote(value, safe='')}"])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, parts.fragment))


def without_masked(url: str) -> str:
    """Return a URL without the parameters whose values were masked: whoever sends it adds them again."""
    parts = urlsplit(url)
    pieces = [piece for piece in parts.query.split("&") if unquote_plus(piece.partition("=")[2]) != MASK]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "&".join(pieces), parts.fragment))


def origin(url: str) -> tuple[str, str, int | None]:
    """Return what must be the same for a URL to be one of the same host: scheme, host and port."""
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme.lower())
    return parts.scheme.lower(), (parts.hostname or "").lower(), port


def _name(piece: str) -> str:
    return unquote_plus(piece.partition("=")[0])
