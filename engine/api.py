"""The verbs of the engine, shared by the command line, the window's process, the library and the tests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Literal

from engine import checks, data_sources, json_schema, registry
from engine.activity import Activity, Arrival, CallingActivity, LinkingActivity
from engine.checks import CheckResult
from engine.document import edits, files, order
from engine.document.model import Flow, split_source
from engine.errors import Code, DataError, SettingsError
from engine.expressions import FUNCTIONS
from engine.runner import cache, execute, messages
from engine.runner.cancellation import Cancellation
from engine.runner.design import FlowDesign
from engine.runner.events import Event
from engine.runner.request import Place, RunRequest, moment_of
from engine.runner.services import SECRETS, RunContext, RunServices, masked
from engine.schema import TableSchema
from engine.tables import json_rows, json_text, paging
from engine.tables.interim import TableStore
from engine.text import Text

NOT_THAT_KIND = Code("FLOW-NOT-THAT-KIND", "An activity is asked for something that its kind cannot do.")
NO_TABLE = Code("DATA-NO-TABLE", "A table is asked for that is not kept any more, or was never made.")

FIRST_ROWS = 20
"""So many rows of each table are shown by the test call."""


def load_flow(path: Path | str) -> Flow:
    """Return the flow in the file at `path`, which its relative paths start beside. Raises FileError."""
    return files.load(Path(path)).at(Path(path))


def save_flow(flow: Flow, path: Path | str) -> None:
    """Write the flow to `path`: whole or not at all. Raises FileError."""
    files.save(flow, Path(path))


def check_flow(
    flow: Flow, place: Place | None = None, *, guardrails: Literal["acs", "local"] | None = None
) -> CheckResult:
    """Return what is wrong with the flow, under its own limits or those of `guardrails`; nothing is run or called."""
    if guardrails is not None:
        flow = edits.set_options(flow, guardrails=guardrails)
    folder = place.folder if place is not None else (flow.file.absolute().parent if flow.file else Path.cwd())
    return checks.check(flow, FlowDesign(flow, folder))


def run_flow(
    flow: Flow,
    request: RunRequest | None = None,
    place: Place | None = None,
    cancellation: Cancellation | None = None,
) -> Iterator[Event]:
    """Run the flow and yield its events; nothing is ever sent. Who stops reading stops the run.

    Raises SettingsError for an activity that does not exist, FileError when results cannot be written.
    """
    return execute.run(flow, request or RunRequest(), place or Place.of(flow), cancellation)


def columns(sample: Any, *, flatten: bool = False, pointer: str | None = None) -> Mapping[str, Any]:
    """Return the list that a sample means (`pointer`), its `columns`, `notes`, and the `candidates` there were.

    `sample` is a JSON value, or `{"text": "…"}` with the text of one. Raises SettingsError, DataError, FileError.
    """
    if isinstance(sample, Mapping) and set(sample) == {"text"} and isinstance(sample["text"], str):
        sample = json_text.read_json(sample["text"], field="sample").value
    proposal: Mapping[str, Any] = json_rows.propose_columns(sample, flatten=flatten, pointer=pointer)
    return proposal


def flow_schema() -> Mapping[str, Any]:
    """Return the JSON Schema of `.flow` files."""
    return json_schema.flow_schema()


def functions() -> Sequence[Mapping[str, str]]:
    """Return the functions of expressions: name, signature, help, group."""
    return [
        {"name": each.name, "signature": each.signature, "help": str(each.help), "group": each.group}
        for each in FUNCTIONS.values()
    ]


def page(
    store: TableStore,
    table: str,
    *,
    offset: int = 0,
    limit: int = 200,
    sort: tuple[str, bool] | None = None,
    filter: str | None = None,
) -> Mapping[str, Any]:
    """Return rows of the table with this content key: columns, rows, total, offset. Raises DataError."""
    if store.find(table) is None:
        raise DataError(
            NO_TABLE, Text("This table is not kept any more."), hint=Text("Test the flow again to see its rows.")
        )
    found: Mapping[str, Any] = paging.page(store, table, offset=offset, limit=limit, sort=sort, filter=filter)
    return found


def secret_known(names: Sequence[str]) -> Mapping[str, str]:
    """Return for each name where the secret is kept, an empty text for nowhere. Raises SecretError."""
    return {name: str(SECRETS.where(name) or "") for name in names}


def secret_set(name: str, value: str) -> Mapping[str, str]:
    """Keep a secret and return where. Raises SecretError."""
    return {"where": str(SECRETS.set(name, value)), "notice": str(SECRETS.notice or "")}


def propose_resource(path: Path) -> Mapping[str, Any]:
    """Return a name and a reference for the table in the file at `path`. Raises FileError, DataError."""
    proposal: Mapping[str, Any] = data_sources.propose(path)
    return proposal


def request_preview(flow: Flow, activity: str, place: Place, store: TableStore | None = None) -> Mapping[str, Any]:
    """Return the request that an activity would send, secrets masked; nothing is sent. Raises CampaignFlowError."""
    found, view = _activity(flow, activity, CallingActivity)
    with opened(flow, place, store=store) as context:
        services = RunServices(context, activity, flow.variables, _unheard)
        request = found.request(view, _tables(context, activity), services)
        shown: Mapping[str, Any] = masked(request, context.handed_out)
        return shown


def propose_relation(
    flow: Flow, activity: str, source: str, place: Place, store: TableStore | None = None
) -> Mapping[str, Any]:
    """Return by which columns the transition `source` could be linked in `activity`; empty for no idea."""
    found, view = _activity(flow, activity, LinkingActivity)
    with opened(flow, place, store=store) as context:
        schemas = checks.check(flow, context.design).schemas
        inbound = {
            name: tuple(Arrival(*split_source(wire), schemas.get(wire)) for wire in wires)
            for name, wires in flow.activities[activity].inputs.items()
        }
        services = RunServices(context, activity, flow.variables, _unheard)
        proposal: Mapping[str, Any] = found.propose(view, source, inbound, _tables(context, activity), services)
        return proposal


def message_fields(flow: Flow, activity: str, place: Place, store: TableStore | None = None) -> Mapping[str, Any]:
    """Return the fields that a message may use, with types and examples. Raises CampaignFlowError."""
    with opened(flow, place, store=store) as context:
        return messages.message_fields(context, activity, _arriving(context, activity))


def preview(
    flow: Flow, activity: str, recipient: Mapping[str, Any], place: Place, store: TableStore | None = None
) -> Mapping[str, Any]:
    """Return one recipient's message as it would be sent. Raises CampaignFlowError.

    `recipient` is `{"index": n}`, `{"key": text}` or `{"find": text, "from": n}`.
    """
    with opened(flow, place, store=store) as context:
        return messages.preview(context, activity, recipient, _arriving(context, activity))


def write_messages(flow: Flow, request: RunRequest, place: Place, out: Path) -> Mapping[str, int]:
    """Write the messages of the last run below `out` and return how many of each activity. Raises OSError.

    At most `request.recipients` of each activity are written; only activities that `request` reaches are.
    """
    asked = execute.prepared(flow, request)
    with opened(asked, place, request) as context:
        return messages.write_messages(context, out, request.recipients)


def first_rows(place: Place, flow: Flow, table: str) -> Sequence[Mapping[str, Any]]:
    """Return the first rows of a table as objects, ready for JSON."""
    with opened(flow, place) as context:
        found = page(context.store, table, limit=FIRST_ROWS)
    paths = [column["path"] for column in found["columns"]]
    return [dict(zip(paths, row, strict=True)) for row in found["rows"]]


def as_json(value: Any) -> str:
    """Return a value as one line of JSON; dates become ISO text."""
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _activity(flow: Flow, id: str, contract: type[Any]) -> tuple[Any, Any]:
    """Return the activity `id` and its settings. Raises SettingsError for unusable ones and for another contract."""
    entry = flow.activities.get(id)
    if entry is None:
        raise SettingsError(execute.NO_ACTIVITY, Text("The flow has no activity “{id}”.", id=id))
    found: Activity | None = registry.activity(entry.kind)
    if not isinstance(found, contract):
        text = Text("“{label}” cannot do this.", label=registry.title(entry))
        raise SettingsError(NOT_THAT_KIND, text, activity=id)
    view, problems = registry.settings(entry)
    if view is None:
        raise SettingsError.of(problems[0]).at(id)
    return found, view


@contextmanager
def opened(
    flow: Flow, place: Place, request: RunRequest | None = None, store: TableStore | None = None
) -> Iterator[RunContext]:
    """Open the tables of earlier runs, with a connection of its own or `store`, for what is done outside a run."""
    asked = request or RunRequest()
    now, design = moment_of(flow, asked), FlowDesign(flow, place.folder)
    cache.prepare(place)
    new = nullcontext(store) if store is not None else TableStore(place.tables, readable=execute.readable(flow, place))
    with new as used:
        yield RunContext(flow, place, asked, now, design, used, Cancellation(), SECRETS)


def _arriving(context: RunContext, activity: str) -> TableSchema | None:
    """Return the columns that will arrive at an activity, as far as the flow says."""
    inputs = context.flow.activities[activity].inputs if activity in context.flow.activities else {}
    wire = next((wire for wires in inputs.values() for wire in wires), "")
    return checks.check(order.up_to(context.flow, activity), context.design).schemas.get(wire) if wire else None


def _tables(context: RunContext, id: str) -> Mapping[str, Sequence[Arrival[Any]]]:
    """Return the tables that arrived in the last run; the content of those that never did is None."""
    keys = cache.latest(context.place)
    return {
        name: tuple(
            Arrival(*split_source(wire), context.store.find(keys[wire]) if wire in keys else None) for wire in wires
        )
        for name, wires in context.flow.activities[id].inputs.items()
    }


def _unheard(_event: Event) -> None:
    """Take an event outside a run, where nobody listens."""
