"""Every glyph that the window names is in the font."""

from __future__ import annotations

import ast
from pathlib import Path

from designer import icons

DESIGNER = Path(__file__).parents[2] / "designer"
TAKES_GLYPH = {"icon": 0, "icon_button": 0, "_tool": 0}


def named_glyphs() -> set[tuple[str, str]]:
    """Return (file, glyph) of every glyph that is written out as the first argument of a call for icons."""
    found = set()
    for path in DESIGNER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            first = node.args[0] if node.args else None
            if node.func.id in TAKES_GLYPH and isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.add((path.name, first.value.removeprefix("ph.")))
            for word in node.keywords:
                if word.arg == "glyph" and isinstance(word.value, ast.Constant) and word.value.value:
                    found.add((path.name, str(word.value.value)))
    return found


def test_every_glyph_exists(qapp: object) -> None:
    known = icons.glyph_names()
    assert {each for each in named_glyphs() if each[1] not in known} == set()
