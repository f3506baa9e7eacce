"""Answers that were kept, one file for each activity with all its calls, to be replayed without calling anybody."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from engine import quick_json
from engine.errors import Code, FileError
from engine.http_client.models import Header, HttpAnswer
from engine.text import Text

BAD_RECORDING = Code("EXT-RECORDING", "A recorded answer cannot be read.")
NOT_RECORDED = Code("EXT-NOT-RECORDED", "An answer cannot be recorded: the file cannot be written.")
NOT_FORGOTTEN = Code("EXT-NOT-FORGOTTEN", "A recorded answer cannot be deleted.")

FORMAT: Final = "campaign-recording/1"
_DROPPED = frozenset({"set-cookie", "set-cookie2", "www-authenticate", "authentication-info"})


@dataclass(frozen=True, slots=True)
class Recording:
    """One answer with the request that it belongs to, both as people may see them, and when it came (ISO 8601).

    `key` are the values that the call was made for, as texts by name; empty for one call for all rows. `rows` are the
    numbers of rows that this and the calls before it gave, all exchanges of a call together, oldest first.
    """

    recorded_at: str
    request: Mapping[str, Any]
    answer: HttpAnswer
    key: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[int, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Return what the request is recognised by: method, URL and body, which a recording may be without."""
        return str(self.request.get("fingerprint") or fingerprint(self.request))

    def to_json(self) -> dict[str, Any]:
        """Return the exchange as its file holds it."""
        answer = self.answer
        return {
            "request": {**self.request, "fingerprint": self.fingerprint},
            "response": {
                "status": answer.status,
                "reason": answer.reason,
                "headers": [_kept(header) for header in answer.headers if header.name.lower() not in _DROPPED],
                "elapsed_ms": answer.elapsed_ms,
                "body": answer.text,
            },
        }


def _kept(header: Header) -> dict[str, str]:
    """Return a header as it is kept: the body beside it is text, so its charset means nothing any more."""
    kept = header.to_json()
    if header.name.lower() == "content-type":
        kept["value"] = re.sub(r";\s*charset=[^;]*", "", kept["value"], flags=re.IGNORECASE)
    return kept


def fingerprint(request: Mapping[str, Any]) -> str:
    """Return a short name of a request (`HttpRequest.to_json`): the same for the same method, URL and body."""
    parts = json.dumps([request.get("method"), request.get("url"), request.get("body")], ensure_ascii=False)
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def file_of(folders: Sequence[Path], activity: str) -> Path | None:
    """Return the recording of an activity in the first folder that has one, or None."""
    return next((file for folder in folders if (file := _file(folder, activity)).is_file()), None)


def _file(folder: Path, activity: str) -> Path:
    return folder / "recordings" / f"{activity}.json"


def find(folders: Sequence[Path], activity: str) -> Recording | None:
    """Return the recorded answer of an activity, the first of several, or None. Raises FileError for a damaged one."""
    return next(iter(find_all(folders, activity)), None)


def find_all(folders: Sequence[Path], activity: str) -> Sequence[Recording]:
    """Return the recorded answers of an activity in the order of its calls. Raises FileError for a damaged file."""
    file = file_of(folders, activity)
    if file is None:
        return ()
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        moment, rows = str(data.get("recorded_at", "")), tuple(map(int, data.get("rows", ())))
        return [replace(_read(moment, exchange), rows=rows) for exchange in data.get("exchanges", [data])]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise FileError(
            BAD_RECORDING,
            Text("The recorded answer in “{file}” cannot be read.", file=file),
            hint=Text("Send the call again to record it anew, or remove the file."),
        ) from None


def _read(moment: str, exchange: Mapping[str, Any]) -> Recording:
    response = exchange["response"]
    answer = HttpAnswer(
        int(response["status"]),
        str(response.get("reason", "")),
        tuple(Header(str(each["name"]), str(each["value"])) for each in response.get("headers", ())),
        str(response["body"]).encode("utf-8", "replace"),
        float(response.get("elapsed_ms", 0)),
    )
    key = {str(name): str(value) for name, value in exchange.get("key", {}).items()}
    return Recording(moment, dict(exchange["request"]), answer, key)


def keep(folder: Path, activity: str, recording: Recording) -> Path:
    """Write the only exchange of an activity, whole or not at all, and return its file. Raises FileError."""
    return _written(folder, activity, {**_head(recording), **recording.to_json()})


def keep_all(folder: Path, activity: str, kept: Sequence[Recording]) -> Path:
    """Write all exchanges of an activity, at least one, whole or not at all. Raises FileError."""
    exchanges = [{**({"key": dict(each.key)} if each.key else {}), **each.to_json()} for each in kept]
    return _written(folder, activity, {**_head(kept[0]), "exchanges": exchanges})


def _head(recording: Recording) -> dict[str, Any]:
    rows = {"rows": list(recording.rows)} if recording.rows else {}
    return {"format": FORMAT, "recorded_at": recording.recorded_at, **rows}


def _written(folder: Path, activity: str, content: Mapping[str, Any]) -> Path:
    file = _file(folder, activity)
    data = _as_bytes(content)
    part = ""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=file.parent, prefix=f".{activity[:40]}-", suffix=".part")
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.write(b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        Path(part).replace(file)
    except OSError as error:
        if part:
            with suppress(OSError):
                Path(part).unlink()
        raise FileError(
            NOT_RECORDED,
            Text("The answer cannot be recorded in “{file}”: {reason}.", file=file, reason=error.strerror),
            hint=Text("Make the folder writable."),
        ) from None
    return file


def _as_bytes(content: Mapping[str, Any]) -> bytes:
    try:
        return quick_json.dumps(content, indent=2)
    except (ValueError, TypeError):
        return json.dumps(content, indent=2, ensure_ascii=False).encode("utf-8", "replace")


def forget(folder: Path, activity: str) -> bool:
    """Delete the recording that `folder` has of an activity; return whether there was one. Raises FileError."""
    file = _file(folder, activity)
    try:
        file.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise FileError(
            NOT_FORGOTTEN,
            Text("The recorded answer “{file}” cannot be deleted: {reason}.", file=file, reason=error.strerror),
            hint=Text("Make the folder writable."),
        ) from None
    return True


def differences(recording: Recording, request: Mapping[str, Any]) -> Iterator[Text]:
    """Yield in words how `request` differs from the one that was recorded."""
    old = recording.request
    for name, words in (("method", Text("the method")), ("url", Text("the URL"))):
        if old.get(name) != request.get(name):
            yield Text("{what} is now {now} instead of {old}", what=words, now=request.get(name), old=old.get(name))
    if old.get("body") != request.get("body"):
        before, now = _rows(old.get("body")), _rows(request.get("body"))
        if before is not None and now is not None and before != now:
            yield Text("{old} rows were sent, and now there are {now}", old=before, now=now)
        else:
            yield Text("the body is another one")


def _rows(body: Any) -> int | None:
    """Return how many rows a body speaks of: its count, or the rows in it."""
    try:
        read = json.loads(body)
        count = read.get("params", {}).get("count")
        return count if isinstance(count, int) else len(read["data"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
