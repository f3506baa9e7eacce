"""JSON whose numbers come back as they were written: `9.90` stays `9.90`, and no digit of a long fraction is lost."""

from __future__ import annotations

import json
import math
import re
import uuid
from collections.abc import Mapping
from typing import Any, Self


class Written(float):
    """A number that is written otherwise than Python would, with the digits that it has in its text.

    It counts as the nearest floating number, but equals only what is written alike: 9.90 in the place of 9.9 is a
    change that has to be seen.
    """

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Self:
        """Return the number that a JSON text says."""
        made = super().__new__(cls, text)
        made.text = text
        return made

    def __getnewargs__(self) -> tuple[Any]:
        """Return what a copy is made of."""
        return (self.text,)

    def __eq__(self, other: object) -> bool:
        """Return whether the other one is written alike."""
        return isinstance(other, Written) and self.text == other.text

    def __ne__(self, other: object) -> bool:
        """Return whether the other one is written otherwise."""
        return not self == other

    def __hash__(self) -> int:
        """Return a hash of the digits."""
        return hash(self.text)

    def __repr__(self) -> str:
        """Return the digits."""
        return self.text


def number(text: str) -> float:
    """Return a fraction of JSON: `Written` where its shortest form is another text. Raises ValueError for 1e999."""
    plain = float(text)
    if math.isinf(plain):
        raise ValueError(text)
    return plain if repr(plain) == text else Written(text)


def _integer(text: str) -> float:
    return int(text) if text != "-0" else Written(text)


def loads(text: str | bytes, **options: Any) -> Any:
    """Return what a JSON text says, with `options` of `json.loads`. Raises ValueError."""
    return json.loads(text, parse_float=number, parse_int=_integer, **options)


def dumps(value: Any, **options: Any) -> str:
    """Return a value as JSON text, with `options` of `json.dumps`."""
    token = uuid.uuid4().hex
    marked = _marked(value, token)
    text = json.dumps(marked, **options)
    return text if marked is value else re.sub(f'"{token}([^"]*)"', r"\1", text)


def _marked(value: Any, token: str) -> Any:
    """Return a value with a text in the place of each `Written`; itself where it holds none."""
    if isinstance(value, Written):
        return token + value.text
    if isinstance(value, Mapping):
        members = {name: _marked(member, token) for name, member in value.items()}
        return members if any(members[name] is not value[name] for name in members) else value
    if isinstance(value, list | tuple):
        entries = [_marked(entry, token) for entry in value]
        return entries if any(new is not old for new, old in zip(entries, value, strict=True)) else value
    return value
