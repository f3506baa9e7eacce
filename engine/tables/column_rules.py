"""Column rules (ACS 1.6): raw text becomes typed columns; what does not fit is ignored, replaced or rejected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from engine.schema import LINE_NUMBER, Column, ColumnType, TableSchema
from engine.tables.interim import Table, TableStore
from engine.tables.text_values import ISO, Form, converted
from engine.text import Text

if TYPE_CHECKING:
    import ibis

ErrorPolicy = Literal["ignore", "reject", "default", "default-unmapped", "reject-unmapped"]
EmptyPolicy = Literal["error-number", "null", "error"]
WhiteSpace = Literal["keep", "trim", "collapse", "remove"]
LetterCase = Literal["keep", "lower", "upper", "smart"]

REASON: Final = "_reason"
"""The column of rejects that says what was wrong with the line."""


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """What one column holds and what happens to a text that does not fit.

    The order is: white space and letter case, remapping, the rule for empty texts, conversion and length, and the
    rule for errors. `default` is written like the column's texts. A text column with a remapping and one of the
    `…-unmapped` policies takes no other texts than those the remapping names.
    """

    id: str
    type: ColumnType = ColumnType.TEXT
    label: str = ""
    length: int | None = None
    is_ignored: bool = False
    form: Form = ISO
    white_space: WhiteSpace = "keep"
    letter_case: LetterCase = "keep"
    remapping: tuple[tuple[str, str], ...] = ()
    on_error: ErrorPolicy = "ignore"
    default: str = ""
    on_empty: EmptyPolicy = "error-number"

    @property
    def column(self) -> Column:
        """Return the column that the rule makes."""
        return Column(self.id, self.type, self.label, self.length if self.type is ColumnType.TEXT else None)


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


_EMPTY, _WRONG, _LONG, _UNMAPPED = 1, 2, 3, 4
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
    judged = store.named(_judged(table.expr, rules))  # three queries share what is costly to compile
    used = [(place, rule) for place, rule in enumerate(rules) if not rule.is_ignored]
    problems = {place: judged[f"p{place}"] for place, _ in used}
    rejected = _any([problems[place] > 0 for place, rule in used if _is_rejecting(rule)])
    counts = _counts(store, judged, used, rejected)
    good = judged if rejected is None else judged.filter(~rejected)
    good = good.select([_value(good, place, rule) for place, rule in used] + [good["line"].name(LINE_NUMBER)])
    bad = judged.limit(0) if rejected is None else judged.filter(rejected)
    texts = [bad[f"r{place}"].name(rule.id) for place, rule in enumerate(rules)]
    bad = bad.select([*texts, bad["line"].name(LINE_NUMBER), _reason(bad, used).name(REASON)])
    return Ruled(
        Table(good, good_schema(rules)),
        Table(bad, rejects_schema(rules)),
        tuple(_warnings(used, counts)),
        counts.get("rejected", 0),
    )


def _judged(expr: ibis.Table, rules: Sequence[ColumnRule]) -> ibis.Table:
    """Return for the rule at place N: rN its raw text, tN the prepared text, cN the value, pN the problem (or 0)."""
    raw = expr.select(
        *(expr[rule.id].name(f"r{place}") for place, rule in enumerate(rules)), expr[LINE_NUMBER].name("line")
    )
    used = [(place, rule) for place, rule in enumerate(rules) if not rule.is_ignored]
    shaped = raw.mutate(**{f"s{place}": _shaped(raw[f"r{place}"], rule) for place, rule in used})
    mapped = shaped.mutate(**{f"t{place}": _mapped(shaped[f"s{place}"], rule) for place, rule in used})
    values = mapped.mutate(
        **{f"c{place}": converted(mapped[f"t{place}"], rule.type, rule.form) for place, rule in used}
    )
    return values.mutate(**{f"p{place}": _problem(values, place, rule) for place, rule in used})


def _shaped(text: Any, rule: ColumnRule) -> Any:
    text = {
        "keep": lambda: text,
        "trim": text.strip,
        "collapse": lambda: text.re_replace(r"\s+", " ").strip(),
        "remove": lambda: text.re_replace(r"\s+", ""),
    }[rule.white_space]()
    smart = text.substr(0, 1).upper() + text.substr(1).lower()
    return {"keep": text, "lower": text.lower(), "upper": text.upper(), "smart": smart}[rule.letter_case]


def _mapped(text: Any, rule: ColumnRule) -> Any:
    import ibis

    if not rule.remapping:
        return text
    # the empty source stands for no value at all
    pairs = [(text.fill_null("") == source, ibis.literal(target)) for source, target in rule.remapping]
    return ibis.cases(*pairs, else_=text)


def _problem(table: ibis.Table, place: int, rule: ColumnRule) -> Any:
    import ibis

    text, value = table[f"t{place}"], table[f"c{place}"]
    is_empty = text.fill_null("") == "" if rule.type is ColumnType.TEXT else text.fill_null("").strip() == ""
    is_number = rule.type in (ColumnType.INTEGER, ColumnType.FLOAT)
    is_wanted = rule.on_empty == "error" or (rule.on_empty == "error-number" and is_number)
    found = [(is_empty, _EMPTY if is_wanted else 0), (value.isnull(), _WRONG)]
    if rule.type is ColumnType.TEXT:
        if rule.length is not None:
            found.append((text.length() > rule.length, _LONG))
        if rule.remapping and rule.on_error.endswith("-unmapped"):
            known = {word for pair in rule.remapping for word in pair}
            found.append((~text.isin(sorted(known)), _UNMAPPED))
    return ibis.cases(*((each, ibis.literal(code, type="int8")) for each, code in found), else_=0).cast("int8")


def _is_rejecting(rule: ColumnRule) -> bool:
    return rule.on_error in ("reject", "reject-unmapped")


def _any(conditions: Sequence[Any]) -> Any | None:
    found = None
    for condition in conditions:
        found = condition if found is None else found | condition
    return found


def _value(table: ibis.Table, place: int, rule: ColumnRule) -> Any:
    """Return the value of a column: NULL or the default where there is a problem, NULL where it is empty."""
    import ibis

    value, problem = table[f"c{place}"], table[f"p{place}"]
    has_default = rule.on_error in ("default", "default-unmapped") and rule.default != ""
    substitute = ibis.null(value.type())
    if has_default:
        substitute = converted(ibis.literal(rule.default, type="string"), rule.type, rule.form)
    if rule.type is ColumnType.TEXT:
        value = value.nullif("")
    return (problem == 0).ifelse(value, substitute).name(rule.id)


def _counts(
    store: TableStore, judged: ibis.Table, used: Sequence[tuple[int, ColumnRule]], rejected: Any | None
) -> dict[str, int]:
    """Return how many lines are rejected, and how often each column of the others has each problem."""
    import ibis

    kept = ibis.literal(True) if rejected is None else ~rejected
    wanted = {
        f"{place}_{code}": ((judged[f"p{place}"] == code) & kept).sum()
        for place, rule in used
        if not _is_rejecting(rule)
        for code in _possible(rule)
    }
    if rejected is not None:
        wanted["rejected"] = rejected.sum()
    if not wanted:
        return {}
    return {name: int(count or 0) for name, count in store.rows(judged.aggregate(**wanted))[0].items()}


def _possible(rule: ColumnRule) -> list[int]:
    if rule.type is ColumnType.TEXT:
        is_listed = bool(rule.remapping) and rule.on_error.endswith("-unmapped")
        candidates = ((_EMPTY, rule.on_empty == "error"), (_LONG, rule.length is not None), (_UNMAPPED, is_listed))
        return [code for code, is_possible in candidates if is_possible]
    return [_WRONG] if rule.on_empty == "null" else [_EMPTY, _WRONG]


def _warnings(used: Sequence[tuple[int, ColumnRule]], counts: dict[str, int]) -> Iterator[RuleWarning]:
    for place, rule in used:
        for code in (_EMPTY, _WRONG, _LONG, _UNMAPPED):
            count = counts.get(f"{place}_{code}", 0)
            if count:
                yield RuleWarning(rule.id, _warning(rule, code, count), count)


def _warning(rule: ColumnRule, code: int, count: int) -> Text:
    what = {
        _EMPTY: Text.plural("{count} value is missing", "{count} values are missing", count=count),
        _WRONG: Text.plural(
            "{count} value is not of the type “{kind}”",
            "{count} values are not of the type “{kind}”",
            count=count,
            kind=_NAMES.get(rule.type, Text("text")),
        ),
        _LONG: Text.plural(
            "{count} value is longer than {length} characters",
            "{count} values are longer than {length} characters",
            count=count,
            length=rule.length or 0,
        ),
        _UNMAPPED: Text.plural("{count} value has no remapping", "{count} values have no remapping", count=count),
    }[code]
    if rule.on_error in ("default", "default-unmapped") and rule.default:
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
    """Return what is wrong with a line, as a sentence about its first value that does not fit."""
    import ibis

    found = []
    for place, rule in used:
        if not _is_rejecting(rule):
            continue
        problem = table[f"p{place}"]
        start = f"“{rule.id}” "
        quoted = ibis.literal(f"{start}is “") + table[f"r{place}"].fill_null("").substr(0, 80)
        found += [
            (problem == _EMPTY, ibis.literal(f"{start}is empty.")),
            (problem == _WRONG, quoted + f"”, which is not of the type {_NAMES.get(rule.type, '')}."),
            (problem == _LONG, ibis.literal(f"{start}is longer than {rule.length} characters.")),
            (problem == _UNMAPPED, quoted + "”, which has no remapping."),
        ]
    return ibis.cases(*found) if found else ibis.literal("")
