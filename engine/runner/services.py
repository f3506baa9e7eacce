"""What an activity may use while it runs, and the masking of everything that leaves a run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from engine import data_sources, registry
from engine.accounts.secret_store import SecretStore, redact
from engine.document.model import Flow
from engine.errors import Code, Level, SettingsError
from engine.http_client.lines import Connections
from engine.runner.cancellation import Cancellation
from engine.runner.design import FlowDesign
from engine.runner.events import AnswerCame, Event, Note, Progress
from engine.runner.request import Place, RunRequest
from engine.tables.interim import Table, TableStore
from engine.text import Text

NO_RESOURCE = Code("FLOW-NO-RESOURCE", "An activity reads a resource that the flow does not have.")

SECRETS: Final = SecretStore()
"""The secrets of this process: those that a closed keyring did not take live as long as it does."""

BETWEEN_TELLS_S = 0.1
"""Progress is told at most so often."""
TELLING_S: Final = 0.003
"""So long whoever tells an answer has its turn, before the work that lets no other thread run goes on."""
LARGE_ANSWER: Final = 200_000
"""An answer of so many characters is told before its rows are made: reading it takes whoever shows it a while."""


@dataclass(frozen=True, slots=True)
class RunContext:
    """One run: what was asked for and what all its activities share."""

    flow: Flow
    place: Place
    request: RunRequest
    now: datetime
    design: FlowDesign
    store: TableStore
    cancellation: Cancellation
    secrets: SecretStore
    connections: Connections = field(default_factory=Connections)
    handed_out: set[str] = field(default_factory=set)
    opened: dict[str, Table] = field(default_factory=dict)

    @property
    def seed(self) -> int:
        """Return the seed of every random choice of this run."""
        return self.flow.options.seed if self.request.seed is None else self.request.seed

    def resource(self, name: str) -> Table:
        """Return a resource of the flow as a table. Raises SettingsError, FileError or DataError."""
        ref = self.flow.resources.get(name)
        if ref is None:
            raise SettingsError(
                NO_RESOURCE,
                Text("The flow has no resource called “{name}”.", name=name),
                hint=Text("Choose another resource, or add the file under Resources."),
            )
        if name not in self.opened:
            self.opened[name] = data_sources.open_resource(ref.model_dump(), name, self.place.folder, self.store)
        return self.opened[name]


class RunServices:
    """What one activity of a run may use. Keeps the reports that it attached."""

    def __init__(
        self, context: RunContext, activity: str, variables: Mapping[str, Any], tell: Callable[[Event], object]
    ) -> None:
        """Serve `activity` in the run `context`; `tell` takes its events."""
        self.reports: dict[str, Any] = {}
        self.notes: list[Note] = []
        self._context = context
        self._activity = activity
        self._variables = variables
        self._tell = tell
        self._told = 0.0
        self._answer = ""

    @property
    def activity(self) -> str:
        """Return the id of the activity that runs."""
        return self._activity

    @property
    def label(self) -> str:
        """Return the label of the activity that runs, or its kind's title."""
        return str(registry.title(self._context.flow.activities[self._activity]))

    @property
    def tables(self) -> TableStore:
        """Return the table engine of this run."""
        return self._context.store

    @property
    def design(self) -> FlowDesign:
        """Return what is known of the flow."""
        return self._context.design

    @property
    def now(self) -> datetime:
        """Return the moment of this run, in UTC without a zone; the same for all activities."""
        return self._context.now

    @property
    def seed(self) -> int:
        """Return the seed of every random choice."""
        return self._context.seed

    @property
    def time_zone(self) -> str:
        """Return the IANA name of the flow's time zone."""
        return self._context.flow.options.time_zone

    @property
    def locale(self) -> str:
        """Return the flow's locale."""
        return self._context.flow.options.locale

    @property
    def variables(self) -> Mapping[str, Any]:
        """Return the variables of the flow with those set by the run and by activities before this one."""
        return self._variables

    @property
    def live(self) -> bool | None:
        """Return True: this activity must call; False: it must not; None: its own setting decides."""
        return self._context.request.must_call(self._activity)

    @property
    def recordings(self) -> Sequence[Path]:
        """Return the folders that hold recordings; the first is where new ones go."""
        return (self._context.place.work, *self._context.place.recordings)

    @property
    def connections(self) -> Connections:
        """Return the connections of the run: calls to the same host share them, whichever activity makes them."""
        return self._context.connections

    def secret(self, name: str) -> str:
        """Return the secret called `name`; from now on the run masks it everywhere. Raises SecretError."""
        value = self._context.secrets.get(name)
        self._context.handed_out.add(value)
        return value

    def resource(self, name: str) -> Table:
        """Return a resource of the flow as a table. Raises SettingsError, FileError or DataError."""
        return self._context.resource(name)

    def note(self, level: Level, text: Text, *, code: str = "", field: str = "") -> None:
        """Tell the person who reads the run log something that is no error; `field` is the setting it is about."""
        note = Note(self._activity, level, code, masked_text(text, self._context.handed_out), field)
        self.notes.append(note)
        self._tell(note)

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how far the activity is; `total` None when nobody knows. What is said too often is dropped."""
        now = time.monotonic()
        if now - self._told >= BETWEEN_TELLS_S or done == total:
            self._told = now
            self._tell(Progress(self._activity, done, total))

    def check_cancelled(self) -> None:
        """Raise RunCancelled when the run has been stopped."""
        self._context.cancellation.check()

    @property
    def is_cancelled(self) -> bool:
        """Return whether the run has been stopped, for code that waits."""
        return self._context.cancellation.is_cancelled

    def report(self, name: str, data: Mapping[str, Any]) -> None:
        """Attach `data` (plain JSON) to the activity's end as `name`: the call made, the match rate."""
        self.reports[name] = kept = masked(dict(data), self._context.handed_out)
        answer = str((kept.get("response") or {}).get("text") or "") if name == "call" else ""
        if len(answer) >= LARGE_ANSWER and answer != self._answer:
            self._answer = answer
            self._tell(AnswerCame(self._activity, answer))
            time.sleep(TELLING_S)


def masked(value: Any, secrets: Iterable[str]) -> Any:
    """Return a JSON value with every secret masked in every text of it, names of members included."""
    if not secrets:
        return value
    if isinstance(value, str):
        return redact(value, secrets)
    if isinstance(value, Mapping):
        return {redact(str(name), secrets): masked(member, secrets) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [masked(member, secrets) for member in value]
    return value


def masked_text(text: Text, secrets: Iterable[str]) -> Text:
    """Return a text with every secret masked in its sentence and its values."""
    return Text.from_json(masked(text.to_json(), secrets)) if secrets else text
