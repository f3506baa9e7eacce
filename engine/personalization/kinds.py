"""What an expression of a message gives, the words for it, and the names that could have been meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from engine.personalization.faults import WrongValue
from engine.personalization.fields import ANY, Shape, written
from engine.personalization.formats import moment_of
from engine.schema import ColumnType
from engine.text import Text

_NUMBERS = (ColumnType.INTEGER, ColumnType.FLOAT)
_DATES = (ColumnType.DATE, ColumnType.DATE_TIME)
_WORDS = {"number": Text("a number"), "date": Text("a date"), "text": Text("a text"), "boolean": Text("yes or no")}


@dataclass(frozen=True, slots=True)
class Written:
    """An expression in the renderer's language, and what it gives. `value` is the text of a literal."""

    code: str
    shape: Shape = ANY
    value: Any = None


def same(name: str, known: Iterable[str]) -> Text | None:
    """Return which of the `known` paths ends with `name`, as a question."""
    found = next((path for path in known if path.lower().endswith(f".{name.lower()}")), None)
    return Text("Did you mean “{name}”?", name=written(found)) if found else None


def near(name: str, known: Iterable[str]) -> Text | None:
    """Return which of the `known` paths ends nearly with `name`, as a question."""
    endings = {path.rpartition(".")[2].lower(): path for path in known}
    found = difflib.get_close_matches(name.lower(), endings, n=1, cutoff=0.6)
    return Text("Did you mean “{name}”?", name=written(endings[found[0]])) if found else None


def choices_of(shape: Shape) -> Text | None:
    """Return the fields that there are, as a way out."""
    names = ", ".join(list(shape.members)[:12])
    return Text("Choose one of: {names}.", names=names) if names else None


def is_moment(text: str) -> bool:
    """Return whether a text is a date or a moment as ISO writes it."""
    try:
        moment_of(text)
    except WrongValue:
        return False
    return True


def family_of(value: Written) -> str:
    """Return `number`, `date`, `text`, `boolean`, or nothing where it cannot be said."""
    if isinstance(value.value, bool) or value.shape.kind != "value":
        return "boolean" if isinstance(value.value, bool) else ""
    if value.shape.type in _NUMBERS:
        return "number"
    if value.shape.type in _DATES:
        return "date"
    return str(value.shape.type or "")


def words_for(value: Written) -> Text:
    """Return what people call a value."""
    words = _WORDS.get(family_of(value), Text("a value"))
    return Text("“{path}” ({kind})", path=value.shape.path, kind=words) if value.shape.path else words
