"""One recipient's e-mail, put together from its rendered texts: byte for byte what would be sent."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.personalization.faults import BAD_LINK, Problem
from engine.personalization.links import plain_text, refused_links
from engine.personalization.message import Message
from engine.personalization.render import Rendered, Renderer, Trace
from engine.text import Text

SUBJECT, HTML, TEXT, PREHEADER = "subject", "html", "text", "preheader"
SENDER_NAME, SENDER_ADDRESS = "sender.name", "sender.address"
PARTS = (SUBJECT, HTML, TEXT, PREHEADER, SENDER_NAME, SENDER_ADDRESS)
"""The texts of an e-mail, called like the settings that hold them."""

_SHOWN = (SUBJECT, HTML, TEXT)
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_BODY = re.compile(r"<body\b[^>]*>", re.I)
_HIDDEN = "display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;mso-hide:all"


@dataclass(frozen=True, slots=True)
class Letter:
    """A finished e-mail. `problems` name the text that each is in; a text with a problem is empty."""

    subject: str
    html: str
    text: str
    sender_name: str
    sender_address: str
    trace: tuple[Mapping[str, Any], ...] = ()
    missing: tuple[str, ...] = ()
    problems: tuple[tuple[str, Problem], ...] = field(default=())


def letter(message: Message, renderer: Renderer, row: Mapping[str, Any]) -> Letter:
    """Return the e-mail of the recipient in `row`, a mapping of column path to value."""
    values = renderer.values(row)
    rendered = {name: renderer.render(name, values) for name in message.templates}
    problems = [(name, part.problem) for name, part in rendered.items() if part.problem is not None]
    page = _with_preheader(rendered[HTML], rendered[PREHEADER].text)
    if message.templates[HTML].has_links:
        problems += [(HTML, _bad_link(url)) for url in refused_links(page.text)]
    text = rendered[TEXT].text if message.templates[TEXT].code else plain_text(page.text) if page.text else ""
    finished = {**rendered, HTML: page}
    return Letter(
        subject=_one_line(rendered[SUBJECT].text),
        html=page.text,
        text=text,
        sender_name=_one_line(rendered[SENDER_NAME].text).strip(),
        sender_address=_one_line(rendered[SENDER_ADDRESS].text).strip(),
        trace=tuple(_traced(name, piece) for name in _SHOWN for piece in finished[name].trace),
        missing=tuple(dict.fromkeys(path for part in rendered.values() for path in part.missing)),
        problems=tuple(problems),
    )


def _one_line(text: str) -> str:
    """Return a text for a header: a line break in a value must not begin another header."""
    return _BREAKS.sub(" ", text)


def _traced(part: str, piece: Trace) -> Mapping[str, Any]:
    return {"part": part, "start": piece.start, "end": piece.end, "path": piece.path}


def _with_preheader(page: Rendered, preheader: str) -> Rendered:
    """Return the HTML with the line that mail programs show beside the subject, hidden in the mail itself."""
    if not preheader.strip() or not page.text:
        return page
    found = _BODY.search(page.text)
    place = found.end() if found else 0
    line = f'<div style="{_HIDDEN}">{html.escape(preheader.strip())}</div>'
    shift = len(line)
    trace = tuple(
        Trace(piece.start + shift, piece.end + shift, piece.path) if piece.start >= place else piece
        for piece in page.trace
    )
    return Rendered(page.text[:place] + line + page.text[place:], trace, page.missing, page.problem)


def _bad_link(url: str) -> Problem:
    text = Text("“{url}” is no address that a mail may link to.", url=url[:80])
    return Problem(BAD_LINK, text, Text("Links begin with https:// and a host, or with mailto:, tel: or sms:."))
