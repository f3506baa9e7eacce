"""Load file: lines of a file become rows by column definitions, and hostile files end in a sentence."""

from __future__ import annotations

import gzip
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from engine.activities.load_file import LoadFile, LoadFileSettings
from engine.activity import Design, Outcome, Services
from engine.errors import CampaignFlowError, Level
from engine.schema import TableSchema
from engine.tables.interim import TableStore
from engine.text import Text

LOAD = LoadFile()


@dataclass
class Place:
    """A folder with a file, what is known of the flow there, and what a run may use."""

    folder: Path
    tables: TableStore
    variables: Mapping[str, Any] = field(default_factory=dict)
    notes: list[tuple[Level, str, str]] = field(default_factory=list)

    @property
    def design(self) -> Design:
        """Return what is known of the flow: its folder."""
        return cast("Design", self)

    def note(self, level: Level, text: Text, *, code: str = "", field: str = "") -> None:
        """Keep a note."""
        self.notes.append((level, code, str(text)))

    def file(self, content: bytes) -> Place:
        """Put the content into `people.csv`."""
        (self.folder / "people.csv").write_bytes(content)
        return self

    def run(self, **settings: Any) -> Outcome:
        """Run the activity; what it promised of its columns must be so."""
        view = LoadFileSettings.model_validate({"path": "people.csv", **settings})
        promised = LOAD.schemas(view, {}, self.design)
        outcome = LOAD.run(view, {}, cast("Services", self))
        assert {name: table.schema for name, table in outcome.tables.items() if table} == promised
        assert [way.name for way in LOAD.transitions(view)] == list(outcome.tables)
        return outcome

    def rows(self, **settings: Any) -> list[dict[str, Any]]:
        """Return the rows of the result in the order of the lines."""
        return self.table("result", **settings)

    def table(self, transition: str, **settings: Any) -> list[dict[str, Any]]:
        """Return the rows of a transition as a run would keep them."""
        table = self.run(**settings).tables[transition]
        assert table is not None
        kept = self.tables.materialise(table, transition)
        return sorted(self.tables.rows(kept), key=lambda row: int(row["lineNum"]))

    def findings(self, **settings: Any) -> list[tuple[str, str, str]]:
        """Return level, code and field of what is wrong before a run."""
        view = LoadFileSettings.model_validate({"path": "people.csv", **settings})
        return [(str(each.level), each.code.id, each.field) for each in LOAD.check(view, {}, self.design)]

    def refusal(self, **settings: Any) -> str:
        """Return the code of the error that a run ends with; it has a way out."""
        with pytest.raises(CampaignFlowError) as caught:
            self.run(**settings)
        assert caught.value.finding.hint
        return caught.value.code.id


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "tables").mkdir()
    return Place(tmp_path, TableStore(tmp_path / "tables"))


COLUMNS = [
    {"id": "name", "key": "Name"},
    {"id": "age", "key": "Age", "type": "integer", "on_error": "reject", "on_empty": "null"},
    {"id": "born", "key": "Born", "type": "date", "format": "%d/%m/%Y"},
]


def test_a_file_without_definitions_gets_the_types_that_its_values_show(place: Place) -> None:
    place.file(b"id;first name;born\n01;Ann;2000-03-06\n2;;\n")

    assert place.rows() == [
        {"id": "01", "first_name": "Ann", "born": date(2000, 3, 6), "lineNum": 1},
        {"id": "2", "first_name": None, "born": None, "lineNum": 2},
    ]
    schema = place.run().tables["result"]
    assert schema is not None
    assert (schema.schema.key, schema.schema.dimension) == ("lineNum", "")
    assert place.notes == []


def test_definitions_pick_convert_and_reject(place: Place) -> None:
    place.file("Age,Name,Born,Other\n31,Zoé,07/03/1995,x\nold,Bob,,x\n,Cid,31/02/2000,x\n".encode("cp1252"))

    assert place.rows(columns=COLUMNS) == [
        {"name": "Zoé", "age": 31, "born": date(1995, 3, 7), "lineNum": 1},
        {"name": "Cid", "age": None, "born": None, "lineNum": 3},
    ]
    assert place.notes == [
        (Level.WARNING, "DATA-FILE-COLUMNS", "No column is defined for these of the file: Other."),
        (Level.WARNING, "DATA-VALUES", "“born”: 1 value is not of the type “date” and stays empty."),
        (Level.WARNING, "DATA-REJECTED", "1 line was rejected."),
    ]


def test_rejects_keep_their_text_and_the_reason(place: Place) -> None:
    place.file(b'Name,Age,Born\nAnn,31,\n"B, ob",old,\nCid\nDee,4,,x\nEve,22,\n')
    settings = {"columns": COLUMNS, "keeps_rejects": True}

    assert [row["lineNum"] for row in place.table("result", **settings)] == [1, 5]
    assert place.table("rejects", **settings) == [
        {
            "name": "B, ob",
            "age": "old",
            "born": None,
            "lineNum": 2,
            "_reason": "“age” is “old”, which is not of the type integer.",
        },
        {"name": "Cid", "age": None, "born": None, "lineNum": 3, "_reason": "The line has 1 value for 3 columns."},
        {"name": "Dee", "age": "4", "born": None, "lineNum": 4, "_reason": "The line has 4 values for 3 columns."},
    ]


def test_too_many_errors_stop_the_activity(place: Place) -> None:
    place.file(b"Name,Age,Born\n" + b"Ann,old,\n" * 101)

    assert place.refusal(columns=COLUMNS) == "DATA-TOO-MANY-ERRORS"
    assert place.rows(columns=COLUMNS, max_errors=101) == []
    assert place.rows(columns=COLUMNS, max_errors=None) == []


def test_a_file_without_a_head_is_read_by_position(place: Place) -> None:
    place.file(b"Ann|31|07/03/1995\nBob|22|08/03/1995\n")

    assert [row["age"] for row in place.rows(columns=COLUMNS, has_header=False)] == [31, 22]
    assert place.rows(has_header=False)[0] == {
        "column_1": "Ann",
        "column_2": 31,
        "column_3": "07/03/1995",
        "lineNum": 1,
    }


def test_lines_before_the_head_are_ignored(place: Place) -> None:
    place.file(b"Export of today\r\n\r\nid,name\r\n1,Ann\r\n")
    assert place.rows(skipped_lines=2) == [{"id": 1, "name": "Ann", "lineNum": 1}]


def test_the_structure_can_be_said(place: Place) -> None:
    place.file("id\tname\n1\t'a\tb'\n2\t\"x\"\n".encode("utf-16"))
    found = place.rows(delimiter="\\t", quote="'", encoding="utf-16")
    assert [row["name"] for row in found] == ["a\tb", '"x"']
    place.file(b'id#name\n1#"x\n2#y\n')
    assert [row["name"] for row in place.rows(delimiter="#", quote="none")] == ['"x', "y"]
    place.file("id,name\n1,Zoé\n".encode("utf-8-sig"))
    assert place.rows(encoding="utf-8")[0]["id"] == 1


def test_records_span_lines_unless_they_may_not(place: Place) -> None:
    place.file(b'id,name\n1,"a\nb"\n2,c\n')
    assert [row["name"] for row in place.rows()] == ["a\nb", "c"]


def test_times_without_a_zone_are_of_the_files_zone(place: Place) -> None:
    place.file(b"id,seen\n1,2026-07-07 20:00\n")
    assert place.rows(time_zone="Europe/Paris")[0]["seen"] == datetime(2026, 7, 7, 18)
    columns = [{"id": "seen", "type": "date-time"}, {"id": "id", "ignore": True}]
    assert place.rows(time_zone="Europe/Paris", columns=columns) == [{"seen": datetime(2026, 7, 7, 18), "lineNum": 1}]


def test_line_numbers_are_no_key_when_nobody_wants_them(place: Place) -> None:
    table = place.file(b"id\n1\n").run(line_number_as_id=False).tables["result"]
    assert table is not None
    assert table.schema.key == ""


def test_columns_that_do_not_agree_are_a_warning_or_an_error(place: Place) -> None:
    place.file(b"Name,Age,Other\nAnn,31,x\n")

    assert place.rows(columns=COLUMNS)[0]["born"] is None
    assert place.findings(columns=COLUMNS) == [
        ("warning", "DATA-FILE-COLUMNS", "columns.2.key"),
        ("warning", "DATA-FILE-COLUMNS", "columns"),
    ]
    assert place.refusal(columns=COLUMNS, checks_columns=True) == "DATA-FILE-COLUMNS"
    assert [level for level, _, _ in place.findings(columns=COLUMNS, checks_columns=True)] == ["error", "error"]


@pytest.mark.parametrize(
    ("settings", "code", "where"),
    [
        ({"path": ""}, "FILE-NONE-CHOSEN", "path"),
        ({"path": "no.csv"}, "FILE-DATA-UNREADABLE", "path"),
        ({"delimiter": ";;"}, "FILE-SEPARATOR", "delimiter"),
        ({"columns": [{"id": "a"}, {"id": "A"}]}, "DATA-COLUMN-ID", "columns.1.id"),
        ({"time_zone": "Mars"}, "DATA-COLUMN-FORM", "time_zone"),
    ],
)
def test_what_cannot_work_is_found_before_a_run(place: Place, settings: dict[str, Any], code: str, where: str) -> None:
    place.file(b"a,b\n1,2\n")
    assert ("error", code, where) in place.findings(**settings)


def test_a_usable_file_has_no_findings(place: Place) -> None:
    assert place.file(b"Name,Age,Born\n").findings(columns=COLUMNS) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FILE-EMPTY"),
        (b"a,b\n1,x\0y\n", "FILE-NO-TEXT"),
        (gzip.compress(b"a,b\n1,x\n" * 5000, mtime=0)[:-9], "FILE-ARCHIVE"),
        (b'a,b\n1,"x\n2,y\n', "DATA-RECORD"),
        (b"a,b\n1," + b'"' * 99_999 + b"\n", "DATA-RECORD"),
        ("a,b\n1,é\n2,éé\n3,é\n".encode() + b"\xe9\n", "FILE-ENCODING"),
        (b"\x1f\x8b nothing", "FILE-ARCHIVE"),
    ],
)
def test_hostile_files_end_in_a_sentence(place: Place, content: bytes, code: str) -> None:
    assert place.file(content).refusal() == code


def test_a_wrong_encoding_is_told_with_the_line(place: Place) -> None:
    place.file("a,b\n1,x\n2,é\n".encode("latin-1"))
    with pytest.raises(CampaignFlowError, match="no text in utf-8"):
        place.run(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "rows"), [(b"a,b", 0), (b"a,b\n", 0), (b"a,b\n1,x", 1), (b"a,a,A\n1,2,3\n", 1), (b"a\n\n1\n\n", 1)]
)
def test_unusual_files_are_read(place: Place, content: bytes, rows: int) -> None:
    assert len(place.file(content).rows()) == rows


def test_a_compressed_file_is_read(place: Place) -> None:
    place.file(gzip.compress(b"id,name\n1,Ann\n", mtime=0))
    assert place.rows() == [{"id": 1, "name": "Ann", "lineNum": 1}]


def test_fifty_megabytes_are_read_in_seconds(place: Place) -> None:
    place.file(b"Name,Age,Born\n" + b"Somebody with a rather long name,31,07/03/1995\n" * 1_100_000)
    started = time.perf_counter()
    table = place.run(columns=COLUMNS).tables["result"]
    assert table is not None
    assert place.tables.materialise(table, "k").rows == 1_100_000
    assert time.perf_counter() - started < 60


def test_the_result_is_fresh_while_the_file_is_the_same(place: Place) -> None:
    view = LoadFileSettings(path="people.csv")
    services = cast("Services", place)
    assert LOAD.freshness(view, services) is None
    before = LOAD.freshness(view, cast("Services", place.file(b"a\n1\n")))
    assert before == LOAD.freshness(view, services) != LOAD.freshness(view, cast("Services", place.file(b"a\n2\n")))


def test_the_card_names_the_file() -> None:
    assert str(LOAD.summary(LoadFileSettings())) == "No file chosen yet"
    assert str(LOAD.summary(LoadFileSettings(path="data/people.csv"))) == "people.csv"
    assert LOAD.inbound(LoadFileSettings())[0].minimum == 0


def test_without_a_file_nothing_is_promised(place: Place) -> None:
    promised: Mapping[str, TableSchema] = LOAD.schemas(LoadFileSettings(path="no.csv"), {}, place.design)
    assert promised == {}
