"""What several tests of activities need."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.tables.interim import TableStore
from tests.engine.activities.call_world import CallWorld
from tests.engine.http_client.loopback import Party, issued


@pytest.fixture(scope="session")
def authority() -> Party:
    """Return an authority that nobody but the tests trusts."""
    return issued("Test authority")


@pytest.fixture(scope="session")
def secure(authority: Party, tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """Return the TLS context of a server on this computer."""
    folder = tmp_path_factory.mktemp("certificates")
    return issued("localhost", names=["localhost"], issuer=authority).context(folder)


@pytest.fixture
def trusting(authority: Party, tmp_path: Path) -> Iterator[CallWorld]:
    """Yield a world that calls live, records, and trusts the server on this computer."""
    tables = tmp_path / "tables"
    tables.mkdir()
    with TableStore(tables) as store:
        file = authority.file(tmp_path, "ca.pem")
        yield CallWorld(store, recordings=(tmp_path / "flow.d",), live=True, certificate_file=file)
