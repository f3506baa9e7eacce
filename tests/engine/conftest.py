"""Tests of the engine leave the user's own caches alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def cache_of_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what is found out about files in a folder of this run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAMPAIGN_FLOW_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield
