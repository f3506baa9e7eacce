"""The page about messages says what messages do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.personalization.filters import FILTERS
from tests.engine.personalization.message_world import codes, text_of

PAGE = (Path(__file__).parents[3] / "docs" / "messages.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(.*)` \| (.*) \|$", PAGE, re.M)
EXAMPLES = [(source.replace("\\|", "|"), read) for source, read in ROWS if "{" in source]


@pytest.mark.parametrize(("source", "read"), EXAMPLES, ids=[source for source, _ in EXAMPLES])
def test_what_is_written_is_read_as_the_page_says(source: str, read: str) -> None:
    assert codes(source) == []
    # Babel writes the narrow blank that the language asks for; the page has an ordinary one
    assert " ".join(text_of(source).split()) == read


def test_every_filter_is_on_the_page() -> None:
    used = {name for source, _ in EXAMPLES for name in re.findall(r"\| (\w+)", source)}
    assert used == set(FILTERS)
