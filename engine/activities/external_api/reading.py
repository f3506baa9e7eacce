"""What kept answers and the sample say, in the format that the settings name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.data_sources.answer_text import TextForm, read_text
from engine.http_client.models import HttpAnswer
from engine.tables.json_text import JsonText

SAMPLE = "response.sample"


def value_of(answer: HttpAnswer, form: TextForm) -> Any:
    """Return the JSON value that an answer is read as. Raises DataError, SettingsError."""
    return read_text(answer.text, form.of_kind(answer.media_type)).value


def sample_of(text: str, form: TextForm) -> JsonText:
    """Return what the text of a sample says, which has no content type. Raises DataError, SettingsError."""
    return read_text(text, replace(form, guesses=True), field=SAMPLE)
