"""The open flow, its file, its selection, its findings and its runs: the only place where panels meet."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QFileSystemWatcher, QLockFile, QObject, QTimer, Signal

from designer import recovery
from designer.engine_client import ENGINE_DIED, EngineClient, FindingView
from designer.history import History
from designer.place import EXAMPLES, Place, moved, take_recordings
from designer.recovery import Autosave, Recovered
from designer.run_controller import RunController
from designer.run_view import RunView
from engine import registry
from engine.document import files
from engine.document.model import Flow, split_source
from engine.errors import Code, FileError
from engine.schema import TableSchema
from engine.text import Text

CHECK_DELAY_MS = 40
"""How long after the last edit the flow is checked."""

OPEN_ELSEWHERE = Code("FILE-OPEN-ELSEWHERE", "Another window has the file open, so it cannot be saved here.")


class Session(QObject):
    """What is open in one window. Panels read it, send edits to it and redraw when its signals say so."""

    flow_changed = Signal(object, object)
    selection_changed = Signal(tuple)
    wire_selected = Signal(str)
    findings_changed = Signal()
    schemas_changed = Signal()
    run_changed = Signal()
    place_changed = Signal()
    opened = Signal()
    changed_on_disk = Signal()
    reveal = Signal(str, str)
    send_asked = Signal(str)

    def __init__(self, state_folder: Path, engine: EngineClient | None = None, parent: QObject | None = None) -> None:
        """Begin with an empty flow; autosaved flows and scratch results go to `state_folder`."""
        super().__init__(parent)
        self.selection: tuple[str, ...] = ()
        self.findings: tuple[FindingView, ...] = ()
        self.schemas: Mapping[str, TableSchema] = {}
        self.resources: Mapping[str, TableSchema] = {}
        self.is_read_only = False
        self._state_folder = state_folder
        self._scratch = state_folder / "scratch" / uuid.uuid4().hex
        self._place = Place(Path.home(), self._scratch)
        self._lock: QLockFile | None = None
        self._bytes_on_disk = b""
        self._is_checking = False
        self.history = History(self)
        self.engine = engine or EngineClient(log=state_folder / "engine.log", parent=self)
        self.runs = RunController(self.engine, self.params, self)
        self.autosave = Autosave(state_folder, self.history, self)
        self.autosave.watch(self._place)
        self._watcher = QFileSystemWatcher(self)
        self._check_timer = QTimer(self, singleShot=True, interval=CHECK_DELAY_MS)
        self._connect()

    def _connect(self) -> None:
        self.history.flow_changed.connect(self._flow_changed)
        self.history.state_changed.connect(self.place_changed)
        self.runs.changed.connect(self.run_changed)
        self._watcher.fileChanged.connect(self._disk_changed)
        self._check_timer.timeout.connect(self.check)

    @property
    def flow(self) -> Flow:
        """Return the current flow."""
        return self.history.flow

    @property
    def path(self) -> Path | None:
        """Return the flow's file, or None while it has none."""
        return self._place.path

    @property
    def folder(self) -> Path:
        """Return the folder that the flow's relative paths start from."""
        return self._place.folder

    @property
    def is_dirty(self) -> bool:
        """Return whether there are changes that no file holds."""
        return not self.history.is_clean

    @property
    def run(self) -> RunView:
        """Return what is known of the last run."""
        return self.runs.view

    def params(self) -> dict[str, Any]:
        """Return the flow and its folders as parameters of a request to the engine."""
        return {"flow": files.to_json(self.flow), **self._place.params()}

    def edit(self, text: Text, new: Flow, *, merge: str = "") -> None:
        """Make `new` the current flow as one step of undo called `text`.

        Edits with the same `merge` key that follow each other quickly are one step.
        """
        self.history.edit(text, new, merge)

    def select(self, *ids: str) -> None:
        """Select activities; ids that the flow does not have are left out."""
        kept = tuple(id for id in ids if id in self.flow.activities)
        if kept != self.selection:
            self.selection = kept
            self.selection_changed.emit(kept)

    def inbound_schemas(self, activity_id: str) -> dict[str, list[tuple[str, TableSchema]]]:
        """Return for each inbound of an activity what arrives there: transition names and their schemas."""
        entry = self.flow.activities.get(activity_id)
        if entry is None:
            return {}
        return {
            inbound: [(name, self.schemas[name]) for name in names if name in self.schemas]
            for inbound, names in entry.inputs.items()
        }

    def name_of(self, activity_id: str) -> Text:
        """Return what people call an activity, or its id when the flow does not have it."""
        entry = self.flow.activities.get(activity_id)
        return registry.title(entry) if entry is not None else Text("{id}", id=activity_id)

    def name_of_transition(self, name: str) -> Text:
        """Return what people call a transition: the activity, and which of its ways out where it has several."""
        id, transition = split_source(name)
        entry = self.flow.activities.get(id)
        ways = registry.transitions(entry, [transition]) if entry is not None else ()
        way = next((each for each in ways if each.name == transition), None)
        if way is None or len(ways) == 1:
            return self.name_of(id)
        return Text("{activity} · {transition}", activity=self.name_of(id), transition=way.label)

    # Files

    def new(self) -> None:
        """Show an empty flow without a file."""
        self._show(Flow(), Place(Path.home(), self._new_scratch()), is_saved=True)

    def open(self, path: Path) -> None:
        """Show the flow in the file at `path`. Raises FileError; the flow that is open then stays."""
        path = path.resolve()
        data = files.load(path)
        self._show(data, Place.of_file(path), is_saved=True)

    def open_example(self, name: str) -> None:
        """Show an untitled copy of an example. Raises FileError."""
        path = EXAMPLES / f"{name}.flow"
        self._show(files.load(path), Place.of_example(path, self._new_scratch()), is_saved=True)

    def recover(self, recovered: Recovered) -> None:
        """Show a flow that was kept when the program ended without warning; it has unsaved changes."""
        recovery.discard(recovered)
        self._show(recovered.flow, recovered.place, is_saved=False)

    def reload(self) -> None:
        """Show the file as it is on the disk now; unsaved changes are given up. Raises FileError."""
        if self.path is not None:
            self.open(self.path)

    def save(self, path: Path | None = None) -> None:
        """Write the flow to its file, or to `path`, which then is its file. Raises FileError."""
        target = path.resolve() if path is not None else self.path
        if target is None:
            raise ValueError("a flow without a file needs a path")
        if self.is_read_only and target == self.path:
            raise FileError(
                OPEN_ELSEWHERE,
                Text("“{file}” is open in another window, so it cannot be saved from here.", file=target.name),
                hint=Text("Save it under another name, or close the other window and open it again."),
            )
        flow = moved(self.flow, self._place.folder, target.parent)
        self._pause_watching()
        try:
            files.save(flow, target)
        finally:
            self._watch()
        if target != self.path:
            self._settle(flow, target)
        self.history.mark_saved()
        self.autosave.watch(self._place)
        self._bytes_on_disk = files.dumps(flow)
        self.place_changed.emit()

    def close(self) -> None:
        """End well: stop the engine, drop the autosaved copy and the scratch results."""
        self._check_timer.stop()
        self.engine.stop()
        self.autosave.close()
        self._release()
        recovery.clear_scratch(self._scratch)

    def _new_scratch(self) -> Path:
        recovery.clear_scratch(self._scratch)
        self._scratch = self._state_folder / "scratch" / uuid.uuid4().hex
        return self._scratch

    def _settle(self, flow: Flow, path: Path) -> None:
        """Go on with the file at `path`: its paths start there now, and recordings come along."""
        place = Place.of_file(path)
        take_recordings([*self._place.recordings, self._place.work], place.work)
        self._place = place
        self._claim()
        self.edit(Text("Save as “{file}”", file=path.name), flow)

    def _show(self, flow: Flow, place: Place, *, is_saved: bool) -> None:
        self._place = place
        self.runs.forget()
        self.selection = ()
        self.findings, self.schemas, self.resources = (), {}, {}
        self._claim()
        self.history.restart(flow, is_saved=is_saved)
        self.autosave.watch(place)
        self.selection_changed.emit(())
        self.findings_changed.emit()
        self.schemas_changed.emit()
        self.place_changed.emit()
        self.opened.emit()

    def _claim(self) -> None:
        """Lock the file for this window and watch it; where another window has the lock, it is only read."""
        self._release()
        self.is_read_only = False
        if self.path is None:
            return
        lock = QLockFile(str(self.path.with_name(f".{self.path.name}.lock")))
        lock.setStaleLockTime(0)
        if lock.tryLock(0):
            self._lock = lock
        else:
            self.is_read_only = lock.error() is QLockFile.LockError.LockFailedError
        self._bytes_on_disk = _bytes(self.path)
        self._watch()

    def _release(self) -> None:
        self._pause_watching()
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def _pause_watching(self) -> None:
        if self._watcher.files():
            self._watcher.removePaths(self._watcher.files())

    def _watch(self) -> None:
        if self.path is not None and self.path.exists():
            self._watcher.addPath(str(self.path))

    def _disk_changed(self, _path: str) -> None:
        """Tell when somebody else has written the file: it is replaced by renaming, so it is watched anew."""
        self._watch()
        if self.path is None:
            return
        data = _bytes(self.path)
        if data and data != self._bytes_on_disk:
            self._bytes_on_disk = data
            self.changed_on_disk.emit()

    # Checks

    def _flow_changed(self, old: Any, new: Any) -> None:
        self.flow_changed.emit(old, new)
        self.runs.flow_changed(new)
        self.select(*self.selection)
        self._check_timer.start()

    def check(self) -> None:
        """Ask the engine what is wrong with the flow and which columns its transitions carry."""
        if self._is_checking:
            self._check_timer.start()
            return
        self._is_checking = True
        self.engine.request("check", self.params(), on_result=self._checked, on_error=self._not_checked)

    def _not_checked(self, reason: FindingView) -> None:
        self._is_checking = False
        if reason.code == ENGINE_DIED.id:
            self._check_timer.start()
        else:
            self._take((reason,), self.schemas, self.resources)

    def _checked(self, result: Mapping[str, Any]) -> None:
        self._is_checking = False
        findings = tuple(FindingView.from_json(finding) for finding in result["findings"])
        self._take(findings, _schemas(result["schemas"]), _schemas(result["resources"]))

    def _take(
        self,
        findings: tuple[FindingView, ...],
        schemas: Mapping[str, TableSchema],
        resources: Mapping[str, TableSchema],
    ) -> None:
        if (schemas, resources) != (self.schemas, self.resources):
            self.schemas, self.resources = schemas, resources
            self.schemas_changed.emit()
        if findings != self.findings:
            self.findings = findings
            self.findings_changed.emit()

    def problems(self) -> Sequence[FindingView]:
        """Return what is to be mended: the findings of the check and the errors of the last run."""
        known = {(finding.code, finding.activity, finding.message) for finding in self.findings}
        fresh = [run for run in self.run.activities.values() if not run.is_stale]
        late = [finding for run in fresh for finding in (run.error, *run.warnings) if finding is not None]
        if self.run.error is not None and self.run.error.activity not in self.run.activities:
            late.append(self.run.error)
        new = [error for error in late if (error.code, error.activity, error.message) not in known]
        return (*new, *self.findings)


def _schemas(data: Mapping[str, Any]) -> dict[str, TableSchema]:
    return {name: TableSchema.from_json(schema) for name, schema in data.items()}


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
