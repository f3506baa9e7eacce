"""Colours for what is typed: JSON, templates, expressions, and the `{{…}}` places in any text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument

from designer import theme

Language = Literal["text", "json", "template", "html", "expression"]
"""What a code editor holds; `text` is plain words with `{{…}}` places."""

LONGEST_LINE = 20_000
"""Lines longer than this stay plain, so that typing in them stays quick."""

_TOKENS: Mapping[str, str] = {
    "key": "code_name",
    "string": "code_text",
    "number": "code_number",
    "word": "accent",
    "tag": "accent",
    "comment": "text_faint",
    "place": "placeholder",
}
"""The theme's colour for each kind of token."""

_PLACE = (re.compile(r"\{\{.*?(?:\}\}|$)|\{%.*?(?:%\}|$)"), "place")

_RULES: Mapping[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "text": (_PLACE,),
    "template": (_PLACE, (re.compile(r"\{#.*?#\}"), "comment")),
    "html": (
        (re.compile(r"</?[A-Za-z][\w:-]*|/?>"), "tag"),
        (re.compile(r"\s[\w:-]+(?==)"), "key"),
        (re.compile(r"\"[^\"]*\"|'[^']*'"), "string"),
        (re.compile(r"<!--.*?(?:-->|$)"), "comment"),
        _PLACE,
    ),
    "json": (
        (re.compile(r"\"(?:[^\"\\]|\\.)*\""), "string"),
        (re.compile(r"\"(?:[^\"\\]|\\.)*\"(?=\s*:)"), "key"),
        (re.compile(r"(?<![\w\"])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"), "number"),
        (re.compile(r"\b(?:true|false|null)\b"), "word"),
        _PLACE,
    ),
    "expression": (
        (re.compile(r"\b\d+(?:\.\d+)?\b"), "number"),
        (re.compile(r"\b(?:AND|OR|NOT|IN|LIKE|IS|NULL|BETWEEN|CASE|WHEN|THEN|ELSE|END|TRUE|FALSE)\b", re.I), "word"),
        (re.compile(r"\b[A-Za-z_]\w*(?=\s*\()"), "key"),
        (re.compile(r"'(?:[^']|'')*'?"), "string"),
        (re.compile(r"\$\([^)]*\)?"), "place"),
    ),
}


class CodeHighlighter(QSyntaxHighlighter):
    """Colours one document in one language, in the shade of the theme."""

    def __init__(self, document: QTextDocument, language: Language) -> None:
        """Colour `document`, and again whenever the theme changes."""
        super().__init__(document)
        self._rules = _RULES[language]
        self._formats = {name: _format(name) for name in _TOKENS}
        theme.signals.changed.connect(self._recolour)

    def highlightBlock(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Colour one line."""
        if len(text) > LONGEST_LINE:
            return
        for pattern, name in self._rules:
            for match in pattern.finditer(text):
                self.setFormat(match.start(), match.end() - match.start(), self._formats[name])

    def _recolour(self) -> None:
        self._formats = {name: _format(name) for name in _TOKENS}
        self.rehighlight()


def _format(name: str) -> QTextCharFormat:
    found = QTextCharFormat()
    found.setForeground(theme.color(_TOKENS[name]))
    if name == "place":
        found.setBackground(theme.color("placeholder_soft"))
    return found
