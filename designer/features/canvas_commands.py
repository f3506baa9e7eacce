"""What is done on the canvas: add, wire, rename, copy, remove, lay out, and move what is seen."""

from __future__ import annotations

from collections.abc import Callable

from designer.commands import Command, Desk
from designer.workspace import Workspace
from engine.text import Text


def _on(do: Callable[[Workspace], object]) -> Callable[[Desk], object]:
    return lambda desk: do(desk.editor.workspace)


def _has_activities(desk: Desk) -> bool:
    return bool(desk.session.flow.activities)


def _has_one_selected(desk: Desk) -> bool:
    return len(desk.session.selection) == 1


def _has_selected(desk: Desk) -> bool:
    return bool(desk.session.selection)


COMMANDS = (
    Command("cut", Text("Cut"), _on(Workspace.cut), ("Ctrl+X",), "edit", 11, when=_has_selected, keys_on="canvas"),
    Command("copy", Text("Copy"), _on(Workspace.copy), ("Ctrl+C",), "edit", 12, when=_has_selected, keys_on="canvas"),
    Command("paste", Text("Paste"), _on(Workspace.paste), ("Ctrl+V",), "edit", 13, keys_on="canvas"),
    Command(
        "duplicate",
        Text("Duplicate"),
        _on(Workspace.duplicate),
        ("Ctrl+D",),
        "edit",
        14,
        "copy",
        when=_has_selected,
        keys_on="canvas",
    ),
    # a wire can be selected too, which the session does not know: it can be tried at any time
    Command(
        "delete", Text("Remove"), _on(Workspace.delete), ("Del", "Backspace"), "edit", 15, "trash", keys_on="canvas"
    ),
    Command(
        "select-all",
        Text("Select all activities"),
        _on(Workspace.select_all),
        ("Ctrl+A",),
        "edit",
        16,
        when=_has_activities,
        keys_on="canvas",
    ),
    Command(
        "quick-add", Text("Add an activity…"), _on(Workspace.quick_add), ("Tab",), "edit", 21, "plus", keys_on="canvas"
    ),
    Command(
        "connect",
        Text("Wire to another activity…"),
        _on(Workspace.connect_from),
        ("C",),
        "edit",
        22,
        "flow-arrow",
        when=_has_one_selected,
        keys_on="canvas",
    ),
    Command(
        "rename",
        Text("Rename"),
        _on(Workspace.rename),
        ("F2",),
        "edit",
        23,
        "pencil-simple",
        when=_has_one_selected,
        keys_on="canvas",
    ),
    Command(
        "tidy",
        Text("Tidy the layout"),
        _on(Workspace.tidy),
        ("Ctrl+Shift+T",),
        "edit",
        31,
        "tree-structure",
        when=_has_activities,
    ),
    Command(
        "fit",
        Text("Show the whole flow"),
        _on(Workspace.fit),
        ("Ctrl+0",),
        "view",
        41,
        "corners-out",
        when=_has_activities,
    ),
    Command("zoom-in", Text("Zoom in"), _on(Workspace.zoom_in), ("Ctrl++", "Ctrl+="), "view", 42, "plus"),
    Command("zoom-out", Text("Zoom out"), _on(Workspace.zoom_out), ("Ctrl+-",), "view", 43, "minus"),
    Command("zoom-full", Text("Zoom to 100 %"), _on(Workspace.zoom_full), ("Ctrl+1",), "view", 44),
    Command("outline", Text("Outline"), _on(Workspace.toggle_outline), ("Ctrl+Shift+O",), "view", 46, "list-bullets"),
    Command(
        "minimap", Text("Minimap"), _on(Workspace.toggle_minimap), ("M",), "view", 45, "map-trifold", keys_on="canvas"
    ),
)
