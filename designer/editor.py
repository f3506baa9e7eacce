"""The panels of an open flow, together: the only place that names them all."""

from __future__ import annotations

import importlib
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.editor_layout import EditorLayout
from designer.palette import Palette
from designer.palette.adding import add_activity
from designer.palette.quick_add import QuickAdd
from designer.preferences import Preferences
from designer.session import Session
from designer.workspace import Workspace

if TYPE_CHECKING:
    from designer.panels.data_preview import DataPreview
    from designer.panels.problems import Problems
    from designer.panels.property_panel import PropertyPanel
    from designer.preview import MessagePreview
    from designer.results import Results, Tab

LATER_MS = 60
"""The canvas is painted by then, and the person sees the flow; the panels around it are built next."""


class Editor(QObject):
    """Builds the panels around one session.

    The canvas comes first. The others load a hundred modules: each is built a little later, in a turn of the event
    loop of its own, or when somebody asks for it.
    """

    def __init__(self, session: Session, preferences: Preferences, parent: QObject) -> None:
        """Build what one looks at first."""
        super().__init__(parent)
        self._session = session
        self.workspace = Workspace(session)
        self.palette = Palette(session)
        self._right, self._below = _room(), _room()
        self.widget = EditorLayout(self.palette, self.workspace, self._right, self._below, preferences)
        self.workspace.kind_wanted.connect(self._offer_kinds)
        QTimer.singleShot(0, self, lambda: QTimer.singleShot(LATER_MS, self, self._build_next))

    def _build_next(self) -> None:
        for name in ("properties", "results", "preview"):
            if name not in self.__dict__:
                getattr(self, name)
                QTimer.singleShot(0, self, self._build_next)
                return

    @cached_property
    def properties(self) -> PropertyPanel:
        """Return the panel of settings."""
        made: PropertyPanel = importlib.import_module("designer.panels.property_panel").PropertyPanel(self._session)
        _fill(self._right, made)
        return made

    @cached_property
    def preview(self) -> MessagePreview:
        """Return the preview of messages."""
        made: MessagePreview = importlib.import_module("designer.preview").MessagePreview(self._session)
        _fill(self._below, made)
        return made

    @cached_property
    def results(self) -> Results:
        """Return the tabs below the canvas."""
        made: Results = importlib.import_module("designer.results").Results(self._session, self.widget.tabs, self)
        return made

    @property
    def data(self) -> DataPreview:
        """Return the rows of a transition."""
        return self.results.data

    @property
    def problems(self) -> Problems:
        """Return the list of what is wrong."""
        return self.results.problems

    def bring_forward(self, name: Tab) -> None:
        """Show one of the tabs below the canvas and give it the keyboard."""
        self.results.bring_forward(name)

    def _offer_kinds(self, wanted: Any) -> None:
        """Let the person choose an activity to add where the canvas wants one."""
        offer = QuickAdd(wanted.kinds, self.workspace)
        offer.chosen.connect(lambda kind: self._add(kind, wanted))
        offer.open_at(wanted.at)

    def _add(self, kind: str, wanted: Any) -> None:
        """Add an activity, bring its card into sight, and let the person type in its first setting at once."""
        id = add_activity(self._session, kind, wanted.position, wanted.after)
        self.workspace.show_card(id)
        self.properties.begin()


def _room() -> QWidget:
    """Return a place that waits for its panel."""
    room = QWidget()
    QVBoxLayout(room).setContentsMargins(0, 0, 0, 0)
    return room


def _fill(room: QWidget, panel: QWidget) -> None:
    """Put a panel into its place."""
    layout = room.layout()
    if layout is not None:
        layout.addWidget(panel)
