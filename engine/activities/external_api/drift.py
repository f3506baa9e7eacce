"""What is different about a live answer from what was agreed: its sample, or the answers that came before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median_low
from typing import Any, Final

from engine.activities.external_api.answer_settings import ResponseSettings
from engine.activities.external_api.reading import sample_of, value_of
from engine.activities.external_api.settings import ExternalApiSettings
from engine.activity import Services
from engine.errors import Code, DataError, FileError, Level, SettingsError
from engine.http_client import recordings
from engine.http_client.recordings import Recording
from engine.tables.json_names import listed
from engine.tables.json_profile import Kind, Profile, profile_of, together
from engine.tables.json_rows import RowNote
from engine.text import Text

ADDED = Code("EXT-DRIFT-ADDED", "An answer has properties that it did not have before.")
KINDS = Code("EXT-DRIFT-TYPE", "Values of an answer are of another kind than before.")
EMPTY = Code("EXT-DRIFT-EMPTY", "Values of an answer are empty far more often than before.")
ORDER = Code("EXT-DRIFT-ORDER", "The properties of an answer come in another order than before.")
COUNT = Code("EXT-DRIFT-COUNT", "An answer has far more or far fewer rows than usual.")

MORE_EMPTY: Final = 0.25
"""So much larger the share of empty values must be to be told."""
FEWEST: Final = 3
"""A difference of fewer rows than this is never told."""
KEPT: Final = 10
"""So many numbers of rows are remembered, to know which is usual."""

_KIND_WORDS: Mapping[Kind, Text] = {
    "text": Text("text"),
    "number": Text("a number"),
    "boolean": Text("true or false"),
    "object": Text("an object"),
    "list": Text("a list"),
}


@dataclass(frozen=True, slots=True)
class Before:
    """What a live answer is compared with: what its rows were like, where that comes from, and how many they were."""

    profile: Profile | None = None
    source: Text | None = None
    fingerprint: str = ""
    counts: tuple[int, ...] = ()

    def counts_of(self, request: Mapping[str, Any]) -> tuple[int, ...]:
        """Return the last numbers of rows; those of another request do not count."""
        return self.counts if self.fingerprint == recordings.fingerprint(request) else ()


@dataclass(frozen=True, slots=True)
class Watched:
    """What is different about a live answer, and the last numbers of rows, its own included."""

    notes: tuple[RowNote, ...] = ()
    counts: tuple[int, ...] = ()
    profile: Profile | None = None


def watch(
    settings: ExternalApiSettings, documents: Iterable[Any], request: Mapping[str, Any], services: Services
) -> Watched:
    """Return what has changed in a live answer (its JSON values or documents) before it is recorded."""
    was, now = before(settings, services), look(documents, settings.response)
    if now is None:
        return Watched(counts=was.counts_of(request))
    return Watched(tuple(drift(now, was, settings.response, request)), (*was.counts_of(request), now.rows)[-KEPT:], now)


def before(settings: ExternalApiSettings, services: Services) -> Before:
    """Return what was agreed: the sample, else the recorded answers; and how many rows came in the last times."""
    response, recorded = settings.response, _recorded(settings.response, services)
    if response.sample not in (None, ""):
        return replace(
            recorded,
            profile=look((sample_of(each, response.form).value for each in [response.sample]), response),
            source=Text("the sample"),
        )
    return recorded


def remember(recording: Recording, profile: Profile | None, response: ResponseSettings, services: Services) -> None:
    """Keep what an answer that was just recorded is like, so that the next one need not read it again."""
    state = _state(response, services)
    if state is not None:
        while len(_known) >= _MOST_KNOWN:
            _known.pop(next(iter(_known)), None)
        _known[state] = _before([recording], profile)


_MOST_KNOWN: Final = 64
_known: dict[tuple[object, ...], Before] = {}
"""What recorded answers are like, by the state of their files and how their rows are found."""


def _state(response: ResponseSettings, services: Services) -> tuple[object, ...] | None:
    """Return what the look at the recorded answers depends on; None without any."""
    file = recordings.file_of(services.recordings, services.activity)
    if file is None:
        return None
    found, keys = file.stat(), tuple(column.key or column.id for column in response.columns)
    return file, found.st_mtime_ns, found.st_size, response.mode, response.pointer, response.form, keys


def _recorded(response: ResponseSettings, services: Services) -> Before:
    state = _state(response, services)
    known = _known.get(state) if state is not None else None
    if known is not None:
        return known
    try:
        kept = recordings.find_all(services.recordings, services.activity)
    except FileError:
        return Before()  # a damaged recording is written anew by the call that asks
    return _before(kept, look((value_of(each.answer, response.form) for each in kept), response) if kept else None)


def _before(kept: Sequence[Recording], profile: Profile | None) -> Before:
    if not kept:
        return Before()
    moment = Text("the answer of {moment}", moment=kept[0].recorded_at[:16])
    return Before(profile, moment, kept[0].fingerprint, kept[0].rows)


def look(documents: Iterable[Any], response: ResponseSettings) -> Profile | None:
    """Return what the rows of answers (JSON values or documents) are like; None where there are none."""
    keys = [column.key or column.id for column in response.columns]
    try:
        values = list(documents)
        return together(profile_of(each, keys, mode=response.mode, pointer=response.pointer) for each in values)
    except (DataError, SettingsError):
        return None  # an answer without rows is told by who reads it


def drift(now: Profile, was: Before, response: ResponseSettings, request: Mapping[str, Any]) -> Iterator[RowNote]:
    """Yield what has changed, a note each."""
    if was.profile is not None and was.source is not None and was.profile.rows and now.rows:
        yield from _of_properties(now, was.profile, response, was.source)
    counts = was.counts_of(request)
    usual = median_low(counts) if counts else now.rows
    if abs(now.rows - usual) >= FEWEST and not usual / 2 <= now.rows <= usual * 2:
        one, many = "The answer has {count} row; usual are {usual}.", "The answer has {count} rows; usual are {usual}."
        yield RowNote(Level.WARNING, Text.plural(one, many, count=now.rows, usual=usual), COUNT)


def _of_properties(now: Profile, was: Profile, response: ResponseSettings, source: Text) -> Iterator[RowNote]:
    added = [name for name in now.properties if name not in was.properties]
    if added:
        text = Text(
            "The answer has properties that {before} does not have: {names}.", before=source, names=listed(added)
        )
        yield RowNote(Level.INFO, text, ADDED, tuple(added))
    read = [column.key or column.id for column in response.columns if not column.ignore]
    known = [name for name in read if name in was.properties and not now.is_absent(name)]
    changed = [name for name in known if _is_changed(name, now, was)]
    if changed:
        names = listed([_changed(name, now, was) for name in changed])
        text = Text("Values are of another kind than in {before}: {names}.", before=source, names=names)
        yield RowNote(Level.WARNING, text, KINDS, tuple(changed))
    emptier = [name for name in known if now.emptiness(name) - was.emptiness(name) >= MORE_EMPTY]
    if emptier:
        shares = [f"{name} ({now.emptiness(name):.0%}, {was.emptiness(name):.0%})" for name in emptier]
        text = Text("More values are empty than in {before}: {names}.", before=source, names=listed(shares))
        yield RowNote(Level.WARNING, text, EMPTY, tuple(emptier))
    if _common(now, was) != _common(was, now):
        text = Text("The properties come in another order than in {before}; columns find them by name.", before=source)
        yield RowNote(Level.INFO, text, ORDER)


def _is_changed(name: str, now: Profile, was: Profile) -> bool:
    before = was.properties[name].kinds
    return bool(before) and not now.properties[name].kinds <= before


def _changed(name: str, now: Profile, was: Profile) -> str:
    words = [" / ".join(str(_KIND_WORDS[kind]) for kind in sorted(each.properties[name].kinds)) for each in (now, was)]
    return str(Text("{name} ({now} instead of {before})", name=name, now=words[0], before=words[1]))


def _common(first: Profile, second: Profile) -> list[str]:
    return [name for name in first.properties if name in second.properties and not name.startswith("/")]
