"""The panels of an open flow, together: the only place that names them all."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from designer.editor_layout import EditorLayout
from designer.palette import Palette
from designer.palette.adding import add_activity
from designer.palette.quick_add import QuickAdd
from designer.panels.property_panel import PropertyPanel
from designer.preferences import Preferences
from designer.preview import MessagePreview
from designer.session import Session
from designer.workspace import Workspace

if TYPE_CHECKING:
    from designer.panels.data_preview import DataPreview
    from designer.panels.problems import Problems
    from designer.results import Results, Tab

LATER_MS = 60
"""The canvas is painted by then, and the person sees the flow; what runs have left is shown next."""


class Editor(QObject):
    """Builds the panels around one session. The canvas comes first; what stands below it follows a turn later."""

    def __init__(self, session: Session, preferences: Preferences, parent: QObject) -> None:
        """Build what one looks at first; this loads the canvas and the forms."""
        super().__init__(parent)
        self._session = session
        self._results: Results | None = None
        self.workspace = Workspace(session)
        self.palette = Palette(session)
        self.properties = PropertyPanel(session)
        self.preview = MessagePreview(session)
        self.widget = EditorLayout(self.palette, self.workspace, self.properties, self.preview, preferences)
        self.workspace.kind_wanted.connect(self._offer_kinds)
        QTimer.singleShot(0, self, lambda: QTimer.singleShot(LATER_MS, self, lambda: self.results))

    @property
    def results(self) -> Results:
        """Return the tabs below the canvas; they are built when they are first asked for."""
        if self._results is None:
            # the canvas can be used before the fifty modules of these panels are loaded
            made: Results = importlib.import_module("designer.results").Results(self._session, self.widget.tabs, self)
            self._results = made
        return self._results

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
