"""Tests of the engine leave the user's own caches alone, and trust an authority of their own."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.http_client.loopback import Party, issued


@pytest.fixture(scope="session", autouse=True)
def cache_of_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what is found out about files in a folder of this run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAMPAIGN_FLOW_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def authority() -> Party:
    """Return an authority that nobody but the tests trusts."""
    return issued("Test authority")


@pytest.fixture(scope="session")
def secure(authority: Party, tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """Return the TLS context of a server on this computer."""
    folder = tmp_path_factory.mktemp("certificates")
    return issued("localhost", names=["localhost"], issuer=authority).context(folder)


@pytest.fixture(scope="session")
def ca_file(authority: Party, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file that makes a program trust the authority."""
    return authority.file(tmp_path_factory.mktemp("authority"), "ca.pem")
