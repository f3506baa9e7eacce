"""The four examples give exactly what they promise, live against the demo API and offline from their recordings."""

from __future__ import annotations

import json
import os
import shutil
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "resources" / "examples"

MESSAGES: dict[str, dict[str, str]] = {
    "sports-schedule": {
        "email/1": "Hi Ann, next: Nice (home, 2026-03-07); Lens (away, 2026-03-14)",
        "email/2": "Hi Bob, next: Toulouse (home, 2026-03-08)",
        "email/3": "Hi Dee, choose your team to get its schedule every week.",
    },
    "latest-offers": {
        "email/1": "Hi Ann, for you: -20% tents",
        "email/2": "Hi Bob, for you: New phone",
        "email/3": "Hi Cid, for you: -20% tents",
        "email/4": "Hi Dee, for you: Spring sale",
    },
    "voucher-codes": {
        "email/1": "Hi Ann, your code: V-7F3",
        "email/2": "Hi Bob, your code: V-CC8",
        "email/3": "Hi Cid, your code: V-19D",
        "email/4": "Hi Dee, your code: V-672",
    },
    "weather-by-region": {
        "sun/1": "[SUN] Bob, sunglasses on (19 C)",
        "unsettled/2": "Cid, ready for anything (11 C)",
        "rain/3": "[RAIN] Ann, take a coat (9 C)",
        "rain/4": "[RAIN] Dee, take a coat (9 C)",
        "sun/5": "[SUN] Zoé, sunglasses on (19 C)",
    },
}
BODIES = {
    "voucher-codes": {"params": {"count": 4, "campaign": "SPRING26", "state": "CA"}},
    "weather-by-region": {"params": {"count": 3}, "data": [{"region": "13"}, {"region": "59"}, {"region": "75"}]},
}


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo API in a process of its own."""

    url: str
    port: int
    ca: str

    @property
    def burned(self) -> int:
        """Return how many voucher codes it has handed out."""
        context = ssl.create_default_context(cafile=self.ca)
        with urllib.request.urlopen(f"{self.url}/v1/codes/burned", context=context) as answer:
            found: int = json.load(answer)["burned"]
            return found


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return an environment whose folders belong to the test."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "CAMPAIGN_FLOW"))}
    return {**kept, "HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "PYTHONPATH": str(ROOT), **more}


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """Start the demo API for one test, no code burned."""
    command = [sys.executable, "-m", "engine", "demo"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment(tmp_path), cwd=ROOT) as process:
        assert process.stdout is not None
        place = json.loads(process.stdout.readline())
        yield Demo(place["url"], place["port"], place["ca"])
        process.terminate()


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """Return a folder with copies of the examples, so that results do not stand beside the real ones."""
    folder = tmp_path / "examples"
    shutil.copytree(EXAMPLES, folder, ignore=shutil.ignore_patterns("tables", "latest.json"))
    return folder


def ran(flow: Path, home: Path, *options: str, **more: str) -> tuple[int, dict[str, Any], Path, str]:
    """Run a flow from the command line; return its exit code, what it printed, where it wrote, and its complaints."""
    out = home / f"out-{len(list(home.glob('out-*')))}"
    command = [sys.executable, "-m", "engine", "run", str(flow), "--out", str(out), *options]
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment(home, **more), cwd=ROOT, check=False, timeout=120
    )
    return done.returncode, json.loads(done.stdout), out, done.stderr


def first_lines(out: Path) -> dict[str, str]:
    """Return the first line of every text message that was written."""
    files = sorted((out / "messages").rglob("*.txt"))
    return {
        file.relative_to(out / "messages").with_suffix("").as_posix(): file.read_text("utf-8").splitlines()[0]
        for file in files
    }


@pytest.mark.parametrize("name", MESSAGES)
def test_an_example_says_offline_what_it_promises(name: str, examples: Path, tmp_path: Path) -> None:
    code, told, out, complaints = ran(examples / f"{name}.flow", tmp_path, "--replay")
    assert code == 0, complaints
    assert first_lines(out) == MESSAGES[name]
    assert told["calls"]["live"] == 0
    assert told["calls"]["sample"] == 0


@pytest.mark.parametrize("name", MESSAGES)
def test_an_example_says_the_same_live(name: str, examples: Path, tmp_path: Path, demo: Demo) -> None:
    shutil.rmtree(examples / f"{name}.flow.d")
    port = {"CAMPAIGN_FLOW_DEMO_PORT": str(demo.port)}
    code, told, out, complaints = ran(examples / f"{name}.flow", tmp_path, "--live", "all", **port)
    assert code == 0, complaints
    assert first_lines(out) == MESSAGES[name]
    assert told["calls"]["live"] > 0
    assert told["calls"]["recording"] == 0


@pytest.mark.parametrize("name", BODIES)
def test_the_body_is_the_one_that_adobe_campaign_would_send(name: str) -> None:
    (recording,) = (EXAMPLES / f"{name}.flow.d" / "recordings").glob("*.json")
    kept = json.loads(recording.read_text(encoding="utf-8"))
    assert json.loads(kept["request"]["body"]) == BODIES[name]


def test_three_codes_for_four_recipients_stop_before_any_message(examples: Path, tmp_path: Path, demo: Demo) -> None:
    flow = examples / "voucher-codes.flow"
    flow.write_text(flow.read_text("utf-8").replace("/v1/codes", "/v1/codes?short=1"), encoding="utf-8")
    port = {"CAMPAIGN_FLOW_DEMO_PORT": str(demo.port)}
    code, told, out, _ = ran(flow, tmp_path, "--live", "codes", **port)
    assert code == 1
    assert first_lines(out) == {}
    message = told["activities"]["enrich"]["error"]["message"]
    assert "3 codes for 4 recipients (short by 1)" in message
    assert "Dee" in message
    assert told["activities"]["email"]["status"] != "done"


def test_running_again_and_previewing_burns_no_code(examples: Path, tmp_path: Path, demo: Demo) -> None:
    port = {"CAMPAIGN_FLOW_DEMO_PORT": str(demo.port)}
    shutil.rmtree(examples / "voucher-codes.flow.d")
    flow = examples / "voucher-codes.flow"
    ran(flow, tmp_path, "--live", "codes", **port)
    assert demo.burned == 4
    _, told, out, _ = ran(flow, tmp_path, **port)
    assert first_lines(out) == MESSAGES["voucher-codes"]
    assert told["activities"]["codes"]["source"] == "recording"
    ran(flow, tmp_path, "--seed", "7", **port)
    assert demo.burned == 4


def test_without_a_recording_a_call_that_spends_uses_its_sample(examples: Path, tmp_path: Path, demo: Demo) -> None:
    shutil.rmtree(examples / "voucher-codes.flow.d")
    port = {"CAMPAIGN_FLOW_DEMO_PORT": str(demo.port)}
    _, told, out, _ = ran(examples / "voucher-codes.flow", tmp_path, **port)
    assert told["activities"]["codes"]["source"] == "sample"
    assert first_lines(out)["email/1"] == "Hi Ann, your code: SAMPLE-1"
    assert demo.burned == 0


@pytest.mark.parametrize("name", MESSAGES)
def test_an_example_would_pass_in_adobe_campaign(name: str) -> None:
    command = [sys.executable, "-m", "engine", "check", str(EXAMPLES / f"{name}.flow"), "--guardrails", "acs"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=60)
    assert (done.returncode, done.stdout.strip()) == (0, "Nothing is wrong.")


@pytest.mark.parametrize("name", MESSAGES)
def test_an_example_is_a_canonical_file(name: str) -> None:
    from engine.document import files

    data = (EXAMPLES / f"{name}.flow").read_bytes()
    assert files.dumps(files.loads(data)) == data
