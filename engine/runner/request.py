"""What a run is asked to do, and where the flow lives."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from engine.document.model import Flow
from engine.errors import Code, SettingsError
from engine.text import Text

NO_MOMENT = Code("APP-NO-MOMENT", "A moment for a run is not written as ISO 8601 asks for.")


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of a flow: relative paths start in `folder`; `work` holds results and new recordings.

    `recordings` are further folders that are laid out like `work` and only read.
    """

    folder: Path
    work: Path
    recordings: Sequence[Path] = ()

    @classmethod
    def of(cls, flow: Flow) -> Place:
        """Return the place of a flow that was loaded from a file: results stand beside it in `<name>.flow.d`.

        One that was not starts in the current folder, and its results go to a temporary one.
        """
        if flow.file is None:
            return cls(Path.cwd(), temporary_work())
        file = flow.file.absolute()
        return cls(file.parent, file.with_name(f"{file.name}.d"))

    @property
    def tables(self) -> Path:
        """Return the folder of materialised tables."""
        return self.work / "tables"

    @property
    def latest(self) -> Path:
        """Return the file that says which table each transition of the last run carried."""
        return self.work / "latest.json"


def temporary_work() -> Path:
    """Return a new folder for results that goes with this process."""
    folder = tempfile.mkdtemp(prefix="campaign-flow-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


@dataclass(frozen=True, slots=True)
class RunRequest:
    """How to run a flow.

    `to`: up to this activity only. `live`: the activities that must really call, or all; with `replay` none may.
    `seed`, `now` (UTC without a zone) and `variables` take the place of the flow's own and of the clock.
    `recipients`: how many messages of each kind are written where messages are written; None for all.
    """

    to: str = ""
    live: frozenset[str] | Literal["all"] = frozenset()
    replay: bool = False
    seed: int | None = None
    now: datetime | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    certificate_file: Path | None = None
    recipients: int | None = 100

    def must_call(self, activity: str) -> bool | None:
        """Return True: the activity must call; False: it must not; None: its own setting decides."""
        if self.replay:
            return False
        if self.live == "all" or activity in self.live:
            return True
        return None


def moment_of(flow: Flow, request: RunRequest | None = None) -> datetime:
    """Return the moment of a run, in UTC without a zone: the one asked for, the one of the flow's options, or now."""
    if request is not None and request.now is not None:
        return request.now
    return moment(flow.options.now) if flow.options.now else datetime.now(UTC).replace(tzinfo=None)


def moment(text: str) -> datetime:
    """Return a moment written in ISO 8601 as UTC without a zone; one without a zone is UTC. Raises SettingsError."""
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        raise SettingsError(
            NO_MOMENT,
            Text("“{text}” is no moment.", text=text[:40]),
            hint=Text("Write it like 2026-03-07T20:00:00Z."),
        ) from None
    return read.astimezone(UTC).replace(tzinfo=None) if read.tzinfo else read
