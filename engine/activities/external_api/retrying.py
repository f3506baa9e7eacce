"""When a call is tried again: the statuses that people wrote, and the pauses between the attempts (ACS 1.9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine.activities.external_api.settings import ExternalApiSettings
from engine.activity import Effect
from engine.errors import Code, Finding, SettingsError
from engine.http_client.models import RetryPolicy
from engine.text import Text

STATUSES = Code("EXT-RETRY-STATUSES", "What a call should be tried again after is no list of statuses.")

_FIELD: Final = "retry.statuses"
_STATUS = re.compile(r"[1-5](?:[0-9]{2}|xx)", re.IGNORECASE)


def policy_of(settings: ExternalApiSettings, effect: Effect) -> RetryPolicy:
    """Return how often a call with this effect is tried, and when. Raises SettingsError."""
    retry = settings.retry
    return RetryPolicy(
        retry.attempts,
        may_repeat=effect is not Effect.SPENDS or retry.repeat_spending or retry.idempotency_key,
        first_delay_s=retry.pause_s,
        longest_delay_s=retry.longest_pause_s,
        statuses=statuses_in(retry.statuses),
    )


def check_retry(settings: ExternalApiSettings) -> Iterator[Finding]:
    """Yield what is wrong with the statuses."""
    try:
        statuses_in(settings.retry.statuses)
    except SettingsError as error:
        yield error.finding


def statuses_in(text: str) -> frozenset[int]:
    """Return the statuses that a text names: `429, 5xx` stands for 101 of them. Raises SettingsError."""
    found: set[int] = set()
    for word in filter(None, re.split(r"[\s,;]+", text)):
        if not _STATUS.fullmatch(word):
            raise SettingsError(
                STATUSES,
                Text("“{word}” is no status of HTTP: those are the numbers from 100 to 599.", word=word[:40]),
                hint=Text("Write numbers with commas between them, such as {example}.", example="408, 429, 5xx"),
                field=_FIELD,
            )
        hundred = int(word[0]) * 100
        found.update(range(hundred, hundred + 100) if word[1:].lower() == "xx" else [int(word)])
    return frozenset(found)
