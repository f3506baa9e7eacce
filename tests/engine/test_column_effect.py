"""The lines at hand under their column rules: of a recorded answer, of a sample, of a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine import api
from engine.document import edits
from engine.document.model import Flow
from engine.errors import CampaignFlowError, DataError
from engine.http_client import recordings
from engine.http_client.models import HttpAnswer
from engine.runner.questions import MOST_LINES
from engine.runner.request import Place

COLUMNS = [{"id": "code", "key": "code"}, {"id": "n", "key": "n", "type": "integer", "on_error": "reject"}]


def place(tmp_path: Path) -> Place:
    """Return a place for the work."""
    (tmp_path / "work").mkdir(exist_ok=True)
    return Place(tmp_path, tmp_path / "work")


def asked(tmp_path: Path, kind: str, settings: Mapping[str, Any], column: int = 1) -> Mapping[str, Any]:
    """Return what is told of a column of an activity."""
    flow, activity = edits.add_activity(Flow(), kind, position=(0, 0), settings=settings)
    field = "columns" if kind == "load-file" else "response.columns"
    return api.column_effect(flow, activity, field, column, place(tmp_path))


def call(rows: Any, **settings: Any) -> dict[str, Any]:
    """Return the settings of a call whose sample has `rows`."""
    return {"response": {"sample": {"codes": rows}, "pointer": "/codes", "columns": COLUMNS}, **settings}


def keep(tmp_path: Path, *answers: Any) -> None:
    """Record answers of the activity."""
    kept = [
        recordings.Recording(
            "2026-03-07T20:00:00", {"url": "https://a.example/"}, HttpAnswer(200, body=json.dumps(each).encode())
        )
        for each in answers
    ]
    recordings.keep_all(place(tmp_path).work, "external-api", kept)


def test_a_sample_is_enough(tmp_path: Path) -> None:
    found = asked(tmp_path, "external-api", call([{"code": "A", "n": 1}, {"code": "B", "n": "x"}]))
    assert (found["source"], found["looked_at"], found["total"]) == ("sample", 2, 2)
    assert found["examples"] == ["A", "1"]
    assert found["counts"] == {"kept": 1, "rejected": 1}


def test_the_last_answer_comes_before_the_sample_and_all_its_calls_count(tmp_path: Path) -> None:
    keep(tmp_path, {"codes": [{"code": "R", "n": 5}]}, {"codes": [{"code": "S", "n": 6}]})
    found = asked(tmp_path, "external-api", call([{"code": "A", "n": 1}]))
    assert (found["source"], found["moment"]) == ("recording", "2026-03-07T20:00:00")
    assert [value for _, _, value, *_ in found["lines"]] == [5, 6]


def test_a_new_answer_is_seen_at_once(tmp_path: Path) -> None:
    for number in (5, 123456):
        keep(tmp_path, {"codes": [{"code": "R", "n": number}]})
        assert asked(tmp_path, "external-api", call([]))["lines"][0][2] == number


def test_the_sample_comes_first_where_a_dry_run_uses_it(tmp_path: Path) -> None:
    keep(tmp_path, {"codes": [{"code": "R", "n": 5}]})
    assert asked(tmp_path, "external-api", call([{"code": "A", "n": 1}], dry_run="sample"))["source"] == "sample"


def test_of_many_rows_the_first_are_looked_at(tmp_path: Path) -> None:
    rows = [{"code": "A", "n": number} for number in range(MOST_LINES + 10)]
    found = asked(tmp_path, "external-api", call(rows))
    assert (found["looked_at"], found["total"], len(found["lines"])) == (MOST_LINES, MOST_LINES + 10, MOST_LINES)


def test_without_an_answer_there_is_nothing_to_tell(tmp_path: Path) -> None:
    found = asked(tmp_path, "external-api", {"response": {"columns": COLUMNS}})
    assert found == {"source": "", "looked_at": 0, "total": 0}


def test_columns_with_one_name_are_told_apart(tmp_path: Path) -> None:
    both = [{"id": "n", "key": "code"}, {"id": "n", "key": "n", "type": "integer"}]
    settings = {"response": {"sample": [{"code": "A", "n": 1}], "pointer": "/", "columns": both}}
    assert asked(tmp_path, "external-api", settings)["examples"] == ["A", "1"]


def test_an_answer_of_another_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        asked(tmp_path, "external-api", {"response": {"sample": {"a": 1}, "pointer": "/codes", "columns": COLUMNS}})


@pytest.mark.parametrize("size", [3, MOST_LINES + 10])
def test_the_first_lines_of_a_file_are_looked_at(tmp_path: Path, size: int) -> None:
    (tmp_path / "codes.csv").write_text("code;n\n" + "".join(f"c{number};{number}\n" for number in range(size)))
    columns = [*reversed(COLUMNS), {"id": "none", "key": "none"}]
    found = asked(tmp_path, "load-file", {"path": "codes.csv", "columns": columns}, column=0)
    assert found["source"] == "file"
    assert (found["looked_at"], found["total"]) == ((size, size) if size <= MOST_LINES else (MOST_LINES, None))
    assert found["examples"] == ["0", "c0", None]
    assert len(found["lines"]) == min(size, MOST_LINES)


def test_a_further_table_is_asked_for_by_its_setting(tmp_path: Path) -> None:
    columns = [{"id": "size", "key": "size", "type": "integer", "on_error": "reject"}]
    more = [{"id": "lines", "pointer": "/orders/*/lines", "columns": columns}]
    sample = {"orders": [{"lines": [{"size": 1}, {"size": "L"}]}, {"lines": [{"size": 3}]}]}
    settings = {"response": {"sample": sample, "more": more}}
    flow, activity = edits.add_activity(Flow(), "external-api", position=(0, 0), settings=settings)
    found = api.column_effect(flow, activity, "response.more.0.columns", 0, place(tmp_path))
    assert [(line, fate) for line, _, _, fate, _ in found["lines"]] == [(1, "kept"), (2, "rejected"), (3, "kept")]


def test_other_activities_have_no_columns(tmp_path: Path) -> None:
    with pytest.raises(CampaignFlowError):
        asked(tmp_path, "end", {})
