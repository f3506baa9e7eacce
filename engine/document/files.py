"""Read and write `.flow` files: canonical, atomic, and running nothing on the way in."""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError

from engine.document import digits
from engine.document.migrations import migrate
from engine.document.model import FORMAT, Flow
from engine.errors import Code, FileError
from engine.text import Text

MAX_BYTES = 32 * 1024 * 1024
"""A flow larger than this is not one that a person drew: it is refused before it is parsed."""
MAX_DEPTH = 100
"""How deeply a file may nest (ACS allows answers 10 deep; a sample stands five levels down in the file)."""

UNREADABLE = Code("FILE-UNREADABLE", "The file cannot be opened.")
NOT_SAVED = Code("FILE-NOT-SAVED", "The file cannot be written; the old one is untouched.")
TOO_LARGE = Code("FILE-TOO-LARGE", "The file is larger than any flow may be.")
NOT_TEXT = Code("FILE-NOT-TEXT", "The file is not UTF-8 text.")
NOT_JSON = Code("FILE-NOT-JSON", "The file is not valid JSON, or ends too early.")
TOO_DEEP = Code("FILE-TOO-DEEP", "The file nests more deeply than a flow may.")
DUPLICATE = Code("FLOW-DUPLICATE-ID", "Two members of one object have the same name, so one would be lost.")
NOT_A_NUMBER = Code("FILE-BAD-NUMBER", "The file holds a number that JSON does not have.")
NOT_A_FLOW = Code("FILE-NOT-A-FLOW", "The file is JSON, but no flow, or of a format that this version does not know.")
BAD_MEMBER = Code("FLOW-BAD-MEMBER", "A member of the flow has the wrong type or an impossible value.")

_MEMBERS = ("format", "name", "options", "variables", "resources", "accounts", "activities")


def load(path: Path) -> Flow:
    """Return the flow in the file at `path`. Raises FileError; nothing is executed and nothing written."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileError(
            UNREADABLE,
            Text("“{file}” cannot be opened: {reason}.", file=path.name, reason=reason),
            hint=Text("Check that the file exists and that you may read it."),
        ) from None
    return loads(data, name=path.name)


def loads(data: bytes, *, name: str = "The flow") -> Flow:
    """Return the flow in `data`, the bytes of a `.flow` file; `name` is what messages call it."""
    return from_json(parse(data, name=name), name=name)


def parse(data: bytes, *, name: str) -> Any:
    """Return the JSON value in `data`. Raises FileError for everything that JSON does not allow."""
    if len(data) > MAX_BYTES:
        _refuse(TOO_LARGE, Text("“{file}” is larger than {limit} MB.", file=name, limit=MAX_BYTES // 2**20))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(NOT_TEXT, Text("“{file}” is not UTF-8 text (byte {at}).", file=name, at=error.start))
    try:
        return digits.loads(text, object_pairs_hook=_unique(name), parse_constant=_no_constant(name))
    except json.JSONDecodeError as error:
        _refuse(
            NOT_JSON,
            Text(
                "“{file}” is not a complete flow: {reason} in line {line}, column {column}.",
                file=name,
                reason=error.msg,
                line=error.lineno,
                column=error.colno,
            ),
        )
    except RecursionError:
        _refuse(TOO_DEEP, Text("“{file}” nests more than {limit} levels deep.", file=name, limit=MAX_DEPTH))
    except ValueError:
        _refuse(NOT_A_NUMBER, Text("“{file}” holds a number that is too large to keep.", file=name))


def _refuse(code: Code, text: Text) -> NoReturn:
    raise FileError(code, text, hint=Text("Open an earlier copy of the file, or ask its author to send it again."))


def _unique(name: str) -> Any:
    def keep(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            seen: set[str] = set()
            twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value] # add gives None: the key is new
            _refuse(DUPLICATE, Text("“{file}” has “{id}” twice in one place.", file=name, id=twice))
        return members

    return keep


def _no_constant(name: str) -> Any:
    def refuse(constant: str) -> NoReturn:
        _refuse(NOT_A_NUMBER, Text("“{file}” holds {number}, which JSON does not have.", file=name, number=constant))

    return refuse


def from_json(data: Any, *, name: str = "The flow") -> Flow:
    """Return the flow that a parsed file describes, older formats migrated. Raises FileError."""
    if not isinstance(data, Mapping):
        _refuse(NOT_A_FLOW, Text("“{file}” is JSON, but not a flow.", file=name))
    _refuse_extremes(data, name)
    try:
        data = migrate(data)
    except (KeyError, TypeError, AttributeError, ValueError):
        _refuse(
            BAD_MEMBER, Text("“{file}” is of an older format and not whole: a member is missing or wrong.", file=name)
        )
    if data.get("format") != FORMAT:
        _refuse(
            NOT_A_FLOW,
            Text(
                "“{file}” says it is of the format {format}; this version reads {known}.",
                file=name,
                format=json.dumps(data.get("format"), ensure_ascii=False)[:60],
                known=FORMAT,
            ),
        )
    try:
        return Flow.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = "/" + "/".join(str(part) for part in first["loc"])
        _refuse(BAD_MEMBER, Text("“{file}”: {place} is wrong: {reason}.", file=name, place=place, reason=first["msg"]))


def _refuse_extremes(data: Any, name: str) -> None:
    """Refuse what could not be written back: deep nests, and numbers such as 1e999 that became infinite."""
    ahead: list[tuple[Any, int]] = [(data, 1)]
    while ahead:
        value, depth = ahead.pop()
        if depth > MAX_DEPTH:
            _refuse(TOO_DEEP, Text("“{file}” nests more than {limit} levels deep.", file=name, limit=MAX_DEPTH))
        if isinstance(value, float) and not math.isfinite(value):
            _refuse(NOT_A_NUMBER, Text("“{file}” holds a number that is too large to keep.", file=name))
        if isinstance(value, Mapping):
            ahead.extend((member, depth + 1) for member in value.values())
        elif isinstance(value, list):
            ahead.extend((member, depth + 1) for member in value)


def to_json(flow: Flow) -> dict[str, Any]:
    """Return the flow as plain JSON in the order of the file: known members, unknown ones, `layout` last."""
    data = flow.model_dump(exclude_unset=True)
    data["format"] = flow.format
    ordered = {name: data.pop(name) for name in _MEMBERS if name in data}
    layout = data.pop("layout", None)
    ordered.update(data)
    if "activities" in ordered:
        ordered["activities"] = dict(sorted(ordered["activities"].items()))
    if layout is not None:
        ordered["layout"] = {id: _shortest_position(layout[id]) for id in sorted(layout)}
    return ordered


def _shortest_position(position: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in position.items()
    }


def dumps(flow: Flow) -> bytes:
    """Return the canonical bytes of the flow: UTF-8 JSON, two-space indent, LF, activities sorted by id."""
    text = digits.dumps(to_json(flow), indent=2, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8", "backslashreplace")  # a lone surrogate becomes its JSON escape


def save(flow: Flow, path: Path) -> None:
    """Write the flow to `path` atomically: temporary file, fsync, rename. Raises FileError; the old file stays."""
    data = dumps(flow)
    try:
        write_atomically(path, data)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileError(
            NOT_SAVED,
            Text(
                "“{file}” could not be saved: {reason}. The file on disk is as it was.", file=path.name, reason=reason
            ),
            hint=Text("Save it in another place with Save as."),
        ) from None


def write_atomically(path: Path, data: bytes) -> None:
    """Put `data` at `path` so that a reader sees the old bytes or the new ones, never half. Raises OSError."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    part = Path(temporary)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if path.exists():
            part.chmod(path.stat().st_mode & 0o777)
        else:
            umask = os.umask(0)
            os.umask(umask)
            part.chmod(0o666 & ~umask)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
