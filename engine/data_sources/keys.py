"""The key of a resource: proposed, and proved to be unique and there in every row."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from engine.errors import Code, DataError
from engine.schema import TableSchema
from engine.tables.backend import quoted_name, quoted_path
from engine.tables.interim import Table, TableStore
from engine.text import Text

BAD_KEY = Code("DATA-KEY", "Rows of a resource share a key, or have none.")

_SHOWN: Final = 3
_SURE: Final = ("id", "key", "pk", "uuid", "guid")
_LIKELY: Final = ("code", "email", "mail", "number", "nr", "no", "num", "ref")


def check_key(store: TableStore, table: Table, key: str, name: str) -> None:
    """Raise DataError when the column `key` of the resource `name` is NULL somewhere or not unique.

    A table that has been proved once is not proved again.
    """
    if table.path is None:
        return
    digest = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:16]
    proof = table.path.with_suffix(f".{digest}.unique")
    stamp = str(table.path.stat().st_mtime_ns)
    if proof.is_file() and proof.read_text(encoding="ascii") == stamp:
        return
    column = quoted_name(key)
    source = f"read_parquet({quoted_path(table.path)})"
    query = (
        f"SELECT {column} AS value, count(*) AS times FROM {source} "  # noqa: S608 # name and path are quoted
        f"GROUP BY 1 HAVING count(*) > 1 OR {column} IS NULL ORDER BY times DESC, value LIMIT {_SHOWN + 1}"
    )
    counted = f"SELECT count(*) - count({column}) AS nulls, count(*) - count(DISTINCT {column}) AS more FROM {source}"  # noqa: S608
    nulls, more = (int(each[0].as_py()) for each in store.fetch(counted).columns)
    if nulls or more:
        raise _bad_key(store.fetch(query).to_pylist(), nulls, key, name)
    proof.write_text(stamp, encoding="ascii")


def _bad_key(offending: Sequence[dict[str, object]], nulls: int, key: str, name: str) -> DataError:
    hint = Text("Choose another key for “{name}”, or mend the data.", name=name)
    shared = [
        Text("“{value}” ({times} rows)", value=str(each["value"]), times=each["times"])
        for each in offending
        if each["value"] is not None
    ]
    if not shared:
        text = Text.plural(
            "“{name}”: {count} row has no value in its key “{key}”.",
            "“{name}”: {count} rows have no value in their key “{key}”.",
            count=nulls,
            name=name,
            key=key,
        )
        return DataError(BAD_KEY, text, hint=hint)
    listed = ", ".join(map(str, shared[:_SHOWN])) + (" …" if len(shared) > _SHOWN else "")
    text = Text("“{name}”: the key “{key}” is not unique: {values}.", name=name, key=key, values=listed)
    return DataError(BAD_KEY, text, hint=hint)


def proposed_key(path: Path, schema: TableSchema, read: Callable[[Path, TableStore, str], Table]) -> tuple[str, bool]:
    """Return the column of the file that is the best key, and whether its values are unique."""
    ids = sorted((column.id for column in schema.columns), key=_rank)
    with tempfile.TemporaryDirectory(prefix="campaign-flow-") as folder, TableStore(Path(folder)) as store:
        table = read(path, store, "file")
        if table.path is None or not table.rows:
            return ids[0], True
        for id in ids:
            column = quoted_name(id)
            query = f"SELECT count(DISTINCT {column}) FROM read_parquet({quoted_path(table.path)})"  # noqa: S608
            if int(store.fetch(query).column(0)[0].as_py()) == table.rows:
                return id, True
    return ids[0], False


def _rank(id: str) -> int:
    """Return how likely a name is a key's: `id`, then `customerId`, then `email`, then any other."""
    last = (re.findall(r"[A-Z]?[a-z]+|[A-Z]+", id) or [""])[-1].lower()
    if id.lower() in _SURE:
        return 0
    if last in _SURE:
        return 1
    return 2 if last in _LIKELY else 3
