"""Edits: pure functions from flow to flow, and what changed between two of them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.document import clipboard, edits
from engine.document.changes import changes
from engine.document.model import AccountRef, ActivityEntry, Flow, ResourceRef, Wire
from engine.document.tidy import CARD_HEIGHT, CARD_WIDTH, tidy
from engine.errors import FileError


def two_wired() -> tuple[Flow, str, str]:
    flow, first = edits.add_activity(Flow(), "query", position=(0, 0))
    flow, second = edits.add_activity(flow, "email", position=(300, 0))
    return edits.connect(flow, Wire(first, "result", second, "inbound")), first, second


def test_a_new_activity_gets_an_id_of_its_own() -> None:
    flow, first = edits.add_activity(Flow(), "external-api", position=(1.4, 2.6))
    flow, second = edits.add_activity(flow, "external-api", position=(0, 0))

    assert (first, second) == ("external-api", "external-api2")
    assert (flow.layout[first].x, flow.layout[first].y) == (1, 3)


def test_removing_an_activity_removes_its_wires_and_its_place() -> None:
    flow, first, second = two_wired()

    left = edits.remove_activities(flow, [first])

    assert list(left.wires()) == []
    assert first not in left.layout
    assert left.activities[second].inputs == {}


def test_connecting_twice_changes_nothing_and_disconnecting_undoes_it() -> None:
    flow, first, second = two_wired()
    wire = Wire(first, "result", second, "inbound")

    assert edits.connect(flow, wire) is flow
    assert list(edits.disconnect(flow, wire).wires()) == []


def test_a_setting_deep_inside_is_changed_and_nothing_else() -> None:
    flow, first, _ = two_wired()
    flow = edits.set_settings(flow, first, {"request": {"headers": [{"name": "A", "value": "1"}], "url": "u"}})

    changed = edits.set_setting(flow, first, "request.headers.0.value", "2")
    longer = edits.set_setting(changed, first, "request.headers.1", {"name": "B"})
    made = edits.set_setting(longer, first, "response.mode", "array")

    assert flow.activities[first].settings["request"]["headers"][0]["value"] == "1"
    assert changed.activities[first].settings["request"] == {"headers": [{"name": "A", "value": "2"}], "url": "u"}
    assert longer.activities[first].settings["request"]["headers"][1] == {"name": "B"}
    assert made.activities[first].settings["response"] == {"mode": "array"}


def test_copied_activities_are_pasted_with_new_ids_and_their_own_wires() -> None:
    flow, first, second = two_wired()

    pasted, ids = clipboard.paste(flow, clipboard.copy(flow, [first, second]))

    assert ids == ("email2", "query2")
    assert Wire("query2", "result", "email2", "inbound") in set(pasted.wires())
    assert pasted.layout["query2"].x == flow.layout[first].x + 32


@pytest.mark.parametrize(
    "text", ["", "hello", "[]", json.dumps({"format": clipboard.CLIPBOARD_FORMAT, "activities": 1})]
)
def test_pasting_something_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(FileError) as caught:
        clipboard.paste(Flow(), text)

    assert caught.value.code.id == "FLOW-NOT-ACTIVITIES"


def test_changes_tell_what_to_redraw() -> None:
    flow, first, second = two_wired()
    moved = edits.move(flow, {first: (10, 10)})
    labelled = edits.set_label(moved, second, "Mail")
    unwired = edits.disconnect(labelled, Wire(first, "result", second, "inbound"))
    named = edits.rename_flow(unwired, "Spring")

    assert not changes(flow, flow)
    assert changes(flow, moved).moved == {first}
    assert changes(moved, labelled).changed == {second}
    assert changes(labelled, unwired).unwired == {Wire(first, "result", second, "inbound")}
    assert changes(labelled, unwired).changed == frozenset()
    assert changes(unwired, named).is_flow_changed


def test_variables_and_resources_can_be_set_and_removed() -> None:
    flow = edits.set_variable(Flow(), "campaign", "SPRING26")
    flow = edits.set_resource(flow, "profiles", ResourceRef(source="csv", path="p.csv", key="id"))

    assert flow.variables == {"campaign": "SPRING26"}
    assert edits.set_variable(flow, "campaign", None).variables == {}
    assert edits.set_resource(flow, "profiles", None).resources == {}


def test_accounts_are_set_and_removed_and_a_change_of_one_concerns_the_flow() -> None:
    account = AccountRef(type="oauth2", label="CRM", token_url="https://crm.example/token")
    flow = edits.set_account(Flow(), "crm", account)
    assert flow.accounts == {"crm": account}
    assert changes(Flow(), flow).is_flow_changed
    other = edits.set_account(flow, "crm", account.model_copy(update={"enabled": False}))
    assert changes(flow, other).is_flow_changed
    assert edits.set_account(flow, "crm", None).accounts == {}


def graph(edges: list[tuple[int, int]]) -> Flow:
    flow = Flow(activities={f"n{number}": ActivityEntry(kind="x") for number in range(12)})
    for low, high in edges:
        flow = edits.connect(flow, Wire(f"n{min(low, high)}", "result", f"n{max(low, high)}", "inbound"))
    return flow


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda pair: pair[0] != pair[1]), max_size=20))
def test_tidy_cards_never_overlap_and_wires_run_to_the_right(edges: list[tuple[int, int]]) -> None:
    layout = tidy(graph(edges)).layout

    places = list(layout.values())
    for number, one in enumerate(places):
        for other in places[number + 1 :]:
            assert abs(one.x - other.x) >= CARD_WIDTH or abs(one.y - other.y) >= CARD_HEIGHT
    for wire in graph(edges).wires():
        assert layout[wire.source].x < layout[wire.target].x


def test_tidy_leaves_room_for_a_wire_that_passes_a_column() -> None:
    # fork → api → join and fork → join: the straight wire must not run behind the api's card
    flow = Flow(activities={id: ActivityEntry(kind="x") for id in ("fork", "api", "join")})
    for source, target in (("fork", "api"), ("api", "join"), ("fork", "join")):
        flow = edits.connect(flow, Wire(source, "result", target, "inbound"))

    layout = tidy(flow).layout

    assert layout["api"].y != layout["fork"].y


def test_tidy_survives_a_circle() -> None:
    flow = graph([(0, 1)])
    looped = edits.connect(flow, Wire("n1", "result", "n0", "inbound"))

    assert set(tidy(looped).layout) == {f"n{number}" for number in range(2, 12)}
