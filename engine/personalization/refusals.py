"""Why no value can stand at a place of the HTML, and the way out."""

from __future__ import annotations

from collections.abc import Mapping

from engine.personalization.places import Refusal
from engine.text import Text

REASONS: Mapping[Refusal, tuple[Text, Text]] = {
    Refusal.HOST: (
        Text("The host of an address cannot come from a field"),
        Text("Write the host, or let the field hold the whole address."),
    ),
    Refusal.STYLE: (
        Text("A value cannot stand inside a style"),
        Text("Choose between whole styles with {% if %}."),
    ),
    Refusal.UNQUOTED: (
        Text("The value of an attribute stands without quotes"),
        Text("Put double quotes around it."),
    ),
    Refusal.TAG: (
        Text("A tag or the name of an attribute cannot come from a field"),
        Text("Put the value into the text, or between the quotes of an attribute."),
    ),
    Refusal.SCRIPT: (
        Text("A value cannot stand inside a script, a style sheet or such an attribute"),
        Text("Put the value into the text."),
    ),
    Refusal.COMMENT: (Text("A value cannot stand inside a comment"), Text("Put the value into the text.")),
    Refusal.ELSEWHERE: (Text("A value cannot stand here"), Text("Put the value into the text.")),
    Refusal.BRANCH: (
        Text("A block begins or ends inside a tag or an address"),
        Text("Put the whole tag into each branch."),
    ),
}
