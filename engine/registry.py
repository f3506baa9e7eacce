"""Finds the activities and gives a typed view of an entry's settings, wires and card."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import ValidationError

import engine.activities
from engine.activity import Activity, ActivitySettings, Effect, Inbound, Population, Transition
from engine.document.model import ActivityEntry, Flow, Wire
from engine.document.order import would_cycle
from engine.errors import Code, Finding, Level
from engine.text import Text

UNKNOWN_KIND = Code("FLOW-UNKNOWN-KIND", "The activity's kind is not known to this version; it is kept as it is.")
NEWER_VERSION = Code("FLOW-NEWER-VERSION", "The activity was saved by a newer version; it is kept as it is.")
BAD_SETTING = Code("FLOW-BAD-SETTING", "A setting is missing or has a value that it cannot have.")

CATEGORIES = ("data", "targeting", "transform", "channels", "execution")
"""The groups of the palette, in its order."""


@cache
def _found() -> Mapping[str, Activity]:
    found: dict[str, Activity] = {}
    for module in pkgutil.iter_modules(engine.activities.__path__, f"{engine.activities.__name__}."):
        for activity in _activities_of(module.name):
            found[activity.kind] = activity
    return found


def _activities_of(module: str) -> Iterator[Activity]:
    for _, value in inspect.getmembers(importlib.import_module(module), inspect.isclass):
        is_own = value.__module__ == module or value.__module__.startswith(f"{module}.")
        if issubclass(value, Activity) and not inspect.isabstract(value) and is_own:
            yield value()


def rescan() -> None:
    """Look for activities again: a test or an extension has put a new one in place."""
    _found.cache_clear()


def activity(kind: str) -> Activity | None:
    """Return the activity of `kind`, or None when this version does not know it."""
    return _found().get(kind)


def kinds() -> tuple[Activity, ...]:
    """Return all activities, in the order of the palette: by category, then by title."""
    return tuple(sorted(_found().values(), key=lambda each: (CATEGORIES.index(each.category), str(each.title))))


def settings(entry: ActivityEntry) -> tuple[ActivitySettings | None, tuple[Finding, ...]]:
    """Return the entry's settings as its activity's `Settings`, or None with what is wrong with them.

    Settings of an older version are upgraded in the view; the document keeps them as they were saved.
    """
    found = activity(entry.kind)
    if found is None:
        text = Text("“{kind}” is an activity that this version does not know. It is kept as it is.", kind=entry.kind)
        hint = Text("Update the program, or remove the activity.")
        return None, (Finding(Level.ERROR, UNKNOWN_KIND, text, hint=hint),)
    if entry.version > found.version:
        text = Text("This activity was saved by a newer version of the program. It is kept as it is.")
        return None, (Finding(Level.ERROR, NEWER_VERSION, text, hint=Text("Update the program.")),)
    raw: Mapping[str, Any] = entry.settings
    if entry.version < found.version:
        raw = found.upgrade(raw, entry.version)
    try:
        return found.Settings.model_validate(raw), ()
    except ValidationError as error:
        return None, tuple(_bad_settings(error))


def _bad_settings(error: ValidationError) -> Iterator[Finding]:
    for problem in error.errors(include_url=False, include_input=False):
        field = ".".join(str(part) for part in _path(problem["loc"]))
        text = Text("The setting “{field}” is not usable: {reason}.", field=field, reason=problem["msg"].rstrip("."))
        yield Finding(Level.ERROR, BAD_SETTING, text, field=field)


def _path(location: Sequence[str | int]) -> Iterator[str | int]:
    """Yield the path of a setting without the names of models, which follow the number of an entry of several."""
    for before, part in zip(("", *location), location, strict=False):
        if not (isinstance(before, int) and isinstance(part, str) and part[:1].isupper()):
            yield part


def current_settings(entry: ActivityEntry) -> Mapping[str, Any]:
    """Return the entry's settings as plain JSON of today's version, for a form that edits them."""
    found = activity(entry.kind)
    if found is None or entry.version >= found.version:
        return entry.settings
    return found.upgrade(entry.settings, entry.version)


def title(entry: ActivityEntry) -> Text:
    """Return the label of the entry, or the title of its kind."""
    if entry.label:
        return Text("{label}", label=entry.label)
    found = activity(entry.kind)
    return found.title if found is not None else Text("{kind}", kind=entry.kind)


def summary(entry: ActivityEntry) -> Text:
    """Return the line under the title of the entry's card."""
    found = activity(entry.kind)
    view, problems = settings(entry)
    if found is None or view is None:
        return problems[0].text
    return found.summary(view)


def effect(entry: ActivityEntry) -> Effect:
    """Return what an activity does outside this machine; unreadable settings do nothing."""
    found = activity(entry.kind)
    view = settings(entry)[0] if found is not None else None
    return found.effect(view) if found is not None and view is not None else Effect.NONE


def inbound(entry: ActivityEntry) -> tuple[Inbound, ...]:
    """Return where wires arrive; for an unknown kind, the names that its wires use."""
    found = activity(entry.kind)
    view, _ = settings(entry)
    if found is not None and view is not None:
        return found.inbound(view)
    return tuple(
        Inbound(name, Text("{name}", name=name), minimum=0, maximum=None, needs_rows=False) for name in entry.inputs
    )


def transitions(entry: ActivityEntry, wired: Sequence[str] = ()) -> tuple[Transition, ...]:
    """Return the ways out; for an unknown kind or unusable settings, the names `wired` that are in use."""
    found = activity(entry.kind)
    view, _ = settings(entry)
    if found is not None and view is not None:
        return found.transitions(view)
    return tuple(Transition(name, Text("{name}", name=name), Population.INBOUND) for name in dict.fromkeys(wired))


def wired_names(flow: Flow, id: str) -> tuple[str, ...]:
    """Return the names of the transitions of `id` that wires of the flow use."""
    return tuple(dict.fromkeys(wire.transition for wire in flow.wires() if wire.source == id))


def carries_rows(flow: Flow, source: str, transition: str, seen: frozenset[str] = frozenset()) -> bool:
    """Return whether rows can travel along a transition, following forks back to where they come from."""
    entry = flow.activities.get(source)
    if entry is None or source in seen:
        return False
    ways = {way.name: way for way in transitions(entry, wired_names(flow, source))}
    way = ways.get(transition)
    if way is None:
        return False
    if way.population is not Population.INBOUND:
        return way.population is Population.ROWS
    wires = [wire for wire in flow.wires() if wire.target == source]
    return not wires or any(carries_rows(flow, wire.source, wire.transition, seen | {source}) for wire in wires)


def why_not(flow: Flow, wire: Wire) -> Text | None:
    """Return why `wire` cannot be made, or None when it is legal."""
    source, target = flow.activities.get(wire.source), flow.activities.get(wire.target)
    if source is None or target is None:
        return Text("One end of the wire does not exist.")
    place = next((each for each in inbound(target) if each.name == wire.inbound), None)
    if place is None:
        return Text("“{label}” takes no such input.", label=title(target))
    if wire.transition not in {way.name for way in transitions(source, wired_names(flow, wire.source))}:
        return Text("“{label}” has no such transition.", label=title(source))
    if wire.name in target.inputs.get(wire.inbound, ()):
        return Text("These two are wired already.")
    if would_cycle(flow, wire.source, wire.target):
        return Text("The wire would close a circle: “{label}” comes before this activity.", label=title(target))
    if place.maximum is not None and len(target.inputs.get(wire.inbound, ())) >= place.maximum:
        return Text("“{label}” already has all the inputs it takes here.", label=title(target))
    if place.needs_rows and not carries_rows(flow, wire.source, wire.transition):
        return Text("“{label}” needs rows, and this transition carries none.", label=title(target))
    return None
