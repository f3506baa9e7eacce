"""Recorded answers come back as they were, without anything that is nobody's business."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from engine.errors import FileError
from engine.http_client import recordings
from engine.http_client.models import Header, HttpAnswer, HttpRequest
from engine.http_client.recordings import Recording

REQUEST = HttpRequest(
    "POST", "https://a.example/v1", (Header("X-Api-Key", "s3cret", "********"),), b'{"n":1}'
).to_json()
ANSWER = HttpAnswer(
    200,
    "OK",
    (Header("Content-Type", "application/json; charset=latin-1"), Header("Set-Cookie", "sid=1")),
    '{"name": "Zoë"}'.encode("latin-1"),
    12.5,
)
RECORDING = Recording("2026-03-07T12:00:00+00:00", REQUEST, ANSWER)


def test_what_was_kept_is_found(tmp_path: Path) -> None:
    file = recordings.keep(tmp_path / "flow.d", "codes", RECORDING)
    assert file == tmp_path / "flow.d" / "recordings" / "codes.json"
    found = recordings.find([tmp_path / "flow.d"], "codes")
    assert found is not None
    assert (found.answer.status, found.answer.text, found.answer.elapsed_ms) == (200, '{"name": "Zoë"}', 12.5)
    assert (found.recorded_at, found.fingerprint) == (RECORDING.recorded_at, RECORDING.fingerprint)
    assert [each.name for each in file.parent.iterdir()] == ["codes.json"]


def test_neither_secrets_nor_cookies_are_kept(tmp_path: Path) -> None:
    text = recordings.keep(tmp_path, "codes", RECORDING).read_text(encoding="utf-8")
    assert "s3cret" not in text
    assert "sid=1" not in text


def test_the_first_folder_that_has_one_wins(tmp_path: Path) -> None:
    assert recordings.find([tmp_path / "a", tmp_path / "b"], "codes") is None
    recordings.keep(tmp_path / "b", "codes", RECORDING)
    assert recordings.find([tmp_path / "a", tmp_path / "b"], "codes") is not None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"response": {}}', '{"response": {"status": "x", "body": ""}, "request": {}}', "[" * 9999]
)
def test_a_damaged_one_is_a_sentence(tmp_path: Path, text: str) -> None:
    file = recordings.keep(tmp_path, "codes", RECORDING)
    file.write_text(text)
    with pytest.raises(FileError) as caught:
        recordings.find([tmp_path], "codes")
    assert caught.value.code.id == "EXT-RECORDING"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the owner of everything may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(FileError):
        recordings.keep(tmp_path, "codes", RECORDING)


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("in the way")
    with pytest.raises(FileError) as caught:
        recordings.keep(tmp_path, "codes", RECORDING)
    assert caught.value.code.id == "EXT-NOT-RECORDED"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"body": '{"params":{"count":6}}'}, "4 rows were sent, and now there are 6"),
        ({"body": '{"data":[{},{}]}'}, "4 rows were sent, and now there are 2"),
        ({"body": None}, "the body is another one"),
        ({"method": "GET"}, "the method is now GET instead of POST"),
        ({"url": "https://b.example"}, "the URL is now https://b.example instead of https://a.example/v1"),
    ],
)
def test_what_differs_is_told_in_words(changes: dict[str, Any], said: str) -> None:
    old = {**REQUEST, "body": json.dumps({"params": {"count": 4}})}
    new = {**old, **changes}
    recording = Recording("", old, ANSWER)
    assert recording.fingerprint != recordings.fingerprint(new)
    assert [str(each) for each in recordings.differences(recording, new)] == [said]


def test_headers_make_no_other_request() -> None:
    assert recordings.fingerprint({**REQUEST, "headers": []}) == RECORDING.fingerprint
