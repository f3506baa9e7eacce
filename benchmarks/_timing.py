"""Repeats a measurement and prints it beside its yardstick."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def best_of(times: int, work: Callable[[], object]) -> float:
    """Return the shortest of so many runs of `work`, in seconds."""
    found = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return min(found)


def median_of(values: list[float]) -> float:
    """Return the value in the middle."""
    return statistics.median(values)


def tell(name: str, seconds: float, bare: float, promise: str) -> None:
    """Print a figure, its yardstick, their ratio and what was promised."""
    print(
        f"{name:.<46} {seconds * 1000:8.0f} ms   bare {bare * 1000:8.0f} ms   ratio {seconds / bare:5.2f}   {promise}"
    )
