"""The bar at the top: which flow is open, undo and redo, search, what a run may do, and the run itself."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from designer import theme
from designer.forms.parts import GAP, role
from designer.icons import icon, product_logo
from designer.panels.elided_label import ElidedLabel
from designer.run_view import RunView
from designer.session import Session
from designer.words import tr
from engine.document import edits
from engine.text import Text

HEIGHT = 56
SEARCH_WIDTH = 330

_ANSWERS = {
    "live": ("{count} call was live", "{count} calls were live"),
    "recording": ("{count} call replayed from its recording", "{count} calls replayed from their recordings"),
    "sample": ("{count} call answered by its sample", "{count} calls answered by their samples"),
}


class TopBar(QFrame):
    """Shows the state of the session; what its buttons do is wired by the window."""

    search = Signal()
    toggle_shade = Signal()

    def __init__(self, session: Session, menu: QMenu) -> None:
        """Follow `session`; the settings button opens `menu`."""
        super().__init__()
        self._session = session
        self.setProperty("role", "topbar")
        self._name = QLineEdit()
        self._where = ElidedLabel("hint")
        self._lamp = QLabel("●")
        self._effect = ElidedLabel("soft")
        self._progress = QProgressBar()
        self._undo = _tool("arrow-counter-clockwise")
        self._redo = _tool("arrow-clockwise")
        self._search = QPushButton()
        self._test = QPushButton()
        self._shade = _tool("moon")
        self._menu = _tool("gear-six")
        self._menu.setMenu(menu)
        self._dress()
        self._lay_out()
        self._connect()
        self._show_place()
        self._show_run()

    def use_actions(self, undo: QAction, redo: QAction) -> None:
        """Let the two arrows do what the commands of the same name do."""
        for button, action in ((self._undo, undo), (self._redo, redo)):
            button.clicked.connect(action.trigger)
            action.changed.connect(self._show_place)

    def show_flow(self, is_open: bool) -> None:
        """Show what belongs to an open flow, or nothing but the menu while the start page is shown."""
        for widget in (self._left, self._search, self._lamp, self._effect, self._test):
            widget.setVisible(is_open)

    def _dress(self) -> None:
        self._name.setProperty("role", "plain-name")
        self._name.setAccessibleName(tr(Text("Name of the flow")))
        self._name.setToolTip(tr(Text("Name of the flow: click to change it")))
        self._name.setPlaceholderText(tr(Text("Untitled flow")))
        self._name.setMaxLength(120)
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(110)
        self._progress.setAccessibleName(tr(Text("Progress of the run")))
        self._search.setProperty("role", "search")
        self._search.setFixedWidth(SEARCH_WIDTH)
        self._search.setToolTip(tr(Text("Search activities, actions and settings (Ctrl+K)")))
        self._search.setAccessibleName(tr(Text("Search")))
        mark = QLabel()
        mark.setPixmap(icon("magnifying-glass", "text_faint").pixmap(QSize(16, 16)))
        words = ElidedLabel("placeholder")
        words.set_words(tr(Text("Search activities, actions, settings…")))
        key = QLabel("Ctrl K")
        key.setProperty("role", "key")
        inside = QHBoxLayout(self._search)
        inside.setContentsMargins(12, 0, 12, 0)
        inside.addWidget(mark)
        inside.addWidget(words, 1)
        inside.addWidget(key)
        for part in (mark, words, key):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._search.setMinimumHeight(34)
        self._shade.setToolTip(tr(Text("Switch between light and dark")))
        self._shade.setAccessibleName(tr(Text("Switch between light and dark")))
        self._menu.setToolTip(tr(Text("Menu (F10)")))
        self._menu.setAccessibleName(tr(Text("Menu")))
        self._menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._test.setIconSize(QSize(14, 14))

    def _lay_out(self) -> None:
        logo = QLabel()
        logo.setPixmap(product_logo(30, self.devicePixelRatioF()))
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addStretch(1)
        names.addWidget(self._name)
        names.addWidget(self._where)
        names.addStretch(1)
        left = QHBoxLayout()
        left.setSpacing(10)
        left.addWidget(logo)
        left.addLayout(names, 1)
        left.addWidget(self._undo)
        left.addWidget(self._redo)
        left.addStretch(1)
        self._left = _side(left)
        right = QHBoxLayout()
        right.setSpacing(GAP)
        right.addStretch(1)
        right.addWidget(self._progress)
        right.addWidget(self._lamp)
        right.addWidget(self._effect)
        right.addWidget(self._test)
        right.addWidget(self._shade)
        right.addWidget(self._menu)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 14, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self._left, 1)
        layout.addWidget(self._search)
        layout.addWidget(_side(right), 1)
        self.setMinimumHeight(HEIGHT)

    def _connect(self) -> None:
        session = self._session
        session.place_changed.connect(self._show_place)
        session.flow_changed.connect(lambda _old, _new: self._show_place())
        session.run_changed.connect(self._show_run)
        session.engine.state_changed.connect(self._show_run)
        self._name.editingFinished.connect(self._rename)
        self._search.clicked.connect(self.search)
        self._shade.clicked.connect(self.toggle_shade)
        self._test.clicked.connect(self._run_or_cancel)
        theme.signals.changed.connect(self._show_shade)
        self._show_shade()

    def _run_or_cancel(self) -> None:
        if self._session.run.running:
            self._session.runs.cancel()
        else:
            self._session.runs.test_flow()

    def _rename(self) -> None:
        name = self._name.text().strip()
        if name != self._session.flow.name:
            self._session.edit(Text("Rename the flow"), edits.rename_flow(self._session.flow, name))
        self._name.clearFocus()

    def _show_shade(self) -> None:
        self._shade.setIcon(icon("sun" if theme.tokens().name == "dark" else "moon"))

    def _show_place(self) -> None:
        session, stack = self._session, self._session.history.stack
        if not self._name.hasFocus():
            self._name.setText(session.flow.name)
        self._where.set_words(tr(_place_in_words(session)))
        self._where.setToolTip(str(session.path) if session.path else "")
        for button, can, words in (
            (self._undo, stack.canUndo(), Text("Undo: {step} (Ctrl+Z)", step=stack.undoText())),
            (self._redo, stack.canRedo(), Text("Redo: {step} (Ctrl+Shift+Z)", step=stack.redoText())),
        ):
            button.setEnabled(can)
            button.setToolTip(tr(words) if can else tr(Text("Nothing to undo or redo here")))
            button.setAccessibleName(tr(Text("Undo") if button is self._undo else Text("Redo")))

    def _show_run(self) -> None:
        run = self._session.run
        color, words = _effect_in_words(run, self._session.engine.state)
        role(self._lamp, f"lamp-{color}")
        self._effect.set_words(tr(words))
        self._progress.setVisible(run.running)
        self._progress.setRange(0, 100 if run.ahead else 0)
        self._progress.setValue(round(run.share * 100))
        label = Text("Cancel") if run.running else Text("Test flow")
        self._test.setText(tr(label))
        self._test.setAccessibleName(tr(label))
        tip = (
            Text("Stop the run (Esc)") if run.running else Text("Run the whole flow dry: nothing is sent (Ctrl+Enter)")
        )
        self._test.setToolTip(tr(tip))
        self._test.setIcon(icon("stop-fill", "error") if run.running else icon("play-fill", "on_accent"))
        role(self._test, "danger" if run.running else "primary")


def _place_in_words(session: Session) -> Text:
    if session.path is None:
        return Text("Not saved yet · autosaved") if session.is_dirty else Text("Not saved yet")
    name = session.path.name
    if session.is_read_only:
        return Text("{file} · open elsewhere, read only", file=name)
    return Text("{file} · edited, autosaved", file=name) if session.is_dirty else Text("{file} · saved", file=name)


def _effect_in_words(run: RunView, engine: str) -> tuple[str, Text]:
    """Return the colour of the lamp and what a run did or will do to the outside world."""
    if engine == "broken":
        return "error", Text("The engine cannot be started")
    if run.running and not run.ahead:
        return "accent", Text("Starting…")
    if run.running:
        ended = round(run.share * len(run.ahead))
        return "accent", Text("Testing: {done} of {total}", done=ended, total=len(run.ahead))
    words = [Text("Dry run: nothing is sent")]
    for source, (one, many) in _ANSWERS.items():
        count = run.calls.get(source, 0)
        if count:
            words.append(Text.plural(one, many, count=count))
    color = "warning" if run.calls.get("live") else "ok"
    return color, Text(" · ".join(f"{{part{place}}}" for place in range(len(words))), **_parts(words))


def _parts(words: list[Text]) -> dict[str, Text]:
    return {f"part{place}": text for place, text in enumerate(words)}


def _side(layout: QHBoxLayout) -> QWidget:
    box = QWidget()
    layout.setContentsMargins(0, 0, 0, 0)
    box.setLayout(layout)
    # both sides get the same room, so that the search stands in the middle whatever they say
    box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return box


def _tool(glyph: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(glyph))
    button.setIconSize(QSize(20, 20))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
