"""A flow is given away with its recordings, and a colleague runs it without calling anybody."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from designer.place import EXAMPLES
from engine.document import edits, files
from engine.document.model import Flow
from tests.journeys.person import User


def choose(patch: pytest.MonkeyPatch, *, save: Path | None = None, file: Path | None = None, folder: Path) -> None:
    """Answer the dialogs for files and folders, which are the desktop's own."""
    patch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(save or ""), ""))
    patch.setattr(QFileDialog, "getOpenFileName", lambda *_arguments: (str(file or ""), ""))
    patch.setattr(QFileDialog, "getExistingDirectory", lambda *_arguments: str(folder))


def search(user: User, words: str) -> None:
    """Do what the search for commands finds first."""
    user.press("Ctrl+K")
    user.type(words)
    user.press("Return")


def test_a_colleague_opens_what_was_exported(user: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    shutil.copytree(EXAMPLES, mine, ignore=shutil.ignore_patterns("tables", "latest.json"))
    theirs.mkdir()
    user.session.open(mine / "voucher-codes.flow")
    choose(monkeypatch, save=tmp_path / "codes", file=tmp_path / "codes.zip", folder=theirs)
    search(user, "export with recordings")
    user.wait((tmp_path / "codes.zip").exists)
    user.sees("holds the flow and the recording of 1 call")
    user.sees("The files of these resources are not in it: members.")
    search(user, "open a package")
    user.wait(lambda: user.session.path == (theirs / "voucher-codes.flow").resolve())
    assert (theirs / "voucher-codes.flow.d" / "recordings" / "codes.json").exists()
    search(user, "open a package")
    user.sees("already has a flow called “voucher-codes.flow”")


def test_a_secret_in_clear_is_told_when_it_leaves(user: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"request": {"url": "https://api.example.com", "headers": [{"name": "X-Api-Key", "value": "abc123"}]}}
    flow, _ = edits.add_activity(Flow(), "external-api", position=(0, 0), settings=settings)
    files.save(flow, tmp_path / "a.flow")
    user.session.open(tmp_path / "a.flow")
    user.wait(lambda: user.session.findings)
    choose(monkeypatch, save=tmp_path / "a.zip", folder=tmp_path)
    search(user, "export with recordings")
    user.sees("What looks like a secret stands in the flow in clear")


def test_what_is_no_package_is_refused_with_a_sentence(
    user: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.zip").write_bytes(b"no")
    choose(monkeypatch, file=tmp_path / "x.zip", folder=tmp_path)
    user.press("Ctrl+N")
    search(user, "open a package")
    user.sees("“x.zip” is no package of a flow.")
