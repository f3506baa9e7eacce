"""The flow as a frozen value: what a `.flow` file holds, with every member it does not know kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_validator

FORMAT: Final = "campaign-flow/1"
ID_PATTERN = r"^[A-Za-z_][A-Za-z0-9_-]{0,63}$"
"""What an activity id or resource name looks like: no dot, so that `fork.copy1` can name a transition."""


class Value(BaseModel):
    """A frozen part of the document that keeps members it does not know (ACS 1.12: nothing is dropped)."""

    model_config = ConfigDict(frozen=True, extra="allow", arbitrary_types_allowed=False)


class Options(Value):
    """The options of the whole flow. `now` is the moment that runs pretend it is (ISO 8601), empty for the clock."""

    guardrails: Literal["acs", "local"] = "local"
    time_zone: str = "UTC"
    locale: str = "en"
    seed: int = 1
    now: str = ""

    @field_validator("now")
    @classmethod
    def _is_moment(cls, value: str) -> str:
        if value:
            datetime.fromisoformat(value)
        return value


class ResourceRef(Value):
    """A named table of the flow: where its rows come from and which column is its key."""

    source: str
    path: str = ""
    key: str = ""
    label: str = ""


class Credential(Value):
    """One parameter of an OAuth token request: in its form, or as one of its headers (ACS 1.10)."""

    name: str = ""
    value: str = ""
    in_header: bool = False


class AccountRef(Value):
    """Who the flow is to another service. Secrets are references, `{{secret:name}}`.

    An `oauth2` account has a token endpoint and credentials (grant type: client credentials), a `basic` one username
    and password, a `bearer` one its token; an `api-key` is sent as the header, else the query parameter, `name`.
    """

    type: str = "oauth2"
    label: str = ""
    enabled: bool = True
    token_url: str = ""
    credentials: tuple[Credential, ...] = ()
    username: str = ""
    password: str = ""
    token: str = ""
    name: str = ""
    value: str = ""
    in_header: bool = True


class Execution(Value):
    """How an activity takes part in a run (ACS 3.4)."""

    mode: Literal["normal", "pass-through", "disabled"] = "normal"
    on_error: Literal["stop", "ignore"] = "stop"


class ActivityEntry(Value):
    """One activity of the flow: its kind, its wires and its settings as plain JSON.

    `inputs` gives for each inbound name the transitions wired into it (`"fork.copy1"`), in order.
    """

    kind: str
    version: int = 1
    label: str = ""
    inputs: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    execution: Execution = Execution()
    settings: Mapping[str, Any] = Field(default_factory=dict)


class Position(Value):
    """Where an activity's card stands on the canvas, in scene pixels."""

    x: float = 0
    y: float = 0


class Flow(Value):
    """A whole flow. Wires are kept in their target; positions are kept apart in `layout`."""

    format: Literal["campaign-flow/1"] = FORMAT
    name: str = ""
    options: Options = Options()
    variables: Mapping[str, Any] = Field(default_factory=dict)
    resources: Mapping[str, ResourceRef] = Field(default_factory=dict)
    accounts: Mapping[str, AccountRef] = Field(default_factory=dict)
    activities: Mapping[str, ActivityEntry] = Field(default_factory=dict)
    layout: Mapping[str, Position] = Field(default_factory=dict)
    _file: Path | None = PrivateAttr(default=None)

    @property
    def file(self) -> Path | None:
        """Return the file that the flow was loaded from, if it is known: relative paths start beside it."""
        return self._file

    def at(self, file: Path) -> Flow:
        """Return the same flow, known to come from `file`."""
        flow = self.model_copy()
        flow._file = file  # noqa: SLF001 # its own member, on a copy
        return flow

    def wires(self) -> Iterator[Wire]:
        """Yield every wire, in the order of activity ids, inbound names and places."""
        for target in sorted(self.activities):
            for inbound, sources in self.activities[target].inputs.items():
                for source in sources:
                    yield Wire(*split_source(source), target, inbound)


@dataclass(frozen=True, slots=True, order=True)
class Wire:
    """A wire from a transition of one activity to an inbound of another."""

    source: str
    transition: str
    target: str
    inbound: str

    @property
    def name(self) -> str:
        """Return the source as it is written in `inputs`: `fork.copy1`."""
        return f"{self.source}.{self.transition}"


def split_source(name: str) -> tuple[str, str]:
    """Split `fork.copy1` into the activity id and the transition."""
    activity, _, transition = name.partition(".")
    return activity, transition
