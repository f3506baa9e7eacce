"""What the web engine remarks on a computer without a graphics card, kept off the person's terminal."""

from __future__ import annotations

import re
import sys

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

_REMARKS = re.compile(
    r"^(Sandboxing disabled by user"
    r"|QRhiGles2: |Failed to create RHI |QVulkanInstance: |This plugin does not support createPlatformVulkanInstance"
    r"|GBM is not supported |GPUInfo not initialized |Unable to detect GPU vendor "
    r"|Failed to load vulkan: |initInstance: No Vulkan library |Failed to create platform Vulkan instance)"
)


def silence() -> None:
    """Let these remarks pass unheard; everything else is said as before."""

    def hear(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if _REMARKS.match(message):
            return
        if before is not None:
            before(kind, context, message)
        elif sys.stderr is not None:
            sys.stderr.write(f"{message}\n")

    before = qInstallMessageHandler(hear)
