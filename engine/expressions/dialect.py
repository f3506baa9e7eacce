"""The parser's own dialect: no function is known to it, so that every call stays a plain name."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlglot import parser
from sqlglot.dialects.dialect import Dialect


class ExpressionDialect(Dialect):
    """SQL's way of writing conditions, without SQL's functions, casts and statements."""

    class Parser(parser.Parser):
        """Reads calls as names; of the words that stand without brackets only CASE is kept."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {}
        NO_PAREN_FUNCTIONS: ClassVar[dict[Any, Any]] = {}
        NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {"CASE": parser.Parser.NO_PAREN_FUNCTION_PARSERS["CASE"]}


DIALECT = ExpressionDialect()
