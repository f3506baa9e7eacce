"""The contract that every activity keeps, and what the engine hands to it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from engine.errors import Finding, Level
from engine.schema import TableSchema
from engine.text import Text

if TYPE_CHECKING:
    from engine.document.model import AccountRef
    from engine.http_client.lines import Connections
    from engine.tables.column_effect import Unruled
    from engine.tables.interim import Table, TableStore

Category = Literal["execution", "data", "targeting", "transform", "channels"]
"""The groups of the palette."""


class Effect(StrEnum):
    """What an activity does outside this machine or this flow."""

    NONE = "none"
    READS = "reads"
    SPENDS = "spends"
    WRITES = "writes"


class Population(StrEnum):
    """What travels along a transition: rows, nothing but the event, or whatever came in."""

    ROWS = "rows"
    EVENT = "event"
    INBOUND = "inbound"


@dataclass(frozen=True, slots=True)
class Inbound:
    """A place that wires arrive at: how many (`maximum` None: any number) and whether they must carry rows.

    An activity runs when all wires of each inbound have fired; where `waits_for_all` is False one is enough.
    """

    name: str
    label: Text
    minimum: int = 1
    maximum: int | None = 1
    needs_rows: bool = True
    waits_for_all: bool = True


@dataclass(frozen=True, slots=True)
class Transition:
    """A way out of an activity. `role` colours it on the canvas."""

    name: str
    label: Text
    population: Population = Population.ROWS
    role: Literal["result", "complement", "rejects", "failed"] = "result"


Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Arrival(Generic[Content]):
    """What one wire brings: a schema at design time, a table in a run; None when only the event arrives."""

    source: str
    transition: str
    content: Content | None

    @property
    def name(self) -> str:
        """Return the transition's name, `fork.copy1`."""
        return f"{self.source}.{self.transition}"


SchemaInbound = Mapping[str, Sequence[Arrival[TableSchema]]]
TableInbound = Mapping[str, Sequence["Arrival[Table]"]]


class ActivitySettings(BaseModel):
    """The base of every `Settings`: frozen, and blind to members of newer versions (the document keeps them)."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


def setting(  # noqa: PLR0913 - one description, all by name
    default: Any = ...,
    *,
    label: str,
    help: str = "",
    group: str = "",
    editor: str = "",
    choices: Mapping[str, str] | None = None,
    shown_when: Mapping[str, Sequence[Any]] | None = None,
    **limits: Any,
) -> Any:
    """Describe one setting for the form, the file and the documentation.

    `label` and `help` are English sentences (the keys of translations), `group` the heading it stands
    under, `editor` a hint for the form (`expression`, `condition`, `column`, `resource`, `file`, `json`,
    `template`, `multiline`, `bytes`, `time-zone`), `choices` the words shown for the values of a Literal, `shown_when`
    the values of settings beside it that it has a meaning for: the form hides it for others. `limits` go to pydantic.
    """
    when = {name: list(values) for name, values in (shown_when or {}).items()}
    extra: Any = {"group": group, "editor": editor, "choices": dict(choices or {}), "shown_when": when}
    return Field(default, title=label, description=help, json_schema_extra={"form": extra}, **limits)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an activity gives back.

    `tables` holds a table for each transition that fires with rows and None for one that fires with the
    event only; a transition left out does not fire, and nothing after it runs (ACS 2.3, Query). With `stops_flow`
    nothing that has not run yet runs any more, on any branch.
    """

    tables: Mapping[str, Table | None]
    variables: Mapping[str, Any] = field(default_factory=dict)
    stops_flow: bool = False


class Design(Protocol):
    """What is known of the flow before anything runs."""

    @property
    def variables(self) -> Mapping[str, Any]:
        """Return the flow's variables."""

    @property
    def guardrails(self) -> Literal["acs", "local"]:
        """Return the guardrail profile of the flow."""

    @property
    def folder(self) -> Path:
        """Return the folder that relative paths start from."""

    def resource(self, name: str) -> TableSchema | None:
        """Return the schema of a resource of the flow, or None when the flow has none of that name."""

    def resource_names(self) -> Sequence[str]:
        """Return the names of the flow's resources."""

    def account(self, name: str) -> AccountRef | None:
        """Return an external account of the flow, or None when the flow has none of that name."""


CallMode = Literal["live", "recording", "sample"]


class Services(Protocol):
    """What an activity may use while it runs. It opens nothing itself."""

    @property
    def activity(self) -> str:
        """Return the id of the activity that runs."""

    @property
    def label(self) -> str:
        """Return the label of the activity that runs, or its kind's title."""

    @property
    def tables(self) -> TableStore:
        """Return the table engine of this run."""

    @property
    def design(self) -> Design:
        """Return what is known of the flow."""

    @property
    def now(self) -> datetime:
        """Return the moment of this run, in UTC without a zone; the same for all activities."""

    @property
    def seed(self) -> int:
        """Return the seed of every random choice."""

    @property
    def time_zone(self) -> str:
        """Return the IANA name of the flow's time zone."""

    @property
    def locale(self) -> str:
        """Return the flow's locale."""

    @property
    def variables(self) -> Mapping[str, Any]:
        """Return the variables of the flow with those set by the run and by activities before this one."""

    @property
    def live(self) -> bool | None:
        """Return True: this activity must call; False: it must not; None: its own setting decides."""

    @property
    def recordings(self) -> Sequence[Path]:
        """Return the folders that hold recordings; the first is where new ones go."""

    @property
    def connections(self) -> Connections:
        """Return the connections of the run: calls to the same host share them, whichever activity makes them."""

    def secret(self, name: str) -> str:
        """Return the secret called `name`. Raises SecretError."""

    def resource(self, name: str) -> Table:
        """Return a resource of the flow as a table. Raises SettingsError, FileError or DataError."""

    def note(self, level: Level, text: Text, *, code: str = "", field: str = "") -> None:
        """Tell the person who reads the run log something that is no error; `field` is the setting it is about."""

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how far the activity is; `total` None when nobody knows."""

    def check_cancelled(self) -> None:
        """Raise RunCancelled when the run has been stopped."""

    @property
    def is_cancelled(self) -> bool:
        """Return whether the run has been stopped, for code that waits."""

    def report(self, name: str, data: Mapping[str, Any]) -> None:
        """Attach `data` (plain JSON) to the activity's end as `name`: the call made, the match rate."""


class Activity(ABC):
    """One kind of activity. There is one instance per kind, without any state of its own."""

    kind: ClassVar[str]
    version: ClassVar[int] = 1
    title: ClassVar[Text]
    category: ClassVar[Category]
    help: ClassVar[Text]
    search_words: ClassVar[tuple[str, ...]] = ()
    Settings: ClassVar[type[ActivitySettings]]

    def upgrade(self, settings: Mapping[str, Any], version: int) -> Mapping[str, Any]:
        """Return settings that were saved by an older `version` as today's would be. Pure."""
        return settings

    @abstractmethod
    def summary(self, settings: Any) -> Text:
        """Return the one line under the title of the card."""

    @abstractmethod
    def inbound(self, settings: Any) -> tuple[Inbound, ...]:
        """Return the places that wires arrive at."""

    @abstractmethod
    def transitions(self, settings: Any) -> tuple[Transition, ...]:
        """Return the ways out, in order."""

    def effect(self, settings: Any) -> Effect:
        """Return what a run does outside this machine or this flow."""
        return Effect.NONE

    @abstractmethod
    def schemas(self, settings: Any, inbound: SchemaInbound, design: Design) -> Mapping[str, TableSchema]:
        """Return the schema of each transition that carries rows, without touching any data.

        Where an inbound schema is missing (nothing wired yet) the transition is left out.
        """

    def check(self, settings: Any, inbound: SchemaInbound, design: Design) -> Iterator[Finding]:
        """Yield everything that can be known to be wrong without running."""
        return iter(())

    def freshness(self, settings: Any, services: Services) -> str | None:
        """Return a fingerprint of what the result depends on outside the flow; None: run it every time."""
        return ""

    @abstractmethod
    def run(self, settings: Any, inbound: TableInbound, services: Services) -> Outcome:
        """Do the work. Raises CampaignFlowError for everything a person can mend."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What an activity would call in a live run: how often `least` and at `most`, retries aside, and how much.

    `units` are the things that would be spent, `source` where a dry run takes the answers from. None: nobody knows.
    `token` names the account that has no access token at hand, and the host that is asked for one first.
    """

    host: str
    method: str
    effect: Effect
    least: int
    most: int
    units: int | None = None
    bytes_out: int | None = None
    bytes_in: int | None = None
    seconds: float | None = None
    source: CallMode | None = None
    token: tuple[str, str] | None = None
    findings: tuple[Finding, ...] = ()


class CallingActivity(Activity):
    """An activity that calls somebody else's service, and can show beforehand what it would send."""

    def may_call_often(self, settings: Any) -> bool:
        """Return whether there may be more than one call, so that a forecast is worth asking for before them."""
        return False

    @abstractmethod
    def forecast(self, settings: Any, inbound: TableInbound, services: Services) -> Forecast:
        """Return what a live run would call; nothing is called. Raises CampaignFlowError.

        A content of None in `inbound` is a table that is not there yet.
        """

    @abstractmethod
    def request(self, settings: Any, inbound: TableInbound, services: Services) -> Mapping[str, Any]:
        """Return the request as it would be sent, secrets masked, without sending it.

        Members: `method`, `url`, `headers` (objects of `name` and `value`), `body` (text or None), `bytes`.
        A content of None in `inbound` is a table that is not there yet. Raises CampaignFlowError.
        """


class ColumnActivity(Activity):
    """An activity with column definitions, which can show the lines that they are applied to."""

    @abstractmethod
    def unruled(self, settings: Any, field: str, services: Services, most: int) -> Unruled | None:
        """Return the first `most` lines for the definitions at the setting `field`; None where none are at hand.

        Nothing is called.         Raises CampaignFlowError for what cannot be made lines of.
        """


class LinkingActivity(Activity):
    """An activity that links inbound tables, and can propose by which columns."""

    @abstractmethod
    def propose(
        self, settings: Any, source: str, schemas: SchemaInbound, inbound: TableInbound, services: Services
    ) -> Mapping[str, Any]:
        """Return how the transition `source` could be linked to the primary set; an empty mapping for no idea.

        Members: `criteria` (objects of `source`, a column of the primary set, and `destination`, one of the
        linked set), `cardinality`, and, where both tables are there, `matched`, `unmatched` and `sentence`.
        """


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """One recipient's message, byte for byte as it would be sent, and what stood out while it was made.

    `trace` has an object for each piece of text that came from a field: `part` (`subject`, `html`, `text`), `start`,
    `end` (characters in that part) and `path` (`targetData.code`). `missing` are the fields that were reached and NULL.
    """

    subject: str
    html: str
    text: str
    sender_name: str = ""
    sender_address: str = ""
    trace: tuple[Mapping[str, Any], ...] = ()
    missing: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


class MessageActivity(Activity):
    """An activity that writes to people, one message for each row of its inbound table. Nothing is ever sent."""

    @abstractmethod
    def fields(
        self, settings: Any, schema: TableSchema, row: Mapping[str, Any] | None, services: Services
    ) -> Sequence[Mapping[str, Any]]:
        """Return the fields that a message may use: objects of `path` (`targetData.code`), `type`, `label`, `example`.

        `row` is one row of the inbound table, for the examples.
        """

    @abstractmethod
    def paths(self, settings: Any, schema: TableSchema) -> frozenset[str]:
        """Return the columns (paths of `schema`, `target.firstName`) that the message reads."""

    @abstractmethod
    def renderer(
        self, settings: Any, schema: TableSchema, services: Services
    ) -> Callable[[Mapping[str, Any]], RenderedMessage]:
        """Return what makes the message of a row: a mapping of column path to value, NULL left out or None.

        Compiled once for many rows. Raises TemplateError for a message that no recipient could get.
        """
