"""The flow as a tree of words: the same graph for the keyboard and for screen readers."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from designer.forms.parts import label
from designer.icons import activity_tile
from designer.session import Session
from designer.words import tr
from designer.workspace.camera import text_scale
from designer.workspace.drawing import Drawing
from engine.document import order
from engine.text import Text

SIZE = QSize(300, 330)
_ID = int(Qt.ItemDataRole.UserRole)


class Outline(QFrame):
    """One line for each activity in the order of a run; below it, what it leads to. The canvas follows the line."""

    left = Signal()

    def __init__(self, session: Session, drawing: Drawing, parent: QWidget) -> None:
        """Tell the flow of `session` in the words of the cards."""
        super().__init__(parent)
        self.setProperty("role", "floating")
        self._session, self._drawing = session, drawing
        self._is_filling = False
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setProperty("role", "plain")
        self.tree.setAccessibleName(tr(Text("Outline of the flow")))
        self.tree.setIconSize(QSize(20, 20))
        self.tree.installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 6, 6)
        layout.addWidget(label(Text("Outline"), "strong"))
        layout.addWidget(self.tree)
        self.tree.currentItemChanged.connect(self._choose)
        self.tree.itemActivated.connect(self._open)
        self.hide()

    def fit(self, room: QSize) -> None:
        """Be as large as the words want, if there is so much room."""
        self.setFixedSize((SIZE * text_scale()).boundedTo(room))

    def refresh(self) -> None:
        """Say what is true now, and stand at the selected activity."""
        if self.isHidden():
            return
        self._is_filling = True
        folded = {item.data(0, _ID) for item in self._lines() if not item.isExpanded()}
        self.tree.clear()
        for id in self._ids():
            line = self._line(id)
            self.tree.addTopLevelItem(line)
            line.setExpanded(id not in folded)
        self._is_filling = False
        self.follow()

    def follow(self) -> None:
        """Stand at the selected activity."""
        if self.isHidden() or len(self._session.selection) != 1:
            return
        current = self.tree.currentItem()
        id = self._session.selection[0]
        if current is not None and current.data(0, _ID) == id:
            return
        self._is_filling = True
        for line in self._lines():
            if line.data(0, _ID) == id:
                self.tree.setCurrentItem(line)
        self._is_filling = False

    def _ids(self) -> list[str]:
        sequence = order.sequence(self._session.flow)
        return [*sequence, *(id for id in self._session.flow.activities if id not in sequence)]

    def _lines(self) -> list[QTreeWidgetItem]:
        found = (self.tree.topLevelItem(place) for place in range(self.tree.topLevelItemCount()))
        return [item for item in found if item is not None]

    def _line(self, id: str) -> QTreeWidgetItem:
        face = self._drawing.cards[id].face
        line = QTreeWidgetItem([tr(Text("{title} · {status}", title=face.print.title, status=face.status.words))])
        line.setIcon(0, activity_tile(face.kind, face.print.category))
        line.setData(0, _ID, id)
        line.setData(0, Qt.ItemDataRole.AccessibleTextRole, face.spoken())
        for wire, drawn in self._drawing.wires.items():
            if wire.source == id:
                target = self._session.name_of(wire.target)
                words = Text("leads to {target}", target=target)
                if drawn.words:
                    words = Text("leads to {target} · {rows}", target=target, rows=drawn.words)
                child = QTreeWidgetItem(line, [tr(words)])
                child.setData(0, _ID, wire.target)
        return line

    def _choose(self, line: QTreeWidgetItem | None) -> None:
        if line is not None and line.parent() is None and not self._is_filling:
            self._session.select(str(line.data(0, _ID)))

    def _open(self, line: QTreeWidgetItem) -> None:
        """Open an activity; from what it leads to, go there first."""
        id = str(line.data(0, _ID))
        self._session.select(id)
        if line.parent() is None:
            self._session.reveal.emit(id, "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 # Qt's name
        """Leave with Escape."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.hide()
            self.left.emit()
            return True
        return super().eventFilter(watched, event)
