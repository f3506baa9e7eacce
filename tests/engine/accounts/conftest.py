"""A real Secret Service for the tests of this folder, unlocked or locked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.secret_service import require_programs, secret_service_in


@pytest.fixture(scope="session")
def _programs() -> None:
    require_programs()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return an empty home folder."""
    home = tmp_path / "home"
    home.mkdir()
    return home


@pytest.fixture
def secret_service(home: Path, _programs: None) -> Iterator[dict[str, str]]:
    """Yield the environment of a session with an unlocked keyring."""
    with secret_service_in(home, is_unlocked=True) as environment:
        yield environment


@pytest.fixture
def locked_service(home: Path, _programs: None) -> Iterator[dict[str, str]]:
    """Yield the environment of a session whose keyring exists and is locked."""
    with secret_service_in(home, is_unlocked=True):
        pass
    with secret_service_in(home, is_unlocked=False) as environment:
        yield environment
