"""The codes of what can go wrong on the way, and which of it may be gone at the next attempt (ACS 1.11)."""

from __future__ import annotations

from typing import Final

from engine.errors import Code, GuardrailError
from engine.http_client.models import CallLimits, HttpRequest
from engine.text import Text

TIMEOUT = Code("EXT-TIMEOUT", "The call took longer than its limit, all attempts included.", acs="WKF-560246")
ALL_TIMEOUT = Code(
    "EXT-TOTAL-TIME", "The calls of an activity took longer than their limit, all together.", acs="WKF-560246"
)
TOO_LARGE = Code("EXT-RESPONSE-SIZE", "The answer is larger than its limit.", acs="WKF-560239")
HOST_UNKNOWN = Code("EXT-HOST-UNKNOWN", "No computer of that name can be found.", acs="WKF-560246")
NO_CONNECTION = Code("EXT-CONNECTION", "The host cannot be reached, or refuses the connection.", acs="WKF-560246")
BROKEN_OFF = Code("EXT-BROKEN-OFF", "The connection ended before there was an answer.", acs="WKF-560246")
TRUNCATED = Code("EXT-TRUNCATED", "The answer ended before its announced length.", acs="WKF-560246")
NO_HTTP = Code("EXT-NOT-HTTP", "What came back is no HTTP, or its headers are too large.", acs="WKF-560246")
BAD_ENCODING = Code("EXT-ENCODING", "The answer is packed in a way that was not asked for, or is damaged.")
NO_TLS = Code("EXT-TLS", "No secure connection could be agreed on with the host.", acs="WKF-560246")
PROXY = Code("EXT-PROXY", "The proxy cannot be reached, or cannot reach the host.", acs="WKF-560246")
PROXY_REFUSED = Code("EXT-PROXY-REFUSED", "The proxy asks for a password, or lets no call out.", acs="WKF-560246")

URL: Final = "request.url"
RETRYABLE: Final = frozenset({HOST_UNKNOWN.id, NO_CONNECTION.id, BROKEN_OFF.id, TRUNCATED.id, PROXY.id})
"""Failures that may be gone at the next attempt (ACS 1.9: connect errors)."""


def timed_out(request: HttpRequest, limits: CallLimits, attempts: int, proxy: str = "") -> GuardrailError:
    """Return the error of a call that took too long; `proxy` is the one that has let nothing through so far."""
    one, many = (
        "“{host}” did not answer completely within {seconds} s.",
        "“{host}” did not answer completely within {seconds} s, in {count} attempts.",
    )
    if proxy:
        one, many = (
            "The proxy “{proxy}” gave no connection to “{host}” within {seconds} s.",
            "The proxy “{proxy}” gave no connection to “{host}” within {seconds} s, in {count} attempts.",
        )
    values = {"host": request.host, "proxy": proxy, "seconds": f"{limits.timeout_s:g}"}
    return GuardrailError(
        TIMEOUT,
        Text.plural(one, many, count=attempts, **values),
        hint=Text("Raise the limit under Limits, or ask for less."),
        field="limits.timeout_s",
    )


def all_timed_out(request: HttpRequest, total_s: float) -> GuardrailError:
    """Return the error of a call that the clock over all calls left no time for."""
    return GuardrailError(
        ALL_TIMEOUT,
        Text("The calls of “{host}” were not all made within {seconds} s.", host=request.host, seconds=f"{total_s:g}"),
        hint=Text("Raise the limit for all calls under Limits, or make fewer calls."),
        field="limits.total_s",
    )
