"""What lies on the canvas: pills, minimap, outline, the hint when it is empty, a sentence at its foot."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize
from PySide6.QtWidgets import QWidget

from designer import theme
from designer.session import Session
from designer.workspace.camera import STEP
from designer.workspace.canvas import Canvas
from designer.workspace.drawing import Drawing
from designer.workspace.empty_hint import EmptyHint
from designer.workspace.info_pill import InfoPill
from designer.workspace.minimap import Minimap
from designer.workspace.outline import Outline
from designer.workspace.saying import Saying
from designer.workspace.zoom_pill import ZoomPill

_MARGIN = 14


class Overlays(QObject):
    """Keeps them in their places and up to date."""

    def __init__(self, session: Session, canvas: Canvas, drawing: Drawing, parent: QWidget) -> None:
        """Lie above `canvas`, as children of `parent`."""
        super().__init__(parent)
        self._session, self._canvas, self._parent = session, canvas, parent
        self.info = InfoPill(session, parent)
        self.zoom = ZoomPill(parent)
        self.hint = EmptyHint(parent)
        self.saying = Saying(parent)
        self.minimap = Minimap(
            lambda: list(drawing.cards.values()), lambda: list(drawing.wires.values()), canvas.camera.seen, parent
        )
        self.minimap.hide()
        self.outline = Outline(session, drawing, parent)
        self.outline.left.connect(canvas.setFocus)
        session.selection_changed.connect(lambda _ids: self.outline.follow())
        self.zoom.out.connect(lambda: canvas.zoom_to(canvas.camera.zoom / STEP))
        self.zoom.closer.connect(lambda: canvas.zoom_to(canvas.camera.zoom * STEP))
        self.zoom.to_full.connect(lambda: canvas.zoom_to(1.0))
        self.zoom.fit.connect(lambda: canvas.fit(drawing.area()))
        self.zoom.minimap.connect(self.toggle_minimap)
        self.minimap.moved_to.connect(canvas.centerOn)
        canvas.view_changed.connect(self._follow_view)
        theme.signals.changed.connect(self._restyle)

    def _restyle(self) -> None:
        """Take the room that words of another size need."""
        self.zoom.show_zoom(self._canvas.camera.zoom)
        self.refresh()

    def lift(self) -> None:
        """Lie above everything else in the panel."""
        for part in (self.hint, self.info, self.zoom, self.minimap, self.outline, self.saying):
            part.raise_()

    def toggle_minimap(self) -> None:
        """Show or hide the minimap."""
        is_shown = self.minimap.isHidden()
        self.minimap.setVisible(is_shown)
        self.minimap.raise_()
        self.zoom.show_minimap(is_shown=is_shown)
        self.place()

    def toggle_outline(self) -> None:
        """Show the outline and give it the keyboard, or hide it."""
        is_shown = self.outline.isHidden()
        self.outline.setVisible(is_shown)
        if is_shown:
            self.outline.refresh()
            self.outline.tree.setFocus()
        else:
            self._canvas.setFocus()

    def _follow_view(self) -> None:
        self.zoom.show_zoom(self._canvas.camera.zoom)
        self.minimap.update()
        self.place()

    def refresh(self) -> None:
        """Say what is true now."""
        self.info.refresh()
        self.hint.setVisible(not self._session.flow.activities)
        self.minimap.update()
        self.outline.refresh()
        self.place()

    def place(self) -> None:
        """Put everything where it belongs."""
        width, height = self._parent.width(), self._parent.height()
        self.info.move(_MARGIN, _MARGIN)
        self.zoom.move(width - self.zoom.width() - _MARGIN, height - self.zoom.height() - _MARGIN)
        self.minimap.move(width - self.minimap.width() - _MARGIN, self.zoom.y() - self.minimap.height() - 8)
        below = self.info.y() + self.info.height() + 8
        self.outline.move(_MARGIN, below)
        self.outline.fit(QSize(width - 2 * _MARGIN, max(height - below - _MARGIN, 0)))
        self.hint.fit(max(width - 2 * _MARGIN, 0))
        self.hint.move((width - self.hint.width()) // 2, (height - self.hint.height()) // 2)
        self.saying.move((width - self.saying.width()) // 2, height - self.saying.height() - _MARGIN)
