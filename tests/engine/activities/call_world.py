"""A world for activities that call: secrets, recordings, reports, and somebody who can stop the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engine.activities.external_api import ExternalApi
from engine.activity import Arrival, Outcome
from engine.document.model import AccountRef
from engine.errors import CampaignFlowError, Code, Finding, RunCancelled, SecretError
from engine.http_client.lines import Connections
from engine.schema import TARGET, Column, ColumnType, Link, TableSchema
from engine.tables.interim import Table
from engine.text import Text
from tests.engine.activities.targeting_world import PROFILES, World, _Design

API = ExternalApi()
HOST = "https://demo-api.example/v1/"
SECRET = "sk-Very/secret+key=1"

AUDIENCE = TableSchema(
    (
        Column("id", ColumnType.INTEGER),
        Column("region", ColumnType.TEXT),
        Column("born", ColumnType.DATE),
        Column("seen", ColumnType.DATE_TIME),
        Column("score", ColumnType.FLOAT),
        Column("group", ColumnType.TEXT),
    ),
    (
        Link(TARGET, PROFILES, is_stored=False),
        Link("weather", TableSchema((Column("region", ColumnType.TEXT), Column("sky", ColumnType.TEXT)))),
    ),
    key="id",
    dimension="profiles",
)

MISSING = Code("SEC-TEST-MISSING", "A secret of a test is missing.")
STOPPED = Code("APP-TEST-STOP", "A test stopped the run.")


@dataclass
class CallWorld(World):
    """Adds secrets by name, reports by name, and the findings of a check."""

    secrets: Mapping[str, str] = field(default_factory=lambda: {"key": SECRET, "demo": "demo-key"})
    reports: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    accounts: Mapping[str, AccountRef] = field(default_factory=dict)

    @property
    def design(self) -> _Design:
        """Return what is known before a run, under these guardrails."""
        return replace(super().design, guardrails=self.guardrails, accounts=self.accounts)

    def secret(self, name: str) -> str:
        """Return a secret."""
        self.asked.append(name)
        if name not in self.secrets:
            raise SecretError(MISSING, Text("The secret “{name}” is missing.", name=name))
        return self.secrets[name]

    def report(self, name: str, data: Mapping[str, Any]) -> None:
        """Keep a report."""
        self.reports[name] = data

    def check_cancelled(self) -> None:
        """Stop when asked to."""
        if self.is_cancelled:
            raise RunCancelled(STOPPED, Text("Stopped."))

    @property
    def call(self) -> Mapping[str, Any]:
        """Return the report of the call."""
        return self.reports["call"]

    def audience(self, rows: Sequence[Mapping[str, Any]]) -> Table:
        """Return people who arrive."""
        whole = [{**dict.fromkeys((*(each.id for each in AUDIENCE.columns), "weather")), **row} for row in rows]
        return self.tables.from_rows(whole, AUDIENCE)

    def run(self, settings: Mapping[str, Any], inbound: Table | None = None) -> Outcome:
        """Run the activity as the only one of a run."""
        with Connections(self.certificate_file) as self.connections:
            return self.outcome(API, settings, inbound)

    def result(self, settings: Mapping[str, Any], inbound: Table | None = None) -> list[dict[str, Any]]:
        """Run the activity and return its rows."""
        return self.rows(self.run(settings, inbound).tables["result"])

    def error(self, settings: Mapping[str, Any], inbound: Table | None = None) -> CampaignFlowError:
        """Run the activity and return the error that it ends with."""
        try:
            self.run(settings, inbound)
        except CampaignFlowError as error:
            return error
        raise AssertionError("the run should have failed")

    def body(self, settings: Mapping[str, Any], inbound: Table | None = None) -> Any:
        """Return the body that would be sent."""
        view = API.Settings.model_validate(settings)
        arrivals = {"inbound": [Arrival("query", "result", inbound)]} if inbound is not None else {}
        return API.request(view, arrivals, self)["body"]

    def findings(self, settings: Mapping[str, Any], inbound: TableSchema | None = None) -> list[Finding]:
        """Return what is wrong before a run."""
        view = API.Settings.model_validate(settings)
        arrivals = {"inbound": [Arrival("query", "result", inbound)]} if inbound is not None else {}
        return list(API.check(view, arrivals, self.design))

    def everything(self, folder: Path) -> str:
        """Return all that a run left anywhere: notes, reports, recordings."""
        files = "".join(file.read_text(encoding="utf-8") for file in folder.rglob("*.json"))
        return repr(self.notes) + repr(self.reports) + files


def get(path: str, **settings: Any) -> dict[str, Any]:
    """Return the settings of a GET of the demo API that takes one column."""
    made: dict[str, Any] = {
        "request": {"url": HOST + path},
        "response": {"columns": [{"id": "code", "key": "code"}]},
        "retry": {"attempts": 1},
    }
    for name, value in settings.items():
        made[name] = {**made.get(name, {}), **value} if isinstance(value, Mapping) else value
    return made


def vouchers(**settings: Any) -> dict[str, Any]:
    """Return the settings of a call that asks for one code a row."""
    made: dict[str, Any] = {
        "request": {
            "url": f"{HOST}codes",
            "add_count": True,
            "headers": [{"name": "X-Api-Key", "value": "{{secret:demo}}"}],
        },
        "response": {"pointer": "/data", "columns": [{"id": "code", "key": "code", "length": 255}]},
    }
    for name, value in settings.items():
        made[name] = {**made.get(name, {}), **value} if isinstance(value, Mapping) else value
    return made
