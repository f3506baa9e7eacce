"""Which list of an answer holds the rows: one that nobody could mistake, or the candidates to choose from (ACS 1.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.errors import Code, DataError
from engine.tables.json_text import at_pointer, members_of, step, whole_text
from engine.text import Text

NO_LIST = Code("EXT-NO-LIST", "The answer holds no list of objects to make rows of.", acs="WKF-560241")
AMBIGUOUS = Code("EXT-AMBIGUOUS-LIST", "The answer holds several lists of objects, and nobody said which one is meant.")
EMPTY_LIST = Code("EXT-EMPTY-LIST", "The list that should show the columns is empty or holds no objects.")
NO_POINTER = Code("EXT-POINTER-ABSENT", "The answer has no list where the rows should be.", acs="WKF-560241")

VALUE: Final = "value"
"""The column, and its key, that a list of plain values has."""

_FIELD = "response.pointer"
_MOST_CANDIDATES = 20
_MOST_MEMBERS = 200_000
_MOST_NAMES = 20
_ENVELOPES: Final[Mapping[str, tuple[str, ...]]] = {
    "attributes": ("type", "id"),
    "properties": ("type", "geometry"),
    "node": (),
    "resource": ("fullUrl",),
}
"""Members that hold an element's properties, and what stands beside them: JSON:API, GeoJSON, GraphQL, FHIR."""

_ASIDE: Final = ("_links", "links", "included", "errors", "warnings", "@context")
"""Lists below these describe the answer itself (HAL, JSON:API, JSON-LD); they never hold the rows where others do."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A list in an answer: where it is, its entries, and whether they are objects."""

    pointer: str
    rows: Sequence[Any]
    has_objects: bool

    def to_json(self) -> dict[str, Any]:
        """Return pointer, number of rows and the names of the first columns."""
        first = first_object(self.rows)
        names = [whole_text(name) for name in first][:_MOST_NAMES] if first is not None else [VALUE]
        return {"pointer": self.pointer, "rows": len(self.rows), "columns": names}


def first_object(rows: Sequence[Any]) -> Mapping[str, Any] | None:
    """Return the first object of a list, which says which columns there are (ACS 1.5); None without any."""
    return next((row for row in rows if isinstance(row, Mapping)), None)


def envelope_of(element: Mapping[str, Any]) -> str | None:
    """Return the member of a list's element that holds its properties, as in GeoJSON and JSON:API; None for none."""
    for name, beside in _ENVELOPES.items():
        if isinstance(element.get(name), Mapping) and all(other in element for other in beside):
            return name
    only = next(iter(element)) if len(element) == 1 else None
    return only if only is not None and isinstance(element[only], Mapping) else None


def lists_in(value: Any) -> list[Candidate]:
    """Return the lists of a JSON value in document order; lists within a list's entries are not looked for."""
    found: list[Candidate] = []
    waiting: list[tuple[str, Any]] = [("", value)]
    seen = 0
    while waiting and seen < _MOST_MEMBERS:
        pointer, current = waiting.pop()
        seen += 1
        if isinstance(current, list | tuple):
            found.append(Candidate(pointer or "/", current, first_object(current) is not None))
            continue
        members = [(pointer + step(name), member) for name, member in members_of(current)]
        waiting.extend(reversed([each for each in members if isinstance(each[1], Mapping | list | tuple)]))
    return found


def choose(value: Any, pointer: str | None = None) -> Candidate:
    """Return the list that holds the rows: that at `pointer`, or the only list of objects.

    Raises DataError with the candidates in its details when there is no list, several could be meant, or the list has
    no entry that shows columns.
    """
    if pointer is not None:
        return _pointed(value, pointer)
    lists = lists_in(value)
    tables = list(_of_the_answer([each for each in lists if each.has_objects]))
    if len(tables) == 1:
        return tables[0]
    if tables:
        raise _ambiguous(tables)
    raise _nothing(lists)


def _of_the_answer(tables: Sequence[Candidate]) -> Iterator[Candidate]:
    rest = [each for each in tables if not set(each.pointer.split("/")) & set(_ASIDE)]
    yield from rest or tables


def _pointed(value: Any, pointer: str) -> Candidate:
    rows = list_at(value, pointer)
    candidate = Candidate(pointer or "/", rows, first_object(rows) is not None)
    is_plain = bool(rows) and not any(isinstance(row, list | tuple | Mapping) for row in rows)
    if candidate.has_objects or is_plain:
        return candidate
    raise DataError(
        EMPTY_LIST,
        Text("The list “{pointer}” has no object that would show its columns.", pointer=pointer or "/"),
        hint=Text("Use a sample whose list has at least one object."),
        field="response.sample",
    )


def list_at(value: Any, pointer: str) -> Sequence[Any]:
    """Return the list at `pointer`. Raises DataError EXT-POINTER-ABSENT with the lists that are there instead."""
    found = at_pointer(value, pointer, default=None)
    if isinstance(found, list | tuple):
        return found
    lists = lists_in(value)
    is_there = found is not None
    told = (
        Text("“{pointer}” is no list in this answer", pointer=pointer or "/")
        if is_there
        else Text("path {pointer} absent", pointer=pointer or "/")
    )
    names = ", ".join(each.pointer for each in lists[:5])
    raise DataError(
        NO_POINTER,
        Text("The rows should stand at “{pointer}” in the answer: {told}.", pointer=pointer or "/", told=told),
        hint=Text("The answer has lists at {names}: choose one of them.", names=names)
        if lists
        else Text("The answer has no list at all. Look at it, and ask the owner of the service what changed."),
        field=_FIELD,
        details={"candidates": [each.to_json() for each in lists[:_MOST_CANDIDATES]]},
    )


def _ambiguous(tables: Sequence[Candidate]) -> DataError:
    names = ", ".join(each.pointer for each in tables)
    return DataError(
        AMBIGUOUS,
        Text("Which list holds the rows is ambiguous: {names}.", names=names),
        hint=Text("Choose one of the lists."),
        field=_FIELD,
        details={"candidates": [each.to_json() for each in tables[:_MOST_CANDIDATES]]},
    )


def _nothing(lists: Sequence[Candidate]) -> DataError:
    details = {"candidates": [each.to_json() for each in lists if _is_plain(each.rows)][:_MOST_CANDIDATES]}
    if not lists:
        return DataError(
            NO_LIST,
            Text("The answer has no list of objects to make rows of."),
            hint=Text("Choose Flatten to make one row of the whole answer."),
            field="response.mode",
            details=details,
        )
    first = lists[0]
    reason = (
        Text("is empty, so it shows no columns")
        if not first.rows
        else Text("holds lists, not objects")
        if isinstance(first.rows[0], list | tuple)
        else Text("holds plain values, not objects")
    )
    hint = (
        Text("Use it as a single column “{name}”, or choose Flatten.", name=VALUE)
        if details["candidates"]
        else Text("Use a sample whose list has at least one object, or choose Flatten.")
    )
    return DataError(
        EMPTY_LIST,
        Text("The list “{pointer}” {reason}.", pointer=first.pointer, reason=reason),
        hint=hint,
        field="response.sample",
        details=details,
    )


def _is_plain(rows: Sequence[Any]) -> bool:
    return bool(rows) and not any(isinstance(row, Mapping | list | tuple) for row in rows)
