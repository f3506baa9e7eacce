"""The fields that a message can really use, with their types and an example, as the engine knows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from designer.forms.asking import LateQuestion
from designer.forms.binding import Binding
from designer.forms.code_edit import Completion
from designer.forms.completion import type_words, variable_completions
from designer.forms.paths import as_list, as_mapping
from designer.forms.simple_fields import shown_text
from engine.schema import ColumnType

_LONGEST_EXAMPLE = 28


class MessageFields(QObject):
    """Asks the engine for the fields whenever what arrives has changed; until it answers, the columns that arrive."""

    changed = Signal()

    def __init__(self, binding: Binding) -> None:
        """Follow `binding`, the settings of a message."""
        super().__init__(binding)
        self._binding = binding
        self._answer: list[Mapping[str, Any]] = []
        self._question = LateQuestion(binding.session, self, "message_fields")
        binding.surroundings_changed.connect(self.ask)
        binding.session.runs.finished.connect(self.ask)
        self.ask()

    def ask(self) -> None:
        """Ask again, soon."""
        session, activity = self._binding.session, self._binding.activity
        self._question.soon(lambda: {**session.params(), "activity": activity}, self._take)

    def completions(self) -> Sequence[Completion]:
        """Return every field as a completion, its type and an example beside it."""
        if self._answer:
            return [_completion(field) for field in self._answer]
        arriving = [Completion(_place(each.path), type_words(each.column.type)) for each in self._binding.arriving()]
        return [*arriving, *variable_completions(self._binding)]

    def _take(self, answer: Any) -> None:
        fields = answer.get("fields") if isinstance(answer, Mapping) else answer
        self._answer = [as_mapping(field) for field in as_list(fields)]
        self.changed.emit()


def fields_of(binding: Binding) -> MessageFields:
    """Return the fields that all editors of one message share."""
    found = binding.findChild(MessageFields)
    return found if found is not None else MessageFields(binding)


def _place(path: str) -> str:
    """Return how a message names a column that arrives: the profile's own, or additional data (ACS 4)."""
    head, _, rest = path.partition(".")
    return f"profile.{rest}" if head == "target" and rest else f"targetData.{path}"


def _completion(field: Mapping[str, Any]) -> Completion:
    kind = str(field.get("type", ""))
    words = type_words(ColumnType(kind)) if kind in set(ColumnType) else kind
    example = shown_text(field.get("example"))
    if len(example) > _LONGEST_EXAMPLE:
        example = f"{example[:_LONGEST_EXAMPLE]}…"
    detail = f"{words} · {example}" if example else words
    return Completion(str(field.get("path", "")), detail, str(field.get("label") or ""))
