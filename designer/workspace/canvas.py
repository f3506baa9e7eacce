"""The view of the canvas: mouse, wheel, keyboard and drops turned into signals; it changes no flow itself."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QPixmapCache,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsItem, QGraphicsSceneMouseEvent, QGraphicsView, QToolTip

from designer import theme
from designer.palette.activity_list import MIME
from designer.words import tr
from designer.workspace.camera import STEP, Camera
from designer.workspace.card import Card
from designer.workspace.edge_scroll import EdgeScroll
from designer.workspace.gestures import (
    command_of,
    dragged_to,
    files_of,
    is_by_keyboard,
    may_drop,
    with_shift_as_control,
)
from designer.workspace.ground import paint_ground
from designer.workspace.lettering import FAR
from designer.workspace.nodegraph import NodeViewer
from designer.workspace.port import Port
from designer.workspace.wire import WireLine
from designer.workspace.wiring import Wiring
from engine.text import Text

_CACHE_KB = 128 * 1024

_ARROWS: Mapping[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Canvas(NodeViewer):
    """Shows the scene and tells what the person did to it."""

    chosen = Signal()
    moved = Signal(object)
    drawn = Signal(object, QPointF, QPoint)
    opened = Signal(str)
    renamed = Signal(str)
    stepped = Signal(int, int)
    nudged = Signal(int, int)
    kind_dropped = Signal(str, QPointF)
    files_dropped = Signal(list)
    command_dropped = Signal(str, QPointF)
    dragged_over = Signal(object)
    menu_wanted = Signal(QPoint)
    view_changed = Signal()

    def __init__(self) -> None:
        """Show an empty scene."""
        super().__init__()
        QPixmapCache.setCacheLimit(_CACHE_KB)
        self.camera = Camera(self)
        self.wiring: Wiring | None = None
        self._pan_from: QPoint | None = None
        self._is_space_down = False
        self._shows_focus = False
        self._places: dict[Card, QPointF] = {}
        self._edge = EdgeScroll(self.viewport(), self.camera.pan, self._drag_on)
        self.setObjectName("canvas")
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setDragMode(QGraphicsView.DragMode.RubberBandDrag)
        self.setRubberBandSelectionMode(Qt.ItemSelectionMode.IntersectsItemShape)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr(Text("Canvas")))
        self.scene().selectionChanged.connect(self._selection_changed)
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.valueChanged.connect(self.view_changed)

    # what stands where

    def item_near(self, place: QPoint, kind: type[QGraphicsItem]) -> QGraphicsItem | None:
        """Return the topmost item of `kind` at a point of the view."""
        return next((item for item in self.items(place) if isinstance(item, kind)), None)

    def _port(self, place: QPoint) -> Port | None:
        item = self.item_near(place, Port)
        return item if isinstance(item, Port) else None

    def _card(self, place: QPoint) -> Card | None:
        item = self.item_near(place, Card)
        return item if isinstance(item, Card) else None

    def wire_near(self, place: QPoint) -> WireLine | None:
        """Return the wire at a point of the view."""
        item = self.item_near(place, WireLine)
        return item if isinstance(item, WireLine) else None

    def chosen_cards(self) -> list[Card]:
        """Return the selected cards."""
        return [item for item in self.scene().selectedItems() if isinstance(item, Card)]

    @property
    def is_moving_cards(self) -> bool:
        """Return whether cards are being dragged."""
        return bool(self._places)

    def chosen_wires(self) -> list[WireLine]:
        """Return the selected wires."""
        return [item for item in self.scene().selectedItems() if isinstance(item, WireLine)]

    def _selection_changed(self) -> None:
        self.chosen.emit()

    # ground

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:  # noqa: N802 # Qt's name
        """Draw the dotted ground."""
        paint_ground(painter, QRectF(rect), self.transform().m11(), self.devicePixelRatioF())

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:  # noqa: N802 # Qt's name
        """Show that the keyboard is here, when it came by keyboard."""
        if self._shows_focus:
            painter.resetTransform()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.viewport().rect()).adjusted(2, 2, -2, -2), 8, 8)

    def redraw(self) -> None:
        """Draw everything anew: colours or sizes are others."""
        self.camera.refresh()
        self.resetCachedContent()
        for item in self.scene().items():
            item.update()
        self.viewport().update()

    @property
    def is_near(self) -> bool:
        """Return whether the cards are near enough to show words and ports."""
        return self.transform().m11() >= FAR

    def zoom_to(self, zoom: float, around: QPoint | None = None) -> None:
        """Zoom; `zoom` 1 is 100 %."""
        self.camera.zoom_to(zoom, around)
        self.view_changed.emit()

    def fit(self, area: QRectF) -> None:
        """Show `area` whole."""
        self.camera.fit(area)
        self.view_changed.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 # Qt's name
        """Zoom at the pointer; with Shift move sideways, with Alt up and down."""
        turned = event.angleDelta()
        if event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier):
            amount = turned.x() or turned.y()
            is_sideways = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.camera.pan(QPoint(amount, 0) if is_sideways else QPoint(0, amount))
        else:
            self.zoom_to(self.camera.zoom * STEP ** (turned.y() / 120), event.position().toPoint())
        event.accept()

    # mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 # Qt's name
        """Begin to move the ground, a wire, cards, or a band around cards."""
        place = event.position().toPoint()
        is_left = event.button() is Qt.MouseButton.LeftButton
        if event.button() is Qt.MouseButton.MiddleButton or (is_left and self._is_space_down):
            self._pan_from = place
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            return
        if not is_left:
            self._choose_for_menu(place)
            return
        port = self._port(place)
        if port is not None and self.wiring is not None:
            self.wiring.begin(port, self._start_of)
            return
        QGraphicsView.mousePressEvent(self, with_shift_as_control(event))
        self._places = {card: card.pos() for card in self.chosen_cards()}

    def _choose_for_menu(self, place: QPoint) -> None:
        item = self._card(place) or self.wire_near(place)
        if item is None or not item.isSelected():
            self.scene().clearSelection()
        if item is not None:
            item.setSelected(True)

    def _start_of(self, name: str) -> Port:
        """Return the port that the transition `name` begins at."""
        lines = (item for item in self.scene().items() if isinstance(item, WireLine))
        return next(line.start for line in lines if line.wire.name == name)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 # Qt's name
        """Go on with what was begun."""
        place = event.position().toPoint()
        if self._pan_from is not None:
            self.camera.pan(place - self._pan_from)
            self._pan_from = place
        elif self.wiring is not None and self.wiring.is_active:
            self._edge.follow(place)
            self._lead_wire(place, event.globalPosition().toPoint())
        else:
            QGraphicsView.mouseMoveEvent(self, with_shift_as_control(event))
            if self._places and event.buttons() & Qt.MouseButton.LeftButton:
                self._edge.follow(place)
                self.dragged_over.emit(self._wire_under(list(self._places)))

    def _drag_on(self, place: QPoint) -> None:
        """Take along what is dragged after the ground has moved under the pointer."""
        if self.wiring is not None and self.wiring.is_active:
            self._lead_wire(place, self.viewport().mapToGlobal(place))
        elif self._places:
            QGraphicsView.mouseMoveEvent(self, dragged_to(place, self.viewport().mapToGlobal(place)))

    def _lead_wire(self, place: QPoint, on_screen: QPoint) -> None:
        if self.wiring is None:
            return
        reason = self.wiring.move(self.mapToScene(place), self._end_port(place))
        if reason is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(on_screen, tr(reason), self.viewport())

    def _end_port(self, place: QPoint) -> Port | None:
        """Return the port under the pointer, or the one of the card under it where the wire would end."""
        port, card = self._port(place), self._card(place)
        if port is not None or card is None or self.wiring is None:
            return port
        return self.wiring.port_of(card)

    def _wire_under(self, cards: list[Card]) -> WireLine | None:
        """Return the wire that a single dragged card lies on."""
        if len(cards) != 1:
            return None
        return self.wire_near(self.mapFromScene(cards[0].scene_area.center()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 # Qt's name
        """Come to an end with what was begun."""
        place = event.position().toPoint()
        self._edge.stop()
        if self._pan_from is not None:
            self._pan_from = None
            self._show_hand()
        elif self.wiring is not None and self.wiring.is_active:
            QToolTip.hideText()
            result = self.wiring.end(self._end_port(place))
            if result is not None:
                self.drawn.emit(result, self.mapToScene(place), event.globalPosition().toPoint())
        else:
            QGraphicsView.mouseReleaseEvent(self, with_shift_as_control(event))
            self._end_move()

    def _end_move(self) -> None:
        before, self._places = self._places, {}
        after = {card: card.pos() for card in before}
        if after == before:
            return
        first = next(iter(after))
        wish = after[first]
        grid = QPointF(round(wish.x() / 8) * 8, round(wish.y() / 8) * 8)
        self.moved.emit({card.activity: place + grid - wish for card, place in after.items()})

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 # Qt's name
        """Rename the card whose title is clicked, open any other."""
        card = self._card(event.position().toPoint())
        if card is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        is_title = card.title_area().contains(self.mapToScene(event.position().toPoint()))
        (self.renamed if is_title else self.opened).emit(card.activity)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 # Qt's name
        """Ask for the menu of what is selected."""
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self.menu_wanted.emit(self.viewport().mapToGlobal(self.viewport().rect().center()))
        else:
            self.menu_wanted.emit(event.globalPos())

    # keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 # Qt's name
        """Step from card to card, open one, let go; other keys are commands."""
        step = _ARROWS.get(event.key())
        if step is not None:
            is_nudge = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            (self.nudged if is_nudge else self.stepped).emit(*step)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and len(self.chosen_cards()) == 1:
            self.opened.emit(self.chosen_cards()[0].activity)
        elif event.key() == Qt.Key.Key_Escape:
            self._let_go()
        elif event.key() == Qt.Key.Key_Space:
            self._is_space_down = True
            self._show_hand()
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 # Qt's name
        """Let the ground go."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._is_space_down = False
            self._show_hand()
        else:
            event.ignore()

    def _show_hand(self) -> None:
        if self._is_space_down:
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.viewport().unsetCursor()

    def _let_go(self) -> None:
        if self.wiring is not None and self.wiring.is_active:
            self.wiring.cancel()
            self._edge.stop()
            QToolTip.hideText()
        else:
            self.scene().clearSelection()

    # drops

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 # Qt's name
        """Take activities from the palette, files that hold tables, and cURL commands."""
        event.setAccepted(may_drop(event))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802 # Qt's name
        """Show the wire that the activity would be put into."""
        event.setAccepted(may_drop(event))
        if event.mimeData().hasFormat(MIME):
            self.dragged_over.emit(self.wire_near(event.position().toPoint()))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 # Qt's name
        """Forget the wire."""
        self.dragged_over.emit(None)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 # Qt's name
        """Tell what was dropped, and where."""
        event.acceptProposedAction()
        place = self.mapToScene(event.position().toPoint())
        if event.mimeData().hasFormat(MIME):
            kind = bytes(event.mimeData().data(MIME).data()).decode("utf-8", "replace")
            self.kind_dropped.emit(kind, place)
        elif command_of(event):
            self.command_dropped.emit(command_of(event), place)
        else:
            self.files_dropped.emit(files_of(event))

    # what NodeGraphQt does and we do not

    def _update_scene(self) -> None:
        """Leave the part that is seen to the camera."""

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 # Qt's name
        """Keep the middle in the middle."""
        QGraphicsView.resizeEvent(self, event)
        self.view_changed.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 # Qt's name
        """Take the keyboard; NodeGraphQt would fill a hidden menu bar."""
        QGraphicsView.focusInEvent(self, event)
        self._shows_focus = is_by_keyboard(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 # Qt's name
        """Give the keyboard away."""
        self._is_space_down = self._shows_focus = False
        self._show_hand()
        QGraphicsView.focusOutEvent(self, event)
        self.viewport().update()

    def sceneMousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:  # noqa: N802 # NodeGraphQt's name
        """Leave wires alone; NodeGraphQt would delete the one that is clicked."""

    def sceneMouseMoveEvent(self, event: QGraphicsSceneMouseEvent) -> None:  # noqa: N802 # NodeGraphQt's name
        """Draw no wire; `Wiring` does."""

    def sceneMouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:  # noqa: N802 # NodeGraphQt's name
        """Make no wire; the document does."""
