"""The lines of the answer at hand before the column rules: of the last answer that was kept, else of the sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.activities.external_api.answer_tables import answer_tables
from engine.activities.external_api.reading import sample_of, value_of
from engine.activities.external_api.settings import ExternalApiSettings
from engine.activity import Services
from engine.http_client import recordings
from engine.settings.columns import rules_of
from engine.tables.column_effect import RowSource, Unruled
from engine.tables.json_rows import JsonRows
from engine.tables.text_form import TextForm


@dataclass(frozen=True, slots=True)
class _Kept:
    """Answers that are at hand as JSON values, and where they come from."""

    documents: Sequence[Any]
    source: RowSource
    moment: str = ""


def unruled_lines(settings: ExternalApiSettings, field: str, services: Services, most: int) -> Unruled | None:
    """Return the first `most` lines that the answers at hand have for the table whose columns stand at `field`.

    None without an answer, and without columns. Raises DataError, FileError.
    """
    kept = _kept(settings, services)
    table = next((each for each in answer_tables(settings.response) if f"{each.field}.columns" == field), None)
    if kept is None or table is None or not table.columns:
        return None
    columns = tuple(each.model_copy(update={"id": f"c{at}"}) for at, each in enumerate(table.columns))
    rows = replace(table, columns=columns)
    joined = rows.joined([rows.read(document, most) for document in kept.documents])
    texts = {column.id: joined.columns[column.id][:most] for column in columns}
    lines = JsonRows(texts, joined.count).table(services.tables)
    return Unruled(lines, rules_of(table.columns), kept.source, joined.count, kept.moment)


def _kept(settings: ExternalApiSettings, services: Services) -> _Kept | None:
    sample = settings.response.sample
    file = recordings.file_of(services.recordings, services.activity)
    has_sample = sample not in (None, "")
    if file is not None and not (has_sample and settings.dry_run == "sample"):
        state = file.stat()
        return _recorded(file, services.activity, settings.response.form, state.st_mtime_ns, state.st_size)
    if not has_sample:
        return None
    return _Kept([sample_of(sample, settings.response.form).value], "sample")


@lru_cache(maxsize=1)
def _recorded(file: Path, activity: str, form: TextForm, _changed: int, _size: int) -> _Kept:
    """Return the recorded answers as JSON values; the last ones are remembered, because every edit asks for them."""
    found = recordings.find_all([file.parent.parent], activity)
    return _Kept([value_of(each.answer, form) for each in found], "recording", found[0].recorded_at)
