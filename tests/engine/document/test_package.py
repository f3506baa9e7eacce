"""A flow is given away with its recorded answers, and with nothing that is nobody's business."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from engine import api
from engine.document import edits, files, package
from engine.document.model import Flow, ResourceRef
from engine.errors import FileError
from engine.http_client import recordings
from engine.http_client.models import Header, HttpAnswer, HttpRequest
from engine.http_client.recordings import Recording

SENT = HttpRequest(
    "POST", "https://a.example/v1", (Header("X-Key", "s3cret", "********"),), b'{"data":[{"zipCode":"75011"}]}'
)
ANSWER = HttpAnswer(200, "OK", (Header("Content-Type", "application/json"),), b'[{"code": "V-7F3"}]')
RECORDED = Recording("2026-03-07T12:00:00+00:00", SENT.to_json(), ANSWER)


@pytest.fixture
def flow(tmp_path: Path) -> Flow:
    """Return a saved flow of two calls, one of which was recorded, and what a run leaves beside it."""
    made = edits.set_resource(Flow(), "people", ResourceRef(source="csv", path="people.csv", key="id"))
    made, _ = edits.add_activity(made, "external-api", position=(0, 0))
    made, _ = edits.add_activity(made, "external-api", position=(0, 100))
    folder = tmp_path / "mine"
    (folder / "codes.flow.d" / "tables").mkdir(parents=True)
    (folder / "codes.flow.d" / "tables" / "people.parquet").write_bytes(b"people")
    (folder / "people.csv").write_text("id\n1\n", encoding="utf-8")
    files.save(made, folder / "codes.flow")
    recordings.keep(folder / "codes.flow.d", "external-api", RECORDED)
    return api.load_flow(folder / "codes.flow")


def test_a_colleague_gets_the_flow_and_its_recordings(flow: Flow, tmp_path: Path) -> None:
    told = api.pack_flow(flow, tmp_path / "codes.zip")
    assert told == {"recordings": ["external-api"], "left_out": ["people"], "clear_secrets": []}
    theirs = api.unpack_flow(tmp_path / "codes.zip", tmp_path / "theirs")
    assert theirs == tmp_path / "theirs" / "codes.flow"
    assert theirs.read_bytes() == (tmp_path / "mine" / "codes.flow").read_bytes()
    found = recordings.find([tmp_path / "theirs" / "codes.flow.d"], "external-api")
    assert found is not None
    assert found.answer.text == ANSWER.text
    assert found.fingerprint == RECORDED.fingerprint, "the same request is recognised without its body"
    everything = sorted(str(each.relative_to(tmp_path / "theirs")) for each in (tmp_path / "theirs").rglob("*.*"))
    assert everything == ["codes.flow", "codes.flow.d", str(Path("codes.flow.d/recordings/external-api.json"))]


def test_neither_secrets_nor_people_are_in_it(flow: Flow, tmp_path: Path) -> None:
    api.pack_flow(flow, tmp_path / "codes.zip")
    with zipfile.ZipFile(tmp_path / "codes.zip") as packed:
        content = b"".join(packed.read(name) for name in packed.namelist())
    for word in (b"s3cret", b"75011", b"people.parquet"):
        assert word not in content


def test_a_secret_that_stands_in_the_flow_in_clear_is_told(flow: Flow, tmp_path: Path) -> None:
    clear = edits.set_setting(flow, "external-api", "request.headers", [{"name": "X-Api-Key", "value": "abc123"}])
    (finding,) = api.pack_flow(clear, tmp_path / "codes.zip")["clear_secrets"]
    assert finding["field"] == "request.headers.0.value"


def test_the_bodies_of_all_calls_stay_behind(flow: Flow, tmp_path: Path) -> None:
    kept = [RECORDED, Recording(RECORDED.recorded_at, SENT.to_json(), ANSWER, {"region": "13"})]
    recordings.keep_all(tmp_path / "mine" / "codes.flow.d", "external-api", kept)
    api.pack_flow(flow, tmp_path / "codes.zip")
    api.unpack_flow(tmp_path / "codes.zip", tmp_path / "theirs")
    found = recordings.find_all([tmp_path / "theirs" / "codes.flow.d"], "external-api")
    assert [(each.request["body"], dict(each.key)) for each in found] == [(None, {}), (None, {"region": "13"})]


def test_a_name_that_some_computers_do_not_take_is_mended(flow: Flow, tmp_path: Path) -> None:
    packed = package.pack(flow, 'a/b: "c"', (), tmp_path / "x.zip")
    assert packed.recordings == ()
    assert package.unpack(tmp_path / "x.zip", tmp_path / "theirs").name == "a-b- -c-.flow"


def test_packing_twice_gives_the_same_bytes(flow: Flow, tmp_path: Path) -> None:
    api.pack_flow(flow, tmp_path / "a.zip")
    api.pack_flow(flow, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_nothing_is_written_over(flow: Flow, tmp_path: Path) -> None:
    api.pack_flow(flow, tmp_path / "codes.zip")
    with pytest.raises(FileError) as caught:
        api.unpack_flow(tmp_path / "codes.zip", tmp_path / "mine")
    assert caught.value.code.id == "FILE-PACKAGE-TAKEN"


def test_a_damaged_recording_is_a_sentence(flow: Flow, tmp_path: Path) -> None:
    (tmp_path / "mine" / "codes.flow.d" / "recordings" / "external-api.json").write_text("[]", encoding="utf-8")
    with pytest.raises(FileError) as caught:
        api.pack_flow(flow, tmp_path / "codes.zip")
    assert caught.value.code.id == "FILE-NOT-PACKED"
    assert not (tmp_path / "codes.zip").exists()


def test_where_nothing_can_be_written_is_a_sentence(flow: Flow, tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        api.pack_flow(flow, tmp_path / "nowhere" / "codes.zip")
    assert caught.value.code.id == "FILE-NOT-PACKED"


def made(file: Path, *names: str) -> Path:
    """Return a ZIP with these files, each holding an empty flow."""
    with zipfile.ZipFile(file, "w") as packed:
        for name in names:
            packed.writestr(name, files.dumps(Flow()))
    return file


@pytest.mark.parametrize("names", [(), ("a.txt",), ("a.flow", "b.flow"), ("../a.flow",), ("x/a.flow",), ("c:a.flow",)])
def test_what_is_no_package_is_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(FileError) as caught:
        package.unpack(made(tmp_path / "x.zip", *names), tmp_path / "theirs")
    assert caught.value.code.id == "FILE-PACKAGE"
    assert not (tmp_path / "theirs").exists()


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"{}"])
def test_what_is_no_zip_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(FileError):
        package.unpack(tmp_path / "x.zip", tmp_path / "theirs")
    with pytest.raises(FileError):
        package.unpack(tmp_path / "missing.zip", tmp_path / "theirs")


def test_only_what_belongs_is_taken_out(tmp_path: Path) -> None:
    names = ("a.flow.d/recordings/../../b.json", "a.flow.d/run.sh", "b.flow.d/recordings/x.json", "../c.txt")
    file = made(tmp_path / "x.zip", "a.flow", "a.flow.d/recordings/x.json", *names)
    package.unpack(file, tmp_path / "theirs" / "deep")
    found = {each.name for each in tmp_path.rglob("*") if each.is_file()}
    assert found == {"x.zip", "a.flow", "x.json"}


def test_a_package_that_would_fill_the_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MOST_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.flow", files.dumps(Flow()))
        packed.writestr("a.flow.d/recordings/x.json", json.dumps("x" * 5000))
    with pytest.raises(FileError):
        package.unpack(tmp_path / "x.zip", tmp_path / "theirs")
    assert not (tmp_path / "theirs").exists()


def test_a_broken_flow_in_a_package_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed:
        packed.writestr("a.flow", b"{")
    with pytest.raises(FileError) as caught:
        package.unpack(tmp_path / "x.zip", tmp_path / "theirs")
    assert caught.value.code.id == "FILE-NOT-JSON"
    assert not (tmp_path / "theirs").exists()
