"""How fast calls to one host may follow each other: all calls of this process take turns."""

from __future__ import annotations

import threading
import time

_began: dict[str, float] = {}
_lock = threading.Lock()


def take_turn(host: str, interval_s: float) -> float:
    """Return 0 when a call to `host` may begin now, which counts as its beginning; else the seconds to wait.

    Between the beginnings of two calls to the same host at least `interval_s` pass, whichever activity makes them.
    """
    now = time.monotonic()
    with _lock:
        wait = _began.get(host, now - interval_s) + interval_s - now
        if wait > 0:
            return wait
        _began[host] = now
        return 0.0
