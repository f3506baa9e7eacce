"""Writes results to standard output and sentences for people to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from engine.api import as_json


def say(text: str) -> None:
    """Write one line of the result."""
    sys.stdout.write(f"{text}\n")


def say_json(value: Any, *, indent: int | None = None) -> None:
    """Write a value as JSON: on one line, or indented for people."""
    say(as_json(value) if indent is None else json.dumps(value, ensure_ascii=False, indent=indent))


def say_on_error(text: str) -> None:
    """Write a line that is no result."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def complain(finding: Mapping[str, Any]) -> None:
    """Write a finding or an error as a sentence with its code, for people."""
    say_on_error(sentence(finding))


def sentence(finding: Mapping[str, Any]) -> str:
    """Return a finding as one line: level, code, where it is, what is wrong and the way out."""
    codes = " ".join(code for code in (finding.get("code"), finding.get("acs")) if code)
    place = ".".join(part for part in (finding.get("activity"), finding.get("field")) if part)
    words = " ".join(part for part in (finding.get("message"), finding.get("hint")) if part)
    return f"{finding.get('level', 'error')}: [{codes}] {f'{place}: ' if place else ''}{words}"
