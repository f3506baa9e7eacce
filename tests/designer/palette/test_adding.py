"""Adding an activity: where its card stands, what it is wired to, and that it is one step."""

from __future__ import annotations

import pytest

from designer.palette.adding import add_activity
from designer.session import Session


def test_the_first_activity_stands_at_the_origin_and_is_selected(session: Session) -> None:
    id = add_activity(session, "probe-source")
    assert session.selection == (id,)
    place = session.flow.layout[id]
    assert (place.x, place.y) == (0, 0)


def test_the_next_one_stands_to_the_right_of_the_selected_one_and_is_wired_to_it(session: Session) -> None:
    first = add_activity(session, "probe-source")
    second = add_activity(session, "probe-split")
    assert session.flow.layout[second].x > session.flow.layout[first].x + 208
    assert session.flow.layout[second].y == session.flow.layout[first].y
    assert session.flow.activities[second].inputs == {"inbound": (f"{first}.result",)}


def test_a_way_out_that_leads_nowhere_is_taken_first(session: Session) -> None:
    add_activity(session, "probe-source")
    split = add_activity(session, "probe-split")
    one = add_activity(session, "probe-sink")
    session.select(split)
    other = add_activity(session, "probe-sink")
    assert session.flow.activities[one].inputs == {"inbound": (f"{split}.result",)}
    assert session.flow.activities[other].inputs == {"inbound": (f"{split}.complement",)}
    places = session.flow.layout
    assert abs(places[one].y - places[other].y) >= 76


def test_a_named_transition_is_the_one_that_is_wired(session: Session) -> None:
    add_activity(session, "probe-source")
    split = add_activity(session, "probe-split")
    sink = add_activity(session, "probe-sink", after=f"{split}.complement")
    assert session.flow.activities[sink].inputs == {"inbound": (f"{split}.complement",)}


def test_what_may_not_be_wired_is_added_alone(session: Session) -> None:
    add_activity(session, "probe-source")
    sink = add_activity(session, "probe-sink")
    source = add_activity(session, "probe-source")
    assert session.flow.activities[source].inputs == {}
    assert session.flow.activities[sink].inputs


def test_an_activity_dropped_at_a_place_stands_there_unwired(session: Session) -> None:
    add_activity(session, "probe-source")
    split = add_activity(session, "probe-split", (40, 300))
    assert (session.flow.layout[split].x, session.flow.layout[split].y) == (40, 300)
    assert session.flow.activities[split].inputs == {}


def test_adding_is_one_step_of_undo(session: Session) -> None:
    add_activity(session, "probe-source")
    before = session.flow
    add_activity(session, "probe-split")
    assert session.history.stack.undoText() == "Add “Zebra split”"
    session.history.stack.undo()
    assert session.flow == before


def test_an_unknown_kind_is_refused(session: Session) -> None:
    with pytest.raises(ValueError, match="nonsense"):
        add_activity(session, "nonsense")
