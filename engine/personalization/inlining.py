"""Style sheets of a mail moved into its tags, once for all recipients: many mail programs read no style sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.personalization.places import Piece

_STYLE = re.compile(r"<style\b", re.I)


def with_inline_styles(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Return the pieces with their style sheets inlined; media queries are kept, nothing remote is loaded.

    Tags of blocks stand in for themselves as comments, so that a loop stays around the rows of its table.
    """
    literal = "".join(piece.text for piece in pieces if piece.kind == "text")
    if not _STYLE.search(literal):
        return pieces
    import css_inline

    mark = "zq"
    while mark in literal.lower():
        mark += "q"
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
    try:
        html = inliner.inline(_skeleton(pieces, mark))
    except css_inline.InlineError:
        return pieces
    if "<tbody" not in literal.lower():
        # the parser adds bodies to tables: a loop around all rows stays inside them
        html = re.sub(rf"((?:<!--{mark}\d+z-->\s*)+)<tbody>", r"<tbody>\1", html)
    restored = _restored(html, mark, {piece.number: piece for piece in pieces if piece.kind != "text"})
    return restored if len(restored) and _same_tags(pieces, restored) else pieces


def _skeleton(pieces: Sequence[Piece], mark: str) -> str:
    parts: list[str] = []
    is_inside_tag = False
    for piece in pieces:
        if piece.kind == "text":
            opened, closed = piece.text.rfind("<"), piece.text.rfind(">")
            is_inside_tag = opened > closed if max(opened, closed) >= 0 else is_inside_tag
            parts.append(piece.text)
        elif piece.kind == "block" and not is_inside_tag:
            parts.append(f"<!--{mark}{piece.number}z-->")
        else:
            parts.append(f"{mark}{piece.number}z")
    return "".join(parts)


def _restored(html: str, mark: str, tags: dict[int, Piece]) -> list[Piece]:
    found = re.compile(rf"(?:<!--|&lt;!--)?{mark}(\d+)z(?:-->|--&gt;)?")
    pieces: list[Piece] = []
    end = 0
    for match in found.finditer(html):
        pieces += [Piece("text", html[end : match.start()]), tags[int(match[1])]]
        end = match.end()
    return [*pieces, Piece("text", html[end:])]


def _same_tags(before: Sequence[Piece], after: Sequence[Piece]) -> bool:
    """Return whether all tags are still there, in their order."""
    kept = [[piece.number for piece in pieces if piece.kind != "text"] for pieces in (before, after)]
    return kept[0] == kept[1]
