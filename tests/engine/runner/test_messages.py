"""Messages of the last run's recipients: found, previewed with the flow as it is now, and written to files."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine import api
from engine.document.files import from_json
from engine.document.model import Flow
from engine.errors import RunCancelled, SettingsError
from engine.runner import cache
from engine.runner.messages import message_fields, preview, write_messages
from engine.runner.request import Place
from engine.runner.services import RunContext
from engine.schema import Column, ColumnType, Link, TableSchema
from engine.text import Text

PROFILES = TableSchema(
    (
        Column("id", ColumnType.INTEGER),
        Column("firstName", ColumnType.TEXT, "First name"),
        Column("lastName", ColumnType.TEXT),
        Column("email", ColumnType.TEXT),
    ),
    key="id",
    dimension="profiles",
)
SCHEMA = TableSchema(
    (Column("id", ColumnType.INTEGER), Column("code", ColumnType.TEXT)),
    links=(
        Link("target", PROFILES, is_stored=False),
        Link("weather", TableSchema((Column("sky", ColumnType.TEXT),))),
    ),
    key="id",
    dimension="profiles",
)
PEOPLE: list[dict[str, Any]] = [
    {"id": 20, "firstName": "Bob", "lastName": "Ng", "email": "bob@x.example"},
    {"id": 3, "firstName": "Ann", "lastName": "Lee", "email": "ann@x.example"},
    {"id": 7, "firstName": None, "lastName": None, "email": "cid@x.example"},
    {"id": 100, "firstName": "Annabel", "lastName": "Orr", "email": "orr@x.example"},
]
ROWS: list[dict[str, Any]] = [
    {"id": 20, "code": "V-2", "weather": {"sky": "sun"}},
    {"id": 3, "code": "V-1", "weather": {"sky": "rain"}},
    {"id": 100, "code": None, "weather": None},
    {"id": 7, "code": "V-3", "weather": {"sky": "sun"}},
]
SETTINGS = {
    "subject": "{{ profile.firstName | default('Friend') }}: {{ targetData.weather.sky }}",
    "html": "<p>{{ targetData.code }}</p>",
}


def flow_of(wires: list[str] | None = None, **settings: Any) -> Flow:
    """Return a flow with one Email."""
    wired = ["enrichment.result"] if wires is None else wires
    entry = {
        "kind": "email",
        "label": "Voucher mail",
        "inputs": {"inbound": wired},
        "settings": {**SETTINGS, **settings},
    }
    end = {"kind": "end"}
    resources = {"profiles": {"source": "csv", "path": "profiles.csv", "key": "id"}}
    return from_json({"format": "campaign-flow/1", "resources": resources, "activities": {"mail": entry, "end": end}})


class Desk:
    """A flow whose recipients arrived in an earlier run."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._stack = stack
        self.place = Place(folder, folder / "flow.d")
        self.context = self.open(flow_of())

    def open(self, flow: Flow) -> RunContext:
        """Return what a question about `flow` may use."""
        context = self._stack.enter_context(api.opened(flow, self.place))
        context.opened["profiles"] = context.store.from_rows(PEOPLE, PROFILES)
        return context

    def arrive(self, rows: list[dict[str, Any]], schema: TableSchema = SCHEMA, key: str = "k1") -> None:
        """Let rows arrive at the Email."""
        table = self.context.store.from_rows(rows, schema)
        self.context.store.materialise(table, key)
        cache.keep_latest(self.place, [], {"enrichment.result": key})

    def preview(self, flow: Flow | None = None, start: int = 0, **recipient: Any) -> dict[str, Any]:
        """Return the answer to a question for a message."""
        if "find" in recipient:
            recipient["from"] = start
        context = self.context if flow is None else self.open(flow)
        return dict(preview(context, "mail", recipient))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with ExitStack() as stack:
        made = Desk(stack, tmp_path)
        made.arrive(ROWS)
        yield made


def test_a_recipient_is_found_by_place_in_the_order_of_the_keys(desk: Desk) -> None:
    first = desk.preview(index=0)
    assert first["recipient"] == {"index": 0, "count": 4, "key": "3", "name": "Ann Lee"}
    assert (first["subject"], first["html"], first["text"]) == ("Ann: rain", "<p>V-1</p>", "V-1")
    assert first["reason"] is None
    assert [desk.preview(index=place)["recipient"]["key"] for place in (1, 2, 3)] == ["7", "20", "100"]
    assert desk.preview(index=99)["recipient"]["key"] == "100"
    assert desk.preview(index=-5)["recipient"]["key"] == "3"
    assert desk.preview()["recipient"]["key"] == "3"


def test_a_recipient_is_found_by_key(desk: Desk) -> None:
    assert desk.preview(key="20")["recipient"] == {"index": 2, "count": 4, "key": "20", "name": "Bob Ng"}
    assert desk.preview(key="21")["recipient"] is None
    assert desk.preview(key="x'; --")["recipient"] is None


@pytest.mark.parametrize(
    ("words", "start", "key"),
    [
        ("ann", 0, "3"),
        ("ann", 1, "100"),
        ("ANN", 3, "100"),
        ("ann l", 1, None),
        ("lee", 3, "3"),
        ("cid@", 0, "7"),
        ("100", 0, "100"),
        ("nobody", 0, None),
        ("  ", 0, None),
        ("ann", 99, "3"),
    ],
)
def test_a_recipient_is_found_by_name_address_or_key_from_a_place_on(
    desk: Desk, words: str, start: int, key: str | None
) -> None:
    found = desk.preview(find=words, start=start)["recipient"]
    assert (found["key"] if found else None) == key


def test_somebody_without_a_name_is_called_by_address(desk: Desk) -> None:
    assert desk.preview(index=1)["recipient"]["name"] == "cid@x.example"
    assert desk.preview(index=1)["subject"] == "Friend: sun"


def test_what_is_null_is_told(desk: Desk) -> None:
    shown = desk.preview(key="100")
    assert shown["missing"] == ["targetData.weather.sky", "targetData.code"]
    assert shown["subject"] == "Annabel: "
    assert shown["findings"] == []


def test_the_trace_says_which_field_a_word_came_from(desk: Desk) -> None:
    assert desk.preview(index=0)["trace"][0] == {"part": "subject", "start": 0, "end": 3, "path": "profile.firstName"}


def test_an_edit_is_shown_without_another_run(desk: Desk) -> None:
    edited = flow_of(subject="Now {{ targetData.code }}", sender={"name": "Shop", "address": "news@shop.example"})
    shown = desk.preview(edited, index=0)
    assert (shown["subject"], shown["sender_name"]) == ("Now V-1", "Shop")


def test_a_broken_text_keeps_the_recipient_and_says_what_is_wrong(desk: Desk) -> None:
    shown = desk.preview(flow_of(html="{{ targetData.kode }}"), index=0)
    assert shown["recipient"]["name"] == "Ann Lee"
    assert (shown["subject"], shown["html"]) == ("", "")
    (finding,) = shown["findings"]
    assert (finding["field"], finding["code"], finding["activity"]) == ("html", "TPL-UNKNOWN-FIELD", "mail")
    assert finding["hint"] == "Did you mean “targetData.code”?"


def test_a_value_that_does_not_fit_leaves_the_other_texts(desk: Desk) -> None:
    shown = desk.preview(flow_of(html="{{ targetData.code | date }}"), index=0)
    assert (shown["subject"], shown["html"]) == ("Ann: rain", "")
    assert [finding["code"] for finding in shown["findings"]] == ["TPL-VALUE"]


def test_a_field_that_will_arrive_asks_for_another_run(desk: Desk) -> None:
    coming = SCHEMA.with_columns(Column("offer", ColumnType.TEXT))
    context = desk.open(flow_of(html="{{ targetData.offer | default('?') }}"))
    shown = preview(context, "mail", {"index": 0}, coming)
    assert shown["html"] == "?"
    (finding,) = shown["findings"]
    assert (finding["code"], finding["hint"]) == ("TPL-STALE-FIELD", "Test the flow again.")


def test_reasons_why_there_is_nobody(desk: Desk) -> None:
    def reason(shown: dict[str, Any]) -> str:
        assert shown["recipient"] is None
        return str(Text.from_json(shown["reason"]))

    assert reason(desk.preview(flow_of(wires=[]))) == "No recipients are wired into “Voucher mail” yet."
    assert reason(desk.preview(flow_of(wires=["other.result"]))) == "Test the flow to see messages."
    assert reason(desk.preview(find="nobody")) == "No recipient is called that."
    desk.arrive([], key="k2")
    assert reason(desk.preview(index=0)) == "No recipient arrived at “Voucher mail”."


def test_only_activities_that_write_messages_can_be_asked(desk: Desk) -> None:
    for id in ("end", "nothing"):
        with pytest.raises(SettingsError, match="writes no messages"):
            preview(desk.context, id, {"index": 0})


def test_rows_of_a_file_without_profiles_have_messages_too(desk: Desk) -> None:
    schema = TableSchema((Column("mail", ColumnType.TEXT), Column("lineNum", ColumnType.INTEGER, is_system=True)))
    desk.arrive([{"mail": f"{number}@x.example", "lineNum": number} for number in (2, 1, 3)], schema, "k3")
    shown = desk.preview(flow_of(subject="x", html="{{ targetData.mail }}"), index=1)
    assert shown["recipient"] == {"index": 1, "count": 3, "key": "2", "name": "2@x.example"}
    assert shown["html"] == "2@x.example"


def test_rows_without_any_order_have_messages_too(desk: Desk) -> None:
    desk.arrive([{"code": "A"}], TableSchema((Column("code", ColumnType.TEXT),)), "k4")
    shown = desk.preview(flow_of(subject="x"), index=0)
    assert (shown["recipient"]["key"], shown["html"]) == ("1", "<p>A</p>")
    assert desk.preview(flow_of(subject="x"), key="1")["html"] == "<p>A</p>"
    assert desk.preview(flow_of(subject="x"), key="2")["recipient"] is None


def test_the_fields_come_with_an_example_of_the_first_recipient(desk: Desk) -> None:
    fields = {each["path"]: each for each in message_fields(desk.context, "mail")["fields"]}
    assert fields["profile.firstName"]["example"] == "Ann"
    assert fields["profile.firstName"]["label"] == "First name"
    assert fields["targetData.weather.sky"]["example"] == "rain"
    json.dumps(list(fields.values()))


def test_fields_are_known_before_any_run_from_what_will_arrive(desk: Desk) -> None:
    context = desk.open(flow_of(wires=["other.result"]))
    fields = {each["path"]: each for each in message_fields(context, "mail", SCHEMA)["fields"]}
    assert fields["targetData.code"] == {"path": "targetData.code", "type": "text", "label": "", "example": None}


def test_a_warm_preview_is_quick(desk: Desk) -> None:
    schema = TableSchema(SCHEMA.columns, key="id")
    desk.arrive([{"id": number, "code": f"V-{number}"} for number in range(5_000)], schema, "k5")
    flow = flow_of(subject="{{ targetData.code }}", html="<p>{{ targetData.code }}</p>" * 50)
    context = desk.open(flow)
    preview(context, "mail", {"index": 1})
    took = []
    for place in (5, 2_500, 4_999):
        began = time.perf_counter()
        assert preview(context, "mail", {"index": place})["subject"] == f"V-{place}"
        took.append(time.perf_counter() - began)
    assert min(took) < 0.25  # 20 ms on an idle core


def test_recipients_of_a_large_audience_stand_in_the_same_order_near_and_far(desk: Desk) -> None:
    schema = TableSchema(SCHEMA.columns, key="id")
    desk.arrive([{"id": 30_000 - number, "code": f"V-{number}"} for number in range(30_000)], schema, "k8")
    context = desk.open(flow_of(subject="{{ targetData.code }}", html=""))
    for place in (0, 99, 100, 20_000, 29_999):
        shown = preview(context, "mail", {"index": place})
        assert (shown["recipient"]["index"], shown["recipient"]["key"]) == (place, str(place + 1))
        assert preview(context, "mail", {"key": str(place + 1)})["recipient"]["index"] == place
    assert preview(context, "mail", {"find": "29999", "from": 20_001})["recipient"]["index"] == 29_998
    assert preview(context, "mail", {"key": "1.0"})["recipient"] is None


def written(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): file.read_text(encoding="utf-8") for file in folder.rglob("*") if file.is_file()
    }


def test_messages_are_written_one_file_of_each_kind_a_recipient(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert write_messages(desk.context, out, None) == {"mail": 4}
    files = written(out)
    assert len(files) == 12
    assert files["messages/mail/3.html"] == "<p>V-1</p>"
    assert files["messages/mail/3.txt"] == "V-1"
    data = json.loads(files["messages/mail/3.json"])
    assert data["recipient"] == {"index": 0, "key": "3", "name": "Ann Lee"}
    assert (data["subject"], data["html"]) == ("Ann: rain", "<p>V-1</p>")
    assert json.loads(files["messages/mail/100.json"])["missing"] == ["targetData.weather.sky", "targetData.code"]


def test_no_more_messages_are_written_than_asked_for(desk: Desk, tmp_path: Path) -> None:
    assert write_messages(desk.context, tmp_path / "out", 2) == {"mail": 2}
    assert {name.partition(".")[0] for name in written(tmp_path / "out")} == {"messages/mail/3", "messages/mail/7"}


def test_keys_make_safe_file_names_and_no_two_recipients_share_one(desk: Desk, tmp_path: Path) -> None:
    keys = [
        "../../evil",
        "a/b",
        "a_b",
        "A_B",
        "con",
        "..",
        "",
        "x" * 300,
        "ann@x.example",
        "é",
        "a\\b",
        "C:\\x",
        "a.",
        "\x00",
    ]
    schema = TableSchema((Column("id", ColumnType.TEXT),), key="id")
    desk.arrive([{"id": key} for key in keys], schema, "k6")
    context = desk.open(flow_of(subject="{{ targetData.id }}", html="x"))
    out = tmp_path / "out"
    assert write_messages(context, out, None) == {"mail": len(keys)}
    files = written(out)
    assert len(files) == 3 * len(keys)
    assert len({name.lower() for name in files}) == len(files)
    assert {Path(name).parent for name in files} == {Path("messages/mail")}
    assert not list(tmp_path.glob("evil*"))
    assert {"messages/mail/ann@x.example.html", "messages/mail/A_B.html", "messages/mail/é.html"} <= files.keys()
    assert max(len(Path(name).name) for name in files) < 120
    told = {json.loads(text)["recipient"]["key"] for name, text in files.items() if name.endswith(".json")}
    assert told == set(keys)


def test_a_message_without_fields_is_written_for_everybody(desk: Desk, tmp_path: Path) -> None:
    desk.arrive([{"code": "A"}, {"code": "B"}], TableSchema((Column("code", ColumnType.TEXT),)), "k7")
    context = desk.open(flow_of(subject="Hello", html="<p>all</p>"))
    assert write_messages(context, tmp_path / "out", None) == {"mail": 2}


def test_writing_can_be_stopped(desk: Desk, tmp_path: Path) -> None:
    desk.context.cancellation.cancel()
    with pytest.raises(RunCancelled):
        write_messages(replace(desk.context), tmp_path / "out", None)
