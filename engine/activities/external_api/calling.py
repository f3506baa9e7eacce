"""Where an answer comes from: a live call, the recording of an earlier one, or the sample (never spends unasked)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from engine.accounts.secret_store import redact
from engine.activities.external_api.drift import remember, watch
from engine.activities.external_api.reading import text_of
from engine.activities.external_api.request import Prepared
from engine.activities.external_api.retrying import policy_of
from engine.activities.external_api.settings import ExternalApiSettings
from engine.activity import CallMode, Effect, Services
from engine.errors import CampaignFlowError, Code, Level, SettingsError
from engine.http_client import recordings
from engine.http_client.client import send
from engine.http_client.lines import Lines
from engine.http_client.models import CallLimits, Exchange, Header, HttpAnswer, Watcher
from engine.tables.json_rows import JsonDocument, RowNote
from engine.text import Text

NOT_ASKED = Code("EXT-NOT-ASKED", "A call that spends something was not made, and there is nothing to use instead.")
NOTHING_KEPT = Code("EXT-NOTHING-KEPT", "A run must not call, and there is neither a recorded answer nor a sample.")
NO_SAMPLE = Code("EXT-NO-SAMPLE", "A dry run should use the sample response, but there is none.")
OTHER_REQUEST = Code("EXT-OTHER-REQUEST", "The recorded answer belongs to a request that differs from today's.")
CALLED = Code("EXT-CALLED", "What a call does, step by step.")

DRIFTED: Final = "EXT-DRIFT-"
"""The codes of what has changed about an answer begin so."""

_SHOWN_CHARACTERS = 5_242_880
"""So much of an answer is shown in the test panel."""


@dataclass(frozen=True, slots=True)
class Called:
    """What came back, secrets masked: an answer, or an error. A sample has neither status nor headers."""

    source: CallMode
    exchange: Exchange
    recorded_at: str = ""
    difference: Text | None = None
    """How the request differs from the one that the recorded answer belongs to."""

    @property
    def answer(self) -> HttpAnswer | None:
        """Return the answer, or None."""
        return self.exchange.answer

    @property
    def error(self) -> CampaignFlowError | None:
        """Return what went wrong on the way, or None."""
        return self.exchange.error


def mode_of(settings: ExternalApiSettings, effect: Effect, services: Services) -> CallMode:
    """Return where the answer comes from. Raises SettingsError when there is no way that spends nothing unasked."""
    if services.live or (services.live is None and settings.dry_run == "live"):
        return "live"
    has_sample = settings.response.sample not in (None, "")
    if settings.dry_run == "sample" and has_sample:
        return "sample"
    if settings.dry_run == "sample" and services.live is None:
        raise _no_sample()
    if recordings.file_of(services.recordings, services.activity) is not None:
        return "recording"
    if services.live is None and effect is Effect.READS:
        return "live"
    if has_sample:
        return "sample"
    raise _nothing(services)


def freshness_of(settings: ExternalApiSettings, effect: Effect, services: Services) -> str | None:
    """Return a fingerprint of what is replayed, None for a call that must be made."""
    mode = mode_of(settings, effect, services)
    if mode == "live":
        return None
    file = recordings.file_of(services.recordings, services.activity) if mode == "recording" else None
    return f"recording:{hashlib.sha256(file.read_bytes()).hexdigest()}" if file is not None else mode


def _no_sample() -> SettingsError:
    return SettingsError(
        NO_SAMPLE,
        Text("There is no sample response to use."),
        hint=Text("Paste one, or choose another way under “In a dry run”."),
        field="response.sample",
    )


def _nothing(services: Services) -> SettingsError:
    if services.live is None:
        return SettingsError(
            NOT_ASKED,
            Text("“{label}” spends something, so a dry run does not call it by itself.", label=services.label),
            hint=Text("Send it once: the answer is recorded and replayed. Or paste a sample response."),
            field="response.sample",
        )
    return SettingsError(
        NOTHING_KEPT,
        Text("“{label}” has neither a recorded answer nor a sample to replay.", label=services.label),
        hint=Text("Send it once, or paste a sample response."),
        field="response.sample",
    )


def obtain(
    mode: CallMode, settings: ExternalApiSettings, prepared: Prepared, effect: Effect, services: Services
) -> Called:
    """Return the answer in the way of `mode`. Raises RunCancelled, SecretError, FileError."""
    if mode == "live":
        return live(settings, prepared, effect, services)
    now = datetime.now(UTC)
    if mode == "recording":
        recording = recordings.find(services.recordings, services.activity)
        if recording is None:
            raise _nothing(services)
        exchange = Exchange(now, 0, recording.answer.elapsed_ms, recording.answer)
        return Called("recording", exchange, recording.recorded_at, difference(recording, prepared.shown))
    sample = settings.response.sample
    text = text_of(sample)
    return Called("sample", Exchange(now, 0, 0, HttpAnswer(0, body=text.encode("utf-8", "surrogatepass"))))


def difference(recording: recordings.Recording, request: Mapping[str, Any]) -> Text | None:
    """Return in words how a request differs from the one that was recorded, None where it does not."""
    if recording.fingerprint == recordings.fingerprint(request):
        return None
    return Text(
        "The recorded answer belongs to another request: {what}.",
        what="; ".join(map(str, recordings.differences(recording, request))),
    )


class _Watching:
    """Passes on to the run what the client tells."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def check_cancelled(self) -> None:
        self._services.check_cancelled()

    def tell(self, text: Text) -> None:
        self._services.note(Level.INFO, text, code=CALLED.id)

    def progress(self, done: int, total: int | None) -> None:
        self._services.progress(done, total)


def live(
    settings: ExternalApiSettings,
    prepared: Prepared,
    effect: Effect,
    services: Services,
    lines: Lines | None = None,
    watcher: Watcher | None = None,
) -> Called:
    """Return how a call ended that was really made, over `lines` of its own or those of several calls."""
    request, secrets = prepared.with_secrets()
    limits = CallLimits(settings.limits.timeout_s, settings.limits.response_bytes)
    policy = policy_of(settings, effect)
    listening = watcher or _Watching(services)
    exchange = send(request, limits, policy, listening, lines or lines_of(settings, services))
    answer = exchange.answer
    if request.credentials is not None:
        secrets |= request.credentials.secrets
    return Called("live", replace(exchange, answer=_masked(answer, secrets) if answer is not None else None))


def lines_of(settings: ExternalApiSettings, services: Services) -> Lines:
    """Return what the calls of one activity share: the connections of the run, their pace and the clock over all."""
    limits = settings.limits
    total_s = limits.total_s if settings.makes_many else None
    return Lines(services.connections, interval_s=limits.interval_s, total_s=total_s)


def _masked(answer: HttpAnswer, secrets: frozenset[str]) -> HttpAnswer:
    """Return the answer without the secrets that were sent: some services repeat what they were asked."""
    if not secrets:
        return answer
    headers = tuple(Header(header.name, redact(header.value, secrets)) for header in answer.headers)
    text = answer.text
    masked = redact(text, secrets)
    if masked == text:
        return replace(answer, headers=headers)
    plain = tuple(header for header in headers if header.name.lower() != "content-type")
    kind = Header("Content-Type", answer.media_type)
    return replace(answer, headers=(*plain, kind), body=masked.encode("utf-8", "surrogatepass"))


@contextmanager
def recorded(
    called: Called, prepared: Prepared, document: JsonDocument, settings: ExternalApiSettings, services: Services
) -> Iterator[Sequence[RowNote]]:
    """Give what has changed in the `document` of a live answer, and keep the answer for the next dry run meanwhile.

    It has been kept when the block is left, however that is. Raises FileError then.
    """
    if called.source != "live" or called.answer is None:
        yield ()
        return
    watched = watch(settings, [document], prepared.shown, services)
    if not services.recordings:
        yield watched.notes
        return
    moment = called.exchange.started_at.isoformat(timespec="seconds")
    kept = recordings.Recording(moment, prepared.shown, called.answer, rows=watched.counts)
    with ThreadPoolExecutor(1, thread_name_prefix="recording") as writer:
        writing = writer.submit(recordings.keep, services.recordings[0], services.activity, kept)
        yield watched.notes
    writing.result()
    remember(kept, watched.profile, settings.response, services)


def unanswered(mode: CallMode, prepared: Prepared) -> dict[str, Any]:
    """Return the report of a call that has no answer yet, and may never get one."""
    return {"source": mode, "request": dict(prepared.shown), "response": None, "notes": [], "recorded_at": ""}


def report_of(called: Called, prepared: Prepared, notes: Sequence[RowNote]) -> dict[str, Any]:
    """Return the call for the test panel: request as sent, answer, times, notes, and those of them about drift."""
    answer = called.answer
    response: dict[str, Any] | None = None
    if answer is not None:
        is_sample = called.source == "sample"
        text = answer.text[:_SHOWN_CHARACTERS]
        response = {
            "status": "" if is_sample else answer.status,
            "reason": "Sample" if is_sample else answer.reason,
            "headers": [header.to_json() for header in answer.headers],
            "bytes": len(answer.body),
            "elapsed_ms": None if is_sample else answer.elapsed_ms,
            "timings": dict(answer.timings),
            "proxy": answer.proxy,
            "text": text,
            "content_type": _kind_of_sample(text) if is_sample else answer.header("Content-Type"),
        }
    return {
        "source": called.source,
        "request": dict(prepared.shown),
        "response": response,
        "attempts": called.exchange.attempts,
        "notes": [str(note.text) for note in notes],
        "drift": [
            {
                "code": note.code.id,
                "level": str(note.level),
                "text": note.text.to_json(),
                "names": list(note.names),
            }
            for note in notes
            if note.code is not None and note.code.id.startswith(DRIFTED)
        ],
        "recorded_at": called.recorded_at,
    }


def _kind_of_sample(text: str) -> str:
    """Return how a sample would be labelled: JSON, or nothing for JSON lines and CSV."""
    return "application/json" if text.lstrip()[:1] in ("{", "[") else ""
