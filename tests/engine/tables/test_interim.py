"""Tables kept as files: what goes in comes out, nothing half-written, nothing outside the folders."""

from __future__ import annotations

import threading
from datetime import date, datetime
from pathlib import Path

import pytest

from engine.errors import DataError, RunCancelled
from engine.schema import Column, ColumnType, Link, TableSchema
from engine.tables.interim import Table, TableStore

EVERYTHING = TableSchema(
    (
        Column("id", ColumnType.INTEGER),
        Column("name", ColumnType.TEXT),
        Column("score", ColumnType.FLOAT),
        Column("active", ColumnType.BOOLEAN),
        Column("born", ColumnType.DATE),
        Column("seen", ColumnType.DATE_TIME),
        Column("orders", ColumnType.LIST, fields=(Column("title", ColumnType.TEXT),)),
    ),
    links=(Link("api", TableSchema((Column("code", ColumnType.TEXT),))),),
)
ROWS = [
    {
        "id": 1,
        "name": "Zoë ‮ 🎉",
        "score": 1.5,
        "active": True,
        "born": date(1990, 2, 28),
        "seen": datetime(2026, 3, 7, 20, 0),
        "orders": [{"title": "Skis"}, {"title": None}],
        "api": {"code": "V-1"},
    },
    dict.fromkeys(("id", "name", "score", "active", "born", "seen", "orders", "api")),
]


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    return TableStore(tmp_path)


def test_every_type_goes_to_a_file_and_back(store: TableStore) -> None:
    with store:
        kept = store.materialise(store.from_rows(ROWS, EVERYTHING), "k1")

        assert store.rows(kept) == ROWS
        assert (kept.rows, kept.key) == (2, "k1")


def test_a_kept_table_is_found_by_another_store(tmp_path: Path) -> None:
    with TableStore(tmp_path) as first:
        first.materialise(first.from_rows(ROWS, EVERYTHING), "k1")
    with TableStore(tmp_path) as second:
        found = second.find("k1")

        assert found is not None
        assert found.schema == EVERYTHING
        assert second.rows(found) == ROWS
        assert second.find("never") is None


def test_a_damaged_file_counts_as_missing(tmp_path: Path) -> None:
    with TableStore(tmp_path) as first:
        first.materialise(first.from_rows(ROWS, EVERYTHING), "k1")
    (tmp_path / "k1.parquet").write_bytes(b"PAR1 and then nothing")
    with TableStore(tmp_path) as second:
        assert second.find("k1") is None


def test_a_file_has_the_types_that_its_schema_promises(store: TableStore) -> None:
    wanted = TableSchema((Column("n", ColumnType.TEXT),))
    with store:
        numbers = store.from_rows([{"n": 7}], TableSchema((Column("n", ColumnType.INTEGER),)))
        kept = store.materialise(Table(numbers.expr, wanted), "k1")

        assert store.rows(kept) == [{"n": "7"}]


def test_a_query_that_fails_is_told_in_one_sentence(store: TableStore) -> None:
    texts = TableSchema((Column("n", ColumnType.TEXT),))
    with store:
        words = store.from_rows([{"n": "seven"}], texts)
        with pytest.raises(DataError) as caught:
            store.materialise(Table(words.expr, TableSchema((Column("n", ColumnType.INTEGER),))), "k1")

    assert caught.value.code.id == "DATA-QUERY-FAILED"
    assert "\n" not in str(caught.value)
    assert store.find("k1") is None


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM read_csv('{outside}/../secret.csv')",
    ],
)
def test_nothing_outside_the_folders_can_be_read(tmp_path: Path, query: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    with TableStore(inside) as store, pytest.raises(DataError):
        store.count(store.sql(query.format(outside=inside)))


def test_a_query_is_stopped_from_another_thread(store: TableStore) -> None:
    with store:
        endless = store.sql("SELECT count(*) AS n FROM range(100000000) a, range(100000) b")
        threading.Timer(0.2, store.interrupt).start()
        with pytest.raises(RunCancelled):
            store.rows(endless)
        with pytest.raises(RunCancelled):
            store.rows(endless)


def test_a_long_query_says_how_far_it_is(store: TableStore) -> None:
    schema = TableSchema((Column("n", ColumnType.INTEGER),))
    numbers = store.materialise(Table(store.sql("SELECT range AS n FROM range(1000000)"), schema), "numbers")
    assert store.progress() is None
    seen: set[float | None] = set()
    is_over = threading.Event()

    def look() -> None:
        while not is_over.wait(0.002):
            seen.add(store.progress())

    watcher = threading.Thread(target=look)
    watcher.start()
    digits = numbers.expr.n.cast("string").hexdigest("sha256")
    store.count(numbers.expr.filter(digits.like("%00%")))
    is_over.set()
    watcher.join()
    known = {percent for percent in seen if percent is not None}
    assert known
    assert all(0 < percent < 95 for percent in known)
