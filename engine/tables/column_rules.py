"""Column rules (ACS 1.6): raw text becomes typed columns; what does not fit is ignored, replaced or rejected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from engine.schema import LINE_NUMBER, Column, ColumnType, TableSchema
from engine.tables.backend import quoted_name
from engine.tables.column_judging import EMPTY, LONG, UNMAPPED, WRONG, judged
from engine.tables.column_reading import fitting, read_columns, read_name
from engine.tables.column_rule import REASON, ColumnRule
from engine.tables.interim import Table, TableStore
from engine.tables.text_values import converted
from engine.text import Text

if TYPE_CHECKING:
    import ibis

    from engine.tables.json_rows import JsonRows


@dataclass(frozen=True, slots=True)
class RuleWarning:
    """So many values of a column were left empty or replaced, and why."""

    column: str
    reason: Text
    count: int


@dataclass(frozen=True, slots=True)
class Ruled:
    """The lines that fit, typed, and those that were rejected, as they came, with `_reason`."""

    good: Table
    rejects: Table
    warnings: tuple[RuleWarning, ...] = ()
    rejected: int = 0


_LINE_NUMBER_COLUMN = Column(LINE_NUMBER, ColumnType.INTEGER, label="Line number", is_system=True)


def good_schema(rules: Sequence[ColumnRule]) -> TableSchema:
    """Return the schema of the lines that fit: typed columns without the ignored ones, then `lineNum`."""
    return TableSchema((*(rule.column for rule in rules if not rule.is_ignored), _LINE_NUMBER_COLUMN))


def rejects_schema(rules: Sequence[ColumnRule]) -> TableSchema:
    """Return the schema of rejected lines: every column as text, `lineNum` and `_reason`."""
    texts = (Column(rule.id, ColumnType.TEXT, rule.label) for rule in rules)
    return TableSchema((*texts, _LINE_NUMBER_COLUMN, Column(REASON, ColumnType.TEXT, label="Reason")))


_NAMES: Final = {
    ColumnType.INTEGER: Text("integer"),
    ColumnType.FLOAT: Text("floating number"),
    ColumnType.BOOLEAN: Text("boolean"),
    ColumnType.DATE: Text("date"),
    ColumnType.DATE_TIME: Text("date and time"),
}


def arranged(table: Table, rules: Sequence[ColumnRule], sources: Sequence[str | None]) -> Table:
    """Return text columns under the ids of the rules, each from the column that `sources` names, NULL for None."""
    import ibis

    columns = [
        (ibis.null("string") if source is None else table.expr[source]).name(rule.id)
        for rule, source in zip(rules, sources, strict=True)
    ]
    schema = TableSchema((*(Column(rule.id, ColumnType.TEXT) for rule in rules), _LINE_NUMBER_COLUMN))
    return Table(table.expr.select([*columns, table.expr[LINE_NUMBER]]), schema)


def apply(store: TableStore, table: Table, rules: Sequence[ColumnRule]) -> Ruled:
    """Return the lines of `table` that fit the rules, those that do not, and what was left empty or replaced.

    `table` has a text column under each rule's id and `lineNum`. Values are counted in one pass; the two tables are
    computed when they are materialised. Raises SettingsError for a date format that cannot be read.
    """
    found = judged(store, table, rules)
    used = [(place, rule) for place, rule in enumerate(rules) if not rule.is_ignored]
    problems = {place: found[f"p{place}"] for place, _ in used}
    rejected = _any([problems[place] > 0 for place, rule in used if rule.is_rejecting])
    counts = _counts(store, found, used)
    good = found if rejected is None else found.filter(~rejected)
    good = good.select([value_of(good, place, rule) for place, rule in used] + [good["line"].name(LINE_NUMBER)])
    bad = found.limit(0) if rejected is None else found.filter(rejected)
    texts = [bad[f"r{place}"].name(rule.id) for place, rule in enumerate(rules)]
    bad = bad.select(
        [
            *texts,
            bad["line"].name(LINE_NUMBER),
            _reason(bad, [each for each in used if each[1].is_rejecting]).name(REASON),
        ]
    )
    return Ruled(
        Table(good, good_schema(rules)),
        Table(bad, rejects_schema(rules)),
        tuple(_warnings(used, counts)),
        counts.get("rejected", 0),
    )


def apply_to_rows(store: TableStore, rows: JsonRows, rules: Sequence[ColumnRule]) -> Ruled:
    """Return what `apply` does for rows that are at hand; those that all fit need no look at each value."""
    import pyarrow as pa

    good = fitting(rows, rules)
    if good is not None:
        rejects = rejects_schema(rules)
        return Ruled(store.from_arrow(good, good_schema(rules)), store.from_rows([], rejects))
    lines = rows.lines
    read = read_columns(lines, rules)
    types = {read_name(rule): rule.type for rule in rules}
    columns = (
        *(Column(id, ColumnType.TEXT) for id in lines.column_names if id != LINE_NUMBER),
        Column(LINE_NUMBER, ColumnType.INTEGER),
        *(Column(name, types[name]) for name in read),
    )
    known = pa.table({**dict(zip(lines.column_names, lines.columns, strict=True)), **read})
    return apply(store, store.from_arrow(known, TableSchema(columns)), rules)


def _any(conditions: Sequence[Any]) -> Any | None:
    found = None
    for condition in conditions:
        found = condition if found is None else found | condition
    return found


def value_of(table: ibis.Table, place: int, rule: ColumnRule) -> Any:
    """Return the value of a column: NULL or the default where there is a problem, NULL where it is empty."""
    import ibis

    value, problem = table[f"c{place}"], table[f"p{place}"]
    substitute = ibis.null(value.type())
    if rule.has_default:
        substitute = converted(ibis.literal(rule.default, type="string"), rule.type, rule.form)
    if rule.type is ColumnType.TEXT:
        value = value.nullif("")
    return (problem == 0).ifelse(value, substitute).name(rule.id)


def _counts(store: TableStore, lines: ibis.Table, used: Sequence[tuple[int, ColumnRule]]) -> dict[str, int]:
    """Return how many lines are rejected, and how often each column of the others has each problem."""
    rejecting = [f"p{place} > 0" for place, rule in used if rule.is_rejecting]
    kept = f"NOT ({' OR '.join(rejecting)})" if rejecting else "TRUE"
    wanted = {
        f"{place}_{code}": f"count(*) FILTER (p{place} = {code} AND {kept})"
        for place, rule in used
        if not rule.is_rejecting
        for code in _possible(rule)
    }
    if rejecting:
        wanted["rejected"] = f"count(*) FILTER (NOT {kept})"
    if not wanted:
        return {}
    columns = ", ".join(f'{count} AS "{name}"' for name, count in wanted.items())
    found: dict[str, int] = store.fetch(f"SELECT {columns} FROM {quoted_name(lines.get_name())}").to_pylist()[0]  # noqa: S608 # numbers and names of ours
    return found


def _possible(rule: ColumnRule) -> list[int]:
    if rule.type is ColumnType.TEXT:
        is_listed = bool(rule.remapping) and rule.on_error.endswith("-unmapped")
        candidates = (
            (EMPTY, rule.on_empty == "error"),
            (WRONG, rule.form.is_time),
            (LONG, rule.length is not None),
            (UNMAPPED, is_listed),
        )
        return [code for code, is_possible in candidates if is_possible]
    return [WRONG] if rule.on_empty == "null" else [EMPTY, WRONG]


def _warnings(used: Sequence[tuple[int, ColumnRule]], counts: dict[str, int]) -> Iterator[RuleWarning]:
    for place, rule in used:
        for code in (EMPTY, WRONG, LONG, UNMAPPED):
            count = counts.get(f"{place}_{code}", 0)
            if count:
                yield RuleWarning(rule.id, _warning(rule, code, count), count)


def _kind(rule: ColumnRule) -> Text:
    return Text("time") if rule.form.is_time else _NAMES.get(rule.type, Text("text"))


def misfit(rule: ColumnRule, problem: int) -> Text:
    """Return what is wrong with a value that has the `problem` (EMPTY, WRONG, LONG, UNMAPPED)."""
    return {
        EMPTY: Text("is empty"),
        WRONG: Text("is not of the type {kind}", kind=_kind(rule)),
        LONG: Text("is longer than {length} characters", length=rule.length or 0),
        UNMAPPED: Text("has no remapping"),
    }[problem]


def _warning(rule: ColumnRule, code: int, count: int) -> Text:
    what = {
        EMPTY: Text.plural("{count} value is missing", "{count} values are missing", count=count),
        WRONG: Text.plural(
            "{count} value is not of the type “{kind}”",
            "{count} values are not of the type “{kind}”",
            count=count,
            kind=_kind(rule),
        ),
        LONG: Text.plural(
            "{count} value is longer than {length} characters",
            "{count} values are longer than {length} characters",
            count=count,
            length=rule.length or 0,
        ),
        UNMAPPED: Text.plural("{count} value has no remapping", "{count} values have no remapping", count=count),
    }[code]
    if rule.has_default:
        return Text(
            "“{column}”: {what}; the default value “{value}” was used instead.",
            column=rule.id,
            what=what,
            value=rule.default,
        )
    return (
        Text("“{column}”: {what} and stays empty.", column=rule.id, what=what)
        if count == 1
        else Text("“{column}”: {what} and stay empty.", column=rule.id, what=what)
    )


def _reason(table: ibis.Table, used: Sequence[tuple[int, ColumnRule]]) -> Any:
    """Return what is wrong with a judged line, as a sentence about its first value in `used` that does not fit."""
    import ibis

    found = []
    for place, rule in used:
        problem = table[f"p{place}"]
        start = f"“{rule.id}” "
        quoted = ibis.literal(f"{start}is “") + table[f"r{place}"].fill_null("").substr(0, 80)
        found += [
            (problem == EMPTY, ibis.literal(f"{start}is empty.")),
            (problem == WRONG, quoted + f"”, which is not of the type {_kind(rule)}."),
            (problem == LONG, ibis.literal(f"{start}is longer than {rule.length} characters.")),
            (problem == UNMAPPED, quoted + "”, which has no remapping."),
        ]
    return ibis.cases(*found) if found else ibis.literal("")
