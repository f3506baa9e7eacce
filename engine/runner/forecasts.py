"""What the calls of a whole flow would take, gathered from the activities that make them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine import registry
from engine.activity import CallingActivity, Effect, Forecast
from engine.document.model import Flow


def is_calling(flow: Flow, id: str) -> bool:
    """Return whether an activity would call in a run: of such a kind, and neither switched off nor passed through."""
    entry = flow.activities[id]
    return entry.execution.mode == "normal" and isinstance(registry.activity(entry.kind), CallingActivity)


def gathered(flow: Flow, forecasts: Mapping[str, Forecast]) -> dict[str, Any]:
    """Return the forecasts by activity as JSON, and their sums: a sum of which a part is unknown is null."""
    each = forecasts.values()
    hosts = {host: _calls(one for one in each if one.host == host) for host in sorted({one.host for one in each})}
    seconds = _sum(one.seconds for one in each)
    return {
        "activities": [
            {"activity": id, "label": str(registry.title(flow.activities[id])), **_told(one)}
            for id, one in forecasts.items()
        ],
        "calls": _calls(each),
        "hosts": hosts,
        "tokens": _tokens(each),
        "bytes_out": _sum(one.bytes_out for one in each),
        "bytes_in": _sum(one.bytes_in for one in each),
        "seconds": seconds,
        "minutes": round(seconds / 60, 2) if seconds is not None else None,
        "units": _sum(one.units for one in each),
        "effect": _effect(each),
        "findings": [finding for id, one in forecasts.items() for finding in _findings(id, one)],
    }


def _told(one: Forecast) -> dict[str, Any]:
    return {
        "host": one.host,
        "method": one.method,
        "effect": str(one.effect),
        "calls": _calls([one]),
        "units": one.units,
        "bytes_out": one.bytes_out,
        "bytes_in": one.bytes_in,
        "seconds": one.seconds,
        "dry_run": one.source,
        "tokens": _tokens([one]),
    }


def _tokens(forecasts: Iterable[Forecast]) -> list[dict[str, str]]:
    """Return the access tokens that are fetched before the calls: one for each account, whoever uses it."""
    found = dict.fromkeys(one.token for one in forecasts if one.token is not None)
    return [{"account": account, "host": host} for account, host in found]


def _findings(id: str, one: Forecast) -> Iterable[dict[str, Any]]:
    return [{**finding.to_json(), "activity": id} for finding in one.findings]


def _calls(forecasts: Iterable[Forecast]) -> dict[str, int]:
    each = list(forecasts)
    return {"least": sum(one.least for one in each), "most": sum(one.most for one in each)}


def _sum(parts: Iterable[float | None]) -> Any:
    known = list(parts)
    return None if None in known else sum(part for part in known if part is not None)


def _effect(forecasts: Iterable[Forecast]) -> str:
    effects = {one.effect for one in forecasts if one.most}
    order = (Effect.WRITES, Effect.SPENDS, Effect.READS)
    return str(next((effect for effect in order if effect in effects), Effect.NONE))
