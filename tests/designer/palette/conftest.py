"""Activities that exist for these tests only, so that the palette is full whatever the program offers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import engine.activities
from engine import registry

ACTIVITY = """
class {name}(Activity):
    kind = "{kind}"
    title = Text("{title}")
    category = "{category}"
    help = Text("{help}")
    search_words = {words}
    Settings = ActivitySettings

    def summary(self, settings):
        return Text("")

    def inbound(self, settings):
        return {inbound}

    def transitions(self, settings):
        return {transitions}

    def schemas(self, settings, inbound, design):
        return {{}}

    def run(self, settings, inbound, services):
        raise NotImplementedError
"""
HEAD = '''
"""Made for a test."""
from engine.activity import Activity, ActivitySettings, Inbound, Transition
from engine.text import Text
'''
ROWS = 'Inbound("inbound", Text("Inbound")),'
PROBES = [
    ("Source", "probe-source", "Zebra source", "data", "Gives rows.", ("stripes",), "()", "one"),
    ("Split", "probe-split", "Zebra split", "targeting", "Parts a herd.", (), f"({ROWS})", "two"),
    ("Sink", "probe-sink", "Okapi", "channels", "Takes rows, as a zebra would.", (), f"({ROWS})", "none"),
]
WAYS = {
    "none": "()",
    "one": '(Transition("result", Text("Result")),)',
    "two": '(Transition("result", Text("Result")), Transition("complement", Text("Rest")))',
}


@pytest.fixture(autouse=True)
def probes(tmp_path: Path) -> Iterator[None]:
    """Put three activities in place: a source, one with two ways out, and one where it ends."""
    folder = tmp_path / "more_activities"
    folder.mkdir()
    text = HEAD
    for name, kind, title, category, help, words, inbound, ways in PROBES:
        members = {"name": name, "kind": kind, "title": title, "category": category, "help": help, "words": words}
        text += ACTIVITY.format(**members, inbound=inbound, transitions=WAYS[ways])
    (folder / "probes_of_palette.py").write_text(text, encoding="utf-8")
    engine.activities.__path__.append(str(folder))
    registry.rescan()
    yield
    engine.activities.__path__.remove(str(folder))
    sys.modules.pop("engine.activities.probes_of_palette", None)
    registry.rescan()
