"""A small world for activities: people in a real table engine, a flow's design, and the services of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from engine.activity import Activity, Arrival, Outcome
from engine.document.model import AccountRef
from engine.errors import Level
from engine.http_client.lines import Connections
from engine.schema import Column, ColumnType, TableSchema
from engine.tables.interim import Table, TableStore
from engine.text import Text

NOW = datetime(2026, 3, 7, 12, 0)

PROFILES = TableSchema(
    (
        Column("id", ColumnType.INTEGER),
        Column("firstName", ColumnType.TEXT, "First name", length=80),
        Column("age", ColumnType.INTEGER),
        Column("region", ColumnType.TEXT),
        Column("birthDate", ColumnType.DATE),
    ),
    key="id",
    dimension="profiles",
)
PURCHASES = TableSchema(
    (
        Column("number", ColumnType.TEXT),
        Column("profile", ColumnType.INTEGER),
        Column("title", ColumnType.TEXT),
        Column("price", ColumnType.FLOAT),
    ),
    key="number",
    dimension="purchases",
)
PEOPLE: list[dict[str, Any]] = [
    {"id": 5, "firstName": "Eve", "age": 31, "region": "13", "birthDate": date(1995, 3, 7)},
    {"id": 3, "firstName": "Cid", "age": 22, "region": "75", "birthDate": date(2004, 1, 2)},
    {"id": 1, "firstName": "Ann", "age": 26, "region": "13", "birthDate": date(2000, 3, 6)},
    {"id": 2, "firstName": "Bob", "age": 29, "region": "59", "birthDate": date(1996, 12, 31)},
    {"id": 4, "firstName": "Dee", "age": None, "region": None, "birthDate": None},
]
BOUGHT: list[dict[str, Any]] = [
    {"number": "a", "profile": 1, "title": "Skis", "price": 200.0},
    {"number": "b", "profile": 1, "title": "Skis", "price": 210.0},
    {"number": "c", "profile": 2, "title": "Hat", "price": 15.0},
    {"number": "d", "profile": 1, "title": "Hat", "price": 15.0},
]


@dataclass
class World:
    """The design of a flow and the services of a run over it, in one."""

    tables: TableStore
    variables: Mapping[str, Any] = field(default_factory=lambda: {"campaign": "SPRING26", "region": "13"})
    now: datetime = NOW
    seed: int = 1
    notes: list[tuple[Level, str, str]] = field(default_factory=list)
    guardrails: Literal["acs", "local"] = "local"
    folder: Path = Path()
    activity: str = "activity"
    label: str = "Activity"
    time_zone: str = "UTC"
    locale: str = "en"
    live: bool | None = None
    recordings: Sequence[Path] = ()
    certificate_file: Path | None = None
    is_cancelled: bool = False

    def __post_init__(self) -> None:
        """Put the people and what they bought in place."""
        people, bought = self.tables.from_rows(PEOPLE, PROFILES), self.tables.from_rows(BOUGHT, PURCHASES)
        self.known: dict[str, Table] = {"profiles": people, "purchases": bought}
        self.connections = Connections(self.certificate_file)
        self.designed: dict[str, TableSchema] = {name: table.schema for name, table in self.known.items()}

    @property
    def design(self) -> _Design:
        """Return what is known before a run."""
        return _Design(self.designed, self.variables)

    def secret(self, name: str) -> str:
        """There are no secrets here."""
        raise KeyError(name)

    def resource(self, name: str) -> Table:
        """Return a table by name."""
        return self.known[name]

    def note(self, level: Level, text: Text, *, code: str = "", field: str = "") -> None:
        """Keep a note."""
        self.notes.append((level, code, str(text)))

    def progress(self, done: int, total: int | None = None) -> None:
        """Nobody watches."""

    def check_cancelled(self) -> None:
        """Nobody cancels."""

    def report(self, name: str, data: Mapping[str, Any]) -> None:
        """Nobody reads reports."""

    def outcome(self, activity: Activity, settings: Mapping[str, Any], inbound: Table | None = None) -> Outcome:
        """Run an activity with settings as they stand in a file; what it promised of its columns must be so."""
        view = activity.Settings.model_validate(settings)
        arrivals = {"inbound": [Arrival("query", "result", inbound)]} if inbound is not None else {}
        designed = {"inbound": [Arrival("query", "result", inbound.schema)]} if inbound is not None else {}
        promised = activity.schemas(view, designed, self.design)
        outcome = activity.run(view, arrivals, self)
        for name, table in outcome.tables.items():
            assert table is not None
            assert promised[name] == table.schema, name
        return outcome

    def rows(self, table: Table | None) -> list[dict[str, Any]]:
        """Return the rows of a table as a run would keep them."""
        assert table is not None
        kept = self.tables.materialise(table, f"t{len(list(self.tables._folder.iterdir()))}")
        return self.tables.rows(kept)

    def problems(
        self, activity: Activity, settings: Mapping[str, Any], inbound: TableSchema | None = None
    ) -> list[tuple[str, str]]:
        """Return (field, code) of everything that is wrong before a run."""
        view = activity.Settings.model_validate(settings)
        designed = {"inbound": [Arrival("query", "result", inbound)]} if inbound is not None else {}
        return [(found.field, found.code.id) for found in activity.check(view, designed, self.design)]


@dataclass(frozen=True)
class _Design:
    schemas: Mapping[str, TableSchema]
    variables: Mapping[str, Any]
    guardrails: Literal["acs", "local"] = "local"
    folder: Path = Path()
    accounts: Mapping[str, AccountRef] = field(default_factory=dict)

    def account(self, name: str) -> AccountRef | None:
        return self.accounts.get(name)

    def resource(self, name: str) -> TableSchema | None:
        return self.schemas.get(name)

    def resource_names(self) -> Sequence[str]:
        return tuple(self.schemas)
