"""Whether the two sides of a criterion can be equal at all: their types must agree (ACS 2.3, 5.4)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.activities.enrichment.settings import Criterion
from engine.errors import Code, Finding, Level
from engine.schema import ColumnType
from engine.text import Text

NEVER_EQUAL = Code("DATA-KEY-TYPES", "Two tables are linked by columns of different types, which are never equal.")

_FAMILIES = {ColumnType.INTEGER: "number", ColumnType.FLOAT: "number"}
_WORDS = {
    ColumnType.TEXT: Text("text"),
    ColumnType.INTEGER: Text("a number"),
    ColumnType.FLOAT: Text("a number"),
    ColumnType.BOOLEAN: Text("true or false"),
    ColumnType.DATE: Text("a date"),
    ColumnType.DATE_TIME: Text("a date with a time"),
    ColumnType.LIST: Text("a list"),
}


def family(type: ColumnType) -> str:
    """Return the group of types whose values can be equal."""
    return _FAMILIES.get(type, str(type))


def conversion(text: str, type: ColumnType, wanted: ColumnType) -> str:
    """Return the expression that turns `text`, of `type`, into the type `wanted`; empty when there is none."""
    pairs = {
        ("text", "number"): "ToInteger",
        ("number", "text"): "ToString",
        ("date-time", "date"): "DateOnly",
        ("date", "date-time"): "ToDateTime",
        ("text", "date"): "ToDate",
        ("text", "date-time"): "ToDateTime",
        ("date", "text"): "ToString",
        ("date-time", "text"): "ToString",
        ("boolean", "text"): "ToString",
    }
    function = pairs.get((family(type), family(wanted)), "")
    return f"{function}({text})" if function else ""


def disagreement(criterion: Criterion, near: ColumnType, far: ColumnType, source: str, field: str) -> Iterator[Finding]:
    """Yield a finding when the sides of a criterion, of types `near` and `far`, are never equal."""
    is_list = ColumnType.LIST in (near, far)
    if family(near) == family(far) and not is_list:
        return
    text = Text(
        "“{primary}” is {near}, but “{linked}” of “{source}” is {far}: they are never equal.",
        primary=criterion.primary,
        near=_WORDS[near],
        linked=criterion.linked,
        source=source,
        far=_WORDS[far],
    )
    yield Finding(Level.ERROR, NEVER_EQUAL, text, field=f"{field}.primary", hint=_way_out(criterion, near, far))


def _way_out(criterion: Criterion, near: ColumnType, far: ColumnType) -> Text:
    here = conversion(criterion.primary, near, far)
    there = conversion(criterion.linked, far, near)
    if family(near) == "text" and family(far) == "number":
        words = Text("Write {here} here, which reads '01' as 1, or {there} on the other side.", here=here, there=there)
    elif family(near) == "number" and family(far) == "text":
        words = Text("Write {here} here, or {there} on the other side, which reads '01' as 1.", here=here, there=there)
    elif here or there:
        return Text("Write {one} instead.", one=here or there)
    else:
        return Text("Choose two columns of the same type.")
    return words
