"""Small activities that do what the tests of the runner need: rows, copies, splits, and every kind of trouble."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Literal, NoReturn

from engine.activity import (
    Activity,
    ActivitySettings,
    CallingActivity,
    Category,
    Design,
    Effect,
    Forecast,
    Inbound,
    Outcome,
    Population,
    SchemaInbound,
    Services,
    TableInbound,
    Transition,
)
from engine.errors import CallError, Code, DataError, Finding, Level, RunCancelled
from engine.schema import Column, ColumnType, TableSchema
from engine.tables.interim import Table
from engine.text import Text

TROUBLE = Code("DATA-PRACTICE", "Trouble for practice.")
NUMBERS = TableSchema((Column("n", ColumnType.INTEGER), Column("word", ColumnType.TEXT)), key="n")


class _Practice(Activity):
    """What the small activities share."""

    title = Text("Practice")
    category: ClassVar[Category] = "data"
    help = Text("For practice.")

    def summary(self, settings: Any) -> Text:
        return Text("Practice")

    def inbound(self, settings: Any) -> tuple[Inbound, ...]:
        return (Inbound("inbound", Text("Rows")),)

    def transitions(self, settings: Any) -> tuple[Transition, ...]:
        return (Transition("result", Text("Result")),)

    def schemas(self, settings: Any, inbound: SchemaInbound, design: Design) -> Mapping[str, TableSchema]:
        schema = inbound["inbound"][0].content if inbound.get("inbound") else None
        return {way.name: schema for way in self.transitions(settings)} if schema is not None else {}


class NumbersSettings(ActivitySettings):
    """How many numbers, and whether they are made anew each time."""

    count: int = 3
    word: str = "a"
    is_fresh: bool = True


class Numbers(_Practice):
    """Counts from 1."""

    kind = "numbers"
    Settings = NumbersSettings

    def inbound(self, settings: NumbersSettings) -> tuple[Inbound, ...]:
        return (Inbound("inbound", Text("Trigger"), minimum=0, needs_rows=False),)

    def schemas(self, settings: NumbersSettings, inbound: SchemaInbound, design: Design) -> Mapping[str, TableSchema]:
        return {"result": NUMBERS}

    def freshness(self, settings: NumbersSettings, services: Services) -> str | None:
        return "" if settings.is_fresh else None

    def run(self, settings: NumbersSettings, inbound: TableInbound, services: Services) -> Outcome:
        services.note(Level.INFO, Text("Counted to {count}", count=settings.count), code="DATA-PRACTICE")
        rows = [{"n": number, "word": settings.word} for number in range(1, settings.count + 1)]
        return Outcome({"result": services.tables.from_rows(rows, NUMBERS)}, variables={"counted": settings.count})


class KeepSettings(ActivitySettings):
    """From which number on."""

    least: int = 2
    fires: bool = True


class Keep(_Practice):
    """Keeps the larger numbers; the others leave by the complement."""

    kind = "keep"
    Settings = KeepSettings

    def transitions(self, settings: KeepSettings) -> tuple[Transition, ...]:
        rest = Transition("complement", Text("Rest"), role="complement")
        return (Transition("result", Text("Result")), rest)

    def check(self, settings: KeepSettings, inbound: SchemaInbound, design: Design) -> Iterator[Finding]:
        if settings.least < 0:
            yield Finding(Level.ERROR, TROUBLE, Text("Too small."), field="least")

    def run(self, settings: KeepSettings, inbound: TableInbound, services: Services) -> Outcome:
        table = inbound["inbound"][0].content
        assert table is not None
        kept = Table(table.expr.filter(table.expr.n >= settings.least), table.schema)
        rest = Table(table.expr.filter(table.expr.n < settings.least), table.schema)
        return Outcome({"result": kept, "complement": rest} if settings.fires else {"complement": rest})


class CopiesSettings(ActivitySettings):
    """Nothing to set."""


class Copies(_Practice):
    """Sends what comes in two ways."""

    kind = "copies"
    Settings = CopiesSettings

    def inbound(self, settings: CopiesSettings) -> tuple[Inbound, ...]:
        return (Inbound("inbound", Text("Anything"), needs_rows=False),)

    def transitions(self, settings: CopiesSettings) -> tuple[Transition, ...]:
        return tuple(Transition(name, Text("Copy"), Population.INBOUND) for name in ("copy1", "copy2"))

    def run(self, settings: CopiesSettings, inbound: TableInbound, services: Services) -> Outcome:
        table = inbound["inbound"][0].content
        return Outcome({"copy1": table, "copy2": table})


class AnySettings(ActivitySettings):
    """Nothing to set."""


class AnyOf(_Practice):
    """Goes on with whatever arrives."""

    kind = "any-of"
    Settings = AnySettings

    def inbound(self, settings: AnySettings) -> tuple[Inbound, ...]:
        return (Inbound("inbound", Text("Rows"), maximum=None, waits_for_all=False),)

    def run(self, settings: AnySettings, inbound: TableInbound, services: Services) -> Outcome:
        services.note(Level.INFO, Text("{count} arrived", count=len(inbound["inbound"])))
        return Outcome({"result": inbound["inbound"][0].content})


class TroubleSettings(ActivitySettings):
    """What goes wrong."""

    how: Literal["data", "crash", "wait", "query", "promise", "unknown", "secret", "disk"] = "data"


class Trouble(_Practice):
    """Goes wrong as it is told to."""

    kind = "trouble"
    Settings = TroubleSettings

    def run(self, settings: TroubleSettings, inbound: TableInbound, services: Services) -> Outcome:
        services.report("practice", {"how": settings.how})
        table = inbound["inbound"][0].content
        assert table is not None
        if settings.how == "promise":
            other = TableSchema((Column("n", ColumnType.TEXT),), key="n")
            return Outcome({"result": Table(table.expr, other)})
        if settings.how == "unknown":
            return Outcome({"nowhere": table})
        troubles: dict[str, Callable[[Table, Services], object]] = {
            "crash": _crash,
            "disk": _fill_disk,
            "secret": _tell_secret,
            "query": _query,
            "wait": _wait,
        }
        troubles.get(settings.how, _refuse)(table, services)
        return Outcome({"result": table})


def _refuse(table: Table, services: Services) -> NoReturn:
    raise DataError(TROUBLE, Text("The rows are bad."), field="how")


def _crash(table: Table, services: Services) -> NoReturn:
    raise ValueError("hunter22")


def _fill_disk(table: Table, services: Services) -> NoReturn:
    raise OSError(28, "No space left on device")


def _tell_secret(table: Table, services: Services) -> NoReturn:
    value = services.secret("voucher-key")
    services.note(Level.WARNING, Text("Sent {header}", header=f"Bearer {value}"))
    services.report("call", {"source": "live", "request": {"headers": [{"name": "A", "value": value}]}})
    raise CallError(TROUBLE, Text("Refused {value}", value=value), details={"told": value})


def _query(table: Table, services: Services) -> None:
    big = table.expr.cross_join(table.expr.select(m=table.expr.n))
    for _ in range(26):
        big = big.cross_join(table.expr.select(m=table.expr.n)).select("n", "word", "m")
    services.tables.count(big.filter(big.n + big.m > 1))


def _wait(table: Table, services: Services) -> NoReturn:
    while not services.is_cancelled:
        services.progress(1, 2)
        time.sleep(0.005)
    raise RunCancelled(TROUBLE, Text("Stopped."))


class PracticeCallSettings(ActivitySettings):
    """What is called."""

    effect: Effect = Effect.READS
    fails: bool = False


class PracticeCall(CallingActivity, _Practice):
    """Calls nobody, and says so."""

    kind = "practice-call"
    Settings = PracticeCallSettings

    def effect(self, settings: PracticeCallSettings) -> Effect:
        return settings.effect

    def transitions(self, settings: PracticeCallSettings) -> tuple[Transition, ...]:
        return (Transition("result", Text("Result")), Transition("failed", Text("Failed"), role="failed"))

    def forecast(self, settings: PracticeCallSettings, inbound: TableInbound, services: Services) -> Forecast:
        return Forecast("example.com", "GET", settings.effect, 1, 1)

    def request(self, settings: Any, inbound: TableInbound, services: Services) -> Mapping[str, Any]:
        tables = [arrival.content for arrival in inbound["inbound"]]
        rows = [table.rows for table in tables if table is not None]
        header = {"name": "Authorization", "value": services.secret("voucher-key")}
        return {"method": "GET", "url": "https://example.com", "headers": [header], "body": None, "bytes": rows}

    def run(self, settings: PracticeCallSettings, inbound: TableInbound, services: Services) -> Outcome:
        source = {True: "live", False: "recording", None: "sample"}[services.live]
        request = {
            "method": "GET",
            "url": "https://example.com",
            "headers": [{"name": "A", "value": "b"}],
            "body": None,
        }
        services.report("call", {"source": source, "request": request, "response": None, "notes": ["as asked"]})
        table = inbound["inbound"][0].content
        return Outcome({"failed" if settings.fails else "result": table})
