"""Several calls of one activity, one for each key and page: made over shared connections, or replayed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from engine.activities.external_api.answer_tables import read_answer
from engine.activities.external_api.answers import document_of, notes_on
from engine.activities.external_api.calling import CALLED, Called, difference, lines_of, live, obtain
from engine.activities.external_api.keys import Key, rows_without
from engine.activities.external_api.pages import Asking, PageRead, next_page, refuse_again
from engine.activities.external_api.parity import would_fail
from engine.activities.external_api.places import as_text
from engine.activities.external_api.request import Prepared, prepare
from engine.activities.external_api.settings import ExternalApiSettings
from engine.activity import Arrival, CallMode, Effect, Services
from engine.errors import CallError, CampaignFlowError, Code, DataError, GuardrailError, Level, SettingsError
from engine.http_client import recordings
from engine.http_client.models import Exchange
from engine.http_client.parallel import in_parallel
from engine.tables.interim import Table
from engine.tables.json_rows import JsonRows, RowNote
from engine.text import Text

KEY_NOT_RECORDED = Code("EXT-KEY-NOT-RECORDED", "The recorded answers have none for a key.")
QUOTA = Code("EXT-QUOTA", "An activity would make more calls than its quota.")
TOTAL_SIZE = Code("EXT-TOTAL-SIZE", "The answers of an activity are larger than their limit, all together.")

_OF_THE_CALL = (CallError, GuardrailError, DataError)


Page = tuple[JsonRows, ...]
"""The rows of one answer, table by table."""


@dataclass(frozen=True, slots=True)
class Task:
    """The call for one key, or for all rows; `error` says why it cannot even be prepared."""

    key: Key | None
    prepared: Prepared | None
    error: CampaignFlowError | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of one task: its exchanges in their order, the tables of each page, and why it failed, if it did."""

    key: Key | None
    exchanges: Sequence[tuple[Prepared, Called]]
    pages: Sequence[Page]
    notes: Sequence[RowNote] = ()
    error: CampaignFlowError | None = None

    def count(self, place: int) -> int:
        """Return the number of rows that all pages have for the table at `place`."""
        return sum(page[place].count for page in self.pages)


def tasks_of(
    settings: ExternalApiSettings, table: Table | None, keys: Sequence[Key] | None, services: Services
) -> Sequence[Task]:
    """Return what is to be called: for each of `keys`, or once for all rows where there are none.

    Raises SettingsError, GuardrailError where nothing can be called at all.
    """
    inbound = {"inbound": (Arrival("", "", table),)} if table is not None else {}
    secret_of = cache(services.secret)  # asked for once, not once a call
    make = partial(prepare, settings, inbound, services, secret_of=secret_of)
    if keys is None:
        return [Task(None, make())]
    tasks = [_task(key, make) for key in keys]
    if tasks and all(task.prepared is None for task in tasks):
        raise next(task.error for task in tasks if task.error is not None)
    return tasks


def _task(key: Key, make: Callable[..., Prepared]) -> Task:
    try:
        return Task(key, make(key=key))
    except (SettingsError, GuardrailError) as error:
        return Task(key, None, error)


def tell_rows_without(table: Table | None, keys: Sequence[Key], services: Services) -> None:
    """Tell how many rows have no key: nothing is called for them."""
    count = rows_without(table, keys, services) if table is not None else 0
    if count:
        one, many = (
            "{count} row has no key, so nothing is called for it.",
            "{count} rows have no key: nothing is called.",
        )
        services.note(Level.INFO, Text.plural(one, many, count=count), code=CALLED.id, field="request.keys")


def fetch(
    mode: CallMode, settings: ExternalApiSettings, tasks: Sequence[Task], effect: Effect, services: Services
) -> Sequence[Fetched]:
    """Return what came of each task, in their order; those that a failure of the whole left out are not there.

    Raises RunCancelled, SecretError, FileError, and GuardrailError when the answers grow too large together.
    """
    quota = settings.limits.quota if mode == "live" else 0
    if quota and len(tasks) > quota:
        raise over_quota(len(tasks), quota)
    if mode == "live":
        lines, watcher = lines_of(settings, services), _Quiet(services) if len(tasks) > 1 else None
        call: _Source = lambda task, prepared, _page: live(  # noqa: E731
            settings, prepared, effect, services, lines, watcher
        )
    else:
        call = _replayed(mode, settings, effect, services)
    work = _Work(settings, call, services, mode)
    found: dict[int, Fetched] = {}
    works = [partial(work.fetched, task) for task in tasks]
    for place, fetched in in_parallel(works, settings.request.concurrency if len(tasks) > 1 else 1):
        found[place] = fetched
        if len(tasks) > 1:
            services.progress(len(found), len(tasks))
        if fetched.error is not None and settings.request.on_key_error == "stop":
            work.stop()
    work.refuse_size()
    return [found[place] for place in sorted(found) if found[place].exchanges or found[place].error is not None]


def over_quota(calls: int, quota: int) -> GuardrailError:
    """Return the error of more calls than the owner of the service allows."""
    return GuardrailError(
        QUOTA,
        Text("{calls} calls would be made, and the quota is {quota}.", calls=calls, quota=quota),
        hint=Text("Make fewer calls, or raise the quota under Limits if you may."),
        field="limits.quota",
    )


_Source = Callable[[Task, Prepared, int], Called | None]
"""Gives the answer to a request of a task and its page from 0, None where a recording has no more."""


class _Work:
    """What several threads do at the same time, and what they have received together."""

    def __init__(self, settings: ExternalApiSettings, call: _Source, services: Services, mode: CallMode) -> None:
        self._settings = settings
        self._call = call
        self._services = services
        self._is_sample = mode == "sample"
        self._quota = settings.limits.quota if mode == "live" else 0
        self._calls = 0
        self._lock = threading.Lock()
        self._bytes = 0
        self._is_over = threading.Event()

    def stop(self) -> None:
        """Let nothing more be called."""
        self._is_over.set()

    def refuse_size(self) -> None:
        """Raise GuardrailError when more came than may come."""
        most = self._settings.limits.total_bytes
        if self._bytes > most:
            raise GuardrailError(
                TOTAL_SIZE,
                Text("The answers are larger than {limit} bytes, all together.", limit=most),
                hint=Text("Ask for less, or raise the limit for all answers under Limits."),
                field="limits.total_bytes",
            )

    def fetched(self, task: Task) -> Fetched:
        """Return what comes of a task; its own failure is part of that."""
        exchanges: list[tuple[Prepared, Called]] = []
        pages: list[Page] = []
        notes: list[RowNote] = []
        error = task.error
        try:
            for prepared, called in self._exchanges(task, pages, notes):
                exchanges.append((prepared, called))
        except _OF_THE_CALL as raised:
            error = raised
        if error is not None and not exchanges and task.prepared is not None:
            exchanges.append((task.prepared, _unanswered(error)))
        return Fetched(task.key, exchanges, pages if error is None else (), notes, error)

    def _exchanges(self, task: Task, pages: list[Page], notes: list[RowNote]) -> Iterator[tuple[Prepared, Called]]:
        """Yield the exchanges of a task as they are made, and fill `pages` and `notes` with what they say."""
        settings, profile = self._settings, self._services.design.guardrails
        prepared, read = task.prepared, set[Asking]()
        while prepared is not None and not self._is_over.is_set():
            self._services.check_cancelled()
            self._count()
            called = self._call(task, prepared, len(read))
            if called is None:
                notes.append(_recording_ends(len(read)))
                return
            yield prepared, called
            document = document_of(called, prepared.request, settings, profile)
            self._received(called)
            notes.extend(notes_on(called, document))
            notes.extend(would_fail(called, prepared.request, document, profile))
            before = sum(page[0].count for page in pages)
            pages.append(read_answer(document.value, settings.response))
            notes.extend(note for rows in pages[-1] for note in rows.notes)
            read.add(_asked(prepared))
            prepared = self._after(prepared, called, document.value, pages[-1][0].count, before, read, notes)

    def _count(self) -> None:
        """Count a call that is about to be made. Raises GuardrailError for one too many."""
        with self._lock:
            self._calls += 1
            if self._quota and self._calls > self._quota:
                raise over_quota(self._calls, self._quota)

    def _received(self, called: Called) -> None:
        with self._lock:
            self._bytes += len(called.answer.body) if called.answer is not None else 0
            if self._bytes > self._settings.limits.total_bytes:
                self._is_over.set()

    def _after(  # noqa: PLR0913, PLR0917 - one page, as it was read
        self,
        prepared: Prepared,
        called: Called,
        document: Any,
        rows: int,
        before: int,
        read: set[Asking],
        notes: list[RowNote],
    ) -> Prepared | None:
        """Return the request for the next page, None after the last one or as many as may be read."""
        paging = self._settings.paging
        if called.answer is None or self._is_sample:
            return None
        page = PageRead(len(read), _asked(prepared), called.answer, document, rows, before)
        asking = next_page(paging, page)
        if asking is None:
            return None
        refuse_again(asking, read)
        if len(read) < paging.most:
            return prepared.asking(asking, self._settings.limits.request_bytes)
        text = Text("The answer goes on after {count} pages, which are all that may be read.", count=paging.most)
        notes.append(RowNote(Level.WARNING, text))
        return None


def _asked(prepared: Prepared) -> Asking:
    return Asking(prepared.request.url, prepared.request.body)


def _unanswered(error: CampaignFlowError) -> Called:
    return Called("recording", Exchange(datetime.now(UTC), 0, 0, error=error))


def _recording_ends(pages: int) -> RowNote:
    return RowNote(Level.WARNING, Text("The recording ends after {count} pages, the answer goes on.", count=pages))


def _replayed(mode: CallMode, settings: ExternalApiSettings, effect: Effect, services: Services) -> _Source:
    """Return what replays: the sample for every task, or what was recorded for the key of each."""
    if mode == "sample":
        return lambda _task, prepared, _page: obtain("sample", settings, prepared, effect, services)
    kept: dict[tuple[tuple[str, str], ...], list[recordings.Recording]] = {}
    for recording in recordings.find_all(services.recordings, services.activity):
        kept.setdefault(tuple(sorted(recording.key.items())), []).append(recording)

    def source(task: Task, prepared: Prepared, page: int) -> Called | None:
        found = kept.get(tuple(sorted(key_texts(task.key).items())), [])
        if page < len(found):
            recording = found[page]
            exchange = Exchange(datetime.now(UTC), 0, recording.answer.elapsed_ms, recording.answer)
            return Called("recording", exchange, recording.recorded_at, difference(recording, prepared.shown))
        if page:
            return None
        raise DataError(
            KEY_NOT_RECORDED,
            Text("There is no recorded answer for “{key}”.", key=task.key.words)
            if task.key is not None
            else Text("There is no recorded answer to one call for all rows."),
            hint=Text("Send the call again: its answers are recorded and replayed."),
            field="request.calls",
        )

    return source


def key_texts(key: Key | None) -> Mapping[str, str]:
    """Return the values of a key as texts by name, as recordings and reports have them."""
    return {name: as_text(value) for name, value in key.values.items()} if key is not None else {}


def record_all(fetched: Sequence[Fetched], services: Services, rows: tuple[int, ...] = ()) -> None:
    """Keep every live answer, so that the next dry run can replay them all. Raises FileError."""
    kept = [
        recordings.Recording(
            called.exchange.started_at.isoformat(timespec="seconds"),
            prepared.shown,
            called.answer,
            key_texts(each.key),
            rows,
        )
        for each in fetched
        for prepared, called in each.exchanges
        if called.source == "live" and called.answer is not None
    ]
    if kept and services.recordings:
        recordings.keep_all(services.recordings[0], services.activity, kept)


class _Quiet:
    """Passes on of what many calls tell only that they go on."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def check_cancelled(self) -> None:
        self._services.check_cancelled()

    def tell(self, text: Text) -> None:
        """Keep to oneself what one of many calls does: how it ended is told when all have."""

    def progress(self, done: int, total: int | None) -> None:
        """Keep to oneself how many bytes one of many calls has got."""
