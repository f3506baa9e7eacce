"""Messages of the last run's recipients, written with the flow as it is now: for the preview, and as files."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from engine import registry
from engine.activity import MessageActivity, RenderedMessage
from engine.errors import Code, Finding, Level, SettingsError, TemplateError
from engine.personalization.fields import field_of
from engine.personalization.recipients import name_of, naming_columns
from engine.runner import cache
from engine.runner.events import Event
from engine.runner.services import RunContext, RunServices
from engine.schema import TableSchema
from engine.tables.interim import Table
from engine.tables.reaching import order_of, reach
from engine.tables.seeking import Seeker
from engine.text import Text

NO_MESSAGE = Code("TPL-NO-MESSAGE", "A message is asked of an activity that writes none.")
STALE_FIELD = Code("TPL-STALE-FIELD", "A message reads a field that the rows of the last run do not have yet.")

BATCH: Final = 2_000
"""So many rows are in memory at once while messages are written."""

_LONGEST_NAME = 80
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\Z)", re.I)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A message activity of the flow with its settings, and what its recipients are read from."""

    id: str
    activity: MessageActivity
    settings: Any
    label: Text
    services: RunServices
    source: str
    table: Table | None


def preview(
    context: RunContext, activity: str, recipient: Mapping[str, Any], schema: TableSchema | None = None
) -> Mapping[str, Any]:
    """Return one recipient's message as JSON, or the `reason` why there is none.

    `recipient` is `{"index": n}`, `{"key": text}` or `{"find": text, "from": n}`; recipients stand in the order of
    their keys. `schema` is what the flow says will arrive now, when that is known: the rows are the last run's.
    Raises SettingsError for an activity that writes no messages.
    """
    opened = _opened(context, activity)
    if opened.table is None:
        return _nobody(_why_no_table(opened))
    seeker = Seeker(context.store, opened.table, context.resource)
    total = seeker.total
    if not total:
        return _nobody(Text("No recipient arrived at “{label}”.", label=opened.label))
    naming = naming_columns(opened.table.schema)
    index = _index(seeker, recipient, naming, total)
    if index is None:
        return _nobody(Text("No recipient is called that."))
    known = schema or opened.table.schema
    paths = opened.activity.paths(opened.settings, known)
    order = order_of(opened.table)
    row = seeker.at(index, [*sorted(paths), *naming, *([order] if order else [])])
    if row is None:
        return _nobody(Text("This recipient is not there any more."))
    key = _key(row, order, index)
    who = {"index": index, "count": total, "key": key, "name": name_of(row, naming, key)}
    stale = tuple(_stale(activity, paths, opened.table.schema, known))
    return {"recipient": who, "reason": None, **_to_json(_rendered(opened, known, row), stale)}


def message_fields(context: RunContext, activity: str, schema: TableSchema | None = None) -> Mapping[str, Any]:
    """Return the fields that a message may use: `{"fields": [{"path", "type", "label", "example"}]}`.

    Examples come from the first recipient of the last run.
    """
    opened = _opened(context, activity)
    known = schema or (opened.table.schema if opened.table is not None else TableSchema())
    row: Mapping[str, Any] | None = None
    if opened.table is not None:
        paths = [path for path, _ in opened.table.schema.paths()]
        row = Seeker(context.store, opened.table, context.resource).at(0, paths)
    fields = opened.activity.fields(opened.settings, known, row, opened.services)
    return {"fields": [{**field, "example": _plain(field.get("example"))} for field in fields]}


def write_messages(
    context: RunContext, out: Path, limit: int | None, *, only: Sequence[str] | None = None
) -> Mapping[str, int]:
    """Write `messages/<activity>/<key>.{json,html,txt}` below `out`, and return how many of each activity.

    At most `limit` recipients of each message activity are written, all of them for None; `only` names the
    activities. Raises RunCancelled, and OSError when a file cannot be written.
    """
    written = {}
    for id, entry in context.flow.activities.items():
        if isinstance(registry.activity(entry.kind), MessageActivity) and (only is None or id in only):
            opened = _opened(context, id)
            if opened.table is not None:
                written[id] = _write(context, opened, opened.table, out / "messages" / id, limit)
    return written


def _write(context: RunContext, opened: _Opened, table: Table, folder: Path, limit: int | None) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    naming = naming_columns(table.schema)
    render = opened.activity.renderer(opened.settings, table.schema, opened.services)
    paths = [*sorted(opened.activity.paths(opened.settings, table.schema)), *naming]
    taken: set[str] = set()
    count = 0
    for key, row in _recipients(context, table, paths, limit):
        context.cancellation.check()
        who = {"index": count, "key": key, "name": name_of(row, naming, key)}
        _write_one(folder / _file_name(key, taken), who, render(row))
        count += 1
    return count


def _recipients(
    context: RunContext, table: Table, paths: Sequence[str], limit: int | None
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (key, row) in the order of the keys, a batch of rows at a time."""
    order = order_of(table)
    columns = reach(table, [*paths, *([order] if order else [])], context.resource)
    if columns is None:
        total = table.rows if table.rows is not None else context.store.count(table.expr)
        yield from ((str(place + 1), {}) for place in range(total if limit is None else min(limit, total)))
        return
    ordered = columns.order_by(order) if order else columns
    arrow = context.store.arrow(ordered if limit is None else ordered.limit(limit))
    place = 0
    for batch in arrow.to_batches(max_chunksize=BATCH):
        for row in batch.to_pylist():
            yield _key(row, order, place), row
            place += 1


def _write_one(file: Path, who: Mapping[str, Any], message: RenderedMessage) -> None:
    data = {"recipient": dict(who), **_to_json(message, ())}
    text = json.dumps(data, ensure_ascii=False, indent=2, default=str)
    for ending, content in ((".json", f"{text}\n"), (".html", message.html), (".txt", message.text)):
        file.with_name(f"{file.name}{ending}").write_text(content, encoding="utf-8", newline="\n")


def _file_name(key: str, taken: set[str]) -> str:
    """Return a name for the files of a recipient: safe on every system, and no other recipient's."""
    name = re.sub(r"[^\w@+=.,-]", "_", key).strip(". ")[:_LONGEST_NAME]
    is_same = bool(name) and name == key and not _RESERVED.match(name) and name.lower() not in taken
    if not is_same:
        name = f"{name or 'key'}~{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:8]}"
    while name.lower() in taken:
        name += "~"
    taken.add(name.lower())
    return name


def _opened(context: RunContext, id: str) -> _Opened:
    entry = context.flow.activities.get(id)
    found = registry.activity(entry.kind) if entry is not None else None
    if entry is None or not isinstance(found, MessageActivity):
        raise SettingsError(NO_MESSAGE, Text("“{id}” writes no messages.", id=id), activity=id)
    settings, problems = registry.settings(entry)
    if settings is None:
        raise SettingsError.of(problems[0]).at(id)
    source = next((name for place in found.inbound(settings) for name in entry.inputs.get(place.name, ())), "")
    key = cache.latest(context.place).get(source, "")
    table = context.store.find(key) if key else None
    variables = {**context.flow.variables, **context.request.variables}
    services = RunServices(context, id, variables, _unheard)
    return _Opened(id, found, settings, registry.title(entry), services, source, table)


def _unheard(_event: Event) -> None:
    """Take an event outside a run, where nobody listens."""


def _why_no_table(opened: _Opened) -> Text:
    if not opened.source:
        return Text("No recipients are wired into “{label}” yet.", label=opened.label)
    return Text("Test the flow to see messages.")


def _nobody(reason: Text) -> Mapping[str, Any]:
    return {"recipient": None, "reason": reason.to_json(), **_to_json(RenderedMessage("", "", ""), ())}


def _index(seeker: Seeker, recipient: Mapping[str, Any], naming: Sequence[str], total: int) -> int | None:
    if "key" in recipient:
        return seeker.index_of(str(recipient["key"]))
    start = int(recipient.get("from") or 0)
    if "find" in recipient:
        return seeker.index_with(str(recipient["find"]), naming, start if start < total else 0)
    return min(max(int(recipient.get("index") or 0), 0), total - 1)


def _key(row: Mapping[str, Any], order: str, place: int) -> str:
    return str(row[order]) if order and row.get(order) is not None else str(place + 1)


def _rendered(opened: _Opened, schema: TableSchema, row: Mapping[str, Any]) -> RenderedMessage:
    """Return the message; one that nobody could get is empty and says why."""
    try:
        render: Callable[[Mapping[str, Any]], RenderedMessage] = opened.activity.renderer(
            opened.settings, schema, opened.services
        )
    except TemplateError as error:
        return RenderedMessage("", "", "", findings=(error.at(opened.id).finding,))
    return render(row)


def _stale(id: str, paths: frozenset[str], stored: TableSchema, known: TableSchema) -> Iterator[Finding]:
    """Yield the fields that will arrive, but that the rows of the last run do not have."""
    for path in sorted(paths):
        if stored.column(path) is None and known.column(path) is not None:
            text = Text("“{path}” is not in the rows of the last run.", path=field_of(path))
            yield Finding(Level.WARNING, STALE_FIELD, text, id, hint=Text("Test the flow again."))


def _to_json(message: RenderedMessage, more: Sequence[Finding]) -> Mapping[str, Any]:
    return {
        "subject": message.subject,
        "html": message.html,
        "text": message.text,
        "sender_name": message.sender_name,
        "sender_address": message.sender_address,
        "trace": [dict(piece) for piece in message.trace],
        "missing": list(message.missing),
        "findings": [finding.to_json() for finding in (*more, *message.findings)],
    }


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)
