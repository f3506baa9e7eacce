"""A real Secret Service on a private bus, in a home folder that is thrown away."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

PROGRAMS = ("dbus-daemon", "gnome-keyring-daemon")
PASSWORD = b"the owner's password"
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow own="*"/><allow eavesdrop="false"/></policy>
</busconfig>
"""


@contextmanager
def _running(*command: str, environment: Mapping[str, str], feed: bytes | None) -> Iterator[str]:
    """Run a daemon as long as the block lasts and yield the first line that it prints: from then on it serves."""
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        try:
            if feed is not None:
                process.stdin.write(feed)
                process.stdin.close()
            yield process.stdout.readline().decode().strip()
        finally:
            process.terminate()
            process.wait(10)


def bare_environment(home: Path) -> dict[str, str]:
    """Return an environment without a bus, a display or secrets, whose home is `home`."""
    dropped = ("DBUS_", "DISPLAY", "WAYLAND", "XDG_", "PYTHON_KEYRING", "CAMPAIGN_FLOW", "GNOME_KEYRING", "KDE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    return {**kept, "HOME": str(home), "XDG_RUNTIME_DIR": str(runtime), "LC_ALL": "C.UTF-8"}


@contextmanager
def secret_service_in(home: Path, *, is_unlocked: bool) -> Iterator[dict[str, str]]:
    """Yield the environment of a session with a running Secret Service; a locked one asks nobody."""
    environment = bare_environment(home)
    config = home / "bus.conf"
    config.write_text(BUS, encoding="utf-8")
    with ExitStack() as stack:
        bus = _running(
            "dbus-daemon",
            f"--config-file={config}",
            "--nofork",
            "--print-address=1",
            environment=environment,
            feed=None,
        )
        environment["DBUS_SESSION_BUS_ADDRESS"] = stack.enter_context(bus)
        command = ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
        keyring = _running(
            *command,
            *(["--unlock"] if is_unlocked else []),
            environment=environment,
            feed=PASSWORD if is_unlocked else None,
        )
        stack.enter_context(keyring)
        yield environment


def require_programs() -> None:
    """Fail where the programs of a Secret Service could be installed, and pass over the test where there are none."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing and not sys.platform.startswith("linux"):
        pytest.skip(f"a Secret Service needs {', '.join(missing)}, which only Linux has")
    assert not missing, f"install {', '.join(missing)}: python3 dev.py test does"
