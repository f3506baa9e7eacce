"""Activities as text: what copy puts on the clipboard and paste takes from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from engine.document import digits
from engine.document.edits import new_id
from engine.document.model import ActivityEntry, Flow, Position, split_source
from engine.errors import Code, FileError
from engine.text import Text

CLIPBOARD_FORMAT = "campaign-flow-activities/1"
NOT_ACTIVITIES = Code("FLOW-NOT-ACTIVITIES", "The text on the clipboard holds no activities.")


def copy(flow: Flow, ids: Iterable[str]) -> str:
    """Return the activities `ids` with the wires between them as JSON text. Secrets are references already."""
    chosen = [id for id in sorted(set(ids)) if id in flow.activities]
    return digits.dumps(
        {
            "format": CLIPBOARD_FORMAT,
            "activities": {id: flow.activities[id].model_dump(exclude_unset=True) for id in chosen},
            "layout": {id: flow.layout[id].model_dump(exclude_unset=True) for id in chosen if id in flow.layout},
        },
        indent=2,
        ensure_ascii=False,
    )


def paste(flow: Flow, text: str, offset: tuple[float, float] = (32, 32)) -> tuple[Flow, tuple[str, ...]]:
    """Return the flow with the activities of `text` added under ids of their own, and those ids.

    Wires among the pasted activities are kept; wires from activities that stayed behind are kept when the
    flow still has their source. Raises FileError when the text is something else.
    """
    data = _parsed(text)
    ids: dict[str, str] = {}
    for id in data["activities"]:
        ids[id] = new_id(flow, id, ids.values())
    activities = dict(flow.activities)
    layout = dict(flow.layout)
    for id, raw in data["activities"].items():
        entry = _entry(raw)
        activities[ids[id]] = entry.model_copy(update={"inputs": _rewired(entry, ids, flow)})
        place = _place(data["layout"].get(id))
        layout[ids[id]] = place.model_copy(update={"x": place.x + offset[0], "y": place.y + offset[1]})
    return flow.model_copy(update={"activities": activities, "layout": layout}), tuple(ids.values())


def _parsed(text: str) -> dict[str, Any]:
    try:
        data = digits.loads(text)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, Mapping) or data.get("format") != CLIPBOARD_FORMAT:
        raise _refusal()
    parts = {name: data.get(name, {}) for name in ("activities", "layout")}
    if not all(isinstance(part, Mapping) for part in parts.values()):
        raise _refusal()
    return parts


def _refusal() -> FileError:
    return FileError(
        NOT_ACTIVITIES,
        Text("What is on the clipboard is no copied activity."),
        hint=Text("Select cards on a canvas and copy them first."),
    )


def _entry(raw: Any) -> ActivityEntry:
    try:
        return ActivityEntry.model_validate(raw)
    except ValidationError:
        raise _refusal() from None


def _place(raw: Any) -> Position:
    try:
        return Position.model_validate(raw or {})
    except ValidationError:
        return Position()


def _rewired(entry: ActivityEntry, ids: Mapping[str, str], flow: Flow) -> dict[str, tuple[str, ...]]:
    inputs: dict[str, tuple[str, ...]] = {}
    for inbound, names in entry.inputs.items():
        kept = []
        for name in names:
            source, transition = split_source(name)
            if source in ids:
                kept.append(f"{ids[source]}.{transition}")
            elif source in flow.activities:
                kept.append(name)
        if kept:
            inputs[inbound] = tuple(kept)
    return inputs
