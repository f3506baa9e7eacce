"""The canvas panel: the open flow as cards and wires, kept in step with the session both ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPoint, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from designer import theme
from designer.forms.resources import add_resource
from designer.session import Session
from designer.words import tr
from designer.workspace import card_edits, connecting, legal
from designer.workspace.call_paste import CallPaste
from designer.workspace.camera import STEP
from designer.workspace.canvas import Canvas
from designer.workspace.drawing import Drawing
from designer.workspace.overlays import Overlays
from designer.workspace.rename import RenameLine
from designer.workspace.walking import next_card
from designer.workspace.wire import WireLine
from designer.workspace.wiring import Wiring
from engine.errors import FileError
from engine.text import Text

_PULSE_MS = 60
_MENU = (
    *("run-to-here", "connect", "rename", ""),
    *("cut", "copy", "copy-curl", "paste", "duplicate", "delete", ""),
    *("tidy", "fit"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list of activities to choose from: the kinds, where it opens on the screen, and where the new card goes.

    `after` is the transition that it is wired to (`fork.copy1`), `position` its upper left corner in the scene.
    """

    kinds: tuple[str, ...]
    at: QPoint
    position: tuple[float, float] | None = None
    after: str | None = None


class Workspace(QWidget):
    """Shows the flow of a session and sends edits to it; `kind_wanted` asks for an activity to be chosen."""

    kind_wanted = Signal(object)

    def __init__(self, session: Session) -> None:
        """Show the flow that is open."""
        super().__init__()
        self.setObjectName("workspace")
        self.setMinimumSize(320, 220)
        self._session = session
        self.canvas = Canvas()
        self.drawing = Drawing(self.canvas.scene(), session)
        self.canvas.wiring = Wiring(self.canvas.scene(), lambda: session.flow, self.drawing.ports)
        self.overlays = Overlays(session, self.canvas, self.drawing, self)
        self.calls = CallPaste(session, self)
        self._actions: dict[str, QAction] = {}
        self._target: WireLine | None = None
        self._is_following = False
        self._has_to_fit = True
        self._pulse = QTimer(self, interval=_PULSE_MS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas)
        self.overlays.lift()
        self.setFocusProxy(self.canvas)
        self._connect()
        self.drawing.begin()
        self._refresh()

    def _connect(self) -> None:
        session, canvas = self._session, self.canvas
        session.flow_changed.connect(self._redraw)
        session.selection_changed.connect(self._follow_selection)
        session.run_changed.connect(self._refresh)
        session.findings_changed.connect(self._refresh)
        session.opened.connect(self._show_whole)
        session.reveal.connect(lambda id, _field: self.show_card(id))
        canvas.chosen.connect(self._choose)
        canvas.moved.connect(self._move)
        canvas.drawn.connect(self._end_wire)
        canvas.opened.connect(lambda id: session.reveal.emit(id, ""))
        canvas.renamed.connect(self._rename)
        canvas.stepped.connect(self._step)
        canvas.nudged.connect(self._nudge)
        canvas.kind_dropped.connect(self._drop_kind)
        canvas.files_dropped.connect(self._drop_files)
        canvas.command_dropped.connect(self.calls.take)
        self.calls.added.connect(self.show_card)
        self.calls.said.connect(self.say)
        canvas.dragged_over.connect(self._show_target)
        canvas.menu_wanted.connect(self._open_menu)
        canvas.view_changed.connect(lambda: self.drawing.show_detail(is_near=canvas.is_near))
        theme.signals.changed.connect(canvas.redraw)
        self._pulse.timeout.connect(self._turn)

    @contextmanager
    def _following(self) -> Iterator[None]:
        """Change what is selected in the scene without telling the session: it knows."""
        before, self._is_following = self._is_following, True
        try:
            yield
        finally:
            self._is_following = before

    # from the session to the canvas

    def _redraw(self, old: Any, new: Any) -> None:
        with self._following():
            self.drawing.redraw(old, new)
        self._follow_selection(self._session.selection)
        self.overlays.refresh()

    def _refresh(self) -> None:
        self.drawing.show_run()
        self.overlays.refresh()
        self._speak(self._session.selection)
        is_running = self._session.run.running
        if is_running and not self._pulse.isActive():
            self._pulse.start()
        elif not is_running:
            self._pulse.stop()

    def _turn(self) -> None:
        for card in self.drawing.running():
            card.show_turn((card.turn + 0.06) % 1.0)

    def _follow_selection(self, ids: tuple[str, ...]) -> None:
        with self._following():
            for id, card in self.drawing.cards.items():
                if card.isSelected() != (id in ids):
                    card.setSelected(id in ids)
        self.drawing.show_selection(ids)
        self._speak(ids)

    def _speak(self, ids: tuple[str, ...]) -> None:
        """Tell a screen reader what is selected, and what it is wired to."""
        if len(ids) != 1 or ids[0] not in self.drawing.cards:
            words = Text.plural("{count} activity selected", "{count} activities selected", count=len(ids))
            self.canvas.setAccessibleDescription(tr(words))
            return
        targets = [wire.target for wire in self._session.flow.wires() if wire.source == ids[0]]
        parts = [self.drawing.cards[ids[0]].face.spoken()]
        parts += [tr(Text("leads to {target}", target=self._session.name_of(id))) for id in dict.fromkeys(targets)]
        self.canvas.setAccessibleDescription(", ".join(parts))

    def show_card(self, id: str) -> None:
        """Bring the card of an activity into sight."""
        card = self.drawing.cards.get(id)
        if card is not None:
            self.canvas.camera.show(card.scene_area)

    def _show_whole(self) -> None:
        self._has_to_fit = not self.isVisible()
        if not self._has_to_fit:
            self.fit()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 # Qt's name
        """Show the whole flow when the panel has its size."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._fit_once)

    def _fit_once(self) -> None:
        if self._has_to_fit:
            self._has_to_fit = False
            self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 # Qt's name
        """Keep the pills in their corners."""
        super().resizeEvent(event)
        self.overlays.place()

    # from the canvas to the session

    def _choose(self) -> None:
        if self._is_following:
            return
        ids = tuple(card.activity for card in self.canvas.chosen_cards())
        wires = self.canvas.chosen_wires()
        if ids and wires:
            with self._following():
                for line in wires:
                    line.setSelected(False)
        self._session.select(*sorted(ids))
        if len(wires) == 1 and not ids:
            self._session.wire_selected.emit(wires[0].wire.name)

    def _move(self, places: Any) -> None:
        target, self._target = self._target, None
        if target is not None:
            target.show_target(is_target=False)
            if card_edits.put_into(self._session, places, target.wire):
                return
        card_edits.move(self._session, places)
        # where the grid puts a card back to where it was, nothing is edited, and the card has to follow
        for id in places:
            place = self._session.flow.layout[id]
            self.drawing.cards[id].setPos(place.x, place.y)

    def _show_target(self, line: Any) -> None:
        cards = self.canvas.chosen_cards()
        if line is not None and len(cards) == 1 and self.canvas.is_moving_cards:
            flow, id = self._session.flow, cards[0].activity
            if not legal.is_loose(flow, id) or legal.insert(flow, id, line.wire) is None:
                line = None
        if line is not self._target:
            for each, is_target in ((self._target, False), (line, True)):
                if each is not None:
                    each.show_target(is_target=is_target)
            self._target = line

    def _end_wire(self, drawn: Any, place: QPointF, on_screen: QPoint) -> None:
        if drawn.wire is not None:
            if drawn.wire != drawn.taken:
                card_edits.connect(self._session, drawn.wire, drawn.taken)
        elif drawn.taken is not None:
            card_edits.delete(self._session, (), [drawn.taken])
        elif drawn.start.is_out:
            start = drawn.start
            kinds = legal.fitting_kinds(self._session.flow, start.activity, start.name)
            corner = (place.x(), place.y() - legal.HALF_CARD)
            self.kind_wanted.emit(Wanted(kinds, on_screen, corner, f"{start.activity}.{start.name}"))

    def _step(self, across: int, down: int) -> None:
        middles = {id: card.scene_area.center() for id, card in self.drawing.cards.items()}
        current = self._session.selection[0] if self._session.selection else ""
        id = next_card(self._session.flow, middles, current, (across, down))
        if id:
            self._session.select(id)
            self.show_card(id)

    def _nudge(self, across: int, down: int) -> None:
        cards = self.canvas.chosen_cards()
        by = QPointF(across * 8, down * 8)
        if cards:
            names = ",".join(sorted(card.activity for card in cards))
            card_edits.move(self._session, {card.activity: card.pos() + by for card in cards}, merge=f"nudge:{names}")

    def _drop_kind(self, kind: str, place: QPointF) -> None:
        line, self._target = self._target, None
        if line is not None:
            line.show_target(is_target=False)
        is_in = card_edits.add_at(self._session, kind, place, line.wire if line is not None else None)
        if not is_in:
            self.overlays.saying.say(Text("It does not fit into that wire, so it stands beside it."))
        self.canvas.setFocus()

    def _drop_files(self, paths: list[str]) -> None:
        for path in paths:
            add_resource(self._session, self, path, lambda flow, _name: flow, lambda error: self.say(error.message))

    def say(self, words: Text | str) -> None:
        """Show a sentence at the foot of the canvas for a while."""
        self.overlays.saying.say(words)
        self.overlays.place()

    # commands

    def use_actions(self, actions: Iterable[QAction]) -> None:
        """Take the commands for the menu; the keys of those that belong to the canvas work while it has the focus."""
        for action in actions:
            self._actions[action.objectName()] = action
            if action.shortcutContext() is Qt.ShortcutContext.WidgetShortcut:
                self.canvas.addAction(action)

    def _open_menu(self, on_screen: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in _MENU:
            if not name:
                menu.addSeparator()
            elif name in self._actions:
                menu.addAction(self._actions[name])
        if menu.actions():
            menu.popup(on_screen)

    def delete(self) -> None:
        """Remove what is selected: cards, or a wire."""
        wires = [line.wire for line in self.canvas.chosen_wires()]
        if self._session.selection or wires:
            card_edits.delete(self._session, self._session.selection, wires)

    def copy(self) -> None:
        """Put the selected activities on the clipboard."""
        if self._session.selection:
            card_edits.copy(self._session, self._session.selection)

    def cut(self) -> None:
        """Move the selected activities to the clipboard."""
        self.copy()
        self.delete()

    def paste(self) -> None:
        """Add the activities or the call on the clipboard, or say that there are none."""
        if self.calls.take(QGuiApplication.clipboard().text()):
            return
        try:
            ids = card_edits.paste(self._session)
        except FileError as error:
            self.say(error.text)
        else:
            self.canvas.camera.show(self.drawing.area(ids))

    def duplicate(self) -> None:
        """Add a copy of the selected activities."""
        if self._session.selection:
            card_edits.duplicate(self._session, self._session.selection)

    def select_all(self) -> None:
        """Select every activity."""
        self._session.select(*sorted(self._session.flow.activities))

    def tidy(self) -> None:
        """Lay the flow out, and show it whole."""
        card_edits.lay_out(self._session)
        self.fit()

    def fit(self) -> None:
        """Show the whole flow."""
        self.canvas.fit(self.drawing.area())

    def zoom_in(self) -> None:
        """Come closer to the middle."""
        self.canvas.zoom_to(self.canvas.camera.zoom * STEP)

    def zoom_out(self) -> None:
        """Go away from the middle."""
        self.canvas.zoom_to(self.canvas.camera.zoom / STEP)

    def zoom_full(self) -> None:
        """Show cards as large as usual."""
        self.canvas.zoom_to(1.0)

    def toggle_minimap(self) -> None:
        """Show or hide the minimap."""
        self.overlays.toggle_minimap()

    def take_keyboard(self) -> None:
        """Give the canvas the keyboard."""
        self.canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def toggle_outline(self) -> None:
        """Show the flow as a tree of words, or hide it."""
        self.overlays.toggle_outline()

    def rename(self) -> None:
        """Rename the selected activity where its title stands."""
        if len(self._session.selection) == 1:
            self._rename(self._session.selection[0])

    def _rename(self, id: str) -> None:
        card = self.drawing.cards[id]
        self.canvas.camera.show(card.scene_area)
        area = self.canvas.mapFromScene(card.title_area()).boundingRect()
        line = RenameLine(card.face.print.title, QRect(area), self.canvas.viewport())
        line.ended.connect(lambda name: self._renamed(id, name))

    def _renamed(self, id: str, name: str) -> None:
        if name:
            card_edits.rename(self._session, id, name)
        self.canvas.setFocus()

    def connect_from(self) -> None:
        """Offer the activities that the selected one can be wired to."""
        if len(self._session.selection) != 1:
            return
        id = self._session.selection[0]
        card = self.drawing.cards[id]
        corner = self.canvas.mapFromScene(card.scene_area.topRight())
        offer = connecting.offer(self._session, id, self)
        if offer is None:
            self.say(Text("“{label}” can be wired to nothing that is here.", label=self._session.name_of(id)))
            return
        offer.open_at(self.canvas.viewport().mapToGlobal(corner))

    def quick_add(self) -> None:
        """Ask for an activity to add after the selected one, or in the middle."""
        kinds = legal.fitting_kinds(self._session.flow)
        if len(self._session.selection) == 1:
            area = self.canvas.mapFromScene(self.drawing.cards[self._session.selection[0]].scene_area.topRight())
            self.kind_wanted.emit(Wanted(kinds, self.canvas.viewport().mapToGlobal(area)))
            return
        middle = self.canvas.camera.middle()
        at = self.canvas.viewport().mapToGlobal(self.canvas.mapFromScene(middle)) - QPoint(140, 120)
        position = (middle.x() - legal.HALF_CARD, middle.y() - legal.HALF_CARD)
        self.kind_wanted.emit(Wanted(kinds, at, position))
