"""Files that appear whole or not at all, also when several processes write the same one."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pyarrow as pa

PARQUET: Final[dict[str, Any]] = {"compression": "snappy", "version": "2.6"}
ROW_GROUP: Final = 122_880
"""So many rows of a Parquet file are written, and read, at a time."""


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give another path to write to; what stands there becomes `path` at the end, unless something went wrong."""
    part = path.with_name(f"{path.stem}.{uuid.uuid4().hex[:8]}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_table(table: pa.Table, path: Path) -> None:
    """Write an Arrow table to a Parquet file."""
    from pyarrow import parquet

    with whole_file(path) as part:
        parquet.write_table(table, part, ROW_GROUP, **PARQUET)
