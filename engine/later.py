"""Modules that are loaded when something of them is first used.

What an activity is, its settings, its card and its wires, is shown long before it does anything. It names what it does
through such modules, so that a window opens without them.
"""

from __future__ import annotations

import importlib
from typing import Any

_names: list[str] = []


def later(package: str, *modules: str) -> list[Any]:
    """Return modules of `package` that are loaded when an attribute of theirs is first asked for."""
    names = [f"{package}.{module}" for module in modules]
    _names.extend(names)
    return [_Later(name) for name in names]


def load_all() -> None:
    """Load what has been put off so far, for a process that will need it."""
    for name in tuple(_names):
        importlib.import_module(name)


class _Later:
    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(importlib.import_module(self._name), attribute)
