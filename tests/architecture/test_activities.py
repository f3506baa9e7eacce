"""A new activity is three new files and no changed one: each has its picture and its tests, and is found everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import registry

ROOT = Path(__file__).parents[2]
KINDS = [activity.kind for activity in registry.kinds()]
EXPECTED = {
    *("start", "end", "fork", "query", "load-file", "external-api"),
    *("deduplication", "enrichment", "segmentation", "email"),
}


def test_the_activities_of_the_first_release_are_there() -> None:
    assert set(KINDS) >= EXPECTED


@pytest.mark.parametrize("kind", KINDS)
def test_every_activity_has_its_picture(kind: str) -> None:
    assert (ROOT / "resources" / "icons" / f"{kind}.svg").is_file()


@pytest.mark.parametrize("kind", KINDS)
def test_every_activity_has_its_tests(kind: str) -> None:
    assert list((ROOT / "tests" / "engine" / "activities").glob(f"test_{kind.replace('-', '_')}*.py"))
