"""A flow with its recorded answers in one file (a ZIP), to give away: without secrets, tables, or the rows it sent."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from engine.document import files
from engine.document.model import Flow
from engine.errors import Code, FileError
from engine.text import Text

NOT_A_PACKAGE = Code("FILE-PACKAGE", "The file is no package of a flow and its recorded answers.")
NOT_PACKED = Code("FILE-NOT-PACKED", "A package cannot be written, or a recorded answer for it cannot be read.")
TAKEN = Code("FILE-PACKAGE-TAKEN", "A package cannot be opened where a flow of that name already is.")

CLEAR_SECRETS: Final = frozenset({"EXT-CLEAR-SECRET", "EXT-ACCOUNT-CLEAR"})
"""The codes of findings that a flow should have none of when it is given away."""

MOST_BYTES: Final = 256 * 2**20
MOST_FILES: Final = 1000

_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
_SIGNS = r"[/\\:*?\"<>|\x00-\x1f]"
_FLOW = re.compile(rf"(?:(?!{_SIGNS}).)+\.flow", re.DOTALL)
_RECORDING = re.compile(rf"(?P<flow>{_FLOW.pattern})\.d/recordings/[\w-][\w.-]*\.json")


@dataclass(frozen=True, slots=True)
class Packed:
    """What a package holds: the activities with recorded answers; and the resources whose files it is without."""

    recordings: tuple[str, ...]
    left_out: tuple[str, ...]


def plain_name(name: str) -> str:
    """Return a name that a file can have on every computer."""
    return re.sub(_SIGNS, "-", name.strip()) or "flow"


def pack(flow: Flow, name: str, folders: Sequence[Path], target: Path) -> Packed:
    """Write `flow` as `<name>.flow` with the recorded answers that `folders` have to the file `target`.

    The bodies of recorded requests hold the rows that were sent, so they stay behind. Raises FileError.
    """
    name = plain_name(name)
    recorded = {id: data for id in flow.activities if (data := _recorded(folders, id)) is not None}
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        _add(package, f"{name}.flow", files.dumps(flow))
        for id, data in recorded.items():
            _add(package, f"{name}.flow.d/recordings/{id}.json", data)
    try:
        files.write_atomically(target, content.getvalue())
    except OSError as error:
        raise _unwritten(target, error) from None
    left_out = (resource for resource, each in flow.resources.items() if each.path)
    return Packed(tuple(recorded), tuple(left_out))


def _add(package: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    package.writestr(entry, data)


def _recorded(folders: Sequence[Path], activity: str) -> bytes | None:
    """Return the recording of an activity without the bodies of its requests, None where there is none."""
    places = (folder / "recordings" / f"{activity}.json" for folder in folders)
    file = next((place for place in places if place.is_file()), None)
    if file is None:
        return None
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        exchanges = [_without_body(exchange) for exchange in data.get("exchanges", [data])]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise FileError(
            NOT_PACKED,
            Text("The recorded answer in “{file}” cannot be read.", file=str(file)),
            hint=Text("Send the call again to record it anew, or remove the file."),
        ) from None
    kept = {**data, "exchanges": exchanges} if "exchanges" in data else exchanges[0]
    return (json.dumps(kept, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _without_body(exchange: Mapping[str, Any]) -> dict[str, Any]:
    return {**exchange, "request": {**exchange["request"], "body": None}}


def _unwritten(target: Path, error: OSError) -> FileError:
    reason = error.strerror or type(error).__name__
    return FileError(
        NOT_PACKED,
        Text("“{file}” cannot be written: {reason}.", file=str(target), reason=reason),
        hint=Text("Choose another folder."),
    )


def unpack(source: Path, folder: Path) -> Path:
    """Write the flow of the package `source` and its recorded answers to `folder`, and return the flow's file.

    Nothing else in the package is read, nothing that exists is written over. Raises FileError.
    """
    name, found = _read(source)
    flow = folder / name
    if flow.exists() or (folder / f"{name}.d").exists():
        raise FileError(
            TAKEN,
            Text("“{folder}” already has a flow called “{name}”.", folder=str(folder), name=name),
            hint=Text("Choose another folder."),
        )
    try:
        for place, data in found.items():
            file = folder / place
            file.parent.mkdir(parents=True, exist_ok=True)
            files.write_atomically(file, data)
    except OSError as error:
        raise _unwritten(folder, error) from None
    return flow


def _read(source: Path) -> tuple[str, Mapping[str, bytes]]:
    """Return the name of the flow and the content of its files: the recorded answers first, the flow last."""
    try:
        with zipfile.ZipFile(source) as package:
            names = [entry.filename for entry in package.infolist()]
            flows = [name for name in names if _FLOW.fullmatch(name)]
            if len(flows) != 1 or len(names) > MOST_FILES:
                raise _no_package(source)
            belonging = [name for name in names if (read := _RECORDING.fullmatch(name)) and read["flow"] == flows[0]]
            found = dict(_contents(package, [*belonging, flows[0]], source))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileError(
            NOT_A_PACKAGE, Text("“{file}” cannot be opened: {reason}.", file=source.name, reason=reason)
        ) from None
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, ValueError):
        raise _no_package(source) from None
    files.loads(found[flows[0]], name=flows[0])
    return flows[0], found


def _contents(package: zipfile.ZipFile, names: Sequence[str], source: Path) -> Iterator[tuple[str, bytes]]:
    left = MOST_BYTES
    for name in names:
        with package.open(name) as stream:
            data = stream.read(left + 1)
        left -= len(data)
        if left < 0:
            raise _no_package(source)
        yield name, data


def _no_package(source: Path) -> FileError:
    return FileError(
        NOT_A_PACKAGE,
        Text("“{file}” is no package of a flow.", file=source.name),
        hint=Text("Ask its author to export the flow with its recordings again."),
    )
