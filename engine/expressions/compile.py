"""A checked tree to a value of the table engine, with types compared before the engine sees them."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from engine.errors import Code, SettingsError
from engine.expressions.functions import FUNCTIONS, Function
from engine.expressions.parse import Expression, path_of
from engine.text import Text

if TYPE_CHECKING:
    from engine.expressions.context import ExpressionContext

UNKNOWN_COLUMN = Code("EXP-UNKNOWN-COLUMN", "An expression names a column that does not arrive here.")
UNKNOWN_FUNCTION = Code("EXP-UNKNOWN-FUNCTION", "An expression calls a function that does not exist.")
UNKNOWN_VARIABLE = Code("EXP-UNKNOWN-VARIABLE", "An expression names a variable that the flow does not have.")
BAD_ARGUMENTS = Code("EXP-ARGUMENTS", "A function has too few or too many arguments, or one of the wrong type.")
BAD_TYPES = Code("EXP-TYPES", "An expression compares or combines values of types that do not go together.")
NO_ORDER = Code("EXP-NO-ORDER", "RowId() needs rows with a key or a line number to count them in an order.")

_WORDS = {"t": "text", "n": "a number", "d": "a date", "b": "a condition"}


def kind_of(value: Any) -> str:
    """Return the letter of a value's kind: t, n, d, b, or a for anything else (and for NULL)."""
    type = value.type()
    answers = ((type.is_string(), "t"), (type.is_boolean(), "b"), (type.is_numeric(), "n"), (type.is_temporal(), "d"))
    return next((letter for is_it, letter in answers if is_it), "a")


class Compiler:
    """Turns one expression into a value over rows whose columns `column` finds."""

    def __init__(
        self,
        expression: Expression,
        column: Callable[[str], Any | None],
        paths: Iterable[str],
        row_id: Callable[[], Any | None],
        context: ExpressionContext,
        field: str,
    ) -> None:
        """Compile `expression`; `paths` are the columns that could have been meant, for a near miss."""
        self._expression = expression
        self._column = column
        self._paths = tuple(paths)
        self._row_id = row_id
        self._context = context
        self._field = field

    def value(self) -> Any:
        """Return the expression's value. Raises SettingsError with a sentence and the place."""
        try:
            return self._value(self._expression.tree)
        except RecursionError:
            self._refuse(BAD_TYPES, Text("The expression nests too deeply."))

    def _value(self, node: Any) -> Any:
        handler = self._handlers.get(type(node).__name__)
        if handler is None:
            self._refuse(BAD_TYPES, Text("“{part}” cannot stand here.", part=node.sql()[:40]), node)
        return handler(node)

    @cached_property
    def _handlers(self) -> Mapping[str, Callable[[Any], Any]]:
        comparisons = dict.fromkeys(("EQ", "NEQ", "GT", "GTE", "LT", "LTE"), self._comparison)
        sums = dict.fromkeys(("Add", "Sub", "Mul", "Div", "Mod"), self._sum)
        return {
            **comparisons,
            **sums,
            "Column": self._named,
            "Dot": self._named,
            "Literal": self._literal,
            "Boolean": lambda node: self._ibis.literal(bool(node.this)),
            "Null": lambda node: self._ibis.null(),
            "Paren": lambda node: self._value(node.this),
            "And": lambda node: self._condition(node.left) & self._condition(node.right),
            "Or": lambda node: self._condition(node.left) | self._condition(node.right),
            "Not": lambda node: ~self._condition(node.this),
            "Is": self._is,
            "In": self._in,
            "Like": self._like,
            "Between": self._between,
            "Neg": lambda node: -self._of_kind(node.this, "n"),
            "DPipe": lambda node: self._of_kind(node.left, "t") + self._of_kind(node.right, "t"),
            "Case": self._case,
            "Anonymous": self._call,
        }

    @cached_property
    def _ibis(self) -> Any:
        import ibis

        return ibis

    def _refuse(self, code: Code, text: Text, node: Any = None, hint: Text | None = None) -> NoReturn:
        at = self._expression.at(node) if node is not None else None
        if at is not None:
            text = Text("{problem} (character {at})", problem=text, at=at)
        raise SettingsError(code, text, hint=hint, field=self._field)

    def _near(self, name: str, known: Iterable[str]) -> Text | None:
        lowered = {each.lower(): each for each in known}
        ending = next((each for each in lowered if each.endswith(f".{name.lower()}")), None)
        if ending is not None:
            return Text("Did you mean “{name}”?", name=lowered[ending])
        found = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
        return Text("Did you mean “{name}”?", name=lowered[found[0]]) if found else None

    def _named(self, node: Any) -> Any:
        path = path_of(node)
        if path.startswith("vars."):
            return self._variable(path.removeprefix("vars."), node)
        if path.lower() == "now" and "now" not in self._paths:
            return FUNCTIONS["getdate"].build((), self._context)
        value = self._column(path)
        if value is None:
            hint = self._near(path, self._paths)
            self._refuse(UNKNOWN_COLUMN, Text("The column “{path}” does not arrive here", path=path), node, hint)
        return value

    def _variable(self, name: str, node: Any) -> Any:
        if name not in self._context.variables:
            hint = self._near(name, self._context.variables)
            self._refuse(UNKNOWN_VARIABLE, Text("The flow has no variable “{name}”", name=name), node, hint)
        value = self._context.variables[name]
        return self._ibis.literal(value if isinstance(value, str | int | float | bool) else str(value))

    def _literal(self, node: Any) -> Any:
        if node.is_string:
            return self._ibis.literal(node.this, type="string")
        text = node.this
        is_whole = text.isdigit() and len(text) < 19
        return (
            self._ibis.literal(int(text), type="int64") if is_whole else self._ibis.literal(float(text), type="float64")
        )

    def _condition(self, node: Any) -> Any:
        return self._of_kind(node, "b")

    def _of_kind(self, node: Any, kind: str) -> Any:
        value = self._value(node)
        if kind not in ("a", kind_of(value)) and kind_of(value) != "a":
            wanted, found = _WORDS[kind], _WORDS[kind_of(value)]
            part = _shown(node)
            self._refuse(
                BAD_TYPES,
                Text("“{part}” is {found}, but {wanted} is needed", part=part, found=found, wanted=wanted),
                node,
            )
        return value

    def _pair(self, left: Any, right: Any, nodes: Sequence[Any]) -> tuple[Any, Any]:
        """Return two values that can be compared: a text literal beside a date is read as a date."""
        kinds = kind_of(left), kind_of(right)
        if kinds == ("d", "t"):
            return left, self._as_moment(right, nodes[1], left)
        if kinds == ("t", "d"):
            return self._as_moment(left, nodes[0], right), right
        if kinds[0] != kinds[1] and "a" not in kinds:
            self._refuse_pair(nodes, kinds)
        return left, right

    def _refuse_pair(self, nodes: Sequence[Any], kinds: Sequence[str]) -> NoReturn:
        text = Text(
            "“{left}” is {left_kind}, but “{right}” is {right_kind}",
            left=_shown(nodes[0]),
            left_kind=_WORDS[kinds[0]],
            right=_shown(nodes[1]),
            right_kind=_WORDS[kinds[1]],
        )
        hint = Text("Compare like with like; ToString(…) and ToInteger(…) convert.")
        self._refuse(BAD_TYPES, text, nodes[0], hint)

    def _as_moment(self, value: Any, node: Any, other: Any) -> Any:
        text = node.this if type(node).__name__ == "Literal" else None
        if text is None:
            self._refuse_pair((node, node), ("t", "d"))
        try:
            moment = datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=None)
        except ValueError:
            hint = Text("Write dates like '2026-03-07' or '2026-03-07 20:00'.")
            self._refuse(BAD_TYPES, Text("“{text}” is no date", text=text), node, hint)
        is_day = len(text) == len("2026-03-07")
        if is_day and other.type().is_date():
            return self._ibis.literal(date(moment.year, moment.month, moment.day))
        return self._ibis.literal(moment, type="timestamp(6)")

    def _comparison(self, node: Any) -> Any:
        left, right = self._pair(self._value(node.left), self._value(node.right), (node.left, node.right))
        compare: Mapping[str, Callable[[], Any]] = {
            "EQ": lambda: left == right,
            "NEQ": lambda: left != right,
            "GT": lambda: left > right,
            "GTE": lambda: left >= right,
            "LT": lambda: left < right,
            "LTE": lambda: left <= right,
        }
        return compare[type(node).__name__]()

    def _sum(self, node: Any) -> Any:
        name = type(node).__name__
        if name == "Add" and kind_of(left := self._value(node.left)) == "t":
            return left + self._of_kind(node.right, "t")
        left, right = self._of_kind(node.left, "n"), self._of_kind(node.right, "n")
        compute: Mapping[str, Callable[[], Any]] = {
            "Add": lambda: left + right,
            "Sub": lambda: left - right,
            "Mul": lambda: left * right,
            "Div": lambda: left.cast("float64") / right.cast("float64").nullif(0),
            "Mod": lambda: left % right.nullif(0),
        }
        return compute[name]()

    def _is(self, node: Any) -> Any:
        value, other = self._value(node.this), node.expression
        if type(other).__name__ == "Null":
            return value.isnull()
        wanted = bool(other.this) if type(other).__name__ == "Boolean" else None
        if wanted is None:
            self._refuse(BAD_TYPES, Text("Behind IS stands NULL, NOT NULL, TRUE or FALSE"), node)
        return self._condition(node.this).fill_null(not wanted) == wanted

    def _in(self, node: Any) -> Any:
        value = self._value(node.this)
        choices = [self._pair(value, self._value(each), (node.this, each))[1] for each in node.expressions]
        return value.isin(choices)

    def _like(self, node: Any) -> Any:
        found = self._of_kind(node.this, "t").like(node.expression.this)
        return ~found if node.args.get("negate") else found

    def _between(self, node: Any) -> Any:
        value = self._value(node.this)
        _, low = self._pair(value, self._value(node.args["low"]), (node.this, node.args["low"]))
        _, high = self._pair(value, self._value(node.args["high"]), (node.this, node.args["high"]))
        return value.between(low, high)

    def _case(self, node: Any) -> Any:
        subject = node.this
        branches = []
        for each in node.args["ifs"]:
            if subject is None:
                condition = self._condition(each.this)
            else:
                left, right = self._pair(self._value(subject), self._value(each.this), (subject, each.this))
                condition = left == right
            branches.append((condition, self._value(each.args["true"])))
        default = node.args.get("default")
        return self._ibis.cases(*branches, else_=self._value(default) if default is not None else self._ibis.null())

    def _call(self, node: Any) -> Any:
        name = str(node.this)
        if name.lower() == "rowid":
            return self._row_number(node)
        function = FUNCTIONS.get(name.lower())
        if function is None:
            known = (each.name for each in FUNCTIONS.values())
            self._refuse(
                UNKNOWN_FUNCTION, Text("There is no function “{name}”", name=name), node, self._near(name, known)
            )
        self._check_count(function, node)
        arguments = [self._of_kind(each, function.kind(place)) for place, each in enumerate(node.expressions)]
        return function.build(arguments, self._context)

    def _check_count(self, function: Function, node: Any) -> None:
        count = len(node.expressions)
        if count < function.least or (function.most is not None and count > function.most):
            text = Text("“{name}” is written {signature}", name=function.name, signature=function.signature)
            self._refuse(BAD_ARGUMENTS, text, node)

    def _row_number(self, node: Any) -> Any:
        number = self._row_id()
        if number is None:
            hint = Text("Use it where rows have a key or a line number.")
            self._refuse(NO_ORDER, Text("RowId() has no order to count these rows in"), node, hint)
        return number


def _shown(node: Any) -> str:
    text: str = node.sql()
    return text if len(text) <= 40 else f"{text[:39]}…"
