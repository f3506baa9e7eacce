"""The JSON Schema beside the program is the one that the code would print, and the examples keep it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from engine import json_schema

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "resources" / "flow.schema.json"
EXAMPLES = sorted((ROOT / "resources" / "examples").glob("*.flow"))


def test_the_file_is_what_the_code_would_print_today() -> None:
    kept = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert kept == json.loads(json.dumps(json_schema.flow_schema())), "run: python -m engine schema"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_keeps_the_schema(path: Path) -> None:
    jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), json_schema.flow_schema())


def test_a_wrong_setting_breaks_the_schema() -> None:
    flow = json.loads(EXAMPLES[0].read_text(encoding="utf-8"))
    flow["activities"]["email"]["settings"]["outbound"] = "somewhere"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(flow, json_schema.flow_schema())
