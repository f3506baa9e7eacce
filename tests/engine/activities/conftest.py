"""What several tests of activities need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.tables.interim import TableStore
from tests.engine.activities.call_world import CallWorld


@pytest.fixture
def trusting(ca_file: Path, tmp_path: Path) -> Iterator[CallWorld]:
    """Yield a world that calls live, records, and trusts the server on this computer."""
    tables = tmp_path / "tables"
    tables.mkdir()
    with TableStore(tables) as store:
        yield CallWorld(store, recordings=(tmp_path / "flow.d",), live=True, certificate_file=ca_file)
