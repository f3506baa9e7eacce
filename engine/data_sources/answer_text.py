"""The text of an answer as a JSON value: JSON itself, a JSON value on each line, or CSV with a row for each record."""

from __future__ import annotations

import io
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from engine.data_sources.delimited import ragged, shape_of
from engine.data_sources.layout import Layout, completed_text, text_of
from engine.document import digits
from engine.errors import Code, DataError
from engine.tables.import_text import Bad, batches
from engine.tables.json_text import BAD_JSON, JsonText, read_json, whole_text
from engine.tables.text_form import TextForm
from engine.text import Text

BAD_LINE = Code("EXT-BAD-LINE", "A line of an answer of JSON lines is no JSON value.", acs="WKF-560241")


_AROUND_A_LINE: Final = " \t\r\x1e\ufeff"
"""What may stand around the value of a line; RS (0x1E) begins each record of a JSON text sequence (RFC 7464)."""
_TEXT: Final = frozenset(("text", "format", "delimiter", "has_header"))
_SHOWN: Final = 3
_NAME: Final = Path("answer")


def read_text(text: str, form: TextForm, *, field: str = "") -> JsonText:
    """Return what a text says; JSON lines and CSV as a list of rows.

    Raises DataError: what `read_json` does, EXT-BAD-LINE with the number of the line, DATA-RAGGED, DATA-RECORD;
    SettingsError for a separator that is none.
    """
    if not text.strip(_AROUND_A_LINE + "\n"):
        return read_json("", field=field)
    if form.format == "csv":
        return _read_csv(text, form, field)
    if form.format == "ndjson":
        return _read_lines(text, field)
    try:
        return read_json(text, field=field)
    except DataError as error:
        other = _other(text, form, field) if form.format == "auto" and error.code is BAD_JSON else None
        if other is None:
            raise
        return other


def value_of_sample(sample: Any) -> Any:
    """Return what a sample says: a JSON value, or `{"text": "…"}` with the settings of a `TextForm` beside it.

    Raises what `read_text` does.
    """
    if isinstance(sample, Mapping) and isinstance(sample.get("text"), str) and set(sample) <= _TEXT:
        form = TextForm(**{"guesses": True, **{name: each for name, each in sample.items() if name != "text"}})
        return read_text(sample["text"], form, field="sample").value
    return read_json(digits.dumps(sample), field="sample").value


def _other(text: str, form: TextForm, field: str) -> JsonText | None:
    """Return a text that is no JSON as what it is, None where it is rather broken JSON."""
    lines = [line for each in text.split("\n") if (line := each.strip(_AROUND_A_LINE))]
    if len(lines) > 1 and _is_whole(lines[0]):
        return _read_lines(text, field)
    if form.guesses and len(lines) > 1 and lines[0][:1] not in "{[" and len(_layout(text, form).names) > 1:
        return _read_csv(text, form, field)
    return None


def _is_whole(line: str) -> bool:
    """Return whether a line is an object or a list of its own."""
    try:
        return isinstance(read_json(line).value, dict | list)
    except DataError:
        return False


def _read_lines(text: str, field: str) -> JsonText:
    lines = [(number, line) for number, each in enumerate(text.split("\n"), 1) if (line := each.strip(_AROUND_A_LINE))]
    read = _at_once([line for _, line in lines])
    if read is not None:
        return read
    rows: list[Any] = []
    doubled: dict[str, None] = {}
    for number, line in lines:
        try:
            value = read_json(line)
        except DataError as error:
            raise _bad_line(error, number, line, field) from None
        rows.append(value.value)
        doubled.update(dict.fromkeys(value.doubled))
    return JsonText(rows, tuple(doubled), "ndjson")


def _at_once(lines: Sequence[str]) -> JsonText | None:
    """Return the values of all lines, read as one list; None where some line is no value, which is then looked for.

    A mark stands between the lines, so that no value can go from one to the next.
    """
    mark = uuid.uuid4().hex
    try:
        read = read_json("[" + f',"{mark}",'.join(lines) + "]")
    except DataError:
        return None
    rows, marks = read.value[::2], read.value[1::2]
    if len(rows) != len(lines) or marks != [mark] * len(marks):
        return None
    return JsonText(rows, read.doubled, "ndjson", read.levels)


def _bad_line(error: DataError, number: int, line: str, field: str) -> DataError:
    column, near = error.details.get("column"), whole_text(line[:40])
    reason = error.text
    if column is not None:
        reason = Text("no valid JSON from column {column} on, near “{near}”.", column=str(column), near=near)
    return DataError(
        BAD_LINE,
        Text("Line {line} of the answer: {reason}", line=str(number), reason=reason),
        hint=Text("Ask the owner of the service for a JSON value on each line."),
        field=field,
        details={"line": number},
    )


def _layout(text: str, form: TextForm) -> Layout:
    return completed_text(text, Layout("utf-8", form.separator(), has_head=form.has_header), _NAME)


def _read_csv(text: str, form: TextForm, field: str) -> JsonText:
    """Return the records as objects of texts by the names in the head, an empty value as null."""
    text = text.removeprefix("\ufeff")
    layout = _layout(text, form)
    names = _names(layout.names)
    bad = Bad(kept=_SHOWN)
    shape = shape_of(layout, tuple(f"c{place}" for place in range(len(names))))
    source = text_of(_NAME, layout, io.BytesIO(text.encode("utf-8", "replace")), lambda: None)
    values: list[list[str | None]] = [[] for _ in names]
    for piece in batches(source, shape, bad, name=_NAME.name):
        for known, found in zip(values, piece.columns, strict=True):
            known.extend(found.to_pylist())
    if bad.count:
        error = ragged(_NAME, bad, len(names))
        hint = Text("Check the separator, or ask the owner of the service for whole records.")
        raise DataError(error.code, error.text, hint=hint, field=field)
    return JsonText([dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)], (), "csv")


def _names(head: tuple[str, ...]) -> list[str]:
    """Return a name for each column: that of the head, numbered where it is empty or there twice."""
    found: list[str] = []
    for place, name in enumerate(head, 1):
        wish, number = name or f"column_{place}", 1
        unique = wish
        while unique in found:
            number += 1
            unique = f"{wish}_{number}"
        found.append(unique)
    return found
