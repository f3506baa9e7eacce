"""A list of activities that pops up where it is needed: type a few letters, press Enter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from designer.forms.parts import label
from designer.palette.activity_list import ActivityList
from designer.palette.finding import found
from designer.words import tr
from engine import registry
from engine.text import Text

SIZE = QSize(280, 360)


class QuickAdd(QFrame):
    """Offers kinds of activities in the order they are given; `chosen` tells the one that was taken."""

    chosen = Signal(str)

    def __init__(self, kinds: Sequence[str], parent: QWidget | None = None) -> None:
        """Offer `kinds`; those that this version does not know are left out."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "floating")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(tr(Text("Add an activity")))
        self._offered = [activity for kind in kinds if (activity := registry.activity(kind)) is not None]
        self._line = QLineEdit()
        self._line.setPlaceholderText(tr(Text("Find an activity")))
        self._line.setAccessibleName(tr(Text("Find an activity")))
        self._line.installEventFilter(self)
        self._line.textChanged.connect(lambda _text: self._refresh())
        self.list = ActivityList()
        self.list.setAccessibleName(tr(Text("Activities")))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(lambda _item: self.list.choose())
        self.list.chosen.connect(self._choose)
        self._nothing = label("", "hint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self._line)
        layout.addWidget(self._nothing)
        layout.addWidget(self.list, 1)
        self._refresh()

    def open_at(self, global_pos: QPoint) -> None:
        """Show the list with its upper left corner at a place on the screen, moved so that it is seen whole."""
        self.resize(SIZE)
        screen = QGuiApplication.screenAt(global_pos) or self.screen()
        room = screen.availableGeometry()
        x = max(room.left(), min(global_pos.x(), room.right() - SIZE.width()))
        y = max(room.top(), min(global_pos.y(), room.bottom() - SIZE.height()))
        self.move(x, y)
        self.show()
        self._line.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 # Qt's name
        """Let the arrows move in the list and Enter choose while the letters go to the line."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self.list.step(step)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.list.choose()
                return True
        return super().eventFilter(watched, event)

    def _refresh(self) -> None:
        hits = found(self._offered, self._line.text())
        self.list.show_activities(hits, has_headings=False)
        self.list.stand_at(hits[0].kind if hits else "")
        words = Text("Nothing fits here.") if not self._offered else Text("No activity is called that.")
        self._nothing.setText("" if hits else tr(words))
        self._nothing.setVisible(not hits)

    def _choose(self, kind: str) -> None:
        self.close()
        self.chosen.emit(kind)
