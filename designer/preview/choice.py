"""Which way of drawing messages this computer has."""

from __future__ import annotations

import importlib
import os
import sys

from designer.preview.plain_surface import PlainSurface
from designer.preview.surface import Surface
from engine.text import Text

MISSING = Text(
    "Messages are shown in a simpler form: Qt’s web engine cannot be loaded ({reason}). "
    "What is sent is the same; colours and columns may look different here."
)
_ROOT = Text("it refuses to run for root")


def best_surface() -> tuple[Surface, Text | None]:
    """Return what draws messages, and what is to be said about it when it is not the exact way."""
    # as root Chromium ends the whole program unless it is told to go without its sandbox
    is_root = sys.platform.startswith("linux") and os.geteuid() == 0
    if is_root and not os.environ.get("QTWEBENGINE_DISABLE_SANDBOX"):
        return PlainSurface(), Text(MISSING.message, reason=_ROOT)
    try:
        # a hundred megabytes that nobody needs before there is a message
        made: Surface = importlib.import_module("designer.preview.web_surface").WebSurface()
    except ImportError as error:
        return PlainSurface(), Text(MISSING.message, reason=str(error).partition(":")[0])
    return made, None
