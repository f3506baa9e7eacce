"""What the demo API is asked and what it answers, apart from any socket."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Call:
    """One request: `path` without its query, `query` with the last value of each name, header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def number(self, name: str, default: float, *, most: float) -> float:
        """Return a number of the query between 0 and `most`; `default` when it is missing or none."""
        try:
            value = float(self.query.get(name, default))
        except ValueError:
            return default
        return default if math.isnan(value) else min(max(value, 0), most)

    def json(self) -> Any:
        """Return the body as JSON, or None when it is empty or no JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True, slots=True)
class Answer:
    """One response. `wait_s` passes before it starts; `parts` then follow, with `pause_s` between them.

    `declared` is the Content-Length that is told where it is not the true one. `is_reset` ends the connection
    without any answer.
    """

    status: int
    parts: tuple[bytes, ...] = ()
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()
    wait_s: float = 0
    pause_s: float = 0
    is_reset: bool = False
    declared: int | None = None

    @property
    def length(self) -> int:
        """Return the Content-Length to tell."""
        return sum(map(len, self.parts)) if self.declared is None else self.declared


def encoded(data: Any) -> bytes:
    """Return `data` as compact JSON in UTF-8."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def ok(data: Any) -> Answer:
    """Return an answer of status 200 with `data` as JSON."""
    return Answer(200, (encoded(data),))


def problem(status: int, code: str, message: str, *headers: tuple[str, str]) -> Answer:
    """Return an error in the way APIs word theirs: `{"error": {"code", "message"}}`."""
    return Answer(status, (encoded({"error": {"code": code, "message": message}}),), headers=headers)
