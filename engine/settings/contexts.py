"""What expressions of an activity may know: while it is edited, and while it runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from engine.activity import Design, Services
from engine.expressions import ExpressionContext

NO_CONTEXT = ExpressionContext(datetime(2000, 1, 1))
"""Enough to know types that depend on no variable: types never depend on the clock."""


def design_context(design: Design) -> ExpressionContext:
    """Return the context in which expressions are checked: enough to know their types."""
    return replace(NO_CONTEXT, variables=design.variables)


def run_context(services: Services) -> ExpressionContext:
    """Return the context in which expressions are computed in a run."""
    return ExpressionContext(services.now, services.seed, services.variables, services.resource)
