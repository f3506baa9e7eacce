"""The Email: what is checked while it is written, what a run says of the audience, and what one recipient reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.activities.email import Email
from engine.activity import Arrival, Effect, RenderedMessage
from engine.errors import Level, TemplateError
from engine.schema import Cardinality, Column, ColumnType, Link, TableSchema
from engine.tables.interim import Table, TableStore
from tests.engine.activities.targeting_world import PROFILES, World

EMAIL = Email()
CODES = TableSchema((Column("code", ColumnType.TEXT), Column("lineNum", ColumnType.INTEGER, is_system=True)))
OFFERS = Column("offers", ColumnType.LIST, fields=(Column("title", ColumnType.TEXT), Column("price", ColumnType.FLOAT)))
RECIPIENTS = TableSchema(
    (Column("id", ColumnType.INTEGER), OFFERS),
    links=(
        Link("target", PROFILES, is_stored=False),
        Link("api", CODES, cardinality=Cardinality.ZERO_OR_ONE),
    ),
    key="id",
    dimension="profiles",
)
LETTER = {
    "subject": "{{ profile.firstName }}, your voucher",
    "html": '<p>Hi {{ profile.firstName }}, {{ targetData.api.code }}</p><a href="https://a.example/unsubscribe">x</a>',
    "sender": {"name": "Shop", "address": "news@shop.example"},
}


@dataclass
class Watched(World):
    """The services of a run that keeps what was reported."""

    reports: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def report(self, name: str, data: Mapping[str, Any]) -> None:
        """Keep a report."""
        self.reports[name] = data


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Watched]:
    with TableStore(tmp_path) as store:
        yield Watched(store)


def recipients(world: World, *codes: str | None, **more: Any) -> Table:
    """Return a table of recipients 1, 2, 3 …, with a voucher code each."""
    rows = [
        {"id": number, "offers": more.get("offers"), "api": {"code": code, "lineNum": number} if code else None}
        for number, code in enumerate(codes, start=1)
    ]
    return world.tables.from_rows(rows, RECIPIENTS)


def render(world: World, row: Mapping[str, Any], **settings: Any) -> RenderedMessage:
    """Return the message of a row."""
    return EMAIL.renderer(EMAIL.Settings.model_validate(settings), RECIPIENTS, world)(row)


def problems(world: World, **settings: Any) -> list[tuple[str, str]]:
    return world.problems(EMAIL, settings, RECIPIENTS)


def test_it_never_does_anything_outside() -> None:
    assert EMAIL.effect(EMAIL.Settings()) is Effect.NONE


def test_the_card_shows_the_subject() -> None:
    assert str(EMAIL.summary(EMAIL.Settings(subject="Hi {{ profile.firstName }}"))) == "Hi {{ profile.firstName }}"
    assert str(EMAIL.summary(EMAIL.Settings(subject=" "))) == "No subject yet"


def test_a_good_letter_has_no_problem(world: World) -> None:
    assert problems(world, **LETTER) == []


def test_each_problem_stands_at_the_setting_that_holds_it(world: World) -> None:
    found = problems(
        world,
        subject="{{ profile.fristName }}",
        html="{% if 1 %}",
        text="unsubscribe {{ nothing }}",
        preheader="{{ now | dat }}",
        sender={"name": "{{ x }}", "address": "no address"},
    )
    assert sorted(found) == [
        ("html", "TPL-SYNTAX"),
        ("preheader", "TPL-UNKNOWN-FILTER"),
        ("sender.address", "TPL-SENDER"),
        ("sender.name", "TPL-UNKNOWN-FIELD"),
        ("subject", "TPL-UNKNOWN-FIELD"),
        ("text", "TPL-UNKNOWN-FIELD"),
    ]


def test_a_new_message_is_no_error_but_says_what_it_lacks(world: World) -> None:
    assert problems(world) == [("subject", "TPL-NO-SUBJECT"), ("html", "TPL-NO-CONTENT")]
    levels = {finding.level for finding in EMAIL.check(EMAIL.Settings(), {}, world.design)}
    assert levels == {Level.WARNING}


def test_nothing_is_unknown_while_nothing_is_wired(world: World) -> None:
    assert world.problems(EMAIL, LETTER) == []
    assert world.problems(EMAIL, {**LETTER, "html": "unsubscribe {{"}) == [("html", "TPL-SYNTAX")]


@pytest.mark.parametrize(("size", "found"), [(30, []), (40, ["info"]), (110, ["warning"])])
def test_a_large_message_is_remarked_upon(world: World, size: int, found: list[str]) -> None:
    settings = EMAIL.Settings(subject="x", html="unsubscribe" + "x" * size * 1024)
    levels = [str(each.level) for each in EMAIL.check(settings, {}, world.design) if each.code.id == "TPL-LARGE"]
    assert levels == found


def test_a_message_without_a_link_to_unsubscribe_is_remarked_upon(world: World) -> None:
    assert problems(world, subject="x", html="<p>x</p>") == [("html", "TPL-NO-UNSUBSCRIBE")]


def test_the_rows_go_on_only_when_that_is_asked_for(world: World) -> None:
    table = recipients(world, "V-1", "V-2")
    assert world.outcome(EMAIL, LETTER, table).tables == {}
    outcome = world.outcome(EMAIL, {**LETTER, "outbound": "rows"}, table)
    assert outcome.tables["result"] is table
    assert [way.name for way in EMAIL.transitions(EMAIL.Settings(outbound="rows"))] == ["result"]


def test_a_run_counts_over_the_whole_audience_who_has_no_value(world: Watched) -> None:
    table = recipients(world, "V-1", None, "V-3", None, "V-5")
    world.outcome(EMAIL, LETTER, table)
    assert world.notes == [
        (Level.WARNING, "TPL-MISSING-DATA", "2 of 5 recipients have no “targetData.api.code”: nothing stands there.")
    ]
    report = world.reports["message"]
    assert (report["recipients"], report["missing"]) == (5, {"targetData.api.code": 2})
    assert (report["rendered"], report["failed"]) == (5, [])


def test_who_gets_a_fallback_is_counted_without_a_warning(world: Watched) -> None:
    html = "{{ targetData.api.code | default('soon') }}{% if profile.age %}{{ profile.age }}{% endif %}"
    world.outcome(EMAIL, {**LETTER, "html": html}, recipients(world, None, "V-2", "V-3", "V-4"))
    assert [(level, text) for level, _, text in world.notes] == [
        (Level.INFO, "1 of 4 recipients have no “profile.age”: they get what is written for that."),
        (Level.INFO, "1 of 4 recipients have no “targetData.api.code”: they get what is written for that."),
    ]


def test_a_list_without_entries_is_missing_too(world: Watched) -> None:
    html = "{% for o in targetData.offers %}{{ o.title }}{% endfor %}"
    world.outcome(EMAIL, {**LETTER, "html": html}, recipients(world, "V-1", offers=[]))
    assert world.reports["message"]["missing"] == {"targetData.offers": 1}


def test_a_value_that_does_not_fit_names_its_recipient_and_harms_no_other(world: Watched) -> None:
    html = "{{ targetData.api.code | date }}"
    table = recipients(world, "2026-03-07", "V-2", "V-3")
    world.outcome(EMAIL, {**LETTER, "subject": "x", "html": html}, table)
    assert [text for _, _, text in world.notes] == [
        "The message of Bob cannot be rendered: In line 1, character 1: “V-2” is no date.",
        "The message of Cid cannot be rendered: In line 1, character 1: “V-3” is no date.",
    ]
    assert [one["key"] for one in world.reports["message"]["failed"]] == ["2", "3"]
    assert render(world, {"api.code": "2026-03-07"}, html=html).html == "Mar 7, 2026"


def test_many_failures_are_listed_briefly(world: Watched) -> None:
    settings = {**LETTER, "html": "{{ targetData.api.code | date }}"}
    world.outcome(EMAIL, settings, recipients(world, *(["V"] * 30)))
    assert len(world.notes) == 3 + 1 + 1  # who failed, how many, and whose first name is missing
    assert "30 of the first 30 messages cannot be rendered." in [text for _, _, text in world.notes]


def test_a_broken_text_that_is_run_all_the_same_raises_at_its_setting(world: World) -> None:
    with pytest.raises(TemplateError) as caught:
        world.outcome(EMAIL, {**LETTER, "html": "{{ profile.kode }}"}, recipients(world, "V-1"))
    assert (caught.value.field, caught.value.code.id) == ("html", "TPL-UNKNOWN-FIELD")


def test_a_message_is_rendered_with_sender_trace_and_missing_fields(world: World) -> None:
    made = render(world, {"target.firstName": "Ann", "api.code": None}, **LETTER)
    assert (made.subject, made.sender_name, made.sender_address) == ("Ann, your voucher", "Shop", "news@shop.example")
    assert made.text == "Hi Ann,\n\nx (https://a.example/unsubscribe)"
    assert made.missing == ("targetData.api.code",)
    assert [(piece["part"], piece["path"]) for piece in made.trace] == [
        ("subject", "profile.firstName"),
        ("html", "profile.firstName"),
    ]
    assert made.html[made.trace[1]["start"] : made.trace[1]["end"]] == "Ann"


def test_a_message_reads_only_the_columns_it_names(world: World) -> None:
    settings = EMAIL.Settings.model_validate(LETTER)
    assert EMAIL.paths(settings, RECIPIENTS) == {"target.firstName", "api.code"}


def test_the_fields_are_those_that_arrive_with_an_example_each(world: World) -> None:
    row = {
        "target.firstName": "Ann",
        "api.code": "V-1",
        "offers": [{"title": "A"}],
        "target.birthDate": datetime(2000, 1, 2),
    }
    fields = {each["path"]: each for each in EMAIL.fields(EMAIL.Settings(), RECIPIENTS, row, world)}
    assert fields["profile.firstName"] == {
        "path": "profile.firstName",
        "type": "text",
        "label": "First name",
        "example": "Ann",
    }
    assert fields["targetData.api.code"]["example"] == "V-1"
    assert fields["targetData.offers"]["type"] == "list"
    assert "{% for entry in targetData.offers %}" in fields["targetData.offers"]["label"]
    assert fields["vars.campaign"]["example"] == "SPRING26"
    assert fields["now"]["type"] == "date-time"
    assert "profile.nothing" not in fields


def test_messages_depend_on_the_clock_only_when_they_look_at_it(world: World) -> None:
    plain, timely = EMAIL.Settings(subject="know"), EMAIL.Settings(html="{{ now | date }}")
    later = replace(world, now=datetime(2027, 1, 1))
    assert EMAIL.freshness(plain, world) == EMAIL.freshness(plain, later)
    assert EMAIL.freshness(timely, world) != EMAIL.freshness(timely, later)


def test_what_it_promises_is_what_arrives(world: World) -> None:
    settings = EMAIL.Settings(outbound="rows")
    inbound = {"inbound": [Arrival("query", "result", RECIPIENTS)]}
    assert EMAIL.schemas(settings, inbound, world.design) == {"result": RECIPIENTS}
    assert EMAIL.schemas(settings, {}, world.design) == {}


# The four use cases of the specification (ACS 5)


def test_sports_schedule(world: World) -> None:
    fixtures = Column(
        "next",
        ColumnType.LIST,
        fields=tuple(
            Column(name, ColumnType.DATE_TIME if name == "kickoff" else ColumnType.TEXT)
            for name in ("opponent", "venue", "kickoff")
        ),
    )
    schema = TableSchema(
        (fixtures,), links=(Link("target", PROFILES, is_stored=False),), key="id", dimension="profiles"
    )
    text = (
        "Hi {{ profile.firstName }}{% for match in targetData.next %}{{ ', next: ' if loop.first else '; ' }}"
        '{{ match.opponent }} ({{ match.venue }}, {{ match.kickoff | date("yyyy-MM-dd") }})'
        "{% else %}, no match soon{% endfor %}"
    )
    render = EMAIL.renderer(EMAIL.Settings(text=text), schema, world)
    matches = [
        {"opponent": "Nice", "venue": "home", "kickoff": datetime(2026, 3, 7, 20)},
        {"opponent": "Lens", "venue": "away", "kickoff": datetime(2026, 3, 14, 20)},
    ]
    row = {"target.firstName": "Ann", "next": matches}
    assert render(row).text == "Hi Ann, next: Nice (home, 2026-03-07); Lens (away, 2026-03-14)"
    assert render({"target.firstName": "Dee", "next": None}).text == "Hi Dee, no match soon"


def test_latest_offers(world: World) -> None:
    text = "{{ targetData.api.code | default('Spring sale') }}"
    assert render(world, {"api.code": "−20 % tents"}, text=text).text == "−20 % tents"
    assert render(world, {"api.code": None}, text=text).text == "Spring sale"


def test_weather_by_region(world: World) -> None:
    subject = "{% if targetData.api.code == 'rain' %}[RAIN] {{ profile.firstName }}, take a coat ({{ profile.age }} C)"
    subject += "{% elif targetData.api.code == 'sun' %}[SUN] {{ profile.firstName }}, sunglasses on{% endif %}"
    row = {"api.code": "rain", "target.firstName": "Ann", "target.age": 9}
    assert render(world, row, subject=subject).subject == "[RAIN] Ann, take a coat (9 C)"
    assert render(world, {**row, "api.code": "sun"}, subject=subject).subject == "[SUN] Ann, sunglasses on"
