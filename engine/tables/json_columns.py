"""Which columns a sample has: one for each value of its first row, under names that a table can have (ACS 1.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.errors import Code, DataError
from engine.tables.json_around import columns_around, lists_within, pointed_within
from engine.tables.json_choice import choose, offered
from engine.tables.json_elements import FoundColumn, columns_of
from engine.tables.json_names import LONGEST_KEY, Names, cell, has_long_numbers, length_for, listed, type_of_values
from engine.tables.json_nested import PARENT_LINE, is_within
from engine.tables.json_shapes import Candidate, Mode, is_list
from engine.tables.json_text import TOO_DEEP, at_pointer, leaves, too_deep, whole_text
from engine.text import Text

NO_VALUE = Code("EXT-NO-VALUE", "The sample holds no value to make a column of.")

_LONGEST_EXAMPLE = 100
_MOST_INSIDE = 100


def propose_columns(
    sample: Any, *, flatten: bool, pointer: str | None = None, mode: Mode | None = None
) -> dict[str, Any]:
    """Return the columns that a `sample` (a JSON value) has.

    Members: `mode` and `pointer` (JSON Pointer of what holds the rows, `/` the root; empty when flattened), `columns`
    (`id`, `key`, `label`, `type`, `length` of texts, `example`), `nested` (columns for values inside the objects of a
    row, for those who want them), `notes` (sentences), `candidates` (`pointer`, `rows`, `columns`, `mode`) and `within`
    (candidates that are lists within the rows, `/orders/*/lines`). A pointer of that form also gives columns for what
    tells the entries around the rows apart.
    Raises DataError, SettingsError; where several lists could be meant their candidates are in the details.
    """
    _refuse_depth(sample)
    if flatten:
        return _flattened(sample)
    names = Names()
    around: list[FoundColumn] = []
    if pointer is not None and is_within(pointer):
        names.reserve(PARENT_LINE)
        chosen = pointed_within(sample, pointer, mode)
        around = columns_around(sample, chosen)
    else:
        chosen = choose(sample, pointer, mode)
    columns, notes, inside = columns_of(chosen, sample)
    columns = [*around, *columns]
    proposals = [_proposal(names, each) for each in columns]
    told = [*_of_mode(chosen), *_of_wrappers(chosen, sample), *names.notes, *notes, *_long_numbers(columns, proposals)]
    return {
        "mode": chosen.mode,
        "pointer": chosen.pointer,
        "columns": proposals,
        "nested": [_proposal(names, each) for each in inside[:_MOST_INSIDE] if len(each.key) <= LONGEST_KEY],
        "notes": [str(note) for note in told],
        "candidates": [each.to_json() for each in offered(sample, chosen)],
        "within": [each.to_json() for each in lists_within(sample, chosen)],
    }


def _of_mode(chosen: Candidate) -> Iterator[Text]:
    """Yield what a row is, where it is no element of a list."""
    if chosen.mode == "keyed":
        yield Text("Each member of “{pointer}” is a row; its name is in the column “key”.", pointer=chosen.pointer)
    elif chosen.mode == "parallel":
        yield Text("The lists in “{pointer}” stand side by side: each place is a row.", pointer=chosen.pointer)
    elif chosen.mode == "header":
        yield Text("The first list of “{pointer}” names the columns.", pointer=chosen.pointer)


def _of_wrappers(chosen: Candidate, sample: Any) -> Iterator[Text]:
    """Yield which lists of one entry the pointer goes through, because further entries would not be read."""
    steps = chosen.pointer.split("/")
    for place, each in enumerate(steps):
        outer = "/".join(steps[:place])
        if each == "0" and is_list(at_pointer(sample, outer)):
            yield Text("Of “{pointer}” only the first entry is read.", pointer=outer or "/")


def _flattened(sample: Any) -> dict[str, Any]:
    names = Names()
    columns = [FoundColumn(key, name, [value]) for key, name, value in leaves(sample)]
    if not columns:
        raise DataError(NO_VALUE, Text("The sample holds no value to make a column of."), field="response.sample")
    proposals = [_proposal(names, each) for each in columns]
    notes = [*names.notes, *_long_numbers(columns, proposals)]
    told = {"nested": [], "notes": [str(note) for note in notes], "candidates": [], "within": []}
    return {"mode": "flatten", "pointer": "", "columns": proposals, **told}


def _refuse_depth(sample: Any) -> None:
    deep = too_deep(sample)
    if deep is not None:
        raise DataError(
            TOO_DEEP,
            Text("“{pointer}” nests more than 10 levels deep.", pointer=deep),
            hint=Text("Shorten the sample, or ask the owner of the service for a flatter answer."),
            field="response.sample",
        )


def _proposal(names: Names, found: FoundColumn) -> dict[str, Any]:
    type = type_of_values(found.values)
    id = names.id_of(found.name, found.key)
    proposal: dict[str, Any] = {"id": id, "key": found.key or "/", "label": whole_text(found.name), "type": str(type)}
    texts = [text for text in (cell(value, type) for value in found.values) if text is not None]
    if type == "text":
        proposal["length"] = length_for(texts)
    proposal["example"] = texts[0][:_LONGEST_EXAMPLE] if texts else None
    return proposal


def _long_numbers(columns: Sequence[FoundColumn], proposals: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    """Yield which columns are texts because their numbers have more digits than a number can keep."""
    long = [
        str(proposal["id"])
        for found, proposal in zip(columns, proposals, strict=True)
        if has_long_numbers(found.values)
    ]
    if long:
        yield Text("Text, so that no digit of long numbers is lost: {names}.", names=listed(long))
