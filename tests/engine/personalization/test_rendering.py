"""Rendering: what is NULL, what came from where, what does not fit, and what would never end."""

from __future__ import annotations

import sys
import time
import tracemalloc
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import minijinja
import pytest

from tests.engine.personalization.message_world import (
    NOW,
    ROW,
    VARIABLES,
    codes,
    failure,
    html_of,
    message_of,
    rendered,
    text_of,
)

EMPTY: dict[str, Any] = {"id": 1}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("[{{ targetData.code }}]", "[]"),
        ("[{{ targetData.code | upper | trim | truncate(3) }}]", "[]"),
        ("[{{ targetData.code | default('none') }}]", "[none]"),
        ("[{{ targetData.code | upper | default('none') }}]", "[none]"),
        ("[{{ targetData.kickoff | default('x') if false else 'y' }}]", "[y]"),
        ("[{{ 'Hi ' ~ profile.firstName }}]", "[Hi ]"),
        ("[{{ targetData.offers | length }}]", "[0]"),
        ("[{{ targetData.weather.sky }}]", "[]"),
        ("[{{ targetData.price | currency('EUR') }}{{ profile.birthDate | date }}]", "[]"),
        ("[{% if targetData.price < 5 %}cheap{% endif %}]", "[]"),
        ("[{% if targetData.price > 5 %}dear{% endif %}]", "[]"),
        ("[{% if targetData.code == none %}no code{% endif %}]", "[no code]"),
        ("[{% if targetData.code is none %}no code{% endif %}]", "[no code]"),
        ("[{{ targetData.offers | map(attribute='title') | join(', ') }}]", "[]"),
        ("[{{ (targetData.offers | first).title | default('nothing') }}]", "[nothing]"),
        ("[{{ profile.points | plural(one='# point', other='# points') }}]", "[]"),
    ],
)
def test_null_shows_nothing_falls_back_and_never_compares(source: str, text: str) -> None:
    if "kickoff" not in source:
        assert codes(source) == []
        assert text_of(source, EMPTY) == text
        nulls: dict[str, Any] = dict.fromkeys(ROW)
        assert text_of(source, {**nulls, "id": 1}) == text


def test_fields_that_are_reached_and_null_are_told() -> None:
    source = (
        "{{ profile.firstName }}{{ targetData.code | default('-') }}"
        "{% if targetData.price %}{{ targetData.weather.sky }}{% endif %}"
        "{% for o in targetData.offers %}{{ o.url }}{% endfor %}"
    )
    made = rendered(source, {"offers": [{"title": "A"}]})
    assert made.missing == ("profile.firstName", "targetData.code", "targetData.offers.url")
    assert rendered(source).missing == ("targetData.offers.url",)


def test_every_piece_from_a_field_is_traced_to_it() -> None:
    made = rendered("<b>{{ profile.firstName }}</b> &amp; {{ targetData.code | lower }}{{ 'x' }}", is_html=True)
    pieces = [(made.text[piece.start : piece.end], piece.path) for piece in made.trace]
    assert pieces == [("Ann", "profile.firstName"), ("v-7f3", "targetData.code")]


def test_pieces_of_a_loop_are_traced_to_the_member_of_the_list() -> None:
    made = rendered("{% for o in targetData.offers %}{{ o.title }}, {% endfor %}")
    assert [(made.text[piece.start : piece.end], piece.path) for piece in made.trace] == [
        (title, "targetData.offers.title") for title in ("Lens", "Nice", "Brest")
    ]


@pytest.mark.parametrize(
    "source",
    [
        "Hi {{ profile.firstName }}, {{ targetData.code }}\n",
        "{% for o in targetData.offers %}{{ loop.index }}: {{ o.title }}\n{% else %}-{% endfor %}",
        "{% if targetData.weather.sky == 'rain' %}{{ targetData.weather.sky }}{% endif %}é😀{{ vars.campaign }}",
        "{%- if profile.firstName -%}  {{- profile.firstName }} {% endif %}  {{ targetData.offers[0].title }}",
    ],
)
def test_the_text_is_that_of_the_engine_without_any_of_our_marks(source: str) -> None:
    renderer = message_of(source).renderer("en", "UTC", VARIABLES, NOW)
    plain = minijinja.Environment(undefined_behavior="chainable", keep_trailing_newline=True)
    for row in (ROW, EMPTY, {**ROW, "target.firstName": "<Zoé> \U0001f600"}):
        values = renderer.values(row)
        assert renderer.render("text", values).text == plain.render_str(source, **values)


def test_values_that_hold_our_marks_are_cleaned() -> None:
    made = rendered("a{{ targetData.code }}b", {**ROW, "code": "x\ufdd00:;y\ufdd1\ufdd3"})
    assert made.text == "ax\ufffd0:;y\ufffd\ufffdb"
    assert [(piece.start, piece.end) for piece in made.trace] == [(1, 9)]


@pytest.mark.parametrize(
    ("source", "row", "said"),
    [
        ("{{ targetData.code | date }}", {}, "TPL-VALUE In line 1, character 1: “V-7F3” is no date."),
        ("\n {{ targetData.code | number }}", {}, "TPL-VALUE In line 2, character 2: “V-7F3” is no number."),
        ("{{ profile.points | date }}", {}, "TPL-VALUE In line 1, character 1: “1234567” is no date."),
        (
            "{{ now | datetime(zone=profile.timeZone) }}",
            {"target.timeZone": "Mars/Base"},
            "TPL-VALUE In line 1, character 1: “Mars/Base” is no time zone.",
        ),
        ("{% if targetData.code > 5 ~ '' and vars.x > 1 %}{% endif %}{{ vars.budget ~ 1 + 1 }}", {}, "TPL-VALUE"),
        ("{{ profile.points / 0 }}", {}, "TPL-VALUE"),
        ("{{ 'x' | round }}", {}, "TPL-VALUE In line 1, character 1: “x” is no number."),
        ("{{ targetData.price | truncate('x') }}", {}, "TPL-VALUE"),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_its_place(source: str, row: dict[str, Any], said: str) -> None:
    assert failure(source, {**ROW, **row}).startswith(said)


def test_one_recipient_who_fails_harms_no_other() -> None:
    renderer = message_of("{{ targetData.code | date }}").renderer("en", "UTC", {}, NOW)
    assert renderer.render("text", renderer.values(ROW)).problem is not None
    assert renderer.render("text", renderer.values({"code": "2026-03-07"})).text == "Mar 7, 2026"


MANY = {"offers": [{"title": "x" * 100}] * 2_000, "code": "a" * 1_000}
BOMBS = [
    "{% for a in targetData.offers %}" * 3 + "x" + "{% endfor %}" * 3,
    "{% for a in targetData.offers %}{% for b in targetData.offers %}{{ a.title | upper }}{% endfor %}{% endfor %}",
    "{{ vars.campaign ~ '" + "a" * 200 + "' | replace('a', '" + "b" * 5_000 + "') }}",
    "{% set x = targetData.code %}" + "{% set x = x ~ x %}" * 60 + "{{ x }}",
    "{% set x = targetData.code | replace('a', 'aaaaaaaaaa') %}"
    + "{% set x = x | replace('a', 'aaaaaaaaaa') %}" * 20
    + "{{ x }}",
    "{% for a in targetData.offers %}{% for b in targetData.offers | sort('title') %}{% endfor %}{% endfor %}",
    "{{ targetData.offers | map(attribute='title') | join('" + "-" * 100_000 + "') }}",
    "{{ 1 | round(-999999999) }}{{ targetData.price | number(decimals=999999999) }}",
    "{{ now | date('" + "y" * 10_000 + "') }}",
    "{{ now | date('%2000000000d') }}",
    "{{ (vars.campaign | length) * 10000000000000 * 99999999999999999999999999 * 9999999999999999999999 }}",
]


def largest_kilobytes() -> int:
    """Return the most memory that this process has had, native code included, where the system tells."""
    if sys.platform != "linux":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.parametrize("source", BOMBS)
def test_no_template_takes_long_or_much(source: str) -> None:
    message = message_of(source)
    renderer = message.renderer("en", "UTC", VARIABLES, NOW)
    values = renderer.values(MANY)
    tracemalloc.start()
    began = time.process_time()
    before = largest_kilobytes()
    made = renderer.render("text", values)
    taken = time.process_time() - began
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(made.text) < 11_000_000
    assert taken < 5
    assert most < 300_000_000
    assert largest_kilobytes() - before < 500_000


@pytest.mark.parametrize(
    "source",
    [
        "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
        "{{ targetData" + ".code" * 3_000 + " }}",
        "{{ 'x'" + " | upper" * 3_000 + " }}",
        "{{ " + "not " * 3_000 + "1 }}",
        "{{ 1" + " + 1" * 3_000 + " }}",
        "{% if 1 %}" * 500 + "{% endif %}" * 500,
        "{% if 1 %}" + "{% elif 1 %}" * 3_000 + "{% endif %}",
        "{{ 1 }}" * 6_000,
        "{{ " + "9" * 5_000 + " }}",
        "{{ " + "9" * 60 + " }}",
        "x" * 3_000_000,
        "{{" * 20_000,
    ],
)
def test_texts_that_nest_or_grow_beyond_reason_are_problems(source: str) -> None:
    began = time.process_time()
    problem = rendered(source).problem
    assert problem is not None or len(source) < 100
    assert time.process_time() - began < 5


def test_an_ordinary_mail_is_rendered_in_well_under_a_millisecond_or_two() -> None:
    row = "<tr><td>{{ profile.firstName }}</td><td><a href='{{ targetData.url }}'>{{ targetData.code }}</a></td></tr>"
    source = "<table>" + (row + "<p>" + "text " * 100 + "</p>") * 14 + "</table>"
    renderer = message_of(source, is_html=True).renderer("fr", "Europe/Paris", VARIABLES, NOW)
    values = renderer.values(ROW)
    renderer.render("html", values)
    began = time.process_time()
    for _ in range(20):
        assert renderer.render("html", values).problem is None
    assert (time.process_time() - began) / 20 < 0.01


@pytest.mark.parametrize(
    ("source", "locale", "text"),
    [
        ("{{ now }} {{ profile.birthDate }} {{ targetData.price }}", "en", "2026-03-01 13:00 2000-02-29 9.5"),
        ("{{ now | date }} {{ now | time }}", "fr", "1 mars 2026 13:00"),
        ("{{ now | date('full') }}", "de", "Sonntag, 1. März 2026"),
        ("{{ now | date('d MMMM') }} {{ now | date('%d/%m/%Y') }}", "fr", "1 mars 01/03/2026"),
        ("{{ now | datetime('yyyy-MM-dd HH:mm', zone='Asia/Tokyo') }}", "en", "2026-03-01 21:00"),
        ("{{ targetData.price | currency('EUR') }}", "fr", "9,50\N{NO-BREAK SPACE}€"),
        ("{{ targetData.price | currency('USD') }}", "en-US", "$9.50"),
        ("{{ profile.points | number }} {{ 2.5 | number(decimals=2) }}", "de", "1.234.567 2,50"),
        ("{{ '9.90' | number }} {{ vars.budget }}", "en", "9.90 9.90"),
        ("{{ 1 | plural(one='# day', other='# days') }} {{ 2 | plural('# days', one='# day') }}", "en", "1 day 2 days"),
        ("{{ 3 | plural(one='#a', few='#b', many='#c', other='#d') }}", "pl", "3b"),
        ("{{ 0 | plural(zero='none', one='one', other='#') }}", "en", "none"),
        ("{{ 'ÉTÉ à LA plage' | title }} {{ 'ab cd' | capitalize }}", "fr", "Été À La Plage Ab cd"),
        ("{{ 'abcdefgh' | truncate(5) }} {{ 'abc' | truncate(length=5) }}", "en", "abcd… abc"),
        ("{{ 'a/b c' | urlencode }}", "en", "a%2Fb%20c"),
        ("{{ 10.0 }} {{ 0.1 + 0.2 }} {{ 1e-7 }}", "en", "10 0.30000000000000004 0.0000001"),
        ("{{ 1e21 }} {{ true }}", "en", "1000000000000000000000 true"),
        ("{{ '12' | int + 1 }} {{ -3 | abs }} {{ 2.567 | round(1) }}", "en", "13 3 2.6"),
        ("{{ ' x ' | trim }} {{ 'aXa' | lower | replace('a', 'b') }}", "en", "x bxb"),
        (
            "{{ 2.5 | number(0) }} {{ -0.5 | number }} {{ 1e-7 | number }} {{ 10.0 | number }}",
            "en",
            "3 -0.5 0.0000001 10",
        ),
        (
            "{{ targetData.offers | sum(attribute='rank') }} {{ targetData.offers | max(attribute='rank') }}",
            "en",
            "6 3",
        ),
        ("{{ targetData.offers | min('rank') }}", "en", "1"),
        ("{{ targetData.offers | sort(attribute='title') | map('title') | join('<') }}", "en", "Brest<Lens<Nice"),
        ("{{ targetData.offers | sort('rank', reverse=true) | map('rank') | join }}", "en", "321"),
        ("{{ targetData.offers | rejectattr('rank', '==', 2) | map('title') | reverse | join }}", "en", "BrestNice"),
        ("{{ targetData.offers | map('url') | unique | length }}", "en", "3"),
        ("{{ targetData.offers | selectattr('url') | length }}", "en", "2"),
        ("{% if '2026-02-28' < now < '2026-03-02' and profile.birthDate < now %}now{% endif %}", "en", "now"),
    ],
)
def test_values_are_written_as_people_of_the_flows_language_read_them(source: str, locale: str, text: str) -> None:
    assert codes(source) == []
    assert text_of(source, locale=locale) == text


def test_decimals_keep_their_digits() -> None:
    row = {**ROW, "price": Decimal("12345678901234567890.10")}
    assert text_of("{{ targetData.price }} {{ targetData.price | number }}", row) == (
        "12345678901234567890.10 12,345,678,901,234,567,890.10"
    )


def test_moments_stand_in_the_time_zone_of_the_flow_also_across_the_change_of_clocks() -> None:
    row = {"offers": [{"kickoff": datetime(2026, 3, 29, 0, 30)}, {"kickoff": datetime(2026, 3, 29, 1, 30)}]}
    assert text_of("{% for o in targetData.offers %}{{ o.kickoff }} {% endfor %}", row) == (
        "2026-03-29 01:30 2026-03-29 03:30 "
    )


def test_a_day_is_the_same_in_every_zone() -> None:
    row = {"target.birthDate": date(2000, 2, 29), "target.timeZone": "Pacific/Auckland"}
    assert text_of("{{ profile.birthDate | date('yyyy-MM-dd', zone=profile.timeZone) }}", row) == "2000-02-29"


def test_html_of_a_value_is_shown_as_text() -> None:
    assert html_of("{{ targetData.code }}", {"code": "<b>1 & 2</b>"}) == "&lt;b&gt;1 &amp; 2&lt;/b&gt;"
