"""Where the open flow lives: its file, the folder of its relative paths, and the folder of its results."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from designer.theme import RESOURCES
from engine import registry
from engine.document import edits
from engine.document.model import Flow

EXAMPLES = RESOURCES / "examples"


@dataclass(frozen=True, slots=True)
class Place:
    """`path` is None for a flow without a file; `work` holds results and recordings; `recordings` are read only."""

    folder: Path
    work: Path
    path: Path | None = None
    recordings: tuple[Path, ...] = ()

    @classmethod
    def of_file(cls, path: Path) -> Place:
        """Return the place of a saved flow: its results stand beside it."""
        return cls(path.parent, work_folder(path), path)

    @classmethod
    def of_example(cls, path: Path, scratch: Path) -> Place:
        """Return the place of an untitled copy of the example at `path`, which itself is never written to."""
        return cls(path.parent, scratch, None, (work_folder(path),))

    def params(self) -> dict[str, Any]:
        """Return the folders as parameters of a request to the engine."""
        return {
            "folder": str(self.folder),
            "work": str(self.work),
            "recordings": [str(folder) for folder in self.recordings],
        }


def work_folder(path: Path) -> Path:
    """Return the folder beside a flow's file that holds its results and recordings."""
    return path.with_name(f"{path.name}.d")


def moved(flow: Flow, old: Path, new: Path) -> Flow:
    """Return the flow with its relative paths, which started in the folder `old`, starting in `new`."""
    if old == new:
        return flow
    for name, resource in flow.resources.items():
        if resource.path:
            flow = edits.set_resource(flow, name, resource.model_copy(update={"path": _moved(resource.path, old, new)}))
    for id, entry in flow.activities.items():
        for field in _file_settings(entry.kind):
            value = entry.settings.get(field)
            if isinstance(value, str) and value:
                flow = edits.set_setting(flow, id, field, _moved(value, old, new))
    return flow


def _moved(path: str, old: Path, new: Path) -> str:
    if Path(path).is_absolute():
        # a file that stands beside the flow goes with it when it is mailed or moved
        return Path(path).relative_to(new).as_posix() if Path(path).is_relative_to(new) else path
    target = old / path
    try:
        return Path(os.path.relpath(target, new)).as_posix()
    except ValueError:  # another drive: there is no relative way
        return str(target)


def _file_settings(kind: str) -> Iterator[str]:
    found = registry.activity(kind)
    if found is None:
        return
    for name, field in found.Settings.model_fields.items():
        extra: Any = field.json_schema_extra
        form = extra.get("form") if isinstance(extra, Mapping) else None
        if isinstance(form, Mapping) and form.get("editor") == "file":
            yield name


def take_recordings(sources: Sequence[Path], work: Path) -> None:
    """Copy the recorded answers of the folders `sources` to `work`, where a saved flow looks for its own."""
    for source in sources:
        recordings = source / "recordings"
        if recordings.is_dir() and source != work:
            shutil.copytree(recordings, work / "recordings", dirs_exist_ok=True)
