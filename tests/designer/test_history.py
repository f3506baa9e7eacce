"""Undo and redo of every edit."""

from __future__ import annotations

import gc
import weakref

import pytest

from designer import history
from designer.history import History
from engine.document import edits
from engine.text import Text

ADD = Text("Add an activity")


@pytest.fixture
def past(qapp: object) -> History:
    """Return a history that begins with an empty flow."""
    return History()


def test_each_edit_is_one_step_and_undo_brings_back_the_very_flow(past: History) -> None:
    empty = past.flow
    one, _ = edits.add_activity(empty, "query", position=(0, 0))
    two, _ = edits.add_activity(one, "email", position=(200, 0))
    past.edit(ADD, one, "")
    past.edit(ADD, two, "")
    past.stack.undo()
    assert past.flow is one
    past.stack.undo()
    assert past.flow is empty
    past.stack.redo()
    past.stack.redo()
    assert past.flow is two


def test_keystrokes_with_the_same_merge_key_are_one_step(past: History) -> None:
    start, id = edits.add_activity(past.flow, "query", position=(0, 0))
    past.edit(ADD, start, "")
    for label in ("P", "Pe", "Peo"):
        past.edit(Text("Rename"), edits.set_label(past.flow, id, label), "label")
    assert past.flow.activities[id].label == "Peo"
    past.stack.undo()
    assert past.flow is start


def test_a_pause_or_another_field_begins_a_new_step(past: History, monkeypatch: pytest.MonkeyPatch) -> None:
    past.edit(Text("Rename"), edits.rename_flow(past.flow, "A"), "name")
    past.edit(Text("Rename"), edits.rename_flow(past.flow, "AB"), "other")
    monkeypatch.setattr(history, "MERGE_S", -1.0)
    past.edit(Text("Rename"), edits.rename_flow(past.flow, "ABC"), "other")
    assert past.stack.count() == 3


def test_an_edit_that_changes_nothing_is_no_step(past: History) -> None:
    past.edit(Text("Rename"), edits.rename_flow(past.flow, ""), "")
    assert past.stack.count() == 0
    assert past.is_clean


def test_the_flow_is_clean_again_when_undo_reaches_what_was_saved(past: History) -> None:
    past.edit(Text("Rename"), edits.rename_flow(past.flow, "A"), "")
    past.mark_saved()
    past.edit(Text("Rename"), edits.rename_flow(past.flow, "B"), "")
    assert not past.is_clean
    past.stack.undo()
    assert past.is_clean


def test_a_recovered_flow_is_unsaved_from_the_start(past: History) -> None:
    flow = edits.rename_flow(past.flow, "Recovered")
    past.restart(flow, is_saved=False)
    assert not past.is_clean
    assert not past.stack.canUndo()


def test_a_history_in_a_circle_is_collected_with_its_steps(qapp: object) -> None:
    for number in range(20):
        past = History()
        past.itself = past  # type: ignore[attr-defined] # the circle
        for step in range(3):
            past.edit(ADD, edits.rename_flow(past.flow, f"{number} {step}"), "")
        gone = weakref.ref(past)
        del past
        gc.collect()
        assert gone() is None
