"""End: a branch is over, and on request everything is."""

from __future__ import annotations

from pathlib import Path

from engine.activities.end import End
from engine.activity import Arrival
from engine.document import edits
from engine.document.model import Flow, Wire
from engine.errors import Level
from engine.runner.cancellation import Cancellation
from engine.runner.events import ActivityFinished, Event, RunFinished
from engine.runner.execute import run
from engine.runner.request import Place, RunRequest
from engine.tables.interim import Table, TableStore
from tests.engine.activities.targeting_world import World

END = End()
EVENT: dict[str, list[Arrival[Table]]] = {"inbound": [Arrival("start", "result", None)]}


def test_an_end_ends_its_branch_only(tmp_path: Path) -> None:
    with TableStore(tmp_path) as store:
        assert END.run(END.Settings(), EVENT, World(store)).tables == {}
    assert END.transitions(END.Settings()) == ()
    assert str(END.summary(END.Settings())) == "The branch ends here"


def test_an_end_that_stops_the_flow_says_so(tmp_path: Path) -> None:
    with TableStore(tmp_path) as store:
        world = World(store, label="After the failure")
        outcome = END.run(END.Settings.model_validate({"stop": True}), EVENT, world)
    assert outcome.stops_flow
    assert world.notes == [
        (Level.WARNING, "FLOW-STOPPED-BY-END", "“After the failure” was reached: it stops the whole flow.")
    ]
    assert str(END.summary(END.Settings.model_validate({"stop": True}))) == "The whole flow stops here"


def test_several_branches_end_in_one_end_and_the_first_is_enough() -> None:
    (place,) = END.inbound(END.Settings())
    assert (place.maximum, place.needs_rows, place.waits_for_all) == (None, False, False)


def events_of(flow: Flow, folder: Path) -> list[Event]:
    return list(run(flow, RunRequest(), Place(folder, folder / "work"), Cancellation()))


def test_the_other_branches_of_a_flow_go_on_unless_the_end_stops_it(tmp_path: Path) -> None:
    flow, start = edits.add_activity(Flow(), "start", position=(0, 0))
    flow, end = edits.add_activity(flow, "end", position=(0, 0))
    flow, fork = edits.add_activity(flow, "fork", position=(0, 0))
    flow, later = edits.add_activity(flow, "fork", position=(0, 0))
    flow = edits.connect(flow, Wire(start, "result", end, "inbound"))
    flow = edits.connect(flow, Wire(start, "result", fork, "inbound"))
    flow = edits.connect(flow, Wire(fork, "copy1", later, "inbound"))

    def ends(flow: Flow) -> dict[str, str]:
        events = events_of(flow, tmp_path)
        found = {each.activity: str(each.status) for each in events if isinstance(each, ActivityFinished)}
        (last,) = [each for each in events if isinstance(each, RunFinished)]
        return {**found, "run": str(last.status)}

    assert ends(flow)[later] == "done"
    stopped = ends(edits.set_setting(flow, end, "stop", True))
    assert (stopped[later], stopped["run"]) == ("skipped", "done")
