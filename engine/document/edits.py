"""Everything a person can do to a flow, each as a pure function from flow to flow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.document.model import (
    AccountRef,
    ActivityEntry,
    Execution,
    Flow,
    Options,
    Position,
    ResourceRef,
    Wire,
    split_source,
)


def new_id(flow: Flow, wish: str, taken: Iterable[str] = ()) -> str:
    """Return an activity id like `wish` (letters, digits, `_`, `-`) that the flow does not have yet."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", wish).strip("-")[:56] or "activity"
    if not re.match(r"[A-Za-z_]", stem):
        stem = f"_{stem}"
    used = {*flow.activities, *taken}
    if stem not in used:
        return stem
    number = 2
    while f"{stem}{number}" in used:
        number += 1
    return f"{stem}{number}"


def add_activity(
    flow: Flow,
    kind: str,
    *,
    position: tuple[float, float],
    settings: Mapping[str, Any] | None = None,
    label: str = "",
    version: int = 1,
) -> tuple[Flow, str]:
    """Return the flow with a new activity of `kind`, and the id it got."""
    id = new_id(flow, kind)
    entry = ActivityEntry(kind=kind, version=version, label=label, settings=dict(settings or {}))
    return _with_entry(flow, id, entry, position), id


def _with_entry(flow: Flow, id: str, entry: ActivityEntry, position: tuple[float, float]) -> Flow:
    return flow.model_copy(
        update={
            "activities": {**flow.activities, id: entry},
            "layout": {**flow.layout, id: _position(position, flow.layout.get(id))},
        }
    )


def _position(place: tuple[float, float], old: Position | None = None) -> Position:
    x, y = round(place[0]), round(place[1])
    return old.model_copy(update={"x": x, "y": y}) if old is not None else Position(x=x, y=y)


def remove_activities(flow: Flow, ids: Iterable[str]) -> Flow:
    """Return the flow without `ids` and without the wires from and to them."""
    gone = frozenset(ids)
    activities = {
        id: _without_sources(entry, lambda name: split_source(name)[0] in gone)
        for id, entry in flow.activities.items()
        if id not in gone
    }
    layout = {id: position for id, position in flow.layout.items() if id not in gone}
    return flow.model_copy(update={"activities": activities, "layout": layout})


def _without_sources(entry: ActivityEntry, is_gone: Any) -> ActivityEntry:
    if not any(is_gone(name) for names in entry.inputs.values() for name in names):
        return entry
    kept = {inbound: tuple(name for name in names if not is_gone(name)) for inbound, names in entry.inputs.items()}
    return entry.model_copy(update={"inputs": {inbound: names for inbound, names in kept.items() if names}})


def move(flow: Flow, places: Mapping[str, tuple[float, float]]) -> Flow:
    """Return the flow with the cards of `places` at their new positions (scene pixels)."""
    moved = {id: _position(place, flow.layout.get(id)) for id, place in places.items() if id in flow.activities}
    return flow.model_copy(update={"layout": {**flow.layout, **moved}})


def connect(flow: Flow, wire: Wire) -> Flow:
    """Return the flow with `wire` as the last of its inbound; a wire that exists changes nothing."""
    entry = flow.activities[wire.target]
    names = entry.inputs.get(wire.inbound, ())
    if wire.name in names:
        return flow
    return replace_entry(flow, wire.target, inputs={**entry.inputs, wire.inbound: (*names, wire.name)})


def disconnect(flow: Flow, wire: Wire) -> Flow:
    """Return the flow without `wire`."""
    entry = flow.activities[wire.target]
    names = tuple(name for name in entry.inputs.get(wire.inbound, ()) if name != wire.name)
    inputs = {inbound: kept for inbound, kept in {**entry.inputs, wire.inbound: names}.items() if kept}
    return replace_entry(flow, wire.target, inputs=inputs)


def replace_entry(flow: Flow, id: str, **members: Any) -> Flow:
    """Return the flow with some members of the activity `id` replaced."""
    entry = flow.activities[id].model_copy(update=members)
    return flow.model_copy(update={"activities": {**flow.activities, id: entry}})


def set_settings(flow: Flow, id: str, settings: Mapping[str, Any]) -> Flow:
    """Return the flow with all settings of the activity `id` replaced."""
    return replace_entry(flow, id, settings=dict(settings))


def set_setting(flow: Flow, id: str, path: str, value: Any) -> Flow:
    """Return the flow with one setting changed: `path` is dotted, list places are numbers (`headers.0.name`).

    Objects on the way that do not exist yet are made; a value of None is kept as JSON null.
    """
    return set_settings(flow, id, _with(flow.activities[id].settings, path.split("."), value))


def _with(node: Any, path: Sequence[str], value: Any) -> Any:
    if not path:
        return value
    head, rest = path[0], path[1:]
    if isinstance(node, Sequence) and not isinstance(node, str) and head.isdigit():
        items = list(node)
        place = int(head)
        if place == len(items):
            items.append(None)
        items[place] = _with(items[place], rest, value)
        return items
    members = dict(node) if isinstance(node, Mapping) else {}
    members[head] = _with(members.get(head), rest, value)
    return members


def set_label(flow: Flow, id: str, label: str) -> Flow:
    """Return the flow with the activity `id` called `label`."""
    return replace_entry(flow, id, label=label)


def set_execution(flow: Flow, id: str, **members: str) -> Flow:
    """Return the flow with `mode` or `on_error` of the activity `id` changed (ACS 3.4)."""
    execution = flow.activities[id].execution
    return replace_entry(
        flow, id, execution=Execution.model_validate({**execution.model_dump(exclude_unset=True), **members})
    )


def rename_flow(flow: Flow, name: str) -> Flow:
    """Return the flow called `name`."""
    return flow.model_copy(update={"name": name})


def set_options(flow: Flow, **values: Any) -> Flow:
    """Return the flow with some options changed. Raises ValueError for a value that an option cannot have."""
    kept = flow.options.model_dump(exclude_unset=True)
    return flow.model_copy(update={"options": Options.model_validate({**kept, **values})})


def set_variable(flow: Flow, name: str, value: Any) -> Flow:
    """Return the flow with the variable `name` set, or removed when `value` is None."""
    variables = {**flow.variables, name: value}
    if value is None:
        del variables[name]
    return flow.model_copy(update={"variables": variables})


def set_resource(flow: Flow, name: str, resource: ResourceRef | None) -> Flow:
    """Return the flow with the resource `name` set, or removed when `resource` is None."""
    resources = {other: ref for other, ref in flow.resources.items() if other != name}
    if resource is not None:
        resources = {**flow.resources, name: resource}
    return flow.model_copy(update={"resources": resources})


def set_account(flow: Flow, name: str, account: AccountRef | None) -> Flow:
    """Return the flow with the external account `name` set, or removed when `account` is None."""
    accounts = {other: ref for other, ref in flow.accounts.items() if other != name}
    if account is not None:
        accounts = {**flow.accounts, name: account}
    return flow.model_copy(update={"accounts": accounts})
