"""The verbs over a real example: looked at before a run, run, and asked about one activity afterwards."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine import api
from engine.document import edits
from engine.document.files import from_json
from engine.document.model import Flow
from engine.errors import DataError, SettingsError
from engine.runner.events import ActivityFinished, RunFinished, TransitionFilled
from engine.runner.request import Place, RunRequest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a copy of the examples, with results and recordings of the voucher codes."""
    folder = tmp_path / "examples"
    shutil.copytree(ROOT / "resources" / "examples", folder, ignore=shutil.ignore_patterns("tables", "latest.json"))
    return Place(folder, folder / "voucher-codes.flow.d")


@pytest.fixture
def flow(place: Place) -> Flow:
    """Return the voucher codes."""
    return api.load_flow(place.folder / "voucher-codes.flow")


def test_a_flow_knows_where_it_lives(place: Place, flow: Flow) -> None:
    assert Place.of(flow) == place
    assert Place.of(Flow()).folder == Path.cwd()


def test_saving_what_was_loaded_changes_no_byte(place: Place, flow: Flow) -> None:
    api.save_flow(flow, place.folder / "copy.flow")
    assert (place.folder / "copy.flow").read_bytes() == (place.folder / "voucher-codes.flow").read_bytes()


def test_a_check_runs_and_writes_nothing(place: Place, flow: Flow) -> None:
    before = sorted(place.folder.rglob("*"))
    result = api.check_flow(flow)
    assert result.findings == ()
    assert sorted(place.folder.rglob("*")) == before
    assert list(result.resources) == ["members"]
    assert result.schemas["enrich.result"].column("code") is not None


def test_a_message_is_read_after_a_run_and_says_why_not_before(place: Place, flow: Flow) -> None:
    before = api.preview(flow, "email", {"index": 0}, place)
    assert before["recipient"] is None
    assert before["reason"]
    assert [event.status for event in api.run_flow(flow) if isinstance(event, RunFinished)] == ["done"]
    first = api.preview(flow, "email", {"index": 0}, place)
    assert first["recipient"]["count"] == 4
    assert first["missing"] == []
    code = first["subject"].rpartition(" ")[2]
    assert code in first["html"]
    assert api.preview(flow, "email", {"key": first["recipient"]["key"]}, place)["subject"] == first["subject"]


def test_an_edit_of_the_message_needs_no_run(place: Place, flow: Flow) -> None:
    list(api.run_flow(flow))
    edited = edits.set_setting(flow, "email", "subject", "Hello {{ profile.firstName }}")
    assert api.preview(edited, "email", {"index": 0}, place)["subject"].startswith("Hello ")


def test_the_fields_of_a_message_are_those_that_arrive(place: Place, flow: Flow) -> None:
    list(api.run_flow(flow))
    fields = {field["path"]: field for field in api.message_fields(flow, "email", place)["fields"]}
    assert {"profile.firstName", "targetData.code", "vars.campaign"} <= set(fields)
    assert fields["targetData.code"]["example"]


def test_a_relation_is_proposed_with_what_matches(place: Place, flow: Flow) -> None:
    list(api.run_flow(flow))
    unlinked = edits.set_setting(flow, "enrich", "relations", [])
    proposal = api.propose_relation(unlinked, "enrich", "codes.result", place)
    assert set(proposal) >= {"criteria", "cardinality"}
    assert json.dumps(proposal)


def test_the_request_is_shown_before_anything_has_run_and_after(place: Place, flow: Flow) -> None:
    assert api.request_preview(flow, "codes", place)["method"] == "POST"
    list(api.run_flow(flow))
    body = json.loads(api.request_preview(flow, "codes", place)["body"])
    assert body["params"]["count"] == 4
    with pytest.raises(SettingsError, match="cannot do this"):
        api.request_preview(flow, "email", place)
    with pytest.raises(SettingsError, match="“nobody”"):
        api.request_preview(flow, "nobody", place)


def test_rows_of_a_run_are_read_by_their_key(place: Place, flow: Flow) -> None:
    filled = {
        f"{event.activity}.{event.transition}": event
        for event in api.run_flow(flow)
        if isinstance(event, TransitionFilled)
    }
    rows = api.first_rows(place, flow, filled["enrich.result"].table)
    assert len(rows) == 4
    assert len({row["code"] for row in rows}) == 4
    with api.opened(flow, place) as context, pytest.raises(DataError, match="not kept any more"):
        api.page(context.store, "gone")


def test_messages_are_written_for_those_asked_for(place: Place, flow: Flow, tmp_path: Path) -> None:
    request = RunRequest(recipients=1)
    list(api.run_flow(flow, request))
    assert api.write_messages(flow, request, place, tmp_path / "out") == {"email": 1}
    assert api.write_messages(flow, RunRequest(to="codes"), place, tmp_path / "less") == {}


def test_a_changed_file_is_read_again_and_what_depends_on_it_is_made_again(place: Place, flow: Flow) -> None:
    list(api.run_flow(flow))
    members = place.folder / "members.csv"
    lines = members.read_text(encoding="utf-8").splitlines(keepends=True)
    members.write_text("".join(lines[:-1]), encoding="utf-8")
    events = list(api.run_flow(flow, RunRequest(to="members")))
    assert [event.status for event in events if isinstance(event, ActivityFinished)] == ["done"]


def test_a_missing_file_is_told_at_the_resource_and_stops_who_reads_it(place: Place, flow: Flow) -> None:
    (place.folder / "members.csv").unlink()
    findings = api.check_flow(flow).errors
    assert findings[0].field == "resources.members"
    (end,) = [event for event in api.run_flow(flow) if isinstance(event, RunFinished)]
    assert end.status == "failed"
    assert end.error is not None
    assert "members.csv" in end.error["message"]


def test_an_unused_resource_that_cannot_be_read_stops_nobody(tmp_path: Path) -> None:
    flow = from_json(
        {
            "format": "campaign-flow/1",
            "resources": {"gone": {"source": "csv", "path": "gone.csv", "key": "id"}},
            "activities": {"start": {"kind": "start"}},
        }
    )
    result = api.check_flow(flow, Place(tmp_path, tmp_path / "work"))
    assert [str(finding.level) for finding in result.findings] == ["warning"]


def test_functions_have_a_name_a_signature_and_a_help() -> None:
    by_name = {function["name"]: function for function in api.functions()}
    assert by_name["YearsOld"]["signature"].startswith("YearsOld(")
    assert all(function["help"].endswith(".") for function in by_name.values())


def test_two_programs_can_run_one_flow_at_the_same_time(place: Place) -> None:
    command = [sys.executable, "-m", "engine", "run", str(place.folder / "voucher-codes.flow")]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    for process in running:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        assert json.loads(out)["transitions"]["enrich.result"]["rows"] == 4
