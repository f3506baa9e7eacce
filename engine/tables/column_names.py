"""Ids of columns from the names in the head of a file: safe in expressions and messages, unique (ACS 1.5)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.schema import LINE_NUMBER, TARGET


def column_ids(names: Sequence[str], *, taken: Sequence[str] = (LINE_NUMBER, TARGET)) -> tuple[str, ...]:
    """Return an id for each name, unlike those `taken`: letters, digits and `_`, different also in small letters."""
    used = {each.lower() for each in taken}
    found = []
    for place, name in enumerate(names, start=1):
        wish = re.sub(r"\W", "_", name.strip()) or f"column_{place}"
        wish = f"_{wish}" if wish[0].isdigit() else wish
        id, number = wish, 1
        while id.lower() in used:
            number += 1
            id = f"{wish}_{number}"
        used.add(id.lower())
        found.append(id)
    return tuple(found)
