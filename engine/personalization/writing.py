"""Writes one parsed expression in the renderer's language, its fields, filters and types checked on the way.

What no rule here writes cannot be done in a message: calls, imports, powers and names of the inside have none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from engine.errors import Code, Level
from engine.personalization import faults
from engine.personalization.faults import Problems
from engine.personalization.fields import ANY, PROFILE, VARIABLES, Shape, known_paths, written
from engine.personalization.filters import FILTERS, Filter
from engine.personalization.kinds import Written, choices_of, family_of, is_moment, near, same, words_for
from engine.personalization.source import Segment
from engine.schema import TARGET, ColumnType
from engine.text import Text

DEEPEST = 40
_TESTS = {
    "defined": 0,
    "undefined": 0,
    "none": 0,
    "odd": 0,
    "even": 0,
    "divisibleby": 1,
    "startingwith": 1,
    "endingwith": 1,
}
_LOOP = ("index", "index0", "revindex", "revindex0", "first", "last", "length", "depth")


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that an expression reads: what people call it, the columns of it, and how the renderer reads it."""

    path: str
    columns: tuple[str, ...]
    code: str
    is_member: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """A name that a template made itself: a loop's entry or a `set`. `origin` is the field it stands for."""

    code: str
    shape: Shape
    references: tuple[Reference, ...] = ()


@dataclass
class Writer:
    """Writes the expressions of one segment.

    `references` are the fields that are shown, `guarded` those of them with a fallback, `columns` all that is read.
    """

    segment: Segment
    number: int
    roots: Mapping[str, Shape]
    names: Mapping[str, Name]
    problems: Problems
    references: list[Reference] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    guarded: set[str] = field(default_factory=set)
    depth: int = 0

    def write(self, node: Any) -> Written:
        """Return `node` in the renderer's language; what is wrong is added to the problems."""
        handler = self._handlers.get(type(node).__name__)
        if handler is None:
            return self._refuse(_REFUSED.get(type(node).__name__, Text("This cannot be done in a message")))
        if self.depth >= DEEPEST:
            return self.problem(faults.TOO_LARGE, Text("This nests too deeply"))
        self.depth += 1
        try:
            return handler(node)
        finally:
            self.depth -= 1

    @cached_property
    def _handlers(self) -> Mapping[str, Callable[[Any], Written]]:
        return {
            "Name": self._name,
            "Getattr": self._attribute,
            "Getitem": self._item,
            "Const": self._constant,
            "TemplateData": self._constant,
            "List": self._list,
            "Tuple": self._list,
            "And": self._all,
            "Or": self._all,
            "Not": self._not,
            **dict.fromkeys(_SUMS, self._sum),
            "Neg": self._sign,
            "Pos": lambda node: self.write(node.node),
            "Concat": self._concat,
            "CondExpr": self._choice,
            "Compare": self._comparison,
            "Test": self._test,
            "Filter": self._filter,
        }

    def problem(
        self, code: Code, text: Text, hint: Text | None = None, *, at: str = "", level: Level = Level.ERROR
    ) -> Written:
        """Add a problem at the place of `at`, and return something to go on with."""
        self.problems.add(code, Text("{problem} ({at}).", problem=text, at=self.segment.at(at)), hint, level)
        return Written("none")

    def _refuse(self, text: Text, at: str = "") -> Written:
        hint = Text("Use fields, filters, {% if %}, {% for %} and {% set %}.")
        return self.problem(faults.REFUSED, text, hint, at=at)

    def _name(self, node: Any) -> Written:
        name = node.name
        if name in self.names:
            made = self.names[name]
            self.references += [reference for reference in made.references if reference not in self.references]
            self.columns.update(column for reference in made.references for column in reference.columns)
            return Written(made.code, made.shape)
        if name in self.roots:
            shape = self.roots[name]
            self._refer(shape, name)
            return Written(name, shape)
        known = [*self.roots, *self.names, *(path for path, _ in known_paths(self.roots))]
        hint = _ROOT_HINTS.get(name) or near(name, known)
        return self.problem(faults.UNKNOWN_FIELD, Text("There is no field “{path}”", path=name), hint, at=name)

    def _refer(self, shape: Shape, code: str) -> None:
        """Remember a field that is read."""
        if shape.kind in ("value", "list") or (shape.kind == "any" and shape.path):
            self.references.append(Reference(shape.path, tuple(shape.columns()), code, shape.is_member))
            self.columns.update(shape.columns())

    def condition(self, node: Any) -> Written:
        """Return a condition: what it reads may be NULL, and guards what is shown when it holds."""
        already = len(self.references)
        found = self.write(node)
        if found.shape.kind == "record":
            self.columns.update(found.shape.columns())
        self.guarded |= {reference.path for reference in self.references[already:]}
        del self.references[already:]
        return found

    def _attribute(self, node: Any) -> Written:
        return self._member(node, str(node.attr))

    def _item(self, node: Any) -> Written:
        kind = type(node.arg).__name__
        if kind == "Slice":
            return self._slice(node)
        if kind == "Const" and isinstance(node.arg.value, str):
            return self._member(node, node.arg.value)
        before = self.write(node.node)
        if before.shape.kind in ("record", "value"):
            return self._refuse(Text("A field is named in the text itself, not worked out"))
        place = self.write(node.arg)
        return Written(f"({before.code})[{place.code}]", before.shape.entry())

    def _slice(self, node: Any) -> Written:
        before = self.write(node.node)
        limits = (node.arg.start, node.arg.stop, node.arg.step)
        start, stop, step = ("" if each is None else self.write(each).code for each in limits)
        return Written(f"({before.code})[{start}:{stop}{':' + step if step else ''}]", before.shape)

    def _member(self, node: Any, name: str) -> Written:
        before = self.write(node.node)
        code = f"{before.code}[{json.dumps(name)}]"
        if type(node.node).__name__ == "Name" and node.node.name == "loop" and before.code == "loop":
            return Written(f"loop.{name}", Shape("value", ColumnType.INTEGER)) if name in _LOOP else self._no_call(name)
        shape = before.shape
        if name.startswith("__"):
            return self._refuse(Text("“{name}” is no field", name=name), name)
        if shape.kind == "any":
            return Written(code, ANY)
        if shape.kind == "record" and name in shape.members:
            member = shape.members[name]
            if self.references and shape.path and self.references[-1].path == shape.path:
                self.references.pop()  # the list that this is an entry of: its member says more
                self._refer(replace(member, is_member=False), code)
            else:
                self._refer(member, code)
            return Written(code, member)
        return self._unknown(shape, name)

    def _no_call(self, name: str) -> Written:
        return self._refuse(Text("A loop has no “{name}”", name=name), name)

    def _unknown(self, shape: Shape, name: str) -> Written:
        path = f"{shape.path}.{name}"
        if shape.path == VARIABLES:
            text = Text("The flow has no variable “{name}”", name=name)
            way_out = near(name, shape.members) or Text("Nothing is shown there unless an activity sets it.")
            self.problem(faults.UNKNOWN_VARIABLE, text, way_out, at=name, level=Level.WARNING)
            return Written(f"{VARIABLES}[{json.dumps(name)}]")
        hint: Text | None
        if shape.kind == "list":
            hint = Text(
                "It is a list: write {{% for entry in {path} %}}, then entry.{name}.", path=shape.path, name=name
            )
        else:
            hint = self._meant(shape, name)
        return self.problem(faults.UNKNOWN_FIELD, Text("There is no field “{path}”", path=written(path)), hint, at=name)

    def _meant(self, shape: Shape, name: str) -> Text | None:
        """Return which field could have been meant: one of that name elsewhere, then one nearly of that name here."""
        known = [path for path, _ in known_paths(self.roots)]
        here = [f"{shape.path}.{member}" for member in shape.members]
        return same(name, known) or near(name, here) or near(name, known) or choices_of(shape)

    def _constant(self, node: Any) -> Written:
        value = node.value
        if value is None or isinstance(value, bool):
            return Written(str(value).lower(), value=value)
        shape = Shape("value", ColumnType.TEXT if isinstance(value, str) else ColumnType.FLOAT)
        return Written(json.dumps(value), shape, value)

    def _list(self, node: Any) -> Written:
        return Written(f"[{', '.join(self.write(each).code for each in node.items)}]")

    def _all(self, node: Any) -> Written:
        joined = f" {type(node).__name__.lower()} "
        return Written(f"({joined.join(self.write(each).code for each in (node.left, node.right))})")

    def _not(self, node: Any) -> Written:
        return Written(f"(not {self.write(node.node).code})")

    def _sum(self, node: Any) -> Written:
        left, right = self.write(node.left), self.write(node.right)
        kind = type(node).__name__
        if kind != "Add":
            for each in (left, right):
                if family_of(each) in ("text", "date", "boolean"):
                    self.problem(faults.BAD_TYPES, Text("{kind} cannot be calculated with", kind=words_for(each)))
        return Written(
            f"({left.code} {_SUMS[kind]} {right.code})", Shape("value", ColumnType.FLOAT if kind != "Add" else None)
        )

    def _sign(self, node: Any) -> Written:
        return Written(f"(-{self.write(node.node).code})", Shape("value", ColumnType.FLOAT))

    def _concat(self, node: Any) -> Written:
        parts = ", ".join(self.write(each).code for each in node.nodes)
        return Written(f"([{parts}]|concat(at={self.number}))", Shape("value", ColumnType.TEXT))

    def _choice(self, node: Any) -> Written:
        test = self.condition(node.test)
        yes = self.write(node.expr1)
        no = self.write(node.expr2) if node.expr2 is not None else Written("none", yes.shape)
        shape = yes.shape if yes.shape.kind == no.shape.kind else ANY
        return Written(f"({yes.code} if {test.code} else {no.code})", Shape(shape.kind, shape.type, shape.members))

    def _comparison(self, node: Any) -> Written:
        left = self.write(node.expr)
        parts = []
        for operand in node.ops:
            right = self.write(operand.expr)
            self._check_types(operand.op, left, right)
            parts.append(self._compared(operand.op, left, right))
            left = right
        return Written(f"({' and '.join(parts)})", Shape("value", ColumnType.BOOLEAN))

    def _compared(self, op: str, left: Written, right: Written) -> str:
        return f"(({left.code})|compare({json.dumps(op)}, {right.code}, at={self.number}))"

    def _check_types(self, op: str, left: Written, right: Written) -> None:
        one, other = family_of(left), family_of(right)
        if op in ("in", "notin") or not one or not other or one == other:
            return
        literal = left if left.value is not None else right
        if "date" in (one, other) and isinstance(literal.value, str) and is_moment(literal.value):
            return
        text = Text("{left} is compared with {right}", left=words_for(left), right=words_for(right))
        hint = Text("Compare values of one type: texts stand between quotes, numbers do not.")
        self.problem(faults.BAD_TYPES, text, hint)

    def _test(self, node: Any) -> Written:
        value = self.write(node.node)
        if node.name not in _TESTS or len(node.args) != _TESTS[node.name] or node.kwargs:
            text = Text("There is no test “{name}”", name=node.name)
            return self.problem(faults.UNKNOWN_FILTER, text, near(node.name, _TESTS), at=node.name)
        name = "undefined" if node.name == "none" else node.name
        arguments = ", ".join(self.write(each).code for each in node.args)
        test = f"({value.code}) is {name}{f'({arguments})' if arguments else ''}"
        is_about_presence = name in ("defined", "undefined")
        code = f"({test})" if is_about_presence else f"(({value.code}) is defined and {test})"
        return Written(code, Shape("value", ColumnType.BOOLEAN))

    def _filter(self, node: Any) -> Written:
        known = FILTERS.get(node.name)
        if known is None:
            self.write(node.node)
            text = Text("There is no filter “{name}”", name=node.name)
            hint = _SAFE if node.name == "safe" else near(node.name, FILTERS)
            return self.problem(faults.UNKNOWN_FILTER, text, hint, at=node.name)
        already = len(self.references)
        value = self.write(node.node)
        if node.name == "default":
            self.guarded |= {reference.path for reference in self.references[already:]}
        arguments = [self.write(each).code for each in node.args]
        named = [f"{each.key}={self.write(each.value).code}" for each in node.kwargs]
        self._check_arguments(node, known)
        shape = self._filtered(node, known, value.shape)
        code = ", ".join((*arguments, *named, f"at={self.number}"))
        return Written(f"(({value.code})|{node.name}({code}))", shape)

    def _check_arguments(self, node: Any, known: Filter) -> None:
        try:
            if node.dyn_args is not None or node.dyn_kwargs is not None:
                raise TypeError
            known.signature.bind(*node.args, **{each.key: each.value for each in node.kwargs})
        except TypeError:
            names = ", ".join(str(each) for each in known.signature.parameters.values())
            text = Text("“{name}” does not take these arguments", name=node.name)
            hint = Text("Write {name}({arguments}).", name=node.name, arguments=_bare(names))
            self.problem(faults.BAD_ARGUMENTS, text, hint, at=node.name)

    def _filtered(self, node: Any, known: Filter, shape: Shape) -> Shape:
        if known.attribute and shape.kind == "list":
            self._check_member(node, known, shape)
        if known.gives == "list":
            return shape if shape.kind == "list" else ANY
        if known.gives == "entry":
            return shape.entry()
        if node.name == "default":
            return Shape(shape.kind, shape.type, shape.members)
        return ANY if known.gives == "any" else Shape("value", _GIVES.get(node.name))

    def _check_member(self, node: Any, known: Filter, shape: Shape) -> None:
        place = list(known.signature.parameters).index(known.attribute)
        named = {each.key: each.value for each in node.kwargs}
        given = node.args[place] if len(node.args) > place else named.get(known.attribute)
        name = getattr(given, "value", None)
        if isinstance(name, str) and name.partition(".")[0] not in shape.members:
            self._unknown(Shape("record", None, shape.members, shape.path), name)


def _bare(signature: str) -> str:
    return ", ".join(part.partition(":")[0] for part in signature.split(", ") if part)


_ROOT_HINTS = {
    PROFILE: Text("The rows that arrive here belong to no profiles; a Query gives rows that do."),
    TARGET: Text("The columns of the profile are called profile.firstName in a message."),
}
_SAFE = Text("Values are always escaped, so that an answer of an API cannot break the message.")
_SUMS = {"Add": "+", "Sub": "-", "Mul": "*", "Div": "/", "FloorDiv": "//", "Mod": "%"}
_GIVES = {
    "length": ColumnType.INTEGER,
    "int": ColumnType.INTEGER,
    "round": ColumnType.FLOAT,
    "abs": ColumnType.FLOAT,
    "sum": ColumnType.FLOAT,
    **dict.fromkeys(
        (
            "upper",
            "lower",
            "title",
            "capitalize",
            "trim",
            "truncate",
            "replace",
            "urlencode",
            "join",
            "date",
            "time",
            "datetime",
            "number",
            "currency",
            "plural",
        ),
        ColumnType.TEXT,
    ),
}
_REFUSED = {
    "Call": Text("Functions cannot be called in a message"),
    "Pow": Text("Powers cannot be worked out in a message"),
    "Dict": Text("A message cannot make records of its own"),
}
