"""What is asked of one activity outside a run: its request, a relation, its fields, one recipient's message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

from engine import checks, registry
from engine.activity import Arrival, CallingActivity, ColumnActivity, Forecast, LinkingActivity
from engine.document import order
from engine.document.model import Flow, split_source
from engine.errors import Code, SettingsError
from engine.runner import cache, execute, forecasts, messages
from engine.runner.cancellation import Cancellation
from engine.runner.design import FlowDesign
from engine.runner.events import Event
from engine.runner.request import Place, RunRequest, moment_of
from engine.runner.services import SECRETS, RunContext, RunServices, masked
from engine.schema import TableSchema
from engine.tables.interim import TableStore
from engine.text import Text

MOST_LINES: Final = 1_000
"""So many lines are shown with what the column rules do to them."""

NOT_THAT_KIND = Code("FLOW-NOT-THAT-KIND", "An activity is asked for something that its kind cannot do.")


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


def request_preview(flow: Flow, activity: str, place: Place, store: TableStore | None = None) -> Mapping[str, Any]:
    """Return the request that an activity would send, secrets masked; nothing is sent. Raises CampaignFlowError."""
    found, view = _activity(flow, activity, CallingActivity)
    with opened(flow, place, store=store) as context:
        services = RunServices(context, activity, flow.variables, _unheard)
        request = found.request(view, _tables(context, activity), services)
        shown: Mapping[str, Any] = masked(request, context.handed_out)
        return shown


def forecast(flow: Flow, place: Place, activity: str = "", store: TableStore | None = None) -> Mapping[str, Any]:
    """Return what the calls of a live run would take, of all activities or of one; nothing is called.

    The rows that arrive are those of the last run. Raises CampaignFlowError for settings that cannot be used.
    """
    with opened(flow, place, store=store) as context:
        found: dict[str, Forecast] = {}
        ids = [activity] if activity else [id for id in order.sequence(flow) if forecasts.is_calling(flow, id)]
        for id in ids:
            calling, view = _activity(flow, id, CallingActivity)
            services = RunServices(context, id, flow.variables, _unheard)
            found[id] = calling.forecast(view, _tables(context, id), services)
        gathered: Mapping[str, Any] = masked(forecasts.gathered(flow, found), context.handed_out)
        return gathered


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


def column_effect(
    flow: Flow, activity: str, field: str, column: int, place: Place, store: TableStore | None = None
) -> Mapping[str, Any]:
    """Return what the column definitions at the setting `field` do to the lines at hand, for one `column` each value.

    Members: `source` (`recording`, `sample`, `file`; empty where no lines are at hand), `moment`, `looked_at` and
    `total` (None: nobody counted) lines, and those of `ColumnEffect`. Nothing is called. Raises CampaignFlowError.
    """
    found, view = _activity(flow, activity, ColumnActivity)
    with opened(flow, place, store=store) as context:
        services = RunServices(context, activity, flow.variables, _unheard)
        lines = found.unruled(view, field, services, MOST_LINES)
        if lines is None:
            return {"source": "", "looked_at": 0, "total": 0}
        told: Mapping[str, Any] = lines.told(context.store, column, MOST_LINES)
        return told


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


def _activity(flow: Flow, id: str, contract: type[Any]) -> tuple[Any, Any]:
    """Return the activity `id` and its settings. Raises SettingsError for unusable ones and for another contract."""
    entry = flow.activities.get(id)
    if entry is None:
        raise SettingsError(execute.NO_ACTIVITY, Text("The flow has no activity “{id}”.", id=id))
    found = registry.activity(entry.kind)
    if not isinstance(found, contract):
        text = Text("“{label}” cannot do this.", label=registry.title(entry))
        raise SettingsError(NOT_THAT_KIND, text, activity=id)
    view, problems = registry.settings(entry)
    if view is None:
        raise SettingsError.of(problems[0]).at(id)
    return found, view


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
