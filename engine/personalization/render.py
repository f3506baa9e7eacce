"""The texts of one recipient: rendered with bounded work, every value escaped for its place and traced to its field."""

from __future__ import annotations

import html
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.personalization import faults
from engine.personalization.faults import Problem, TooMuch, WrongValue
from engine.personalization.fields import Rows
from engine.personalization.filters import FILTERS, passes
from engine.personalization.formats import LONGEST_TEXT, Formats
from engine.personalization.links import encoded, safe_url
from engine.personalization.places import Rule
from engine.personalization.source import NONCHARACTERS, Segment
from engine.personalization.template import Expression, Template, environment
from engine.text import Text

FUEL = 200_000
MOST_WORK = 5_000_000
"""Characters and entries that the filters of one text may handle, all together."""

_OPEN, _CLOSE = "\ufdd0", "\ufdd1"


@dataclass(frozen=True, slots=True)
class Trace:
    """A piece of a finished text that came from the field `path`, in characters."""

    start: int
    end: int
    path: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished text; `missing` are the fields that were reached and NULL. With a `problem` there is no text."""

    text: str = ""
    trace: tuple[Trace, ...] = ()
    missing: tuple[str, ...] = ()
    problem: Problem | None = None


class _Located(Exception):
    """Something went wrong at an expression, known by its number."""

    def __init__(self, number: int, problem: WrongValue | TooMuch) -> None:
        super().__init__(number)
        self.number = number
        self.problem = problem


class Renderer:
    """Renders the texts of a message for one row after the other. Used by one thread at a time."""

    def __init__(
        self, templates: Mapping[str, Template], formats: Formats, variables: Mapping[str, Any], now: datetime
    ) -> None:
        """Make the renderer ready; texts that are broken render as nothing, with their first problem."""
        self._templates = templates
        self._formats = formats
        self._rows = Rows(variables, now)
        self._work = 0
        self._current = Template()
        self._environment = self._ready()

    def _ready(self) -> Any:
        filters: dict[str, Callable[..., Any]] = {
            name: self._charged(each.function, self._formats if each.is_bound else None)
            for name, each in FILTERS.items()
        }
        filters |= {
            "concat": self._charged(Formats.concat, self._formats),
            "compare": self._charged(_compare, self._formats),
            "out": self._out,
        }
        ready = environment(filters=filters, fuel=FUEL)
        for name, template in self._templates.items():
            if not template.is_broken:
                ready.add_template(name, template.code)
        return ready

    def values(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row (column path to value) as the texts read it."""
        return self._rows.values(row)

    def render(self, name: str, values: Mapping[str, Any]) -> Rendered:
        """Return one text of the message for the `values` of a recipient."""
        import minijinja

        template = self._templates[name]
        if template.is_broken:
            return Rendered(problem=next(each for each in template.problems if each.level == "error"))
        self._work = 0
        self._current = template
        try:
            marked = self._environment.render_template(name, **values)
        except _Located as error:
            return Rendered(problem=self._located(error))
        except (minijinja.TemplateError, TooMuch) as error:
            return Rendered(problem=self._engine_problem(error))
        return _stripped(marked, template.expressions)

    def _charged(self, function: Callable[..., Any], formats: Formats | None) -> Callable[..., Any]:
        """Return a filter that counts its work and says where it failed."""
        bound = (formats,) if formats is not None else ()

        def filtered(value: Any, *arguments: Any, at: int = -1, **named: Any) -> Any:
            try:
                self._charge(value)
                return self._charge(function(*bound, value, *arguments, **named))
            except (WrongValue, TooMuch) as error:
                raise _Located(at, error) from None
            except (TypeError, ValueError, ArithmeticError):
                wrong = WrongValue(Text("A filter got a value that it cannot use."))
                raise _Located(at, wrong) from None

        return filtered

    def _charge(self, value: Any) -> Any:
        self._work += len(value) if isinstance(value, str | list) else 1
        if self._work > MOST_WORK or (isinstance(value, str) and len(value) > LONGEST_TEXT):
            raise TooMuch
        return value

    def _out(self, value: Any, number: int, *is_missing: bool) -> str:
        """Return a value as it stands in the text, between marks that say which expression gave it."""
        try:
            text = self._charge(self._formats.shown(value))
            rule = self._current.expressions[number].rule
            shown = _ruled(NONCHARACTERS.sub("\N{REPLACEMENT CHARACTER}", text), rule)
        except (WrongValue, TooMuch) as error:
            raise _Located(number, error) from None
        missing = ",".join(str(place) for place, is_it in enumerate(is_missing) if is_it)
        return f"{_OPEN}{number}:{missing};{shown}{_CLOSE}"

    def _located(self, error: _Located) -> Problem:
        expression = self._current.expressions.get(error.number)
        segment = expression.segment if expression else self._current.groups.get(error.number)
        if isinstance(error.problem, TooMuch):
            return _too_much()
        return _wrong(error.problem.text, segment, error.problem.hint)

    def _engine_problem(self, error: Any) -> Problem:
        kind = getattr(error, "kind", "")
        if isinstance(error, TooMuch) or kind == "OutOfFuel":
            return _too_much()
        place = getattr(error, "range", None)
        reason = Text("{reason}.", reason=str(getattr(error, "detail", "") or kind).rstrip("."))
        return _wrong(reason, _segment_at(self._current.spans, place[0] if place else 0), None)


def _compare(formats: Formats, value: Any, test: str, other: Any) -> bool:
    return passes(formats, value, test, other)


def _ruled(text: str, rule: Rule) -> str:
    if rule is Rule.PLAIN:
        return text
    if rule is Rule.URL:
        text = safe_url(text)
    elif rule is Rule.URL_PART:
        text = encoded(text)
    return html.escape(text)


def _segment_at(spans: Sequence[tuple[int, Segment]], place: int) -> Segment | None:
    index = bisect_right([end for end, _ in spans], place)
    return spans[index][1] if index < len(spans) else None


def _wrong(text: Text, segment: Segment | None, hint: Text | None) -> Problem:
    if segment is not None:
        text = Text("In {at}: {problem}", at=segment.at(), problem=text)
    return Problem(faults.BAD_VALUE, text, hint)


def _too_much() -> Problem:
    text = Text("The message is too much work, or too large, for this recipient.")
    return Problem(faults.TOO_LARGE, text, Text("Show fewer entries of a list."))


def _stripped(marked: str, expressions: Mapping[int, Expression]) -> Rendered:
    """Return the text without its marks, and what the marks said."""
    first, *pieces = marked.split(_OPEN)
    parts = [first]
    trace: list[Trace] = []
    missing: dict[str, None] = {}
    size = len(first)
    for piece in pieces:
        mark, _, rest = piece.partition(";")
        number, _, places = mark.partition(":")
        shown, _, after = rest.partition(_CLOSE)
        references = expressions[int(number)].references
        missing |= {references[int(place)].path: None for place in places.split(",") if place}
        if shown and references:
            trace.append(Trace(size, size + len(shown), references[0].path))
        parts += (shown, after)
        size += len(shown) + len(after)
    return Rendered("".join(parts), tuple(trace), tuple(missing))
