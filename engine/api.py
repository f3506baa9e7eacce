"""The verbs of the engine, shared by the command line, the window's process, the library and the tests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from engine import data_sources, json_schema
from engine.data_sources.answer_text import value_of_sample
from engine.document import edits, files, package
from engine.errors import Code, DataError
from engine.expressions import FUNCTIONS
from engine.runner import execute, questions
from engine.runner.design import checked
from engine.runner.identity import secret_known, secret_set, try_account
from engine.runner.questions import (
    column_effect,
    message_fields,
    opened,
    preview,
    propose_relation,
    request_preview,
    write_messages,
)
from engine.runner.recorded import forget_recording, recording
from engine.runner.request import Place, RunRequest, temporary_work
from engine.tables import json_columns, paging
from engine.text import Text

if TYPE_CHECKING:
    from engine.checks import CheckResult
    from engine.document.model import Flow
    from engine.runner.cancellation import Cancellation
    from engine.runner.events import Event
    from engine.tables.interim import TableStore
    from engine.tables.json_shapes import Mode

__all__ = [
    "check_flow",
    "column_effect",
    "columns",
    "first_rows",
    "flow_schema",
    "forecast",
    "forget_recording",
    "functions",
    "load_flow",
    "message_fields",
    "opened",
    "pack_flow",
    "page",
    "preview",
    "propose_relation",
    "propose_resource",
    "recording",
    "request_preview",
    "run_flow",
    "save_flow",
    "secret_known",
    "secret_set",
    "try_account",
    "unpack_flow",
    "write_messages",
]

NO_TABLE = Code("DATA-NO-TABLE", "A table is asked for that is not kept any more, or was never made.")

FIRST_ROWS = 20
"""So many rows of each table are shown by the test call."""


def load_flow(path: Path | str) -> Flow:
    """Return the flow in the file at `path`, which its relative paths start beside. Raises FileError."""
    return files.load(Path(path)).at(Path(path))


def save_flow(flow: Flow, path: Path | str) -> None:
    """Write the flow to `path`: whole or not at all. Raises FileError."""
    files.save(flow, Path(path))


def pack_flow(flow: Flow, target: Path) -> Mapping[str, Any]:
    """Write the flow and its recorded answers, without the rows that were sent, to the file `target`.

    Returns the activities with `recordings`, the resources that are `left_out`, and what the flow says of secrets that
    stand in it in clear (`clear_secrets`, findings). Raises FileError.
    """
    place = Place.of(flow)
    name = flow.file.stem if flow.file is not None else "flow"
    packed = package.pack(flow, name, (place.work, *place.recordings), target)
    clear = [each.to_json() for each in check_flow(flow).findings if each.code.id in package.CLEAR_SECRETS]
    return {"recordings": list(packed.recordings), "left_out": list(packed.left_out), "clear_secrets": clear}


def unpack_flow(source: Path, folder: Path) -> Path:
    """Write the flow of a package and its recorded answers to `folder`; return the flow's file. Raises FileError."""
    return package.unpack(source, folder)


def check_flow(
    flow: Flow, place: Place | None = None, *, guardrails: Literal["acs", "local"] | None = None
) -> CheckResult:
    """Return what is wrong with the flow, under its own limits or those of `guardrails`; nothing is run or called."""
    if guardrails is not None:
        flow = edits.set_options(flow, guardrails=guardrails)
    folder = place.folder if place is not None else (flow.file.absolute().parent if flow.file else Path.cwd())
    return checked(flow, folder)


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


def forecast(
    flow: Flow, place: Place | None = None, activity: str = "", store: TableStore | None = None
) -> Mapping[str, Any]:
    """Return how many calls a live run makes, to which hosts, how much they take, and what limits that is against.

    The rows that arrive are those of the last run at `place`; without one they are found by a replay, which calls
    nothing and leaves nothing behind. Of all activities, or of one. Raises CampaignFlowError.
    """
    if place is None:
        kept = Place.of(flow)
        place = Place(kept.folder, temporary_work(), (kept.work, *kept.recordings))
        for _ in execute.run(flow, RunRequest(replay=True), place):
            continue  # what cannot be replayed is forecast without its rows
    return questions.forecast(flow, place, activity, store)


def columns(
    sample: Any, *, flatten: bool = False, pointer: str | None = None, mode: Mode | None = None
) -> Mapping[str, Any]:
    """Return what a sample means (`mode`, `pointer`), its `columns`, `nested` ones, `notes`, and the `candidates`.

    `within` are the lists that its rows hold, `mode` how rows are made of what stands at `pointer`. `sample` is a JSON
    value, or `{"text": "…"}` with the text of one, or of JSON lines or CSV; `format`, `delimiter` and `has_header`
    beside it are those of `TextForm`. Raises SettingsError, DataError, FileError.
    """
    sample = value_of_sample(sample)
    proposal: Mapping[str, Any] = json_columns.propose_columns(sample, flatten=flatten, pointer=pointer, mode=mode)
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


def page(  # noqa: PLR0913 - one page, all by name
    store: TableStore,
    table: str,
    *,
    offset: int = 0,
    limit: int = 200,
    sort: tuple[str, bool] | None = None,
    filter: str | None = None,
    among: tuple[str, Sequence[str]] | None = None,
) -> Mapping[str, Any]:
    """Return rows of the table with this content key: columns, rows, total, offset. Raises DataError, SettingsError."""
    if store.find(table) is None:
        raise DataError(
            NO_TABLE, Text("This table is not kept any more."), hint=Text("Test the flow again to see its rows.")
        )
    found: Mapping[str, Any] = paging.page(
        store, table, offset=offset, limit=limit, sort=sort, filter=filter, among=among
    )
    return found


def propose_resource(path: Path) -> Mapping[str, Any]:
    """Return a name and a reference for the table in the file at `path`. Raises FileError, DataError."""
    proposal: Mapping[str, Any] = data_sources.propose(path)
    return proposal


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
