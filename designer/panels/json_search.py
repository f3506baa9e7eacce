"""Finds names and values in a JSON value, a little at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from designer.forms.paths import is_list

Path = tuple[str | int, ...]
"""The names and places that lead from the root to a value."""

STEP = 500
"""After so many members the search takes a breath."""


def search(value: Any, words: str) -> Iterator[Path | None]:
    """Yield the path of each member whose name or plain value holds `words`, in document order, whatever their case.

    None comes in between, so that whoever asks can go on later.
    """
    wanted = words.casefold()
    path: list[str | int] = []
    levels = [_members(value)]
    count = 0
    while levels:
        found = next(levels[-1], None)
        if found is None:
            levels.pop()
            if path:
                path.pop()
            continue
        name, member = found
        count += 1
        if count % STEP == 0:
            yield None
        if (isinstance(name, str) and wanted in name.casefold()) or wanted in _text(member):
            yield (*path, name)
        if isinstance(member, Mapping | list):
            path.append(name)
            levels.append(_members(member))


def _members(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, Mapping):
        return iter(value.items())
    return enumerate(value) if is_list(value) else iter([("", value)])


def _text(value: Any) -> str:
    """Return a plain value as it is looked for, nothing of objects and lists."""
    if isinstance(value, str):
        return value.casefold()
    return "" if isinstance(value, Mapping | list) else json.dumps(value)


def at_path(value: Any, path: Path, default: Any = None) -> Any:
    """Return what stands at a path, `default` where nothing does."""
    for step in path:
        if isinstance(value, Mapping) and step in value:
            value = value[str(step)]
        elif is_list(value) and isinstance(step, int) and 0 <= step < len(value):
            value = value[step]
        else:
            return default
    return value


def path_of(value: Any, pointer: str) -> Path | None:
    """Return the path that a JSON Pointer is in `value`, None where nothing stands; `/` is the root."""
    path: list[str | int] = []
    steps = [] if pointer in ("", "/") else pointer.removeprefix("/").split("/")
    for raw in steps:
        step = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Mapping) and step in value:
            path.append(step)
        elif is_list(value) and step.isdecimal() and int(step) < len(value):
            path.append(int(step))
        else:
            return None
        value = at_path(value, (path[-1],))
    return tuple(path)
