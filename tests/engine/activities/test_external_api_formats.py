"""External API: what is labelled wrongly is read as what it is and told; JSON lines and CSV give rows too."""

from __future__ import annotations

import ssl
from typing import Any

import pytest

from engine import api
from engine.document import digits
from engine.errors import CampaignFlowError, Level
from tests.engine.activities.call_world import API, CallWorld
from tests.engine.http_client.answering import Asked, Said, answering

CITIES = '{"data":[{"city":"Orléans"},{"city":"Le Puy – 10 €"}]}'
LINES = b'{"city":"Lille","n":1}\n{"city":"Nice","n":2.50}\n'
CSV = 'city;zip;n\nOrléans;01000;1,5\n"Le Puy;en Velay";43000;x\n'.encode()
COLUMNS = [{"id": "city", "key": "city"}]


def settings(url: str, **response: Any) -> dict[str, Any]:
    """Return the settings of a call that takes cities."""
    return {
        "request": {"url": f"{url}/cities"},
        "response": {"columns": COLUMNS, **response},
        "retry": {"attempts": 1},
    }


def kind(content_type: str) -> dict[str, str]:
    """Return the header that labels an answer."""
    return {"Content-Type": content_type}


def told(world: CallWorld) -> list[tuple[str, str]]:
    """Return code and text of the warnings."""
    return [(code, text) for level, code, text in world.notes if level is Level.WARNING]


def replayed_in_campaign(world: CallWorld, **response: Any) -> CampaignFlowError:
    """Return the error that the recorded answer ends with under Campaign's limits, which call no own computer."""
    world.live, world.guardrails = False, "acs"
    return world.error(settings("https://shop.example", **response))


@pytest.mark.parametrize(
    ("codec", "label", "says"),
    [
        ("cp1252", "utf-8", "The answer is labelled utf-8, but its bytes are not that: it is read as Windows-1252."),
        ("utf-8", "iso-8859-1", "The answer is labelled iso-8859-1, but its bytes are not that: it is read as UTF-8."),
        ("utf-16", "utf-8", "The answer is labelled utf-8, but its bytes are not that: it is read as UTF-16."),
        ("cp1252", "", "The answer names no character set and is no UTF-8: it is read as Windows-1252."),
        ("utf-32", "", ""),
        ("utf-8-sig", "utf-8", ""),
    ],
)
def test_characters_are_whole_whatever_the_label_says(
    trusting: CallWorld, secure: ssl.SSLContext, codec: str, label: str, says: str
) -> None:
    header = kind(f"application/json; charset={label}" if label else "application/json")
    with answering(lambda _asked: Said(CITIES.encode(codec), headers=header), secure) as server:
        made = settings(server.url, pointer="/data")
        assert [row["city"] for row in trusting.result(made)] == ["Orléans", "Le Puy – 10 €"]
        assert told(trusting) == ([("EXT-CHARSET", says)] if says else [])
        assert trusting.call["response"]["text"] == CITIES
        trusting.live = False
        assert [row["city"] for row in trusting.result(made)] == ["Orléans", "Le Puy – 10 €"]
        assert len(server.asked) == 1


@pytest.mark.parametrize("label", ["text/html; charset=utf-8", "application/octet-stream", "text/xml"])
def test_json_that_is_labelled_as_something_else_is_read_and_told(
    trusting: CallWorld, secure: ssl.SSLContext, label: str
) -> None:
    with answering(lambda _asked: Said(CITIES.encode(), headers=kind(label)), secure) as server:
        made = settings(server.url, pointer="/data")
        assert len(trusting.result(made)) == 2
        plain = label.partition(";")[0]
        says = f"The answer is labelled {plain}, but it is JSON and was read as that."
        assert told(trusting) == [("EXT-CONTENT-TYPE", says)]
    error = replayed_in_campaign(trusting, pointer="/data")
    assert (error.code.id, error.code.acs, error.field) == ("EXT-CONTENT-TYPE", "WKF-560246", "request.url")
    assert "with the guardrails “Local” it is read" in str(error.finding.hint)


@pytest.mark.parametrize("body", [b"<html><p>Sorry</p></html>", b"{{template}}", b"Sorry"])
def test_a_page_is_no_answer(trusting: CallWorld, secure: ssl.SSLContext, body: bytes) -> None:
    with answering(lambda _asked: Said(body, headers=kind("text/html")), secure) as server:
        assert trusting.error(settings(server.url)).code.id == "EXT-CONTENT-TYPE"


@pytest.mark.parametrize(
    "label",
    ["application/x-ndjson", "application/jsonl", "application/json-seq", "application/json", "text/plain", ""],
)
def test_each_line_is_a_row(trusting: CallWorld, secure: ssl.SSLContext, label: str) -> None:
    columns = [*COLUMNS, {"id": "n", "key": "n", "type": "float"}]
    body = LINES.replace(b"{", b"\x1e{") if label.endswith("seq") else LINES
    with answering(lambda _asked: Said(body, headers=kind(label)), secure) as server:
        made = settings(server.url, columns=columns, pointer="/")
        found = trusting.result(made)
        trusting.live = False
        assert trusting.result(made) == found
        assert len(server.asked) == 1
    assert [(row["city"], row["n"], row["lineNum"]) for row in found] == [("Lille", 1, 1), ("Nice", 2.5, 2)]
    refused = [text for _, code, text in trusting.notes if code == "EXT-BAD-JSON"]
    assert refused[0] == "It would fail in Adobe Campaign, because the answer is JSON lines: WKF-560241."


def test_a_broken_line_is_told_with_its_number(trusting: CallWorld, secure: ssl.SSLContext) -> None:
    body = b'{"city":"Lille"}\n\n{"city":\n{"city":"Nice"}\n'
    with answering(lambda _asked: Said(body, headers=kind("application/x-ndjson")), secure) as server:
        error = trusting.error(settings(server.url))
    assert (error.code.id, error.code.acs) == ("EXT-BAD-LINE", "WKF-560241")
    assert str(error).startswith("Line 3 of the answer: no valid JSON from column 9 on")


@pytest.mark.parametrize(("label", "code"), [("application/json", "EXT-BAD-JSON"), ("text/csv", "EXT-CONTENT-TYPE")])
def test_campaign_reads_json_alone(trusting: CallWorld, secure: ssl.SSLContext, label: str, code: str) -> None:
    with answering(lambda _asked: Said(LINES, headers=kind(label)), secure) as server:
        trusting.run(settings(server.url))
    assert replayed_in_campaign(trusting).code.id == code


CSV_COLUMNS = [
    *COLUMNS,
    {"id": "zip", "key": "zip"},
    {"id": "n", "key": "n", "type": "float", "decimal": ",", "on_error": "reject"},
]


@pytest.mark.parametrize(
    ("label", "response"),
    [
        ("text/csv; charset=utf-8", {}),
        ("text/plain", {"format": "csv", "delimiter": ";"}),
        ("application/json", {"format": "csv"}),
        ("application/octet-stream", {"format": "csv"}),
    ],
)
def test_the_records_of_csv_are_rows(
    trusting: CallWorld, secure: ssl.SSLContext, label: str, response: dict[str, Any]
) -> None:
    with answering(lambda _asked: Said(CSV, headers=kind(label)), secure) as server:
        outcome = trusting.run(settings(server.url, columns=CSV_COLUMNS, **response))
    good, bad = trusting.rows(outcome.tables["result"]), trusting.rows(outcome.tables["rejects"])
    assert good == [{"city": "Orléans", "zip": "01000", "n": 1.5, "lineNum": 1}]
    assert [(row["city"], row["lineNum"], row["_reason"]) for row in bad] == [
        ("Le Puy;en Velay", 2, "“n” is “x”, which is not of the type floating number.")
    ]


def test_csv_in_an_older_character_set_is_read(trusting: CallWorld, secure: ssl.SSLContext) -> None:
    body = CSV.decode().encode("cp1252")
    with answering(lambda _asked: Said(body, headers=kind("text/csv")), secure) as server:
        assert trusting.result(settings(server.url))[0]["city"] == "Orléans"
    assert told(trusting)[0][0] == "EXT-CHARSET"


def test_records_of_another_width_are_told(trusting: CallWorld, secure: ssl.SSLContext) -> None:
    with answering(lambda _asked: Said(b"a,b\n1,2\n3\n", headers=kind("text/csv")), secure) as server:
        error = trusting.error(settings(server.url))
    assert (error.code.id, str(error)) == (
        "DATA-RAGGED", "“answer”: 1 record does not have 2 values: number 2 has 1."
    )  # fmt: skip


def test_csv_comes_in_pages_and_for_each_key(trusting: CallWorld, secure: ssl.SSLContext) -> None:
    def page(asked: Asked) -> Said:
        place = int(asked.query["page"])
        body = f"city\n{asked.path[1:]}-{place}\n" if place < 3 else "city\n"
        return Said(body.encode(), headers=kind("text/csv"))

    people = trusting.audience([{"id": 1, "region": "13"}, {"id": 2, "region": "75"}])
    with answering(page, secure) as server:
        made = settings(server.url)
        made["request"] = {"url": f"{server.url}/{{region}}", "calls": "per-key", "keys": [{"field": "region"}]}
        found = trusting.result({**made, "paging": {"by": "page"}}, people)
    assert [(row["region"], row["city"]) for row in found] == [
        ("13", "13-1"), ("13", "13-2"), ("75", "75-1"), ("75", "75-2")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sample", "response"),
    [
        (CSV.decode(), {}),
        (CSV.decode(), {"format": "csv"}),
        (LINES.decode(), {}),
        (LINES.decode(), {"format": "ndjson"}),
    ],
)
def test_a_sample_can_be_text(trusting: CallWorld, sample: str, response: dict[str, Any]) -> None:
    trusting.live = False
    made = settings("https://shop.example", sample=sample, **response)
    assert [row["city"] for row in trusting.result(made)] in (["Lille", "Nice"], ["Orléans", "Le Puy;en Velay"])
    codes = [code for _, code in trusting.problems(API, made)]
    assert "EXT-BAD-JSON" not in codes
    assert "EXT-CONTENT-TYPE" in codes


def test_a_live_answer_is_compared_with_a_sample_of_text(trusting: CallWorld, secure: ssl.SSLContext) -> None:
    with answering(lambda _asked: Said(CSV, headers=kind("text/csv")), secure) as server:
        trusting.run(settings(server.url, sample="city\nLille\n", format="csv"))
    assert ("EXT-DRIFT-ADDED", "The answer has properties that the sample does not have: zip, n.") in [
        (code, text) for _, code, text in trusting.notes
    ]


@pytest.mark.parametrize(("profile", "level"), [("acs", Level.ERROR), ("local", Level.INFO)])
def test_other_formats_are_outside_campaign(trusting: CallWorld, profile: Any, level: Level) -> None:
    trusting.guardrails = profile
    found = trusting.findings(settings("https://shop.example", format="csv", delimiter="ab"))
    assert [(each.level, each.code.id) for each in found if each.field == "response.format"] == [
        (level, "EXT-CONTENT-TYPE")
    ]
    assert "EXT-SEPARATOR" in [each.code.id for each in found if each.field == "response.delimiter"]


@pytest.mark.parametrize("number", ["0.1000000000000000055", "12345678901234567890.10", "9.90", "1e3"])
def test_numbers_of_a_sample_come_back_digit_for_digit(trusting: CallWorld, number: str) -> None:
    trusting.live = False
    sample = digits.loads(f'{{"data": [{{"n": {number}}}]}}')
    columns = [{"id": "text", "key": "n"}, {"id": "n", "key": "n", "type": "float"}]
    made = settings("https://shop.example", sample=sample, pointer="/data", columns=columns)
    (row,) = trusting.result(made)
    assert (row["text"], row["n"]) == (number, float(number))
    assert f'"n": {number}' in trusting.call["response"]["text"]
    lossy = len(number) > 10
    assert any("lose digits in n" in text for _, _, text in trusting.notes) == lossy
    found = api.columns(sample)["columns"][0]
    assert (found["type"], found["example"]) == ("text" if lossy else "float", number)


def test_numbers_of_customized_fields_are_sent_as_they_are_written(trusting: CallWorld, secure: ssl.SSLContext) -> None:
    custom = digits.loads('{"price": 9.90, "most": 12345678901234567890.10}')
    with answering(lambda _asked: Said([{"city": "Lille"}]), secure) as server:
        made = settings(server.url)
        made["request"]["custom"] = custom
        trusting.run(made)
    assert trusting.call["request"]["body"] == '{"params":{"price":9.90,"most":12345678901234567890.10}}'
