"""Resources: files of any kind become tables with types and a key, or a sentence says why not."""

from __future__ import annotations

import gzip
import os
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from engine import data_sources
from engine.data_sources import memory
from engine.errors import CampaignFlowError, DataError, FileError, RunCancelled, SettingsError
from engine.tables.interim import Table, TableStore

Write = Callable[[bytes], Mapping[str, Any]]


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    folder = tmp_path / "tables"
    folder.mkdir()
    return TableStore(folder)


@pytest.fixture
def csv(tmp_path: Path) -> Write:
    """Return what writes a file and gives its resource, with the key `id`."""

    def write(content: bytes) -> Mapping[str, Any]:
        (tmp_path / "people.csv").write_bytes(content)
        return {"source": "csv", "path": "people.csv", "key": "id", "label": ""}

    return write


def opened(store: TableStore, ref: Mapping[str, Any], folder: Path) -> Table:
    """Open a resource called `people`; what was promised of its columns must be so."""
    table = data_sources.open_resource(ref, "people", folder, store)
    assert table.schema == data_sources.resource_schema(ref, "people", folder)
    return table


def rows(store: TableStore, ref: Mapping[str, Any], folder: Path) -> list[dict[str, Any]]:
    """Return the rows of a resource."""
    with store:
        return store.rows(opened(store, ref, folder))


def refusal(action: Callable[[], object]) -> CampaignFlowError:
    """Return the error that an action raises; it has a way out."""
    with pytest.raises(CampaignFlowError) as caught:
        action()
    assert caught.value.finding.hint
    return caught.value


EVERYTHING = """id,name,zip,score,on,born,seen
1,Zoé,01000,1.5,true,2000-01-02,2026-03-07T20:00:00Z
2,"a,b
c",75001,2,FALSE,,2026-03-07T20:00:00+02:00
"""


def test_types_are_those_that_all_values_have(store: TableStore, csv: Write, tmp_path: Path) -> None:
    found = rows(store, csv(EVERYTHING.encode()), tmp_path)

    assert found == [
        {
            "id": 1,
            "name": "Zoé",
            "zip": "01000",
            "score": 1.5,
            "on": True,
            "born": date(2000, 1, 2),
            "seen": datetime(2026, 3, 7, 20),
        },
        {
            "id": 2,
            "name": "a,b\nc",
            "zip": "75001",
            "score": 2.0,
            "on": False,
            "born": None,
            "seen": datetime(2026, 3, 7, 18),
        },
    ]


@pytest.mark.parametrize(
    ("values", "type"),
    [
        (["1", "-2", "0"], "integer"),
        (["1", "2.5"], "float"),
        (["1", "007"], "text"),
        (["+33", "1"], "text"),
        (["1e5", "3"], "text"),
        (["12345678901234567890", "1"], "text"),
        (["1.12345678901234567", "1"], "text"),
        (["true", "False"], "boolean"),
        (["1", "true"], "text"),
        (["2026-03-07", "2026-12-31"], "date"),
        (["2026-03-07", "2026-02-30"], "text"),
        (["2026-03-07 20:00", "2026-03-07T20:00:01.5"], "date-time"),
        (["2026-03-07 20:00", "2026-03-07T20:00Z"], "text"),
        (["2026-03-07 25:00", "2026-03-07 20:00"], "text"),
        (["", ""], "text"),
        (["NaN", "1"], "text"),
        (["1 ", "2"], "text"),
    ],
)
def test_what_could_mean_something_else_stays_text(csv: Write, tmp_path: Path, values: list[str], type: str) -> None:
    lines = "".join(f"{number},{value}\n" for number, value in enumerate(values))
    schema = data_sources.resource_schema(csv(f"id,v\n{lines}".encode()), "people", tmp_path)

    column = schema.column("v")
    assert column is not None
    assert str(column.type) == type


@pytest.mark.parametrize(
    ("name", "type"),
    [
        *(
            ("region", "text"),
            ("zipCode", "text"),
            ("Phone number", "text"),
            ("postal_code", "text"),
            ("SKU", "text"),
            ("région", "text"),
        ),
        *(("age", "integer"), ("points", "integer"), ("encoded", "integer"), ("score", "integer"), ("id", "integer")),
    ],
)
def test_codes_stay_text_though_all_of_them_are_digits(csv: Write, tmp_path: Path, name: str, type: str) -> None:
    columns = data_sources.resource_schema(
        {**csv(f"id2,{name}\n1,13\n2,59\n".encode()), "key": "id2"}, "p", tmp_path
    ).columns
    assert str(columns[1].type) == type


def test_one_value_at_the_end_of_a_long_file_decides(csv: Write, tmp_path: Path) -> None:
    lines = "".join(f"{number},{number},{number}\n" for number in range(400_000))
    schema = data_sources.resource_schema(csv(f"id,a,b\n{lines}x,1,1.5\n".encode()), "people", tmp_path)

    assert [str(column.type) for column in schema.columns] == ["text", "integer", "float"]


@pytest.mark.parametrize(
    "content",
    [
        'id,name\n1,"Zoé, €"\n2,b\n'.encode(),
        'id,name\n1,"Zoé, €"\n2,b\n'.encode("utf-8-sig"),
        'id,name\n1,"Zoé, €"\n2,b\n'.encode("utf-16"),
        'id,name\n1,"Zoé, €"\n2,b\n'.encode("utf-16-le"),
        'id,name\n1,"Zoé, €"\n2,b\n'.encode("utf-32"),
        'id,name\n1,"Zoé, €"\n2,b\n'.encode("cp1252"),
        'id;name\r\n1;"Zoé, €"\r\n2;b\r\n'.encode(),
        "id\tname\n1\tZoé, €\n2\tb\n".encode(),
        "id|name\r1|Zoé, €\r2|b\r".encode(),
        "id,name\n'1','Zoé, €'\n'2','b'".encode(),
        '\n\nid,name\n\n1,"Zoé, €"\n\n2,b\n\n'.encode(),
        gzip.compress('id,name\n1,"Zoé, €"\n2,b\n'.encode(), mtime=0),
    ],
)
def test_encoding_delimiter_and_quotes_are_found_out(
    store: TableStore, csv: Write, tmp_path: Path, content: bytes
) -> None:
    assert rows(store, csv(content), tmp_path) == [{"id": 1, "name": "Zoé, €"}, {"id": 2, "name": "b"}]


def test_bytes_that_only_latin_1_has_are_read(store: TableStore, csv: Write, tmp_path: Path) -> None:
    assert rows(store, csv(b"id,name\n1,\x81\xe9\n"), tmp_path) == [{"id": 1, "name": "\x81é"}]


def test_names_in_the_head_become_safe_and_unique(csv: Write, tmp_path: Path) -> None:
    ref = csv("id,ID,id,,2x,first name,lineNum,target,été\n1,2,3,4,5,6,7,8,9\n".encode())
    columns = data_sources.resource_schema(ref, "people", tmp_path).columns

    assert [column.id for column in columns] == [
        *("id", "ID_2", "id_3", "column_4", "_2x", "first_name", "lineNum_2", "target_2", "été"),
    ]
    assert columns[5].label == "first name"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FILE-EMPTY"),
        (b"  \n\n", "FILE-EMPTY"),
        (b"id,name\n1,a\0b\n", "FILE-NO-TEXT"),
        (b"id,name\n1,ab\n" * 200_000 + b"1,a\0b\n", "FILE-ENCODING"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "FILE-NO-TEXT"),
        (b"PK\x03\x04 a workbook", "FILE-NO-TEXT"),
        ("id,name\n1,Zoé\n2,é\n3,éà\n".encode() + b"4,\xff\n", "FILE-ENCODING"),
        (b"id,name\n1,x\n2\n3,y,z\n", "DATA-RAGGED"),
        (b'id,name\n1,"x\n2,y\n3,z\n', "DATA-RECORD"),
        (b'id,name\n1,"x\n' + b"2,y\n" * 4_000_000, "DATA-RECORD"),
        (b"id,name\n1," + b'"' * 100_001 + b"\n2,x\n", "DATA-RECORD"),
        (gzip.compress(b"id,name\n1,x\n" * 1000, mtime=0)[:-20], "FILE-ARCHIVE"),
        (b"\x1f\x8b\x08 no archive at all", "FILE-ARCHIVE"),
        (b"name\nx\n", "DATA-NO-KEY"),
        (b"id,name\n1,x\n1,y\n", "DATA-KEY"),
        (b"id,name\n1,x\n,y\n", "DATA-KEY"),
    ],
)
def test_a_file_that_cannot_be_a_resource_is_refused_in_a_sentence(
    store: TableStore, csv: Write, tmp_path: Path, content: bytes, code: str
) -> None:
    ref = csv(content)
    with store:
        error = refusal(lambda: data_sources.open_resource(ref, "people", tmp_path, store))

    assert error.code.id == code
    assert "\n" not in str(error)
    assert len(str(error)) < 300


def test_ragged_records_are_named(store: TableStore, csv: Write, tmp_path: Path) -> None:
    ref = csv(b"id,name\n1,x\n2\n3,y,z\n")
    with store, pytest.raises(DataError, match="number 2 has 1, number 3 has 3"):
        data_sources.open_resource(ref, "people", tmp_path, store)


def test_rows_that_share_a_key_are_named(store: TableStore, csv: Write, tmp_path: Path) -> None:
    lines = "".join(f"{number},a\n{number},b\n" for number in range(9))
    ref = csv(f"id,name\n{lines}".encode())
    with store, pytest.raises(DataError, match="“0” \\(2 rows\\), “1” \\(2 rows\\), “2” \\(2 rows\\) …"):
        data_sources.open_resource(ref, "people", tmp_path, store)


def test_another_key_of_the_same_file_is_proved_for_itself(store: TableStore, csv: Write, tmp_path: Path) -> None:
    ref = csv(b"id,name\n1,x\n2,x\n")
    with store:
        assert opened(store, ref, tmp_path).schema.key == "id"
        with pytest.raises(DataError, match="“name” is not unique"):
            data_sources.open_resource({**ref, "key": "name"}, "people", tmp_path, store)


def test_values_too_long_for_a_cell_are_kept_whole(store: TableStore, csv: Write, tmp_path: Path) -> None:
    found = rows(store, csv(b"id,name\n1," + b"x" * 3_000_000 + b"\n"), tmp_path)
    assert len(found[0]["name"]) == 3_000_000


def test_a_head_without_lines_is_an_empty_resource(store: TableStore, csv: Write, tmp_path: Path) -> None:
    assert rows(store, csv(b"id,name"), tmp_path) == []


@pytest.mark.parametrize(
    "ref", [{"source": "csv", "path": "no.csv"}, {"source": "csv", "path": ""}, {"source": "csv", "path": "."}]
)
def test_a_file_that_is_not_there_is_told(store: TableStore, tmp_path: Path, ref: Mapping[str, Any]) -> None:
    for action in (
        lambda: data_sources.resource_schema({**ref, "key": "id"}, "people", tmp_path),
        lambda: data_sources.fingerprint(ref, tmp_path),
        lambda: data_sources.open_resource({**ref, "key": "id"}, "people", tmp_path, store),
    ):
        assert isinstance(refusal(action), FileError)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("name", ["pipe", "a\0b"])
def test_a_pipe_is_not_waited_for(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    ref = {"source": "csv", "path": name, "key": "id"}
    assert "is no file" in str(refusal(lambda: data_sources.resource_schema(ref, "people", tmp_path)))
    assert "is no file" in str(refusal(lambda: data_sources.propose(tmp_path / name)))


def test_an_unknown_source_is_told(tmp_path: Path) -> None:
    error = refusal(lambda: data_sources.resource_schema({"source": "oracle", "key": "id"}, "people", tmp_path))
    assert isinstance(error, SettingsError)


def test_the_schema_has_key_and_dimension(csv: Write, tmp_path: Path) -> None:
    schema = data_sources.resource_schema(csv(b"id,name\n1,x\n"), "people", tmp_path)
    assert (schema.key, schema.dimension, schema.links) == ("id", "people", ())


def test_a_path_may_climb_out_of_the_flows_folder(store: TableStore, csv: Write, tmp_path: Path) -> None:
    ref = csv(b"id\n1\n")
    (tmp_path / "flows").mkdir()
    with store:
        table = data_sources.open_resource({**ref, "path": "../people.csv"}, "people", tmp_path / "flows", store)
        assert store.rows(table) == [{"id": 1}]


def test_the_second_opening_reads_nothing(csv: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = csv(b"id,name\n1,x\n2,y\n")
    (tmp_path / "tables").mkdir()
    with TableStore(tmp_path / "tables") as first:
        data_sources.open_resource(ref, "people", tmp_path, first)
    monkeypatch.setattr("engine.data_sources.delimited.batches", None)
    memory._known.clear()
    with TableStore(tmp_path / "tables") as second:
        assert second.rows(opened(second, ref, tmp_path)) == [{"id": 1, "name": "x"}, {"id": 2, "name": "y"}]


def test_a_changed_file_is_read_again(store: TableStore, csv: Write, tmp_path: Path) -> None:
    with store:
        before = data_sources.fingerprint(csv(b"id,name\n1,x\n"), tmp_path)
        assert data_sources.fingerprint(csv(b"id,name\n1,x\n"), tmp_path) == before
        opened(store, csv(b"id,name\n1,x\n"), tmp_path)
        ref = csv(b"id,name\n1,y\n")
        assert data_sources.fingerprint(ref, tmp_path) != before
        assert store.rows(opened(store, ref, tmp_path)) == [{"id": 1, "name": "y"}]


def test_a_large_file_is_known_by_its_size_time_and_edges(csv: Write, tmp_path: Path) -> None:
    content = b"id,name\n" + b"1,x\n" * 2_000_000
    ref = csv(content)
    os.utime(tmp_path / "people.csv", ns=(1, 1))
    before = data_sources.fingerprint(ref, tmp_path)
    os.utime(tmp_path / "people.csv", ns=(1, 2))
    assert data_sources.fingerprint(ref, tmp_path) != before


def test_a_cache_that_cannot_be_written_is_no_error(
    csv: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("CAMPAIGN_FLOW_CACHE", str(tmp_path / "file" / "cache"))
    ref = csv(f"id,name\n{uuid.uuid4()},x\n".encode())
    assert len(data_sources.resource_schema(ref, "people", tmp_path).columns) == 2


def test_reading_a_file_is_stopped(csv: Write, tmp_path: Path, store: TableStore) -> None:
    ref = csv(b"id,name\n" + b"".join(b"%d,%d\n" % (number, number) for number in range(2_000_000)))
    data_sources.resource_schema(ref, "people", tmp_path)
    with store:
        threading.Timer(0.05, store.interrupt).start()
        started = time.perf_counter()
        with pytest.raises(RunCancelled):
            data_sources.open_resource(ref, "people", tmp_path, store)
    assert time.perf_counter() - started < 5


def test_parquet_of_other_writers_gets_our_types(store: TableStore, tmp_path: Path) -> None:
    zoned = pa.timestamp("ns", "Europe/Paris")
    table = pa.table(
        {
            "id": pa.array([1, 2], pa.int8()),
            "float": pa.array([float("nan"), 1.5], pa.float32()),
            "decimal": [Decimal("1.50"), None],
            "zoned": pa.array([datetime(2026, 1, 1, 12), None], zoned),
            "words": pa.array(["a", "b"]).dictionary_encode(),
            "time of day": pa.array([None, None], pa.time64("us")),
            "list": [[1], [2]],
            "struct": [{"a": 1}, {"a": 2}],
            "bytes": [b"x", b"y"],
        }
    )
    parquet.write_table(table, tmp_path / "a[b]*.parquet")
    ref = {"source": "parquet", "path": "a[b]*.parquet", "key": "id"}

    found = sorted(rows(store, ref, tmp_path), key=lambda row: int(row["id"]))
    assert found == [
        {
            "id": 1,
            "float": None,
            "decimal": 1.5,
            "zoned": datetime(2026, 1, 1, 12),
            "words": "a",
            "time_of_day": None,
        },
        {"id": 2, "float": 1.5, "decimal": None, "zoned": None, "words": "b", "time_of_day": None},
    ]
    proposal = data_sources.propose(tmp_path / "a[b]*.parquet")
    assert proposal["ref"] == {"source": "parquet", "key": "id"}
    assert proposal["notes"] == ["Left out, because a table holds no such values: list, struct, bytes."]


@pytest.mark.parametrize("content", [b"PAR1 and then nothing", b"no parquet at all"])
def test_a_damaged_parquet_file_is_told(store: TableStore, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.parquet").write_bytes(content)
    ref = {"source": "parquet", "path": "bad.parquet", "key": "id"}
    with store:
        error = refusal(lambda: data_sources.open_resource(ref, "people", tmp_path, store))
    assert str(error) == "“bad.parquet” cannot be used as a table: it is damaged."


def test_a_proposal_names_the_file_and_the_likeliest_key(tmp_path: Path) -> None:
    path = tmp_path / "2026 my people.export.csv"
    path.write_bytes(b"city,customer_id,email\nParis,1,a@example.org\nParis,2,b@example.org\n")
    assert data_sources.propose(path) == {
        "name": "_2026-my-people",
        "ref": {"source": "csv", "key": "customer_id"},
        "notes": [],
    }


def test_a_proposal_says_when_no_column_can_be_the_key(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(b"id,city\n1,Paris\n1,Paris\n")
    proposal = data_sources.propose(path)
    assert proposal["ref"]["key"] == "id"
    assert "cannot be the key" in proposal["notes"][0]


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=200))
def test_no_file_at_all_stops_the_program(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "people.csv").write_bytes(content)
    with TableStore(folder) as store:
        try:
            proposal = data_sources.propose(folder / "people.csv")
            ref = {**proposal["ref"], "path": "people.csv"}
            data_sources.open_resource(ref, "people", folder, store)
        except CampaignFlowError as error:
            assert error.finding.hint
