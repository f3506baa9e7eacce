"""The command line keeps its promise: results on one stream, sentences on the other, and three exit codes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.accounts.secret_store import variable_of
from engine.command_line.main import main
from engine.document.files import dumps, from_json

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "resources" / "examples"
SECRET = "hunter2-is-no-password"


class Said:
    """What a command wrote, and its exit code."""

    def __init__(self, code: int, out: str, err: str) -> None:
        """Keep it."""
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        """Return the result as JSON."""
        return json.loads(self.out)

    @property
    def events(self) -> list[dict[str, Any]]:
        """Return the result as one event a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class CommandLine:
    """Runs commands in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Read what they write from `capsys`."""
        self._capsys = capsys

    def __call__(self, *arguments: object) -> Said:
        """Run one command."""
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:  # argparse's way of refusing
            code = int(end.code or 0)
        captured = self._capsys.readouterr()
        return Said(code, captured.out, captured.err)


@pytest.fixture
def engine(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Return what runs commands."""
    return CommandLine(capsys)


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """Return a folder with the examples as they ship: files, data and recorded answers."""
    folder = tmp_path / "examples"
    shutil.copytree(EXAMPLES, folder, ignore=shutil.ignore_patterns("tables", "latest.json"))
    return folder


def saved(folder: Path, activities: dict[str, Any], **members: Any) -> Path:
    """Return the file of a flow of these activities."""
    path = folder / "test.flow"
    path.write_bytes(dumps(from_json({"format": "campaign-flow/1", **members, "activities": activities})))
    return path


PEOPLE = {"people": {"source": "synthetic", "key": "id", "rows": 10, "seed": 1}}


def broken() -> dict[str, Any]:
    """Return activities of which one has nothing to work on."""
    return {"fork": {"kind": "fork"}}


def test_a_flow_without_mistakes_exits_with_zero(engine: CommandLine, examples: Path) -> None:
    said = engine("check", examples / "voucher-codes.flow")
    assert (said.code, said.err) == (0, "")


def test_findings_are_told_with_code_place_and_way_out(engine: CommandLine, tmp_path: Path) -> None:
    said = engine("check", saved(tmp_path, broken()))
    assert said.code == 1
    assert said.out.startswith("error: [FLOW-MISSING-INPUT] fork.inputs.inbound: “Fork” has nothing to work on")
    assert "Draw a wire" in said.out


def test_findings_as_json_have_the_members_of_a_finding(engine: CommandLine, tmp_path: Path) -> None:
    (finding,) = engine("check", saved(tmp_path, broken()), "--format", "json").json["findings"]
    assert (finding["code"], finding["level"], finding["activity"]) == ("FLOW-MISSING-INPUT", "error", "fork")


def test_the_limits_of_adobe_are_checked_on_demand(engine: CommandLine, tmp_path: Path) -> None:
    call = {"kind": "external-api", "settings": {"request": {"method": "GET", "url": "http://localhost/x"}}}
    path = saved(tmp_path, {"call": call})
    own = engine("check", path, "--format", "json").json["findings"]
    theirs = engine("check", path, "--guardrails", "acs", "--format", "json").json["findings"]
    errors = {finding["acs"] for finding in theirs if finding["level"] == "error"}
    assert {"WKF-560238", "WKF-560244"} <= errors
    assert not errors & {finding["acs"] for finding in own if finding["level"] == "error"} - {""}


def test_a_run_prints_its_summary_last(engine: CommandLine, examples: Path) -> None:
    said = engine("run", examples / "voucher-codes.flow")
    assert said.code == 0
    codes = said.json["activities"]["codes"]
    assert (codes["status"], codes["effect"], codes["source"]) == ("done", "spends", "recording")
    assert codes["ms"] >= 0
    assert said.json["transitions"]["codes.result"]["rows"] == 4
    assert {"id": "code", "type": "text"} in said.json["transitions"]["codes.result"]["columns"]
    assert said.json["calls"] == {"live": 0, "recording": 1, "sample": 0}


def test_events_are_lines_of_json_with_their_name_first(engine: CommandLine, examples: Path) -> None:
    events = engine("run", examples / "voucher-codes.flow", "--events", "--to", "codes").events
    assert {next(iter(event)) for event in events} == {"event"}
    assert events[0]["event"] == "RunStarted"
    assert events[0]["activities"][-1] == "codes"
    assert events[-1]["event"] == "RunFinished"


def test_out_gets_summary_messages_and_tables(engine: CommandLine, examples: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = engine("run", examples / "voucher-codes.flow", "--out", out, "--recipients", "2")
    assert json.loads((out / "run.json").read_text(encoding="utf-8")) == said.json
    tables = {file.stem: file.read_bytes()[:4] for file in (out / "tables").iterdir()}
    assert set(tables) == set(said.json["transitions"])
    assert set(tables.values()) == {b"PAR1"}
    messages = {file.suffix: file for file in (out / "messages" / "email").iterdir() if file.stem == "1"}
    assert set(messages) == {".json", ".html", ".txt"}
    assert len(list((out / "messages" / "email").iterdir())) == 6
    assert json.loads(messages[".json"].read_text(encoding="utf-8"))["subject"]


def test_all_recipients_are_written_on_demand(engine: CommandLine, examples: Path, tmp_path: Path) -> None:
    engine("run", examples / "voucher-codes.flow", "--out", tmp_path / "out", "--recipients", "all")
    assert len(list((tmp_path / "out" / "messages" / "email").glob("*.html"))) == 4


def test_a_flow_that_ends_with_an_error_exits_with_one_and_says_why(engine: CommandLine, tmp_path: Path) -> None:
    said = engine("run", saved(tmp_path, broken()))
    assert said.code == 1
    assert said.json["status"] == "failed"
    assert said.json["activities"]["fork"]["error"]["code"] == "FLOW-MISSING-INPUT"
    assert said.err.count("[FLOW-MISSING-INPUT]") == 1


def test_variables_keep_their_type_when_they_are_set(engine: CommandLine, tmp_path: Path) -> None:
    query = {"kind": "query", "settings": {"resource": "people", "condition": "id <= vars.most"}}
    path = saved(tmp_path, {"query": query}, resources=PEOPLE, variables={"most": 2})
    assert engine("run", path).json["transitions"]["query.result"]["rows"] == 2
    assert engine("run", path, "--set", "most=7").json["transitions"]["query.result"]["rows"] == 7


def test_the_clock_can_be_set(engine: CommandLine, tmp_path: Path) -> None:
    path = saved(tmp_path, {"start": {"kind": "start"}})
    said = engine("run", path, "--now", "2026-03-07T21:00:00+01:00")
    assert said.json["now"] == "2026-03-07T20:00:00"
    assert engine("run", path, "--now", "tomorrow").code == 2


def test_a_test_call_prints_one_object_as_documented(engine: CommandLine, examples: Path) -> None:
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    documented = json.loads(page.split("```json\n")[1].split("```")[0])
    said = engine("call", examples / "voucher-codes.flow", "codes")
    assert said.code == 0
    assert list(said.json) == list(documented)
    for member in ("request", "response"):
        assert list(said.json[member]) == list(documented[member])
    result = said.json["tables"]["result"]
    assert list(result) == list(documented["tables"]["result"])
    assert said.json["source"] == "recording"
    assert len(result["first"]) == result["rows"] == 4
    assert result["first"][0]["code"]


def test_a_live_test_call_really_calls(engine: CommandLine, examples: Path) -> None:
    said = engine("call", examples / "voucher-codes.flow", "codes", "--live")
    assert said.code == 0
    assert said.json["source"] == "live"
    assert said.json["response"]["status"] == 200


def test_a_failed_test_call_is_printed_all_the_same(
    engine: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable_of("voucher-key"), SECRET)
    request = {
        "method": "GET",
        "url": "https://demo-api.example/v1/failures/404",
        "headers": [{"name": "X-Api-Key", "value": "{{secret:voucher-key}}"}],
    }
    settings = {"request": request, "response": {"columns": [{"id": "code", "key": "code"}]}, "retry": {"attempts": 1}}
    path = saved(tmp_path, {"codes": {"kind": "external-api", "settings": settings}})
    said = engine("call", path, "codes", "--live")
    assert said.code == 1
    assert said.json["source"] == "live"
    assert said.json["error"]["code"].startswith("EXT-")
    assert list(said.json["error"]) == ["code", "acs", "message", "field"]
    assert said.json["tables"] == {}
    assert SECRET not in said.out + said.err
    for file in (tmp_path / "test.flow.d").rglob("*"):
        assert file.is_dir() or SECRET.encode() not in file.read_bytes()


def test_columns_of_a_sample_are_proposed(engine: CommandLine, tmp_path: Path) -> None:
    sample = tmp_path / "sample.json"
    sample.write_text('{"codes": [{"code": "V-7F3", "left": 2}]}', encoding="utf-8")
    said = engine("columns", sample)
    assert (said.code, said.json["pointer"], said.json["notes"]) == (0, "/codes", [])
    assert [(column["id"], column["type"]) for column in said.json["columns"]] == [
        ("code", "text"),
        ("left", "integer"),
    ]
    assert engine("columns", sample, "--flatten").json["columns"]


@pytest.mark.parametrize(
    ("text", "code"), [("{", "EXT-"), ('{"a": [{"x": 1}], "b": [{"y": 1}]}', "")], ids=["broken", "two lists"]
)
def test_a_sample_without_a_clear_list_never_ends_in_a_traceback(
    engine: CommandLine, tmp_path: Path, text: str, code: str
) -> None:
    sample = tmp_path / "sample.json"
    sample.write_text(text, encoding="utf-8")
    said = engine("columns", sample)
    assert said.code in {0, 1}
    assert "Traceback" not in said.err
    assert code in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("fly",),
        ("run",),
        ("check", "missing.flow"),
        ("run", "missing.flow"),
        ("call", "missing.flow", "codes"),
        ("columns", "missing.json"),
    ],
    ids=" ".join,
)
def test_usage_and_unreadable_files_exit_with_two(engine: CommandLine, arguments: Sequence[str]) -> None:
    said = engine(*arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err


@pytest.mark.parametrize(
    "options",
    [
        ("--to", "nobody"),
        ("--live", "nobody"),
        ("--recipients", "many"),
        ("--set", "nothing"),
        ("--seed", "x"),
        ("--live", "all", "--replay"),
        ("--ca", "missing.pem"),
        ("--backend", "spark"),
    ],
    ids=" ".join,
)
def test_options_that_mean_nothing_exit_with_two(engine: CommandLine, tmp_path: Path, options: Sequence[str]) -> None:
    assert engine("run", saved(tmp_path, {"start": {"kind": "start"}}), *options).code == 2


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe\x00", b"[]", b'{"format": "campaign-flow/9"}'])
def test_a_file_that_is_no_flow_exits_with_two_and_a_sentence(engine: CommandLine, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "bad.flow"
    path.write_bytes(data)
    said = engine("check", path)
    assert said.code == 2
    assert "“bad.flow”" in said.err


def test_the_schema_of_flow_files_is_printed(engine: CommandLine) -> None:
    assert engine("schema").json["title"] == "Campaign flow"


def test_a_folder_that_cannot_be_written_does_not_keep_a_flow_from_running(
    engine: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path, {"start": {"kind": "start"}})
    monkeypatch.setattr(os, "access", lambda *_: False)  # the tests may run as root, to whom nothing is read-only
    assert engine("run", path).code == 0
    assert not (tmp_path / "test.flow.d").exists()


def test_the_library_has_the_same_verbs(tmp_path: Path) -> None:
    code = (
        "import sys, engine\n"
        "assert 'pydantic' not in sys.modules\n"
        "flow = engine.load_flow(sys.argv[1])\n"
        "assert engine.check_flow(flow).findings == ()\n"
        "print([type(event).__name__ for event in engine.run_flow(flow, engine.RunRequest())][-1])\n"
        "engine.save_flow(flow, sys.argv[1])\n"
    )
    path = saved(tmp_path, {"start": {"kind": "start"}})
    before = path.read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "RunFinished\n"), done.stderr
    assert path.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_ends_a_run_with_one_word(tmp_path: Path) -> None:
    request = {"method": "GET", "url": "https://demo-api.example/v1/failures/slow"}
    settings = {"request": request, "response": {"columns": [{"id": "code", "key": "code"}]}}
    path = saved(tmp_path, {"slow": {"kind": "external-api", "settings": settings}})
    command = [sys.executable, "-m", "engine", "run", str(path), "--live", "all", "--events"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line)["event"] == "ActivityStarted":
                break
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert err.endswith("Stopped.\n")
    assert "Traceback" not in err


def test_a_reader_that_has_had_enough_is_no_mistake(examples: Path) -> None:
    command = [sys.executable, "-m", "engine", "schema"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode in {0, 1}


def test_flows_are_left_as_they_were(engine: CommandLine, examples: Path) -> None:
    before = {file: file.read_bytes() for file in examples.rglob("*") if file.is_file()}
    engine("run", examples / "voucher-codes.flow", "--replay")
    engine("check", examples / "voucher-codes.flow")
    assert {file: file.read_bytes() for file in before} == before


def test_a_packed_flow_runs_elsewhere_without_calling(engine: CommandLine, examples: Path, tmp_path: Path) -> None:
    packed = engine("pack", examples / "voucher-codes.flow", tmp_path / "codes.zip").json
    assert packed == {"package": str(tmp_path / "codes.zip"), "recordings": ["codes"], "left_out": ["members"]}
    theirs = engine("unpack", tmp_path / "codes.zip", tmp_path / "theirs").json["flow"]
    (tmp_path / "theirs" / "members.csv").write_bytes((examples / "members.csv").read_bytes())
    said = engine("run", theirs, "--replay")
    assert (said.code, said.json["activities"]["codes"]["source"]) == (0, "recording")
    assert engine("unpack", tmp_path / "codes.zip", tmp_path / "theirs").code == 2


def test_what_has_changed_about_an_answer_is_told_once_by_call_and_with_its_code_by_run(
    engine: CommandLine, tmp_path: Path
) -> None:
    response = {"pointer": "/data", "columns": [{"id": "code", "key": "voucher"}], "sample": {"data": [{"voucher": 1}]}}
    settings = {"request": {"url": "https://demo-api.example/v1/failures/drift"}, "response": response}
    path = saved(tmp_path, {"call": {"kind": "external-api", "settings": settings}})
    said = engine("call", path, "call", "--live")
    told = [
        "The answer has properties that the sample does not have: expires.",
        "Values are of another kind than in the sample: voucher (text instead of a number).",
    ]
    assert said.code == 0
    assert [note for note in said.json["notes"] if note in told] == told
    notes = engine("run", path, "--live", "call").json["activities"]["call"]["notes"]
    assert [note["code"] for note in notes if note["message"] in told] == ["EXT-DRIFT-ADDED", "EXT-DRIFT-TYPE"]
