"""Everything of Campaign Flow Designer that needs no screen.

The four verbs of the library are `load_flow`, `save_flow`, `check_flow` and `run_flow`; they are loaded
when they are first asked for, so that `import engine` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.api import check_flow, load_flow, run_flow, save_flow
    from engine.runner.request import Place, RunRequest

__version__ = "0.1.0"
__all__ = ["Place", "RunRequest", "__version__", "check_flow", "load_flow", "run_flow", "save_flow"]

_HOMES = {
    "check_flow": "engine.api",
    "load_flow": "engine.api",
    "run_flow": "engine.api",
    "save_flow": "engine.api",
    "Place": "engine.runner.request",
    "RunRequest": "engine.runner.request",
}


def __getattr__(name: str) -> Any:
    """Load a verb when it is first asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
