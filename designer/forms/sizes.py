"""A number of bytes as people say it: `5 MB`, `64 KB`."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtWidgets import QWidget

from designer.forms.simple_fields import NumberField, shown_text

_UNITS = {"B": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3}
_SIZE = re.compile(r"(\d{1,15}(?:[.,]\d{1,6})?)\s*([kmg]?i?b?)", re.IGNORECASE)


def size_text(count: int) -> str:
    """Return a number of bytes in the largest unit that says it exactly in two decimals (`5 MB`, `1.5 KB`, `1001 B`).

    A KB has 1,024 bytes.
    """
    fitting = [(name, unit) for name, unit in _UNITS.items() if count >= unit and count * 100 % unit == 0]
    name, unit = fitting[-1] if fitting else ("B", 1)
    return f"{f'{count / unit:.2f}'.rstrip('0').rstrip('.')} {name}" if unit > 1 else f"{count} B"


def parsed_size(text: str) -> int | None:
    """Return the bytes that `5 MB`, `64k` or `1000` mean, or None for anything else."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        return None
    number, unit = match.groups()
    name = unit.upper().replace("I", "").removesuffix("B") + "B"
    return round(float(number.replace(",", ".")) * _UNITS[name])


class SizeField(NumberField):
    """A number of bytes, typed and shown with its unit."""

    def build(self) -> QWidget:
        """Make the line."""
        line = super().build()
        self._line.setPlaceholderText("5 MB")
        self._line.editingFinished.connect(self._settle)
        return line

    def shown(self, value: Any) -> str:
        """Return the size with its unit; a draft as it was typed."""
        return size_text(value) if isinstance(value, int) and not isinstance(value, bool) else shown_text(value)

    def parsed(self, text: str) -> Any:
        """Return the bytes; what is no size yet as it was typed."""
        size = parsed_size(text)
        return super().parsed(text) if size is None else size

    def _settle(self) -> None:
        """Write the size as it is always written, once it is whole."""
        self._line.setText(self.shown(self.value))
