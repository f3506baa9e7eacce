"""Modules that are put off are loaded when they are used, or all at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from engine.later import later, load_all
(ranking,) = later("engine.tables", "ranking")
assert "engine.tables.ranking" not in sys.modules
if sys.argv[1] == "use":
    assert ranking.Order.__module__ == "engine.tables.ranking"
else:
    load_all()
assert "engine.tables.ranking" in sys.modules
"""


def run(how: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, how], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_module_is_loaded_when_something_of_it_is_used() -> None:
    run("use")


def test_everything_is_loaded_where_it_will_be_needed() -> None:
    run("all")
