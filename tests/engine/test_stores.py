"""The connection to the tables that a lane of questions keeps."""

from __future__ import annotations

from pathlib import Path

from engine.schema import Column, ColumnType, TableSchema
from engine.serve.stores import kept_store

SCHEMA = TableSchema((Column("n", ColumnType.INTEGER),))


def test_a_question_that_was_stopped_in_its_last_moment_stops_no_other(tmp_path: Path) -> None:
    with kept_store(tmp_path) as store:
        first = store
        store.interrupt()
    with kept_store(tmp_path) as store:
        assert store is not first
        assert store.rows(store.from_rows([{"n": 1}], SCHEMA)) == [{"n": 1}]
        second = store
    with kept_store(tmp_path) as store:
        assert store is second
