"""Every rule for answers, over real HTTPS: from a sample to columns, and from there to rows (ACS 1.5)."""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from engine.errors import CampaignFlowError, Level
from engine.tables.json_columns import propose_columns
from tests.engine.activities.call_world import CallWorld
from tests.engine.http_client.answering import Said, answering

CODES = [{"code": "FR-1", "internalId": 1, "state": "CA", "zipCode": "01000"}]
GA_SAMPLE = {
    "codeData": {"codeFormat": "qr", "codes": CODES},
    "geography": "US",
    "id": 5,
    "offerDetails": {"title": "x"},
}


def nested(levels: int) -> Any:
    """Return a value within so many objects."""
    value: Any = 1
    for _ in range(levels):
        value = {"d": value}
    return value


@dataclass(frozen=True)
class Read:
    """A sample that gives columns, what is told of it, and the rows of the same answer."""

    sample: Any
    pointer: str
    ids: list[str]
    rows: list[list[Any]]
    told: tuple[str, ...] = ()
    flatten: bool = False


@dataclass(frozen=True)
class Refused:
    """A sample that gives none: the code, that of Campaign, and what is said, the hint included."""

    sample: Any
    code: str
    acs: str
    said: tuple[str, ...]
    flatten: bool = False


READ: dict[str, Read] = {
    "the sample of the documentation": Read(
        GA_SAMPLE, "/codeData/codes", ["code", "internalId", "state", "zipCode"], [["FR-1", 1, "CA", "01000"]]
    ),
    "the root is a list": Read([{"a": 1}, {"a": 2}], "/", ["a"], [[1], [2]]),
    "nested properties are skipped and said": Read(
        [{"a": 1, "tags": ["x"], "sub": {"y": 1}}], "/", ["a"], [[1]], ("tags, sub",)
    ),
    "flatten names doubles in document order": Read(
        {"category": "a", "title": "t", "more": [{"category": "b"}, {"category": "c"}]},
        "",
        ["category", "title", "category_2", "category_3"],
        [["a", "t", "b", "c"]],
        ("“category_2”", "“category_3”"),
        flatten=True,
    ),
    "ten levels are read": Read(nested(10), "", ["d"], [[1]], flatten=True),
    "ids are safe and unique": Read(
        [{"a b": 1, "9x": 2, "": 3, "id": 4, "ID": 5, "lineNum": 6}, {"id": 7}],
        "/",
        ["a_b", "_9x", "column_3", "id", "ID_2", "lineNum_2"],
        [[1, 2, 3, 4, 5, 6], [None, None, None, 7, None, None]],
        ("“a_b”", "“_9x”", "“column_3”", "“ID_2”", "“lineNum_2”"),
    ),
    "150 doubles are read": Read(
        {f"g{number}": {"a": 1} for number in range(151)},
        "",
        ["a", *(f"a_{number}" for number in range(2, 152))],
        [[1] * 151],
        flatten=True,
    ),
}

REFUSED: dict[str, Refused] = {
    "two lists of objects": Refused(
        {"x": [{"a": 1}], "y": {"z": [{"b": 1}]}}, "EXT-AMBIGUOUS-LIST", "", ("/x, /y/z", "Choose one of the lists.")
    ),
    "a list of plain values": Refused({"c": [1, 2]}, "EXT-EMPTY-LIST", "", ("“/c”", "single column “value”")),
    "an empty list": Refused({"c": []}, "EXT-EMPTY-LIST", "", ("“/c” is empty", "Flatten")),
    "no list": Refused({"a": 1}, "EXT-NO-LIST", "WKF-560241", ("no list", "Choose Flatten")),
    "more than 150 doubles": Refused(
        {f"g{number}": {"a": 1} for number in range(153)}, "EXT-DUPLICATE-NAMES", "WKF-560240", ("150",), flatten=True
    ),
    "a key of more than 255 characters": Refused([{"a" * 256: 1}], "EXT-LONG-KEY", "WKF-560240", ("255",)),
    "more than ten levels": Refused(
        nested(11), "EXT-JSON-DEPTH", "WKF-560241", ("/d/d/d/d/d/d/d/d/d/d", "more than 10 levels"), flatten=True
    ),
}


def settings_of(
    url: str, columns: Sequence[Mapping[str, Any]], pointer: str, *, flatten: bool = False
) -> dict[str, Any]:
    """Return the settings of a call with these columns."""
    mode = {"mode": "flatten"} if flatten else {"mode": "array", "pointer": pointer}
    return {"request": {"url": url}, "response": {**mode, "columns": columns}, "retry": {"attempts": 1}}


@pytest.mark.parametrize("name", READ)
def test_what_a_sample_shows_is_what_the_answer_gives(trusting: CallWorld, secure: ssl.SSLContext, name: str) -> None:
    rule = READ[name]
    found = propose_columns(rule.sample, flatten=rule.flatten, pointer=None)
    columns = found["columns"]
    assert found["pointer"] == rule.pointer
    assert [column["id"] for column in columns] == rule.ids
    told = " ".join(map(str, found["notes"]))
    assert all(words in told for words in rule.told), told
    with answering(lambda _asked: Said(rule.sample), secure) as server:
        defined = [{name: column[name] for name in ("id", "key", "type")} for column in columns]
        rows = trusting.result(settings_of(server.url, defined, rule.pointer, flatten=rule.flatten))
    assert [[row[id] for id in rule.ids] for row in rows] == rule.rows
    assert [row["lineNum"] for row in rows] == list(range(1, len(rows) + 1))


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_sample_does_not_show_is_said(trusting: CallWorld, secure: ssl.SSLContext, name: str) -> None:
    rule = REFUSED[name]
    with pytest.raises(CampaignFlowError) as caught:
        propose_columns(rule.sample, flatten=rule.flatten, pointer=None)
    error = caught.value
    assert (error.code.id, error.code.acs) == (rule.code, rule.acs)
    assert all(words in f"{error} {error.finding.hint}" for words in rule.said), f"{error} {error.finding.hint}"


ABSENT = [({"codes": [{"a": 1}]}, "path /data absent"), ({"data": {"a": 1}}, "/data"), ({"data": "x"}, "/data")]


@pytest.mark.parametrize(("answer", "said"), ABSENT)
def test_a_pointer_that_leads_to_no_list_fails_the_run(
    trusting: CallWorld, secure: ssl.SSLContext, answer: Any, said: str
) -> None:
    with answering(lambda _asked: Said(answer), secure) as server:
        error = trusting.error(settings_of(server.url, [{"id": "a", "key": "a"}], "/data"))
    assert (error.code.acs, error.field) == ("WKF-560241", "response.pointer")
    assert said in str(error)


def test_a_property_that_is_missing_is_null_with_one_warning_and_a_new_one_is_told(
    trusting: CallWorld, secure: ssl.SSLContext
) -> None:
    rows = [{"code": "A", "state": "CA", "zip": "1"}, {"code": "B"}, {"code": "C", "more": 1}, {"code": "D", "more": 2}]
    columns: Sequence[Mapping[str, Any]] = [{"id": name, "key": name} for name in ("code", "state", "zip")]
    with answering(lambda _asked: Said({"data": rows}), secure) as server:
        found = trusting.result(settings_of(server.url, columns, "/data"))
    assert [(row["code"], row["state"], row["zip"]) for row in found] == [
        ("A", "CA", "1"),
        ("B", None, None),
        ("C", None, None),
        ("D", None, None),
    ]
    warnings = [text for level, _, text in trusting.notes if level is Level.WARNING and "state" in text]
    assert len(warnings) == 1
    assert "zip" in warnings[0]
    told = [text for level, _, text in trusting.notes if level is Level.INFO and "more" in text]
    assert len(told) == 1
