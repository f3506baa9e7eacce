"""The demo API's certificate authority is kept, renewed in time, and good for nothing else."""

from __future__ import annotations

import os
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from engine.demo.authority import Authority, data_folder

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_it_is_made_once_and_kept(tmp_path: Path) -> None:
    first = Authority.of(tmp_path / "demo", NOW)
    assert Authority.of(tmp_path / "demo", NOW + timedelta(days=600)).file == first.file


def test_it_is_renewed_before_it_ends_and_the_old_certificate_stays(tmp_path: Path) -> None:
    old = Authority.of(tmp_path, NOW)
    new = Authority.of(tmp_path, NOW + timedelta(days=680))
    assert new.file != old.file
    assert old.file.exists()
    assert new.certificate.not_valid_after_utc > NOW + timedelta(days=1400)
    assert Authority.of(tmp_path, NOW + timedelta(days=680)).file == new.file


def test_a_clock_that_was_set_back_gives_a_new_one(tmp_path: Path) -> None:
    assert Authority.of(tmp_path, NOW).file != Authority.of(tmp_path, NOW - timedelta(days=100)).file


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps permissions in another way")
def test_its_key_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    authority = Authority.of(tmp_path / "demo", NOW)
    authority.server_context(NOW)
    folder = authority.file.parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {
        "authority.pem": 0o600,
        authority.file.name: 0o600,
    }
    assert b"PRIVATE" not in authority.file.read_bytes()


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps permissions in another way")
def test_a_key_that_others_could_read_is_not_used_again(tmp_path: Path) -> None:
    old = Authority.of(tmp_path, NOW)
    (tmp_path / "authority.pem").chmod(0o644)
    assert Authority.of(tmp_path, NOW).file != old.file


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 100, b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_a_file_that_is_no_authority_is_replaced(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "authority.pem").write_bytes(content)
    (tmp_path / "authority.pem").chmod(0o600)
    Authority.of(tmp_path, NOW)
    assert b"CERTIFICATE" in (tmp_path / "authority.pem").read_bytes()


def test_it_can_vouch_for_the_demo_api_only(tmp_path: Path) -> None:
    constraints = Authority.of(tmp_path, NOW).certificate.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    permitted = {str(name.value) for name in constraints.value.permitted_subtrees or ()}
    assert permitted == {"demo-api.example", "localhost", "127.0.0.1/32"}


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="XDG folders are Linux's")
def test_the_programs_own_data_goes_where_the_platform_keeps_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert data_folder() == tmp_path / "campaign-flow-designer"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert data_folder() == tmp_path / ".local" / "share" / "campaign-flow-designer"
