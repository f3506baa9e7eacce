"""Picks people, or other rows of a resource, by rules, and adds what is worked out for each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from engine.activity import (
    Activity,
    ActivitySettings,
    Category,
    Design,
    Inbound,
    Outcome,
    Population,
    SchemaInbound,
    Services,
    TableInbound,
    Transition,
    setting,
)
from engine.errors import CampaignFlowError, Code, Finding, Level
from engine.later import later
from engine.schema import TARGET, Cardinality, Column, ColumnType, Link, TableSchema
from engine.settings.additional import SimpleField, check_fields, columns_of, names_of
from engine.settings.rule_model import RuleGroup
from engine.settings.written import column_path
from engine.text import Text

if TYPE_CHECKING:
    import ibis

    from engine import expressions
    from engine.expressions import ExpressionContext, problems
    from engine.settings import contexts, rules
    from engine.tables import interim
    from engine.tables.interim import Table
else:
    (expressions,) = later("engine", "expressions")
    (problems,) = later("engine.expressions", "problems")
    contexts, rules = later("engine.settings", "contexts", "rules")
    (interim,) = later("engine.tables", "interim")

NO_RESOURCE = Code(
    "FLOW-QUERY-RESOURCE", "A Query does not say which resource it picks rows from, or one that is gone."
)
NO_KEY = Code("FLOW-QUERY-KEY", "A Query cannot tell the rows of its resource, or of its dimension, apart.")
_ROW = "__row"

EMPTY_RESULT = Code("FLOW-QUERY-EMPTY", "A Query has found nothing, and its transition does not fire.")


class QuerySettings(ActivitySettings):
    """Which rows are picked, and what is added to them (ACS 2.3)."""

    resource: str = setting(
        "", label="Resource", help="Where the rows are: profiles, offers.", editor="resource", group="Resource"
    )
    filter: RuleGroup = setting(
        RuleGroup(),
        label="Rules",
        help="Which rows are picked; without any rule all of them.",
        group="Target",
    )
    condition: str = setting(
        "",
        label="Advanced expression",
        help="A condition that the rows must meet as well: @age > 21 AND @region = '13'.",
        editor="condition",
        group="Target",
    )
    dimension: str = setting(
        "",
        label="Targeting dimension",
        help="Whom the result is about, where that is not the resource itself: the profiles of the purchases found.",
        editor="resource",
        group="Resource",
    )
    dimension_key: str = setting(
        "",
        label="Column with the key of the dimension",
        help="The column of the resource that says whom a row belongs to: the profile of a purchase.",
        editor="column",
        group="Resource",
    )
    additional: tuple[SimpleField, ...] = setting(
        (),
        label="Additional data",
        help="Columns that go on with each row; those of the resource itself are reached through “target”.",
    )
    distinct: bool = setting(
        True,
        label="Remove duplicate rows (DISTINCT)",
        help="Keeps one of several equal rows. Rows of the resource itself have a key and are never equal.",
    )
    output: str = setting(
        "",
        label="Output filtering",
        help="A condition on the additional data: expr1 <= 100.",
        editor="condition",
    )
    fires_when_empty: bool = setting(
        False,
        label="Enable an outbound transition",
        help="If the query retrieves no data. Otherwise nothing after this activity runs then.",
    )

    @property
    def target(self) -> str:
        """Return the resource that the result's rows are people (or things) of."""
        return self.dimension or self.resource

    @property
    def is_direct(self) -> bool:
        """Return whether the result's rows are rows of the resource itself."""
        return self.target == self.resource


class Query(Activity):
    """Picks rows of a resource: their key and additional data; all else is reached through `target` (ACS 2.1)."""

    kind = "query"
    title = Text("Query")
    category: ClassVar[Category] = "targeting"
    help = Text("Picks people, or other rows of a resource, by rules.")
    search_words = ("audience", "target", "profiles", "filter", "subscribers", "select")
    Settings = QuerySettings

    def summary(self, settings: QuerySettings) -> Text:
        """Say which rows are picked."""
        if not settings.resource:
            return Text("No resource chosen yet")
        count = _rule_count(settings.filter) + bool(settings.condition.strip())
        if not count:
            return Text("Query · {resource}", resource=settings.resource)
        return Text.plural(
            "Query · {resource} · {count} rule",
            "Query · {resource} · {count} rules",
            count=count,
            resource=settings.resource,
        )

    def inbound(self, settings: QuerySettings) -> tuple[Inbound, ...]:
        """Nothing, or what starts the query."""
        return (Inbound("inbound", Text("Trigger"), minimum=0, needs_rows=False),)

    def transitions(self, settings: QuerySettings) -> tuple[Transition, ...]:
        """The rows found."""
        return (Transition("result", Text("Result"), Population.ROWS),)

    def schemas(self, settings: QuerySettings, inbound: SchemaInbound, design: Design) -> Mapping[str, TableSchema]:
        """The key, the additional data, and the link to the dimension."""
        resource, dimension = design.resource(settings.resource), design.resource(settings.target)
        if resource is None or dimension is None:
            return {}
        try:
            return {"result": _schema(settings, resource, dimension, contexts.design_context(design))}
        except CampaignFlowError:
            return {}  # the check says what is wrong with it

    def check(self, settings: QuerySettings, inbound: SchemaInbound, design: Design) -> Iterator[Finding]:
        """Yield what is wrong with the resource, the rules and the expressions."""
        yield from _resource_findings(settings, design)
        resource, dimension = design.resource(settings.resource), design.resource(settings.target)
        if resource is None:
            return
        context = contexts.design_context(design)
        yield from rules.check_rules(settings.filter, resource, context)
        if settings.condition.strip():
            yield from problems.expression_problems(
                settings.condition, resource, context, "condition", is_condition=True
            )
        taken = (dimension.key, TARGET) if dimension is not None else (TARGET,)
        yield from check_fields(settings.additional, resource, context, taken=taken)
        result = self.schemas(settings, inbound, design).get("result")
        if settings.output.strip() and result is not None:
            yield from problems.expression_problems(settings.output, result, context, "output", is_condition=True)

    def freshness(self, settings: QuerySettings, services: Services) -> str:
        """Return the day, where a rule is about it."""
        return services.now.date().isoformat() if rules.reads_day(settings.filter) else ""

    def run(self, settings: QuerySettings, inbound: TableInbound, services: Services) -> Outcome:
        """Pick the rows. The transition does not fire when there are none, unless the settings say so."""
        context = contexts.run_context(services)
        resource = services.resource(settings.resource)
        dimension = services.resource(settings.target)
        schema = _schema(settings, resource.schema, dimension.schema, context)
        result = _result(settings, resource, schema, context)
        key = result.expr.select(schema.key)  # alone: what is worked out for each row does not matter here
        if not settings.fires_when_empty and not services.tables.count(key.limit(1)):
            text = Text(
                "“{resource}” has no row that fits, so that nothing after this runs.", resource=settings.resource
            )
            services.note(Level.INFO, text, code=EMPTY_RESULT.id)
            return Outcome({})
        return Outcome({"result": result})


def _rule_count(group: RuleGroup) -> int:
    return sum(_rule_count(each) if isinstance(each, RuleGroup) else 1 for each in group.rules)


def _resource_findings(settings: QuerySettings, design: Design) -> Iterator[Finding]:
    names = design.resource_names()
    if not settings.resource:
        way_out = Text("Choose where the rows are, or drop a file here.")
        yield Finding(Level.ERROR, NO_RESOURCE, Text("The query has no resource."), field="resource", hint=way_out)
    for field in ("resource", "dimension"):
        name = getattr(settings, field)
        if name and name not in names:
            text = Text("The flow has no resource “{name}”.", name=name)
            hint = Text("Choose one of: {names}.", names=", ".join(names)) if names else None
            yield Finding(Level.ERROR, NO_RESOURCE, text, field=field, hint=hint)
    yield from _key_findings(settings, design.resource(settings.resource), design.resource(settings.target))


def _key_findings(
    settings: QuerySettings, resource: TableSchema | None, dimension: TableSchema | None
) -> Iterator[Finding]:
    if resource is None or dimension is None:
        return
    if not dimension.key:
        at = "resource" if settings.is_direct else "dimension"
        problem = Text("“{name}” has no key that tells its rows apart.", name=settings.target)
        yield Finding(Level.ERROR, NO_KEY, problem, field=at, hint=Text("Choose the key column under Resources."))
        return
    if settings.is_direct:
        return
    own, wanted = resource.column(column_path(settings.dimension_key)), dimension.column(dimension.key)
    if own is None or wanted is None or own.type is not wanted.type:
        text = Text(
            "A column of “{resource}” is needed that holds the key “{key}” of “{dimension}”.",
            resource=settings.resource,
            key=dimension.key,
            dimension=settings.target,
        )
        hint = Text("Choose a column of the type {type}.", type=str(wanted.type)) if wanted is not None else None
        yield Finding(Level.ERROR, NO_KEY, text, field="dimension_key", hint=hint)


def _schema(
    settings: QuerySettings, resource: TableSchema, dimension: TableSchema, context: ExpressionContext
) -> TableSchema:
    """Return the schema of the result. Raises SettingsError."""
    key = dimension.column(dimension.key)
    keys: tuple[Column, ...] = (key,) if key is not None else ()
    link = Link(TARGET, dimension, label=settings.target, cardinality=Cardinality.ONE, is_stored=False)
    columns = columns_of(settings.additional, resource, context)
    return TableSchema((*keys, *columns), (link,), key=dimension.key, dimension=settings.target)


def _result(settings: QuerySettings, resource: Table, schema: TableSchema, context: ExpressionContext) -> Table:
    """Return the key and the additional data of the rows that fit, in the order of the key.

    RowId() numbers the rows that are left after the output filtering, so that it has no gaps and meets the line
    numbers of an answer; where the output filtering itself is about the numbers, it comes after them.
    """
    picked = _picked(settings, resource, context)
    table = _with_data(settings, picked, schema, context)
    if settings.output.strip():
        kept = _kept(table, (("output", settings.output),), context)
        if _numbers_come_last(settings):
            rows = kept.expr.select(_ROW)
            left = picked.expr.semi_join(rows, picked.expr[resource.schema.key] == rows[_ROW])
            kept = _with_data(settings, interim.Table(left, picked.schema), schema, context)
        table = kept
    expr = table.expr.select(*(column.id for column in schema.columns))
    if settings.distinct and not settings.is_direct:
        expr = expr.distinct()
    return interim.Table(expr.order_by(_order(settings, schema)), schema)


def _picked(settings: QuerySettings, resource: Table, context: ExpressionContext) -> Table:
    """Return the rows of the resource that meet the rules and the advanced expression."""
    written = rules.condition_text(settings.filter, resource.schema)
    return _kept(resource, (("filter", written), ("condition", settings.condition)), context)


def _kept(table: Table, conditions: Sequence[tuple[str, str]], context: ExpressionContext) -> Table:
    """Return the rows that meet the `conditions`: the setting that each stands in, and its text."""
    written = [(field, text) for field, text in conditions if text.strip()]
    if not written:
        return table
    scope = expressions.Scope(table, [text for _, text in written], context)
    kept = scope.expr.filter([scope.condition(text, field=field) for field, text in written])
    return replace(table, expr=scope.own_columns(kept))


def _with_data(settings: QuerySettings, picked: Table, schema: TableSchema, context: ExpressionContext) -> Table:
    """Return the columns of the result for the rows picked, and their own key beside them as `_ROW`."""
    scope = expressions.Scope(picked, [field.expression for field in settings.additional], context)
    key = picked.schema.key
    named = zip(names_of(settings.additional), settings.additional, strict=True)
    values: dict[str, ibis.Value] = {
        schema.key: scope.expr[key if settings.is_direct else column_path(settings.dimension_key)],
        **{name: scope.value(field.expression, field="additional") for name, field in named},
        _ROW: scope.expr[key],
    }
    return interim.Table(scope.expr.select(**values), schema)


def _numbers_come_last(settings: QuerySettings) -> bool:
    names = zip(names_of(settings.additional), settings.additional, strict=True)
    numbers = {name for name, field in names if field.is_numbering}
    return bool(numbers) and not numbers & set(expressions.parse(settings.output).paths)


def _order(settings: QuerySettings, schema: TableSchema) -> list[str]:
    if settings.is_direct:
        return [schema.key]
    return [column.id for column in schema.columns if column.type is not ColumnType.LIST]
