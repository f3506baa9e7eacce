"""What has been found out about files, remembered by fingerprint: names and types of columns, never a value."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from engine.data_sources.text_files import reading
from engine.tables.whole_files import whole_file

_SMALL: Final = 4 << 20
_EDGE: Final = 1 << 16
_FILES_KEPT: Final = 500
_known: dict[str, Mapping[str, Any]] = {}


def fingerprint_of(path: Path, *parts: object) -> str:
    """Return a name for the content of a file, read with the settings `parts`. Raises FileError.

    Small files are read whole; for large ones their size, time, beginning and end speak.
    """
    with reading(path), path.open("rb") as file:
        found = os.fstat(file.fileno())
        digest = hashlib.sha256(json.dumps([str(part) for part in parts]).encode("utf-8", "replace"))
        if found.st_size <= _SMALL:
            digest.update(file.read())
        else:
            digest.update(f"{found.st_size} {found.st_mtime_ns} ".encode())
            digest.update(file.read(_EDGE))
            file.seek(-_EDGE, os.SEEK_END)
            digest.update(file.read())
    return digest.hexdigest()[:32]


def remembered(name: str, find_out: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return what `find_out` gives (plain JSON), found out once for each `name`, also by later processes."""
    if name in _known:
        return _known[name]
    file = cache_folder() / f"{name}.json"
    try:
        found: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = find_out()
        with contextlib.suppress(OSError):  # a cache that cannot be written is no cache, and no error
            _keep(file, found)
    _known[name] = found
    return found


def cache_folder() -> Path:
    """Return the folder for what can be found out again: `CAMPAIGN_FLOW_CACHE`, or the user's own for caches."""
    chosen = os.environ.get("CAMPAIGN_FLOW_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home()))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "campaign-flow-designer" / "files"


def _keep(file: Path, found: Mapping[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    others = sorted(file.parent.glob("*.json"), key=lambda each: each.stat().st_mtime_ns)
    for old in others[:-_FILES_KEPT]:
        old.unlink(missing_ok=True)
    with whole_file(file) as part:
        part.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
