"""Keeps one row, or a few, of those that mean the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from engine.activity import (
    Activity,
    ActivitySettings,
    Category,
    Design,
    Inbound,
    Outcome,
    SchemaInbound,
    Services,
    TableInbound,
    Transition,
    setting,
)
from engine.errors import Code, Finding, Level, SettingsError
from engine.later import later
from engine.schema import TARGET, ColumnType, TableSchema
from engine.settings.written import expression_text
from engine.text import Text

if TYPE_CHECKING:
    from engine import expressions
    from engine.expressions import Scope
    from engine.expressions import problems as expression_problems
    from engine.settings import contexts
    from engine.tables import interim, ranking, types
    from engine.tables.interim import Table
    from engine.tables.ranking import Order
else:
    (expressions,) = later("engine", "expressions")
    (expression_problems,) = later("engine.expressions", "problems")
    (contexts,) = later("engine.settings", "contexts")
    interim, ranking, types = later("engine.tables", "interim", "ranking", "types")

NO_IDENTIFICATION = Code("FLOW-NO-IDENTIFICATION", "A Deduplication does not say which rows mean the same.")
NO_ORDER = Code("FLOW-NO-PREFERENCE", "A Deduplication does not say which of the rows that mean the same it keeps.")
BAD_VALUE = Code("FLOW-LIST-VALUE", "A value in the list of a Deduplication cannot stand in the field beside it.")
NO_LIST_FIELD = Code("FLOW-LIST-FIELD", "A Deduplication compares a list column, which has no single value.")

_RANK = "__rank"
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_READERS: Mapping[ColumnType, Callable[[str], Any]] = {
    ColumnType.INTEGER: float,
    ColumnType.FLOAT: float,
    ColumnType.BOOLEAN: lambda text: _BOOLEANS.get(text.lower()),
    ColumnType.DATE: date.fromisoformat,
    ColumnType.DATE_TIME: datetime.fromisoformat,
}
_WORDS = {
    ColumnType.INTEGER: Text("a number"),
    ColumnType.FLOAT: Text("a number"),
    ColumnType.BOOLEAN: Text("true or false"),
    ColumnType.DATE: Text("a date like 2026-03-07"),
    ColumnType.DATE_TIME: Text("a moment like 2026-03-07 20:00"),
}


class ValueList(ActivitySettings):
    """A field, and its values from the one that is kept first to the one that is kept last."""

    field: str = setting("", label="Field", help="A column or an expression.", editor="expression")
    values: tuple[str, ...] = setting((), label="Values", help="The best one first.")
    others: Literal["any", "smallest"] = setting(
        "any",
        label="Other values",
        help="What decides between rows whose value is not in the list.",
        choices={"any": "Any of them", "smallest": "The smallest first"},
    )


class Preference(ActivitySettings):
    """An expression whose smallest or largest value is kept."""

    expression: str = setting("", label="Expression", editor="expression")
    keep: Literal["smallest", "largest"] = setting(
        "smallest", label="Keep", choices={"smallest": "The smallest", "largest": "The largest"}
    )


class DeduplicationSettings(ActivitySettings):
    """Which rows mean the same, and which of them stay (ACS 2.3)."""

    identification: tuple[str, ...] = setting(
        (),
        label="Rows mean the same when these are equal",
        help="Columns or expressions; all of them together.",
        editor="expression",
        group="Duplicates",
    )
    keep_empty: bool = setting(
        False,
        label="Keep every row without a value there",
        help="Otherwise rows without a value are one group: they count as duplicates of each other.",
        group="Duplicates",
    )
    keep: int = setting(
        1,
        label="Rows to keep of each group",
        help="0 keeps all of them.",
        group="Duplicates",
        ge=0,
    )
    method: Literal["choose", "list", "non-empty", "expression"] = setting(
        "choose",
        label="Which rows stay",
        help="Chosen for you, they are as good as random, and the same in every run with the seed of the flow.",
        group="Method",
        choices={
            "choose": "Choose for me",
            "list": "Following a list of values",
            "non-empty": "Those with a value",
            "expression": "Using an expression",
        },
    )
    lists: tuple[ValueList, ...] = setting(
        (), label="Lists of values", group="Method", shown_when={"method": ("list",)}
    )
    non_empty: tuple[str, ...] = setting(
        (),
        label="Fields that should have a value",
        editor="expression",
        group="Method",
        shown_when={"method": ("non-empty",)},
    )
    preferences: tuple[Preference, ...] = setting(
        (), label="Expressions", group="Method", shown_when={"method": ("expression",)}
    )
    complement: bool = setting(
        False,
        label="Generate the complement",
        help="A second transition with the rows that are taken out.",
        group="Transition",
    )

    def used(self) -> Iterator[tuple[str, str]]:
        """Yield (place in the settings, expression) of everything that the chosen method works out."""
        for index, text in enumerate(self.identification):
            yield f"identification.{index}", text
        if self.method == "list":
            for index, entry in enumerate(self.lists):
                yield f"lists.{index}.field", entry.field
        elif self.method == "non-empty":
            for index, text in enumerate(self.non_empty):
                yield f"non_empty.{index}", text
        elif self.method == "expression":
            for index, preference in enumerate(self.preferences):
                yield f"preferences.{index}.expression", preference.expression


class Deduplication(Activity):
    """Keeps whole rows: the survivors of each group go on, the others form the complement (ACS 2.3)."""

    kind = "deduplication"
    title = Text("Deduplication")
    category: ClassVar[Category] = "targeting"
    help = Text("Keeps one row, or a few, of those that mean the same: one row for each region, for example.")
    search_words = ("duplicates", "distinct", "unique")
    Settings = DeduplicationSettings

    def summary(self, settings: DeduplicationSettings) -> Text:
        """Say what stays of which groups."""
        fields = ", ".join(text.strip().removeprefix(f"{TARGET}.") for text in settings.identification)
        if not fields:
            return Text("Nothing to compare yet")
        if settings.keep == 0:
            return Text("All rows per {fields}", fields=fields)
        return Text.plural(
            "One row per {fields}", "Up to {count} rows per {fields}", count=settings.keep, fields=fields
        )

    def inbound(self, settings: DeduplicationSettings) -> tuple[Inbound, ...]:
        """One table arrives: two would not be compared with each other."""
        return (Inbound("inbound", Text("Rows")),)

    def transitions(self, settings: DeduplicationSettings) -> tuple[Transition, ...]:
        """The survivors and, on request, the others."""
        result = Transition("result", Text("Result"))
        if not settings.complement:
            return (result,)
        return (result, Transition("complement", Text("Complement"), role="complement"))

    def schemas(
        self, settings: DeduplicationSettings, inbound: SchemaInbound, design: Design
    ) -> Mapping[str, TableSchema]:
        """Rows leave as they come."""
        schema = _content(inbound)
        return {} if schema is None else {way.name: schema for way in self.transitions(settings)}

    def check(self, settings: DeduplicationSettings, inbound: SchemaInbound, design: Design) -> Iterator[Finding]:
        """Yield what is missing, and every expression that does not fit the columns."""
        yield from _missing(settings)
        schema = _content(inbound)
        if schema is None:
            return
        context = contexts.design_context(design)
        for field, text in settings.used():
            type, problems = expression_problems.typed(expression_text(text, schema), schema, context, field)
            yield from problems
            if type is ColumnType.LIST:
                problem = Text("“{field}” is a list: rows cannot be compared by it.", field=text)
                yield Finding(Level.ERROR, NO_LIST_FIELD, problem, field=field)
            elif type is not None and field.startswith("lists."):
                yield from _bad_values(settings.lists[int(field.split(".")[1])], type, field.removesuffix(".field"))

    def run(self, settings: DeduplicationSettings, inbound: TableInbound, services: Services) -> Outcome:
        """Number the rows of each group and cut. Raises SettingsError for an expression that does not fit."""
        for finding in _missing(settings):
            raise SettingsError.of(finding)
        table = inbound["inbound"][0].content
        if table is None:
            raise SettingsError(NO_IDENTIFICATION, Text("“{label}” needs rows.", label=services.label))
        texts = [expression_text(text, table.schema) for _, text in settings.used()]
        scope = expressions.Scope(table, texts, contexts.run_context(services))
        groups = {f"__group{place}": each for place, each in enumerate(_groups(settings, scope, table))}
        orders = list(_orders(settings, scope, services.seed, table))
        helpers = {f"__order{place}": order.value for place, order in enumerate(orders)}
        rows = scope.expr.mutate(**groups, **helpers)
        sorting = [ranking.Order(rows[name], order.is_descending) for name, order in zip(helpers, orders, strict=True)]
        rows = ranking.ranked(
            rows, _RANK, [rows[name] for name in groups], [*sorting, *ranking.tie_break(rows, table.schema)]
        )
        stays = rows[_RANK] <= settings.keep if settings.keep else rows[_RANK] >= 1
        if settings.keep_empty:
            for name in groups:
                stays |= rows[name].isnull()
        kept = {"result": stays, "complement": ~stays}
        return Outcome(
            {
                way.name: interim.Table(
                    scope.own_columns(rows.filter(kept[way.name]).drop(_RANK, *groups, *helpers)), table.schema
                )
                for way in self.transitions(settings)
            }
        )


def _groups(settings: DeduplicationSettings, scope: Scope, table: Table) -> Iterator[Any]:
    for place, text in enumerate(settings.identification):
        yield scope.value(expression_text(text, table.schema), field=f"identification.{place}")


def _content(inbound: SchemaInbound) -> TableSchema | None:
    return next((arrival.content for arrival in inbound.get("inbound", ())), None)


def _missing(settings: DeduplicationSettings) -> Iterator[Finding]:
    if not settings.identification:
        text = Text("Choose the columns by which rows are compared: rows that agree in all of them mean the same.")
        yield Finding(Level.ERROR, NO_IDENTIFICATION, text, field="identification")
    wanted = {"list": "lists", "non-empty": "non_empty", "expression": "preferences"}.get(settings.method, "")
    if wanted and not getattr(settings, wanted):
        text = Text("Say which of the rows that mean the same is kept, or let the program choose.")
        yield Finding(Level.ERROR, NO_ORDER, text, field=wanted)


def _orders(settings: DeduplicationSettings, scope: Scope, seed: int, table: Table) -> Iterator[Order]:
    if settings.method == "choose":
        yield from ranking.shuffled(scope.expr, table.schema, seed)
    elif settings.method == "list":
        for index, entry in enumerate(settings.lists):
            listed = scope.value(expression_text(entry.field, table.schema), field=f"lists.{index}.field")
            yield from _list_order(entry, listed, f"lists.{index}")
    elif settings.method == "non-empty":
        for index, text in enumerate(settings.non_empty):
            wanted: Any = scope.value(expression_text(text, table.schema), field=f"non_empty.{index}")
            yield ranking.Order((wanted.isnull() | (wanted == "")) if wanted.type().is_string() else wanted.isnull())
    else:
        for index, preference in enumerate(settings.preferences):
            text = expression_text(preference.expression, table.schema)
            value = scope.value(text, field=f"preferences.{index}.expression")
            yield ranking.Order(value, preference.keep == "largest")


def _list_order(entry: ValueList, value: Any, field: str) -> Iterator[Order]:
    column = types.column_of("value", value.type())
    type = column.type if column is not None else ColumnType.TEXT
    for finding in _bad_values(entry, type, field):
        raise SettingsError.of(finding)
    values: Sequence[Any] = [_as(type, text) for text in entry.values]
    if values:
        places = [(wanted, place) for place, wanted in enumerate(values)]
        yield ranking.Order(value.cases(*places, else_=len(values)))
    if entry.others == "smallest":
        yield ranking.Order(value)


def _bad_values(entry: ValueList, type: ColumnType, field: str) -> Iterator[Finding]:
    words = _WORDS.get(type)
    for index, text in enumerate(entry.values):
        if words is not None and _as(type, text) is None:
            problem = Text("“{value}” is not {words}, as “{field}” is.", value=text, words=words, field=entry.field)
            yield Finding(Level.ERROR, BAD_VALUE, problem, field=f"{field}.values.{index}")


def _as(type: ColumnType, text: str) -> Any:
    """Return `text` as a value to compare with a field of `type`; None when it cannot be one."""
    read = _READERS.get(type)
    if read is None:
        return text
    try:
        return read(text.strip())
    except ValueError:
        return None
