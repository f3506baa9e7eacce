"""Connections to the table engine that are kept between the questions of one lane: opening one takes a while."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from engine.tables.interim import TableStore

MOST_USES: Final = 500
"""A connection is closed after so many questions: each of them may leave something behind in it."""


class _Kept(threading.local):
    """The connection of this thread, what it may read, and how often it has been used."""

    store: TableStore | None = None
    readable: tuple[Path, ...] = ()
    uses: int = 0


_kept = _Kept()


@contextmanager
def kept_store(folder: Path, readable: Sequence[Path] = ()) -> Iterator[TableStore]:
    """Return this thread's connection to the tables in `folder`.

    One that an error has passed through is closed, and one that was stopped: it would stop whoever comes next.
    """
    wanted = (folder, *readable)
    if _kept.store is not None and (_kept.readable != wanted or _kept.uses >= MOST_USES):
        _close()
    if _kept.store is None:
        folder.mkdir(parents=True, exist_ok=True)
        _kept.store, _kept.readable, _kept.uses = TableStore(folder, readable=readable), wanted, 0
    _kept.uses += 1
    try:
        yield _kept.store
    except BaseException:
        _close()
        raise
    if _kept.store.is_stopped:
        _close()


def _close() -> None:
    store, _kept.store = _kept.store, None
    if store is not None:
        store.__exit__(None, None, None)
