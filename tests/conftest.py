"""What every test needs: no screen, Chromium without the sandbox that it refuses to root, and patience."""

from __future__ import annotations

import os
import sys

from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if sys.platform.startswith("linux") and os.geteuid() == 0:
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")

# how long an example takes says something about the computer and who else uses it, and nothing about the code
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
