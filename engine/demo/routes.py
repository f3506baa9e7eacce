"""Which path of the demo API is answered by what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from engine.demo import campaign, failures, members
from engine.demo.messages import Answer, Call, ok, problem

Route = Callable[[Call], Answer]

_FAILURES: Final = "/v1/failures/"
_WEATHER: Final = "/v1/weather/"


class Routes:
    """The demo API without its sockets: a call in, an answer out. Safe to use from any thread."""

    def __init__(self) -> None:
        """Begin with no voucher code burned."""
        self.vouchers = campaign.Vouchers()
        self._refusals = failures.Refusals()
        self._members = members.Members(campaign.KEY)
        self._routes: Mapping[str, Mapping[str, Route]] = {
            "/": {"GET": self.contents},
            "/v1/fixtures": {"GET": campaign.fixtures},
            "/v1/offers": {"GET": campaign.offers},
            "/v1/offers/default": {"GET": campaign.default_offer},
            "/v1/codes": {"POST": self.vouchers.hand_out},
            "/v1/codes/burned": {"GET": self.vouchers.count},
            "/v1/weather": {"POST": campaign.weather},
            "/v1/forecast": {"GET": campaign.forecast},
            "/v1/oauth/token": {"POST": self._members.token},
            "/v1/members": {"GET": self._members.members},
        }

    def answer(self, call: Call) -> Answer:
        """Return the answer to `call`; failures are answered whatever the method."""
        if call.path.startswith(_FAILURES):
            return self._fail(call, call.path.removeprefix(_FAILURES))
        routes = self._routes.get(call.path)
        if routes is None and call.path.startswith(_WEATHER):
            routes = {"GET": campaign.one_weather}
        if routes is None:
            return problem(404, "not-found", f"There is nothing at {call.path}; GET / lists what there is.")
        if call.method not in routes:
            allowed = ", ".join(routes)
            return problem(405, "method-not-allowed", f"Use {allowed} here.", ("Allow", allowed))
        return routes[call.method](call)

    def contents(self, call: Call) -> Answer:
        """Return what can be asked for."""
        calls = [f"{method} {path}" for path, routes in self._routes.items() for method in routes]
        ways = {name: str(failure.__doc__) for name, failure in failures.FAILURES.items()}
        ways["429"] = str(failures.Refusals.too_many.__doc__)
        client = dict(zip(("client_id", "client_secret"), members.CLIENT, strict=True))
        calls.append(f"GET {_WEATHER}{{region}}")
        return ok({"calls": calls, "failures": ways, "key": campaign.KEY, "client": client})

    def _fail(self, call: Call, name: str) -> Answer:
        if name == "429":
            return self._refusals.too_many(call)
        if name in failures.FAILURES:
            return failures.FAILURES[name](call)
        return failures.status(name) or problem(404, "unknown-failure", f"There is no failure {name!r} to rehearse.")
