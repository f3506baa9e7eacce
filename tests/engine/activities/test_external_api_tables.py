"""External API: several tables from one answer, beside each other and within each other."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.api import check_flow, run_flow
from engine.document import edits
from engine.document.model import Flow, Wire
from engine.errors import DataError, Level
from engine.runner.request import Place, RunRequest
from tests.engine.activities.call_world import API, AUDIENCE, CallWorld
from tests.engine.http_client.answering import Answering, Asked, Said, answering

ORDERS = [
    {
        "id": 7,
        "lines": [
            {"sku": "A", "qty": "2", "taxes": [{"rate": 5.5}, {"rate": 20}]},
            {"sku": "B", "qty": "no number"},
        ],
    },
    {"id": 8, "lines": None},
    {"id": 9, "lines": [{"sku": "C", "qty": "1", "taxes": [{"rate": 10}]}]},
]
SHOP = {"orders": ORDERS, "facets": {"red": {"count": 3}, "blue": {"count": 1}}}

ORDER_COLUMNS = [{"id": "id", "key": "id", "type": "integer"}]
LINES: dict[str, Any] = {
    "id": "lines",
    "label": "Lines",
    "pointer": "/orders/*/lines",
    "columns": [
        {"id": "order", "key": "/orders/*/id", "type": "integer"},
        {"id": "sku", "key": "sku"},
        {"id": "qty", "key": "qty", "type": "integer"},
    ],
}
TAXES: dict[str, Any] = {
    "id": "taxes",
    "pointer": "/orders/*/lines/*/taxes",
    "columns": [
        {"id": "order", "key": "/orders/*/id", "type": "integer"},
        {"id": "sku", "key": "/orders/*/lines/*/sku"},
        {"id": "rate", "key": "rate", "type": "float"},
    ],
}
FACETS: dict[str, Any] = {
    "id": "facets",
    "label": "Facets",
    "mode": "keyed",
    "pointer": "/facets",
    "columns": [{"id": "colour", "key": "#key"}, {"id": "count", "key": "count", "type": "integer"}],
}


def settings(server: Answering | None, *more: Mapping[str, Any], **others: Any) -> dict[str, Any]:
    """Return the settings of a call whose answer has orders, and these further tables."""
    return {
        "request": {"url": f"{server.url}/orders" if server is not None else "https://shop.example/orders"},
        "response": {"pointer": "/orders", "columns": ORDER_COLUMNS, "more": list(more)},
        "retry": {"attempts": 1},
        **others,
    }


def tables(world: CallWorld, made: Mapping[str, Any], inbound: Any = None) -> dict[str, list[dict[str, Any]]]:
    """Run the activity and return the rows of every transition."""
    return {name: world.rows(table) for name, table in world.run(made, inbound).tables.items()}


def test_each_table_has_a_transition_of_its_own(trusting: CallWorld, secure: ssl.SSLContext) -> None:
    with answering(lambda _asked: Said(SHOP), secure) as server:
        found = tables(trusting, settings(server, LINES, TAXES, FACETS))
        assert len(server.asked) == 1
    assert [row["id"] for row in found["result"]] == [7, 8, 9]
    assert found["lines"] == [
        {"order": 7, "sku": "A", "qty": 2, "parentLine": 1, "lineNum": 1},
        {"order": 7, "sku": "B", "qty": None, "parentLine": 1, "lineNum": 2},
        {"order": 9, "sku": "C", "qty": 1, "parentLine": 3, "lineNum": 3},
    ]
    assert [(row["order"], row["sku"], row["rate"], row["parentLine"], row["lineNum"]) for row in found["taxes"]] == [
        (7, "A", 5.5, 1, 1), (7, "A", 20, 1, 2), (9, "C", 10, 3, 3)
    ]  # fmt: skip
    assert found["facets"] == [
        {"colour": "red", "count": 3, "lineNum": 1},
        {"colour": "blue", "count": 1, "lineNum": 2},
    ]


def test_the_canvas_has_what_the_settings_ask_for() -> None:
    rejecting = {**LINES, "columns": [{"id": "qty", "key": "qty", "type": "integer", "on_error": "reject"}]}
    made = API.Settings.model_validate(settings(None, rejecting, FACETS, {"id": ""}, {**FACETS, "label": "again"}))
    assert [(each.name, str(each.label)) for each in API.transitions(made)] == [
        ("result", "Result"),
        ("lines", "Lines"),
        ("lines_rejects", "Rejects of Lines"),
        ("facets", "Facets"),
    ]


def test_rejected_rows_of_a_further_table_leave_by_its_own_transition(
    trusting: CallWorld, secure: ssl.SSLContext
) -> None:
    columns = [each if each["id"] != "qty" else {**each, "on_error": "reject"} for each in LINES["columns"]]
    with answering(lambda _asked: Said(SHOP), secure) as server:
        found = tables(trusting, settings(server, {**LINES, "columns": columns}))
    assert [(row["sku"], row["parentLine"]) for row in found["lines"]] == [("A", 1), ("C", 3)]
    assert found["lines_rejects"] == [
        {
            "order": "7",
            "sku": "B",
            "qty": "no number",
            "parentLine": "1",
            "lineNum": 2,
            "_reason": "“qty” is “no number”, which is not of the type integer.",
        }
    ]
    assert "rejects" not in found


def test_a_note_says_which_table_it_is_about(trusting: CallWorld, secure: ssl.SSLContext) -> None:
    with answering(lambda _asked: Said(SHOP), secure) as server:
        trusting.run(settings(server, LINES))
    told = [text for level, _, text in trusting.notes if level is Level.WARNING]
    assert told == ["Lines: “qty”: 1 value is not of the type “integer” and stays empty."]


def test_pages_and_keys_count_on(trusting: CallWorld, secure: ssl.SSLContext) -> None:
    def page(asked: Asked) -> Said:
        place = int(asked.query["page"])
        found = ORDERS if place == 1 else ORDERS[:1] if place == 2 and asked.path.endswith("13") else []
        return Said({"orders": found})

    made = settings(None, LINES, paging={"by": "page"})
    people = trusting.audience([{"id": 1, "region": "13"}, {"id": 2, "region": "75"}])
    with answering(page, secure) as server:
        made["request"] = {"url": f"{server.url}/{{region}}", "calls": "per-key", "keys": [{"field": "region"}]}
        found = tables(trusting, made, people)
    assert [(row["region"], row["id"], row["lineNum"]) for row in found["result"]] == [
        ("13", 7, 1), ("13", 8, 2), ("13", 9, 3), ("13", 7, 4), ("75", 7, 5), ("75", 8, 6), ("75", 9, 7)
    ]  # fmt: skip
    assert [(row["region"], row["sku"], row["parentLine"], row["lineNum"]) for row in found["lines"]] == [
        ("13", "A", 1, 1), ("13", "B", 1, 2), ("13", "C", 3, 3), ("13", "A", 4, 4), ("13", "B", 4, 5),
        ("75", "A", 5, 6), ("75", "B", 5, 7), ("75", "C", 7, 8),
    ]  # fmt: skip


def test_a_key_that_failed_is_a_row_of_the_result_alone(trusting: CallWorld, secure: ssl.SSLContext) -> None:
    made = settings(None, LINES)
    people = trusting.audience([{"id": 1, "region": "13"}, {"id": 2, "region": "75"}])
    with answering(lambda asked: Said(SHOP, 404 if asked.path == "/13" else 200), secure) as server:
        made["request"] = {"url": f"{server.url}/{{region}}", "calls": "per-key", "keys": [{"field": "region"}]}
        found = tables(trusting, made, people)
    assert [(row["region"], row["id"], bool(row["_error"])) for row in found["result"]] == [
        ("75", 7, False), ("75", 8, False), ("75", 9, False), ("13", None, True)
    ]  # fmt: skip
    assert [(row["region"], row["sku"]) for row in found["lines"]] == [("75", "A"), ("75", "B"), ("75", "C")]


def test_without_rows_that_arrive_every_table_is_empty(trusting: CallWorld) -> None:
    found = tables(trusting, settings(None, LINES, FACETS), trusting.tables.from_rows([], AUDIENCE))
    assert found == {"result": [], "lines": [], "facets": []}


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"orders": ORDERS}, "Facets: The rows should stand at “/facets” in the answer: path /facets absent."),
        (
            {"orders": [{"id": 1, "lines": {"sku": "A"}}], "facets": {}},
            "Lines: “/orders/*/lines” is no list in entry 1 of the list around it.",
        ),
    ],
)
def test_an_answer_without_the_list_of_a_further_table_fails(
    trusting: CallWorld, secure: ssl.SSLContext, answer: Any, says: str
) -> None:
    with answering(lambda _asked: Said(answer), secure) as server:
        error = trusting.error(settings(server, LINES, FACETS))
    assert isinstance(error, DataError)
    assert (str(error), error.code.acs) == (says, "WKF-560241")
    assert error.field == ("response.more.1.pointer" if says.startswith("Facets") else "response.more.0.pointer")


def test_a_nested_list_can_be_the_only_table(trusting: CallWorld, secure: ssl.SSLContext) -> None:
    response = {"pointer": LINES["pointer"], "columns": LINES["columns"]}
    with answering(lambda _asked: Said(SHOP), secure) as server:
        found = tables(trusting, settings(server, response=response))
    assert [(row["order"], row["sku"], row["parentLine"]) for row in found["result"]] == [
        (7, "A", 1), (7, "B", 1), (9, "C", 3)
    ]  # fmt: skip


def test_the_recorded_answer_gives_the_same_tables(trusting: CallWorld, secure: ssl.SSLContext) -> None:
    with answering(lambda _asked: Said(SHOP), secure) as server:
        live = tables(trusting, settings(server, LINES, TAXES))
        trusting.live = False
        replayed = tables(trusting, settings(server, LINES, TAXES))
        assert len(server.asked) == 1
    assert replayed == live


def test_what_is_wrong_with_a_further_table_is_told_before_a_run(trusting: CallWorld) -> None:
    bad = [
        {**LINES, "id": "result"},
        {**LINES, "id": "has blank"},
        {**LINES, "id": "x", "pointer": ""},
        {**LINES, "id": "x"},
        {**LINES, "id": "y", "columns": [{"id": "parentLine", "key": "n"}]},
        {**LINES, "id": "z", "columns": [*LINES["columns"], {"id": "SKU", "key": "sku"}]},
    ]
    found = trusting.problems(API, settings(None, *bad))
    assert [each for each in found if each[1] not in ("EXT-OUTSIDE-ROWS", "EXT-HOST-LOCAL")] == [
        ("response.more.0.id", "EXT-TABLE-NAME"),
        ("response.more.1.id", "EXT-TABLE-NAME"),
        ("response.more.2.pointer", "EXT-TABLE-PLACE"),
        ("response.more.3.id", "EXT-TABLE-NAME"),
        ("response.more.4.columns.0.id", "DATA-COLUMN-ID"),
        ("response.more.5.columns.3.id", "DATA-COLUMN-ID"),
    ]


def test_the_sample_is_compared_with_every_table(trusting: CallWorld) -> None:
    other = {**FACETS, "pointer": "/facettes"}
    made = settings(None, {**LINES, "columns": [{"id": "code", "key": "code"}]}, other)
    made["response"]["sample"] = SHOP
    found = trusting.problems(API, made)
    assert ("response.more.0.columns.0.key", "EXT-DRIFT") in found
    assert ("response.more.1.pointer", "EXT-POINTER-ABSENT") in found


@pytest.mark.parametrize(("profile", "level"), [("acs", Level.ERROR), ("local", Level.INFO)])
def test_a_further_table_is_outside_campaign(trusting: CallWorld, profile: Any, level: Level) -> None:
    trusting.guardrails = profile
    found = trusting.findings(settings(None, LINES))
    assert [(each.level, each.field) for each in found if each.code.id == "EXT-OUTSIDE-ROWS"] == [
        (level, "response.more.0")
    ]


def test_keys_and_columns_of_further_tables_are_not_confused(trusting: CallWorld) -> None:
    made = settings(None, LINES)
    made["request"] |= {"url": "https://shop.example/{sku}", "calls": "per-key"}
    made["request"]["keys"] = [{"field": "region", "alias": "sku"}]
    assert ("request.keys.0.alias", "EXT-KEY-NAME") in trusting.problems(API, made, AUDIENCE)


def test_what_another_table_reads_is_no_news(trusting: CallWorld, secure: ssl.SSLContext) -> None:
    more = [LINES, {**TAXES, "pointer": "/orders/*/lines/*/taxes"}]
    with answering(lambda _asked: Said(SHOP), secure) as server:
        trusting.run(settings(server, LINES))
        assert "Lines: The answer has properties that are not mapped: taxes." in [text for _, _, text in trusting.notes]
        trusting.notes.clear()
        trusting.run(settings(server, *more))
    assert not any("not mapped" in text for _, _, text in trusting.notes)


def test_a_wire_from_a_table_that_was_removed_is_an_error(tmp_path: Path) -> None:
    def codes(*more: Mapping[str, Any]) -> list[str]:
        flow, call = edits.add_activity(Flow(), "external-api", position=(0, 0), settings=settings(None, *more))
        flow, end = edits.add_activity(flow, "end", position=(0, 0))
        flow = edits.connect(flow, Wire(call, "lines", end, "inbound"))
        return [finding.code.id for finding in check_flow(flow, Place(tmp_path, tmp_path)).errors]

    assert codes(LINES) == []
    assert codes(FACETS) == ["FLOW-DANGLING-WIRE"]


def test_a_flow_joins_the_tables_of_one_answer(tmp_path: Path) -> None:
    flow, call = edits.add_activity(
        Flow(), "external-api", position=(0, 0), settings=settings(None, LINES, dry_run="sample")
    )
    flow = edits.set_setting(flow, call, "response.sample", SHOP)
    events = [event.to_json() for event in run_flow(flow, RunRequest(), Place(tmp_path, tmp_path))]
    filled = {event["transition"]: event["rows"] for event in events if event["event"] == "TransitionFilled"}
    assert (filled, events[-1]["status"]) == ({"result": 3, "lines": 3}, "done")
