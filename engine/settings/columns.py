"""Column definitions (ACS 1.6): what columns are called, what they hold, and what becomes of misfits."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from engine.activity import ActivitySettings, setting
from engine.errors import Code, Finding, Level, SettingsError
from engine.schema import LINE_NUMBER, ColumnType
from engine.tables.column_rule import REASON, ColumnRule, EmptyPolicy, ErrorPolicy, LetterCase, WhiteSpace
from engine.tables.text_values import Form, check_format
from engine.text import Text

BAD_COLUMN_ID = Code("DATA-COLUMN-ID", "A column has no name, or one that cannot be used or is taken.")
NO_DEFAULT = Code("DATA-COLUMN-DEFAULT", "A column should use a default value, but has none.")
BAD_COLUMN_FORM = Code("DATA-COLUMN-FORM", "The separators, the words or the time zone of a column cannot be used.")

_ERRORS = "Values that do not fit"
_POLICIES = {
    "ignore": "Ignore the value",
    "reject": "Reject the line",
    "default": "Use the default value",
    "default-unmapped": "Use the default value when no remapping exists",
    "reject-unmapped": "Reject the line when no remapping exists",
}


class ColumnDefinition(ActivitySettings):
    """One column: where its values come from (`key`), what it is called (`id`) and what it holds."""

    id: str = setting("", label="ID", help="The name of the column in the table.")
    key: str = setting("", label="Key", help="Where the value stands in the answer or file.")
    label: str = setting("", label="Label", help="What people read instead of the ID.")
    type: Literal["text", "integer", "float", "boolean", "date", "time", "date-time"] = setting(
        "text",
        label="Data type",
        choices={
            "text": "Text",
            "integer": "Integer",
            "float": "Floating number",
            "boolean": "Boolean",
            "date": "Date",
            "time": "Time",
            "date-time": "Date and time",
        },
    )
    length: int | None = setting(
        None,
        label="Maximum length",
        help="The most characters of a text; empty for any number.",
        shown_when={"type": ("text",)},
        ge=1,
    )
    ignore: bool = setting(False, label="Ignore column", help="Leave the column out of the table.")
    white_space: WhiteSpace = setting(
        "keep",
        label="White space",
        choices={
            "keep": "Keep it",
            "trim": "Remove it at both ends",
            "collapse": "One space between words",
            "remove": "Remove all of it",
        },
    )
    letter_case: LetterCase = setting(
        "keep",
        label="Letter case",
        choices={
            "keep": "Keep it",
            "lower": "Small letters",
            "upper": "Capital letters",
            "smart": "First letter capital",
        },
    )
    format: str = setting(
        "",
        label="Format",
        help="Such as %d/%m/%Y, %d.%m.%Y %H:%M or %I:%M %p; empty for 2026-03-07 and 20:15. A time becomes 20:15:00.",
        examples=["%d/%m/%Y"],
        shown_when={"type": ("date", "time", "date-time")},
    )
    time_zone: str = setting(
        "",
        label="Time zone",
        help="The zone of times that do not name theirs, such as Europe/Paris; empty for UTC.",
        editor="time-zone",
        examples=["UTC"],
        shown_when={"type": ("date-time",)},
    )
    decimal: str = setting(".", label="Decimal separator", shown_when={"type": ("integer", "float")})
    thousands: str = setting("", label="Thousands separator", shown_when={"type": ("integer", "float")})
    true_words: str = setting(
        "",
        label="Written for true",
        help="Words with commas between them, such as Y, ja; empty for true, yes and 1.",
        examples=["true, yes, 1"],
        shown_when={"type": ("boolean",)},
    )
    false_words: str = setting(
        "",
        label="Written for false",
        help="Words with commas between them, such as N, nein; empty for false, no and 0.",
        examples=["false, no, 0"],
        shown_when={"type": ("boolean",)},
    )
    remapping: Mapping[str, str] = setting(
        {}, label="Value remapping", help="Values that are replaced by others before anything else looks at them."
    )
    on_error: ErrorPolicy = setting(
        "ignore",
        label="Error processing",
        help="What happens to a value of the wrong type, one that is too long, or an empty one that is an error.",
        group=_ERRORS,
        choices=_POLICIES,
    )
    default: str = setting(
        "",
        label="Default value",
        help="Written like the values of the column.",
        group=_ERRORS,
        shown_when={"on_error": ("default", "default-unmapped")},
    )
    on_empty: EmptyPolicy = setting(
        "error-number",
        label="Empty values",
        group=_ERRORS,
        choices={
            "error-number": "An error for numbers, else NULL",
            "null": "NULL",
            "error": "An error",
        },
    )

    @property
    def value_type(self) -> ColumnType:
        """Return the type of the values in the table: a time is a text that is always written alike."""
        return ColumnType.TEXT if self.type == "time" else ColumnType(self.type)

    def rule(self) -> ColumnRule:
        """Return the definition as the rule that is applied to the column's texts."""
        return ColumnRule(
            id=self.id,
            type=self.value_type,
            label=self.label,
            length=self.length if self.type == "text" else None,
            is_ignored=self.ignore,
            form=self._form(),
            white_space=self.white_space,
            letter_case=self.letter_case,
            remapping=tuple(self.remapping.items()),
            on_error=self.on_error,
            default=self.default,
            on_empty=self.on_empty,
        )

    def _form(self) -> Form:
        words = (_words(self.true_words), _words(self.false_words))
        return Form(self.format, self.time_zone, self.decimal, self.thousands, *words, is_time=self.type == "time")


def _words(text: str) -> tuple[str, ...]:
    """Return the words that stand in a text with commas between them."""
    return tuple(word for each in text.split(",") if (word := each.strip()))


def rules_of(columns: Sequence[ColumnDefinition]) -> tuple[ColumnRule, ...]:
    """Return the rules of all columns, in their order."""
    return tuple(column.rule() for column in columns)


def check_columns(columns: Sequence[ColumnDefinition], field: str) -> Iterator[Finding]:
    """Yield what is wrong with the definitions at the setting `field`: names, formats, separators, zones."""
    seen: dict[str, str] = {LINE_NUMBER.lower(): LINE_NUMBER, REASON: REASON}
    for place, column in enumerate(columns):
        at = f"{field}.{place}"
        yield from _check_id(column, seen, f"{at}.id")
        seen.setdefault(column.id.lower(), column.id)
        if not column.ignore:
            yield from _check_form(column, at)


def _check_id(column: ColumnDefinition, seen: Mapping[str, str], field: str) -> Iterator[Finding]:
    taken = seen.get(column.id.lower())
    if not column.id.strip() or "." in column.id:
        text = Text("The column with the key “{key}” needs an ID without a dot.", key=column.key)
        yield Finding(Level.ERROR, BAD_COLUMN_ID, text, field=field)
    elif taken in (LINE_NUMBER, REASON):
        text = Text("“{id}” is the name of a system column.", id=column.id)
        yield Finding(Level.ERROR, BAD_COLUMN_ID, text, field=field, hint=Text("Give the column another ID."))
    elif taken is not None:
        text = Text("Two columns are called “{id}”.", id=column.id)
        hint = Text("Give one of them another ID; capital and small letters count as the same.")
        yield Finding(Level.ERROR, BAD_COLUMN_ID, text, field=field, hint=hint)


def _check_form(column: ColumnDefinition, at: str) -> Iterator[Finding]:
    if column.type != "text" and column.on_error in ("default", "default-unmapped") and not column.default.strip():
        text = Text("“{id}” has no default value to use.", id=column.id)
        hint = Text("Write one, or ignore values that do not fit: both leave the field empty until then.")
        yield Finding(Level.WARNING, NO_DEFAULT, text, field=f"{at}.default", hint=hint)
    if column.type in ("integer", "float"):
        is_usable = len(column.decimal) == 1 and len(column.thousands) <= 1 and column.decimal != column.thousands
        if not is_usable or any(each.isalnum() or each in "+-" for each in column.decimal + column.thousands):
            text = Text("“{id}” needs one decimal separator, and another thousands separator or none.", id=column.id)
            yield Finding(Level.ERROR, BAD_COLUMN_FORM, text, field=f"{at}.decimal")
    both = {word.lower() for word in _words(column.true_words)} & {word.lower() for word in _words(column.false_words)}
    if column.type == "boolean" and both:
        text = Text("“{word}” cannot mean both true and false in “{id}”.", word=min(both), id=column.id)
        yield Finding(Level.ERROR, BAD_COLUMN_FORM, text, field=f"{at}.true_words")
    if column.type in ("date", "time", "date-time"):
        try:
            check_format(column.format, is_time=column.type == "time")
        except SettingsError as error:
            yield Finding(Level.ERROR, error.code, error.text, field=f"{at}.format", hint=error.finding.hint)
    if column.type == "date-time":
        yield from check_zone(column.time_zone, f"{at}.time_zone")


def check_zone(name: str, field: str) -> Iterator[Finding]:
    """Yield that the setting `field` names no time zone, if so."""
    if name not in ("", "UTC") and name not in zoneinfo.available_timezones():
        text = Text("There is no time zone “{zone}”.", zone=name)
        hint = Text("Write a name such as Europe/Paris, or leave it empty for UTC.")
        yield Finding(Level.ERROR, BAD_COLUMN_FORM, text, field=field, hint=hint)
