"""The engine as the window's process: quick to be ready, never silent, and gone when the window is."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.accounts.secret_store import variable_of

ROOT = Path(__file__).parents[2]
PRACTICE = Path(__file__).parent / "runner" / "practice"
PATIENCE_S = 30.0
SECRET = "hunter2-is-no-password"

WITH_PRACTICE = f"""
import engine.activities
engine.activities.__path__[:] = [{str(PRACTICE)!r}]
from engine.serve.protocol import serve
serve()
"""


class Engine:
    """An engine's process, and what it has said."""

    def __init__(self, *arguments: str) -> None:
        """Start it."""
        environment = {**os.environ, variable_of("voucher-key"): SECRET}
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=environment,
        )
        self.lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._last = 0

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)

    def next(self) -> dict[str, Any]:
        """Return the next thing it says."""
        answer: dict[str, Any] = json.loads(self.lines.get(timeout=PATIENCE_S))
        return answer

    def send(self, data: bytes) -> None:
        """Write a line to it."""
        assert self.process.stdin is not None
        self.process.stdin.write(data + b"\n")
        self.process.stdin.flush()

    def ask(self, verb: str, **params: Any) -> int:
        """Ask something and return the number of the question."""
        self._last += 1
        self.send(json.dumps({"id": self._last, "verb": verb, "params": params}).encode())
        return self._last

    def answer(self, id: int) -> dict[str, Any]:
        """Return the answer to a question; what else is said meanwhile is passed over."""
        while True:
            said = self.next()
            if said["id"] == id and "event" not in said:
                return said

    def until(self, id: int, event: str) -> dict[str, Any]:
        """Return the next event of this name that a question gives."""
        while True:
            said = self.next()
            if said["id"] == id and said["event"]["event"] == event:
                found: dict[str, Any] = said["event"]
                return found

    def end(self) -> None:
        """Make sure that it is gone."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Return an engine with the practice activities, ready."""
    made = Engine("-c", WITH_PRACTICE)
    assert made.next()["ready"] is True
    yield made
    made.end()


def flow_of(**activities: Any) -> dict[str, Any]:
    """Return a flow of these entries, as JSON."""
    return {"format": "campaign-flow/1", "activities": activities}


def entry(kind: str, *wires: str, **settings: Any) -> dict[str, Any]:
    """Return an entry of `kind` with wires into its inbound."""
    return {"kind": kind, "inputs": {"inbound": list(wires)} if wires else {}, "settings": settings}


def params(place: Path, **activities: Any) -> dict[str, Any]:
    """Return what every question about a flow has."""
    return {"flow": flow_of(**activities), "folder": str(place), "work": str(place / "work"), "recordings": []}


WAITING = {"numbers": entry("numbers"), "wait": entry("trouble", "numbers.result", how="wait")}


def test_it_is_ready_before_anything_heavy_is_loaded() -> None:
    began = time.perf_counter()
    engine = Engine("-m", "engine", "serve")
    try:
        assert engine.next() == {"ready": True, "version": "0.1.0"}
        assert time.perf_counter() - began < 2.0  # a tenth of it on an idle computer
    finally:
        engine.end()


def test_a_run_tells_its_events_and_then_its_end(engine: Engine, tmp_path: Path) -> None:
    id = engine.ask("run", **params(tmp_path, numbers=entry("numbers", count=4)))
    filled = engine.until(id, "TransitionFilled")
    assert filled["rows"] == 4
    assert engine.until(id, "RunFinished")["status"] == "done"
    assert engine.next() == {"id": id, "result": {"status": "done"}}


def test_pages_of_a_table_are_told_by_its_key(engine: Engine, tmp_path: Path) -> None:
    id = engine.ask("run", **params(tmp_path, numbers=entry("numbers", count=400)))
    key = engine.until(id, "TransitionFilled")["table"]
    engine.answer(id)
    asked = {"work": str(tmp_path / "work"), "table": key, "offset": 200, "limit": 2}
    page = engine.answer(engine.ask("page", **asked, sort=None, filter=None))["result"]
    assert (page["rows"], page["total"], page["offset"]) == ([[201, "a"], [202, "a"]], 400, 200)
    page = engine.answer(engine.ask("page", **asked, sort=["n", True], filter=None))["result"]
    assert page["rows"] == [[200, "a"], [199, "a"]]
    gone = engine.answer(engine.ask("page", **{**asked, "table": "gone"}))
    assert gone["error"]["code"] == "DATA-NO-TABLE"


def test_a_check_gives_findings_schemas_and_resources(engine: Engine, tmp_path: Path) -> None:
    answer = engine.answer(engine.ask("check", **params(tmp_path, keep=entry("keep"), numbers=entry("numbers"))))
    assert [finding["code"] for finding in answer["result"]["findings"]] == ["FLOW-MISSING-INPUT"]
    assert list(answer["result"]["schemas"]) == ["numbers.result"]
    assert answer["result"]["resources"] == {}


def test_checks_are_answered_while_a_run_goes_on_and_the_run_can_be_stopped(engine: Engine, tmp_path: Path) -> None:
    running = engine.ask("run", **params(tmp_path, **WAITING))
    engine.until(running, "Progress")
    check = engine.ask("check", **params(tmp_path))
    assert engine.answer(check)["result"]["findings"] == []
    engine.send(json.dumps({"id": None, "verb": "cancel", "params": {"request": running}}).encode())
    assert engine.until(running, "RunFinished")["status"] == "cancelled"
    assert engine.next() == {"id": running, "result": {"status": "cancelled"}}


def test_an_engine_that_is_killed_in_mid_run_leaves_nothing_half_done(engine: Engine, tmp_path: Path) -> None:
    running = engine.ask("run", **params(tmp_path, **WAITING))
    engine.until(running, "Progress")
    engine.end()
    second = Engine("-c", WITH_PRACTICE)
    try:
        second.next()
        id = second.ask("run", to="numbers", **params(tmp_path, **WAITING))
        assert second.until(id, "ActivityFinished")["status"] == "reused"
    finally:
        second.end()


def test_it_ends_without_a_word_when_the_window_is_gone(engine: Engine, tmp_path: Path) -> None:
    running = engine.ask("run", **params(tmp_path, **WAITING))
    engine.until(running, "Progress")
    assert engine.process.stdin is not None
    engine.process.stdin.close()
    assert engine.process.wait(5) == 0


@pytest.mark.parametrize("line", [b"nonsense", b"{}", b"[1]", b'{"id": 1, "verb": "fly"}', b"\xff\xfe"])
def test_nonsense_is_refused_and_the_engine_goes_on(engine: Engine, line: bytes) -> None:
    engine.send(line)
    assert engine.next()["error"]["code"] == "APP-BAD-QUESTION"
    assert len(engine.answer(engine.ask("functions"))["result"]) > 40


def test_a_mistake_of_the_engine_is_one_sentence(engine: Engine) -> None:
    error = engine.answer(engine.ask("check"))["error"]
    assert error["code"] == "APP-ENGINE-MISTAKE"
    assert "KeyError in verbs" in error["message"]


def test_an_unusable_flow_is_refused_with_its_place(engine: Engine, tmp_path: Path) -> None:
    broken = {**params(tmp_path), "flow": {"format": "campaign-flow/1", "activities": []}}
    assert engine.answer(engine.ask("run", **broken))["error"]["code"] == "FLOW-BAD-MEMBER"


def test_what_an_activity_prints_never_reaches_the_protocol(tmp_path: Path) -> None:
    noisy = WITH_PRACTICE.replace("serve()\n", "import engine.checks\n") + (
        "old = engine.checks.check\n"
        "def check(*arguments):\n"
        "    import os\n"
        "    print('printed')\n"
        "    os.write(1, b'written')\n"
        "    return old(*arguments)\n"
        "engine.checks.check = check\n"
        "serve()\n"
    )
    engine = Engine("-c", noisy)
    try:
        assert engine.next()["ready"] is True
        assert "result" in engine.answer(engine.ask("check", **params(tmp_path)))
    finally:
        engine.end()


@pytest.mark.parametrize("after_s", [0, 0.4, 1.5])
def test_an_engine_that_ends_at_any_moment_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after_s: float
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    engine = Engine("-m", "engine", "serve")
    assert engine.next()["ready"] is True
    time.sleep(after_s)
    engine.process.kill()
    engine.end()
    assert list(tmp_path.iterdir()) == []


def test_a_request_is_shown_with_its_secrets_masked(engine: Engine, tmp_path: Path) -> None:
    asked = params(tmp_path, numbers=entry("numbers"), call=entry("practice-call", "numbers.result"))
    shown = engine.answer(engine.ask("request_preview", **asked, activity="call"))["result"]
    assert shown["headers"] == [{"name": "Authorization", "value": "********"}]
    assert shown["bytes"] == []  # nothing has arrived yet
    engine.answer(engine.ask("run", **asked))
    assert engine.answer(engine.ask("request_preview", **asked, activity="call"))["result"]["bytes"] == [3]
    refused = engine.answer(engine.ask("request_preview", **asked, activity="numbers"))
    assert refused["error"]["code"] == "FLOW-NOT-THAT-KIND"


def test_where_a_secret_is_kept_is_told_but_not_the_secret(engine: Engine) -> None:
    answer = engine.answer(engine.ask("secret_known", names=["voucher-key", "unknown-to-all"]))
    assert answer["result"] == {"voucher-key": "environment", "unknown-to-all": ""}


def test_the_connection_of_an_account_is_tested(engine: Engine) -> None:
    credentials = [{"name": "client_id", "value": "demo-client"}]
    account = {"type": "oauth2", "token_url": "https://nobody.invalid/token", "credentials": credentials}
    flow = {"format": "campaign-flow/1", "accounts": {"crm": account}}
    assert engine.answer(engine.ask("test_account", flow=flow, name="crm"))["error"]["acs"] == "CRL-290199"


def test_columns_are_proposed_for_the_text_of_an_answer(engine: Engine) -> None:
    sample = {"text": '{"codes": [{"code": "A", "price": 1.10}]}'}
    result = engine.answer(engine.ask("columns", sample=sample, flatten=False, pointer=None))["result"]
    assert result["pointer"] == "/codes"
    assert [(column["id"], column["type"]) for column in result["columns"]] == [("code", "text"), ("price", "float")]
    broken = engine.answer(engine.ask("columns", sample={"text": "{"}, flatten=False, pointer=None))
    assert broken["error"]["code"].startswith("EXT-")


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "work").write_text("a file where a folder should be")
    asked = params(tmp_path, numbers=entry("numbers"), call=entry("practice-call", "numbers.result"))
    for verb in ("run", "request_preview", "page"):
        answer = engine.answer(engine.ask(verb, **asked, activity="call", table="x"))
        assert answer["error"]["code"] == "FILE-NO-RESULTS"
