"""Certificates are always checked, and a refused one is read aloud."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.errors import FileError
from tests.engine.http_client.loopback import Party, call, issued, plain, serving


@pytest.fixture(scope="module")
def authority() -> Party:
    return issued("Test authority")


def refused(party: Party, folder: Path, ca: Path | None, host: str = "localhost") -> tuple[str, str]:
    got: list[bytes] = []
    with serving(plain(), party.context(folder), got) as port:
        error = call(f"https://{host}:{port}/", ca=ca).error
    assert error is not None
    assert b"".join(got) == b"", "nothing is sent to whom nobody vouches for"
    return error.code.id, str(error.text)


def test_a_certificate_of_an_authority_that_was_named_is_taken(authority: Party, tmp_path: Path) -> None:
    server = issued("server", names=["localhost"], issuer=authority)
    with serving(plain(), server.context(tmp_path)) as port:
        ended = call(f"https://localhost:{port}/", ca=authority.file(tmp_path, "ca.pem"))
    assert ended.answer is not None, ended.error


def test_the_environment_can_name_an_authority(
    authority: Party, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.file(tmp_path, "ca.pem")))
    server = issued("server", names=["127.0.0.1"], issuer=authority)
    with serving(plain(), server.context(tmp_path)) as port:
        ended = call(f"https://127.0.0.1:{port}/")
    assert ended.answer is not None, ended.error


def test_an_expired_one_says_when_and_by_whom(authority: Party, tmp_path: Path) -> None:
    server = issued("server", names=["localhost"], issuer=authority, days=(-9, -2))
    code, words = refused(server, tmp_path, authority.file(tmp_path, "ca.pem"))
    assert code == "EXT-CERTIFICATE-EXPIRED"
    assert f"expired on {datetime.now(UTC) - timedelta(days=2):%Y-%m-%d}" in words
    assert "Test authority" in words


def test_one_that_is_not_valid_yet_says_from_when(authority: Party, tmp_path: Path) -> None:
    server = issued("server", names=["localhost"], issuer=authority, days=(2, 9))
    code, words = refused(server, tmp_path, authority.file(tmp_path, "ca.pem"))
    assert code == "EXT-CERTIFICATE-EXPIRED"
    assert f"not valid before {datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}" in words


def test_one_of_another_host_says_whose_it_is(authority: Party, tmp_path: Path) -> None:
    server = issued("server", names=["shop.example", "www.shop.example"], issuer=authority)
    code, words = refused(server, tmp_path, authority.file(tmp_path, "ca.pem"))
    assert code == "EXT-CERTIFICATE-HOST"
    assert "for “shop.example, www.shop.example”, not for “localhost”" in words


def test_one_that_signs_itself_is_refused(tmp_path: Path) -> None:
    code, words = refused(issued("localhost", names=["localhost"]), tmp_path, None)
    assert code == "EXT-CERTIFICATE-ISSUER"
    assert "signed by itself" in words


def test_one_of_an_unknown_authority_names_it(authority: Party, tmp_path: Path) -> None:
    code, words = refused(issued("server", names=["localhost"], issuer=authority), tmp_path, None)
    assert code == "EXT-CERTIFICATE-ISSUER"
    assert "issued by “Test authority” and is valid until" in words


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_a_file_of_authorities_that_is_none_is_told(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    error = call("https://localhost:9/", ca=file).error
    assert isinstance(error, FileError)
    assert error.code.id == "EXT-CA-FILE"
