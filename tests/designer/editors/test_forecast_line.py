"""What a live run would call is told in the panel of a call, before anything is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from designer.editors.forecast_line import ForecastLine, forecast_words
from designer.forms.binding import bind_settings
from designer.forms.editor_registry import tabs_of
from designer.forms.specs import specs_of
from designer.session import Session
from engine import registry
from engine.document import edits, files
from engine.text import Text

WAIT_MS = 20_000


def flow_json(**request: Any) -> dict[str, Any]:
    """Return a flow of three people and a call."""
    return {
        "format": "campaign-flow/1",
        "resources": {"people": {"source": "csv", "path": "people.csv", "key": "id"}},
        "activities": {
            "people": {"kind": "query", "settings": {"resource": "people"}},
            "call": {
                "kind": "external-api",
                "inputs": {"inbound": ["people.result"]},
                "settings": {"request": request, "limits": {"rate": 30}},
            },
        },
    }


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Return the file of a flow that people stand beside."""
    (tmp_path / "people.csv").write_text("id,region\n1,13\n2,59\n3,13\n", encoding="utf-8")
    return tmp_path / "test.flow"


def test_calls_for_keys_are_counted_once_the_rows_are_known(session: Session, qtbot: QtBot, people: Path) -> None:
    request = {"url": "https://api.example.com/{region}", "calls": "per-key", "keys": [{"field": "target.region"}]}
    people.write_bytes(files.dumps(files.from_json(flow_json(**request))))
    session.open(people)
    line = ForecastLine(bind_settings(session, "call"))
    qtbot.addWidget(line)
    line.show()
    qtbot.waitUntil(lambda: "0 to 200 calls to api.example.com" in line.words, timeout=WAIT_MS)
    session.runs.run_to("people")
    qtbot.waitUntil(lambda: "2 calls to api.example.com" in line.words, timeout=WAIT_MS)
    assert "about 2 s" in line.words
    assert not line.problems
    session.edit(Text("x"), edits.set_setting(session.flow, "call", "request.most_keys", 1))
    qtbot.waitUntil(lambda: "2 keys arrive" in line.problems, timeout=WAIT_MS)


def test_settings_of_keys_are_shown_where_they_mean_something(session: Session, qtbot: QtBot) -> None:
    session.edit(Text("Begin"), files.from_json(flow_json(url="https://api.example.com/")))
    binding, found = bind_settings(session, "call"), registry.activity("external-api")
    assert found is not None
    page = tabs_of("external-api", binding, specs_of(found.Settings))[0].make()
    qtbot.addWidget(page)
    page.show()

    def shown() -> set[str]:
        names = (each.accessibleName() for each in page.findChildren(QLineEdit) if each.isVisible())
        return {name for name in names if name in ("Most keys", "Calls at the same time", "Most pages")}

    assert shown() == set()
    session.edit(Text("x"), edits.set_setting(session.flow, "call", "request.calls", "per-key"))
    assert shown() == {"Most keys", "Calls at the same time"}
    session.edit(Text("x"), edits.set_setting(session.flow, "call", "paging.by", "link"))
    assert "Most pages" in shown()


def test_words_say_what_is_known() -> None:
    forecast = {"hosts": {"a.example": {}}, "calls": {"least": 1, "most": 1}, "units": 4, "seconds": 300.0}
    assert forecast_words(forecast) == "A live run: 1 call to a.example · spends 4 · about 5 min"
    told = {**forecast, "tokens": [{"account": "Shop", "host": "login.example"}], "units": 0, "seconds": None}
    assert forecast_words(told) == "A live run: 1 call to a.example · before it 1 access token from login.example"
    assert forecast_words({"hosts": {"": {}}, "calls": {"least": 1, "most": 1}}) == ""
