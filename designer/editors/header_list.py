"""The headers of a call: names, values, and secrets that go to the keyring before the flow sees them."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from designer.forms.binding import Binding
from designer.forms.list_fields import ListField
from designer.forms.parts import pair_row
from designer.forms.secret_fields import NameField, SecretField
from designer.forms.specs import FieldKind, FieldSpec
from designer.words import tr
from engine.text import Text


class HeaderNameField(NameField):
    """The name of a header, with the common ones to choose from."""

    placeholder = Text("Header")
    suggestions = ("Accept-Language", "Authorization", "Idempotency-Key", "X-Api-Key", "X-Campaign", "X-Request-Id")


class HeadersField(ListField):
    """The headers, one a line, in the order they are sent."""

    def __init__(self, spec: FieldSpec, path: str, binding: Binding) -> None:
        """Build a line for each header."""
        super().__init__(spec, path, binding)
        self.setToolTip(tr(Text("Adobe Campaign: Execution → Request header(s)")))

    def new_entry(self) -> Any:
        """Return an empty header."""
        return {"name": "", "value": ""}

    def build_entry(self, index: int, count: int) -> QWidget:
        """Make the line of one header."""
        name = HeaderNameField(FieldSpec("name", "", FieldKind.TEXT), f"{self.path}.{index}.name", self.binding)
        value = SecretField(FieldSpec("value", "", FieldKind.TEXT), f"{self.path}.{index}.value", self.binding)
        name.focus_target().setAccessibleName(tr(Text("Name of header {number}", number=index + 1)))
        for place in value.editors():
            place.setAccessibleName(tr(Text("Value of header {number}", number=index + 1)))
        name.renamed.connect(value.settle)
        self._fields += [name, value]
        return pair_row(name, value, *self.tools(index, count))
