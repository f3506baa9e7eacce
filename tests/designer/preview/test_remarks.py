"""What the web engine remarks on a computer without a graphics card stays off the terminal; the rest is said."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
from PySide6.QtCore import qWarning
from designer.preview import remarks
remarks.silence()
qWarning("Failed to load vulkan: Cannot load library vulkan: no such file")
qWarning("initInstance: No Vulkan library available")
qWarning("Failed to create platform Vulkan instance")
qWarning("Unable to detect GPU vendor for device: llvmpipe")
qWarning("Something is wrong.")
"""


def test_remarks_on_the_graphics_card_are_not_printed_and_warnings_are() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout == ""
    assert ran.stderr == "Something is wrong.\n"
