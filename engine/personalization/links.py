"""Links of a mail: which are allowed, and the plain text of its HTML with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from engine.personalization.faults import WrongValue
from engine.text import Text

URL_ATTRIBUTES = frozenset({"href", "src", "action", "formaction", "background", "poster", "cite", "longdesc", "data"})
"""The attributes that hold one address."""

_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")
_WEB = re.compile(r"https?://[^/?#\\\s@]+(?:[/?#].*)?\Z", re.I | re.S)
_OTHER = re.compile(r"(?:mailto|tel|sms|cid):[^\s]+\Z", re.I)
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:", re.I)

_BLOCKS = re.compile(
    r"(?:address|article|aside|blockquote|center|div|d[ltd]|fig(?:ure|caption)|footer|form|h[1-6]|header|hr|li|main"
    r"|[ou]l|p|pre|section|table|t(?:body|foot|head|r))\Z"
)
_PARAGRAPHS = re.compile(r"(?:blockquote|dl|h[1-6]|[ou]l|p|table)\Z")
_HIDDEN = frozenset({"head", "style", "script", "title", "noembed", "noframes", "template"})


def is_allowed(url: str) -> bool:
    """Return whether a whole address is one that a mail may have: http(s) with a host, mailto, tel, sms or cid."""
    return bool(_WEB.match(url) or _OTHER.match(url))


def safe_url(value: str) -> str:
    """Return an address without invisible characters. Raises WrongValue when it is none that a mail may have."""
    url = _INVISIBLE.sub("", value).strip().replace(" ", "%20")
    if url and not is_allowed(url):
        raise WrongValue(
            Text("“{url}” is no address that a mail may link to.", url=value[:80]),
            Text("Links begin with https:// and a host, or with mailto:, tel: or sms:."),
        )
    return url


def encoded(value: str) -> str:
    """Return a value as a part of an address."""
    return quote(value, safe="")


def literal_problem(url: str) -> str:
    """Return what is wrong with an address that the text itself holds: `refused`, `relative`, or nothing."""
    url = _INVISIBLE.sub("", url).strip()
    if not url or url.startswith("#") or is_allowed(url):
        return ""
    return "refused" if _SCHEME.match(url) or url.startswith(("//", "\\")) else "relative"


def refused_links(html: str) -> Iterator[str]:
    """Yield the addresses in finished HTML that a mail must not have."""
    from selectolax.lexbor import LexborHTMLParser

    for node in LexborHTMLParser(html).css(",".join(f"[{name}]" for name in sorted(URL_ATTRIBUTES))):
        for name in URL_ATTRIBUTES & node.attributes.keys():
            url = node.attributes[name] or ""
            if literal_problem(url) == "refused":
                yield url


def plain_text(html: str) -> str:
    """Return the text of a mail for people who read no HTML: blocks on lines of their own, addresses behind links."""
    from selectolax.lexbor import LexborHTMLParser

    body: Any = LexborHTMLParser(html).body
    if body is None:
        return ""
    parts: list[str] = []
    _write(body, parts)
    lines = [" ".join(line.split()) for line in "".join(parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _write(body: Any, parts: list[str]) -> None:
    """Write what is below `body`, without recursion: mails nest their tables deeply."""
    waiting: list[Any] = [body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        tag = node.tag
        if tag == "-text":
            parts.append(re.sub(r"\s+", " ", node.text_content or ""))
        elif not (tag in _HIDDEN or tag.startswith("-") or _is_hidden(node)):
            before, after = _around(tag, node)
            waiting += [after, *reversed(list(node.iter(include_text=True))), before]


def _is_hidden(node: Any) -> bool:
    return "display:none" in (node.attributes.get("style") or "").replace(" ", "").lower()


def _around(tag: str, node: Any) -> tuple[str, str]:
    """Return what stands before and after the content of an element."""
    if tag == "a":
        url = (node.attributes.get("href") or "").strip()
        shown = (node.text(deep=True) or "").strip()
        return "", f" ({url})" if url and url != shown and not url.startswith("#") else ""
    if tag == "br":
        return "\n", ""
    if tag == "img":
        return (node.attributes.get("alt") or ""), ""
    if tag in ("td", "th"):
        return " ", " "
    if tag == "li":
        return "\n- ", ""
    gap = "\n\n" if _PARAGRAPHS.match(tag) else "\n" if _BLOCKS.match(tag) else ""
    return gap, gap
