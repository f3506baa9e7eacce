"""A place for flows, and activities that are made for practice."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import engine.activities
from engine import registry
from engine.runner.request import Place

PRACTICE = Path(__file__).parent / "practice"


@pytest.fixture
def practice(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the practice activities in the place of the real ones."""
    monkeypatch.setattr(engine.activities, "__path__", [str(PRACTICE)])
    registry.rescan()
    yield
    monkeypatch.undo()
    sys.modules.pop("engine.activities.practice", None)
    registry.rescan()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a place for one flow."""
    return Place(tmp_path, tmp_path / "flow.d")
