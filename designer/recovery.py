"""Autosave: the flow being edited is kept every few seconds, and offered again when the program did not end well."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer

from designer.history import History
from designer.place import Place
from engine.document import files
from engine.document.model import Flow
from engine.errors import FileError

INTERVAL_MS = 5000
"""How much work can be lost at most."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """A flow that was being edited when the program ended without warning."""

    flow: Flow
    place: Place
    file: Path


def _write(flow: Flow, file: Path, about: Mapping[str, object]) -> None:
    """Write a flow and where it belongs; a full disk only costs the autosave."""
    try:
        files.write_atomically(file.with_suffix(".json"), json.dumps(about).encode())
        files.save(flow, file)
    except (OSError, FileError):
        return


class Autosave(QObject):
    """Keeps unsaved changes of one window in the folder `recovery` of the state folder."""

    def __init__(self, folder: Path, history: History, parent: QObject) -> None:
        """Watch `history`; files go to `folder`/recovery."""
        super().__init__(parent)
        self._folder = folder / "recovery"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._history = history
        self._file = self._folder / f"{uuid.uuid4().hex}.flow"
        self._lock = _locked(self._file)
        self._place: Place | None = None
        self._kept: Flow | None = None
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="autosave")
        self._writing: Future[None] | None = None
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.keep)
        self._timer.start()

    def watch(self, place: Place) -> None:
        """Remember where the open flow belongs, and drop what was kept of the one before."""
        self._place = place
        self.drop()

    def keep(self) -> None:
        """Write the flow if it has changes that no file holds yet."""
        flow = self._history.flow
        if self._history.is_clean or flow is self._kept or self._place is None:
            return
        self._kept = flow
        place = self._place
        about = {"path": str(place.path) if place.path else None, **place.params()}
        # the flow is frozen, so another thread may read it
        self._writing = self._writer.submit(_write, flow, self._file, about)

    def wait(self) -> None:
        """Return when what is being kept is on the disk."""
        if self._writing is not None:
            self._writing.result()
            self._writing = None

    def drop(self) -> None:
        """Forget what was kept: it is saved, or the person does not want it."""
        self.wait()
        self._kept = None
        for file in (self._file, self._file.with_suffix(".json")):
            file.unlink(missing_ok=True)

    def close(self) -> None:
        """Leave nothing behind: the program ends as it should."""
        self._timer.stop()
        self.drop()
        self.let_go()
        self._writer.shutdown()

    def let_go(self) -> None:
        """Give up what was kept, as the end of the process does: the next start may offer it."""
        if self._lock is not None:
            self._lock.unlock()

    def leftovers(self) -> list[Recovered]:
        """Return what windows that ended without warning left, the latest first."""
        found: list[tuple[float, Recovered]] = []
        for file in self._folder.glob("*.flow"):
            if file == self._file or (lock := _locked(file)) is None:
                continue
            lock.unlock()
            if (recovered := _read(file)) is not None:
                found.append((file.stat().st_mtime, recovered))
        return [recovered for _, recovered in sorted(found, key=lambda each: each[0], reverse=True)]


def discard(recovered: Recovered) -> None:
    """Delete what was left: it has been taken over, or nobody wants it."""
    recovered.file.unlink(missing_ok=True)
    recovered.file.with_suffix(".json").unlink(missing_ok=True)


def clear_scratch(folder: Path) -> None:
    """Delete the scratch results of an untitled flow."""
    shutil.rmtree(folder, ignore_errors=True)


def _locked(file: Path) -> QLockFile | None:
    """Return a lock on `file`, or None while a living program holds it."""
    lock = QLockFile(str(file.with_suffix(".lock")))
    lock.setStaleLockTime(0)
    return lock if lock.tryLock(0) else None


def _read(file: Path) -> Recovered | None:
    try:
        flow = files.load(file)
        about = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        path = Path(about["path"]) if about["path"] else None
        place = Place(
            Path(about["folder"]), Path(about["work"]), path, tuple(Path(each) for each in about["recordings"])
        )
    except (FileError, OSError, ValueError, KeyError, TypeError):
        return None  # half of it is missing: there is nothing to offer
    return Recovered(flow, place, file)
