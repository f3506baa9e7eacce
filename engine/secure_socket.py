"""TLS contexts whose connections are closed even when the other side ends them before the handshake."""

from __future__ import annotations

import ssl
from typing import Any


class SecureSocket(ssl.SSLSocket):
    """Closes itself where Python would forget it.

    Wrapping a connection moves its handle into the new socket before the handshake. Where the other side has reset
    the connection by then, `ssl` raises and leaves the handle to whoever collects the garbage.
    """

    def getpeername(self) -> Any:
        """Return the address of the other side. Raises OSError, closed, when there is none any more."""
        try:
            return super().getpeername()
        except OSError:
            self.close()
            raise ConnectionResetError("The other side has ended the connection.") from None


def tidy(context: ssl.SSLContext) -> ssl.SSLContext:
    """Return `context`, making sockets that close themselves."""
    context.sslsocket_class = SecureSocket
    return context
