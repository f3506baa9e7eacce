"""Text to a checked tree: only what our language has gets through, and problems are told with their place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

from engine.errors import Code, SettingsError
from engine.text import Text

if TYPE_CHECKING:
    from sqlglot import exp

EMPTY = Code("EXP-EMPTY", "An expression is empty.")
TOO_LONG = Code("EXP-TOO-LONG", "An expression is longer, or nests deeper, than a person could read.")
SYNTAX = Code("EXP-SYNTAX", "An expression is not complete, or has a sign where none can stand.")
REFUSED = Code("EXP-REFUSED", "An expression uses something that the language does not have.")

MAX_LENGTH = 4000
"""The most characters an expression may have."""

_PLACES = re.compile(
    r"""(?P<text>'(?:[^']|'')*'?)
      | \$(?P<cast>string|long|float|boolean|datetime|date)?\(\s*vars/@?(?P<variable>\w+)\s*\)
      | \[(?P<path>[^\]]*)\]
      | @(?P<name>\w+)
      | \#(?P<moment>\d{4}-\d\d-\d\d[^#]*)\#""",
    re.VERBOSE,
)
_CASTS = {"long": "ToInteger", "float": "ToFloat", "boolean": "ToBoolean", "datetime": "ToDateTime", "date": "ToDate"}
_CLOCK = re.compile(r"\b(?:GetDate|DaysAgo|YearsOld|now)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression: its text, its tree, and the columns (`target.region`) that it reads."""

    text: str
    tree: exp.Expr
    paths: tuple[str, ...]
    offsets: tuple[int, ...]

    def at(self, node: Any) -> int | None:
        """Return the 1-based character where `node` stands in the text, if it is known."""
        starts = [each.meta["start"] for each in node.walk() if "start" in each.meta]
        start = min(starts, default=None)
        return self.offsets[start] + 1 if start is not None and start < len(self.offsets) else None


def reads_clock(text: str) -> bool:
    """Return whether an expression or template may depend on the moment of the run."""
    return _CLOCK.search(text) is not None


@lru_cache(maxsize=512)
def parse(text: str, *, field: str = "") -> Expression:
    """Return the expression in `text`. Raises SettingsError with the place of the first problem.

    Columns are written `age`, `@age`, `target.region` or `[target/@region]`; texts in single quotes; dates
    as `#2026-03-07#` or as text; variables as `vars.name` or `$(vars/@name)`.
    """
    if not text.strip():
        raise SettingsError(EMPTY, Text("The expression is empty."), field=field)
    if len(text) > MAX_LENGTH:
        raise SettingsError(
            TOO_LONG, Text("The expression has more than {most} characters.", most=MAX_LENGTH), field=field
        )
    plain, offsets = _plain(text)
    expression = _parsed(text, plain, offsets, field)
    _refuse_foreign(expression, field)
    return expression


def _plain(text: str) -> tuple[str, tuple[int, ...]]:
    """Return the text with ACS's ways of writing names turned plain, and each character's old place."""
    parts: list[str] = []
    offsets: list[int] = []
    end = 0
    for match in _PLACES.finditer(text):
        parts.append(text[end : match.start()])
        offsets.extend(range(end, match.start()))
        piece = _plain_piece(match)
        parts.append(piece)
        offsets.extend([match.start()] * len(piece))
        end = match.end()
    parts.append(text[end:])
    offsets.extend(range(end, len(text) + 1))
    return "".join(parts), tuple(offsets)


def _plain_piece(match: re.Match[str]) -> str:
    found = match.groupdict()
    if found["variable"] is not None:
        name = f'vars."{found["variable"]}"'
        return f"{_CASTS[found['cast']]}({name})" if found["cast"] in _CASTS else name
    if found["path"] is not None:
        return ".".join(f'"{part.strip().lstrip("@")}"' for part in re.split(r"[/.]", found["path"]))
    if found["name"] is not None:
        return f'"{found["name"]}"'
    if found["moment"] is not None:
        return f"'{found['moment'].strip()}'"
    return match.group()


def _parsed(text: str, plain: str, offsets: tuple[int, ...], field: str) -> Expression:
    from sqlglot import exp
    from sqlglot.errors import ErrorLevel, ParseError, TokenError

    from engine.expressions.dialect import DIALECT

    try:
        trees = DIALECT.parser(error_level=ErrorLevel.IMMEDIATE).parse(DIALECT.tokenize(plain), plain)
    except ParseError as error:
        _refuse_syntax(text, offsets, error, field)
    except TokenError:
        raise SettingsError(SYNTAX, Text("A quotation mark in the expression is not closed."), field=field) from None
    except RecursionError:
        raise SettingsError(TOO_LONG, Text("The expression nests too deeply."), field=field) from None
    if len(trees) != 1 or trees[0] is None:
        raise SettingsError(REFUSED, Text("Write one expression, without “;”."), field=field)
    columns = {path_of(node): None for node in trees[0].find_all(exp.Column, exp.Dot) if _is_whole(node)}
    paths = tuple(path for path in columns if not path.startswith("vars."))
    return Expression(text, trees[0], paths, offsets)


def _is_whole(node: Any) -> bool:
    from sqlglot import exp

    return not isinstance(node.parent, exp.Dot)


def path_of(node: Any) -> str:
    """Return the dotted path that a column node names."""
    return ".".join(part.name for part in node.parts)


def _refuse_syntax(text: str, offsets: tuple[int, ...], error: Any, field: str) -> NoReturn:
    problem = error.errors[0] if error.errors else {}
    column = problem.get("col")
    at = offsets[min(column - 1, len(offsets) - 1)] + 1 if column else len(text)
    near = problem.get("highlight") or text[-10:]
    raise SettingsError(
        SYNTAX,
        Text("The expression is not complete or has a sign too many near “{near}” (character {at}).", near=near, at=at),
        hint=Text("Compare like this: age > 21 AND target.region = '13'."),
        field=field,
    ) from None


def _allowed() -> frozenset[type]:
    from sqlglot import exp

    return frozenset(
        {
            *(exp.Column, exp.Dot, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Star),
            *(exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In),
            *(exp.Like, exp.Between, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg, exp.DPipe),
            *(exp.Case, exp.If, exp.Anonymous),
        }
    )


def _refuse_foreign(expression: Expression, field: str) -> None:
    allowed = _allowed()
    for node in expression.tree.walk():
        if type(node) not in allowed or node.args.get("query") is not None or node.args.get("unnest") is not None:
            name = type(node).__name__
            at = expression.at(node)
            place = Text(" (character {at})", at=at) if at else Text("")
            raise SettingsError(
                REFUSED,
                Text(
                    "The expression uses “{name}”{place}, which expressions here do not have.", name=name, place=place
                ),
                hint=Text(
                    "Use columns, texts, numbers, comparisons, AND, OR, NOT, CASE and the functions of the list."
                ),
                field=field,
            )
