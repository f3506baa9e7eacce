"""Pages of tables: in their own order, sorted and filtered as a whole, also when they have ten million rows."""

from __future__ import annotations

import threading
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.errors import DataError, RunCancelled, SettingsError
from engine.schema import Column, ColumnType, Link, TableSchema
from engine.tables import paging
from engine.tables.interim import Table, TableStore

SCHEMA = TableSchema(
    (
        Column("id", ColumnType.INTEGER, label="Number"),
        Column("name", ColumnType.TEXT),
        Column("score", ColumnType.FLOAT),
        Column("active", ColumnType.BOOLEAN),
        Column("born", ColumnType.DATE),
        Column("seen", ColumnType.DATE_TIME),
        Column("offers", ColumnType.LIST, fields=(Column("until", ColumnType.DATE),)),
    ),
    links=(Link("weather", TableSchema((Column("sky", ColumnType.TEXT),))),),
)
NAMES = ["Zoë", "ann", "Bob", None, "O'Hara", "Ann-Lee", "%_", "שלום"]
ROWS: list[dict[str, Any]] = [
    {
        "id": number,
        "name": NAMES[number % len(NAMES)],
        "score": number / 4,
        "active": number % 2 == 0,
        "born": date(1990, 1, 1 + number % 28),
        "seen": datetime(2026, 3, 7, 20, number % 60),
        "offers": [{"until": date(2026, 4, 1)}],
        "weather": {"sky": "sun" if number % 3 else None},
    }
    for number in range(40)
]


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    return TableStore(tmp_path)


def page(
    store: TableStore,
    offset: int = 0,
    limit: int = 100,
    sort: tuple[str, bool] | None = None,
    filter: str | None = None,
    among: paging.Among | None = None,
) -> dict[str, Any]:
    """Return a page of forty rows of every type."""
    if store.find("rows") is None:
        store.materialise(Table(store.from_rows(ROWS, SCHEMA).expr.order_by("id"), SCHEMA), "rows")
    return paging.page(store, "rows", offset=offset, limit=limit, sort=sort, filter=filter, among=among)


def ids(found: dict[str, Any]) -> list[int]:
    """Return the first column."""
    return [row[0] for row in found["rows"]]


def test_a_page_has_stored_links_flattened_and_values_ready_for_json(store: TableStore) -> None:
    with store:
        found = page(store, offset=1, limit=2)

    assert found["columns"][0] == {"path": "id", "type": "integer", "label": "Number"}
    assert found["columns"][-1] == {"path": "weather.sky", "type": "text", "label": ""}
    assert (found["total"], found["offset"]) == (40, 1)
    assert found["rows"][0] == [
        1,
        "ann",
        0.25,
        False,
        "1990-01-02",
        "2026-03-07T20:01:00",
        [{"until": "2026-04-01"}],
        "sun",
    ]


def test_the_last_page_ends_with_the_table(store: TableStore) -> None:
    with store:
        assert ids(page(store, offset=38)) == [38, 39]
        assert ids(page(store, offset=99)) == []


def test_sorting_orders_the_whole_table_with_null_at_the_end(store: TableStore) -> None:
    with store:
        assert ids(page(store, limit=3, sort=("score", True))) == [39, 38, 37]
        names = [row[1] for row in page(store, sort=("name", False))["rows"]]
        skies = [row[-1] for row in page(store, sort=("weather.sky", True))["rows"]]

    assert names[:5] == ["%_"] * 5
    assert names[-5:] == [None] * 5
    assert skies == ["sun"] * 26 + [None] * 14


def test_pages_of_a_sorted_table_follow_each_other(store: TableStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "_BLOCK", 7)
    with store:
        found = [number for offset in range(0, 40, 10) for number in ids(page(store, offset, 10, ("id", True)))]

    assert found == list(range(39, -1, -1))


@pytest.mark.parametrize(
    ("filter", "count"),
    [
        ("ANN", 10),
        ("o'h", 5),
        ("%", 5),
        ("שלום", 5),
        ("sun", 26),
        ("2026-03-07T20:05", 1),
        ("2026-03-07 20:05", 1),
        ("9.75", 1),
        ("TRUE", 20),
        ("nobody has this", 0),
        ("1990-01-28", 1),
    ],
)
def test_a_filter_looks_into_the_text_of_every_column(store: TableStore, filter: str, count: int) -> None:
    with store:
        found = page(store, limit=5, filter=filter)

    assert found["total"] == count
    assert len(found["rows"]) == min(count, 5)


def test_a_filtered_table_is_sorted(store: TableStore) -> None:
    with store:
        assert ids(page(store, sort=("id", True), filter="ann")) == [37, 33, 29, 25, 21, 17, 13, 9, 5, 1]


def test_rows_can_be_picked_by_what_a_column_holds(store: TableStore) -> None:
    with store:
        assert ids(page(store, among=("id", ("4", "17", "99")))) == [4, 17]
        assert ids(page(store, among=("id", ("4", "17")), sort=("id", True))) == [17, 4]
        assert ids(page(store, among=("name", ("O'Hara", "Bob")), filter="bob")) == [2, 10, 18, 26, 34]
        assert page(store, among=("id", ()))["total"] == 0


def test_rows_cannot_be_picked_by_a_column_that_is_not_there(store: TableStore) -> None:
    with store, pytest.raises(SettingsError, match="“weather” any more"):
        page(store, among=("weather", ("sun",)))


def test_a_table_that_was_made_again_is_not_paged_from_the_old_index(store: TableStore) -> None:
    schema = TableSchema((Column("id", ColumnType.INTEGER),))
    with store:
        for numbers in ([1, 2, 3], [3, 5, 4]):
            store.materialise(store.from_rows([{"id": number} for number in numbers], schema), "k")
            found = paging.page(store, "k", offset=0, limit=9, sort=("id", False), filter=None)
            assert ids(found) == sorted(numbers)


@pytest.mark.parametrize("key", ["never", "../secret", ""])
def test_a_table_that_is_gone_is_told(store: TableStore, key: str) -> None:
    with store, pytest.raises(DataError, match="no longer there"):
        paging.page(store, key, offset=0, limit=5, sort=None, filter=None)


def test_sorting_by_a_column_that_is_not_there_is_refused(store: TableStore) -> None:
    with store, pytest.raises(SettingsError, match="“weather” any more"):
        page(store, sort=("weather", False))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a store with a table of ten million rows and twelve columns under the key `large`."""
    folder = tmp_path_factory.mktemp("large")
    texts = ("name", "email", "city", "country", "note")
    columns = [Column("id", ColumnType.INTEGER), *(Column(each, ColumnType.TEXT) for each in texts)]
    columns += [Column(each, ColumnType.INTEGER) for each in ("points", "region", "visits")]
    columns += [Column("score", ColumnType.FLOAT), Column("born", ColumnType.DATE), Column("optin", ColumnType.BOOLEAN)]
    query = (
        "SELECT i AS id, 'name ' || (hash(i) % 1000000) AS name, 'user' || i || '@example.org' AS email,"
        " 'city' || (i % 5000) AS city, 'FR' AS country, md5(i::VARCHAR) AS note, i * 7 % 1000 AS points,"
        " (hash(i) % 100)::BIGINT AS region, i % 11 AS visits, i / 3 AS score,"
        " DATE '1950-01-01' + (hash(i) % 20000)::INTEGER AS born, i % 2 = 0 AS optin FROM range(10000000) t(i)"
    )
    with TableStore(folder) as store:
        store.materialise(Table(store.sql(query), TableSchema(tuple(columns))), "large")
    return folder


@pytest.mark.slow
def test_ten_million_rows_are_paged_sorted_and_filtered_while_one_waits(large: Path) -> None:
    store = TableStore(large)

    def timed(**wanted: Any) -> tuple[float, dict[str, Any]]:
        start = time.perf_counter()
        found = paging.page(store, "large", limit=200, **wanted)
        return time.perf_counter() - start, found

    plain, found = timed(offset=9_999_000, sort=None, filter=None)
    assert (len(found["rows"]), found["total"]) == (200, 10_000_000)
    first, found = timed(offset=5_000_000, sort=("name", False), filter=None)
    names = [row[1] for row in found["rows"]]
    assert names == sorted(names)
    again, _ = timed(offset=5_000_200, sort=("name", False), filter=None)
    filtered, found = timed(offset=0, sort=None, filter="city4999")
    assert found["total"] == 2000
    assert plain < 2
    assert again < 2
    assert first < 60
    assert filtered < 60


@pytest.mark.slow
def test_a_long_filter_is_stopped(large: Path) -> None:
    with TableStore(large) as store, pytest.raises(RunCancelled):
        threading.Timer(0.2, store.interrupt).start()
        paging.page(store, "large", offset=0, limit=200, sort=("note", True), filter="e")
