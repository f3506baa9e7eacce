"""Several calls at the same time, each in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import TypeVar

Result = TypeVar("Result")


def in_parallel(works: Sequence[Callable[[], Result]], most: int) -> Iterator[tuple[int, Result]]:
    """Yield what each of `works` returns with its place, as they end, at most `most` of them at a time.

    What one raises is raised here; those that have not begun never do then.
    """
    with ThreadPoolExecutor(max_workers=most, thread_name_prefix="call") as pool:
        futures: dict[Future[Result], int] = {pool.submit(work): place for place, work in enumerate(works)}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
