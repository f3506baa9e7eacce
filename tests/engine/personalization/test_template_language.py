"""What a message can say: fields, conditions, loops, and the sentences for what it cannot."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.personalization.template import compiled
from engine.schema import TableSchema
from tests.engine.personalization.message_world import ROW, SCHEMA, codes, hint, message_of, problems, text_of


def test_fields_of_the_row_its_links_the_profile_and_the_flow_are_written() -> None:
    source = "{{ profile.firstName }} {{ targetData.code }} {{ targetData.weather.sky }} {{ vars.campaign }}"
    assert text_of(source) == "Ann V-7F3 rain SPRING26"


def test_a_column_whose_name_is_no_word_stands_in_brackets() -> None:
    assert text_of("{{ targetData['first name'] }}") == "Ann B."


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{% if targetData.weather.sky == 'rain' %}coat{% elif targetData.code %}x{% else %}hat{% endif %}", "coat"),
        ("{% if targetData.weather.tempC %}{{ targetData.weather.tempC }}{% else %}?{% endif %}", "?"),
        ("{% if targetData.price > 9 and not targetData.price > 10 %}yes{% endif %}", "yes"),
        ("{{ 'rich' if profile.points >= 1000 else 'poor' }}", "rich"),
        ("{{ 'x' if targetData.weather.tempC }}", ""),
        ("{% if profile.firstName in ['Ann', 'Bob'] %}known{% endif %}", "known"),
        ("{% if 'V-' in targetData.code %}code{% endif %}", "code"),
        ("{% if targetData.weather is defined %}weather{% endif %}", "weather"),
        ("{% set who = profile.firstName | upper %}{{ who }}!", "ANN!"),
        ("{% if targetData.code %}{% set a = 'one' %}{% else %}{% set a = 'two' %}{% endif %}{{ a }}", "one"),
        ("a  {{- profile.firstName -}}  b", "aAnnb"),
        ("{# nothing #}{% raw %}{{ as it is }} {% {# #}{% endraw %}", "{{ as it is }} {% {# #}"),
        ("{% raw %}{{% endraw %}{{ targetData.code }}", "{V-7F3"),
        ("1\r\n2\n", "1\n2\n"),
        (
            "{{ targetData.price * 2 + 1 }} {{ profile.points // 1000 }} {{ 7 % 4 }} {{ -targetData.price }}",
            "20 1234 3 -9.5",
        ),
        ("{{ targetData.code ~ '/' ~ targetData.price ~ targetData.weather.tempC }}", "V-7F3/9.5"),
        ("{{ targetData.offers[0].title }} {{ (targetData.offers | last).title }}", "Lens Brest"),
    ],
)
def test_conditions_names_and_sums(source: str, text: str) -> None:
    assert codes(source) == []
    assert text_of(source) == text


def test_the_next_two_fixtures_in_the_recipients_own_time_with_a_separator() -> None:
    source = (
        '{% for f in targetData.offers | selectattr("kickoff", ">", now) | sort(attribute="kickoff") | take(2) %}'
        '{{ loop.index }}. {{ f.title }} {{ f.kickoff | datetime("yyyy-MM-dd HH:mm", zone=profile.timeZone) }}'
        "{% if not loop.last %}; {% endif %}{% else %}no match{% endfor %}"
    )
    assert text_of(source) == "1. Nice 2026-03-08 05:00; 2. Lens 2026-03-15 05:00"
    assert text_of(source, {**ROW, "offers": []}) == "no match"
    assert text_of(source, {**ROW, "offers": None}) == "no match"


def test_a_loop_can_begin_at_an_entry_have_a_condition_and_nest() -> None:
    assert text_of("{% for o in targetData.offers[1:] if o.rank < 3 %}{{ o.title }}{% endfor %}") == "Nice"
    assert text_of("{% for o in targetData.offers | skip(2) %}{{ o.title }}{% endfor %}") == "Brest"
    nested = "{% for a in targetData.offers %}{% for b in targetData.offers %}{{ a.rank }}{{ b.rank }} "
    nested += "{% endfor %}{% endfor %}"
    assert text_of(nested) == "22 21 23 12 11 13 32 31 33 "


def test_an_unknown_field_is_named_with_its_place_and_the_nearest_name() -> None:
    source = "Hello\n  {{ profile.fristName }}"
    assert problems(source) == ["TPL-UNKNOWN-FIELD There is no field “profile.fristName” (line 2, character 14)."]
    assert hint(source) == "Did you mean “profile.firstName”?"


@pytest.mark.parametrize(
    ("source", "way_out"),
    [
        ("{{ targetData.firstName }}", "Did you mean “profile.firstName”?"),
        ("{{ targetData.kode }}", "Did you mean “targetData.code”?"),
        ("{{ targetData.weather.ski }}", "Did you mean “targetData.weather.sky”?"),
        ("{{ code }}", "Did you mean “targetData.code”?"),
        ("{{ target.firstName }}", "The columns of the profile are called profile.firstName in a message."),
        ("{% for o in targetData.offers %}{{ o.titel }}{% endfor %}", "Did you mean “targetData.offers.title”?"),
        ("{{ targetData.offers | map(attribute='titel') | join }}", "Did you mean “targetData.offers.title”?"),
        (
            "{{ targetData.offers.title }}",
            "It is a list: write {% for entry in targetData.offers %}, then entry.title.",
        ),
        ("{{ targetData.offers }}", "Write {% for entry in targetData.offers %} … {% endfor %}."),
        ("{{ targetData.weather }}", "Name one of its fields: sky, tempC."),
        ("{{ profile.firstName | uper }}", "Did you mean “upper”?"),
        ("{{ profile.firstName | truncate(1, 2, 3) }}", "Write truncate(length, end)."),
        ("{% if targetData.code %}", "Write {% endif %} where it ends."),
        (
            "{{ targetData.code | safe }}",
            "Values are always escaped, so that an answer of an API cannot break the message.",
        ),
    ],
)
def test_what_is_wrong_has_a_way_out(source: str, way_out: str) -> None:
    assert hint(source) == way_out


def test_rows_without_profiles_say_so() -> None:
    message = compiled("{{ profile.firstName }}", TableSchema(SCHEMA.columns), ())
    assert (
        str(message.problems[0].hint) == "The rows that arrive here belong to no profiles; a Query gives rows that do."
    )


def test_an_unknown_variable_is_a_warning_because_an_activity_may_set_it() -> None:
    message = message_of("{{ vars.campain }}.")
    assert [(str(problem.level), problem.code.id) for _, problem in message.problems()] == [
        ("warning", "TPL-UNKNOWN-VARIABLE")
    ]
    assert text_of("{{ vars.campain }}.") == "."


@pytest.mark.parametrize(
    "source",
    [
        "{% include 'other' %}",
        "{% extends 'other' %}",
        "{% import 'other' as o %}",
        "{% macro m() %}{% endmacro %}",
        "{% block b %}{% endblock %}",
        "{% filter upper %}{% endfilter %}",
        "{% call x() %}{% endcall %}",
        "{% autoescape false %}{% endautoescape %}",
        "{% set x %}block{% endset %}",
        "{% print 1 %}",
        "{{ targetData.clear() }}",
        "{{ ''.__class__ }}",
        "{{ targetData.code.__class__.__mro__ }}",
        "{{ vars.campaign.__class__ }}",
        "{{ range(3) }}",
        "{{ loop.cycle(1, 2) }}",
        "{{ 9 ** 9 }}",
        "{{ {'a': 1} }}",
        "{% for a, b in targetData.offers %}{% endfor %}",
        "{% set now = 1 %}",
        "{% for profile in targetData.offers %}{% endfor %}",
        "{{ targetData[vars.campaign] }}",
    ],
)
def test_what_messages_cannot_do_is_refused(source: str) -> None:
    assert {"TPL-REFUSED", "TPL-UNKNOWN-FIELD"} & set(codes(source))


@pytest.mark.parametrize(
    "source",
    ["{{ targetData.price > '10' }}", "{{ profile.points == 'many' }}", "{{ targetData.code * 2 }}", "{{ now < 5 }}"],
)
def test_types_that_do_not_go_together_are_found_before_any_row(source: str) -> None:
    assert codes(source) == ["TPL-TYPES"]


@pytest.mark.parametrize(
    "source", ["{{ a", "{{ }}", "{% if %}{% endif %}", "{{ 'a }}", "{% endif %}", "{{ a b }}", "{# x"]
)
def test_half_typed_texts_are_problems_and_never_crashes(source: str) -> None:
    assert set(codes(source)) <= {"TPL-SYNTAX", "TPL-REFUSED", "TPL-UNKNOWN-FIELD"}


def test_the_columns_that_are_read_and_those_that_are_shown_are_told_apart() -> None:
    message = message_of(
        "{% if targetData.weather.sky %}{{ targetData.weather.sky }}{% endif %}{{ targetData.code | default('-') }}"
        "{{ profile.firstName }}{% if targetData.price > 1 %}!{% endif %}"
    )
    assert message.columns == {"weather.sky", "code", "target.firstName", "price"}
    assert message.shown == {"weather.sky": True, "code": True, "target.firstName": False}


@pytest.mark.parametrize(
    ("source", "has_fallback"),
    [
        ("{% for o in targetData.offers %}{{ o.title }}{% endfor %}", False),
        ("{% for o in targetData.offers %}{{ o.title }}{% else %}none{% endfor %}", True),
        ("{% if targetData.offers %}{% for o in targetData.offers %}{{ o.title }}{% endfor %}{% endif %}", True),
        ("{% if targetData.offers %}{{ targetData.offers | map('title') | join }}{% endif %}", True),
        ("{{ targetData.offers[0].title }}", False),
        ("{{ (targetData.offers | first).title | default('-') }}", True),
    ],
)
def test_a_list_is_shown_by_its_loop_and_not_by_the_members_of_its_entries(source: str, has_fallback: bool) -> None:
    assert message_of(source).shown.get("offers") is has_fallback


@given(st.text(alphabet="{}%#- |.()[]'\"ab\n", max_size=40))
def test_no_text_breaks_the_compiler(source: str) -> None:
    for is_html in (False, True):
        compiled(source, SCHEMA, (), is_html=is_html)


@given(st.text(max_size=60).filter(lambda text: "{{" not in text and "{%" not in text and "{#" not in text))
def test_a_text_without_fields_is_written_as_it_stands(source: str) -> None:
    expected = source.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    if not any("\ufdd0" <= letter <= "\ufdd7" for letter in expected):
        assert text_of(source) == expected
