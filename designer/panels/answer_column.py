"""Makes a column of one value of an answer: what its key is, and what type the values of all rows have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject

from designer.engine_client import FindingView
from designer.forms.answer_columns import ask_columns, stored_column
from designer.forms.paths import as_list, as_mapping, is_list, value_at
from designer.panels.json_search import Path, at_path, path_of
from designer.panels.json_text import plain, pointer_step
from designer.session import Session
from engine import registry
from engine.document import edits
from engine.text import Text

MOST_ROWS = 1000
"""So many rows are looked at for the type of a column."""
_EACH = "*"
_ROWS_OF_VALUES = "value"


class NoColumn(Exception):
    """A value cannot be a column; the text says why."""

    def __init__(self, text: Text) -> None:
        """Say why."""
        super().__init__(str(text))
        self.text = text


def place_in_row(answer: Any, mode: str, pointer: str, path: Path) -> tuple[str, Sequence[Any]]:
    """Return the key of a value in its row, and what the rows have there, its own first. Raises NoColumn.

    `mode` and `pointer` say how the activity makes rows of the answer, `path` where the value stands in it.
    """
    value = at_path(answer, path)
    if mode == "flatten":
        return "".join(map(pointer_step, path)), [value]
    if _EACH in pointer.split("/"):
        return _place_within(pointer, path), [value]
    rows = path_of(answer, pointer or "/")
    if rows is None or path[: len(rows)] != rows or len(path) == len(rows):
        text = Text("This value is not in the rows of {pointer}. Use its list first.", pointer=pointer or "/")
        raise NoColumn(text)
    inside = path[len(rows) :]
    if mode == "parallel":
        return str(inside[0]), [value, *as_list(at_path(answer, (*rows, inside[0])))[:MOST_ROWS]]
    steps = inside[1:]
    if not steps:
        return _ROWS_OF_VALUES, [value]
    found = at_path(answer, rows)
    members = list(found.values()) if isinstance(found, Mapping) else as_list(found)
    values = [at_path(row, steps) for row in members[:MOST_ROWS]]
    key = str(steps[0]) if len(steps) == 1 and isinstance(steps[0], str) else "".join(map(pointer_step, steps))
    return key, [value, *(each for each in values if not isinstance(each, Mapping) and not is_list(each))]


def _place_within(pointer: str, path: Path) -> str:
    """Return the key of a value in the rows at a pointer such as `/orders/*/lines`, or around them. Raises NoColumn."""
    outer = pointer.split("/")[1:]
    steps = [pointer_step(step)[1:] for step in path]
    fits = [mine in (_EACH, other) for mine, other in zip(outer, steps, strict=False)]
    shared = fits.index(False) if False in fits else len(fits)
    if shared == len(outer) < len(steps):
        inside = steps[shared + 1 :]
        return _ROWS_OF_VALUES if not inside else inside[0] if len(inside) == 1 else "".join(f"/{s}" for s in inside)
    levels = [place for place, step in enumerate(outer[:shared]) if step == _EACH]
    if not levels or len(steps) <= levels[-1] + 1:
        raise NoColumn(Text("This value is neither in the rows of {pointer} nor around them.", pointer=pointer))
    return "".join(f"/{step}" for step in (*outer[: levels[-1] + 1], *steps[levels[-1] + 1 :]))


def make_column(  # noqa: PLR0913 - one question, all by name
    session: Session,
    owner: QObject,
    activity: str,
    answer: Any,
    pointer: str,
    *,
    table: str,
    on_made: Callable[[str], object],
    on_error: Callable[[FindingView], object],
) -> None:
    """Add a column to a `table` (its transition) for the value at `pointer`, as one step of undo.

    `on_made` hears the path of the setting. Raises NoColumn.
    """
    settings = registry.current_settings(session.flow.activities[activity])
    where = _setting_of(settings, table)
    mode, list_pointer = str(value_at(settings, f"{where}.mode") or "array"), value_at(settings, f"{where}.pointer")
    path = path_of(answer, pointer) or ()
    key, values = place_in_row(answer, mode, str(list_pointer or ""), path)
    if any(str(column.get("key")) == key for column in _columns(settings, where)):
        raise NoColumn(Text("“{key}” is a column already.", key=key))
    name = str(next((step for step in reversed(path) if isinstance(step, str)), "value"))

    def take(proposal: Mapping[str, Any]) -> None:
        entry = session.flow.activities.get(activity)
        if entry is None:
            return
        columns = _columns(registry.current_settings(entry), where)
        proposed = proposal["columns"][0]
        id = _free_id(str(proposed["id"]), [str(column.get("id")) for column in columns])
        column = {**stored_column(proposed), "id": id, "key": key}
        flow = edits.set_setting(session.flow, activity, f"{where}.columns", [*columns, column])
        session.edit(Text("Make the column “{id}”", id=id), flow)
        on_made(f"{where}.columns")

    sample = [{name: plain(value)} for value in values]
    ask_columns(session, owner, sample, flatten=False, pointer="/", on_result=take, on_error=on_error)


def _setting_of(settings: Mapping[str, Any], table: str) -> str:
    """Return the setting that a table with this transition stands in: the first one, or one of the further tables."""
    names = [as_mapping(each).get("id") for each in as_list(value_at(settings, "response.more"))]
    return f"response.more.{names.index(table)}" if table in names else "response"


def _columns(settings: Mapping[str, Any], where: str) -> list[dict[str, Any]]:
    return [as_mapping(column) for column in as_list(value_at(settings, f"{where}.columns"))]


def _free_id(wish: str, taken: Sequence[str]) -> str:
    names = (wish, *(f"{wish}_{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)
