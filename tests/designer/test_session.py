"""The open flow and its file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from designer.engine_client import EngineClient
from designer.place import Place
from designer.session import Session
from engine.document import edits, files
from engine.document.model import Flow, ResourceRef
from engine.errors import FileError
from engine.text import Text

RENAME = Text("Rename the flow")


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Return the file of a flow with one activity."""
    flow, _ = edits.add_activity(Flow(name="Match week"), "query", position=(0, 0))
    path = tmp_path / "match-week.flow"
    files.save(flow, path)
    return path


@pytest.fixture
def second(qapp: object, tmp_path: Path) -> Iterator[Session]:
    """Return another window's session."""
    made = Session(tmp_path / "state")
    yield made
    made.close()


def rename(session: Session, name: str) -> None:
    """Edit the flow of a session."""
    session.edit(RENAME, edits.rename_flow(session.flow, name))


def test_opening_and_saving_unchanged_changes_no_byte(session: Session, saved: Path) -> None:
    before = saved.read_bytes()
    session.open(saved)
    session.save()
    assert saved.read_bytes() == before
    assert not session.is_dirty


def test_an_edit_marks_the_flow_unsaved_until_it_is_saved(session: Session, saved: Path) -> None:
    session.open(saved)
    rename(session, "Voucher week")
    assert session.is_dirty
    session.save()
    assert not session.is_dirty
    assert files.load(saved).name == "Voucher week"


def test_a_file_that_is_no_flow_is_refused_and_the_open_flow_stays(
    session: Session, saved: Path, tmp_path: Path
) -> None:
    session.open(saved)
    bad = tmp_path / "bad.flow"
    bad.write_text("{", encoding="utf-8")
    with pytest.raises(FileError):
        session.open(bad)
    assert session.path == saved
    assert session.flow.name == "Match week"


def test_the_second_window_with_a_file_may_read_it_and_save_it_elsewhere_only(
    session: Session, second: Session, saved: Path, tmp_path: Path
) -> None:
    session.open(saved)
    second.open(saved)
    assert second.is_read_only
    rename(second, "Mine")
    with pytest.raises(FileError) as refused:
        second.save()
    assert refused.value.code.id == "FILE-OPEN-ELSEWHERE"
    second.save(tmp_path / "mine.flow")
    assert not second.is_read_only
    assert files.load(saved).name == "Match week"


def test_a_closed_window_leaves_its_file_to_the_next(session: Session, second: Session, saved: Path) -> None:
    second.open(saved)
    second.close()
    session.open(saved)
    assert not session.is_read_only
    assert [path.name for path in saved.parent.glob(".*lock")] == [f".{saved.name}.lock"]


def test_a_file_changed_by_another_program_is_told_once_and_can_be_reloaded(
    session: Session, qtbot: QtBot, saved: Path
) -> None:
    session.open(saved)
    with qtbot.waitSignal(session.changed_on_disk, timeout=3000):
        files.save(edits.rename_flow(files.load(saved), "By a colleague"), saved)
    assert session.flow.name == "Match week"
    session.reload()
    assert session.flow.name == "By a colleague"


def test_saving_is_not_taken_for_another_programs_change(session: Session, qtbot: QtBot, saved: Path) -> None:
    session.open(saved)
    rename(session, "Mine")
    with qtbot.assertNotEmitted(session.changed_on_disk, wait=200):
        session.save()


def test_relative_paths_still_lead_to_the_same_files_after_save_as(session: Session, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    flow = edits.set_resource(Flow(), "profiles", ResourceRef(source="csv", path="profiles.csv", key="id"))
    files.save(flow, data / "a.flow")
    session.open(data / "a.flow")
    other = tmp_path / "other"
    other.mkdir()
    session.save(other / "b.flow")
    assert session.flow.resources["profiles"].path == "../data/profiles.csv"
    assert files.load(other / "b.flow") == session.flow
    assert not session.is_dirty


def test_recordings_of_a_flow_come_along_when_it_is_saved_elsewhere(session: Session, tmp_path: Path) -> None:
    origin = tmp_path / "example.flow.d" / "recordings"
    origin.mkdir(parents=True)
    (origin / "call.json").write_text("{}", encoding="utf-8")
    files.save(Flow(name="Example"), tmp_path / "example.flow")
    session._show(Flow(), Place.of_example(tmp_path / "example.flow", tmp_path / "scratch"), is_saved=True)
    folder = tmp_path / "mine"
    folder.mkdir()
    session.save(folder / "mine.flow")
    assert (folder / "mine.flow.d" / "recordings" / "call.json").is_file()


def test_selection_forgets_activities_that_are_gone(session: Session, saved: Path) -> None:
    session.open(saved)
    session.select("query", "nobody")
    assert session.selection == ("query",)
    session.edit(Text("Delete"), edits.remove_activities(session.flow, ["query"]))
    assert not session.selection


def test_unsaved_work_is_kept_and_offered_after_a_crash(
    session: Session, second: Session, saved: Path, qtbot: QtBot
) -> None:
    second.open(saved)
    rename(second, "Almost lost")
    second.autosave.keep()
    second.autosave.wait()
    assert session.autosave.leftovers() == []  # its window is alive: there is nothing to recover
    second.autosave.let_go()
    second._release()
    (left,) = session.autosave.leftovers()
    session.recover(left)
    assert session.flow.name == "Almost lost"
    assert session.path == saved
    assert session.is_dirty
    assert files.load(saved).name == "Match week"
    assert session.autosave.leftovers() == []


def test_saved_work_leaves_nothing_to_recover(session: Session, second: Session, saved: Path) -> None:
    second.open(saved)
    rename(second, "Kept")
    second.autosave.keep()
    second.save()
    second.close()
    assert session.autosave.leftovers() == []


def test_a_dead_engine_leaves_the_document_untouched_and_checks_go_on(
    session: Session, qtbot: QtBot, saved: Path
) -> None:
    session.open(saved)
    rename(session, "Still here")
    qtbot.waitUntil(lambda: session.engine.state == "ready", timeout=20_000)
    first = session.engine.process_id
    with qtbot.waitSignal(session.engine.died, timeout=5000):
        kill(session.engine)
    qtbot.waitUntil(lambda: session.engine.state == "ready" and session.engine.process_id != first, timeout=20_000)
    assert session.flow.name == "Still here"
    assert session.is_dirty
    answered: list[object] = []
    session.engine.request("functions", {}, on_result=answered.append, on_error=answered.append)
    qtbot.waitUntil(lambda: bool(answered), timeout=20_000)


def kill(engine: EngineClient) -> None:
    """End the engine's process as the system would: without warning."""
    process = engine._process
    assert process is not None
    process.kill()
