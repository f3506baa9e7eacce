"""One text of a message, compiled: its fields and places checked, and written in the renderer's language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from engine.errors import Level
from engine.personalization import faults
from engine.personalization.faults import Problem, Problems
from engine.personalization.fields import ANY, Shape, shapes
from engine.personalization.inlining import with_inline_styles
from engine.personalization.kinds import Written
from engine.personalization.links import literal_problem
from engine.personalization.places import Piece, Place, Places, Refusal, Rule, places_of
from engine.personalization.refusals import REASONS
from engine.personalization.source import Segment, normalised, parser, segments
from engine.personalization.writing import DEEPEST, Name, Reference, Writer
from engine.schema import TableSchema
from engine.text import Text

LONGEST_SOURCE = 2_000_000
MARKS = ("\ufdd2", "\ufdd3", "\ufdd4", "\ufdd5", "\ufdd6", "\ufdd7")
"""Begin and end of an expression, a block and a comment in the renderer's language."""

_BLOCKS = frozenset({"if", "elif", "else", "endif", "for", "endfor", "set"})
_MOST_BRANCHES = 100
_MOST_SEGMENTS = 5_000


@dataclass(frozen=True, slots=True)
class Expression:
    """One `{{ … }}` of a text: where it stands, which fields it shows, and what happens to its value."""

    segment: Segment
    references: tuple[Reference, ...]
    rule: Rule


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled text. `code` is in the renderer's language; `spans` gives (end of code in bytes, segment) in order.

    `columns` are the columns of the row that are read at all, `shown` those that are shown, with whether a fallback or
    a condition guards every place where they are.
    """

    code: str = ""
    expressions: Mapping[int, Expression] = field(default_factory=dict)
    spans: Sequence[tuple[int, Segment]] = ()
    problems: tuple[Problem, ...] = ()
    columns: frozenset[str] = frozenset()
    shown: Mapping[str, bool] = field(default_factory=dict)
    groups: Mapping[int, Segment] = field(default_factory=dict)
    has_links: bool = False

    @property
    def is_broken(self) -> bool:
        """Return whether nothing can be rendered."""
        return any(problem.level is Level.ERROR for problem in self.problems)


@lru_cache(maxsize=64)
def compiled(source: str, schema: TableSchema, variables: tuple[str, ...], *, is_html: bool = False) -> Template:
    """Return a text compiled for rows of `schema`; what is wrong with it stands in its problems."""
    import jinja2

    problems = Problems()
    text = normalised(source)
    try:
        if len(text) > LONGEST_SOURCE:
            raise faults.TooMuch
        found = segments(text)
        _check_blocks(found, problems)
        if problems.are_fatal:
            return Template(problems=tuple(problems.found))
        return _Compiler(found, shapes(schema, variables), problems, is_html).template(parser().parse(text))
    except jinja2.TemplateSyntaxError as error:
        problems.add(faults.SYNTAX, *_syntax(error))
    except (RecursionError, faults.TooMuch):
        problems.add(faults.TOO_LARGE, Text("The text is too large, or nests too deeply."))
    except ValueError:
        problems.add(faults.SYNTAX, Text("The text holds a number with too many digits."))
    return Template(problems=tuple(problems.found))


def _syntax(error: Any) -> tuple[Text, Text | None]:
    """Return the sentence and the way out for what the parser could not read."""
    message = str(error.message)
    open_block = re.search(r"innermost block that needs to be closed is '(\w+)'", message)
    unknown = re.search(r"unknown tag '(\w+)'", message)
    if open_block:
        text = Text("“{word}” is not closed (line {line}).", word=f"{{% {open_block[1]} %}}", line=error.lineno)
        return text, Text("Write {word} where it ends.", word=f"{{% end{open_block[1]} %}}")
    if unknown:
        text = Text("“{word}” stands where no block is open (line {line}).", word=unknown[1], line=error.lineno)
        return text, Text("Remove it, or write the beginning of its block before it.")
    reason = message[:1].upper() + message[1:].rstrip(".")
    return Text("The text cannot be read (line {line}): {reason}.", line=error.lineno, reason=reason), None


def _check_blocks(found: Sequence[Segment], problems: Problems) -> None:
    if len(found) > _MOST_SEGMENTS:
        raise faults.TooMuch
    for segment in found:
        if segment.words.startswith("{%") and segment.keyword not in _BLOCKS:
            text = Text("“{word}” cannot be used in a message ({at}).", word=segment.keyword, at=segment.at())
            hint = Text("Use fields, filters, {% if %}, {% for %} and {% set %}.")
            problems.add(faults.REFUSED, text, hint)


@dataclass(slots=True)
class _Out:
    """An expression that was written: its code, and what it shows."""

    segment: Segment
    code: str
    references: tuple[Reference, ...]
    is_encoded: bool

    def rule(self, rule: Rule) -> Rule:
        """Return what happens to the value at a place of this rule: what is encoded already is not encoded again."""
        return Rule.ESCAPED if rule is Rule.URL_PART and self.is_encoded else rule


class _Compiler:
    """Walks over one parsed text in its order, with the segments beside it."""

    def __init__(self, found: Sequence[Segment], roots: Mapping[str, Shape], problems: Problems, is_html: bool) -> None:
        self._expressions = iter([segment for segment in found if segment.words.startswith("{{")])
        self._blocks = iter([segment for segment in found if segment.keyword in ("if", "elif", "for", "set")])
        self._roots = roots
        self._problems = problems
        self._is_html = is_html
        self._names: dict[str, Name] = {}
        self._owned: dict[str, str] = {}
        self._guards: tuple[str, ...] = ()
        self._pieces: list[Piece] = []
        self._codes: dict[int, tuple[str, Segment]] = {}
        self._out: dict[int, _Out] = {}
        self._tags: dict[int, list[int]] = {}
        self._columns: set[str] = set()
        self._shown: dict[str, bool] = {}
        self._depth = 0

    def template(self, tree: Any) -> Template:
        """Return the compiled text."""
        self._body(tree.body)
        places = places_of(self._pieces) if self._is_html else Places()
        if self._is_html:
            self._check_places(places)
        rules = {number: places.of(number).rule if self._is_html else Rule.PLAIN for number in self._out}
        expressions = {
            number: Expression(out.segment, out.references, out.rule(rules[number] or Rule.ESCAPED))
            for number, out in self._out.items()
        }
        problems = tuple(self._problems.found)
        if self._problems.are_fatal:
            return Template("", expressions, (), problems, frozenset(self._columns), self._shown)
        code, spans = self._assembled()
        if not _is_readable(code):
            self._problems.add(faults.TOO_LARGE, Text("The text is too large, or nests too deeply."))
            code, problems = "", tuple(self._problems.found)
        has_links = any(expression.rule is Rule.URL for expression in expressions.values())
        groups = {group: self._codes[numbers[0]][1] for group, numbers in self._tags.items()}
        return Template(code, expressions, spans, problems, frozenset(self._columns), self._shown, groups, has_links)

    def _assembled(self) -> tuple[str, list[tuple[int, Segment]]]:
        """Return the code, and where each tag ends in it, in bytes."""
        pieces = with_inline_styles(self._pieces) if self._is_html else self._pieces
        parts: list[str] = []
        spans: list[tuple[int, Segment]] = []
        size = 0
        for piece in pieces:
            code, segment = (piece.text, None) if piece.kind == "text" else self._codes[piece.number]
            parts.append(code)
            size += len(code.encode())
            if segment is not None:
                spans.append((size, segment))
        return "".join(parts), spans

    def _writer(self, segment: Segment, number: int = 0) -> Writer:
        return Writer(segment, number, self._roots, self._names, self._problems)

    def _read(self, writer: Writer) -> None:
        self._columns |= writer.columns

    def _body(self, nodes: Sequence[Any]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise faults.TooMuch
        for node in nodes:
            getattr(self, f"_{type(node).__name__.lower()}")(node)
        self._depth -= 1

    def _output(self, node: Any) -> None:
        for part in node.nodes:
            if type(part).__name__ == "TemplateData":
                self._pieces.append(Piece("text", part.data))
            else:
                self._expression(part)

    def _expression(self, node: Any) -> None:
        number = len(self._pieces)
        segment = next(self._expressions)
        writer = self._writer(segment, number)
        found = writer.write(node)
        self._check_shown(writer, found)
        references = tuple(dict.fromkeys(writer.references))
        self._show(references, writer.guarded)
        self._read(writer)
        flags = "".join(f", ({reference.code}) is undefined" for reference in references)
        self._out[number] = _Out(segment, found.code, references, _is_encoded(node))
        self._codes[number] = (f"{MARKS[0]} ({found.code})|out({number}{flags}) {MARKS[1]}", segment)
        self._pieces.append(Piece("expression", "", number))

    def _check_shown(self, writer: Writer, found: Written) -> None:
        if found.shape.kind == "record" and found.shape.path:
            text = Text("“{path}” is a whole row, not one value", path=found.shape.path)
            names = ", ".join(list(found.shape.members)[:12])
            writer.problem(faults.BAD_TYPES, text, Text("Name one of its fields: {names}.", names=names))
        elif found.shape.kind == "list":
            text = Text("“{path}” is a list, not one value", path=found.shape.path)
            hint = Text("Write {{% for entry in {path} %}} … {{% endfor %}}.", path=found.shape.path)
            writer.problem(faults.BAD_TYPES, text, hint)

    def _show(self, references: Sequence[Reference], guarded: set[str]) -> None:
        """Remember which columns are shown: a list without entries is not shown by a member of them."""
        for reference in references:
            if reference.is_member:
                continue
            is_guarded = reference.path in guarded or reference.path in self._guards
            for column in reference.columns:
                self._shown[column] = self._shown.get(column, True) and is_guarded

    def _tag(self, group: int, code: str, segment: Segment) -> None:
        number = len(self._pieces)
        self._codes[number] = (f"{MARKS[2]} {code} {MARKS[3]}", segment)
        self._tags.setdefault(group, []).append(number)
        self._pieces.append(Piece("block", "", number, group))

    def _own(self, name: str) -> str:
        """Return the name that the renderer's language has for a name that the text made."""
        return self._owned.setdefault(name, f"u{len(self._owned)}")

    def _guarded(self, nodes: Sequence[Any], paths: set[str]) -> None:
        before = self._guards
        self._guards = (*before, *paths)
        self._body(nodes)
        self._guards = before

    def _if(self, node: Any) -> None:
        group = len(self._pieces)
        segment = next(self._blocks)
        if len(node.elif_) > _MOST_BRANCHES:
            raise faults.TooMuch
        for word, branch in (("if", node), *(("elif", each) for each in node.elif_)):
            segment = segment if word == "if" else next(self._blocks)
            writer = self._writer(segment, group)
            self._tag(group, f"{word} {writer.condition(branch.test).code}", segment)
            self._read(writer)
            self._guarded(branch.body, writer.guarded)
        self._else(node, group, segment)
        self._tag(group, "endif", segment)

    def _else(self, node: Any, group: int, segment: Segment) -> None:
        if node.else_:
            self._tag(group, "else", segment)
            self._body(node.else_)

    def _for(self, node: Any) -> None:
        group = len(self._pieces)
        segment = next(self._blocks)
        writer = self._writer(segment, group)
        entries = writer.write(node.iter)
        if entries.shape.kind in ("value", "record") and entries.shape.path:
            writer.problem(faults.BAD_TYPES, Text("“{path}” is no list", path=entries.shape.path))
        name = self._target(node.target, writer)
        names = dict(self._names)
        self._names |= {name: Name(self._own(name), entries.shape.entry()), "loop": Name("loop", ANY)}
        test = self._loop_test(node, segment, group)
        self._tag(group, f"for {self._own(name)} in {entries.code}{test}", segment)
        self._body(node.body)
        self._names = names
        fallback = {reference.path for reference in writer.references} if node.else_ else set()
        self._show(writer.references, writer.guarded | fallback)
        self._read(writer)
        self._else(node, group, segment)
        self._tag(group, "endfor", segment)

    def _loop_test(self, node: Any, segment: Segment, group: int) -> str:
        if node.test is None:
            return ""
        writer = self._writer(segment, group)
        test = writer.condition(node.test).code
        self._read(writer)
        return f" if {test}"

    def _target(self, target: Any, writer: Writer) -> str:
        if type(target).__name__ != "Name":
            writer.problem(faults.REFUSED, Text("Only one name can stand here"))
            return ""
        if target.name in self._roots or target.name == "loop":
            writer.problem(faults.REFUSED, Text("“{name}” has a meaning already", name=target.name), at=target.name)
        return str(target.name)

    def _assign(self, node: Any) -> None:
        group = len(self._pieces)
        segment = next(self._blocks)
        writer = self._writer(segment, group)
        found = writer.write(node.node)
        name = self._target(node.target, writer)
        self._read(writer)
        code = self._own(name)
        references = tuple(
            dict.fromkeys(Reference(each.path, each.columns, code, each.is_member) for each in writer.references)
        )
        self._tag(group, f"set {code} = {found.code}", segment)
        self._names[name] = Name(code, found.shape, references)

    def _assignblock(self, node: Any) -> None:
        writer = self._writer(next(self._blocks))
        writer.problem(faults.REFUSED, Text("A block cannot be set"), Text("Write {% set name = value %} on one line."))

    def _check_places(self, places: Places) -> None:
        for number, out in self._out.items():
            place = places.of(number)
            if place.refusal is not None:
                self._refuse_place(place, out.segment)
        tags = {group: len(numbers) for group, numbers in self._tags.items()}
        for group in places.mixed(tags):
            segment = self._codes[self._tags[group][0]][1]
            self._refuse_place(Place(None, Refusal.BRANCH), segment)
        for address in places.addresses:
            self._check_address(address)

    def _refuse_place(self, place: Place, segment: Segment) -> None:
        text, hint = REASONS[place.refusal or Refusal.ELSEWHERE]
        self._problems.add(faults.BAD_PLACE, Text("{problem} ({at}).", problem=text, at=segment.at()), hint)

    def _check_address(self, address: str) -> None:
        problem = literal_problem(address)
        if problem == "refused":
            text = Text("“{url}” is no address that a mail may link to.", url=address[:80])
            hint = Text("Links begin with https:// and a host, or with mailto:, tel: or sms:.")
            self._problems.add(faults.BAD_LINK, text, hint)
        elif problem:
            text = Text("The address “{url}” has no host, so it leads nowhere in a mail.", url=address[:80])
            hint = Text("Write the whole address, beginning with https://.")
            self._problems.add(faults.RELATIVE_LINK, text, hint, Level.WARNING)


def _is_encoded(node: Any) -> bool:
    """Return whether the text itself encodes a value for an address, perhaps with a fallback after it."""
    while type(node).__name__ == "Filter" and node.name == "default":
        node = node.node
    return type(node).__name__ == "Filter" and node.name == "urlencode"


def environment(**more: Any) -> Any:
    """Return the renderer, whose language has our marks in the place of braces."""
    import minijinja

    return minijinja.Environment(
        undefined_behavior="chainable",
        pycompat=False,
        debug=False,
        keep_trailing_newline=True,
        auto_escape_callback=lambda _name: False,
        variable_start_string=MARKS[0],
        variable_end_string=MARKS[1],
        block_start_string=MARKS[2],
        block_end_string=MARKS[3],
        comment_start_string=MARKS[4],
        comment_end_string=MARKS[5],
        **more,
    )


def _is_readable(code: str) -> bool:
    import minijinja

    try:
        environment().add_template("text", code)
    except minijinja.TemplateError:
        return False
    return True
