"""At each place of the HTML a value is harmless, or the place is refused."""

from __future__ import annotations

import pytest

from tests.engine.personalization.message_world import ROW, codes, failure, html_of, problems, rendered

HOSTILE = "<script>\"'&"
ESCAPED = "&lt;script&gt;&quot;&#x27;&amp;"
EVIL = {**ROW, "code": HOSTILE}


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("<p>{{ targetData.code }}</p>", f"<p>{ESCAPED}</p>"),
        ('<p title="a {{ targetData.code }}">x</p>', f'<p title="a {ESCAPED}">x</p>'),
        ("<p title='{{ targetData.code }}'>x</p>", f"<p title='{ESCAPED}'>x</p>"),
        ("<title>{{ targetData.code }}</title>", f"<title>{ESCAPED}</title>"),
        (
            '<a href="https://a.example/{{ targetData.code }}?q={{ targetData.code }}">x</a>',
            '<a href="https://a.example/%3Cscript%3E%22%27%26?q=%3Cscript%3E%22%27%26">x</a>',
        ),
        (
            '<a href="https://a.example/?q={{ targetData.code | urlencode }}">x</a>',
            '<a href="https://a.example/?q=%3Cscript%3E%22%27%26">x</a>',
        ),
        (
            "<a href=\"https://a.example/?q={{ targetData.code | urlencode | default('-') }}\">x</a>",
            '<a href="https://a.example/?q=%3Cscript%3E%22%27%26">x</a>',
        ),
        ('<a href="mailto:{{ targetData.code }}">x</a>', '<a href="mailto:%3Cscript%3E%22%27%26">x</a>'),
        ("<!--[if mso]><p>{{ targetData.code }}</p><![endif]-->", f"<!--[if mso]><p>{ESCAPED}</p><![endif]-->"),
        ("{{ targetData.code | upper }}", "&lt;SCRIPT&gt;&quot;&#x27;&amp;"),
        ("{% set x = targetData.code %}{{ x ~ x }}", ESCAPED * 2),
        ("{% if targetData.code %}<b>{{ targetData.code }}</b>{% endif %}", f"<b>{ESCAPED}</b>"),
        ('<p class="a{% if targetData.code %} b{% endif %}">x</p>', '<p class="a b">x</p>'),
        ("Q&{{ targetData.code }}", f"Q&{ESCAPED}"),
    ],
)
def test_values_are_escaped_for_their_place(source: str, html: str) -> None:
    assert codes(source, is_html=True) == []
    assert html_of(source, EVIL) == html


@pytest.mark.parametrize(
    "source",
    [
        "<script>{{ targetData.code }}</script>",
        "<style>{{ targetData.code }}</style>",
        "<style>{% if targetData.code %}a{% endif %}</style>",
        "<!-- {{ targetData.code }} -->",
        "<p title={{ targetData.code }}>x</p>",
        "<p {{ targetData.code }}>x</p>",
        '<p {{ targetData.code }}="1">x</p>',
        "<{{ targetData.code }}>x",
        "</p {{ targetData.code }}>",
        '<p onclick="{{ targetData.code }}">x</p>',
        '<p style="color: {{ targetData.code }}">x</p>',
        '<iframe srcdoc="{{ targetData.code }}"></iframe>',
        '<img srcset="{{ targetData.url }}">',
        "<xmp>{{ targetData.code }}</xmp>",
        "<svg><text>{{ targetData.code }}</text></svg>",
        "<!DOCTYPE {{ targetData.code }}>",
        '<a href="https://{{ targetData.code }}/">x</a>',
        '<a href="https://shop.example{{ targetData.code }}">x</a>',
        '<a href="//{{ targetData.code }}/">x</a>',
        '<meta http-equiv="refresh" content="{{ targetData.code }}">',
        """<p title=a"b=" {{ targetData.code }}">x</p>""",
    ],
)
def test_places_where_no_value_is_safe_are_refused(source: str) -> None:
    assert "TPL-PLACE" in codes(source, is_html=True)
    assert rendered(source, is_html=True).text == ""


@pytest.mark.parametrize(
    "source",
    [
        '<a href="{% if targetData.code %}https://a.example/{% else %}{{ targetData.url }}{% endif %}">x</a>',
        '{% if targetData.code %}<a href="{% endif %}{{ targetData.url }}">x</a>',
        "{% if targetData.code %}<!--{% endif %}{{ targetData.code }}-->",
        "<p {% if targetData.code %}hidden{% endif %}>x</p>",
        "{% for o in targetData.offers %}<p title='{% endfor %}'>x</p>",
    ],
)
def test_a_block_that_begins_or_ends_inside_a_tag_or_an_address_is_refused(source: str) -> None:
    assert any("A block begins or ends inside a tag or an address" in each for each in problems(source, is_html=True))


def test_a_whole_address_from_a_field_is_written_when_it_is_one() -> None:
    source = '<a href="{{ targetData.url }}">x</a>'
    assert html_of(source) == '<a href="https://shop.example/tents?a=1&amp;b=2">x</a>'
    assert html_of(source, {**ROW, "url": " https://a.example/a b\u200b "}) == '<a href="https://a.example/a%20b">x</a>'
    assert html_of(source, {**ROW, "url": None}) == '<a href="">x</a>'


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "\u200bjavascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https:evil",
        "https://",
        "https://good.example@evil.example/",
        "https:\\\\evil.example",
        "/path",
        "vbscript:x",
    ],
)
def test_other_addresses_of_recipients_are_refused_for_that_recipient(url: str) -> None:
    assert failure('<a href="{{ targetData.url }}">x</a>', {**ROW, "url": url}, is_html=True).startswith("TPL-VALUE")


def test_addresses_that_the_text_itself_holds_are_looked_at() -> None:
    assert codes('<a href="javascript:alert(1)">x</a>', is_html=True) == ["TPL-LINK"]
    assert codes('<a href="{{ targetData.url }}">x</a><img src="data:image/png;base64,x">', is_html=True) == [
        "TPL-LINK"
    ]
    assert codes('<a href="/offers">x</a>', is_html=True) == ["TPL-RELATIVE-LINK"]
    assert codes('<a href="images/{{ targetData.code }}">x</a>', is_html=True) == ["TPL-RELATIVE-LINK"]
    good = '<a href="#top">x</a><a href="tel:+33">x</a><img src="cid:logo"><a href="https://a.example/">x</a>'
    assert codes(good, is_html=True) == []


def test_words_that_look_like_our_marks_do_no_harm() -> None:
    assert html_of("<p>zqe0z zqb0z {{ targetData.code }}</p>") == "<p>zqe0z zqb0z V-7F3</p>"


def test_style_sheets_are_inlined_once_around_the_loops() -> None:
    source = (
        "<html><head><style>td{color:red} @media (max-width:1px){td{color:blue}}</style></head><body><table>"
        "{% for o in targetData.offers %}<tr><td><a href='{{ o.url }}'>{{ o.title }}</a></td></tr>{% endfor %}"
        "</table></body></html>"
    )
    html = html_of(source, {**ROW, "offers": [{"title": "A&B", "url": "https://a.example/"}, {"title": "C"}]})
    cell = '<td style="color: red;"><a href="https://a.example/">A&amp;B</a></td>'
    assert f"<tr>{cell}</tr><tr>" in html
    assert html.count("<td style=") == 2
    assert "@media (max-width:1px)" in html
    assert "zq" not in html


def test_html_without_a_style_sheet_stays_byte_for_byte() -> None:
    source = "<P  class=x>&nbsp;é<br/>{{ targetData.code }}"
    assert html_of(source) == "<P  class=x>&nbsp;é<br/>V-7F3"
