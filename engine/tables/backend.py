"""The embedded table engine: one locked-down DuckDB connection, spoken to through Ibis."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

MEMORY_LIMIT = "4GB"


def connect(readable: Sequence[Path], *, memory_limit: str = MEMORY_LIMIT, spill: Path | None = None) -> Backend:
    """Return a connection that reads and writes inside the folders `readable` only.

    After this nothing can be set any more, no extension loaded and no other file touched; queries can be
    interrupted from another thread and report their progress.
    """
    import ibis

    backend: Backend = ibis.duckdb.connect()
    settings = backend.con
    settings.execute(f"SET memory_limit='{memory_limit}'")
    if spill is not None:
        settings.execute(f"SET temp_directory={_quoted(str(spill))}")
    for statement in (
        "SET TimeZone='UTC'",
        "SET preserve_insertion_order=false",
        "SET enable_progress_bar=true",
        "SET enable_progress_bar_print=false",
        "SET progress_bar_time=0",
        "SET autoinstall_known_extensions=false",
        "SET autoload_known_extensions=false",
    ):
        settings.execute(statement)
    folders = ", ".join(_quoted(f"{folder.resolve()}/") for folder in readable)
    settings.execute(f"SET allowed_directories=[{folders}]")
    settings.execute("SET enable_external_access=false")
    settings.execute("SET lock_configuration=true")
    return backend


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def quoted_text(text: str) -> str:
    """Return a text as an SQL literal."""
    return _quoted(text)


def quoted_path(path: Path) -> str:
    """Return a path as an SQL text literal."""
    return _quoted(str(path))


def quoted_name(name: str) -> str:
    """Return a column or table name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
