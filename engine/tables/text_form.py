"""How the text of an answer is to be read: JSON, JSON lines, or CSV with its separator."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from engine.errors import Code, SettingsError
from engine.text import Text

BAD_DELIMITER = Code("EXT-SEPARATOR", "The separator of a CSV answer is no single character that can separate.")

Format = Literal["auto", "json", "ndjson", "csv"]

_LINES: Final = frozenset(
    f"application/{name}"
    for name in ("x-ndjson", "ndjson", "jsonl", "x-jsonl", "jsonlines", "x-jsonlines", "json-seq", "stream+json")
)
_CSV: Final = frozenset(
    ("text/csv", "application/csv", "text/x-csv", "application/x-csv", "text/tab-separated-values", "text/tsv")
)


@dataclass(frozen=True, slots=True)
class TextForm:
    r"""How a text is to be read. `auto` is JSON, and JSON lines where it is no JSON but all of its lines are.

    With `guesses` a text of several columns that does not begin like JSON is CSV. `delimiter` is empty where it is to
    be found out, or `\t` in words.
    """

    format: Format = "auto"
    delimiter: str = ""
    has_header: bool = True
    guesses: bool = False

    def separator(self) -> str | None:
        """Return the character between columns, None where it is to be found out. Raises SettingsError."""
        delimiter = {"": None, "\\t": "\t", "tab": "\t"}.get(self.delimiter, self.delimiter)
        if delimiter is not None and (len(delimiter) != 1 or not delimiter.isascii() or delimiter in "\r\n\"'"):
            raise SettingsError(
                BAD_DELIMITER,
                Text("“{separator}” cannot separate columns.", separator=self.delimiter),
                hint=Text("Write a character such as ; or \\t for a tab, or leave it empty."),
                field="response.delimiter",
            )
        return delimiter

    def of_kind(self, media_type: str) -> TextForm:
        """Return the form of an answer with a media type, which counts where the settings leave it open."""
        if self.format != "auto":
            return self
        found: Format = "ndjson" if media_type in _LINES else "csv" if media_type in _CSV else "auto"
        return replace(self, format=found)
