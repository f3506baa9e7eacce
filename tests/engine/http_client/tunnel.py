"""A proxy on this computer that gives connections, or refuses to."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Tunnel:
    """A proxy on this computer: where it listens, whom it was asked for, and what it was told of the caller."""

    port: int = 0
    asked: list[str] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Return where it listens."""
        return f"127.0.0.1:{self.port}"


@contextmanager
def tunnel(
    target: str,
    *,
    says: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n",
    waits_s: float = 0,
    context: ssl.SSLContext | None = None,
) -> Iterator[Tunnel]:
    """Yield a proxy that leads to the server at the URL `target`, whatever host it is asked for."""
    kept = Tunnel()
    listening = socket.create_server(("127.0.0.1", 0))
    kept.port = listening.getsockname()[1]
    is_over = threading.Event()

    def serve(bare: socket.socket) -> None:
        with bare, suppress(OSError), context.wrap_socket(bare, server_side=True) if context else bare as caller:
            head = b""
            while b"\r\n\r\n" not in head:
                head += caller.recv(65_536) or b"\r\n\r\n"
            kept.heads.append(head)
            kept.asked.append(head.decode().split(" ")[1])
            is_over.wait(waits_s)
            caller.sendall(says)
            if b" 200 " in says:
                with socket.create_connection(("127.0.0.1", urlsplit(target).port or 443)) as other:
                    _both_ways(caller, other)

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        is_over.set()
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def _both_ways(one: socket.socket, other: socket.socket) -> None:
    def pass_on(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while part := source.recv(65_536):
                target.sendall(part)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    back = threading.Thread(target=pass_on, args=(other, one), daemon=True)
    back.start()
    pass_on(one, other)
    back.join(5)
