"""External API: what has changed about a live answer is told, a note each; replayed answers never change."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Level
from engine.tables.interim import TableStore
from tests.engine.activities.call_world import CallWorld
from tests.engine.http_client.answering import Asked, Said, answering

MATCHES = [{"home": "Nantes", "goals": 2, "odds": 1.5}, {"home": "Brest", "goals": 0, "odds": 2.5}]
READ = ({"id": "home", "key": "home"}, {"id": "goals", "key": "goals", "type": "integer"})


@pytest.fixture
def world(tmp_path: Path) -> Iterator[CallWorld]:
    tables = tmp_path / "tables"
    tables.mkdir()
    with TableStore(tables) as store:
        yield CallWorld(store, recordings=(tmp_path / "flow.d",), live=True)


def settings(url: str, sample: Any = None, **others: Any) -> dict[str, Any]:
    """Return the settings of a call that reads two columns of each match."""
    response = {"pointer": "/data", "columns": list(READ), "sample": {"data": sample} if sample is not None else None}
    return {"request": {"url": url}, "response": response, "retry": {"attempts": 1}, **others}


def drift(world: CallWorld, rows: Sequence[Mapping[str, Any]], sample: Any = None) -> list[tuple[str, Level, str]]:
    """Call a service that answers with `rows` and return what is told of changes."""
    world.notes.clear()
    with answering(lambda _asked: Said({"data": rows})) as server:
        world.run(settings(f"{server.url}/matches", sample))
    return [(code, level, words) for level, code, words in world.notes if code.startswith("EXT-DRIFT")]


def test_nothing_is_told_of_an_answer_like_its_sample(world: CallWorld) -> None:
    assert drift(world, MATCHES, MATCHES) == []
    assert world.call["drift"] == []


CHANGES: list[tuple[list[dict[str, Any]], str, Level, str]] = [
    (
        [{**match, "stadium": "La Beaujoire"} for match in MATCHES],
        "EXT-DRIFT-ADDED",
        Level.INFO,
        "The answer has properties that the sample does not have: stadium.",
    ),
    (
        [{"goals": 1, "odds": 1.5}],
        "EXT-DRIFT-MISSING",
        Level.WARNING,
        "The answer lacks columns, which stay empty: home.",
    ),
    (
        [{"home": "Nantes", "goals": "2", "odds": 1.5}],
        "EXT-DRIFT-TYPE",
        Level.WARNING,
        "Values are of another kind than in the sample: goals (text instead of a number).",
    ),
    (
        [*MATCHES, {"home": None, "goals": 1, "odds": 1}, {"goals": 1, "odds": 1}],
        "EXT-DRIFT-EMPTY",
        Level.WARNING,
        "More values are empty than in the sample: home (50%, 0%).",
    ),
    (
        [{"goals": 1, "home": "Nice", "odds": 2.0}],
        "EXT-DRIFT-ORDER",
        Level.INFO,
        "The properties come in another order than in the sample; columns find them by name.",
    ),
]


@pytest.mark.parametrize(("rows", "code", "level", "words"), CHANGES)
def test_each_change_from_the_sample_is_a_note(
    world: CallWorld, rows: list[dict[str, Any]], code: str, level: Level, words: str
) -> None:
    assert drift(world, rows, MATCHES) == [(code, level, words)]
    assert [(each["code"], each["level"]) for each in world.call["drift"]] == [(code, level)]
    assert words in world.call["notes"]


def test_it_is_told_again_until_the_sample_is_changed(world: CallWorld) -> None:
    rows = [{"home": "Nantes", "goals": "2", "odds": 1.5}]
    assert drift(world, rows, MATCHES) == drift(world, rows, MATCHES) != []
    assert drift(world, rows, rows) == []


def test_what_nobody_reads_may_change_its_kind(world: CallWorld) -> None:
    assert drift(world, [{**match, "odds": "even"} for match in MATCHES], MATCHES) == []


def test_without_a_sample_the_recorded_answer_is_what_was_before(world: CallWorld) -> None:
    assert drift(world, MATCHES) == []
    ((code, _, words),) = drift(world, [{**MATCHES[0], "goals": "2"}])
    assert code == "EXT-DRIFT-TYPE"
    assert words.startswith("Values are of another kind than in the answer of 20")


def test_a_damaged_recording_does_not_keep_a_call_from_being_recorded(world: CallWorld) -> None:
    drift(world, MATCHES)
    file = world.recordings[0] / "recordings" / f"{world.activity}.json"
    file.write_text("{", encoding="utf-8")
    assert drift(world, MATCHES) == []
    assert json.loads(file.read_text(encoding="utf-8"))["rows"] == [2]


@pytest.mark.parametrize(("count", "words"), [(1, "The answer has 1 row; usual are 6."), (30, "30 rows; usual are 6.")])
def test_far_more_or_fewer_rows_than_usual_are_told(world: CallWorld, count: int, words: str) -> None:
    with answering(lambda asked: Said({"data": MATCHES[:1] * int(asked.headers["x-count"])})) as server:

        def call(rows: int) -> list[str]:
            world.notes.clear()
            made = settings(f"{server.url}/matches")
            made["request"]["headers"] = [{"name": "X-Count", "value": str(rows)}]
            world.run(made)
            return [words for _, code, words in world.notes if code == "EXT-DRIFT-COUNT"]

        assert [call(rows) for rows in (6, 7, 5, 6, 9)] == [[], [], [], [], []]
        (told,) = call(count)
        assert told.endswith(words)
        made = settings(f"{server.url}/others")
        made["request"]["headers"] = [{"name": "X-Count", "value": "300"}]
        world.notes.clear()
        world.run(made)
        assert not [code for _, code, _ in world.notes if code == "EXT-DRIFT-COUNT"], "another request, other rows"


def test_a_replayed_answer_is_not_compared(world: CallWorld) -> None:
    drift(world, [{"home": "Nantes", "goals": "2", "odds": 1.5}], MATCHES)
    world.live, world.notes = False, []
    with answering(lambda _asked: Said({"data": []})) as server:
        world.run(settings(f"{server.url}/matches", MATCHES))
    assert not [code for _, code, _ in world.notes if code.startswith("EXT-DRIFT")]


def test_the_pages_of_an_answer_are_compared_as_one(world: CallWorld) -> None:
    def page(asked: Asked) -> Said:
        return Said({"data": MATCHES if asked.query["page"] == "1" else [{"home": 1}] * (asked.query["page"] == "2")})

    with answering(page) as server:
        world.run(settings(f"{server.url}/matches", MATCHES, paging={"by": "page"}))
    codes = [code for _, code, _ in world.notes if code.startswith("EXT-DRIFT")]
    assert codes == ["EXT-DRIFT-MISSING", "EXT-DRIFT-TYPE", "EXT-DRIFT-EMPTY"]
    assert [each["code"] for each in world.call["drift"]] == codes


@pytest.mark.parametrize(
    ("mode", "sample", "answer", "names"),
    [
        ("flatten", {"data": {"a": 1}}, {"data": {"a": 1, "b": {"c": 2}}}, "/data/b/c"),
        ("keyed", {"data": {"13": {"sky": "blue"}}}, {"data": {"75": {"sky": "grey", "wind": 3}}}, "wind"),
        ("array", {"data": [{"a": {"b": 1}}]}, {"data": [{"a": {"b": 1}, "z": 1}]}, "z"),
    ],
)
def test_every_way_to_rows_is_watched(world: CallWorld, mode: str, sample: Any, answer: Any, names: str) -> None:
    columns = {"flatten": "/data/a", "keyed": "sky", "array": "/a/b"}
    with answering(lambda _asked: Said(answer)) as server:
        made = settings(f"{server.url}/x")
        made["response"] = {
            "mode": mode,
            "pointer": "/data",
            "columns": [{"id": "a", "key": columns[mode]}],
            "sample": sample,
        }
        world.run(made)
    (words,) = [words for _, code, words in world.notes if code == "EXT-DRIFT-ADDED"]
    assert words == f"The answer has properties that the sample does not have: {names}."
