"""What one column of lines holds, and what happens to a text that does not fit (ACS 1.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from engine.schema import Column, ColumnType
from engine.tables.text_values import ISO, Form

ErrorPolicy = Literal["ignore", "reject", "default", "default-unmapped", "reject-unmapped"]
EmptyPolicy = Literal["error-number", "null", "error"]
WhiteSpace = Literal["keep", "trim", "collapse", "remove"]
LetterCase = Literal["keep", "lower", "upper", "smart"]

REASON: Final = "_reason"
"""The column of rejects that says what was wrong with the line."""


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """What one column holds and what happens to a text that does not fit.

    The order is: white space and letter case, remapping, the rule for empty texts, conversion and length, and the
    rule for errors. `default` is written like the column's texts. A text column with a remapping and one of the
    `…-unmapped` policies takes no other texts than those the remapping names.
    """

    id: str
    type: ColumnType = ColumnType.TEXT
    label: str = ""
    length: int | None = None
    is_ignored: bool = False
    form: Form = ISO
    white_space: WhiteSpace = "keep"
    letter_case: LetterCase = "keep"
    remapping: tuple[tuple[str, str], ...] = ()
    on_error: ErrorPolicy = "ignore"
    default: str = ""
    on_empty: EmptyPolicy = "error-number"

    @property
    def is_rejecting(self) -> bool:
        """Return whether a value that does not fit takes its line out of the table."""
        return not self.is_ignored and self.on_error in ("reject", "reject-unmapped")

    @property
    def has_default(self) -> bool:
        """Return whether a value that does not fit is replaced."""
        return self.on_error in ("default", "default-unmapped") and self.default != ""

    @property
    def column(self) -> Column:
        """Return the column that the rule makes."""
        return Column(self.id, self.type, self.label, self.length if self.type is ColumnType.TEXT else None)
