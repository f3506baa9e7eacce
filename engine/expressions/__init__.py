"""The one language of rules, additional data, conditions and variants (ACS 3.7), on any table engine."""

from __future__ import annotations

from engine.expressions.context import ExpressionContext
from engine.expressions.functions import FUNCTIONS
from engine.expressions.parse import Expression, parse, reads_clock
from engine.expressions.scope import Scope, schema_type_of, type_of

__all__ = [
    "FUNCTIONS",
    "Expression",
    "ExpressionContext",
    "Scope",
    "parse",
    "reads_clock",
    "schema_type_of",
    "type_of",
]
