"""Fields below each other under the headings of their groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.forms.binding import Binding
from designer.forms.field import Field
from designer.forms.parts import GAP, heading
from designer.forms.paths import is_under
from designer.forms.specs import FieldSpec
from engine.text import Text

MakeField = Callable[[FieldSpec, str, Binding], Field]
"""Makes the field for a setting: (spec, dotted path, binding)."""


class FieldStack(QWidget):
    """The fields of `specs`, whose values stand under `prefix` in the binding."""

    def __init__(self, specs: Sequence[FieldSpec], prefix: str, binding: Binding, make: MakeField) -> None:
        """Make a field for each spec, with a heading where the group changes."""
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP + 2)
        self.fields: list[Field] = []
        group = ""
        for spec in _by_group(specs):
            if spec.group and spec.group != group:
                if layout.count():
                    layout.addSpacing(GAP)
                layout.addWidget(heading(Text(spec.group)))
                group = spec.group
            self.add(make(spec, f"{prefix}{spec.name}", binding))

    def add(self, field: Field) -> None:
        """Put one more field at the end."""
        self.fields.append(field)
        layout = self.layout()
        if layout is not None:
            layout.addWidget(field)
        show_due([field])

    def refresh(self) -> None:
        """Show what the flow says."""
        for field in self.fields:
            field.refresh()
        show_due(self.fields)

    def show_findings(self, findings: Sequence[Any]) -> None:
        """Show each finding at the field it is about."""
        show_at(self.fields, findings)

    def reveal(self, path: str) -> bool:
        """Take the keyboard for the setting at `path`; False when none of the fields holds it."""
        return reveal_in(self.fields, path)


def show_at(fields: Sequence[Field], findings: Sequence[Any]) -> None:
    """Hand each finding to the field whose path it lies under."""
    for field in fields:
        own = [each for each in findings if field.holds(each.field)]
        if own and field.spec.shown_when:
            field.show()  # whoever is to mend it has to see it
        field.show_findings(own)


def show_due(fields: Sequence[Field]) -> None:
    """Hide the fields that have no meaning beside the other settings, and show the others."""
    for field in fields:
        if field.spec.shown_when:
            field.setHidden(not field.is_due)


def reveal_in(fields: Sequence[Field], path: str) -> bool:
    """Take the keyboard in the field at `path`, or the first one within it; False when there is none."""
    for field in fields:
        if field.holds(path) or (path and is_under(field.path, path)):
            return field.reveal(path)
    return False


def _by_group(specs: Sequence[FieldSpec]) -> list[FieldSpec]:
    """Return the specs with each group together, at the place of its first member."""
    groups = list(dict.fromkeys(spec.group for spec in specs))
    return sorted(specs, key=lambda spec: groups.index(spec.group))
