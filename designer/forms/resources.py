"""Adds files to the flow as resources, wherever in the panel they are chosen or dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from designer.forms.asking import OnError, ask
from designer.words import tr
from engine.document import edits
from engine.document.model import Flow, ResourceRef
from engine.text import Text

if TYPE_CHECKING:
    from designer.session import Session

MADE_UP = {"rows": 1000, "seed": 1, "missing": 0.05}
"""How many made-up people, the start of their dice, and the share of fields that they leave empty."""

Further = Callable[[Flow, str], Flow]
"""What else the same undo step does with the flow, given the name of the new resource."""


def add_resource(
    session: Session,
    owner: QObject,
    path: str,
    further: Further,
    on_error: OnError,
    on_added: Callable[[], object] = lambda: None,
) -> None:
    """Ask the engine what the file at `path` holds and add it to the flow, as one undo step with `further`."""

    def added(proposal: Mapping[str, Any]) -> None:
        _add(session, path, proposal, further)
        on_added()

    ask(
        session,
        owner,
        "propose_resource",
        {"path": path},
        on_result=added,
        on_error=on_error,
    )


def with_made_up_people(flow: Flow) -> tuple[Flow, str]:
    """Return the flow with a resource of made-up people, and its name: no real person's data is needed to design."""
    name = free_name("people", flow.resources)
    ref = ResourceRef.model_validate({"source": "synthetic", "key": "id", **MADE_UP})
    return edits.set_resource(flow, name, ref), name


def ask_for_tables(parent: QWidget) -> list[str]:
    """Let the person choose files that hold tables."""
    filters = tr(Text("Tables (*.csv *.tsv *.txt *.parquet);;All files (*)"))
    paths, _ = QFileDialog.getOpenFileNames(parent, tr(Text("Add files as resources")), "", filters)
    return paths


def local_files(data: QMimeData) -> list[str]:
    """Return the paths of the files that are dragged."""
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]


def free_name(wish: str, taken: Mapping[str, Any], *, join: str = "-") -> str:
    """Return `wish`, or `wish-2`, `wish-3`, … when it is taken; `join` stands before the number."""
    names = (wish if number == 1 else f"{wish}{join}{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def relative_path(path: str, folder: Path) -> str:
    """Return `path` relative to the `folder` that the flow's paths start from when it stands below it, with `/`."""
    chosen = Path(path)
    return (chosen.relative_to(folder) if chosen.is_relative_to(folder) else chosen).as_posix()


def _add(session: Session, path: str, proposal: Mapping[str, Any], further: Further) -> None:
    name = free_name(str(proposal["name"]), session.flow.resources)
    ref = ResourceRef.model_validate({**proposal["ref"], "path": relative_path(path, session.folder)})
    flow = further(edits.set_resource(session.flow, name, ref), name)
    session.edit(Text("Add the resource “{name}”", name=name), flow)
