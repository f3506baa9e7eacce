"""Lines of a file under column rules: those that fit as typed rows, the others with what is wrong with them."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from engine.data_sources.delimited import imported_text
from engine.data_sources.layout import LARGEST_FIELD, Layout
from engine.schema import LINE_NUMBER
from engine.tables.column_rule import REASON, ColumnRule
from engine.tables.column_rules import Ruled, apply, arranged
from engine.tables.import_text import Bad, BadRecord
from engine.tables.interim import Table, TableStore
from engine.text import Text

MOST_BAD: Final = 1_000_000
"""So many records of another width are kept at most."""


def ruled_lines(
    path: Path, layout: Layout, picks: Sequence[int | None], rules: Sequence[ColumnRule], store: TableStore
) -> Ruled:
    """Return the records of the file under the rules; `picks` says for each rule which column of the file it reads.

    `layout` is completed. Records of another width than the head are rejected. Raises FileError, DataError,
    SettingsError, RunCancelled.
    """
    bad = Bad(kept=MOST_BAD)
    ids = tuple(f"c{place}" for place in range(len(layout.names)))
    digest = hashlib.sha256(f"{path.resolve()} {layout}".encode("utf-8", "replace")).hexdigest()[:32]
    raw = imported_text(path, layout, ids, bad, store, f"lines-{digest}")
    ruled = apply(store, arranged(raw, rules, [None if pick is None else ids[pick] for pick in picks]), rules)
    if not bad.records:
        return ruled
    schema = ruled.rejects.schema
    others = store.from_rows(list(_rejects(bad.records, layout, picks, rules)), schema)
    both = ruled.rejects.expr.union(others.expr).order_by(LINE_NUMBER)
    return replace(ruled, rejects=Table(both, schema), rejected=ruled.rejected + bad.count)


def _rejects(
    records: Sequence[BadRecord], layout: Layout, picks: Sequence[int | None], rules: Sequence[ColumnRule]
) -> Iterator[dict[str, object]]:
    for record in records:
        values = _values(record.text, layout)
        reason = Text.plural(
            "The line has {count} value for {columns} columns.",
            "The line has {count} values for {columns} columns.",
            count=record.values,
            columns=len(layout.names),
        )
        yield {
            **{
                rule.id: values[pick] or None if pick is not None and pick < len(values) else None
                for rule, pick in zip(rules, picks, strict=True)
            },
            LINE_NUMBER: record.number,
            REASON: str(reason),
        }


def _values(text: str, layout: Layout) -> list[str]:
    csv.field_size_limit(LARGEST_FIELD)
    delimiter = layout.delimiter or ","
    if not layout.quote:
        return text.split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter, quotechar=layout.quote), [])
    except csv.Error:
        return text.split(delimiter)
