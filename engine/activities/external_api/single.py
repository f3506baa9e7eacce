"""One answer, from what came back to the rows that are made of it."""

from __future__ import annotations

from engine.activities.external_api.answer_tables import ROWS, Answered, rows_of
from engine.activities.external_api.answers import document_of, notes_on
from engine.activities.external_api.calling import OTHER_REQUEST, Called, recorded
from engine.activities.external_api.parity import would_fail
from engine.activities.external_api.request import Prepared
from engine.activities.external_api.settings import ExternalApiSettings
from engine.activity import Services
from engine.errors import Level
from engine.tables.json_rows import JsonDocument, RowNote

Notes = list[RowNote]


def read(
    settings: ExternalApiSettings, called: Called, prepared: Prepared, services: Services, notes: Notes
) -> Answered:
    """Return the rows of what came back, telling what is odd about them; a good live answer is recorded.

    What is told also stands in `notes`, as far as reading came. Raises CallError, GuardrailError, DataError, FileError.
    """
    profile = services.design.guardrails
    if called.difference is not None:
        notes.append(RowNote(Level.WARNING, called.difference))
        services.note(Level.WARNING, called.difference, code=OTHER_REQUEST.id)
    document = document_of(called, prepared.request, settings, profile)
    opened = JsonDocument(document.value, document.together)
    with recorded(called, prepared, opened, settings, services) as changed:
        odd = [*notes_on(called, document), *would_fail(called, prepared.request, document, profile)]
        answered = rows_of(opened, settings.response, services)
    of_columns = (*answered.notes, *changed)
    notes += [*odd, *of_columns]
    for note in (*odd, *of_columns):
        field = "response.columns" if note.level is Level.WARNING and note in of_columns else ""
        services.note(note.level, note.text, code=(note.code or ROWS).id, field=field)
    return answered
