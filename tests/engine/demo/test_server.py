"""The demo API starts and stops at will, on this computer only."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from engine.demo import server
from engine.demo.server import LOOPBACK, MOST_BODY_BYTES, PORT_VARIABLE, DemoAddress, DemoApi, shared_address
from engine.errors import CallError, FileError

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("host", ["demo-api.example", "localhost", "127.0.0.1"])
def test_the_certificate_is_good_for_its_names(host: str, demo: DemoApi, connect: Callable[..., Any]) -> None:
    connection = connect(host)
    connection.request("GET", "/v1/offers")
    assert connection.getresponse().status == 200


def test_the_certificate_is_good_for_no_other_name(demo: DemoApi, connect: Callable[..., Any]) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        connect("shop.example")


def test_nobody_trusts_it_without_its_authority(demo: DemoApi) -> None:
    assert demo.address is not None
    context = ssl.create_default_context()
    with socket.create_connection(demo.address.connect_to) as bare, pytest.raises(ssl.SSLCertVerificationError):
        context.wrap_socket(bare, server_hostname="localhost")


def test_it_listens_on_the_loopback_address_alone(demo: DemoApi) -> None:
    assert demo.address is not None
    assert demo.address.connect_to[0] == LOOPBACK == "127.0.0.1"
    with socket.create_server(("127.0.0.2", demo.address.port)):
        pass


def test_one_connection_serves_many_requests(demo: DemoApi, connect: Callable[..., Any]) -> None:
    connection = connect("localhost")
    used = connection.sock
    for path in ("/", "/v1/offers", "/v1/failures/404", "/nowhere", "/v1/fixtures"):
        connection.request("GET", path)
        connection.getresponse().read()
        assert connection.sock is used


def test_what_there_is_can_be_asked_for(ask: Any) -> None:
    contents = ask("GET", "/").json
    assert "POST /v1/codes" in contents["calls"]
    assert {"429", "html", "too-large"} <= set(contents["failures"])


def test_a_wrong_path_and_a_wrong_method_are_told_apart(ask: Any) -> None:
    assert ask("GET", "/v2/codes").status == 404
    answer = ask("GET", "/v1/codes")
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    assert ask("DELETE", "/v1/codes").status == 405


def test_a_body_that_is_too_long_is_refused_unread(demo: DemoApi, connect: Callable[..., Any]) -> None:
    connection = connect("localhost")
    connection.putrequest("POST", "/v1/codes")
    connection.putheader("Content-Length", str(MOST_BODY_BYTES + 1))
    connection.endheaders()
    assert connection.getresponse().status == 413


def test_noise_instead_of_tls_does_no_harm(demo: DemoApi, ask: Any, capfd: pytest.CaptureFixture[str]) -> None:
    assert demo.address is not None
    with socket.create_connection(demo.address.connect_to) as bare:
        bare.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        with suppress(ConnectionError):
            bare.recv(100)
    assert ask("GET", "/v1/offers").status == 200
    assert capfd.readouterr() == ("", "")


def test_a_second_start_and_a_second_stop_change_nothing(authority_folder: Path) -> None:
    demo = DemoApi(folder=authority_folder)
    assert demo.address is None
    address = demo.start()
    assert demo.start() is address is demo.address
    demo.stop()
    demo.stop()
    assert demo.address is None
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address.connect_to)


def test_codes_stay_counted_over_a_restart(authority_folder: Path, connect_to: Callable[..., Any]) -> None:
    demo = DemoApi(folder=authority_folder)
    codes = []
    for _ in range(2):
        with demo as address:
            connection = connect_to(address)
            connection.request("POST", "/v1/codes", json.dumps({"params": {"count": 1}}))
            codes += json.loads(connection.getresponse().read())["data"]
    assert demo.burned == 2
    assert codes[0] != codes[1]


def test_stopping_ends_connections_that_are_kept_open(authority_folder: Path, connect_to: Callable[..., Any]) -> None:
    demo = DemoApi(folder=authority_folder)
    connection = connect_to(demo.start())
    connection.request("GET", "/v1/offers")
    connection.getresponse().read()
    demo.stop()
    with pytest.raises((ConnectionError, ssl.SSLError, http.client.HTTPException)):
        connection.request("GET", "/v1/offers")
        connection.getresponse()


def test_a_port_that_is_taken_gives_a_sentence(demo: DemoApi, authority_folder: Path) -> None:
    assert demo.address is not None
    with pytest.raises(CallError) as caught:
        DemoApi(folder=authority_folder, port=demo.address.port).start()
    assert caught.value.code.id == "APP-DEMO-PORT"
    assert str(demo.address.port) in str(caught.value)


def test_a_folder_that_cannot_be_made_gives_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(FileError) as caught:
        DemoApi(folder=tmp_path / "file" / "demo").start()
    assert caught.value.code.id == "FILE-NO-DATA-FOLDER"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGTERM to send")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_alone_it_says_where_it_is_and_serves_until_it_is_told_to_end(
    number: signal.Signals, tmp_path: Path, connect_to: Callable[..., Any]
) -> None:
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)}
    script = "from engine.demo.server import serve_forever; serve_forever()"
    with subprocess.Popen(
        [sys.executable, "-c", script], env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        place = json.loads(process.stdout.readline())
        assert place["url"] == f"https://localhost:{place['port']}"
        connection = connect_to(DemoAddress(place["port"], Path(place["ca"])))
        connection.request("GET", "/v1/offers")
        assert connection.getresponse().status == 200
        process.send_signal(number)
        rest, complaints = process.communicate(timeout=10)
    assert (process.returncode, rest, complaints) == (0, b"", b"")


def test_calls_to_the_reserved_host_go_to_the_demo_api_of_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, connect_to: Callable[..., Any]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv(PORT_VARIABLE, raising=False)
    monkeypatch.setattr(server, "SHARED", DemoApi(folder=tmp_path / "demo"))
    connection = connect_to(shared_address())
    connection.request("GET", "/v1/offers")
    assert connection.getresponse().status == 200
    server.SHARED.stop()


def test_the_environment_names_another_demo_api(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, connect_to: Callable[..., Any]
) -> None:
    monkeypatch.setattr(server, "data_folder", lambda: tmp_path)
    monkeypatch.setattr(server, "SHARED", DemoApi())
    with DemoApi() as address:
        monkeypatch.setenv(PORT_VARIABLE, str(address.port))
        assert shared_address() == address
        assert server.SHARED.address is None


def test_importing_it_loads_no_cryptography() -> None:
    script = "import sys, engine.demo.server; print([name for name in sys.modules if name.startswith('cryptography')])"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
