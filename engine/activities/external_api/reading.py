"""What kept answers and the sample say, in the format that the settings name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.data_sources.answer_text import read_text
from engine.document import digits
from engine.http_client.models import HttpAnswer
from engine.tables.json_text import JsonText
from engine.tables.text_form import TextForm

SAMPLE = "response.sample"


def value_of(answer: HttpAnswer, form: TextForm) -> Any:
    """Return the JSON value that an answer is read as. Raises DataError, SettingsError."""
    return read_text(answer.text, form.of_kind(answer.media_type)).value


def text_of(sample: Any) -> str:
    """Return the text of a sample: JSON lines and CSV stand in the flow as it, JSON as a value."""
    return sample if isinstance(sample, str) else digits.dumps(sample, ensure_ascii=False)


def sample_of(sample: Any, form: TextForm) -> JsonText:
    """Return what a sample says, which has no content type. Raises DataError, SettingsError."""
    return read_text(text_of(sample), replace(form, guesses=True), field=SAMPLE)
