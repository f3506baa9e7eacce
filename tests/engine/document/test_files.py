"""Reading and writing flows: nothing lost, nothing crashing, no byte changed without a reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.document import files
from engine.document.model import ActivityEntry, Flow, Position, ResourceRef
from engine.errors import FileError

NAMES = st.text(min_size=1, max_size=8)
IDS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,8}", fullmatch=True)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12)
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
)
EXTRAS = st.dictionaries(st.from_regex(r"x_[a-z]{1,5}", fullmatch=True), JSON, max_size=2)
ENTRIES = st.builds(
    lambda kind, label, inputs, settings, extra: ActivityEntry(
        kind=kind, label=label, inputs=inputs, settings=settings, **extra
    ),
    st.text(max_size=10),
    st.text(max_size=10),
    st.dictionaries(IDS, st.lists(st.builds("{}.{}".format, IDS, IDS), max_size=3).map(tuple), max_size=2),
    st.dictionaries(NAMES, JSON, max_size=4),
    EXTRAS,
)
FLOWS = st.builds(
    lambda name, variables, resources, activities, layout, extra: Flow(
        name=name, variables=variables, resources=resources, activities=activities, layout=layout, **extra
    ),
    st.text(max_size=10),
    st.dictionaries(NAMES, JSON, max_size=2),
    st.dictionaries(IDS, st.builds(ResourceRef, source=st.text(max_size=6), path=st.text(max_size=6)), max_size=2),
    st.dictionaries(IDS, ENTRIES, max_size=4),
    st.dictionaries(IDS, st.builds(Position, x=st.integers(-999, 999), y=st.integers(-999, 999)), max_size=3),
    EXTRAS,
)


@given(flow=FLOWS)
def test_loading_what_was_saved_gives_the_flow_back_and_the_same_bytes(flow: Flow) -> None:
    data = files.dumps(flow)
    loaded = files.loads(data)

    assert loaded == flow
    assert files.dumps(loaded) == data


@given(data=st.binary(max_size=200))
def test_any_bytes_give_a_flow_or_a_file_error(data: bytes) -> None:
    try:
        files.loads(data)
    except FileError as error:
        assert error.code.id.startswith(("FILE-", "FLOW-"))


def test_unknown_kinds_members_and_settings_survive_in_place() -> None:
    text = {
        "format": "campaign-flow/1",
        "name": "Later",
        "activities": {
            "b": {"kind": "oracle", "version": 9, "settings": {"deep": [1, {"n": None}]}, "mood": "calm"},
        },
        "future": {"a": 1},
        "layout": {"b": {"x": 1, "y": 2, "pinned": True}},
    }
    data = (json.dumps(text, indent=2, ensure_ascii=False) + "\n").encode()

    assert files.dumps(files.loads(data)) == data


def test_an_account_stands_before_the_activities_with_its_unknown_members_and_none_leaves_no_trace() -> None:
    account = {
        "type": "oauth2",
        "token_url": "https://crm.example/token",
        "credentials": [{"name": "client_id", "value": "me", "in_header": True, "new": 1}],
        "later": [1],
    }
    data = {"format": "campaign-flow/1", "accounts": {"crm": account}, "activities": {}, "layout": {}}
    written = json.dumps(data, indent=2).encode() + b"\n"
    flow = files.loads(written)
    assert flow.accounts["crm"].credentials[0].in_header
    assert files.dumps(flow) == written
    assert b"accounts" not in files.dumps(Flow(name="x"))


def test_activities_are_sorted_and_layout_is_last() -> None:
    flow = Flow(activities={"b": ActivityEntry(kind="x"), "a": ActivityEntry(kind="y")}, layout={"a": Position(x=1)})

    saved = json.loads(files.dumps(flow))

    assert list(saved) == ["format", "activities", "layout"]
    assert list(saved["activities"]) == ["a", "b"]


HOSTILE = {
    "empty": (b"", "FILE-NOT-JSON"),
    "truncated": (b'{"format": "campaign-flow/1", "activities": {', "FILE-NOT-JSON"),
    "nul bytes": (b"\x00\x00\x00", "FILE-NOT-JSON"),
    "latin-1": ('{"name": "é"}'.encode("latin-1"), "FILE-NOT-TEXT"),
    "utf-16": ('{"name": "e"}'.encode("utf-16"), "FILE-NOT-TEXT"),
    "no object": (b"[1, 2]", "FILE-NOT-A-FLOW"),
    "deeply nested": (b'{"a":' + b"[" * 100_000, "FILE-TOO-DEEP"),
    "too deep to keep": (b'{"a":' + b"[" * 150 + b"]" * 150 + b"}", "FILE-TOO-DEEP"),
    "infinity": (b'{"format": "campaign-flow/1", "name": 1e999}', "FILE-BAD-NUMBER"),
    "NaN": (b'{"format": "campaign-flow/1", "x": NaN}', "FILE-BAD-NUMBER"),
    "endless number": (b'{"x": ' + b"1" * 5000 + b"}", "FILE-BAD-NUMBER"),
    "duplicate id": (
        b'{"format":"campaign-flow/1","activities":{"a":{"kind":"x"},"a":{"kind":"y"}}}',
        "FLOW-DUPLICATE-ID",
    ),
    "newer format": (b'{"format": "campaign-flow/2"}', "FILE-NOT-A-FLOW"),
    "no format": (b"{}", "FILE-NOT-A-FLOW"),
    "activities as a list": (b'{"format": "campaign-flow/1", "activities": []}', "FLOW-BAD-MEMBER"),
    "older and broken": (b'{"format": "campaign-flow/0", "activities": [1]}', "FLOW-BAD-MEMBER"),
    "older without an id": (b'{"format": "campaign-flow/0", "activities": [{"kind": "x"}]}', "FLOW-BAD-MEMBER"),
    "wire that is a number": (
        b'{"format":"campaign-flow/1","activities":{"a":{"kind":"x","inputs":{"inbound":[1]}}}}',
        "FLOW-BAD-MEMBER",
    ),
}


@pytest.mark.parametrize(("data", "code"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_gets_a_sentence_and_a_code(data: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.flow"
    path.write_bytes(data)

    with pytest.raises(FileError) as caught:
        files.load(path)

    assert caught.value.code.id == code
    assert "bad.flow" in str(caught.value)
    assert path.read_bytes() == data


def test_a_file_of_fifty_megabytes_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / "big.flow"
    with path.open("wb") as stream:
        stream.truncate(50 * 2**20)

    with pytest.raises(FileError, match="larger than 32 MB"):
        files.load(path)


def test_a_missing_file_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"“gone\.flow” cannot be opened") as caught:
        files.load(tmp_path / "gone.flow")

    assert caught.value.code.id == "FILE-UNREADABLE"


def test_a_lone_surrogate_is_kept_as_its_escape() -> None:
    data = b'{\n  "format": "campaign-flow/1",\n  "x_text": "\\ud800"\n}\n'

    assert files.dumps(files.loads(data)) == data


def test_saving_where_no_file_can_be_made_leaves_the_old_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "missing-folder" / "a.flow"

    with pytest.raises(FileError) as caught:
        files.save(Flow(name="x"), path)

    assert caught.value.code.id == "FILE-NOT-SAVED"
    assert "Save as" in str(caught.value.finding.hint)


def test_saving_replaces_the_file_at_once_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.flow"
    files.save(Flow(name="one"), path)
    files.save(Flow(name="two"), path)

    assert files.load(path).name == "two"
    assert [file.name for file in tmp_path.iterdir()] == ["a.flow"]


GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.old.flow"))


@pytest.mark.parametrize("old", GOLDEN, ids=lambda path: path.stem)
def test_an_older_format_becomes_the_golden_file_of_today(old: Path) -> None:
    expected = old.with_name(old.name.replace(".old.", ".new."))

    assert files.dumps(files.load(old)) == expected.read_bytes()


def test_there_are_golden_files() -> None:
    assert GOLDEN


def test_numbers_are_written_in_their_shortest_form() -> None:
    flow = Flow(layout={"a": Position(x=2.0, y=2.5)}, variables={"n": 0.1})
    saved: dict[str, Any] = json.loads(files.dumps(flow))

    assert '"x": 2,' in files.dumps(flow).decode()
    assert saved["variables"]["n"] == 0.1
