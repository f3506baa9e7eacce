"""What can stand at a place: the columns that arrive, the flow's variables, the functions of expressions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject

from designer.forms.asking import ask
from designer.forms.binding import ArrivingColumn, Binding
from designer.forms.code_edit import Completion
from designer.words import tr
from engine.schema import ColumnType
from engine.text import Text

TYPE_WORDS = {
    ColumnType.TEXT: Text("text"),
    ColumnType.INTEGER: Text("integer"),
    ColumnType.FLOAT: Text("number"),
    ColumnType.BOOLEAN: Text("yes/no"),
    ColumnType.DATE: Text("date"),
    ColumnType.DATE_TIME: Text("date and time"),
    ColumnType.LIST: Text("list"),
}
"""What people call the types of columns."""


_FUNCTIONS: WeakKeyDictionary[QObject, list[Mapping[str, Any]]] = WeakKeyDictionary()


def type_words(type: ColumnType) -> str:
    """Return what people call a type of column."""
    return tr(TYPE_WORDS[type])


def expression_completions(binding: Binding) -> list[Completion]:
    """Return what an expression of the activity can name: arriving columns, variables, functions."""
    columns = [_column(arriving) for arriving in binding.arriving()]
    functions = [
        Completion(f"{name}(", "()", f"{signature} — {help}") for name, signature, help in functions_of(binding)
    ]
    return [*columns, *variable_completions(binding), *functions]


def variable_completions(binding: Binding) -> list[Completion]:
    """Return the variables of the flow as `vars.name`."""
    return [
        Completion(f"vars.{name}", tr(Text("variable · {value}", value=str(value))))
        for name, value in sorted(binding.session.flow.variables.items())
    ]


def request_completions(binding: Binding) -> list[Completion]:
    """Return what `{{…}}` in a request can name: the flow's variables, the clock, how many rows arrive."""
    count = [Completion("count", tr(Text("the number of inbound rows")))] if binding.arriving() else []
    return [*variable_completions(binding), Completion("now", tr(Text("the moment of the run"))), *count]


def column_completions(columns: Sequence[ArrivingColumn]) -> list[Completion]:
    """Return columns as completions, with type and origin."""
    return [_column(column) for column in columns]


def functions_of(binding: Binding) -> Iterator[tuple[str, str, str]]:
    """Yield (name, signature, help) of the functions that expressions know, once the engine has told them."""
    session = binding.session
    if session not in _FUNCTIONS:
        _FUNCTIONS[session] = []
        ask(session, session, "functions", {}, on_result=_FUNCTIONS[session].extend)
    for function in _FUNCTIONS[session]:
        yield str(function["name"]), str(function["signature"]), str(function["help"])


def _column(arriving: ArrivingColumn) -> Completion:
    label = arriving.column.label
    return Completion(
        arriving.path,
        type_words(arriving.column.type),
        " · ".join(part for part in (label, tr(Text("from {source}", source=arriving.source))) if part),
    )
