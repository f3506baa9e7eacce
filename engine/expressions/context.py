"""What an expression may know beside the row: the moment, the seed, the variables and the resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.tables.interim import Table


@dataclass(frozen=True, slots=True)
class ExpressionContext:
    """The world around the rows. `now` is UTC without a zone; `resource` opens a resource of the flow."""

    now: datetime
    seed: int = 1
    variables: Mapping[str, Any] = field(default_factory=dict)
    resource: Callable[[str], Table] | None = None
