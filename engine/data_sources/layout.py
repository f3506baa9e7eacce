"""How a text file is cut into columns: delimiter, quotation mark and head, found out or as a person says."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from engine.data_sources.text_files import Check, Utf8Reader, encoding_of, opened
from engine.errors import Code, FileError
from engine.text import Text

EMPTY_FILE = Code("FILE-EMPTY", "A file that should hold a table holds nothing.")

_DELIMITERS: Final = (",", ";", "\t", "|", ":")
_HEAD: Final = 1 << 18
_RECORDS: Final = 200
LARGEST_FIELD: Final = 8 << 20
"""So many characters a field may have before it is taken for a quotation mark that was never closed."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a text file is cut into columns. An empty encoding, or a delimiter or quote of None, is found out.

    `skipped_lines` come before everything else; `has_head` says that the next record names the columns. After
    `completed`, `names` are those names, or as many empty ones as there are columns.
    """

    encoding: str = ""
    delimiter: str | None = None
    quote: str | None = None
    skipped_lines: int = 0
    has_head: bool = True
    spans_lines: bool = True
    names: tuple[str, ...] = ()
    head_lines: int = 0


def completed(path: Path, layout: Layout) -> Layout:
    """Return the layout with everything that was left open found out. Raises FileError."""
    encoding = layout.encoding or encoding_of(path)
    with opened(path) as file:
        reader = Utf8Reader(file, path, encoding, lambda: None)
        reader.skip_lines(layout.skipped_lines)
        head = reader.head(_HEAD)
    return completed_text(head, replace(layout, encoding=encoding), path)


def completed_text(text: str, layout: Layout, path: Path) -> Layout:
    """Return the layout with everything that was left open found out from the text of `path`. Raises FileError."""
    head = text[:_HEAD]
    if not head.strip():
        raise FileError(
            EMPTY_FILE, Text("“{file}” is empty.", file=path.name), hint=Text("Choose a file with a table.")
        )
    delimiter, quote = _separators(head, layout)
    records = csv.reader(_lines(head), delimiter=delimiter, **_quoting(quote))  # type: ignore[arg-type]
    first = next((record for record in _records(records) if record), [])
    names = tuple(name.strip() for name in first) if layout.has_head else ("",) * len(first)
    return replace(
        layout,
        delimiter=delimiter,
        quote=quote,
        names=names,
        head_lines=records.line_num if layout.has_head else 0,
    )


def text_of(path: Path, layout: Layout, file: object, check: Check) -> Utf8Reader:
    """Return the records of an opened file, without the lines before them."""
    reader = Utf8Reader(file, path, layout.encoding, check)  # type: ignore[arg-type]
    reader.skip_lines(layout.skipped_lines + layout.head_lines)
    reader.quote = (layout.quote or "").encode()
    return reader


def _lines(text: str) -> Iterator[str]:
    yield from text.splitlines(keepends=True)


def _quoting(quote: str) -> dict[str, object]:
    return {"quotechar": quote, "strict": False} if quote else {"quoting": csv.QUOTE_NONE}


def _records(records: Iterator[list[str]]) -> Iterator[list[str]]:
    csv.field_size_limit(LARGEST_FIELD)
    try:
        yield from records
    except csv.Error:
        return  # the head ends within a record, or has one that is far too long: reading the file will tell


def _separators(head: str, layout: Layout) -> tuple[str, str]:
    delimiters = [layout.delimiter] if layout.delimiter is not None else list(_DELIMITERS)
    quotes = [layout.quote] if layout.quote is not None else ['"', "'"]
    scores = {(delimiter, quote): _score(head, delimiter, quote) for quote in quotes for delimiter in delimiters}
    # the first of equals: a comma and a double quote, unless something else fits better
    return max(scores, key=lambda pair: scores[pair])


def _score(head: str, delimiter: str, quote: str) -> float:
    """Return how well a delimiter cuts the text: many records of the same width, more than one column."""
    records = csv.reader(_lines(head), delimiter=delimiter, **_quoting(quote))  # type: ignore[arg-type]
    found = [record for record in islice(_records(records), _RECORDS) if record]
    if len(found) == _RECORDS or len(head) < _HEAD:
        widths = Counter(map(len, found))
    else:
        widths = Counter(map(len, found[:-1] or found))
    if not widths:
        return 0.0
    width, count = widths.most_common(1)[0]
    share = count / widths.total()
    is_quoted = quote == "'" and head.count(f"{delimiter}'") + head.count(f"'{delimiter}") > len(found)
    if width == 1 or (quote == "'" and not is_quoted):
        return 0.0 if quote == "'" else 0.1
    return share * (1 + min(width, 50) / 1000 + len(found) / 10000) + (0.5 if is_quoted else 0)
