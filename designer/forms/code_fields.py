"""Fields for what has a language: expressions, conditions, JSON, templates."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from designer.forms.code_edit import CodeEdit, Completion
from designer.forms.completion import column_completions, expression_completions, request_completions
from designer.forms.field import Field
from designer.forms.field_picker import picker_button
from designer.forms.parts import label, role
from designer.forms.simple_fields import shown_text
from designer.words import tr
from engine.document import digits
from engine.text import Text


class CodeField(Field):
    """Text in a language, kept in the flow as typed."""

    language = "text"
    lines = 1
    is_picking = False
    """Whether a button beside the label opens the tree of fields."""

    def build(self) -> QWidget:
        """Make the editor."""
        self._code = CodeEdit(self.language, lines=self.lines, completions=self.completions)  # type: ignore[arg-type]  # a class attribute widens to str
        if self.spec.examples:
            self._code.setPlaceholderText(self.spec.examples[0])
        self._code.typed.connect(self.on_typed)
        if self.is_picking:
            self.add_beside_label(picker_button(self.completions, self._code.insert_completion))
        return self._code

    def completions(self) -> Sequence[Completion]:
        """Return what can be inserted."""
        return ()

    def refresh(self) -> None:
        """Show the text of the flow."""
        self._code.set_text(shown_text(self.value))

    def on_typed(self, text: str) -> None:
        """Write what was typed."""
        self.commit(None if not text and self.spec.is_optional else text)


class ExpressionField(CodeField):
    """A value worked out for each row: `YearsOld(@birthDate)`."""

    language = "expression"
    is_picking = True

    def completions(self) -> Sequence[Completion]:
        """Return columns, variables and functions."""
        return expression_completions(self.binding)


class ConditionField(ExpressionField):
    """A rule that each row keeps or not: `@age > 21 AND target.region = '13'`."""

    lines = 2

    def build(self) -> QWidget:
        """Make the editor; while it is empty it shows what a condition looks like."""
        editor = super().build()
        if not self.spec.examples:
            self._code.setPlaceholderText(tr(Text("Such as age >= 18 AND city = 'Lille'")))
        return editor


class TemplateLineField(CodeField):
    """One line of words with `{{…}}` places."""

    is_picking = True

    def completions(self) -> Sequence[Completion]:
        """Return the columns that arrive, variables and the clock."""
        return [*column_completions(self.binding.arriving()), *request_completions(self.binding)]


class TemplateField(TemplateLineField):
    """Several lines of words with `{{…}}` places."""

    language = "template"
    lines = 8


class JsonField(Field):
    """A JSON value. What is not JSON yet stays in the flow as text, and the line below says where it breaks."""

    lines = 5

    def build(self) -> QWidget:
        """Make the editor."""
        self._code = CodeEdit("json", lines=self.lines, completions=self.completions)
        if self.spec.examples:
            self._code.setPlaceholderText(self.spec.examples[0])
        self._code.typed.connect(self._on_typed)
        return self._code

    def completions(self) -> Sequence[Completion]:
        """Return what `{{…}}` in a text can name."""
        return request_completions(self.binding)

    def build_note(self) -> None:
        """Make the line that says where the text breaks."""
        self._note = label("", "error")
        self._note.hide()
        self._layout.addWidget(self._note)

    def refresh(self) -> None:
        """Show the value of the flow, unless the text says the same already."""
        if not hasattr(self, "_note"):
            self.build_note()
        value = self.value
        if parse_json(self._code.text())[0] != value or (value is not None and not self._code.text()):
            self._code.set_text(json_text(value))
        self._tell(self._code.text())

    def _on_typed(self, text: str) -> None:
        value, _ = parse_json(text)
        self.commit(value)
        self._tell(text)

    def _tell(self, text: str) -> None:
        _, problem = parse_json(text)
        self._note.setVisible(problem is not None)
        if problem is not None:
            self._note.setText(tr(problem))
            role(self._note, "error")

    def show_findings(self, findings: Sequence[Any]) -> None:
        """Show findings, unless the text is no JSON: then the place of the break says more."""
        super().show_findings(() if self._note.isVisibleTo(self) else findings)


def parse_json(text: str) -> tuple[Any, Text | None]:
    """Return the value that `text` says and None; or the text itself and a sentence that says where it breaks."""
    if not text.strip():
        return None, None
    try:
        return digits.loads(text), None
    except json.JSONDecodeError as error:
        sentence = Text(
            "Not JSON yet: line {line}, column {column}: {reason}.",
            line=str(error.lineno),
            column=str(error.colno),
            reason=error.msg,
        )
        return text, sentence
    except (RecursionError, ValueError):
        return text, Text("Not usable as JSON: it is nested too deeply, or holds a number with thousands of digits.")


def json_text(value: Any) -> str:
    """Return `value` as JSON to read and change, or a draft as it was typed."""
    if value is None or value == {}:
        return ""
    if isinstance(value, str):
        return value
    return digits.dumps(value, indent=2, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)
