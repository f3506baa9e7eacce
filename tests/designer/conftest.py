"""What every test of the designer needs: folders of its own, so that nothing of the person's is read or written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from designer.garbage import Collector
from designer.session import Session


@pytest.fixture(scope="module", autouse=True)
def collector(qapp: QApplication) -> Iterator[None]:
    """Collect garbage as the program does: in the thread of its windows only."""
    made = Collector(qapp)
    yield
    made.stop()
    made.deleteLater()


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point Qt's standard folders into the test's folder."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    QCoreApplication.setApplicationName("campaign-flow-designer")


@pytest.fixture
def session(qapp: object, tmp_path: Path) -> Iterator[Session]:
    """Return a session with an empty flow and the real engine, which starts with the first question."""
    made = Session(tmp_path / "state")
    yield made
    made.close()
