"""A connection that breaks before its handshake is closed, on whichever side it is."""

from __future__ import annotations

import gc
import socket
import ssl
import struct
import sys
import warnings

import pytest

from engine.secure_socket import tidy

RESET_AT_ONCE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


@pytest.mark.parametrize("is_server", [False, True])
def test_what_the_other_side_resets_before_the_handshake_is_closed(is_server: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        calling = socket.create_connection(listening.getsockname())
        called, _ = listening.accept()
    ours, theirs = (called, calling) if is_server else (calling, called)
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_ONCE)
    theirs.close()
    context = tidy(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if is_server else ssl.PROTOCOL_TLS_CLIENT))
    with warnings.catch_warnings(record=True) as noted:
        warnings.simplefilter("always")
        with pytest.raises(ConnectionResetError):
            context.wrap_socket(ours, server_side=is_server, server_hostname=None if is_server else "localhost")
        gc.collect()
    assert noted == []
