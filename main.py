"""The desktop program: `python main.py [FILE.flow]`."""

from __future__ import annotations

import ctypes
import importlib
import os
import sys
from importlib import metadata
from pathlib import Path

XCB_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What Qt's xcb platform needs, with the Debian package of each; Qt would end the process without them."""


def refusal() -> str:
    """Return why the program cannot start here, in one sentence, or an empty string."""
    try:
        qt = metadata.version("PySide6")
    except metadata.PackageNotFoundError:
        return "PySide6 is not installed; start the program with “python3 dev.py run”, which installs what it needs."
    if sys.version_info < (3, 12) and tuple(int(part) for part in qt.split(".")[:2]) >= (6, 12):
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        return f"PySide6 {qt} crashes on Python {python}; use PySide6 6.11 or Python 3.12."
    if sys.platform.startswith("linux") and not os.environ.get("QT_QPA_PLATFORM"):
        return _display_refusal()
    return ""


def _display_refusal() -> str:
    if os.environ.get("WAYLAND_DISPLAY"):
        return ""
    if not os.environ.get("DISPLAY"):
        return "There is no display; dry-run a flow in the terminal with “python -m engine run FILE.flow”."
    missing = [package for library, package in XCB_LIBRARIES.items() if not _loads(library)]
    if missing:
        return (
            f"Libraries of the window system are missing; install them with “sudo apt-get install {' '.join(missing)}”."
        )
    if not _display_answers():
        return f"The display {os.environ['DISPLAY']} does not answer; check the DISPLAY variable."
    return ""


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _display_answers() -> bool:
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    answers: bool = xcb.xcb_connection_has_error(connection) == 0
    xcb.xcb_disconnect(connection)
    return answers


def main(arguments: list[str]) -> int:
    """Open the designer on its start page or on the file in `arguments`; return the exit code."""
    if len(arguments) > 1 or (arguments and arguments[0].startswith("-")):
        sys.stderr.write("Usage: python main.py [FILE.flow]\n")
        return 0 if arguments[0] in {"-h", "--help"} else 2
    reason = refusal()
    if reason:
        sys.stderr.write(f"{reason}\n")
        return 2
    # imported here, because importing Qt is what the checks above protect from
    code: int = importlib.import_module("designer.app").run(Path(arguments[0]) if arguments else None)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
