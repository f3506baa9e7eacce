"""The start of the program: what is loaded when, and what stops it with a sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

import main

ROOT = Path(__file__).resolve().parents[2]

LOOK = """
import json, os, sys, traceback
from PySide6.QtCore import QTimer
from designer import app
application = app.create()
frame = app.show(application, None)
sys.excepthook = lambda *error: (traceback.print_exception(*error), os._exit(1))
frame.painted.disconnect() if {only_paint} else None
loaded = {{}}
def tell():
    loaded["modules"] = sorted(name for name in sys.modules if "." not in name)
    loaded["project"] = sorted(name for name in sys.modules if name.startswith(("designer.", "engine.")))
    frame.close()
def wait():
    from designer.window import Window
    window = frame.findChild(Window)
    window.editor.properties, window.editor.preview, window.editor.results
    QTimer.singleShot(0, tell)
frame.painted.connect(tell if {only_paint} else lambda: QTimer.singleShot(50, wait))
application.exec()
sys.stdout.write(json.dumps(loaded))
"""

HEAVY = {
    "ibis",
    "duckdb",
    "pyarrow",
    "pandas",
    "numpy",
    "requests",
    "keyring",
    "cryptography",
    "minijinja",
    "jinja2",
    "sqlglot",
    "babel",
}


WORK = {
    "engine.activities.external_api.single",
    "engine.data_sources",
    "engine.expressions",
    "engine.http_client.client",
    "engine.personalization",
    "engine.tables.interim",
    "engine.tables.json_rows",
}
"""What activities do, which the engine's process does."""


def look(tmp_path: Path, *, only_paint: bool) -> Any:
    """Return what a program that has just started has loaded."""
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "QTWEBENGINE_DISABLE_SANDBOX": "1",
        "HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(  # our own interpreter and script
        [sys.executable, "-c", LOOK.format(only_paint=only_paint)],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_first_paint_waits_for_neither_canvas_nor_forms_nor_engine(tmp_path: Path) -> None:
    loaded = look(tmp_path, only_paint=True)
    assert not HEAVY & set(loaded["modules"])
    assert not {"NodeGraphQt", "qtawesome", "pydantic"} & set(loaded["modules"])
    assert not [name for name in loaded["project"] if name.startswith(("designer.panels", "designer.workspace"))]


def test_the_whole_window_never_loads_what_belongs_to_the_engine(tmp_path: Path) -> None:
    loaded = look(tmp_path, only_paint=False)
    assert {"designer.workspace", "engine.activities.external_api"} <= set(loaded["project"])
    assert not WORK & set(loaded["project"])
    assert not HEAVY & set(loaded["modules"])
    assert "PySide6.QtWebEngineCore" not in loaded["modules"]


def test_a_pyside_that_crashes_this_python_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", lambda name: "6.12.0")
    monkeypatch.setattr(sys, "version_info", sys.version_info)
    expected = sys.version_info < (3, 12)
    assert ("crashes on Python" in main.refusal()) is expected


def test_a_thousand_updates_leave_the_references_to_none_as_they_were(qapp: object) -> None:
    widget = QWidget()
    before = sys.getrefcount(None)
    for _ in range(1000):
        widget.update()
    assert abs(sys.getrefcount(None) - before) < 100
    widget.deleteLater()


def test_without_a_display_one_sentence_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert main.main([]) == 2
    assert "There is no display" in capsys.readouterr().err


def test_a_display_that_does_not_answer_is_told_before_qt_aborts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(main, "XCB_LIBRARIES", {})
    monkeypatch.setenv("DISPLAY", ":7654")
    assert "does not answer" in main.refusal()


def test_missing_window_libraries_are_named_with_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(main, "XCB_LIBRARIES", {"libnothing.so.9": "libnothing9"})
    monkeypatch.setenv("DISPLAY", ":0")
    assert "sudo apt-get install libnothing9" in main.refusal()


@pytest.mark.parametrize("arguments", [["a.flow", "b.flow"], ["--nonsense"]])
def test_wrong_arguments_end_with_the_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(arguments) == 2
    assert "Usage" in capsys.readouterr().err
