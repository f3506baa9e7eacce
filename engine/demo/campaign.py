"""The four use cases of the demo API: fixtures, offers, voucher codes and the weather.

Every answer is the same each time, but for voucher codes: those are handed out once, and counted.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Final

from engine.demo.messages import Answer, Call, ok, problem

KEY: Final = "demo-key"
"""The documented key of the demo API. Voucher codes are given without any key as well, but not for a wrong one."""

MOST_CODES: Final = 1_000_000

_FIXTURES: Final[Mapping[str, Any]] = {
    "L1": {
        "league": "L1",
        "round": 12,
        "fixtures": [
            {"teamId": "LIO", "opponent": "Brest", "kickoff": "2026-02-28T16:00:00Z", "venue": "away"},
            {"teamId": "LIO", "opponent": "Nice", "kickoff": "2026-03-07T20:00:00Z", "venue": "home"},
            {"teamId": "LIL", "opponent": "Rennes", "kickoff": "2026-03-08T15:00:00Z", "venue": "home"},
            {"teamId": "LIL", "opponent": "Monaco", "kickoff": "2026-03-15T19:45:00Z", "venue": "away"},
            {"teamId": "MAR", "opponent": "Toulouse", "kickoff": "2026-03-08T19:45:00Z", "venue": "home"},
            {"teamId": "LIO", "opponent": "Lens", "kickoff": "2026-03-14T20:00:00Z", "venue": "away"},
            {"teamId": "LIO", "opponent": "Nantes", "kickoff": "2026-03-21T16:00:00Z", "venue": "home"},
        ],
    },
}

_OFFERS: Final[Mapping[str, Any]] = {
    "asOf": "2026-03-02T06:00:00Z",
    "offers": [
        {"category": "outdoor", "title": "-20% tents", "url": "https://shop.example/tents", "rank": 1},
        {"category": "phones", "title": "New phone", "url": "https://shop.example/phone", "rank": 1},
        {"category": "outdoor", "title": "Hiking boots", "url": "https://shop.example/boots", "rank": 2},
        {"category": "outdoor", "title": "Camping stove", "url": "https://shop.example/stove", "rank": 3},
        {"category": "phones", "title": "Cases half price", "url": "https://shop.example/cases", "rank": 2},
        {"category": "books", "title": "Atlas of rivers", "url": "https://shop.example/atlas", "rank": 1},
    ],
    "default": {"title": "Spring sale", "url": "https://shop.example/spring"},
}

_KNOWN_WEATHER: Final = {"13": (19, "sun"), "59": (11, "cloud"), "75": (9, "rain")}
_SKIES: Final = ("sun", "rain", "cloud", "wind")
_UNKNOWN_REGIONS: Final = frozenset({"", "99"})
_REGIONS: Final = (
    *("01", "02", "03", "04", "06"),
    *("11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93", "94"),
)
_UPDATED: Final = "2026-03-02T06:00:00Z"


def fixtures(call: Call) -> Answer:
    """Return the fixtures of the league in the query, one row for each team that plays."""
    league = call.query.get("league", "L1")
    if league not in _FIXTURES:
        return problem(404, "unknown-league", f"There is no league {league!r}; try L1.")
    return ok(_FIXTURES[league])


def offers(call: Call) -> Answer:
    """Return the latest offers by category and rank, with a default for everybody else."""
    return ok(_OFFERS)


def default_offer(call: Call) -> Answer:
    """Return the default offer alone: one object without any list."""
    return ok(_OFFERS["default"])


def weather_of(region: str) -> dict[str, Any] | None:
    """Return today's weather in a region: an object of region, tempC and sky, None for a region that is none."""
    if region in _UNKNOWN_REGIONS:
        return None
    number = sum(map(ord, region))
    temperature, sky = _KNOWN_WEATHER.get(region, (4 + number * 7 % 19, _SKIES[number % len(_SKIES)]))
    return {"region": region, "tempC": temperature, "sky": sky}


def one_weather(call: Call) -> Answer:
    """Return the weather in the region that the path ends with."""
    region = call.path.rpartition("/")[2]
    weather = weather_of(region)
    return ok(weather) if weather else problem(404, "unknown-region", f"There is no region {region!r}.")


def weather(call: Call) -> Answer:
    """Return the weather in each region of the body's `data`; regions that are none are left out."""
    body = call.json()
    rows = body.get("data") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return problem(400, "no-data", 'Send {"data": [{"region": "13"}, …]}.')
    regions = [row.get("region") for row in rows]
    if not all(region is None or isinstance(region, str) for region in regions):
        return problem(400, "bad-region", "A region is a text, like “01”.")
    return ok({"data": [found for region in regions if (found := weather_of(region or ""))]})


def forecast(call: Call) -> Answer:
    """Return today's weather in all 18 regions, and the warnings in another list: somebody must choose."""
    regions = [{**found, "updated": _UPDATED} for code in _REGIONS if (found := weather_of(code))]
    windy = [{"region": each["region"], "warning": "Storm in the evening"} for each in regions if each["sky"] == "wind"]
    return ok({"asOf": _UPDATED, "regions": regions, "warnings": windy})


class Vouchers:
    """Hands out voucher codes, never one twice, and counts them. Safe to use from any thread.

    A request with an `Idempotency-Key` that was served before gets the same codes again and burns none.
    """

    def __init__(self) -> None:
        """Begin with no code burned: the first is V-7F3."""
        self._lock = threading.Lock()
        self._served: dict[str, tuple[str, ...]] = {}
        self._burned = 0

    @property
    def burned(self) -> int:
        """Return how many codes have been handed out."""
        return self._burned

    def count(self, call: Call) -> Answer:
        """Return how many codes have been handed out."""
        return ok({"burned": self._burned})

    def hand_out(self, call: Call) -> Answer:
        """Return as many new codes as the body's `params.count` says, fewer by `short` in the query."""
        if call.headers.get("x-api-key", KEY) != KEY:
            return problem(401, "bad-key", "The X-Api-Key is not known.", ("WWW-Authenticate", "ApiKey"))
        count = _asked_count(call.json())
        if count is None:
            return problem(400, "no-count", f'Send {{"params": {{"count": 4}}}}, at most {MOST_CODES}.')
        short = int(call.number("short", 0, most=count))
        codes = self._take(count - short, call.headers.get("idempotency-key", ""))
        return ok({"data": [{"code": code} for code in codes]})

    def _take(self, count: int, idempotency_key: str) -> tuple[str, ...]:
        with self._lock:
            if idempotency_key in self._served:
                return self._served[idempotency_key]
            codes = tuple(_code(number) for number in range(self._burned, self._burned + count))
            self._burned += count
            if idempotency_key:
                self._served[idempotency_key] = codes
            return codes


def _asked_count(body: Any) -> int | None:
    params = body.get("params") if isinstance(body, dict) else None
    count = params.get("count") if isinstance(params, dict) else None
    if not isinstance(count, int) or isinstance(count, bool):
        return None
    return count if 0 <= count <= MOST_CODES else None


def _code(number: int) -> str:
    """Return code `number`, counted from 0: as good as random to look at, and never the same for two numbers."""
    block, place = divmod(number, 0x1000)
    ending = f"{(0x7F3 + place * 0x4D5) % 0x1000:03X}"
    return f"V-{block:X}{ending}" if block else f"V-{ending}"
