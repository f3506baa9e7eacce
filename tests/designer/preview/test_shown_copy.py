"""The copy of a message that is shown: dark or light, and what it would fetch."""

from __future__ import annotations

import pytest

from designer.preview.shown_copy import ALWAYS, NEVER, in_shade, knows_dark, remote_pictures

STYLED = (
    '<meta name="color-scheme" content="light dark"><style>:root { color-scheme: light dark; }'
    "@media (prefers-color-scheme: dark) { p { color: white } } @media screen and (prefers-color-scheme:light) {}"
    '</style><source media="(Prefers-Color-Scheme: dark)">'
)


def test_each_question_for_the_shade_is_answered_in_the_text() -> None:
    dark, light = in_shade(STYLED, is_dark=True), in_shade(STYLED, is_dark=False)
    assert "prefers-color-scheme" not in dark.lower()
    assert f"@media {ALWAYS} {{ p" in dark
    assert f"screen and {NEVER}" in dark
    assert f"@media {NEVER} {{ p" in light
    assert f'<source media="{ALWAYS}">' in dark


def test_the_ground_follows_where_the_message_allows_both() -> None:
    dark = in_shade(STYLED, is_dark=True)
    assert 'content="dark"' in dark
    assert "color-scheme: dark;" in dark
    assert 'content="light"' in in_shade(STYLED, is_dark=False)
    only_light = ":root { color-scheme: light only }"
    assert in_shade(only_light, is_dark=True) == only_light


def test_a_message_without_a_dark_style_is_known() -> None:
    assert knows_dark(STYLED)
    assert not knows_dark("<style>@media (prefers-color-scheme: light) {}</style>")


@pytest.mark.parametrize(
    ("html", "pictures"),
    [
        ('<img src="https://x.example/a.png">', {"https://x.example/a.png"}),
        (
            "<img src='//x.example/a.png'><IMG SRC=https://x.example/b.png>",
            {"//x.example/a.png", "https://x.example/b.png"},
        ),
        ('<td background="http://x.example/c.png">', {"http://x.example/c.png"}),
        ("<p style=\"background:url('https://x.example/d.png')\">", {"https://x.example/d.png"}),
        ('<a href="https://x.example/">a page</a><img src="data:image/png;base64,AAAA">', set()),
        ('<img data-src="https://x.example/a.png">', set()),
    ],
)
def test_pictures_from_the_internet_are_counted(html: str, pictures: set[str]) -> None:
    assert remote_pictures(html) == pictures
