"""The pages that the code writes are up to date, and say what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import reference, registry

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", sorted(reference.pages()))
def test_the_page_is_what_the_code_would_write_today(name: str) -> None:
    current = (DOCS / name).read_text(encoding="utf-8")
    assert current == reference.pages()[name], "run: python -m engine docs"


def test_every_activity_is_described_with_its_settings_and_ways() -> None:
    page = reference.pages()["activities.md"]
    for activity in registry.kinds():
        chapter = page.split(f"\n## {activity.title}\n")[1].split("\n## ")[0]
        assert str(activity.help) in chapter
        for name in activity.Settings.model_fields:
            assert f"| `{name}` |" in chapter


def test_no_error_code_is_declared_in_two_places() -> None:
    declared = [each.code.id for each in reference.codes(reference.ROOT)]
    assert len(declared) == len(set(declared)), sorted(id for id in declared if declared.count(id) > 1)


def test_every_error_code_has_a_family_and_a_sentence() -> None:
    for each in reference.codes(reference.ROOT):
        assert each.code.id.split("-")[0] in {"APP", "DATA", "EXP", "EXT", "FILE", "FLOW", "SEC", "TPL"}, each
        assert each.code.meaning.endswith("."), each


def test_codes_are_found_in_sources_that_are_never_run(tmp_path: Path) -> None:
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "x.py").write_text(
        'raise SystemExit\nLATE = Code("EXT-LATE", "It was " "late.", acs="WKF-560246")\nOTHER = Code(id, text)\n',
        encoding="utf-8",
    )
    (found,) = reference.codes(tmp_path)
    assert (found.code.id, found.code.meaning, found.code.acs) == ("EXT-LATE", "It was late.", "WKF-560246")
    assert found.file == "engine/x.py"


def test_only_pages_that_changed_are_written(tmp_path: Path) -> None:
    assert {file.name for file in reference.write(tmp_path)} == set(reference.pages())
    assert reference.write(tmp_path) == []
    (tmp_path / "errors.md").write_text("old", encoding="utf-8")
    assert [file.name for file in reference.write(tmp_path)] == ["errors.md"]
