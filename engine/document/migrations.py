"""Older formats of the file, brought up to today's by pure functions, one step each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.document.model import FORMAT

OLDEST_FORMAT = "campaign-flow/0"


def migrate(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parsed file `data` in today's format; a format without a step is returned as it is."""
    current = dict(data)
    while (found := current.get("format")) != FORMAT and isinstance(found, str) and found in _STEPS:
        current = _STEPS[found](current)
    return current


def _from_0(data: Mapping[str, Any]) -> dict[str, Any]:
    """Turn format 0 into 1: activities and wires were lists, positions stood in the activity."""
    activities: dict[str, Any] = {}
    layout: dict[str, Any] = {}
    for entry in data.get("activities", ()):
        kept = {name: value for name, value in entry.items() if name not in {"id", "x", "y"}}
        activities[entry["id"]] = kept
        if "x" in entry or "y" in entry:
            layout[entry["id"]] = {"x": entry.get("x", 0), "y": entry.get("y", 0)}
    for wire in data.get("wires", ()):
        if (target := activities.get(wire["to"])) is not None:
            inputs = target.setdefault("inputs", {})
            inputs.setdefault(wire.get("inbound", "inbound"), []).append(wire["from"])
    rest = {name: value for name, value in data.items() if name not in {"format", "activities", "wires"}}
    return {"format": FORMAT, **rest, "activities": activities, "layout": layout}


_STEPS: Final[Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {OLDEST_FORMAT: _from_0}
