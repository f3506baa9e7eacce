"""Calls from elsewhere and to elsewhere: import one from an HTTP archive, copy one as a cURL command."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from designer.commands import Command, Desk
from designer.dialogs.choose_request import ChooseRequest
from designer.editors.har import NOT_HAR, ArchivedRequest, read_har
from designer.forms.copy_curl import copy_curl
from designer.panels.json_text import JsonReader
from designer.words import tr
from designer.workspace.call_paste import KIND
from engine.errors import FileError
from engine.text import Text

LARGEST = 200_000_000
"""Bytes of an archive; a whole afternoon of browsing is less."""


def import_request(desk: Desk) -> None:
    """Ask for an HTTP archive and for one of its requests, which becomes an activity."""
    title, pattern = tr(Text("Import a request")), f"{tr(Text('HTTP archives'))} (*.har *.json)"
    path, _ = QFileDialog.getOpenFileName(desk.frame, title, str(desk.session.folder), pattern)
    if path:
        open_archive(desk, Path(path))


def open_archive(desk: Desk, path: Path) -> None:
    """Read the archive at `path` away from the window's thread, and offer its requests."""
    reader = JsonReader(desk.frame)

    def offer() -> None:
        found = reader.found.value
        reader.deleteLater()
        try:
            _offer(desk, read_har(found))
        except FileError as error:
            desk.files.tell(error)

    try:
        text = _text_of(path)
    except FileError as error:
        desk.files.tell(error)
        return
    reader.done.connect(offer)
    reader.read(text)


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise FileError(NOT_HAR, Text("“{file}” is too large to be an archive of requests.", file=path.name))
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        text = Text("“{file}” cannot be read: {reason}.", file=path.name, reason=error.strerror or str(error))
        raise FileError(NOT_HAR, text) from error


def _offer(desk: Desk, requests: tuple[ArchivedRequest, ...]) -> None:
    rows = [(each.call.method, each.place, str(each.status or "–"), each.media_type) for each in requests]
    dialog = ChooseRequest(rows, desk.frame)
    dialog.chosen.connect(lambda place: desk.editor.workspace.calls.add(requests[place].call))
    dialog.open()


def _copy_curl(desk: Desk) -> None:
    workspace = desk.editor.workspace
    copy_curl(desk.session, workspace, desk.session.selection[0], workspace.say)


def _has_a_call(desk: Desk) -> bool:
    flow, ids = desk.session.flow, desk.session.selection
    return len(ids) == 1 and ids[0] in flow.activities and flow.activities[ids[0]].kind == KIND


COMMANDS = (
    Command("import-request", Text("Import a request…"), import_request, (), "file", 4, "cloud-arrow-down"),
    Command(
        "copy-curl",
        Text("Copy as cURL"),
        _copy_curl,
        ("Ctrl+Shift+C",),
        "edit",
        12,
        "terminal-window",
        when=_has_a_call,
        keys_on="canvas",
    ),
)
