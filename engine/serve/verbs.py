"""What the window can ask: each verb takes parameters as JSON and gives JSON back."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from engine import api, later
from engine.document import files
from engine.document.model import Flow
from engine.expressions import ExpressionContext, type_of
from engine.runner.cancellation import Cancellation
from engine.runner.events import RunFinished
from engine.runner.execute import readable
from engine.runner.request import Place, RunRequest, moment
from engine.schema import Column, ColumnType, TableSchema
from engine.serve.stores import kept_store
from engine.serve.told import Told
from engine.tables.interim import TableStore

Params = Mapping[str, Any]
Tell = Callable[[Mapping[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb. Those of one lane are answered one after the other; one without a lane has a thread of its own."""

    action: Callable[[Params, Cancellation, Tell], Any]
    lane: str = "quick"


def _flow(params: Params) -> Flow:
    return files.from_json(params["flow"])


def _place(params: Params) -> Place:
    recordings = tuple(Path(folder) for folder in params.get("recordings") or ())
    return Place(Path(params["folder"]), Path(params["work"]), recordings)


def _request(params: Params) -> RunRequest:
    live, now, certificates = params.get("live") or (), params.get("now"), params.get("ca")
    return RunRequest(
        to=str(params.get("to") or ""),
        live="all" if live == "all" else frozenset(live),
        replay=bool(params.get("replay")),
        seed=params.get("seed"),
        now=moment(now) if now else None,
        variables=params.get("variables") or {},
        certificate_file=Path(certificates) if certificates else None,
    )


def _run(params: Params, cancellation: Cancellation, tell: Tell) -> Mapping[str, Any]:
    status, told = "", Told()
    for event in api.run_flow(_flow(params), _request(params), _place(params), cancellation):
        tell(told.once(event))
        if isinstance(event, RunFinished):
            status = event.status
    return {"status": status}


def _check(params: Params, cancellation: Cancellation, tell: Tell) -> Mapping[str, Any]:
    return api.check_flow(_flow(params), _place(params)).to_json()


def _columns(params: Params, cancellation: Cancellation, tell: Tell) -> Mapping[str, Any]:
    flatten, pointer = bool(params.get("flatten")), params.get("pointer")
    return api.columns(params["sample"], flatten=flatten, pointer=pointer, mode=params.get("mode"))


def _page(params: Params, cancellation: Cancellation, tell: Tell) -> Mapping[str, Any]:
    sort, among = params.get("sort"), params.get("among")
    with kept_store(Path(params["work"]) / "tables") as store, cancellation.calling(store.interrupt):
        return api.page(
            store,
            str(params["table"]),
            offset=int(params.get("offset") or 0),
            limit=int(params.get("limit") or 200),
            sort=(str(sort[0]), bool(sort[1])) if sort else None,
            filter=params.get("filter") or None,
            among=(str(among[0]), [str(each) for each in among[1]]) if among else None,
        )


@contextmanager
def _opened(params: Params, cancellation: Cancellation) -> Iterator[tuple[Flow, Place, TableStore]]:
    """Open the tables of the flow's last runs, until `cancellation`."""
    flow, place = _flow(params), _place(params)
    with kept_store(place.tables, readable(flow, place)) as store, cancellation.calling(store.interrupt):
        yield flow, place, store


def _request_preview(params: Params, cancellation: Cancellation, tell: Tell) -> Mapping[str, Any]:
    with _opened(params, cancellation) as (flow, place, store):
        return api.request_preview(flow, params["activity"], place, store)


def _try_account(params: Params, cancellation: Cancellation, tell: Tell) -> Mapping[str, Any]:
    return api.try_account(_flow(params), str(params["name"]), cancellation, _request(params).certificate_file)


def _forecast(params: Params, cancellation: Cancellation, tell: Tell) -> Mapping[str, Any]:
    with _opened(params, cancellation) as (flow, place, store):
        return api.forecast(flow, place, str(params.get("activity") or ""), store)


def _propose_relation(params: Params, cancellation: Cancellation, tell: Tell) -> Mapping[str, Any]:
    with _opened(params, cancellation) as (flow, place, store):
        return api.propose_relation(flow, params["activity"], params["source"], place, store)


def _column_effect(params: Params, cancellation: Cancellation, tell: Tell) -> Mapping[str, Any]:
    with _opened(params, cancellation) as (flow, place, store):
        return api.column_effect(flow, params["activity"], params["field"], int(params["column"]), place, store)


def _message_fields(params: Params, cancellation: Cancellation, tell: Tell) -> Mapping[str, Any]:
    with _opened(params, cancellation) as (flow, place, store):
        return api.message_fields(flow, params["activity"], place, store)


def _preview(params: Params, cancellation: Cancellation, tell: Tell) -> Mapping[str, Any]:
    with _opened(params, cancellation) as (flow, place, store):
        return api.preview(flow, params["activity"], params["recipient"], place, store)


def _recording(params: Params, cancellation: Cancellation, tell: Tell) -> Mapping[str, Any] | None:
    return api.recording(_place(params), str(params["activity"]))


def _forget_recording(params: Params, cancellation: Cancellation, tell: Tell) -> Mapping[str, Any]:
    return {"is_deleted": api.forget_recording(_place(params), str(params["activity"]))}


VERBS: Mapping[str, Verb] = {
    "run": Verb(_run, lane=""),
    "check": Verb(_check),
    "columns": Verb(_columns),
    "functions": Verb(lambda _params, _cancellation, _tell: api.functions()),
    "page": Verb(_page, lane="pages"),
    "secret_known": Verb(lambda params, _cancellation, _tell: api.secret_known(params["names"]), lane="keyring"),
    "secret_set": Verb(
        lambda params, _cancellation, _tell: api.secret_set(params["name"], params["value"]), lane="keyring"
    ),
    "test_account": Verb(_try_account, lane=""),
    "propose_resource": Verb(
        lambda params, _cancellation, _tell: api.propose_resource(Path(params["path"])), lane="tables"
    ),
    "request_preview": Verb(_request_preview, lane="tables"),
    "recording": Verb(_recording),
    "forget_recording": Verb(_forget_recording),
    "forecast": Verb(_forecast, lane="tables"),
    "propose_relation": Verb(_propose_relation, lane="tables"),
    "message_fields": Verb(_message_fields, lane="tables"),
    "preview": Verb(_preview, lane="messages"),
    "column_effect": Verb(_column_effect, lane="columns"),
}
"""What may take a moment, or waits for people as the keyring does, has a lane of its own."""


def warm_up() -> None:
    """Load what activities do, the table engine and the expressions, so that the first question need not wait."""
    later.load_all()
    schema = TableSchema((Column("n", ColumnType.INTEGER),))
    type_of("n + 1 > 2", schema, ExpressionContext(datetime(2000, 1, 1)))
    with TableStore(Path(tempfile.gettempdir())) as store:  # which is not written to: the process may end any moment
        store.rows(store.from_rows([{"n": 1}], schema))
    gc.freeze()  # what has been loaded stays: nobody need look through it again
