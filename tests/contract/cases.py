"""Flows in miniature: for every kind of activity several settings, over people with gaps and an API that answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PEOPLE_CSV = (
    "id,firstName,age,region,birthDate,score\n"
    "1,Ann,26,13,2000-03-06,1.5\n"
    "2,Bob,29,59,1996-12-31,2.25\n"
    "3,Cid,22,01,2004-01-02,\n"
    "4,Dée,,,,3\n"
    "5,Eve,31,13,1995-03-07,0.5\n"
)
RESOURCES = {
    "people": {"source": "csv", "path": "people.csv", "key": "id"},
    "made-up": {"source": "synthetic", "key": "id", "rows": 50, "seed": 1, "missing": 0.2},
}
ACCOUNTS = {
    "demo": {
        "type": "oauth2",
        "token_url": "https://demo-api.example/v1/oauth/token",
        "credentials": [
            {"name": "client_id", "value": "demo-client"},
            {"name": "client_secret", "value": "demo-secret"},
        ],
    }
}
LINES_CSV = "code;worth;until\nA;1,5;31/12/2026\nB;x;30/11/2026\nC;;\n"

PEOPLE: dict[str, Any] = {"kind": "query", "settings": {"resource": "people"}}
"""The activity `people` that comes before the one under test."""
CODES: dict[str, Any] = {
    "kind": "external-api",
    "settings": {
        "request": {"method": "GET", "url": "https://demo-api.example/v1/codes"},
        "response": {
            "pointer": "/codes",
            "columns": [{"id": "code", "key": "code"}, {"id": "n", "key": "n", "type": "integer"}],
            "sample": {"codes": [{"code": "A", "n": 1}, {"code": "B", "n": 2}, {"code": "C"}]},
        },
        "dry_run": "sample",
    },
}
"""The activity `codes` that comes before the one under test where it is asked for."""


@dataclass(frozen=True)
class Case:
    """One activity with settings and wires; `silent` are promised transitions that do not fire in this case."""

    kind: str
    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, list[str]] = field(default_factory=lambda: {"inbound": ["people.result"]})
    silent: frozenset[str] = frozenset()

    @property
    def activities(self) -> dict[str, Any]:
        """Return the activities of the flow; the one under test is `tested`."""
        tested = {"kind": self.kind, "inputs": self.inputs, "settings": dict(self.settings)}
        return {"people": PEOPLE, "codes": CODES, "tested": tested}

    def __str__(self) -> str:
        """Return the name of the test."""
        return f"{self.kind}: {self.name}"


NOTHING: dict[str, list[str]] = {}
ROW_ID = [{"id": "rank", "expression": "RowId()"}]
LINKED = {"primary": ["people.result"], "linked": ["codes.result"]}


def _link(**members: Any) -> dict[str, Any]:
    return {
        "source": "codes.result",
        "id": "code",
        "cardinality": "0..1",
        "criteria": [{"primary": "id", "linked": "n"}],
        **members,
    }


def _answer(mode: str, sample: Any, columns: list[dict[str, Any]], **members: Any) -> dict[str, Any]:
    response = {"mode": mode, "columns": columns, "sample": sample}
    return {"request": {"method": "POST", "url": "https://demo-api.example/v1/x"}, "response": response, **members}


CASES = (
    Case("start", "first of all", inputs=NOTHING),
    Case("end", "of a branch"),
    Case("end", "of nothing but the event", inputs={"inbound": ["codes.result", "people.result"]}),
    Case("fork", "two copies of rows"),
    Case("fork", "three copies", {"copies": 3}),
    Case("query", "everybody", {"resource": "people"}, NOTHING),
    Case(
        "query",
        "some, with additional data",
        {
            "resource": "people",
            "condition": "age > 21 AND region = '13'",
            "additional": [
                {"expression": "YearsOld(birthDate)", "id": "years"},
                {"expression": "firstName || '!'", "id": "shout"},
                {"expression": "score * 2"},
                {"expression": "age > 25", "id": "is_old"},
                {"expression": "AddDays(birthDate, 1)", "id": "next"},
                {"expression": "GetDate()", "id": "moment"},
                {"expression": "RowId()", "id": "rank"},
            ],
        },
        NOTHING,
    ),
    Case(
        "query",
        "by rules",
        {
            "resource": "made-up",
            "filter": {"operator": "and", "rules": [{"field": "city", "operator": "is-not-empty"}]},
        },
        NOTHING,
    ),
    Case(
        "query", "nobody, and says so", {"resource": "people", "condition": "age > 99"}, NOTHING, frozenset({"result"})
    ),
    Case(
        "query",
        "nobody, but goes on",
        {
            "resource": "people",
            "condition": "age > 99",
            "fires_when_empty": True,
            "additional": [{"expression": "NULL", "id": "nothing"}],
        },
        NOTHING,
    ),
    Case("query", "after something else", {"resource": "people"}),
    Case("load-file", "as it is", {"path": "lines.csv"}, NOTHING),
    Case(
        "load-file",
        "with types, policies and rejects",
        {
            "path": "lines.csv",
            "delimiter": ";",
            "columns": [
                {"id": "code", "key": "code", "type": "text", "length": 1},
                {"id": "worth", "key": "worth", "type": "float", "decimal": ",", "on_error": "reject"},
                {"id": "until", "key": "until", "type": "date", "format": "%d/%m/%Y"},
            ],
            "keeps_rejects": True,
        },
        NOTHING,
    ),
    Case(
        "load-file",
        "one column of it, after a trigger",
        {
            "path": "lines.csv",
            "delimiter": ";",
            "columns": [
                {"id": "code", "key": "code"},
                {"id": "worth", "key": "worth", "ignore": True},
                {"id": "until", "key": "until"},
            ],
        },
    ),
    Case("external-api", "a list", CODES["settings"], NOTHING),
    Case(
        "external-api",
        "every type",
        _answer(
            "array",
            [{"t": "x", "i": 1, "f": 1.5, "b": True, "d": "2026-03-07", "m": "2026-03-07T20:00:00Z"}, {}],
            [
                {"id": "t", "key": "t", "length": 10},
                {"id": "i", "key": "i", "type": "integer"},
                {"id": "f", "key": "f", "type": "float"},
                {"id": "b", "key": "b", "type": "boolean"},
                {"id": "d", "key": "d", "type": "date"},
                {"id": "m", "key": "m", "type": "date-time"},
            ],
            dry_run="sample",
        ),
    ),
    Case(
        "external-api",
        "one row of the whole answer",
        _answer(
            "flatten",
            {"a": {"b": 1}, "c": "x"},
            [{"id": "b", "key": "/a/b", "type": "integer"}, {"id": "c", "key": "/c"}],
            dry_run="sample",
        ),
        NOTHING,
    ),
    Case(
        "external-api",
        "a row for each member of an object",
        _answer(
            "keyed",
            {"13": {"sky": "sun", "key": "a"}, "59": {"sky": "rain", "main": {"tempC": 9}}},
            [
                {"id": "key", "key": "#key"},
                {"id": "sky", "key": "sky"},
                {"id": "key_2", "key": "key"},
                {"id": "tempC", "key": "/main/tempC", "type": "integer"},
            ],
            dry_run="sample",
        ),
    ),
    Case(
        "external-api",
        "lists side by side",
        _answer(
            "parallel",
            {"time": ["2026-03-07", "2026-03-08"], "temp": [9.5, 8], "rain": [0]},
            [
                {"id": "time", "key": "time", "type": "date"},
                {"id": "temp", "key": "temp", "type": "float"},
                {"id": "rain", "key": "rain", "type": "integer"},
            ],
            dry_run="sample",
        ),
        NOTHING,
    ),
    Case(
        "external-api",
        "lists, the first of which names the columns",
        _answer(
            "header",
            [["Code", "Worth"], ["V-7F3", 10], ["V-8A1"]],
            [{"id": "code", "key": "Code"}, {"id": "worth", "key": "Worth", "type": "integer"}],
            dry_run="sample",
        ),
        NOTHING,
    ),
    Case("external-api", "an answer without rows", _answer("array", [], [{"id": "x", "key": "x"}], dry_run="sample")),
    Case(
        "external-api",
        "a call for each key, with rejects",
        {
            "request": {
                "url": "https://demo-api.example/v1/weather/{zip}?age={age}",
                "calls": "per-key",
                "keys": [{"field": "target.region", "alias": "zip"}, {"field": "target.age"}],
                "concurrency": 2,
                "most_keys": 10,
                "on_key_error": "keep",
            },
            "response": {
                "columns": [
                    {"id": "sky", "key": "sky"},
                    {"id": "n", "key": "n", "type": "integer", "on_error": "reject"},
                ],
                "sample": [{"sky": "sun", "n": 1}, {"sky": "rain", "n": "x"}],
            },
            "limits": {"total_s": 60, "total_bytes": 1_000_000, "rate": 5, "rate_per": "second", "quota": 100},
            "dry_run": "sample",
        },
    ),
    Case(
        "external-api",
        "a call for each key, without those that fail",
        {
            "request": {
                "url": "https://demo-api.example/v1/weather/{region}",
                "calls": "per-key",
                "keys": [{"field": "target.region"}],
                "on_key_error": "drop",
            },
            "response": {"mode": "flatten", "columns": [{"id": "sky", "key": "/sky"}], "sample": {"sky": "sun"}},
            "dry_run": "sample",
        },
    ),
    Case(
        "external-api",
        "an answer in pages",
        {
            "request": {"url": "https://demo-api.example/v1/offers"},
            "response": {"pointer": "/offers", "columns": [{"id": "title", "key": "title"}]},
            "paging": {
                "by": "offset",
                "parameter": "from",
                "size": 50,
                "size_parameter": "most",
                "most": 3,
                "pointer": "",
                "first": 1,
            },
        },
        NOTHING,
    ),
    Case(
        "external-api",
        "a call with an account",
        {
            "request": {"url": "https://demo-api.example/v1/members", "account": "demo"},
            "response": {
                "pointer": "/members",
                "columns": [
                    {"id": "memberId", "key": "memberId"},
                    {"id": "points", "key": "points", "type": "integer"},
                ],
            },
            "dry_run": "live",
        },
        NOTHING,
    ),
    Case(
        "external-api",
        "a failure that has its own way",
        {
            "request": {"method": "GET", "url": "https://demo-api.example/v1/failures/404"},
            "response": {"columns": [{"id": "x", "key": "x"}]},
            "retry": {"attempts": 1},
            "dry_run": "live",
            "on_failure": "transition",
        },
        NOTHING,
        frozenset({"result"}),
    ),
    Case("deduplication", "one of each region", {"identification": ["target.region"]}),
    Case(
        "deduplication",
        "with the rest",
        {
            "identification": ["target.region"],
            "complement": True,
            "method": "expression",
            "preferences": [{"expression": "target.age", "keep": "largest"}],
        },
    ),
    Case(
        "segmentation",
        "by rules, with the rest",
        {
            "segments": [
                {"id": "young", "condition": "target.age < 27"},
                {"id": "south", "condition": "target.region = '13'"},
            ],
            "complement": True,
        },
    ),
    Case(
        "segmentation",
        "on one transition, with codes",
        {
            "segments": [{"id": "young", "code": "Y", "condition": "target.age < 27"}],
            "output": "one",
        },
    ),
    Case(
        "segmentation",
        "a tenth at random",
        {
            "segments": [{"id": "sample", "limit": {"kind": "count", "size": 2, "sampling": "random"}}],
        },
    ),
    Case(
        "enrichment",
        "columns",
        {"columns": [{"expression": "target.age + 1", "id": "older"}]},
        {"primary": ["people.result"]},
    ),
    Case("enrichment", "at most one row", {"relations": [_link()]}, LINKED),
    Case(
        "enrichment", "exactly one row, others leave", {"relations": [_link(cardinality="1", unmatched="drop")]}, LINKED
    ),
    Case(
        "enrichment",
        "the same for everybody",
        {"relations": [{**_link(attach=True, criteria=[]), "multiple": "first"}]},
        LINKED,
    ),
    Case(
        "enrichment",
        "lists and counts",
        {
            "relations": [_link(cardinality="n")],
            "collections": [
                {"id": "codes", "relation": "code", "lines": 2, "fields": [{"expression": "code", "id": "code"}]}
            ],
            "aggregates": [{"id": "many", "relation": "code", "function": "count"}],
        },
        LINKED,
    ),
    Case("email", "to everybody", {"subject": "Hi {{ profile.firstName }}", "html": "<p>Hi</p>"}),
    Case("email", "with the rows going on", {"subject": "Hi", "html": "<p>{{ profile.age }}</p>", "outbound": "rows"}),
)
