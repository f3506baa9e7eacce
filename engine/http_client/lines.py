"""What several calls share: connections that stay open between them, their pace, and one wall clock over all."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from engine.http_client.connection import LineAdapter
    from engine.http_client.proxies import Proxy


class Connections:
    """The open connections of all calls of a run, one adapter for each host. Any thread may use them."""

    def __init__(self, certificate_file: Path | None = None) -> None:
        """Open nothing yet. Authorities in `certificate_file` are trusted beside those of the computer."""
        self._certificate_file = certificate_file
        self._adapters: dict[tuple[str, str], LineAdapter] = {}
        self._proxies: dict[tuple[str, str], Proxy | None] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        """Return the connections themselves."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection that is not in use; those that are close when they are not any more."""
        with self._lock:
            for adapter in self._adapters.values():
                adapter.close()
            self._adapters.clear()

    def adapter(self, url: str) -> LineAdapter:
        """Return what carries requests to the host of `url`. Raises FileError and whatever the demo API raises."""
        from engine.http_client.connection import adapter_for

        place = _place(url)
        with self._lock:
            if place not in self._adapters:
                self._adapters[place] = adapter_for(url, self._certificate_file)
            return self._adapters[place]

    def proxy(self, url: str) -> Proxy | None:
        """Return the proxy for the host of `url`, as it was named at the first call. Raises CallError."""
        from engine.http_client.proxies import proxy_for

        place = _place(url)
        if place not in self._proxies:
            self._proxies[place] = proxy_for(url)
        return self._proxies[place]


class Lines:
    """What the calls of one activity have in common beside their connections: `interval_s` between two beginnings.

    After `total_s` everything is over.
    """

    def __init__(self, connections: Connections, *, interval_s: float = 0, total_s: float | None = None) -> None:
        """Start the clock."""
        self.connections = connections
        self.interval_s = interval_s
        self.total_s = total_s
        self.deadline = time.monotonic() + total_s if total_s is not None else None


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.rpartition("@")[2].lower()
