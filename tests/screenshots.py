"""Pictures of the real window: the start page and each example after a run, light and dark.

`python3 dev.py screenshots` runs this; the pictures go to `screenshots/`, which git ignores.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIZE = (1600, 1000)
PATIENCE_S = 60.0
SETTLE_S = 1.2
"""How long the preview's page gets to paint after everything has arrived."""


def prepare() -> None:
    """Let Qt paint without a screen if there is none, and keep out of the person's own folders."""
    sys.path.insert(0, str(ROOT))
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if sys.platform.startswith("linux") and os.geteuid() == 0:
        os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    home = tempfile.mkdtemp(prefix="campaign-flow-screenshots-")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        os.environ[name] = home


def main(folder: Path) -> int:
    """Write all pictures to `folder` and return 0; 1 when a run did not end as it should."""
    prepare()
    # imported here, because the environment above has to stand before Qt is loaded
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from designer import app
    from designer.start_page.templates import TEMPLATES
    from designer.window import Window

    application = app.create()
    frame = app.show(application, None)
    frame.resize(*SIZE)
    folder.mkdir(parents=True, exist_ok=True)

    def wait(until: Callable[[], bool]) -> bool:
        end = time.monotonic() + PATIENCE_S
        while not until() and time.monotonic() < end:
            QApplication.processEvents()
            time.sleep(0.005)
        return until()

    def pause(seconds: float) -> None:
        end = time.monotonic() + seconds
        wait(lambda: time.monotonic() > end)

    def picture(name: str) -> None:
        for shade in ("light", "dark"):
            window.use_shade(shade)
            pause(SETTLE_S)
            frame.grab().save(str(folder / f"{name}-{shade}.png"))

    wait(lambda: frame.findChild(Window) is not None)
    window = frame.findChild(Window)
    wait(lambda: window.session.engine.state == "ready")
    picture("start-page")
    failures = 0
    for template in TEMPLATES:
        session = window.session
        session.open_example(template.name)
        pause(SETTLE_S)
        calls = [id for id, entry in session.flow.activities.items() if entry.kind == "external-api"]
        session.runs.test_flow()
        if not wait(lambda: not window.session.run.running) or session.run.status != "done":
            sys.stderr.write(f"{template.name}: {session.run.status}\n")
            failures += 1
        session.select(*calls[:1])
        pause(SETTLE_S)
        picture(template.name)
    QTimer.singleShot(0, frame.close)
    application.exec()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "screenshots"))
