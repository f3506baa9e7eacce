"""Content keys: what a result depends on, what it was, and how long it is kept."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from engine import __version__, data_sources
from engine.activity import TableInbound
from engine.document import digits
from engine.document.files import write_atomically
from engine.document.model import ActivityEntry
from engine.errors import CampaignFlowError, Code, FileError, SettingsError
from engine.expressions import parse, reads_clock
from engine.runner.request import Place
from engine.runner.services import RunContext
from engine.schema import TableSchema
from engine.text import Text

NO_RESULTS = Code("FILE-NO-RESULTS", "The results of a run cannot be written beside the flow.")

MOST_BYTES: Final = 4 * 1024**3
"""So many bytes of tables are kept beside a flow; those that nobody has used for longest go first."""
YOUNG_S: Final = 600.0
"""A table as young as this stays: another run may still need it."""

RECORD_S: Final = 7 * 86_400.0
"""How an activity ended is known for so long after it was last asked for."""
RECORD_ENDING: Final = ".outcome.json"

_FORMAT: Final = 1
_PLACES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Record:
    """How an activity ended once: its table keys by transition (None for the event alone) and all that it said."""

    tables: Mapping[str, str | None]
    variables: Mapping[str, Any]
    notes: Sequence[Mapping[str, Any]]
    reports: Mapping[str, Any]


def activity_key(
    context: RunContext,
    id: str,
    inbound: TableInbound,
    variables: Mapping[str, Any],
    state: Any,
) -> str:
    """Return the name of all that the result of the activity depends on, the same for the same.

    The activity itself is part of it: two with the same settings do not hand out the same voucher codes. `state`
    is what it depends on outside the flow.
    """
    entry = context.flow.activities[id]
    text = digits.dumps(_saved(entry), ensure_ascii=False, sort_keys=True, default=str)
    options = context.flow.options
    parts: list[Any] = [
        (_FORMAT, __version__, id),
        text,
        [_arrivals(name, arrivals) for name, arrivals in sorted(inbound.items())],
        (context.seed, options.guardrails, options.time_zone, options.locale),
        sorted((name, value) for name, value in variables.items() if name in text),
        context.now.isoformat() if may_read_clock(entry.settings) else "",
        [(name, _fingerprint(context, name)) for name in _resources(context, text, inbound)],
        state,
    ]
    return digest(parts)


def may_read_clock(settings: Any) -> bool:
    """Return whether anything in settings may depend on the moment: an expression, or a place in a text."""
    if isinstance(settings, str) and ("{{" in settings or "{%" in settings):
        return any(reads_clock(piece) for piece in _PLACES.findall(settings))
    if isinstance(settings, str):
        return reads_clock(settings) and _is_expression(settings)
    if isinstance(settings, Mapping):
        return any(may_read_clock(member) for member in settings.values())
    return isinstance(settings, list | tuple) and any(may_read_clock(member) for member in settings)


def _is_expression(text: str) -> bool:
    try:
        parse(text)
    except SettingsError:
        return False  # words for people, such as “Order now”
    return True


def digest(parts: Any) -> str:
    """Return a short name for a JSON value."""
    data = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(data.encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _saved(entry: ActivityEntry) -> dict[str, Any]:
    """Return what of an entry can change its result: neither its label nor how its errors are taken."""
    return {
        "kind": entry.kind,
        "version": entry.version,
        "mode": entry.execution.mode,
        "settings": entry.settings,
    }


def _arrivals(name: str, arrivals: Sequence[Any]) -> Any:
    return name, [(each.name, each.content.key if each.content is not None else None) for each in arrivals]


def _resources(context: RunContext, text: str, inbound: TableInbound) -> Sequence[str]:
    """Return the resources that an activity may read: those it names, and the dimensions of what arrives."""
    tables = [arrival.content for arrivals in inbound.values() for arrival in arrivals]
    dimensions = {name for table in tables if table is not None for name in _dimensions(table.schema)}
    return [name for name in sorted(context.flow.resources) if name in text or name in dimensions]


def _dimensions(schema: TableSchema) -> Iterable[str]:
    yield schema.dimension
    for link in schema.links:
        yield from _dimensions(link.schema)


def _fingerprint(context: RunContext, name: str) -> Any:
    ref = context.flow.resources[name].model_dump()
    try:
        return ref, data_sources.fingerprint(ref, context.place.folder)
    except CampaignFlowError as error:
        return ref, error.code.id  # whoever reads the resource will say so


def find_record(place: Place, key: str) -> Record | None:
    """Return how the activity with this key ended, or None when that is not known any more."""
    try:
        data = json.loads(_record_file(place, key).read_text(encoding="utf-8"))
        return Record(data["tables"], data["variables"], data["notes"], data["reports"])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # missing or damaged: the activity runs again


def keep_record(place: Place, key: str, record: Record) -> None:
    """Write down how the activity with this key ended."""
    data = {
        "tables": dict(record.tables),
        "variables": dict(record.variables),
        "notes": list(record.notes),
        "reports": dict(record.reports),
    }
    write_atomically(_record_file(place, key), json.dumps(data, ensure_ascii=False, default=str).encode())


def _record_file(place: Place, key: str) -> Path:
    return place.tables / f"{key}{RECORD_ENDING}"


def prepare(place: Place) -> None:
    """Make the folders of results; people's data in them is kept out of version control. Raises FileError."""
    ignored = place.work / ".gitignore"
    try:
        place.tables.mkdir(parents=True, exist_ok=True)
        if not ignored.exists():
            ignored.write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise not_written(error) from None


def not_written(error: OSError) -> FileError:
    """Return the error of the disk as a sentence."""
    return FileError(
        NO_RESULTS,
        Text("The results of the run cannot be written: {reason}.", reason=error.strerror or type(error).__name__),
        hint=Text("Check that there is room on the disk, and that the folder of the flow may be written to."),
    )


def latest(place: Place) -> dict[str, str]:
    """Return the table key of each transition that the last runs filled; empty before any run."""
    try:
        data = json.loads(place.latest.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def keep_latest(place: Place, ran: Iterable[str], tables: Mapping[str, str]) -> None:
    """Write down the `tables` of the activities that `ran`; what is known of others is kept."""
    gone = set(ran)
    kept = {name: key for name, key in latest(place).items() if name.partition(".")[0] not in gone}
    write_atomically(place.latest, json.dumps({**kept, **tables}, indent=2, sort_keys=True).encode())


def sweep(place: Place, needed: Iterable[str], *, most_bytes: int = MOST_BYTES) -> None:
    """Drop the tables that nobody has used for longest, until the rest is small enough, and very old notes."""
    safe = {*needed, *latest(place).values()}
    young, recent = time.time() - YOUNG_S, time.time() - RECORD_S
    files = [(file, file.stat()) for file in place.tables.iterdir() if file.is_file()]
    total = sum(stat.st_size for _, stat in files)
    for file, stat in sorted(files, key=lambda each: each[1].st_mtime):
        is_left_over = file.suffix == ".part" and stat.st_mtime < young
        if is_left_over or (file.name.endswith(RECORD_ENDING) and stat.st_mtime < recent):
            file.unlink(missing_ok=True)
        elif total > most_bytes and file.suffix == ".parquet" and file.stem not in safe and stat.st_mtime < young:
            file.unlink(missing_ok=True)
            file.with_suffix(".json").unlink(missing_ok=True)
            total -= stat.st_size


def use(place: Place, key: str, tables: Iterable[Path | None]) -> None:
    """Note that the record under `key` and its `tables` have been used, so that they are kept longer."""
    for file in (_record_file(place, key), *tables):
        if file is not None:
            with suppress(OSError):  # somebody else's folder: it is read all the same
                os.utime(file)
