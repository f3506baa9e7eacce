"""How long a person waits: the first paint and a usable canvas, beside a bare Qt window on the same machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks._timing import median_of, tell

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "resources" / "examples" / "voucher-codes.flow"
RUNS = 7

PROGRAM = """
import json, sys, time
from pathlib import Path
started = float(sys.argv[1])
from PySide6.QtCore import QTimer
from designer import app
application = app.create()
frame = app.show(application, Path(sys.argv[2]))
times = {}
def painted():
    times["paint"] = time.time() - started
frame.painted.connect(painted)
def look():
    window = sys.modules.get("designer.window")
    found = frame.findChild(window.Window) if window else None
    if found is not None and found.has_flow and found.editor.workspace.isVisible():
        application.processEvents()
        times["canvas"] = time.time() - started
        timer.stop()
        frame.close()
timer = QTimer(interval=1)
timer.timeout.connect(look)
timer.start()
application.exec()
print(json.dumps(times))
"""

BARE = """
import json, sys, time
started = float(sys.argv[1])
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication([])
class Window(QMainWindow):
    def paintEvent(self, event):
        print(json.dumps({"paint": time.time() - started}))
        QTimer.singleShot(0, application.quit)
window = Window()
window.resize(1600, 1000)
window.show()
application.exec()
"""


def measured(script: str, home: str) -> dict[str, float]:
    """Return the times of one start of `script`, in seconds from before the process began."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": home}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a person's Python keeps what it has compiled
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        environment[name] = home
    flow = Path(home) / EXAMPLE.name
    flow.write_bytes(EXAMPLE.read_bytes())
    command = [sys.executable, "-c", script, str(time.time()), str(flow)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main() -> None:
    """Print the medians of several starts."""
    with tempfile.TemporaryDirectory() as home:
        measured(PROGRAM, home)  # once for the disk's sake
        starts = [measured(PROGRAM, home) for _ in range(RUNS)]
        bare = median_of([measured(BARE, home)["paint"] for _ in range(RUNS)])
    tell("first paint", median_of([each["paint"] for each in starts]), bare, "promised: 250 ms")
    tell("usable canvas", median_of([each["canvas"] for each in starts]), bare, "promised: 800 ms")


if __name__ == "__main__":
    main()
