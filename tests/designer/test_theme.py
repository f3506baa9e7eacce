"""Colours, type, icons and words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFontDatabase
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from designer import icons, theme, words
from designer.theme import DARK, LIGHT, Tokens
from engine.text import Text

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def back_to_light(qapp: QApplication) -> Iterator[None]:
    """Undress the program after each test, so that others find it plain."""
    yield
    theme.apply(qapp, "light")
    qapp.setStyleSheet("")


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 defines it, from 1 to 21."""

    def light(name: str) -> float:
        parts = QColor(name).getRgbF()[:3]
        red, green, blue = (
            float(part) / 12.92 if float(part) <= 0.04045 else ((float(part) + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((light(first), light(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("use", [LIGHT, DARK], ids=lambda tokens: tokens.name)
def test_words_can_be_read_on_every_ground(use: Tokens) -> None:
    colors = asdict(use)
    for ground in ("ground", "panel", "card", "header", "field", "canvas"):
        for word in ("text", "text_soft"):
            assert contrast(colors[word], colors[ground]) >= 4.5, (word, ground)
    for word in ("ok", "warning", "error", "accent", "placeholder"):
        assert contrast(colors[word], colors[f"{word}_soft"]) >= 4.5, word
        assert contrast(colors[word], colors["panel"]) >= 4.5, word
    assert contrast(use.on_accent, use.accent) >= 4.5
    assert contrast(use.text_faint, use.panel) >= 3


@pytest.mark.parametrize("shade", ["light", "dark"])
def test_the_style_sheet_has_no_hole_and_qt_understands_it(qapp: QApplication, shade: theme.Shade) -> None:
    theme.apply(qapp, shade)
    sheet = theme.style_sheet()
    assert "$" not in sheet
    for name in {part.split(")")[0] for part in sheet.split("url(")[1:]}:
        assert Path(name).is_file(), name


def test_larger_words_reach_the_style_sheet_and_the_painters(qapp: QApplication) -> None:
    theme.apply(qapp, "light", 2.0)
    assert theme.font().pixelSize() == 2 * theme.SIZES["body"]
    assert f"font-size: {2 * theme.SIZES['body']}px" in theme.style_sheet()


def test_painters_are_told_of_a_new_shade(qapp: QApplication) -> None:
    seen: list[str] = []
    theme.signals.changed.connect(lambda: seen.append(theme.tokens().name))
    theme.apply(qapp, "dark")
    assert seen == ["dark"]


def test_the_bundled_fonts_are_found(qapp: QApplication) -> None:
    theme.load_fonts()
    assert {"Inter", "JetBrains Mono"} <= set(QFontDatabase.families())
    assert (theme.RESOURCES / "fonts" / "Inter-OFL.txt").is_file()
    assert (theme.RESOURCES / "fonts" / "JetBrainsMono-OFL.txt").is_file()


def icon_names() -> Iterator[tuple[str, str]]:
    """Yield every word given to `icon(…)` or `glyph=…` in the designer, with its file."""
    for path in sorted((ROOT / "designer").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", "")
            first = [*node.args[:1]] if name in {"icon", "icon_button", "_tool"} else []
            for value in [*first, *(keyword.value for keyword in node.keywords if keyword.arg == "glyph")]:
                for part in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value:
                        yield part.value, path.name


def test_every_icon_that_the_designer_names_exists(qapp: QApplication) -> None:
    known = icons.glyph_names()
    named = list(icon_names())
    assert len(named) > 20
    assert [(name, file) for name, file in named if name.removeprefix("ph.") not in known] == []


def test_an_icon_changes_its_colour_with_the_shade(qapp: QApplication) -> None:
    made = icons.icon("circle", "text")
    theme.apply(qapp, "light")
    light = made.pixmap(QSize(32, 32)).toImage()
    theme.apply(qapp, "dark")
    assert made.pixmap(QSize(32, 32)).toImage() != light


def test_every_picture_of_an_activity_is_a_valid_svg_of_24_pixels(qapp: QApplication) -> None:
    for path in icons.ICONS.glob("*.svg"):
        renderer = QSvgRenderer(str(path))
        assert renderer.isValid(), path.name
        assert renderer.viewBoxF().width() == renderer.viewBoxF().height() == 24


def test_an_unknown_kind_gets_the_placeholder(qapp: QApplication) -> None:
    unknown = icons.activity_tile("of-tomorrow", "data").pixmap(QSize(32, 32)).toImage()
    assert unknown == icons.activity_tile("unknown", "data").pixmap(QSize(32, 32)).toImage()
    assert unknown != icons.activity_tile("query", "data").pixmap(QSize(32, 32)).toImage()


def test_words_are_rendered_from_the_catalogue_of_the_language(tmp_path: Path) -> None:
    assert words.tr(Text.plural("{count} row", "{count} rows", count=2)) == "2 rows"
    words.use_language("xx_XX", tmp_path)
    assert words.tr(Text("Save")) == "Save"
    assert words.tr("as it is {count}") == "as it is {count}"
