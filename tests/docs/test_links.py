"""Links between the pages lead somewhere, and the pages speak of files that exist."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

import engine.activities
from engine import registry
from engine.document.files import dumps, loads
from engine.document.model import ActivityEntry

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\(([^)#][^)]*?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    for link in links:
        assert link.startswith("https://") or (page.parent / link).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_anchor_is_a_heading_of_the_page(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.*)", text, re.M)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]*)\)", text)) <= anchors


def test_the_flow_of_the_file_format_page_is_a_canonical_file() -> None:
    page = (ROOT / "docs" / "file-format.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```json\n(.*?)```", page, re.S)
    assert dumps(loads(block.encode())) == block.encode()


def test_every_decision_is_at_most_thirty_lines() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [page.name[:3] for page in decisions] == [f"{number:03}" for number in range(1, len(decisions) + 1)]
    for page in decisions:
        assert len(page.read_text(encoding="utf-8").splitlines()) <= 30, page.name


def test_the_json_of_the_command_line_page_is_json() -> None:
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```json\n(.*?)```", page, re.S)
    assert list(json.loads(block)) == ["source", "request", "response", "tables", "notes", "error"]


def test_the_activity_of_the_guide_is_found_and_described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "add-an-activity.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", page, re.S)
    (tmp_path / "first_rows.py").write_text(block, encoding="utf-8")
    monkeypatch.setattr(engine.activities, "__path__", [*engine.activities.__path__, str(tmp_path)])
    registry.rescan()
    entry = ActivityEntry(kind="first-rows", settings={"count": 3})
    try:
        assert str(registry.summary(entry)) == "The first 3 rows"
        assert [way.name for way in registry.transitions(entry)] == ["result"]
    finally:
        monkeypatch.undo()
        sys.modules.pop("engine.activities.first_rows", None)
        registry.rescan()
