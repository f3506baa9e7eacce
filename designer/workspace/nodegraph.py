"""The door to NodeGraphQt: its view and its graphics items, typed, loaded without its controller and its widgets.

NodeGraphQt 0.6.44 imports `distutils` (gone since Python 3.12) and, through Qt.py, some twenty modules of Qt. While
its view is loaded, small stand-ins take the places of both and of the package itself, whose start would load the rest.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QGraphicsView, QWidget

VERSION = "0.6.44"
"""The version whose private parts the subclasses here know."""


class _MovedToGui(ModuleType):
    """QtWidgets as Qt 5 had it: actions and undo commands are in QtGui today."""

    def __getattr__(self, name: str) -> Any:
        return getattr(QtWidgets if hasattr(QtWidgets, name) else QtGui, name)


class _NewEnough:
    """A version number of `distutils`: Qt is newer than everything that NodeGraphQt asks for."""

    def __init__(self, _version: str) -> None:
        """Take any version."""

    def __ge__(self, _other: object) -> bool:
        """Return that it is."""
        return True


def _stand_ins() -> dict[str, ModuleType]:
    qt, distutils, version = ModuleType("Qt"), ModuleType("distutils"), ModuleType("distutils.version")
    vars(qt).update(QtCore=QtCore, QtGui=QtGui, QtWidgets=_MovedToGui("QtWidgets"))
    vars(version).update(LooseVersion=_NewEnough)
    vars(distutils).update(version=version)
    spec = importlib.util.find_spec("NodeGraphQt")
    if spec is None:
        raise ModuleNotFoundError("NodeGraphQt", name="NodeGraphQt")
    bare = importlib.util.module_from_spec(spec)
    return {"Qt": qt, "distutils": distutils, "distutils.version": version, "NodeGraphQt": bare}


@contextmanager
def _in_place(modules: dict[str, ModuleType]) -> Iterator[None]:
    before = {name: sys.modules.get(name) for name in modules}
    sys.modules.update(modules)
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def _load() -> dict[str, Any]:
    with _in_place(_stand_ins()):
        viewer = importlib.import_module("NodeGraphQt.widgets.viewer")
    return {name: getattr(viewer, name) for name in ("NodeViewer", "AbstractNodeItem", "PortItem", "PipeItem")}


if TYPE_CHECKING:

    class NodeViewer(QGraphicsView):
        """The view: a scene with cards, ports and wires."""

        def __init__(self, parent: QWidget | None = None) -> None:
            """Show an empty scene."""

    class AbstractNodeItem(QGraphicsItem):
        """A card: selectable and movable; `xy_pos` is its upper left corner in the scene."""

        id: str
        xy_pos: list[float]
        _width: float
        _height: float

        def __init__(self, name: str = "node", parent: QGraphicsItem | None = None) -> None:
            """Be a card without ports."""

    class PortItem(QGraphicsItem):
        """A place at the side of a card that wires end at; `port_type` is `in` or `out`."""

        name: str
        port_type: str
        hovered: bool
        connected_pipes: list[PipeItem]
        _width: float
        _height: float

        def __init__(self, parent: QGraphicsItem | None = None) -> None:
            """Be a port without wires."""

        def redraw_connected_pipes(self) -> None:
            """Draw the wires that end here anew."""

    class PipeItem(QGraphicsPathItem):
        """A wire between two ports; it is drawn anew when one of them moves."""

        _dir_pointer: QGraphicsItem

        def __init__(self) -> None:
            """Lead from nowhere to nowhere."""

        def set_connections(self, _port1: PortItem, _port2: PortItem) -> None:
            """Lead from one port to the other."""

        def delete(self) -> None:
            """Leave the ports and the scene."""

else:
    globals().update(_load())
