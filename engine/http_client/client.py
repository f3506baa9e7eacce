"""A whole call: attempts with pauses between them, under one wall clock (ACS 1.8, 1.9)."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from engine.errors import CallError, CampaignFlowError, GuardrailError
from engine.http_client.lines import Lines
from engine.http_client.models import (
    CallLimits,
    Exchange,
    HttpAnswer,
    HttpRequest,
    RetryPolicy,
    Watcher,
    shown_url,
)
from engine.http_client.problems import RETRYABLE, TIMEOUT, all_timed_out, timed_out
from engine.http_client.rate import take_turn
from engine.text import Text

UNHEARD: Final = frozenset({408, 425, 429})
"""Statuses that say that the request was not carried out."""

UNAUTHORIZED: Final = 401

_STEP_S = 0.05
_COUNT_S = 5
"""Long pauses are counted down in steps of so many seconds."""


def send(request: HttpRequest, limits: CallLimits, policy: RetryPolicy, watcher: Watcher, lines: Lines) -> Exchange:
    """Send `request`, again where the policy says so, and return how it ended. Raises RunCancelled.

    All attempts and pauses together take no longer than `limits.timeout_s`, and end with the clock of `lines`.
    """
    return _Call(request, limits, policy, watcher, lines).run()


class _Call:
    """A call while it lasts: its clock, and how many attempts it has made."""

    def __init__(
        self, request: HttpRequest, limits: CallLimits, policy: RetryPolicy, watcher: Watcher, lines: Lines
    ) -> None:
        self._request = request
        self._limits = limits
        self._policy = policy
        self._watcher = watcher
        self._lines = lines
        self._attempts = 0
        self._proxy = ""
        self._is_renewed = False
        self._begin()

    def _begin(self) -> None:
        """Start the clock."""
        self._started_at = datetime.now(UTC)
        self._start = time.monotonic()
        self._deadline = self._start + self._limits.timeout_s
        if self._lines.deadline is not None:
            self._deadline = min(self._deadline, self._lines.deadline)

    def run(self) -> Exchange:
        from engine.http_client.exchange import Attempt

        if not self._took_turn(self._lines.deadline):
            return self._ended(self._over())
        self._begin()  # waiting for its turn is not the call's own time
        try:
            self._watcher.tell(self._beginning())
        except CallError as error:
            return self._ended(error)
        while True:
            self._attempts += 1
            try:
                request = self._signed()
            except (CallError, GuardrailError) as error:
                return self._ended(error)
            attempt = Attempt(request, self._limits, self._lines.connections, self._left_s)
            result = attempt.result(self._watcher, self._deadline)
            self._proxy = attempt.line.waits_for
            if self._may_try_anew(request, result):
                continue
            pause = self._pause_after(result, attempt.line.is_connected)
            if pause is None:
                return self._ended(result)
            self._wait(pause)
            if not self._took_turn(self._deadline):
                return self._ended(result)

    def _beginning(self) -> Text:
        """Return what is called, in words. Raises CallError for a proxy with an address that cannot be used."""
        request, proxy = self._request, self._lines.connections.proxy(self._request.url)
        method, url = request.method, shown_url(request.url)
        if proxy is None:
            return Text("Calling {method} {url}.", method=method, url=url)
        return Text("Calling {method} {url} through the proxy {proxy}.", method=method, url=url, proxy=proxy.place)

    def _took_turn(self, deadline: float | None) -> bool:
        """Wait until the host may be called again; return whether that was before `deadline`. Raises RunCancelled."""
        while (wait := take_turn(self._request.host, self._lines.interval_s)) > 0:
            self._watcher.check_cancelled()
            if deadline is not None and time.monotonic() + wait >= deadline:
                return False
            time.sleep(min(_STEP_S, wait))
        return deadline is None or time.monotonic() < deadline

    def _over(self) -> CampaignFlowError:
        return all_timed_out(self._request, self._lines.total_s or 0)

    @property
    def _left_s(self) -> float:
        return max(self._deadline - time.monotonic(), 0.001)

    def _signed(self) -> HttpRequest:
        """Return the request with its credentials. Raises CampaignFlowError when there are none."""
        credentials = self._request.credentials
        if credentials is None:
            return self._request
        return credentials.signed(self._request, self._left_s, self._watcher, self._lines.connections)

    def _may_try_anew(self, request: HttpRequest, result: HttpAnswer | CampaignFlowError) -> bool:
        """Return whether the credentials were refused and new ones can be had: once in a call (ACS 1.9)."""
        credentials = self._request.credentials
        is_refused = isinstance(result, HttpAnswer) and result.status == UNAUTHORIZED
        if credentials is None or not is_refused or self._is_renewed:
            return False
        self._is_renewed = True
        return credentials.renewed(request, self._watcher)

    def _ended(self, result: HttpAnswer | CampaignFlowError) -> Exchange:
        elapsed = round((time.monotonic() - self._start) * 1000, 1)
        ended = Exchange(self._started_at, self._attempts, elapsed)
        if isinstance(result, HttpAnswer):
            return replace(ended, answer=result)
        if result.code.id == TIMEOUT.id:
            is_over = self._lines.deadline is not None and time.monotonic() >= self._lines.deadline
            result = self._over() if is_over else timed_out(self._request, self._limits, self._attempts, self._proxy)
        return replace(ended, error=result)

    def _pause_after(self, result: HttpAnswer | CampaignFlowError, may_have_arrived: bool) -> float | None:
        """Return how long to wait before the next attempt, None when there is none."""
        if self._attempts >= self._policy.attempts:
            return None
        if isinstance(result, HttpAnswer):
            is_open = result.status in self._policy.statuses and (self._policy.may_repeat or result.status in UNHEARD)
            asked = retry_after(result.header("Retry-After"), datetime.now(UTC))
            cause = Text(
                "“{host}” answered {status} {reason}.",
                host=self._request.host,
                status=str(result.status),
                reason=result.reason,
            )
        else:
            is_open = result.code.id in RETRYABLE and (self._policy.may_repeat or not may_have_arrived)
            asked, cause = None, result.text
        if not is_open:
            return None
        pause = asked if asked is not None else back_off(self._attempts, self._policy)
        if time.monotonic() + pause >= self._deadline:
            self._watcher.tell(_no_time(pause, self._limits))
            return None
        self._watcher.tell(
            Text(
                "{cause} Attempt {number} of {most} follows in {seconds} s.",
                cause=cause,
                number=self._attempts + 1,
                most=self._policy.attempts,
                seconds=f"{pause:.1f}",
            )
        )
        return pause

    def _wait(self, pause: float) -> None:
        """Wait, counting down, until the pause is over. Raises RunCancelled."""
        end, told = time.monotonic() + pause, math.ceil(pause)
        while (left := end - time.monotonic()) > 0:
            self._watcher.check_cancelled()
            seconds = math.ceil(left)
            if seconds < told and seconds % _COUNT_S == 0:
                told = seconds
                self._watcher.tell(Text("The next attempt follows in {seconds} s.", seconds=seconds))
            time.sleep(min(_STEP_S, left))


def _no_time(pause: float, limits: CallLimits) -> Text:
    return Text(
        "Another attempt would have to wait {seconds} s, which the limit of {limit} s does not allow.",
        seconds=f"{pause:.0f}",
        limit=f"{limits.timeout_s:g}",
    )


def back_off(attempt: int, policy: RetryPolicy, chance: Callable[[], float] = random.random) -> float:
    """Return the pause after the failed attempt number `attempt`: about 1 s, 2 s, 4 s …, as long as may be at most."""
    pause = policy.first_delay_s * 2.0 ** (attempt - 1) * (0.75 + chance() / 2)
    return min(pause, policy.longest_delay_s)


def retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks to wait, in seconds or until a date; None for neither."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max((until - now) / timedelta(seconds=1), 0.0)
