"""The pairs of columns by which two tables could be linked, judged by name and type alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.activities.enrichment.agreement import conversion, family
from engine.schema import LINE_NUMBER, TARGET, Column, ColumnType, TableSchema

_ENDINGS = ("identifier", "number", "code", "key", "id")
_NUMBERING = re.compile(r"(expr\d*|row.*|line.*|number|rank|position)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pair:
    """An expression of the primary set and a column of the linked table that could be equal."""

    near: str
    far: str


def pairs_by_name(near: TableSchema, far: TableSchema) -> list[Pair]:
    """Return pairs of columns that are called alike, the best first: each linked column once."""
    found: dict[str, tuple[int, Pair]] = {}
    for place, (path, column) in enumerate(_comparable(near)):
        for other in far.columns:
            quality = _likeness(path, other.id, near)
            pair = _pair(path, column, other) if quality else None
            if pair is not None:
                rank = 1000 * quality + place
                if other.id not in found or rank < found[other.id][0]:
                    found[other.id] = (rank, pair)
    return [pair for _, pair in sorted(found.values(), key=lambda each: each[0])]


def pairs_by_number(near: TableSchema, far: TableSchema) -> list[Pair]:
    """Return pairs of a column that could number the rows of the primary set and the linked table's line number."""
    if far.column(LINE_NUMBER) is None:
        return []
    added = [
        column.id
        for column in near.columns
        if column.type is ColumnType.INTEGER and column.id not in (near.key, LINE_NUMBER)
    ]
    likely = sorted(added, key=lambda id: _NUMBERING.fullmatch(id) is None)
    own = [LINE_NUMBER] if near.column(LINE_NUMBER) is not None else []
    return [Pair(id, LINE_NUMBER) for id in (*likely, *own)]


def pairs_by_value(near: Mapping[str, frozenset[str]], far: Mapping[str, frozenset[str]]) -> list[Pair]:
    """Return pairs of columns that have many of their texts in common, those with the most first.

    `near` and `far` give some of the texts in each column. A text that both have by chance is no sign: at least two,
    and half of those of the linked column, must be the same.
    """
    found = []
    for path, texts in near.items():
        for column, others in far.items():
            common = len(texts & others)
            if common > 1 and 2 * common >= len(others):
                found.append((common / len(others), common, Pair(path, column)))
    found.sort(key=lambda each: each[:2], reverse=True)
    return [pair for _, _, pair in found]


def text_columns(schema: TableSchema) -> list[str]:
    """Return the columns of texts that values can be compared of, own ones and those of the target."""
    return [path for path, column in _comparable(schema) if column.type is ColumnType.TEXT]


def is_likely_number(pair: Pair) -> bool:
    """Return whether the name of the primary set's column says that it numbers rows."""
    return _NUMBERING.fullmatch(pair.near) is not None


def _comparable(schema: TableSchema) -> Iterator[tuple[str, Column]]:
    """Yield the columns of the primary set that could be keys: its own, those of its target, those of links."""
    paths = [(path, column) for path, column in schema.paths() if column.type is not ColumnType.LIST]
    paths = [(path, column) for path, column in paths if not path.endswith(LINE_NUMBER)]
    yield from sorted(paths, key=lambda pair: (pair[0].count("."), not pair[0].startswith(f"{TARGET}.")))


def _likeness(path: str, other: str, near: TableSchema) -> int:
    """Return 1 for the same name, 2 for the same without capitals and signs, 3 for the same stem; 0 for none."""
    name = path.rpartition(".")[2]
    if name == other:
        return 1
    if _plain(name) == _plain(other):
        return 2
    is_key = path in (near.key, f"{TARGET}.{near.key}")
    if is_key and near.dimension and _plain(other) == _singular(near.dimension) + _plain(name):
        return 2
    return 3 if _stem(name) and _stem(name) == _stem(other) else 0


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _singular(name: str) -> str:
    return _plain(name).removesuffix("s")


def _stem(name: str) -> str:
    """Return a name without the ending that says what kind of key it is: `team` of `teamId`."""
    plain = _plain(name)
    ending = next((each for each in _ENDINGS if plain.endswith(each) and plain != each), "")
    return _singular(plain.removesuffix(ending))


def _pair(path: str, column: Column, other: Column) -> Pair | None:
    """Return the pair, with the conversion that makes the types agree; None when there is none."""
    if other.type is ColumnType.LIST or other.is_system:
        return None
    if family(column.type) == family(other.type):
        return Pair(path, other.id)
    converted = conversion(path, column.type, other.type)
    return Pair(converted, other.id) if converted else None
