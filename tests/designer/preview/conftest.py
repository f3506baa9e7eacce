"""A message activity and an engine that exist for these tests: it writes to ten people what the settings say."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import engine.activities
from designer.engine_client import EngineClient
from designer.preview import MessagePreview
from designer.session import Session
from engine import registry
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text

ACTIVITY = '''
"""Made for a test."""
from engine.activity import ActivitySettings, Inbound, MessageActivity, setting
from engine.text import Text


class Letter(MessageActivity):
    kind = "probe-letter"
    title = Text("Letter")
    category = "channels"
    help = Text("A test's own way to write.")

    class Settings(ActivitySettings):
        words: str = setting("", label="Words")

    def summary(self, settings):
        return Text("a letter")

    def inbound(self, settings):
        return (Inbound("inbound", Text("Inbound")),)

    def transitions(self, settings):
        return ()

    def schemas(self, settings, inbound, design):
        return {}

    def run(self, settings, inbound, services):
        raise NotImplementedError

    def fields(self, settings, schema, row, services):
        return ()

    def paths(self, settings, schema):
        return frozenset()

    def renderer(self, settings, schema, services):
        raise NotImplementedError
'''

SCRIPT = """
import json, os, sys
PEOPLE = ["Zoé Martin", "Ali Haddad", "Bo Li", "Çelik Aydın", "Dana Roth", "Eve Moss", "Fay", "Gil", "Hal", "Ida Ng"]
def say(**answer):
    sys.stdout.write(json.dumps(answer) + "\\n")
    sys.stdout.flush()
def text(message, **values):
    return {"message": message, "many": "", "values": values}
def preview(asked):
    settings = asked["flow"]["activities"][asked["activity"]].get("settings", {})
    people = settings.get("people", PEOPLE)
    wanted = asked["recipient"]
    nobody = {"recipient": None, "reason": text("No recipient arrived: the query found nobody.")}
    if "key" in wanted:
        index = next((n for n, name in enumerate(people) if "k%d" % PEOPLE.index(name) == wanted["key"]), None)
    elif "find" in wanted:
        words = wanted["find"].lower()
        index = next((n for n in range(wanted["from"], len(people)) if words in people[n].lower()), None)
    else:
        index = wanted["index"] if wanted["index"] < len(people) else None
    if index is None:
        return nobody
    name = people[index]
    words = settings.get("words", "plain")
    html = settings.get("html", "<p id=words>" + words + " " + name + "</p>")
    return {
        "recipient": {"index": index, "count": len(people), "key": "k%d" % PEOPLE.index(name), "name": name},
        "reason": None, "subject": words + " for " + name, "html": html, "text": words + " " + name + " in plain",
        "sender_name": "Team", "sender_address": "team@example.com", "trace": [],
        "missing": settings.get("missing", []), "findings": settings.get("findings", []),
    }
say(ready=True, version="1")
for line in sys.stdin:
    request = json.loads(line)
    if request["verb"] == "preview":
        if request["params"]["flow"]["activities"][request["params"]["activity"]]["settings"].get("words") == "die":
            os._exit(3)
        say(id=request["id"], result=preview(request["params"]))
    elif request["verb"] == "check":
        say(id=request["id"], result={"findings": [], "schemas": {}, "resources": {}})
"""


@pytest.fixture(autouse=True)
def letter(tmp_path: Path) -> Iterator[None]:
    """Put an activity that writes to people in place."""
    folder = tmp_path / "more_activities"
    folder.mkdir()
    (folder / "probe_of_preview.py").write_text(ACTIVITY, encoding="utf-8")
    engine.activities.__path__.append(str(folder))
    registry.rescan()
    yield
    engine.activities.__path__.remove(str(folder))
    sys.modules.pop("engine.activities.probe_of_preview", None)
    registry.rescan()


@pytest.fixture
def session(qapp: object, tmp_path: Path) -> Iterator[Session]:
    """Return a session with one letter, whose engine answers at once."""
    script = tmp_path / "engine.py"
    script.write_text(SCRIPT, encoding="utf-8")
    made = Session(tmp_path / "state", EngineClient([sys.executable, str(script)]))
    flow, _ = edits.add_activity(Flow(), "probe-letter", position=(0, 0), label="Hello")
    made.history.restart(flow, is_saved=True)
    yield made
    made.close()


@pytest.fixture
def preview(session: Session, qtbot: QtBot) -> MessagePreview:
    """Return the panel on the screen, with the message of the first recipient."""
    made = MessagePreview(session)
    qtbot.addWidget(made)
    made.resize(392, 340)
    made.show()
    qtbot.waitUntil(lambda: made.subject.endswith("Zoé Martin"), timeout=5000)
    return made


def set_letter(session: Session, **settings: object) -> None:
    """Change settings of the letter, as the form does."""
    flow = session.flow
    for name, value in settings.items():
        flow = edits.set_setting(flow, "probe-letter", name, value)
    session.edit(Text("Write"), flow)
