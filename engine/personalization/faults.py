"""What is wrong with a message text, and where in the text it stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.errors import Code, Level
from engine.text import Text

SYNTAX = Code("TPL-SYNTAX", "A message text cannot be read: a bracket, a quote or the end of a block is missing.")
UNKNOWN_FIELD = Code("TPL-UNKNOWN-FIELD", "A message names a field that does not arrive here.")
UNKNOWN_VARIABLE = Code("TPL-UNKNOWN-VARIABLE", "A message names a variable that the flow does not have.")
UNKNOWN_FILTER = Code("TPL-UNKNOWN-FILTER", "A message uses a filter that does not exist.")
BAD_ARGUMENTS = Code("TPL-ARGUMENTS", "A filter of a message has too few or too many arguments.")
REFUSED = Code("TPL-REFUSED", "A message uses something that message texts cannot do.")
BAD_TYPES = Code("TPL-TYPES", "A message compares or formats a value that is not of the right type.")
BAD_PLACE = Code("TPL-PLACE", "A field stands at a place of the HTML where no value is safe.")
BAD_LINK = Code("TPL-LINK", "A link of a message is none that a mail may have.")
RELATIVE_LINK = Code("TPL-RELATIVE-LINK", "A link of a message has no host, so that it leads nowhere in a mail.")
BAD_VALUE = Code("TPL-VALUE", "A recipient's value does not fit what the message does with it.")
TOO_LARGE = Code("TPL-TOO-LARGE", "A message is larger, nested deeper or more work than any mail should be.")
BAD_LOCALE = Code("TPL-LOCALE", "The language or time zone of the flow is not known.")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in one text of a message; `text` names line and character."""

    code: Code
    text: Text
    hint: Text | None = None
    level: Level = Level.ERROR


class WrongValue(Exception):
    """A value does not fit what a filter does with it: only that recipient's message cannot be rendered."""

    def __init__(self, text: Text, hint: Text | None = None) -> None:
        """Keep the sentence and the way out."""
        super().__init__(str(text))
        self.text = text
        self.hint = hint


class TooMuch(Exception):
    """A message grew beyond every limit while it was rendered."""


@dataclass(slots=True)
class Problems:
    """The problems found so far, in the order of the text; the same sentence once."""

    found: list[Problem] = field(default_factory=list)

    def add(self, code: Code, text: Text, hint: Text | None = None, level: Level = Level.ERROR) -> None:
        """Add a problem."""
        problem = Problem(code, text, hint, level)
        if problem not in self.found:
            self.found.append(problem)

    @property
    def are_fatal(self) -> bool:
        """Return whether nothing can be rendered."""
        return any(problem.level is Level.ERROR for problem in self.found)
