"""Enrichment: linked rows arrive at the right people, promises are verified, rows never multiply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.activities.enrichment import Enrichment
from engine.activity import Arrival
from engine.errors import DataError, Level, SettingsError
from engine.schema import TARGET, Cardinality, Column, ColumnType, Link, TableSchema
from engine.tables.interim import Table, TableStore
from tests.engine.activities.targeting_world import PROFILES, World

ENRICHMENT = Enrichment()
TEXT, INTEGER = ColumnType.TEXT, ColumnType.INTEGER
LINE = Column("lineNum", INTEGER, is_system=True)

QUERIED = TableSchema(
    (Column("id", INTEGER), Column("expr1", INTEGER)),
    (Link(TARGET, PROFILES, is_stored=False),),
    key="id",
    dimension="profiles",
)
CODES = TableSchema((Column("code", TEXT, length=20), LINE))
WEATHER = TableSchema((Column("region", TEXT), Column("sky", TEXT), Column("tempC", INTEGER), LINE))
FIXTURES = TableSchema(
    (Column("region", TEXT), Column("opponent", TEXT), Column("kickoff", ColumnType.DATE_TIME), LINE)
)


class Meeting(World):
    """A world in which a primary set meets linked tables."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.reports: dict[str, Any] = {}

    def report(self, name: str, data: Mapping[str, Any]) -> None:
        self.reports[name] = data

    def queried(self, count: int = 4) -> Table:
        """Return what a Query with RowId() gives: keys, numbered."""
        rows = [{"id": id, "expr1": place} for place, id in enumerate(range(1, count + 1), 1)]
        return self.tables.from_rows(rows, QUERIED)

    def answer(self, schema: TableSchema, *rows: tuple[Any, ...]) -> Table:
        """Return the rows of an answer with their line numbers."""
        ids = [column.id for column in schema.columns]
        return self.tables.from_rows(
            [dict(zip(ids, (*row, number), strict=True)) for number, row in enumerate(rows, 1)], schema
        )

    def enriched(self, primary: Table, linked: Mapping[str, Table], **settings: Any) -> Table:
        """Run; what was promised of the columns must be so."""
        view = ENRICHMENT.Settings.model_validate(settings)
        arrivals: dict[str, list[Arrival[Table]]] = {
            "primary": [Arrival("query", "result", primary)],
            "linked": [Arrival(name, "result", table) for name, table in linked.items()],
        }
        designed = {
            place: [Arrival(each.source, each.transition, schema_of(each.content)) for each in wires]
            for place, wires in arrivals.items()
        }
        assert list(ENRICHMENT.check(view, designed, self.design)) == []
        promised = ENRICHMENT.schemas(view, designed, self.design)["result"]
        table = ENRICHMENT.run(view, arrivals, self).tables["result"]
        assert table is not None
        assert table.schema == promised
        return table

    def given(self, primary: Table, linked: Mapping[str, Table], **settings: Any) -> list[dict[str, Any]]:
        """Return the rows of the result in the order of their ids."""
        return sorted(self.rows(self.enriched(primary, linked, **settings)), key=lambda row: int(row["id"]))

    def found(self, linked: Mapping[str, TableSchema], **settings: Any) -> list[tuple[str, str]]:
        """Return (field, code) of what is wrong before a run."""
        view = ENRICHMENT.Settings.model_validate(settings)
        designed = {
            "primary": [Arrival("query", "result", QUERIED)],
            "linked": [Arrival(name, "result", schema) for name, schema in linked.items()],
        }
        return [(each.field, each.code.id) for each in ENRICHMENT.check(view, designed, self.design)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Meeting]:
    with TableStore(tmp_path) as store:
        yield Meeting(store)


def relation(name: str = "vouchers", **others: Any) -> dict[str, Any]:
    if name == "vouchers":
        criteria = [{"primary": "expr1", "linked": "lineNum"}]
        return {
            "source": "vouchers.result",
            "cardinality": "1",
            "criteria": criteria,
            "label": "Voucher codes",
            **others,
        }
    criteria = [{"primary": "target.region", "linked": "region"}]
    return {"source": f"{name}.result", "criteria": criteria, "label": name.title(), **others}


def schema_of(table: Table | None) -> TableSchema | None:
    return table.schema if table is not None else None


CODE = {"expression": "vouchers.code"}
"""The simple field that everybody wants of a voucher."""


def test_each_recipient_gets_the_code_of_their_line_as_column_and_as_link(world: Meeting) -> None:
    codes = world.answer(CODES, ("V-1",), ("V-2",), ("V-3",), ("V-4",))
    table = world.enriched(world.queried(), {"vouchers": codes}, relations=[relation()], columns=[CODE])
    assert table.schema.column("code") == Column("code", TEXT, length=20)
    link = table.schema.link("vouchers")
    assert link is not None
    assert (link.cardinality, link.label) == (Cardinality.ONE, "Voucher codes")
    rows = sorted(world.rows(table), key=lambda row: int(row["id"]))
    assert [(row["id"], row["code"], row["vouchers"]) for row in rows] == [
        (id, f"V-{id}", {"code": f"V-{id}", "lineNum": id}) for id in (1, 2, 3, 4)
    ]
    assert world.reports["match"]["vouchers"] == {
        "matched": 4,
        "unmatched": 0,
        "multiple": 0,
        "linked_rows": 4,
        "sentence": "expr1 = lineNum, 100 % of 4 matched, 0 recipients unmatched",
    }


def test_three_codes_for_four_recipients_stop_and_name_who_gets_none(world: Meeting) -> None:
    codes = world.answer(CODES, ("V-1",), ("V-2",), ("V-3",))
    with pytest.raises(DataError) as caught:
        world.enriched(world.queried(), {"vouchers": codes}, relations=[relation()])
    shortage = "“Voucher codes” answered with 3 codes for 4 recipients (short by 1)."
    assert str(caught.value) == f"{shortage} Without one: Dee (4)."
    finding = caught.value.finding
    assert str(finding.hint) == "Choose what happens to the others under Shortage."
    assert (finding.code.id, finding.field) == ("DATA-SHORTAGE", "relations.0.unmatched")
    assert caught.value.details["recipients"] == [{"key": "4", "name": "Dee"}]
    assert world.reports["match"]["vouchers"]["unmatched"] == 1


@pytest.mark.parametrize(("policy", "ids"), [("drop", [1, 2, 3]), ("keep", [1, 2, 3, 4])])
def test_a_shortage_can_leave_people_out_or_keep_them_without(world: Meeting, policy: str, ids: list[int]) -> None:
    codes = world.answer(CODES, ("V-1",), ("V-2",), ("V-3",))
    rows = world.given(world.queried(), {"vouchers": codes}, relations=[relation(unmatched=policy)], columns=[CODE])
    assert [row["id"] for row in rows] == ids
    assert [row["code"] for row in rows] == ["V-1", "V-2", "V-3", None][: len(ids)]
    level, code, sentence = world.notes[0]
    assert (level, code) == (Level.WARNING, "DATA-SHORTAGE")
    assert "short by 1" in sentence
    assert "Dee (4)" in sentence


def test_codes_left_over_are_a_note(world: Meeting) -> None:
    codes = world.answer(CODES, ("V-1",), ("V-2",), ("V-3",), ("V-4",), ("V-5",))
    world.given(world.queried(), {"vouchers": codes}, relations=[relation()])
    assert world.notes == [
        (Level.INFO, "DATA-SURPLUS", "“Voucher codes” answered with 5 codes for 4 recipients: 1 left over.")
    ]


def test_two_recipients_never_share_a_code(world: Meeting) -> None:
    codes = world.answer(CODES, ("V-1",), ("V-1",), ("V-3",), ("V-4",))
    with pytest.raises(DataError) as caught:
        world.given(world.queried(), {"vouchers": codes}, relations=[relation()])
    assert str(caught.value) == "“Voucher codes” gives the same code to several: V-1 (2×)."
    rows = world.given(world.queried(), {"vouchers": codes}, relations=[relation(repeated="warn")])
    assert len(rows) == 4
    assert world.notes[0][:2] == (Level.WARNING, "DATA-SHARED")


def test_a_row_without_a_match_keeps_an_empty_link_and_null_never_matches_null(world: Meeting) -> None:
    weather = world.answer(WEATHER, ("13", "sun", 19), (None, "fog", 9), ("59", "rain", 9))
    rows = world.given(
        world.queried(), {"weather": weather}, relations=[relation("weather")], columns=[{"expression": "weather.sky"}]
    )
    assert [(row["id"], row["sky"]) for row in rows] == [(1, "sun"), (2, "rain"), (3, None), (4, None)]
    assert rows[3]["weather"] is None
    assert world.reports["match"]["weather"]["sentence"] == (
        "region = region, 66 % of 3 matched, 2 recipients unmatched"
    )
    assert world.notes == [(Level.INFO, "DATA-NO-MATCH", "“Weather” has no row for 2 recipients: Cid (3), Dee (4).")]


def test_several_linked_rows_never_multiply_people_the_first_line_counts_and_the_keys_are_named(world: Meeting) -> None:
    weather = world.answer(WEATHER, ("13", "sun", 19), ("13", "rain", 9), ("59", "rain", 9), ("75", "fog", 5))
    both = {"relations": [relation("weather")], "columns": [{"expression": "weather.sky"}]}
    rows = world.given(world.queried(), {"weather": weather}, **both)
    assert [row["sky"] for row in rows] == ["sun", "rain", "fog", None]
    assert world.notes[0][:2] == (Level.WARNING, "DATA-SEVERAL")
    assert "13 (2×)" in world.notes[0][2]
    for broken in ({"multiple": "stop"}, {"cardinality": "1"}):
        with pytest.raises(DataError) as caught:
            world.given(world.queried(3), {"weather": weather}, relations=[relation("weather", **broken)])
        assert caught.value.code.id == "DATA-SEVERAL"
        assert caught.value.details["keys"] == [{"key": "13", "lines": 2}]


def test_lines_that_nobody_looks_for_may_repeat(world: Meeting) -> None:
    weather = world.answer(
        WEATHER, ("13", "sun", 19), ("59", "rain", 9), ("75", "fog", 5), ("2A", "sun", 9), ("2A", "fog", 5)
    )
    rows = world.given(world.queried(3), {"weather": weather}, relations=[relation("weather", cardinality="1")])
    assert len(rows) == 3


def test_texts_are_compared_exactly_unless_the_criterion_says_otherwise(world: Meeting) -> None:
    primary = world.tables.from_rows(
        [{"id": 1, "city": " Lille"}, {"id": 2, "city": "LYON"}],
        TableSchema((Column("id", INTEGER), Column("city", TEXT)), key="id"),
    )
    weather = world.answer(WEATHER, ("Lille", "sun", 19), ("Lyon", "rain", 9))

    def skies(compare: str) -> list[Any]:
        criteria = [{"primary": "city", "linked": "region", "compare": compare}]
        link = relation("weather", criteria=criteria)
        rows = world.given(primary, {"weather": weather}, relations=[link], columns=[{"expression": "weather.sky"}])
        return [row["sky"] for row in rows]

    assert skies("exact") == [None, None]
    assert skies("trim") == ["sun", None]
    assert skies("case") == [None, "rain"]
    assert skies("loose") == ["sun", "rain"]


def test_an_answer_that_is_the_same_for_everybody_is_attached_to_every_row(world: Meeting) -> None:
    banner = world.answer(CODES, ("SPRING",))
    attach = {"source": "banner.result", "attach": True, "cardinality": "1"}
    rows = world.given(world.queried(), {"banner": banner}, relations=[attach])
    assert [row["banner"]["code"] for row in rows] == ["SPRING"] * 4
    two = world.answer(CODES, ("SPRING",), ("SUMMER",))
    with pytest.raises(DataError, match="“banner” has 2 codes, but one is attached to every row"):
        world.given(world.queried(), {"banner": two}, relations=[attach])


def test_a_collection_is_a_list_of_the_first_lines_in_the_order_that_was_asked_for(world: Meeting) -> None:
    fixtures = world.answer(
        FIXTURES,
        ("13", "Lens", datetime(2026, 3, 14, 20)),
        ("13", "Nice", datetime(2026, 3, 8, 20)),
        ("13", "Metz", datetime(2026, 2, 1, 20)),
        ("13", "Brest", datetime(2026, 3, 21, 20)),
        ("59", "Lyon", None),
    )
    collection = {
        "id": "next",
        "lines": 2,
        "sort": [{"expression": "kickoff"}],
        "filter": "kickoff > GetDate() OR kickoff IS NULL",
        "fields": [{"expression": "opponent"}, {"id": "hour", "expression": "ToString(kickoff)"}],
        "as_columns": True,
    }
    table = world.enriched(
        world.queried(),
        {"fixtures": fixtures},
        relations=[relation("fixtures", cardinality="n")],
        collections=[collection],
    )
    assert table.schema.link("fixtures") is None
    rows = sorted(world.rows(table), key=lambda row: int(row["id"]))
    assert rows[0]["next"] == [
        {"opponent": "Nice", "hour": "2026-03-08 20:00:00"},
        {"opponent": "Lens", "hour": "2026-03-14 20:00:00"},
    ]
    assert (rows[0]["next1_opponent"], rows[0]["next2_opponent"]) == ("Nice", "Lens")
    assert rows[1]["next"] == [{"opponent": "Lyon", "hour": None}]
    assert (rows[1]["next1_opponent"], rows[1]["next2_opponent"]) == ("Lyon", None)
    assert rows[3]["next"] == []


def test_the_largest_come_first_where_that_is_asked_for_and_rows_without_a_value_last(world: Meeting) -> None:
    weather = world.answer(WEATHER, ("13", "a", 1), ("13", "b", None), ("13", "c", 7))
    settings = {
        "relations": [relation("weather", cardinality="n")],
        "collections": [{"lines": 3, "sort": [{"expression": "tempC", "direction": "descending"}]}],
    }
    rows = world.given(world.queried(1), {"weather": weather}, **settings)
    assert [each["sky"] for each in rows[0]["weather"]] == ["c", "a", "b"]
    assert list(rows[0]["weather"][0]) == ["region", "sky", "tempC", "lineNum"]


def test_aggregates_count_and_sum_the_linked_rows_of_each_row(world: Meeting) -> None:
    weather = world.answer(WEATHER, ("13", "sun", 19), ("13", "sun", 10), ("13", "rain", None), ("59", "fog", 3))
    aggregates = [
        {"id": "days"},
        {"id": "warm", "filter": "tempC > 15"},
        {"id": "skies", "function": "count-distinct", "expression": "sky"},
        {"id": "total", "function": "sum", "expression": "tempC"},
        {"id": "mean", "function": "avg", "expression": "tempC"},
        {"id": "first", "function": "min", "expression": "sky"},
        {"function": "max", "expression": "tempC"},
    ]
    table = world.enriched(
        world.queried(), {"weather": weather}, relations=[relation("weather", cardinality="n")], aggregates=aggregates
    )
    assert [str(column.type) for column in table.schema.columns][2:] == [
        *("integer", "integer", "integer", "integer", "float", "text", "integer")
    ]
    rows = [list(row.values())[2:] for row in sorted(world.rows(table), key=lambda row: int(row["id"]))]
    assert rows[0] == [3, 1, 2, 29, 14.5, "rain", 19]
    assert [type(value) for value in rows[0][3:5]] == [int, float]
    assert rows[1] == [1, 0, 1, 3, 3.0, "fog", 3]
    assert rows[3] == [0, 0, 0, None, None, None, None]


def test_several_tables_are_linked_at_once_and_fields_are_worked_out_over_all_of_them(world: Meeting) -> None:
    weather = world.answer(WEATHER, ("13", "sun", 19), ("59", "rain", 9))
    codes = world.answer(CODES, *((f"V-{number}",) for number in range(1, 5)))
    line = {"id": "line", "label": "Line", "expression": "target.firstName || ': ' || Coalesce(weather.sky, 'no')"}
    rows = world.given(
        world.queried(),
        {"weather": weather, "vouchers": codes},
        relations=[relation("weather"), relation()],
        columns=[CODE, line, {"id": "n", "expression": "weather.tempC * 2"}],
    )
    assert [row["line"] for row in rows] == ["Ann: sun", "Bob: rain", "Cid: no", "Dee: no"]
    assert [row["n"] for row in rows] == [38, 18, None, None]
    assert rows[3]["vouchers"]["code"] == "V-4"


def test_without_the_additional_data_only_the_key_and_what_is_added_go_on(world: Meeting) -> None:
    codes = world.answer(CODES, *((f"V-{number}",) for number in range(1, 5)))
    table = world.enriched(world.queried(), {"vouchers": codes}, keep_all=False, relations=[relation()], columns=[CODE])
    assert [column.id for column in table.schema.columns] == ["id", "code"]
    assert [link.id for link in table.schema.links] == ["target", "vouchers"]
    assert len(world.rows(table)) == 4


def test_an_enriched_table_can_be_enriched_again_and_links_stay(world: Meeting) -> None:
    codes = world.answer(CODES, *((f"V-{number}",) for number in range(1, 5)))
    first = world.enriched(world.queried(), {"vouchers": codes}, relations=[relation()])
    weather = world.answer(WEATHER, ("13", "sun", 19))
    rows = world.given(
        first,
        {"weather": weather},
        relations=[relation("weather")],
        columns=[{"expression": "vouchers.code"}, {"expression": "weather.sky"}],
    )
    assert (rows[0]["vouchers"]["code"], rows[0]["code"], rows[0]["sky"]) == ("V-1", "V-1", "sun")


def test_text_and_number_are_told_before_the_run_with_the_way_out(world: Meeting) -> None:
    numbered = TableSchema((Column("region", INTEGER), LINE))
    view = ENRICHMENT.Settings.model_validate({"relations": [relation("weather")]})
    designed = {
        "primary": [Arrival("query", "result", QUERIED)],
        "linked": [Arrival("weather", "result", numbered)],
    }
    (finding,) = ENRICHMENT.check(view, designed, world.design)
    assert (finding.code.id, finding.field) == ("DATA-KEY-TYPES", "relations.0.criteria.0.primary")
    assert str(finding.text) == (
        "“target.region” is text, but “region” of “Weather” is a number: they are never equal."
    )
    assert "ToInteger(target.region)" in str(finding.hint)
    assert "ToString(region)" in str(finding.hint)
    table = world.tables.from_rows([{"region": 13, "lineNum": 1}], numbered)
    with pytest.raises(SettingsError, match="never equal"):
        ENRICHMENT.run(
            view,
            {
                "primary": [Arrival("query", "result", world.queried())],
                "linked": [Arrival("weather", "result", table)],
            },
            world,
        )
    converted = relation("weather", criteria=[{"primary": "ToInteger(target.region)", "linked": "region"}])
    rows = world.given(world.queried(), {"weather": table}, relations=[converted])
    assert rows[0]["weather"]["region"] == 13


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({}, [("relations", "FLOW-NOT-LINKED")]),
        (
            {"relations": [relation("weather", source="gone.result")]},
            [("relations", "FLOW-NOT-LINKED"), ("relations.0.source", "FLOW-RELATION-SOURCE")],
        ),
        ({"relations": [relation("weather", criteria=[])]}, [("relations.0.criteria", "FLOW-NO-CRITERIA")]),
        ({"relations": [relation("weather", id="target")]}, [("relations.0.id", "DATA-ALIAS")]),
        ({"relations": [relation("weather", id="expr1")]}, [("relations.0.id", "DATA-ALIAS")]),
        ({"relations": [relation("weather"), relation("weather")]}, [("relations.1.id", "DATA-ALIAS")]),
        ({"relations": [relation("weather", unique="nothing")]}, [("relations.0.unique", "FLOW-LINKED-COLUMN")]),
        (
            {"relations": [relation("weather", criteria=[{"primary": "regoin", "linked": "region"}])]},
            [("relations.0.criteria.0.primary", "EXP-UNKNOWN-COLUMN")],
        ),
        (
            {
                "relations": [relation("weather")],
                "columns": [{"expression": "weather.wind"}, {"id": "id", "expression": "1"}],
            },
            [("columns.0.expression", "EXP-UNKNOWN-COLUMN"), ("columns.1.id", "DATA-ALIAS")],
        ),
        (
            {"relations": [relation("weather")], "collections": [{"relation": "news"}, {"id": "a", "filter": "tempC"}]},
            [("collections.0.relation", "FLOW-NO-RELATION"), ("collections.1.filter", "EXP-NO-CONDITION")],
        ),
        (
            {
                "relations": [relation("weather")],
                "aggregates": [{"function": "sum", "expression": "sky"}, {"function": "sum", "expression": "tempC"}],
            },
            [("aggregates.0.expression", "FLOW-AGGREGATE"), ("aggregates.1.id", "DATA-ALIAS")],
        ),
    ],
)
def test_what_cannot_work_is_told_at_its_place(
    world: Meeting, settings: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    assert world.found({"weather": WEATHER}, **settings) == found


def test_the_card_says_by_what_is_joined() -> None:
    def summary(**settings: Any) -> str:
        return str(ENRICHMENT.summary(ENRICHMENT.Settings.model_validate(settings)))

    assert summary() == "Nothing linked yet"
    by_id = relation("crm", criteria=[{"primary": "profile_id", "linked": "id"}])
    assert summary(relations=[relation("weather"), by_id]) == "Join on region, profile id"
    assert summary(relations=[{"source": "banner.result", "attach": True}]) == "banner attached to every row"


def proposed(world: Meeting, primary: Table, linked: Table, *, with_rows: bool = True) -> Mapping[str, Any]:
    """Return what is proposed for the linked table."""
    schemas = {
        "primary": [Arrival("query", "result", primary.schema)],
        "linked": [Arrival("api", "result", linked.schema)],
    }
    rows = (primary, linked) if with_rows else (None, None)
    inbound = {"primary": [Arrival("query", "result", rows[0])], "linked": [Arrival("api", "result", rows[1])]}
    return ENRICHMENT.propose(ENRICHMENT.Settings(), "api.result", schemas, inbound, world)


def test_columns_that_are_called_alike_are_proposed_with_how_well_they_match(world: Meeting) -> None:
    weather = world.answer(WEATHER, ("13", "sun", 19), ("59", "rain", 9))
    assert proposed(world, world.queried(), weather) == {
        "criteria": [{"source": "target.region", "destination": "region"}],
        "cardinality": "0..1",
        "matched": 2,
        "unmatched": 2,
        "sentence": "region = region, 100 % of 2 matched, 2 recipients unmatched",
    }
    assert proposed(world, world.queried(), weather, with_rows=False) == {
        "criteria": [{"source": "target.region", "destination": "region"}],
        "cardinality": "0..1",
    }
    several = world.answer(WEATHER, ("13", "sun", 19), ("13", "rain", 9))
    assert proposed(world, world.queried(), several)["cardinality"] == "n"


def test_a_row_number_is_proposed_for_the_line_number_as_a_promise_of_one_each(world: Meeting) -> None:
    codes = world.answer(CODES, ("V-1",), ("V-2",), ("V-3",))
    found = proposed(world, world.queried(), codes)
    assert (found["criteria"], found["cardinality"]) == ([{"source": "expr1", "destination": "lineNum"}], "1")
    assert (found["matched"], found["unmatched"]) == (3, 1)
    assert proposed(world, world.queried(), codes, with_rows=False)["criteria"] == found["criteria"]


@pytest.mark.parametrize(
    ("column", "source"),
    [
        (Column("profileId", INTEGER), "id"),
        (Column("first_name", TEXT), "target.firstName"),
        (Column("regionCode", TEXT), "target.region"),
        (Column("region", INTEGER), "ToInteger(target.region)"),
        (Column("age", TEXT), "ToString(target.age)"),
    ],
)
def test_a_proposal_sees_through_spellings_and_converts_types(world: Meeting, column: Column, source: str) -> None:
    linked = world.tables.from_rows([], TableSchema((column, LINE)))
    found = proposed(world, world.queried(), linked, with_rows=False)
    assert found["criteria"] == [{"source": source, "destination": column.id}]


def test_two_columns_together_are_proposed_where_one_is_not_enough(world: Meeting) -> None:
    schema = TableSchema((Column("region", TEXT), Column("age", INTEGER), Column("offer", TEXT)))
    rows = [("13", 26, "a"), ("13", 29, "b"), ("59", 29, "c"), ("59", 26, "d")]
    linked = world.tables.from_rows([dict(zip(("region", "age", "offer"), row, strict=True)) for row in rows], schema)
    found = proposed(world, world.queried(), linked)
    assert [each["destination"] for each in found["criteria"]] == ["age", "region"]
    assert (found["cardinality"], found["matched"]) == ("0..1", 2)


def test_columns_of_other_names_are_proposed_where_their_values_are_the_same(world: Meeting) -> None:
    schema = TableSchema((Column("place", TEXT), Column("title", TEXT)))
    rows = [{"place": place, "title": f"Offer {place}"} for place in ("13", "59", "2A")]
    found = proposed(world, world.queried(), world.tables.from_rows(rows, schema))
    assert found["criteria"] == [{"source": "target.region", "destination": "place"}]
    assert found["sentence"] == "region = place, 66 % of 3 matched, 2 recipients unmatched"


def test_a_single_row_with_nothing_to_compare_is_proposed_for_everybody(world: Meeting) -> None:
    plain = TableSchema((Column("id", INTEGER),), key="id", dimension="profiles")
    people = world.tables.from_rows([{"id": 7}, {"id": 9}], plain)
    banner = world.answer(CODES, ("SPRING",))
    assert proposed(world, people, banner)["attach"] is True
    assert proposed(world, people, world.answer(CODES, ("A",), ("B",))) == {}
