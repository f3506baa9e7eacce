"""Tables between activities: lazy expressions that become immutable Parquet files under content keys."""

from __future__ import annotations

import contextlib
import itertools
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from engine.errors import Code, DataError, RunCancelled
from engine.schema import TableSchema
from engine.tables.backend import MEMORY_LIMIT, connect, quoted_name, quoted_path
from engine.tables.types import arrow_schema_of, ibis_schema_of
from engine.tables.whole_files import whole_file, write_table
from engine.text import Text

if TYPE_CHECKING:
    import ibis
    import ibis.expr.schema as ibis_schema
    import pyarrow as pa
    from ibis.backends.duckdb import Backend

STOPPED = Code("DATA-STOPPED", "The work on a table was stopped by a person.")
BROKEN_TABLE = Code("DATA-QUERY-FAILED", "The table engine could not carry out a step; the sentence says why.")


_SORTING = 95.0
"""From here on the table engine's figure means nothing: a sort reaches it at a third of its time."""


@dataclass(frozen=True, slots=True)
class Table:
    """An immutable table: an expression, and what is known of it.

    Stored links are struct columns named like the link, list columns arrays of structs. `rows`, `key` (the
    content key) and `path` (its Parquet file) are known once the table has been materialised.
    """

    expr: ibis.Table
    schema: TableSchema
    rows: int | None = None
    key: str = ""
    path: Path | None = None


class TableStore:
    """A connection to the table engine with a folder of materialised tables. Used by one thread at a time."""

    def __init__(self, folder: Path, *, readable: Sequence[Path] = (), memory_limit: str = MEMORY_LIMIT) -> None:
        """Keep tables in `folder` (which must exist); files in `readable` folders may be read as well."""
        self._folder = folder.resolve()
        self._readable = readable
        self._memory_limit = memory_limit
        self._numbers = itertools.count()
        self._opened: dict[str, Table] = {}
        self._arrows: dict[str, pa.Table] = {}
        self._backend: Backend | None = None
        self._opening: threading.Thread | None = None
        self._is_stopped = False

    def __enter__(self) -> Self:
        """Return the store itself; the connection opens when it is first needed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self._await_opening()
        if self._backend is not None:
            self._backend.disconnect()
            self._backend = None

    @property
    def backend(self) -> Backend:
        """Return the connection, for the doors of `engine.tables` and `engine.data_sources` only."""
        self._await_opening()
        if self._backend is None:
            self._connect()
        assert self._backend is not None  # noqa: S101
        return self._backend

    def open_ahead(self) -> None:
        """Begin to open the connection: whoever needs it first may have something else to wait for."""
        self._opening = threading.Thread(target=self._connect_quietly, name="connection", daemon=True)
        self._opening.start()

    def _await_opening(self) -> None:
        opening, self._opening = self._opening, None
        if opening is not None:
            opening.join()

    def _connect_quietly(self) -> None:
        with contextlib.suppress(Exception):  # it is tried again, and told, when the connection is needed
            self._connect()

    def _connect(self) -> None:
        folders = (self._folder, *self._readable)
        self._backend = connect(folders, memory_limit=self._memory_limit, spill=self._folder / "spill")

    @property
    def folder(self) -> Path:
        """Return the folder of materialised tables, for the doors that write there."""
        return self._folder

    @property
    def is_stopped(self) -> bool:
        """Return whether the store has been interrupted: from then on it answers nothing."""
        return self._is_stopped

    def check_stopped(self) -> None:
        """Raise RunCancelled when the store has been interrupted, for work outside the engine."""
        if self._is_stopped:
            raise RunCancelled(STOPPED, Text("The run was stopped."))

    def interrupt(self) -> None:
        """Stop the query that runs, and every later one, from another thread; they raise RunCancelled."""
        self._is_stopped = True
        if self._backend is not None:
            self._backend.con.interrupt()

    def progress(self) -> float | None:
        """Return how many percent of the query that runs are done, from another thread; None when nobody knows."""
        if self._backend is None:
            return None
        percent = float(self._backend.con.query_progress())
        return percent if 0 < percent < _SORTING else None

    def _name(self, stem: str) -> str:
        return f"{stem}_{next(self._numbers)}"

    def materialise(self, table: Table, key: str) -> Table:
        """Write `table` to `<key>.parquet` and return it with its rows counted.

        The file has the columns and types of the schema, whatever the expression's were. It appears whole or
        not at all. Raises RunCancelled, DataError.
        """
        path = self._folder / f"{key}.parquet"
        options = "FORMAT parquet, COMPRESSION snappy, PARQUET_VERSION v2"
        arrow = self._handed_in(table)
        if arrow is not None:
            write_table(arrow, path)
            return self.adopt(key, table.schema, arrow.num_rows)
        with self._guarded(), whole_file(path) as part:
            query = self.compiled(_conformed(table))
            answer = self.backend.con.execute(f"COPY ({query}) TO {quoted_path(part)} ({options})").fetchall()
        return self.adopt(key, table.schema, int(answer[0][0]))

    def _handed_in(self, table: Table) -> pa.Table | None:
        """Return the Arrow table that `table` is, None where its rows have to be computed or conformed."""
        self.check_stopped()
        operation = table.expr.op()
        arrow = self._arrows.get(str(operation.name)) if type(operation).__name__ == "DatabaseTable" else None
        return arrow if arrow is not None and arrow.schema.equals(arrow_schema_of(table.schema)) else None

    def adopt(self, key: str, schema: TableSchema, rows: int) -> Table:
        """Return the file `<key>.parquet`, which a door has put into the folder, as a materialised table."""
        path = self._folder / f"{key}.parquet"
        sidecar = {"rows": rows, "schema": schema.to_json()}
        path.with_suffix(".json").write_text(json.dumps(sidecar, ensure_ascii=False), encoding="utf-8")
        self._opened.pop(key, None)
        self._opened[key] = replace(self.open(path, schema), rows=rows, key=key)
        return self._opened[key]

    def find(self, key: str) -> Table | None:
        """Return the table that was materialised under `key`, or None when it is not there any more."""
        if key not in self._opened:
            path = self._folder / f"{key}.parquet"
            try:
                sidecar = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
                schema, rows = TableSchema.from_json(sidecar["schema"]), int(sidecar["rows"])
                opened = self.open(path, schema)
            except (OSError, ValueError, KeyError, TypeError, DataError):
                return None  # missing or damaged: whoever asks makes it again
            self._opened[key] = replace(opened, rows=rows, key=key)
        return self._opened[key]

    def open(self, path: Path, schema: TableSchema) -> Table:
        """Return the Parquet file at `path`, whose columns are those of `schema`, as a table."""
        query = f"SELECT * FROM read_parquet({quoted_path(path)})"  # noqa: S608 # a path, quoted
        return Table(self.sql(query, schema=ibis_schema_of(schema)), schema, path=path)

    def from_rows(self, rows: Sequence[Mapping[str, Any]], schema: TableSchema) -> Table:
        """Return `rows` (values already of their column's type, or None) as a table."""
        import pyarrow as pa

        return self.from_arrow(
            pa.Table.from_pylist([dict(row) for row in rows], schema=arrow_schema_of(schema)), schema
        )

    def from_arrow(self, arrow: Any, schema: TableSchema) -> Table:
        """Return an Arrow table (its columns as the schema says) as a table."""
        name = self._name("rows")
        self._arrows[name] = arrow
        self.backend.con.register(name, arrow)
        return Table(self._known(name, ibis_schema_of(schema)), schema, rows=arrow.num_rows)

    def sql(self, query: str, *, is_small: bool = False, schema: ibis_schema.Schema | None = None) -> ibis.Table:
        """Return a query of the engine's own dialect as an expression, for the doors only.

        One that `is_small` is computed at once and held in memory, else it is computed by whoever reads it. Where its
        columns are known as `schema`, the engine need not be asked for them, which takes a while.
        """
        name = self._name("view")
        kind = "TABLE" if is_small else "VIEW"
        with self._guarded():
            self.backend.con.execute(f"CREATE TEMP {kind} {quoted_name(name)} AS {query}")
            return self.backend.table(name) if schema is None else self._known(name, schema)

    def _known(self, name: str, schema: ibis_schema.Schema) -> ibis.Table:
        """Return a table of the engine's whose columns are known."""
        import ibis.expr.operations as ops

        return ops.DatabaseTable(name, schema=schema, source=self.backend).to_expr()

    def named(self, expr: ibis.Table) -> ibis.Table:
        """Return an expression under a name of the engine's, so that what is built upon it is compiled without it."""
        return self.sql(self.compiled(expr))

    def fetch(self, query: str) -> Any:
        """Return the rows of a query of the engine's own dialect as an Arrow table, for the doors only."""
        with self._guarded():
            return self.backend.con.execute(query).to_arrow_table()

    def count(self, expr: ibis.Table) -> int:
        """Return the number of rows of an expression."""
        with self._guarded():
            return int(self.backend.con.execute(self.compiled(expr.count().as_table())).fetchall()[0][0])

    def rows(self, table: Table | ibis.Table, limit: int | None = None) -> list[dict[str, Any]]:
        """Return rows as dicts of plain Python values; links are dicts, lists are lists of dicts.

        A materialised table's first rows come in the order of its file.
        """
        expr = table.expr if isinstance(table, Table) else table
        found: list[dict[str, Any]] = self.arrow(expr if limit is None else expr.limit(limit)).to_pylist()
        return found

    def arrow(self, expr: ibis.Table) -> Any:
        """Return an expression's rows as an Arrow table."""
        with self._guarded():
            return self.backend.con.execute(self.compiled(expr)).to_arrow_table()

    def compiled(self, expr: ibis.Table) -> str:
        """Return an expression in the engine's own dialect, for the doors only."""
        return str(self.backend.compile(expr))

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        """Turn the engine's errors into ours."""
        import duckdb

        self.check_stopped()
        try:
            yield
        except duckdb.InterruptException:
            raise RunCancelled(STOPPED, Text("The run was stopped.")) from None
        except duckdb.Error as error:
            reason = str(error).split("\n", 1)[0]
            raise DataError(
                BROKEN_TABLE,
                Text("The table engine could not carry this out: {reason}", reason=reason),
                hint=Text("Look at the values that arrive here, and at the settings that use them."),
            ) from None


def _conformed(table: Table) -> ibis.Table:
    """Return the expression with exactly the columns and types that the schema promises."""
    wanted = ibis_schema_of(table.schema)
    actual = table.expr.schema()
    columns = []
    for name, type in wanted.items():
        column = table.expr[name]
        columns.append(column if actual[name].copy(nullable=True) == type else column.cast(type).name(name))
    return table.expr.select(columns)
