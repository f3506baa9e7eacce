"""How much memory and time a fresh engine spends on hostile answers, beyond what a good call has cost it before."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

MOST_MB: Final = 50.0
LIMIT_S: Final = 3.0
SLACK_S: Final = 1.0
CREDENTIAL: Final = "sk-nobody-else-hears-this"

HOSTILE: Final = {
    "a byte now and then": "drip?seconds=60",
    "no answer in time": "slow?seconds=60",
    "closed connection": "reset",
    "shorter than announced": "truncated",
    "50 MB in 50 KB of gzip": "too-large?bytes=50000000&gzip=1",
    "200 MB": "too-large?bytes=200000000",
    "elsewhere": "redirect?to=https://other.example/x",
    "in circles": "redirect?to=/v1/failures/redirect",
    "100 KB in one header": "large-headers",
    "NaN": "not-numbers",
    "10,000 levels": "deep",
    "1,000,000 levels": "deep?levels=1000000",
}
"""What the demo API does when it is asked to fail."""


def measured(good: str, urls: Mapping[str, str], environment: Mapping[str, str]) -> Mapping[str, Mapping[str, Any]]:
    """Return for each of `urls` how its call ended in one fresh engine, after a call to `good`.

    Each has `code`, `acs`, `message`, `ms` and `mb`: how far the peak of the memory was above what the process had.
    """
    asked = json.dumps({"good": good, "urls": dict(urls)})
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.hostile_memory", "--engine"],
        input=asked,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment, "CAMPAIGN_FLOW_SECRET_KEY": CREDENTIAL},
    )
    if ended.returncode:
        raise RuntimeError(ended.stderr)
    found: Mapping[str, Mapping[str, Any]] = json.loads(ended.stdout)
    return found


def engine() -> int:
    """Call what standard input names and print how each call ended."""
    asked = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        first = _ended(asked["good"], Path(folder), timeout_s=30)
        if first["code"]:
            raise RuntimeError(first["message"])
        found = {}
        for name, url in asked["urls"].items():
            before = _peak_mb_from_now()
            found[name] = _ended(url, Path(folder), timeout_s=LIMIT_S)
            found[name]["mb"] = round(_peak_mb() - before, 1)
    json.dump(found, sys.stdout)
    return 0


def _ended(url: str, folder: Path, *, timeout_s: float) -> dict[str, Any]:
    from engine.document.files import from_json
    from engine.runner.events import ActivityFinished
    from engine.runner.execute import run
    from engine.runner.request import Place, RunRequest

    settings = {
        "request": {"url": url, "headers": [{"name": "Authorization", "value": "Bearer {{secret:key}}"}]},
        "response": {"pointer": "/data", "columns": [{"id": "code", "key": "code"}]},
        "limits": {"timeout_s": timeout_s},
        "retry": {"attempts": 1},
    }
    activities = {"call": {"kind": "external-api", "settings": settings}}
    flow = from_json({"format": "campaign-flow/1", "activities": activities})
    started = time.perf_counter()
    events = list(run(flow, RunRequest(live="all"), Place(folder, folder / "work")))
    ms = round((time.perf_counter() - started) * 1000)
    error = next((event.error for event in events if isinstance(event, ActivityFinished)), None) or {}
    return {"ms": ms, **{member: str(error.get(member) or "") for member in ("code", "acs", "message", "hint")}}


def _peak_mb_from_now() -> float:
    """Forget the peak so far where the system can, and return the one that further ones are measured from."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _peak_mb()


def _peak_mb() -> float:
    with contextlib.suppress(OSError):
        told = Path("/proc/self/status").read_text(encoding="ascii")
        if found := re.search(r"VmHWM:\s+(\d+) kB", told):
            return int(found[1]) / 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024**2 if sys.platform == "darwin" else peak / 1024


def main() -> int:
    """Print each figure with its promise; 1 when one is not kept."""
    from engine.demo.server import PORT_VARIABLE, DemoApi

    if sys.platform == "win32":
        print("The peak of the memory is not told by Windows.")
        return 0
    start = "https://demo-api.example/v1/failures"
    urls = {name: f"{start}/{path}" for name, path in HOSTILE.items()}
    with tempfile.TemporaryDirectory() as home, DemoApi(folder=Path(home) / "campaign-flow-designer" / "demo") as demo:
        found = measured(f"{start}/drift", urls, {PORT_VARIABLE: str(demo.port), "XDG_DATA_HOME": home})
    is_kept = True
    for name, ended in found.items():
        is_kept = is_kept and ended["mb"] < MOST_MB and ended["ms"] < (LIMIT_S + SLACK_S) * 1000
        figures = f"{ended['ms']:6d} ms   peak + {ended['mb']:5.1f} MB"
        print(f"{name:.<28}{figures}   at most {MOST_MB:.0f} MB   {ended['code']}")
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(engine() if "--engine" in sys.argv[1:] else main())
