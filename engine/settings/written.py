"""How people write columns, names and texts with `{{…}}` places, as text of the expression language."""

from __future__ import annotations

import re
from typing import Final

from engine.schema import TableSchema
from engine.text import Text

_PATH = re.compile(r"@?[^\W\d]\w*(?:[./]@?[^\W\d]\w*)*")
PLACES: Final = re.compile(r"\{\{(.+?)\}\}", re.DOTALL)
"""A place in a text that an expression fills: `{{vars.campaign}}`."""


def is_path(text: str) -> bool:
    """Return whether `text` names a column (`age`, `@age`, `target.region`) rather than being an expression."""
    return _PATH.fullmatch(text.strip()) is not None


def column_path(text: str) -> str:
    """Return the path of the column that `text` names: `@age` is `age`, `target/@region` is `target.region`."""
    return ".".join(part.lstrip("@") for part in re.split(r"[./]", text.strip().strip("[]")))


def field_text(text: str, schema: TableSchema | None = None) -> str:
    """Return a column or an expression so that it can stand anywhere in an expression.

    A column is quoted: its name may be a word of the language (`order`), or, where `schema` knows it, have signs
    in it that no name in an expression has.
    """
    written = text.strip()
    is_known = schema is not None and schema.column(written) is not None and not set(written) & set("[]/")
    return f"[{written}]" if is_known or is_path(written) else f"({written})"


def quoted(text: str) -> str:
    """Return `text` as a text of the expression language."""
    return "'" + text.replace("'", "''") + "'"


def filled(text: str) -> str:
    """Return a text with `{{…}}` places as an expression that joins its pieces.

    In a place stands a variable (`vars.campaign`), a column or an expression of the language.
    """
    pieces = PLACES.split(text)
    parts = [
        quoted(piece) if place % 2 == 0 else f"ToString({field_text(piece)})" for place, piece in enumerate(pieces)
    ]
    kept = [part for part in parts if part != "''"]
    return " || ".join(kept) if kept else "''"


def without_place(text: Text) -> Text:
    """Return the sentence about an expression without the character it points at: nobody typed this text."""
    problem = text.values.get("problem")
    return Text("{problem}.", problem=problem) if isinstance(problem, Text) else text


def expression_text(text: str, schema: TableSchema) -> str:
    """Return a column (quoted, as `field_text` does) or an expression as it was written, its characters in place."""
    written = field_text(text, schema)
    return text if written.startswith("(") else written
