"""What is kept of earlier runs, for how long, and what it depends on."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from engine.runner import cache
from engine.runner.request import Place


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"condition": "birthDate = GetDate()"}, True),
        ({"filter": {"rules": [{"value": "DaysAgo(3)"}]}}, True),
        ({"html": "Use it now, {{ profile.firstName }}"}, False),
        ({"preheader": "Use it now, today"}, False),
        ({"html": "{{ now | date }}"}, True),
        ({"html": "{% if now > targetData.end %}late{% endif %}"}, True),
        ({"count": 3, "names": ["known", None]}, False),
    ],
)
def test_the_clock_matters_where_an_expression_or_a_place_in_a_text_reads_it(settings: Any, expected: bool) -> None:
    assert cache.may_read_clock(settings) is expected


def kept(place: Place, name: str, size: int, age_s: float) -> Path:
    """Put a table into the folder that was last used `age_s` seconds ago."""
    file = place.tables / name
    file.write_bytes(b"x" * size)
    moment = time.time() - age_s
    os.utime(file, (moment, moment))
    return file


def test_the_tables_that_nobody_used_for_longest_make_room(place: Place) -> None:
    cache.prepare(place)
    oldest = kept(place, "oldest.parquet", 400, 9000)
    kept(place, "oldest.json", 1, 9000)
    older = kept(place, "older.parquet", 400, 8000)
    needed = kept(place, "needed.parquet", 400, 9999)
    young = kept(place, "young.parquet", 400, 1)
    left = kept(place, ".x.part", 10, 8000)
    cache.keep_latest(place, ["a"], {"a.result": "latest"})
    latest = kept(place, "latest.parquet", 400, 9999)
    cache.sweep(place, ["needed"], most_bytes=1650)
    assert not oldest.exists()
    assert not (place.tables / "oldest.json").exists()
    assert not left.exists()
    assert all(file.exists() for file in (older, needed, young, latest))


def test_tables_of_other_activities_stay_the_latest(place: Place) -> None:
    cache.prepare(place)
    cache.keep_latest(place, ["a", "b"], {"a.result": "1", "b.result": "2"})
    cache.keep_latest(place, ["a"], {"a.rest": "3"})
    assert cache.latest(place) == {"a.rest": "3", "b.result": "2"}


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_a_damaged_note_counts_as_missing(place: Place, text: str) -> None:
    cache.prepare(place)
    place.latest.write_text(text, encoding="utf-8")
    assert cache.latest(place) == {}
    (place.tables / "key.outcome.json").write_text(text, encoding="utf-8")
    assert cache.find_record(place, "key") is None


def test_results_stay_out_of_version_control(place: Place) -> None:
    cache.prepare(place)
    assert (place.work / ".gitignore").read_text(encoding="utf-8") == "*\n"
    (place.work / ".gitignore").write_text("mine", encoding="utf-8")
    cache.prepare(place)
    assert (place.work / ".gitignore").read_text(encoding="utf-8") == "mine"
