"""From an answer to columns: asks the engine what a sample means, and writes it into the flow as one step."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from designer.forms.asking import OnError, OnResult, ask
from designer.forms.paths import as_list, as_mapping, is_list, value_at
from designer.forms.resources import free_name
from engine import registry
from engine.document import edits
from engine.document.model import Flow

if TYPE_CHECKING:
    from designer.session import Session

SAMPLE_ENTRIES = 20
"""So many entries of each list are kept when an answer becomes the sample: the file is read by people too."""

_TRANSITIONS = ("result", "rejects", "failed", "no_data")
_FORM = ("format", "delimiter", "has_header")
_STORED = ("id", "key", "label", "type", "length", "format")


def ask_columns(  # noqa: PLR0913 - one question, all by name
    session: Session,
    owner: QObject,
    sample: Any,
    *,
    flatten: bool,
    pointer: str | None,
    mode: str | None = None,
    on_result: OnResult,
    on_error: OnError,
) -> None:
    """Ask which list of `sample` (a JSON value, or `{"text": …}`) holds the rows and which columns they have.

    The answer: `mode`, `pointer`, `columns` (id, key, label, type, length, example), `nested` columns, `notes`,
    `candidates`, and `within`: lists in the rows.
    """
    params = {"sample": sample, "flatten": flatten, "pointer": pointer, "mode": mode}
    ask(session, owner, "columns", params, on_result=on_result, on_error=on_error)


def is_flatten(flow: Flow, activity: str) -> bool:
    """Return whether the activity makes one row of the whole answer (ACS: Flatten)."""
    return bool(value_at(flow.activities[activity].settings, "response.mode") == "flatten")


def with_columns(flow: Flow, activity: str, proposal: Mapping[str, Any], *, mode: str) -> Flow:
    """Return the flow with the columns of `proposal` in the activity's settings, and how it makes rows (else `mode`).

    A column whose key was there before keeps what people have said about it (id, type, policies).
    """
    columns = _merged(value_at(_settings(flow, activity), "response.columns"), proposal)
    mode = str(proposal.get("mode") or mode)
    flow = edits.set_setting(flow, activity, "response.mode", mode)
    if mode != "flatten":
        flow = edits.set_setting(flow, activity, "response.pointer", proposal["pointer"])
    return edits.set_setting(flow, activity, "response.columns", columns)


def _merged(before: Any, proposal: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the proposed columns; what was said before about one with the same key is kept."""
    known = {str(each.get("key")): as_mapping(each) for each in as_list(before) if isinstance(each, Mapping)}
    return [known.get(str(column["key"])) or stored_column(column) for column in proposal["columns"]]


def answer_of(session: Session, activity: str) -> Any:
    """Return what columns can be found in: the sample of an activity, else its last answer as text, else None."""
    sample = value_at(_settings(session.flow, activity), "response.sample")
    if sample not in (None, ""):
        return as_sample(session.flow, activity, sample) if isinstance(sample, str) else sample
    run = session.run.activities.get(activity)
    response = as_mapping(as_mapping(run.reports.get("call") if run is not None else None).get("response"))
    text = response.get("text")
    return as_sample(session.flow, activity, text) if isinstance(text, str) and text else None


def as_sample(flow: Flow, activity: str, text: str) -> Mapping[str, Any]:
    """Return the text of an answer as a sample to ask about, with how the activity reads it."""
    response = as_mapping(_settings(flow, activity).get("response"))
    return {"text": text, **{name: response[name] for name in _FORM if name in response}}


def new_table(
    tables: Sequence[Mapping[str, Any]], pointer: str, proposal: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return a further table beside `tables`: of the list at `pointer`, with the columns of `proposal`."""
    names = [step for step in pointer.split("/") if step not in {"", "*"} and not step.isdigit()]
    wish = re.sub(r"\W", "_", names[-1]) if names else ""
    wish = wish if wish.isascii() else ""
    wish = wish if wish[:1].isalpha() and wish not in _TRANSITIONS else f"table_{wish}".rstrip("_")
    id = free_name(wish, {str(each.get("id")): each for each in tables}, join="_")
    columns = [stored_column(each) for each in (proposal or {}).get("columns", ())]
    mode = str((proposal or {}).get("mode") or "array")
    return {"id": id, "label": names[-1] if names else "", "mode": mode, "pointer": pointer, "columns": columns}


def with_table_columns(flow: Flow, activity: str, place: int, proposal: Mapping[str, Any]) -> Flow:
    """Return the flow with the columns of `proposal` in the further table at `place`; known ones stay as they are."""
    tables = [as_mapping(each) for each in as_list(value_at(_settings(flow, activity), "response.more"))]
    tables[place]["columns"] = _merged(tables[place].get("columns"), proposal)
    return edits.set_setting(flow, activity, "response.more", tables)


def with_answer(
    flow: Flow, activity: str, proposal: Mapping[str, Any], answer: Any, *, changed: Collection[str] = ()
) -> Flow:
    """Return the flow with the shape of an `answer` accepted: its columns, and itself as sample where there was one.

    Columns for values inside the rows stay; those whose keys are in `changed` get the types that `proposal` gives.
    """
    settings = _settings(flow, activity)
    before = [as_mapping(column) for column in as_list(value_at(settings, "response.columns"))]
    flow = with_columns(flow, activity, proposal, mode=str(value_at(settings, "response.mode") or "array"))
    proposed = {str(column["key"]): column for column in proposal["columns"]}
    columns = [
        _retyped(column, proposed[str(column.get("key"))]) if column.get("key") in changed else column
        for column in map(as_mapping, as_list(value_at(_settings(flow, activity), "response.columns")))
    ]
    is_flat = str(proposal.get("mode")) == "flatten"
    inside = [each for each in before if str(each.get("key")).startswith("/") and str(each.get("key")) not in proposed]
    flow = edits.set_setting(flow, activity, "response.columns", columns if is_flat else [*columns, *inside])
    has_sample = value_at(settings, "response.sample") not in (None, "")
    return with_sample(flow, activity, answer) if has_sample else flow


def _retyped(column: Mapping[str, Any], proposal: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a column with another type, without what belongs to its old one."""
    kept = {name: value for name, value in column.items() if name not in {"type", "length", "format"}}
    return {**kept, **{name: value for name, value in stored_column(proposal).items() if name in {"type", "length"}}}


def with_sample(flow: Flow, activity: str, sample: Any) -> Flow:
    """Return the flow with `sample`, its long lists cut, as the activity's sample."""
    return edits.set_setting(flow, activity, "response.sample", shortened(sample))


def shortened_text(text: str) -> str:
    """Return the first lines of a text, as many as a list keeps entries and whole records of CSV."""
    lines = text.splitlines(keepends=True)
    end = SAMPLE_ENTRIES + 1
    while end < len(lines) and "".join(lines[:end]).count('"') % 2:
        end += 1
    return "".join(lines[:end])


def shortened(value: Any) -> Any:
    """Return a JSON value with at most `SAMPLE_ENTRIES` entries in each of its lists."""
    if isinstance(value, Mapping):
        return {name: shortened(member) for name, member in value.items()}
    if is_list(value):
        return [shortened(entry) for entry in value[:SAMPLE_ENTRIES]]
    return value


def _settings(flow: Flow, activity: str) -> Mapping[str, Any]:
    return registry.current_settings(flow.activities[activity])


def stored_column(column: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a proposed column is written into the settings."""
    return {name: column[name] for name in _STORED if column.get(name) not in (None, "")}
