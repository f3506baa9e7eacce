"""A whole message compiled: subject, HTML, text and sender, for rows of one schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.personalization.faults import Problem
from engine.personalization.formats import Formats
from engine.personalization.render import Renderer
from engine.personalization.template import Template, compiled
from engine.schema import TableSchema


@dataclass(frozen=True, slots=True)
class Message:
    """The compiled texts of a message by their names; `html` is HTML, all others are plain text."""

    templates: Mapping[str, Template]

    def problems(self) -> Iterator[tuple[str, Problem]]:
        """Yield what is wrong, with the name of the text."""
        for name, template in self.templates.items():
            for problem in template.problems:
                yield name, problem

    @property
    def columns(self) -> frozenset[str]:
        """Return the columns that the message reads."""
        return frozenset(column for template in self.templates.values() for column in template.columns)

    @property
    def shown(self) -> Mapping[str, bool]:
        """Return the columns that are shown, and whether each has a fallback or a condition wherever it is."""
        found: dict[str, bool] = {}
        for template in self.templates.values():
            for column, is_guarded in template.shown.items():
                found[column] = found.get(column, True) and is_guarded
        return found

    def renderer(self, locale: str, time_zone: str, variables: Mapping[str, Any], now: datetime) -> Renderer:
        """Return what renders the texts for a row. Raises TemplateError for an unknown locale or time zone."""
        return Renderer(self.templates, Formats(locale, time_zone), variables, now)


def compile_message(texts: Mapping[str, str], schema: TableSchema, variables: Sequence[str]) -> Message:
    """Return the `texts` of a message, by name, compiled for rows of `schema`."""
    names = tuple(sorted(variables))
    return Message({name: compiled(text, schema, names, is_html=name == "html") for name, text in texts.items()})
