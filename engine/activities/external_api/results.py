"""What several calls came to: the tables of all answers together, the failure of the whole, and the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.activities.external_api.answer_settings import RESULT
from engine.activities.external_api.answer_tables import (
    ROWS,
    Answered,
    answer_tables,
    transitions_of,
    warnings_of,
)
from engine.activities.external_api.calling import Called, report_of
from engine.activities.external_api.keys import KeyColumns, Line, with_keys
from engine.activities.external_api.many import Fetched, key_texts
from engine.activities.external_api.request import Prepared
from engine.activities.external_api.settings import ExternalApiSettings
from engine.activity import Services
from engine.errors import CampaignFlowError, Code, Level
from engine.tables.interim import Table
from engine.tables.json_rows import RowNote
from engine.text import Text

KEY_FAILED = Code("EXT-KEY-FAILED", "The calls for some keys failed, and the others went on.")

_MOST_NOTES = 10
_SHOWN_CHARACTERS = 5_242_880


@dataclass(frozen=True, slots=True)
class Failure:
    """The call that the whole activity failed with."""

    prepared: Prepared
    called: Called
    error: CampaignFlowError


def failure_of(settings: ExternalApiSettings, fetched: Sequence[Fetched]) -> Failure | None:
    """Return why nothing comes of the calls: the only one or all of them failed, or one that must not."""
    failed = [each for each in fetched if each.error is not None]
    is_all = len(failed) == len(fetched)
    if not failed or not (is_all or settings.request.on_key_error == "stop"):
        return None
    first = next((each for each in failed if each.exchanges), failed[0])
    if first.error is None or not first.exchanges:
        raise failed[0].error or RuntimeError(failed[0])
    prepared, called = first.exchanges[-1]
    return Failure(prepared, called, first.error)


def tables_of(
    settings: ExternalApiSettings, fetched: Sequence[Fetched], columns: KeyColumns | None, services: Services
) -> Answered:
    """Return the tables of all answers by the column rules, each row with the key of its call."""
    found: dict[str, Table] = {}
    notes: list[RowNote] = []
    counts = []
    good = [each for each in fetched if each.error is None]
    failed = _failed(fetched) if columns is not None and columns.errors else []
    for place, table in enumerate(answer_tables(settings.response)):
        rows = table.joined([page[place] for each in good for page in each.pages])
        ruled = table.ruled(rows, services)
        notes += warnings_of(table, ruled)
        counts.append(rows.count - ruled.rejected)
        lines = [Line(each.key) for each in good if each.key is not None for _ in range(each.count(place))]
        for name, content in transitions_of(table, ruled).items():
            found[name] = content
            if columns is not None:
                beside, more = (columns, failed) if name == RESULT else (columns.without_errors, [])
                found[name] = with_keys(content, [*lines, *more], beside, services)
    counts[0] += len(failed)
    return Answered(found, counts[0], tuple(notes))


def _failed(fetched: Sequence[Fetched]) -> list[Line]:
    """Return a line for each key whose call failed."""
    return [Line(each.key, str(each.error)) for each in fetched if each.key is not None and each.error is not None]


def notes_of(fetched: Sequence[Fetched], answered: Answered | None) -> Sequence[RowNote]:
    """Return what is odd about the answers, each sentence once, and which keys failed."""
    differences = [
        RowNote(Level.WARNING, called.difference)
        for each in fetched
        for _, called in each.exchanges
        if called.difference is not None
    ]
    every = [*differences, *(note for each in fetched for note in each.notes)]
    notes = list({str(note.text): note for note in every}.values())
    kept = notes[:_MOST_NOTES]
    if len(notes) > len(kept):
        more = len(notes) - len(kept)
        kept.append(RowNote(Level.INFO, Text("{count} more notes of this kind are left out.", count=more)))
    return [*kept, *(answered.notes if answered is not None else ())]


def tell(fetched: Sequence[Fetched], notes: Iterable[RowNote], services: Services) -> None:
    """Tell the notes, and how many keys failed and why the first of them did."""
    for note in notes:
        services.note(note.level, note.text, code=(note.code or ROWS).id)
    failed = [each for each in fetched if each.error is not None and each.key is not None]
    if failed and failed[0].key is not None:
        text = Text(
            "{count} of {total} keys failed. “{key}”: {reason}",
            count=len(failed),
            total=len(fetched),
            key=failed[0].key.words,
            reason=str(failed[0].error),
        )
        services.note(Level.WARNING, text, code=KEY_FAILED.id, field="request.on_key_error")


def report_all(fetched: Sequence[Fetched], failure: Failure | None, notes: Sequence[RowNote]) -> Mapping[str, Any]:
    """Return the report of the call that is shown first, with all exchanges as `pages` and their number as `calls`."""
    exchanges = [(each, *exchange) for each in fetched for exchange in each.exchanges]
    prepared, called = (failure.prepared, failure.called) if failure is not None else exchanges[0][1:]
    made = sum(called.exchange.attempts > 0 or called.answer is not None for _, _, called in exchanges)
    return {**report_of(called, prepared, notes), "calls": made, "pages": list(_pages(exchanges))}


def _pages(exchanges: Sequence[tuple[Fetched, Prepared, Called]]) -> Iterator[Mapping[str, Any]]:
    """Yield the report of each exchange, with the text of as many answers as can be shown together."""
    left = _SHOWN_CHARACTERS
    for each, prepared, called in exchanges:
        report = report_of(called, prepared, [])
        response = report["response"]
        if response is not None:
            response["text"] = response["text"][:left]
            left -= len(response["text"])
        is_last = each.exchanges[-1][1] is called
        error = str(each.error) if each.error is not None and is_last else ""
        yield {**report, "key": dict(key_texts(each.key)), "error": error}
