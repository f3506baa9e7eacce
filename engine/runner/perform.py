"""Does the work of one activity of a run, or finds that it has been done before."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from engine import registry
from engine.activity import CallingActivity, Effect, Population, TableInbound, Transition
from engine.checks import passed_on
from engine.errors import Code, DataError, Level
from engine.runner import cache
from engine.runner.events import Event, Note, TransitionFilled
from engine.runner.services import RunContext, RunServices
from engine.schema import TableSchema
from engine.tables.interim import Table
from engine.text import Text

BROKEN_PROMISE = Code("DATA-OTHER-COLUMNS", "A table has other columns than the flow said before it ran.")

BETWEEN_LOOKS_S: Final = 0.25

Tables = Mapping[str, Table | None]
"""The tables of the transitions that fired; None where the event came alone."""


@dataclass(frozen=True, slots=True)
class Work:
    """One activity of a run: what arrived, the variables before it, and the schemas that it promised."""

    context: RunContext
    id: str
    inbound: TableInbound
    variables: Mapping[str, Any]
    promised: Mapping[str, TableSchema]
    services: RunServices
    tell: Callable[[Event], object]

    @property
    def is_passing(self) -> bool:
        """Return whether rows only go through the activity."""
        return self.context.flow.activities[self.id].execution.mode == "pass-through"


@dataclass(frozen=True, slots=True)
class Performed:
    """What came of it."""

    tables: Tables
    variables: Mapping[str, Any] = field(default_factory=dict)
    is_reused: bool = False
    stops_flow: bool = False


def perform(work: Work) -> Performed:
    """Return the tables of the activity, materialised under content keys. Raises what the activity raises."""
    entry = work.context.flow.activities[work.id]
    found, (view, _) = registry.activity(entry.kind), registry.settings(entry)
    if found is None or view is None:
        raise RuntimeError(entry.kind)  # the checks have let no such entry through
    transitions = found.transitions(view)
    if work.is_passing:
        tables = _passed(work, transitions)
        return Performed({name: _filled(work, name, table, "") for name, table in tables.items()})
    freshness = found.freshness(view, work.services)
    live = work.services.live if isinstance(found, CallingActivity) or found.effect(view) is not Effect.NONE else None
    is_reusable = freshness is not None and live is not True  # who is told to really call calls each time
    state = (live, freshness) if is_reusable else uuid.uuid4().hex
    key = cache.activity_key(work.context, work.id, work.inbound, work.variables, state)
    reused = _reused(work, key) if is_reusable else None
    if reused is not None:
        return reused
    with _watched(work):
        outcome = found.run(view, work.inbound, work.services)
        _refuse_unknown(outcome.tables, transitions)
        fired = [way for way in transitions if way.name in outcome.tables]
        tables = {way.name: _filled(work, way.name, outcome.tables[way.name], key) for way in fired}
    if is_reusable and not outcome.stops_flow and not any(way.role == "failed" for way in fired):
        _remember(work, key, tables, outcome.variables)
    return Performed(tables, outcome.variables, stops_flow=outcome.stops_flow)


def _passed(work: Work, transitions: tuple[Transition, ...]) -> Tables:
    contents = [each.content for arrivals in work.inbound.values() for each in arrivals]
    first = next((content for content in contents if content is not None), None)
    tables = {way.name: None if way.population is Population.EVENT else first for way in passed_on(transitions)}
    kinds = {way.name: way.population for way in transitions}
    return {name: table for name, table in tables.items() if table is not None or kinds[name] is not Population.ROWS}


def _filled(work: Work, transition: str, table: Table | None, key: str) -> Table | None:
    """Materialise one transition and tell about it."""
    if table is None:
        work.tell(TransitionFilled(work.id, transition, None, "", "", "fresh"))
        return None
    promised = work.promised.get(f"{work.id}.{transition}")
    if promised is not None and shape(promised) != shape(table.schema):
        raise DataError(
            BROKEN_PROMISE,
            Text(
                "“{label}” gave other columns than expected on “{transition}”: {difference}.",
                label=work.services.label,
                transition=transition,
                difference=_difference(promised, table.schema),
            ),
            hint=Text("Check the flow again: what it reads may have changed meanwhile."),
        )
    store = work.context.store
    known = store.find(table.key) if table.key else None
    if known is None or known.expr is not table.expr or known.schema != table.schema:
        known = store.materialise(table, cache.digest([key, transition]))
    work.tell(_event(work, transition, known, is_reused=False))
    return known


@contextmanager
def _watched(work: Work) -> Iterator[None]:
    """Tell how far long queries are, until the block is left."""
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(BETWEEN_LOOKS_S):
            percent = work.context.store.progress()
            if percent is not None:
                work.services.progress(round(percent), 100)

    thread = threading.Thread(target=watch, name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def shape(schema: TableSchema) -> tuple[object, ...]:
    """Return what a promised schema and a result must have in common: paths, types, key and dimension."""
    return tuple((path, column.type) for path, column in schema.stored_paths()), schema.key, schema.dimension


def _difference(promised: TableSchema, given: TableSchema) -> str:
    before = {path: column.type for path, column in promised.stored_paths()}
    after = {path: column.type for path, column in given.stored_paths()}
    parts = [f"− {path}" for path in before if path not in after]
    parts += [f"+ {path}" for path in after if path not in before]
    parts += [
        f"{path}: {before[path]} → {after[path]}"
        for path in before.keys() & after.keys()
        if before[path] != after[path]
    ]
    return ", ".join(parts) or f"{promised.dimension} {promised.key} → {given.dimension} {given.key}"


def _event(work: Work, transition: str, table: Table, *, is_reused: bool) -> TransitionFilled:
    columns = [
        {"id": column.id, "path": path, "type": str(column.type)} for path, column in table.schema.stored_paths()
    ]
    path = str(table.path or "")
    return TransitionFilled(
        work.id, transition, table.rows, table.key, path, "reused" if is_reused else "fresh", columns
    )


def _refuse_unknown(tables: Tables, transitions: tuple[Transition, ...]) -> None:
    unknown = set(tables) - {way.name for way in transitions}
    if unknown:
        raise DataError(
            BROKEN_PROMISE, Text("A result came for “{names}”, which is no transition.", names=", ".join(unknown))
        )


def _remember(work: Work, key: str, tables: Tables, variables: Mapping[str, Any]) -> None:
    keys = {name: table.key if table is not None else None for name, table in tables.items()}
    notes = [note.to_json() for note in work.services.notes]
    cache.keep_record(work.context.place, key, cache.Record(keys, variables, notes, work.services.reports))


def _reused(work: Work, key: str) -> Performed | None:
    """Return what an earlier run made under the same key, or None when it is not all there any more."""
    record = cache.find_record(work.context.place, key)
    if record is None:
        return None
    tables: dict[str, Table | None] = {}
    for name, table_key in record.tables.items():
        tables[name] = work.context.store.find(table_key) if table_key is not None else None
        if table_key is not None and tables[name] is None:
            return None
    for note in record.notes:
        text = Text.from_json(note["text"])
        work.tell(Note(work.id, Level(note["level"]), note["code"], text, note.get("field", "")))
    for name, report in record.reports.items():
        work.services.report(name, report)
    for name, table in tables.items():
        if table is None:
            work.tell(TransitionFilled(work.id, name, None, "", "", "reused"))
        else:
            work.tell(_event(work, name, table, is_reused=True))
    cache.use(work.context.place, key, [table.path for table in tables.values() if table is not None])
    return Performed(tables, record.variables, is_reused=True)
