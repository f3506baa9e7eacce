"""Dotted paths in plain JSON: reading a value, and the same settings with one value changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

MISSING: Any = object()
"""Stands for a member that is not there, where None is a value of its own."""


def value_at(data: Any, path: str, default: Any = None) -> Any:
    """Return the value at `path` (`request.headers.0.name`), or `default` where nothing is."""
    for part in _parts(path):
        data = _member(data, part)
        if data is MISSING:
            return default
    return data


def with_value(data: Any, path: str, value: Any) -> Any:
    """Return a copy of `data` with `value` at `path`; what is missing on the way becomes an object.

    A list grows by one when the index is its length. A member that stands where an object is needed (a
    half-typed draft, say) is replaced.
    """
    parts = _parts(path)
    return _with(data, parts, value) if parts else value


def without_value(data: Any, path: str) -> Any:
    """Return a copy of `data` without the member or list entry at `path`."""
    parent, _, last = path.rpartition(".")
    holder = value_at(data, parent)
    if isinstance(holder, Mapping):
        kept: Any = {name: member for name, member in holder.items() if name != last}
    elif is_list(holder):
        kept = [entry for index, entry in enumerate(holder) if str(index) != last]
    else:
        return data
    return with_value(data, parent, kept)


def is_list(value: Any) -> bool:
    """Return whether `value` is a JSON array (a list or a tuple, not a string)."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def as_list(value: Any) -> list[Any]:
    """Return the entries of a JSON array, or nothing for anything else (a draft)."""
    return list(value) if is_list(value) else []


def as_mapping(value: Any) -> dict[str, Any]:
    """Return the members of a JSON object, or nothing for anything else (a draft)."""
    return dict(value) if isinstance(value, Mapping) else {}


def is_under(path: str, parent: str) -> bool:
    """Return whether `path` is `parent` or a part of it."""
    return not parent or path == parent or path.startswith(f"{parent}.")


def moved(entries: Sequence[Any], start: int, end: int) -> list[Any]:
    """Return `entries` with the one at `start` taken out and put back at `end`."""
    result = list(entries)
    result.insert(end, result.pop(start))
    return result


def _parts(path: str) -> list[str]:
    return path.split(".") if path else []


def _member(data: Any, part: str) -> Any:
    if isinstance(data, Mapping):
        return data.get(part, MISSING)
    if is_list(data) and part.isdigit() and int(part) < len(data):
        return data[int(part)]
    return MISSING


def _with(data: Any, parts: Sequence[str], value: Any) -> Any:
    if not parts:
        return value
    head, rest = parts[0], parts[1:]
    if is_list(data) and head.isdigit():
        entries = list(data)
        index = min(int(head), len(entries))
        if index == len(entries):
            entries.append(None)
        entries[index] = _with(entries[index], rest, value)
        return entries
    members = as_mapping(data)
    members[head] = _with(members.get(head), rest, value)
    return members
