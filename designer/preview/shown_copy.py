"""The copy of a message's HTML that the preview shows: light or dark as asked, and what it would fetch counted."""

from __future__ import annotations

import re

_SCHEME_QUERY = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(dark|light|no-preference)\s*\)", re.I)
_SCHEMES = re.compile(r"(?<![\w-])(color-scheme\s*:\s*)([a-z][a-z ]*)", re.I)
_META_SCHEMES = re.compile(
    r"(<meta\b[^>]*name\s*=\s*[\"']?color-scheme[\"']?[^>]*content\s*=\s*)([\"'])([^\"']*)\2", re.I
)
_PICTURE_TAG = re.compile(r"<(?:img|source|input|video|table|tr|td|th|body|image|v:fill|v:image)\b[^>]*>", re.I)
_PICTURE = re.compile(
    r"(?<![\w-])(?:src|srcset|poster|background|href)\s*=\s*[\"']?\s*((?:https?:)?//[^\s\"'>]+)", re.I
)
_STYLE_PICTURE = re.compile(r"url\(\s*(?:[\"']|&quot;)?\s*((?:https?:)?//[^\s\"')&]+)", re.I)

ALWAYS, NEVER = "(min-width: 0px)", "(max-width: 0px)"


def in_shade(html: str, *, is_dark: bool) -> str:
    """Return the HTML as a mail client in dark or light mode would read its style sheets.

    A window cannot tell its web pages that it is dark where the desktop is not, so the questions are answered in
    the text: each `prefers-color-scheme` becomes a condition that always or never holds.
    """
    wanted = "dark" if is_dark else "light"

    def answer(query: re.Match[str]) -> str:
        return ALWAYS if query[1].lower() == wanted else NEVER

    def choose(schemes: re.Match[str]) -> str:
        return f"{schemes[1]}{wanted}" if wanted in schemes[2].lower().split() else schemes[0]

    def choose_meta(meta: re.Match[str]) -> str:
        kept = wanted if wanted in meta[3].lower().split() else meta[3]
        return f"{meta[1]}{meta[2]}{kept}{meta[2]}"

    return _META_SCHEMES.sub(choose_meta, _SCHEMES.sub(choose, _SCHEME_QUERY.sub(answer, html)))


def knows_dark(html: str) -> bool:
    """Return whether the message has anything to say about dark mode."""
    return any(query[1].lower() == "dark" for query in _SCHEME_QUERY.finditer(html)) or any(
        "dark" in schemes[2].lower().split() for schemes in _SCHEMES.finditer(html)
    )


def remote_pictures(html: str) -> frozenset[str]:
    """Return the addresses of the pictures that the message would fetch from the internet."""
    tags = (address for tag in _PICTURE_TAG.finditer(html) for address in _PICTURE.findall(tag[0]))
    return frozenset(tags) | frozenset(_STYLE_PICTURE.findall(html))
