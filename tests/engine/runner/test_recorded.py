"""What is known of a recorded answer, and that it can go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine import api
from engine.errors import FileError
from engine.http_client import recordings
from engine.http_client.models import HttpAnswer, HttpRequest
from engine.http_client.recordings import Recording
from engine.runner.request import Place

REQUEST = HttpRequest("GET", "https://api.example.com/v1/codes?region=13", (), None).to_json()
RECORDED = Recording("2026-03-07T12:00:00+00:00", REQUEST, HttpAnswer(200, "OK", (), b'["A"]'), rows=(4, 5))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a place with a work folder, and one that is only read."""
    return Place(tmp_path, tmp_path / "own", (tmp_path / "example",))


def test_nothing_is_known_before_a_call(place: Place) -> None:
    assert api.recording(place, "codes") is None
    assert api.forget_recording(place, "codes") is False


def test_when_from_where_and_how_much(place: Place) -> None:
    recordings.keep(place.work, "codes", RECORDED)
    assert api.recording(place, "codes") == {
        "recorded_at": "2026-03-07T12:00:00+00:00",
        "hosts": ["api.example.com"],
        "calls": 1,
        "status": 200,
        "bytes": 5,
        "rows": 5,
        "is_own": True,
    }
    recordings.keep_all(place.work, "codes", [RECORDED, replace(RECORDED, key={"region": "59"})])
    found = api.recording(place, "codes")
    assert found is not None
    assert (found["calls"], found["bytes"], found["hosts"]) == (2, 10, ["api.example.com"])


def test_what_belongs_to_an_example_stays(place: Place) -> None:
    recordings.keep(place.recordings[0], "codes", RECORDED)
    found = api.recording(place, "codes")
    assert found is not None
    assert not found["is_own"]
    assert api.forget_recording(place, "codes") is False
    assert api.recording(place, "codes") == found


def test_a_deleted_recording_is_gone_even_when_it_was_damaged(place: Place) -> None:
    recordings.keep(place.work, "codes", RECORDED).write_text("{", encoding="utf-8")
    with pytest.raises(FileError):
        api.recording(place, "codes")
    assert api.forget_recording(place, "codes") is True
    assert api.recording(place, "codes") is None
