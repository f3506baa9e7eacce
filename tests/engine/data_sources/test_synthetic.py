"""Made-up people: the same for the same seed, of any number, some of their fields empty."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from engine import data_sources
from engine.errors import SettingsError
from engine.tables.interim import TableStore


def people(folder: Path, **settings: Any) -> list[dict[str, Any]]:
    """Return made-up people in the order of their ids."""
    ref = {"source": "synthetic", "key": "id", **settings}
    with TableStore(folder) as store:
        table = data_sources.open_resource(ref, "people", folder, store)
        assert table.schema == data_sources.resource_schema(ref, "people", folder)
        return store.rows(table.expr.order_by("id"))


def test_the_same_seed_makes_the_same_people_everywhere(tmp_path: Path) -> None:
    text = json.dumps(people(tmp_path, rows=500, seed=7, missing=0.1), default=str)
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "c5e4744e347fa77f"


def test_other_seeds_make_other_people(tmp_path: Path) -> None:
    assert people(tmp_path, rows=20, seed=1) != people(tmp_path, rows=20, seed=2)


def test_more_people_are_the_same_and_then_others(tmp_path: Path) -> None:
    assert people(tmp_path, rows=100, seed=1)[:20] == people(tmp_path, rows=20, seed=1)


def test_people_are_plausible_and_some_are_odd(tmp_path: Path) -> None:
    found = people(tmp_path, rows=5000, seed=1)

    assert [row["id"] for row in found] == list(range(1, 5001))
    assert len({row["email"] for row in found}) == 5000
    assert all(row["email"].endswith("@example.org") and row["email"].isascii() for row in found)
    assert all(row["zipCode"].startswith(row["region"][0]) and len(row["zipCode"]) == 5 for row in found)
    assert {"01", "13", "2A", "59", "75"} <= {row["region"] for row in found}
    assert {row["team"] for row in found} == {"LIO", "LIL", "MAR"}
    assert 1900 < min(row["birthDate"].year for row in found) < max(row["birthDate"].year for row in found) < 2026
    names = {row["firstName"] for row in found}
    assert {"שלום", "Zoë 🎉", "李"} <= names
    assert max(map(len, names)) > 80
    assert not any(None in row.values() for row in found)


def test_the_empty_share_is_kept_but_for_the_key(tmp_path: Path) -> None:
    found = people(tmp_path, rows=5000, seed=1, missing=0.2)
    for column in found[0]:
        share = sum(row[column] is None for row in found) / 5000
        assert share == 0 if column == "id" else 0.17 < share < 0.23


def test_nobody_is_a_table_too(tmp_path: Path) -> None:
    assert people(tmp_path, rows=0) == []


@pytest.mark.parametrize(
    "settings", [{"rows": -1}, {"rows": "ten"}, {"rows": 10**9}, {"missing": 1.5}, {"seed": 1.5}, {"rows": True}]
)
def test_numbers_that_make_no_sense_are_refused(tmp_path: Path, settings: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        data_sources.resource_schema({"source": "synthetic", "key": "id", **settings}, "people", tmp_path)
