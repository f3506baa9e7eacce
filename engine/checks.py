"""What is wrong with a flow before anything runs, and which columns its transitions will carry."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine import registry
from engine.activity import Activity, Arrival, Design, Inbound, Population, SchemaInbound, Transition
from engine.document import order
from engine.document.model import ActivityEntry, Flow, Wire, split_source
from engine.errors import CampaignFlowError, Code, Finding, InternalError, Level
from engine.schema import TableSchema
from engine.text import Text

UNEXPECTED = Code("APP-UNEXPECTED", "An activity of the program made a mistake that nobody foresaw.")
DANGLING = Code("FLOW-DANGLING-WIRE", "A wire comes from an activity or a transition that does not exist.")
DOUBLE_WIRE = Code("FLOW-DOUBLE-WIRE", "Two transitions are wired to the same input twice.")
NO_SUCH_INPUT = Code("FLOW-NO-SUCH-INPUT", "A wire leads to an input that the activity does not have.")
TOO_MANY_INPUTS = Code("FLOW-TOO-MANY-INPUTS", "More wires lead to an input than it takes.")
NO_ROWS = Code("FLOW-NO-ROWS", "A wire that carries no rows leads to an input that needs them.")
MISSING_INPUT = Code("FLOW-MISSING-INPUT", "Nothing is wired to an input that an activity cannot do without.")
CIRCLE = Code("FLOW-CIRCLE", "Wires form a circle, so that no activity of it could ever be the first.")
NO_TIME_ZONE = Code("FLOW-NO-TIME-ZONE", "The time zone of the flow does not exist.")


class KnownDesign(Design, Protocol):
    """A design that can say why a resource cannot be read."""

    def problem(self, name: str) -> CampaignFlowError | None:
        """Return why a resource of the flow cannot be read, or None."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Findings, worst places first come first served; schemas by transition (`fork.copy1`) and by resource."""

    findings: tuple[Finding, ...]
    schemas: Mapping[str, TableSchema]
    resources: Mapping[str, TableSchema]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Return the findings that keep the flow from running."""
        return tuple(finding for finding in self.findings if finding.level is Level.ERROR)

    def to_json(self) -> dict[str, Any]:
        """Return the result as JSON."""
        return {
            "findings": [finding.to_json() for finding in self.findings],
            "schemas": {name: schema.to_json() for name, schema in self.schemas.items()},
            "resources": {name: schema.to_json() for name, schema in self.resources.items()},
        }


def check(flow: Flow, design: KnownDesign) -> CheckResult:
    """Return what is wrong with `flow` and the schemas of its transitions. Nothing is called or run.

    Of activities that a run would not reach, errors are told as warnings. An activity behind one whose
    columns are not known is checked without them, and not blamed for it.
    """
    idle = unreached(flow)
    findings = [*_of_options(flow), *_of_resources(flow, design), *_of_circles(flow)]
    schemas: dict[str, TableSchema] = {}
    wires = _wires_of(flow)
    for id in (*order.sequence(flow), *sorted(set(flow.activities) - set(order.sequence(flow)))):
        entry = flow.activities[id]
        found = [*_of_wires(flow, id, wires), *_of_activity(flow, id, schemas, design)]
        is_idle = id in idle or entry.execution.mode == "pass-through"
        findings += [_softened(finding) if is_idle else finding for finding in _placed(found, id)]
    resources = {name: schema for name in flow.resources if (schema := design.resource(name)) is not None}
    return CheckResult(tuple(dict.fromkeys(findings)), schemas, resources)


def unreached(flow: Flow) -> frozenset[str]:
    """Return the activities that cannot run because they, or all that leads to them, are disabled."""
    idle: set[str] = set()
    for id in order.sequence(flow):
        entry = flow.activities[id]
        wired = [split_source(name)[0] for names in entry.inputs.values() for name in names]
        if entry.execution.mode == "disabled" or (wired and all(source in idle for source in wired)):
            idle.add(id)
    return frozenset(idle)


def passed_on(transitions: Sequence[Transition]) -> tuple[Transition, ...]:
    """Return the transitions that fire when an activity passes its rows on without doing anything (ACS 3.4).

    Copies all do; of results only the first, so that nobody is in two of them.
    """
    copies = tuple(way for way in transitions if way.population is not Population.ROWS)
    results = tuple(way for way in transitions if way.population is Population.ROWS and way.role == "result")
    return copies or results[:1]


def mistake_in(error: Exception, activity: str, label: Text) -> InternalError:
    """Return an error that nobody foresaw as a sentence without any value: values may be secret."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).stem}, line {frames[-1].lineno}" if frames else "?"
    return InternalError(
        UNEXPECTED,
        Text(
            "The program made a mistake in “{label}” ({kind} in {place}).",
            label=label,
            kind=type(error).__name__,
            place=place,
        ),
        hint=Text("Your flow is untouched. Please report this sentence."),
        activity=activity,
    )


def _placed(findings: Sequence[Finding], id: str) -> Iterator[Finding]:
    return (finding if finding.activity else replace(finding, activity=id) for finding in findings)


def _softened(finding: Finding) -> Finding:
    return replace(finding, level=Level.WARNING) if finding.level is Level.ERROR else finding


def _of_options(flow: Flow) -> Iterator[Finding]:
    zone = flow.options.time_zone
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        text = Text("The time zone “{zone}” does not exist.", zone=zone)
        hint = Text("Write it like Europe/Paris, or UTC.")
        yield Finding(Level.ERROR, NO_TIME_ZONE, text, field="options.time_zone", hint=hint)


def _of_resources(flow: Flow, design: KnownDesign) -> Iterator[Finding]:
    used = " ".join(str(entry.settings) for entry in flow.activities.values())
    for name in flow.resources:
        problem = design.problem(name)
        if problem is not None:
            finding = replace(problem.finding, field=f"resources.{name}")
            yield finding if name in used else _softened(finding)


def _of_circles(flow: Flow) -> Iterator[Finding]:
    circle = order.cycle(flow)
    if circle:
        names = " → ".join(str(registry.title(flow.activities[id])) for id in (*circle, circle[0]))
        yield Finding(
            Level.ERROR,
            CIRCLE,
            Text("These activities wait for each other in a circle: {names}.", names=names),
            activity=circle[0],
            hint=Text("Remove one of the wires between them."),
        )


def _wires_of(flow: Flow) -> Mapping[str, Sequence[str]]:
    """Return for each activity the names of its transitions that are wired."""
    wired: dict[str, dict[str, None]] = {}
    for wire in flow.wires():
        wired.setdefault(wire.source, {})[wire.transition] = None
    return {source: tuple(names) for source, names in wired.items()}


def _of_wires(flow: Flow, id: str, wired: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    entry = flow.activities[id]
    places = {place.name: place for place in registry.inbound(entry)}
    for inbound, names in entry.inputs.items():
        place = places.get(inbound)
        if place is None:
            yield _wire_finding(
                NO_SUCH_INPUT,
                Text("“{label}” has no input called “{name}”.", label=registry.title(entry), name=inbound),
                inbound,
            )
            continue
        for name, count in Counter(names).items():
            yield from _of_wire(flow, Wire(*split_source(name), id, inbound), place, wired)
            if count > 1:
                text = Text("“{name}” is wired to “{label}” twice.", name=name, label=registry.title(entry))
                yield _wire_finding(DOUBLE_WIRE, text, inbound)
    for place in places.values():
        yield from _of_count(entry, place)


def _of_count(entry: ActivityEntry, place: Inbound) -> Iterator[Finding]:
    count, label = len(entry.inputs.get(place.name, ())), registry.title(entry)
    if count < place.minimum:
        text = Text("“{label}” has nothing to work on: “{place}” is not wired.", label=label, place=place.label)
        hint = Text("Draw a wire to it from another activity.")
        yield Finding(Level.ERROR, MISSING_INPUT, text, field=f"inputs.{place.name}", hint=hint)
    elif place.maximum is not None and count > place.maximum:
        text = Text(
            "“{label}” takes {most} at “{place}”, and {count} are wired.",
            label=label,
            most=place.maximum,
            place=place.label,
            count=count,
        )
        yield _wire_finding(TOO_MANY_INPUTS, text, place.name)


def _of_wire(flow: Flow, wire: Wire, place: Inbound, wired: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    source, label = flow.activities.get(wire.source), registry.title(flow.activities[wire.target])
    if source is None:
        text = Text("“{label}” waits for “{name}”, which does not exist.", label=label, name=wire.source)
        yield _wire_finding(DANGLING, text, wire.inbound)
        return
    if wire.transition not in {way.name for way in registry.transitions(source, wired.get(wire.source, ()))}:
        text = Text(
            "“{label}” waits for “{name}” of “{source}”, which has no such transition.",
            label=label,
            name=wire.transition,
            source=registry.title(source),
        )
        yield _wire_finding(DANGLING, text, wire.inbound)
    elif place.needs_rows and not registry.carries_rows(flow, wire.source, wire.transition):
        text = Text(
            "“{label}” needs rows, and “{name}” of “{source}” carries none.",
            label=label,
            name=wire.transition,
            source=registry.title(source),
        )
        yield _wire_finding(NO_ROWS, text, wire.inbound)


def _wire_finding(code: Code, text: Text, inbound: str) -> Finding:
    return Finding(Level.ERROR, code, text, field=f"inputs.{inbound}", hint=Text("Remove the wire, or draw it anew."))


def _of_activity(flow: Flow, id: str, schemas: dict[str, TableSchema], design: Design) -> Sequence[Finding]:
    """Add the schemas of the activity's transitions to `schemas` and return its findings."""
    entry = flow.activities[id]
    found, (view, problems) = registry.activity(entry.kind), registry.settings(entry)
    if found is None or view is None:
        return problems
    inbound = _arriving(entry, found, view, schemas)
    findings: tuple[Finding, ...] = ()
    try:
        findings = tuple(found.check(view, inbound, design))
        if entry.execution.mode == "pass-through":
            given = _passed_schemas(found.transitions(view), inbound)
        else:
            given = found.schemas(view, inbound, design)
    except CampaignFlowError as error:
        is_told = any(finding.level is Level.ERROR for finding in findings)
        return findings if is_told else (*findings, error.finding)
    except Exception as error:  # noqa: BLE001 - a mistake in one activity must not hide what is known of the others
        return (*findings, mistake_in(error, id, registry.title(entry)).finding)
    schemas.update({f"{id}.{name}": schema for name, schema in given.items()})
    return findings


def _arriving(entry: ActivityEntry, found: Activity, view: Any, schemas: Mapping[str, TableSchema]) -> SchemaInbound:
    """Return what arrives at each inbound, those without wires too; the content of unknown ones is None."""
    arriving = {}
    for place in found.inbound(view):
        names = entry.inputs.get(place.name, ())
        arriving[place.name] = tuple(Arrival(*split_source(name), schemas.get(name)) for name in names)
    return arriving


def _passed_schemas(transitions: Sequence[Transition], inbound: SchemaInbound) -> Mapping[str, TableSchema]:
    first = next((each.content for arrivals in inbound.values() for each in arrivals if each.content), None)
    ways = [way for way in passed_on(transitions) if way.population is not Population.EVENT]
    return {way.name: first for way in ways} if first is not None else {}
