"""The panel on the left: every activity, to be found, dragged or added with a key."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSplitter, QVBoxLayout, QWidget

from designer.forms.parts import icon_button, label
from designer.icons import icon
from designer.palette.activity_list import ActivityList
from designer.palette.adding import add_activity
from designer.palette.finding import found
from designer.panels.elided_label import ElidedLabel
from designer.session import Session
from designer.words import tr
from engine import registry
from engine.text import Text

NARROW, WIDE = 58, 210
"""The width with icons only, and the width it gets back, in pixels."""
_TURNING_POINT = 130


class Palette(QWidget):
    """Lists the activities by group; a double click or Enter adds one to the flow. Narrow, it shows icons only."""

    def __init__(self, session: Session) -> None:
        """Add to the flow of `session`."""
        super().__init__()
        self.setObjectName("palette")
        self.setMinimumWidth(NARROW)
        self._session = session
        self._width = WIDE
        self._has_words = True
        self._title = ElidedLabel("heading")
        self._title.set_words(tr(Text("Activities")))
        self._fold = icon_button("caret-double-left", Text("Show icons only"), self._toggle)
        self._line = QLineEdit()
        self._line.setPlaceholderText(tr(Text("Find an activity")))
        self._line.setAccessibleName(tr(Text("Find an activity")))
        self._line.addAction(icon("magnifying-glass", "text_faint"), QLineEdit.ActionPosition.LeadingPosition)
        self._line.setClearButtonEnabled(True)
        self._nothing = label(Text("No activity is called that."), "hint")
        self.list = ActivityList(can_drag=True)
        self.list.setAccessibleName(tr(Text("Activities")))
        self._lay_out()
        self._line.installEventFilter(self)
        self._line.textChanged.connect(lambda _text: self._refresh())
        self.list.chosen.connect(self._add)
        self.list.itemDoubleClicked.connect(lambda _item: self.list.choose())
        self._refresh()

    @property
    def is_narrow(self) -> bool:
        """Return whether only the icons are shown."""
        return self.width() < _TURNING_POINT

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 10, 0)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._fold)
        search = QHBoxLayout()
        search.setContentsMargins(12, 0, 12, 0)
        search.addWidget(self._line)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 10, 0, 6)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addLayout(search)
        layout.addWidget(self._nothing)
        body = QHBoxLayout()
        body.setContentsMargins(6, 0, 4, 0)
        body.addWidget(self.list)
        layout.addLayout(body, 1)
        self._nothing.setContentsMargins(14, 0, 12, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 # Qt's name
        """Turn to icons where there is no room for words."""
        super().resizeEvent(event)
        is_narrow = self.is_narrow
        if not is_narrow:
            self._width = self.width()
        if self._has_words == is_narrow:
            self._has_words = not is_narrow
            self._line.clear()
            self._line.setVisible(not is_narrow)
            self._title.setVisible(not is_narrow)
            tip = tr(Text("Show titles and search") if is_narrow else Text("Show icons only"))
            self._fold.setIcon(icon("caret-double-right" if is_narrow else "caret-double-left"))
            self._fold.setToolTip(tip)
            self._fold.setAccessibleName(tip)
            self._refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 # Qt's name
        """Let the arrows of the search line go to the list, and Enter add what is found."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down:
                self.list.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.list.choose()
                return True
            if event.key() == Qt.Key.Key_Escape and self._line.text():
                self._line.clear()
                return True
        return super().eventFilter(watched, event)

    def _refresh(self) -> None:
        """List what the search line finds, in groups; the likeliest is current."""
        everything = registry.kinds()
        hits = found(everything, self._line.text())
        shown = [activity for activity in everything if activity in hits]
        self.list.show_activities(shown, has_headings=self._has_words)
        self.list.marks_current = bool(self._line.text())
        if self._line.text() and hits:
            self.list.stand_at(hits[0].kind)
        self._nothing.setVisible(not hits)

    def _add(self, kind: str) -> None:
        add_activity(self._session, kind)

    def _toggle(self) -> None:
        """Take the width of the icons, or the last one with words, from the splitter that holds the panel."""
        width = self._width if self.is_narrow else NARROW
        held: QWidget = self
        holder = held.parentWidget()
        while holder is not None and not isinstance(holder, QSplitter):
            held, holder = holder, holder.parentWidget()
        if holder is None:
            self.resize(width, self.height())
            return
        sizes = holder.sizes()
        place = holder.indexOf(held)
        other = place + 1 if place + 1 < len(sizes) else place - 1
        frame = held.width() - self.width()
        sizes[other] += sizes[place] - width - frame
        sizes[place] = width + frame
        holder.setSizes(sizes)
