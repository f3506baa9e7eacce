"""Judges the values of lines by column rules: the prepared text, the value, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from engine.schema import LINE_NUMBER, Column, ColumnType
from engine.tables.backend import quoted_name
from engine.tables.column_reading import is_wanted, read_name
from engine.tables.text_values import converted
from engine.tables.types import ibis_type

if TYPE_CHECKING:
    import ibis
    import ibis.expr.schema as ibis_schema

    from engine.tables.column_rule import ColumnRule
    from engine.tables.interim import Table, TableStore

EMPTY: Final = 1
WRONG: Final = 2
LONG: Final = 3
UNMAPPED: Final = 4
"""What can be wrong with a value; 0 for nothing."""

MOST_HELD: Final = 200_000
"""So many lines are judged once and held in memory, because they are read several times; more are judged as needed."""

_STAGES: Final = ("s", "t", "c", "p")
_MARK: Final = "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}{}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"


def judged(store: TableStore, table: Table, rules: Sequence[ColumnRule]) -> ibis.Table:
    """Return for the rule at place N: rN its raw text, cN the value, pN the problem (or 0).

    `table` has a text column under each rule's id. Ignored columns have a raw text only; `line` is the number of the
    line. What a rule compiles to is remembered: that takes longer than carrying it out. Raises SettingsError for a
    date format that cannot be read.
    """
    names = [f"{quoted_name(rule.id)} AS r{place}" for place, rule in enumerate(rules)]
    read = [place for place, rule in enumerate(rules) if read_name(rule) in table.expr.columns and not rule.is_ignored]
    names += [f"{quoted_name(read_name(rules[place]))} AS n{place}" for place in read]
    names.append(f"{quoted_name(LINE_NUMBER)} AS line")
    query = f"SELECT {', '.join(names)} FROM ({store.compiled(table.expr)})"  # noqa: S608 # quoted, or compiled
    used = [
        (place, _steps_of_read(rule, place) if place in read else _steps(_bare(rule)))
        for place, rule in enumerate(rules)
        if not rule.is_ignored
    ]
    for stage in _STAGES if used else ():
        steps = ", ".join(f"{_placed(found[stage], place)} AS {stage}{place}" for place, found in used)
        query = f"SELECT *, {steps} FROM ({query})"  # noqa: S608 # made by the compiler, names by us
    judged_columns = ", ".join(_schema(rules).names)
    query = f"SELECT {judged_columns} FROM ({query})"  # noqa: S608 # names of ours
    is_small = table.rows is not None and table.rows <= MOST_HELD
    return store.sql(query, is_small=is_small, schema=_schema(rules))


def _steps_of_read(rule: ColumnRule, place: int) -> Mapping[str, str]:
    """Return the stages of a column whose values have been read: what is lacking may be wrong, and nothing else."""
    lacking = EMPTY if is_wanted(rule) else 0
    problem = f"CAST(CASE WHEN n{place} IS NULL THEN {lacking} ELSE 0 END AS TINYINT)"
    return {"s": f"r{place}", "t": f"r{place}", "c": f"n{place}", "p": problem}


def _schema(rules: Sequence[ColumnRule]) -> ibis_schema.Schema:
    """Return the columns of judged lines."""
    import ibis

    texts = {f"r{place}": "string" for place in range(len(rules))}
    used = [(place, rule) for place, rule in enumerate(rules) if not rule.is_ignored]
    values = {f"c{place}": ibis_type(Column("", rule.type)) for place, rule in used}
    return ibis.schema({**texts, "line": "int64", **values, **{f"p{place}": "int8" for place, _ in used}})


def _bare(rule: ColumnRule) -> ColumnRule:
    """Return the rule without what the judgement does not depend on."""
    return replace(rule, id="", label="", default="")


def _placed(step: str, place: int) -> str:
    for stage in ("r", *_STAGES[:-1]):
        step = step.replace(f'"t0".{quoted_name(_MARK.format(stage))}', f"{stage}{place}")
    return step


@lru_cache(maxsize=512)
def _steps(rule: ColumnRule) -> Mapping[str, str]:
    """Return what each stage computes, in the table engine's own words, of the stages before it."""
    import ibis

    types = {"r": "string", "s": "string", "t": "string", "c": ibis_type(Column("", rule.type))}
    lines = ibis.table({_MARK.format(stage): type for stage, type in types.items()}, name="lines")
    raw, shaped, text, value = (lines[_MARK.format(stage)] for stage in types)
    found = {
        "s": _shaped(raw, rule),
        "t": _mapped(shaped, rule),
        "c": converted(text, rule.type, rule.form),
        "p": _problem(text, value, rule),
    }
    return {stage: _compiled(lines.select(found[stage].name("step"))) for stage in _STAGES}


def _compiled(query: ibis.Table) -> str:
    """Return the only column of a query as an expression of the table engine."""
    from ibis.backends.sql.compilers.duckdb import DuckDBCompiler

    compiler = DuckDBCompiler()
    (column,) = compiler.to_sqlglot(query).expressions
    return str(column.this.sql(compiler.dialect))


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


def _problem(text: Any, value: Any, rule: ColumnRule) -> Any:
    import ibis

    is_empty = text.fill_null("") == "" if rule.type is ColumnType.TEXT else text.fill_null("").strip() == ""
    found = [(is_empty, EMPTY if is_wanted(rule) else 0), (value.isnull(), WRONG)]
    if rule.type is ColumnType.TEXT:
        if rule.length is not None:
            found.append((text.length() > rule.length, LONG))
        if rule.remapping and rule.on_error.endswith("-unmapped"):
            known = {word for pair in rule.remapping for word in pair}
            found.append((~text.isin(sorted(known)), UNMAPPED))
    return ibis.cases(*((each, ibis.literal(code, type="int8")) for each, code in found), else_=0).cast("int8")
