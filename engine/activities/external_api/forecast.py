"""What a call would take before it is made: how many calls, bytes and minutes, and which limits that is against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.activities.external_api.body import rows_in
from engine.activities.external_api.calling import mode_of
from engine.activities.external_api.keys import Key, keys_of
from engine.activities.external_api.many import over_quota
from engine.activities.external_api.reading import text_of
from engine.activities.external_api.request import Prepared, inbound_table, prepare
from engine.activities.external_api.settings import ExternalApiSettings
from engine.activity import CallMode, Effect, Forecast, Services, TableInbound
from engine.errors import CampaignFlowError, Code, Finding, Level, SettingsError
from engine.http_client import recordings
from engine.tables.interim import Table
from engine.text import Text

BEYOND = Code("EXT-FORECAST", "The calls would go beyond a limit of the activity.")

_LOOKED_AT = 20
"""So many keys are looked at to say how large all requests are."""


@dataclass(frozen=True, slots=True)
class _Experience:
    """What recorded calls were like: pages of a call, bytes and milliseconds of an answer."""

    pages: float
    bytes: float
    ms: float


def forecast_of(settings: ExternalApiSettings, inbound: TableInbound, services: Services) -> Forecast:
    """Return what a live run would take, as far as it can be known; nothing is called. Raises CampaignFlowError."""
    table, is_wired = inbound_table(inbound), bool(inbound.get("inbound"))
    keys, problem = _keys(settings, table, services)
    least, most = _calls(settings, table, keys, services, is_wired=is_wired)
    requests = [prepare(settings, inbound, services, is_preview=True, key=key) for key in _looked_at(keys)]
    method = requests[0].request.method
    effect = settings.effect_of(method)
    known = _experience(services)
    calls = least if least == most else None
    expected = calls if calls is not None else _expected(settings, keys, known)
    seconds = _seconds(settings, expected, known)
    received = _times(expected, known.bytes) if known is not None else _of_sample(settings, expected)
    found = Forecast(
        host=requests[0].request.host,
        method=method,
        effect=effect,
        least=least,
        most=most,
        units=_units(settings, effect, table, calls, services, is_wired=is_wired),
        bytes_out=_times(expected, sum(_size(request) for request in requests) / len(requests)),
        bytes_in=received,
        seconds=seconds,
        source=_source(settings, effect, services),
        token=_token(requests[0]) if most else None,
    )
    return replace(found, findings=(*problem, *_beyond(settings, found, requests)))


def _keys(
    settings: ExternalApiSettings, table: Table | None, services: Services
) -> tuple[Sequence[Key] | None, tuple[Finding, ...]]:
    """Return the keys, None where they are not known or there is one call for all rows, and why they cannot be had."""
    if settings.request.calls == "one" or table is None or not settings.request.keys:
        return None, ()
    try:
        return keys_of(settings, table, services), ()
    except SettingsError:
        raise
    except CampaignFlowError as error:
        return None, (error.finding,)


def _looked_at(keys: Sequence[Key] | None) -> Sequence[Key | None]:
    return keys[:_LOOKED_AT] if keys else (None,)


def _calls(
    settings: ExternalApiSettings,
    table: Table | None,
    keys: Sequence[Key] | None,
    services: Services,
    *,
    is_wired: bool,
) -> tuple[int, int]:
    """Return how many calls are made at least and at most, retries aside."""
    pages = settings.paging.most if settings.paging.by != "none" else 1
    may_be_empty = is_wired and settings.request.when_empty != "call"
    if table is not None and may_be_empty and rows_in(table, services) == 0:
        return 0, 0
    if settings.request.calls == "one":
        return (0 if may_be_empty and table is None else 1), pages
    if keys is None:
        return 0, settings.request.most_keys * pages
    return len(keys), len(keys) * pages


def _experience(services: Services) -> _Experience | None:
    """Return what the recorded calls of the activity were like, None where there are none that can be read."""
    try:
        found = recordings.find_all(services.recordings, services.activity)
    except CampaignFlowError:
        return None  # the run says so
    if not found:
        return None
    calls = len({tuple(each.key.items()) for each in found})
    size, ms = sum(len(each.answer.body) for each in found), sum(each.answer.elapsed_ms for each in found)
    return _Experience(len(found) / calls, size / len(found), ms / len(found))


def _expected(settings: ExternalApiSettings, keys: Sequence[Key] | None, known: _Experience | None) -> int | None:
    """Return how many calls there will be, going by the recorded ones; None where nobody knows."""
    tasks = 1 if settings.request.calls == "one" else len(keys) if keys is not None else None
    return round(tasks * known.pages) if tasks is not None and known is not None else None


def _times(calls: int | None, each: float) -> int | None:
    return round(calls * each) if calls is not None else None


def _of_sample(settings: ExternalApiSettings, calls: int | None) -> int | None:
    sample = settings.response.sample
    if sample in (None, ""):
        return None
    text = text_of(sample)
    return _times(calls, len(text.encode("utf-8", "replace")))


def _size(prepared: Prepared) -> int:
    """Return the bytes of a request: its line, its headers and its body."""
    request = prepared.request
    headers = sum(len(header.name) + len(header.to_json()["value"]) + 4 for header in request.all_headers)
    return len(request.method) + len(request.url) + 12 + headers + len(request.body or b"")


def _seconds(settings: ExternalApiSettings, calls: int | None, known: _Experience | None) -> float | None:
    """Return how long the calls take: at the rate, or as long as the recorded ones took, whichever is longer."""
    if calls is None or (known is None and not settings.limits.interval_s):
        return None
    at_rate = max(calls - 1, 0) * settings.limits.interval_s
    at_once = settings.request.concurrency if settings.request.calls == "per-key" else 1
    working = known.ms / 1000 * calls / at_once if known is not None else 0.0
    return round(max(at_rate, working), 3)


def _units(
    settings: ExternalApiSettings,
    effect: Effect,
    table: Table | None,
    calls: int | None,
    services: Services,
    *,
    is_wired: bool,
) -> int | None:
    """Return how many things are spent: one for each row that is asked for, else one for each call; None: unknown."""
    if effect is not Effect.SPENDS:
        return 0
    if not (settings.request.needs_count or settings.request.sends_rows):
        return calls
    if not is_wired:
        return 1
    return rows_in(table, services) if table is not None else None


def _source(settings: ExternalApiSettings, effect: Effect, services: Services) -> CallMode | None:
    try:
        return mode_of(settings, effect, services)
    except CampaignFlowError:
        return None  # a dry run says so


def _token(prepared: Prepared) -> tuple[str, str] | None:
    """Return the account and the host of a token that has to be fetched before the first call."""
    who = prepared.request.credentials
    return (who.label, who.token_host) if who is not None and who.token_host else None


def _beyond(settings: ExternalApiSettings, found: Forecast, requests: Sequence[Prepared]) -> Iterator[Finding]:
    """Yield the limits of the activity that the calls would go beyond."""
    limits = settings.limits
    if any(len(request.request.body or b"") > limits.request_bytes for request in requests):
        text = Text("A body is larger than {limit} bytes.", limit=limits.request_bytes)
        hint = Text("Send fewer rows or columns, or raise the limit.")
        yield Finding(Level.ERROR, BEYOND, text, field="limits.request_bytes", hint=hint)
    if limits.quota and found.most > limits.quota:
        level = Level.ERROR if found.least > limits.quota else Level.WARNING
        yield replace(over_quota(found.most, limits.quota).finding, level=level)
    if not settings.makes_many:
        return
    if found.seconds is not None and found.seconds > limits.total_s:
        text = Text(
            "The calls take about {seconds} s, and may take {most} s.",
            seconds=round(found.seconds),
            most=f"{limits.total_s:g}",
        )
        hint = Text("Raise the time limit for all calls, or make fewer.")
        yield Finding(Level.WARNING, BEYOND, text, field="limits.total_s", hint=hint)
    if found.bytes_in is not None and found.bytes_in > limits.total_bytes:
        text = Text(
            "The answers come to about {count} bytes, and may have {most}.",
            count=found.bytes_in,
            most=limits.total_bytes,
        )
        hint = Text("Raise the limit for all answers, or ask for less.")
        yield Finding(Level.WARNING, BEYOND, text, field="limits.total_bytes", hint=hint)
