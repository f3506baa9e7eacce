"""Words that people read, as data: an English sentence and the values in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Translate = Callable[[str, str, int], str]
"""Picks a translation: (sentence, sentence for many or "", count) gives the sentence to fill in."""


def _english(one: str, many: str, count: int) -> str:
    return many if many and count != 1 else one


class Text:
    """One sentence for people, kept apart from its values so that it can be translated.

    `Text("Short by {count}", count=1)`; with `Text.plural(one, many, count=n)` the sentence follows the
    number. The English sentence is the key of the translation catalogues; only the doors (the designer,
    the command line) render it. `str(text)` is the English sentence.
    """

    __slots__ = ("many", "message", "values")
    message: str
    many: str
    values: Mapping[str, object]

    def __init__(self, message: str, /, **values: object) -> None:
        """Keep the English `message` with `{name}` places and the `values` for them."""
        self.message = message
        self.many = ""
        self.values = values

    @classmethod
    def plural(cls, one: str, many: str, /, *, count: int, **values: object) -> Text:
        """Return a sentence that is `one` for a count of 1 and `many` for every other count."""
        text = cls(one, count=count, **values)
        text.many = many
        return text

    def render(self, translate: Translate = _english) -> str:
        """Return the sentence in the language of `translate`, its values filled in."""
        count = self.values.get("count", 1)
        sentence = translate(self.message, self.many, count if isinstance(count, int) else 1)
        if not self.values:
            return sentence
        return sentence.format_map({name: _shown(value, translate) for name, value in self.values.items()})

    def __str__(self) -> str:
        """Return the English sentence."""
        return self.render()

    def __repr__(self) -> str:
        """Return the sentence as it would be written in code."""
        return f"Text({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        """Two texts are equal when their sentence and values are."""
        return isinstance(other, Text) and (self.message, self.many, self.values) == (
            other.message,
            other.many,
            other.values,
        )

    def __hash__(self) -> int:
        """Hash by the sentence alone: values need not be hashable."""
        return hash((self.message, self.many))

    def __bool__(self) -> bool:
        """Return whether there is anything to read."""
        return bool(self.message)

    def to_json(self) -> dict[str, object]:
        """Return the text as JSON, for the pipe between the engine and the designer."""
        values = {name: _plain(value) for name, value in self.values.items()}
        return {"message": self.message, "many": self.many, "values": values}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Text:
        """Rebuild what `to_json` gave."""
        values = data.get("values", {})
        if not isinstance(values, Mapping):
            values = {}
        text = cls(str(data.get("message", "")), **{str(name): _lively(value) for name, value in values.items()})
        text.many = str(data.get("many", ""))
        return text


def _shown(value: object, translate: Translate) -> object:
    if isinstance(value, Text):
        return value.render(translate)
    if isinstance(value, int) and not isinstance(value, bool):
        return _Grouped(value)
    return value


class _Grouped(int):
    """A number that groups its thousands with a narrow space when it is shown."""

    def __format__(self, spec: str) -> str:
        return int.__format__(self, spec) if spec else f"{int(self):,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _plain(value: object) -> object:
    if isinstance(value, Text):
        return {"$text": value.to_json()}
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _lively(value: object) -> object:
    if isinstance(value, Mapping) and "$text" in value:
        return Text.from_json(value["$text"])
    return value
