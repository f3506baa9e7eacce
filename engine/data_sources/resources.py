"""Resources of a flow (ACS 2.1): what they hold, opened as tables whose key is unique, and proposed from a file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from engine.data_sources import delimited, parquet, synthetic
from engine.data_sources.keys import check_key, proposed_key
from engine.data_sources.layout import Layout
from engine.data_sources.memory import fingerprint_of
from engine.data_sources.text_files import UNREADABLE, reading
from engine.errors import Code, DataError, FileError, SettingsError
from engine.schema import TableSchema
from engine.tables.interim import Table, TableStore
from engine.text import Text

UNKNOWN_SOURCE = Code("DATA-SOURCE", "The kind of a resource is not known to this version.")
NO_KEY = Code("DATA-NO-KEY", "A resource names no key, or one that is not among its columns.")

SOURCES: Final = ("csv", "parquet", "synthetic")


def fingerprint(ref: Mapping[str, Any], folder: Path) -> str:
    """Return a name for the content of a resource: it changes when the file or the settings do. Raises FileError."""
    if _source_of(ref) == "synthetic":
        return synthetic.fingerprint(ref)
    return fingerprint_of(_path_of(ref, folder), ref["source"])


def resource_schema(ref: Mapping[str, Any], name: str, folder: Path) -> TableSchema:
    """Return the columns of a resource, its key and, as dimension, its `name`.

    `ref` has `source`, `path`, `key` and what the source needs besides; paths start from `folder`. A file is looked at
    once, until it changes. Raises SettingsError, FileError, DataError.
    """
    return _with_key(_columns(ref, name, folder), ref, name)


def _columns(ref: Mapping[str, Any], name: str, folder: Path) -> TableSchema:
    source = _source_of(ref)
    if source == "synthetic":
        synthetic.settings_of(ref)
        return synthetic.SCHEMA
    path = _path_of(ref, folder)
    if source == "parquet":
        return parquet.described(path)[0]
    return TableSchema(delimited.described(path, Layout()).columns)


def open_resource(ref: Mapping[str, Any], name: str, folder: Path, store: TableStore) -> Table:
    """Return a resource as a materialised table; its key is there, unique and never NULL.

    The file is read once and kept in the folder of `store` until it changes. Raises SettingsError, FileError,
    DataError, RunCancelled.
    """
    source = _source_of(ref)
    digest = hashlib.sha256(fingerprint(ref, folder).encode()).hexdigest()[:32]
    key = f"resource-{digest}"
    table = store.find(key)
    if table is None and source == "synthetic":
        table = synthetic.imported(ref, store, key)
    elif table is None:
        read = parquet.imported if source == "parquet" else delimited.imported
        table = read(_path_of(ref, folder), store, key)
    schema = _with_key(table.schema, ref, name)
    check_key(store, table, schema.key, name)
    return replace(table, schema=schema)


def _source_of(ref: Mapping[str, Any]) -> str:
    source = str(ref.get("source", ""))
    if source not in SOURCES:
        raise SettingsError(
            UNKNOWN_SOURCE,
            Text("There are no resources of the kind “{source}”.", source=source),
            hint=Text("Choose one of: {sources}.", sources=", ".join(SOURCES)),
        )
    return source


def _path_of(ref: Mapping[str, Any], folder: Path) -> Path:
    name = str(ref.get("path", ""))
    if not name:
        raise FileError(UNREADABLE, Text("The resource has no file."), hint=Text("Choose the file of the resource."))
    return folder / name


def _with_key(schema: TableSchema, ref: Mapping[str, Any], name: str) -> TableSchema:
    key = str(ref.get("key", ""))
    if schema.column(key) is None or "." in key:
        known = ", ".join(column.id for column in schema.columns)
        text = (
            Text("The resource “{name}” has no column “{key}” to be its key.", name=name, key=key)
            if key
            else Text("The resource “{name}” has no key.", name=name)
        )
        raise SettingsError(NO_KEY, text, hint=Text("Choose the key among: {columns}.", columns=known))
    return replace(schema, key=key, dimension=name)


def propose(path: Path) -> dict[str, Any]:
    """Return how the file at `path` would be a resource: `name`, `ref` (source, key) and `notes`, sentences.

    The key is a column without NULL whose values are unique, one with a name like `id` first; else the first column.
    Raises FileError, DataError.
    """
    with reading(path), path.open("rb") as file:
        is_parquet = file.read(4) == b"PAR1"
    notes: list[str] = []
    if is_parquet:
        schema, left_out = parquet.described(path)
        if left_out:
            notes.append(str(Text("Left out, because a table holds no such values: {names}.", names=_listed(left_out))))
    else:
        found = delimited.described(path, Layout())
        schema = TableSchema(found.columns)
        if found.bad:
            _refuse_ragged(path, found)
    source = "parquet" if is_parquet else "csv"
    key, is_unique = proposed_key(path, schema, parquet.imported if is_parquet else delimited.imported)
    if not is_unique:
        notes.append(str(Text("No column has unique values: “{key}” cannot be the key as it is.", key=key)))
    return {"name": _name_for(path), "ref": {"source": source, "key": key}, "notes": notes}


def _refuse_ragged(path: Path, found: delimited.Described) -> None:
    raise DataError(
        delimited.RAGGED,
        Text.plural(
            "“{file}”: {count} record does not have {columns} values.",
            "“{file}”: {count} records do not have {columns} values.",
            count=found.bad,
            file=path.name,
            columns=len(found.columns),
        ),
        hint=Text("Mend the file, or read it with a Load file activity, which rejects such lines."),
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def _name_for(path: Path) -> str:
    stem = path.name.partition(".")[0] or path.stem
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")[:60] or "table"
    return name if re.match(r"[A-Za-z_]", name) else f"_{name}"
