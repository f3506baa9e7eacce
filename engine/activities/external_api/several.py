"""An activity that makes several calls, from the rows that arrive to one table of all answers."""

from __future__ import annotations

from collections.abc import Sequence

from engine.activities.external_api.answer_tables import Answered
from engine.activities.external_api.calling import mode_of, unanswered
from engine.activities.external_api.drift import Watched, watch
from engine.activities.external_api.keys import Key, key_columns, keys_of
from engine.activities.external_api.many import Fetched, fetch, record_all, tasks_of, tell_rows_without
from engine.activities.external_api.reading import value_of
from engine.activities.external_api.results import Failure, failure_of, notes_of, report_all, tables_of, tell
from engine.activities.external_api.settings import ExternalApiSettings
from engine.activity import Services
from engine.errors import GuardrailError, SettingsError
from engine.tables.interim import Table


def run_several(settings: ExternalApiSettings, table: Table | None, services: Services) -> Answered | Failure | None:
    """Return what the calls came to: the rows of all answers, why there are none, or None where no row has a key.

    Raises what a single call raises.
    """
    keys = keys_of(settings, table, services) if settings.request.calls == "per-key" else None
    if keys is not None:
        tell_rows_without(table, keys, services)
        if not keys:
            return None
    tasks = tasks_of(settings, table, keys, services)
    first = next(task.prepared for task in tasks if task.prepared is not None)
    effect = settings.effect_of(first.request.method)
    mode = mode_of(settings, effect, services)
    services.report("call", unanswered(mode, first))
    fetched = fetch(mode, settings, tasks, effect, services)
    failure = failure_of(settings, fetched)
    services.report("call", report_all(fetched, failure, notes_of(fetched, None)))
    if failure is not None:
        return failure
    watched = _watched(settings, fetched, services)
    record_all(fetched, services, watched.counts)
    columns = key_columns(settings, table.schema) if keys is not None and table is not None else None
    answered = tables_of(settings, fetched, columns, services)
    notes = [*notes_of(fetched, answered), *watched.notes]
    services.report("call", report_all(fetched, None, notes))
    tell(fetched, notes, services)
    return answered


def _watched(settings: ExternalApiSettings, fetched: Sequence[Fetched], services: Services) -> Watched:
    """Return what has changed in the live answers, taken as one."""
    live = [
        (prepared, called.answer)
        for each in fetched
        for prepared, called in each.exchanges
        if called.source == "live" and called.answer is not None and each.error is None
    ]
    if not live:
        return Watched()
    return watch(settings, (value_of(answer, settings.response.form) for _, answer in live), live[0][0].shown, services)


def first_key(settings: ExternalApiSettings, table: Table | None, services: Services) -> Key | None:
    """Return the key of the first call, for a preview of it; None where it is not known yet."""
    if settings.request.calls == "one" or table is None or not settings.request.keys:
        return None
    try:
        return next(iter(keys_of(settings, table, services)), None)
    except (GuardrailError, SettingsError):
        return None  # the check and the forecast say so
