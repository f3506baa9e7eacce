"""What is wrong is found before anything runs, at its place, and once."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import engine.activities
from engine import registry
from engine.api import check_flow
from engine.checks import CheckResult
from engine.document.files import from_json
from engine.document.model import Flow
from engine.runner.request import Place

PRACTICE = Path(__file__).parent / "runner" / "practice"


@pytest.fixture(autouse=True)
def practice(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the practice activities of the runner's tests in the place of the real ones."""
    monkeypatch.setattr(engine.activities, "__path__", [str(PRACTICE)])
    registry.rescan()
    yield
    monkeypatch.undo()
    sys.modules.pop("engine.activities.practice", None)
    registry.rescan()


def checked(place: Path, activities: Mapping[str, Any], **members: Any) -> CheckResult:
    """Return what the checks find in a flow of these activities."""
    return check_flow(flow_of(activities, **members), Place(place, place / "work"))


def flow_of(activities: Mapping[str, Any], **members: Any) -> Flow:
    """Return a flow of these entries."""
    return from_json({"format": "campaign-flow/1", "activities": activities, **members})


def entry(kind: str, *wires: str, **settings: Any) -> dict[str, Any]:
    """Return an entry of `kind` with wires into its inbound."""
    return {"kind": kind, "inputs": {"inbound": list(wires)} if wires else {}, "settings": settings}


def told(result: CheckResult) -> list[tuple[str, str, str]]:
    """Return (code, activity, field) of each finding."""
    return [(finding.code.id, finding.activity, finding.field) for finding in result.findings]


def test_a_whole_flow_has_no_findings_and_all_its_schemas(tmp_path: Path) -> None:
    result = checked(tmp_path, {"numbers": entry("numbers"), "keep": entry("keep", "numbers.result")})
    assert told(result) == []
    assert sorted(result.schemas) == ["keep.complement", "keep.result", "numbers.result"]
    assert result.to_json()["schemas"]["keep.result"]["key"] == "n"


@pytest.mark.parametrize(
    ("activities", "expected"),
    [
        ({"keep": entry("keep")}, ("FLOW-MISSING-INPUT", "keep", "inputs.inbound")),
        ({"keep": entry("keep", "gone.result")}, ("FLOW-DANGLING-WIRE", "keep", "inputs.inbound")),
        (
            {"numbers": entry("numbers"), "keep": entry("keep", "numbers.nothing")},
            ("FLOW-DANGLING-WIRE", "keep", "inputs.inbound"),
        ),
        (
            {"numbers": entry("numbers"), "any": entry("any-of", "numbers.result", "numbers.result")},
            ("FLOW-DOUBLE-WIRE", "any", "inputs.inbound"),
        ),
        (
            {"a": entry("numbers"), "b": entry("numbers"), "keep": entry("keep", "a.result", "b.result")},
            ("FLOW-TOO-MANY-INPUTS", "keep", "inputs.inbound"),
        ),
        (
            {
                "a": entry("numbers"),
                "keep": {**entry("keep", "a.result"), "inputs": {"inbound": ["a.result"], "x": ["a.result"]}},
            },
            ("FLOW-NO-SUCH-INPUT", "keep", "inputs.x"),
        ),
        ({"what": entry("made-up")}, ("FLOW-UNKNOWN-KIND", "what", "")),
        ({"numbers": entry("numbers", count="many")}, ("FLOW-BAD-SETTING", "numbers", "count")),
        ({"numbers": {**entry("numbers"), "version": 99}}, ("FLOW-NEWER-VERSION", "numbers", "")),
        (
            {"numbers": entry("numbers"), "keep": entry("keep", "numbers.result", least=-1)},
            ("DATA-PRACTICE", "keep", "least"),
        ),
    ],
)
def test_each_mistake_is_told_once_at_its_place(
    tmp_path: Path, activities: Mapping[str, Any], expected: tuple[str, str, str]
) -> None:
    result = checked(tmp_path, activities)
    assert told(result) == [expected]
    assert result.errors
    assert str(result.findings[0].text).endswith(".")


def test_a_circle_is_told_with_its_activities(tmp_path: Path) -> None:
    result = checked(tmp_path, {"a": entry("keep", "b.result"), "b": entry("keep", "a.result")})
    assert [code for code, _, _ in told(result)] == ["FLOW-CIRCLE"]


def test_a_wire_without_rows_is_refused_where_rows_are_needed(tmp_path: Path) -> None:
    activities = {
        "copies": entry("copies", "start.result"),
        "start": entry("nothing"),
        "keep": entry("keep", "copies.copy1"),
    }
    codes = {code for code, _, _ in told(checked(tmp_path, activities))}
    assert codes == {"FLOW-UNKNOWN-KIND"}  # nobody knows what an unknown kind carries


def test_nobody_is_blamed_for_what_lies_before(tmp_path: Path) -> None:
    activities = {
        "numbers": entry("numbers", count="many"),
        "keep": entry("keep", "numbers.result"),
        "last": entry("keep", "keep.complement"),
    }
    assert told(checked(tmp_path, activities)) == [("FLOW-BAD-SETTING", "numbers", "count")]


def test_mistakes_of_what_does_not_run_are_warnings(tmp_path: Path) -> None:
    off = {**entry("keep", "numbers.result", least=-1), "execution": {"mode": "disabled"}}
    result = checked(
        tmp_path, {"numbers": entry("numbers"), "off": off, "after": entry("keep", "off.result", least=-1)}
    )
    assert [str(finding.level) for finding in result.findings] == ["warning", "warning"]
    assert not result.errors


def test_rows_that_pass_through_keep_their_columns(tmp_path: Path) -> None:
    through = {**entry("keep", "numbers.result"), "execution": {"mode": "pass-through"}}
    result = checked(tmp_path, {"numbers": entry("numbers"), "keep": through})
    assert "keep.complement" not in result.schemas
    assert result.schemas["keep.result"] == result.schemas["numbers.result"]


def test_a_time_zone_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    result = checked(tmp_path, {}, options={"time_zone": "Europe/Atlantis"})
    assert told(result) == [("FLOW-NO-TIME-ZONE", "", "options.time_zone")]


def test_an_edit_of_an_ordinary_flow_is_checked_in_fifty_milliseconds(tmp_path: Path) -> None:
    activities: dict[str, Any] = {"a0": entry("numbers")}
    for number in range(1, 40):
        activities[f"a{number}"] = entry("keep", f"a{number - 1}.result", least=number)
    flow = flow_of(activities)
    check_flow(flow, Place(tmp_path, tmp_path))
    times = []
    for _ in range(5):
        began = time.perf_counter()
        check_flow(flow, Place(tmp_path, tmp_path))
        times.append(time.perf_counter() - began)
    assert min(times) < 0.05
