"""The right panel: the settings of what is selected on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QStackedLayout, QWidget

from designer.forms.parts import column, label
from designer.panels.activity_panel import ActivityPanel
from designer.panels.flow_panel import FlowPanel
from designer.session import Session
from engine.text import Text

NARROWEST, WIDEST = 340, 560
"""The least widths in pixels: with letters of the usual size, and with the largest ones."""
USUAL_HEIGHT = 16
"""The height of a line in letters of the usual size."""


class PropertyPanel(QWidget):
    """Shows the activity that is selected, the flow when none is, and a count when several are."""

    def __init__(self, session: Session) -> None:
        """Follow the selection of `session`."""
        super().__init__()
        self.setObjectName("property-panel")
        self._session = session
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._activity: ActivityPanel | None = None
        self._flow = FlowPanel(session)
        self._many = label("", "hint")
        self._stack.addWidget(self._flow)
        self._stack.addWidget(column(self._many, None))
        session.selection_changed.connect(self._on_selection)
        session.flow_changed.connect(self._on_flow)
        session.reveal.connect(self.reveal)
        self._on_selection(session.selection)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a width that grows with the letters, up to what a common screen has beside a canvas."""
        width = NARROWEST * self.fontMetrics().height() // USUAL_HEIGHT
        return QSize(min(max(width, NARROWEST), WIDEST), super().minimumSizeHint().height())

    def reveal(self, activity: str, field: str) -> None:
        """Show an activity, or the flow when `activity` is empty, and take the keyboard in its `field`."""
        if activity and self._session.selection != (activity,):
            self._session.select(activity)
        if self._activity is not None and activity == self._activity.activity:
            self._activity.reveal(field)
        elif not activity:
            self._session.select()
            self._flow.reveal(field)

    def begin(self) -> None:
        """Take the keyboard in the first setting of the activity that is shown."""
        if self._activity is not None:
            self._activity.begin()

    def _on_selection(self, selection: tuple[str, ...]) -> None:
        known = [id for id in selection if id in self._session.flow.activities]
        if len(known) == 1:
            self._show(known[0])
            return
        self._drop()
        if known:
            self._many.setText(
                str(Text("{count} activities are selected. Choose one to see its settings.", count=len(known)))
            )
        self._stack.setCurrentIndex(1 if known else 0)

    def _show(self, id: str) -> None:
        kind = self._session.flow.activities[id].kind
        if self._activity is not None and (self._activity.activity, self._activity.kind) == (id, kind):
            return
        self._drop()
        self._activity = ActivityPanel(self._session, id)
        self._stack.addWidget(self._activity)
        self._stack.setCurrentWidget(self._activity)

    def _drop(self) -> None:
        if self._activity is not None:
            old, self._activity = self._activity, None
            old.detach()
            self._stack.removeWidget(old)
            old.hide()
            QTimer.singleShot(0, old, old.deleteLater)

    def _on_flow(self) -> None:
        self._on_selection(self._session.selection)
