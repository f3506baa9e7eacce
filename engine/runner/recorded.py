"""What is known of the recorded answers of an activity: when they came, from where, how many; and how they go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from engine.http_client import recordings
from engine.runner.request import Place


def recording(place: Place, activity: str) -> Mapping[str, Any] | None:
    """Return `recorded_at`, `hosts`, `calls`, `status`, `bytes`, `rows` and `is_own`; None without a recording.

    It `is_own` where it stands in the flow's own folder, and so can be deleted. Raises FileError for a damaged one.
    """
    folders = (place.work, *place.recordings)
    kept = recordings.find_all(folders, activity)
    if not kept:
        return None
    hosts = dict.fromkeys(urlsplit(str(each.request.get("url") or "")).netloc for each in kept)
    return {
        "recorded_at": kept[0].recorded_at,
        "hosts": [host for host in hosts if host],
        "calls": len(kept),
        "status": kept[0].answer.status,
        "bytes": sum(len(each.answer.body) for each in kept),
        "rows": kept[0].rows[-1] if kept[0].rows else None,
        "is_own": recordings.file_of([place.work], activity) is not None,
    }


def forget_recording(place: Place, activity: str) -> bool:
    """Delete the recorded answers of an activity; return whether there were any. Raises FileError."""
    return recordings.forget(place.work, activity)
