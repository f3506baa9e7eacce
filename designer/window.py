"""Puts the program together: the session, the bar, the start page, the panels and the commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QStackedWidget, QVBoxLayout, QWidget

from designer import theme
from designer.actions import Actions
from designer.commands import Command, found
from designer.dialogs.files import Files
from designer.editor import Editor
from designer.frame import Frame
from designer.mishaps import Mishaps
from designer.panels.notices import Notices
from designer.panels.top_bar import TopBar
from designer.preferences import Preferences, state_folder
from designer.session import Session
from designer.start_page.page import StartPage
from designer.words import tr
from engine.text import Text


class Window(QObject):
    """One window of the designer, filled."""

    def __init__(self, frame: Frame, preferences: Preferences, mishaps: Mishaps, path: Path | None) -> None:
        """Fill `frame` with the start page, or with the flow in the file at `path`."""
        super().__init__(frame)
        self.frame = frame
        self.preferences = preferences
        self.session = Session(state_folder(), parent=self)
        self._menu = QMenu(frame)
        self._notices = Notices()
        self.files = Files(self.session, preferences, self._notices, frame)
        self._bar = TopBar(self.session, self._menu)
        self._pages = QStackedWidget()
        self._built: Editor | None = None
        self._actions = Actions(found(), self, self)
        self._actions.fill(self._menu)
        self._lay_out()
        self._connect()
        mishaps.happened.connect(self.files.tell)
        QApplication.instance().aboutToQuit.connect(self.session.close)
        if path is not None:
            self.files.open_path(path)
        if not self.has_flow:
            self._pages.setCurrentWidget(self._start_page)
        self._then(self.session.engine.start, self._build, self.files.offer_recovered)

    @property
    def editor(self) -> Editor:
        """Return the panels of the open flow; they are built when they are first needed."""
        if self._built is None:
            self._built = Editor(self.session, self.preferences, self)
            self._built.workspace.use_actions([action for action, _ in self._actions.all()])
            self._pages.addWidget(self._built.widget)
        return self._built

    @cached_property
    def _start_page(self) -> StartPage:
        """Return the start page; with a file to open it is made when somebody goes back to it."""
        start = StartPage(self.preferences)
        start.new_flow.connect(self.files.new)
        start.open_file.connect(self.files.open)
        start.open_path.connect(self.files.open_path)
        start.open_template.connect(self.files.open_template)
        self._pages.addWidget(start)
        return start

    def _build(self) -> None:
        self.editor.widget.ensurePolished()

    def _lay_out(self) -> None:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(self._notices)
        column.addWidget(self._pages, 1)
        self.frame.setCentralWidget(whole)
        self._bar.show_flow(is_open=False)
        self.frame.may_close = self._may_close

    def _connect(self) -> None:
        self.session.opened.connect(self._show_flow)
        self.session.place_changed.connect(self._show_title)
        self.session.flow_changed.connect(lambda _old, _new: self._show_title())
        self._bar.toggle_shade.connect(self._actions.action("shade").trigger)
        self._bar.search.connect(self._actions.action("search").trigger)
        self._bar.use_actions(self._actions.action("undo"), self._actions.action("redo"))

    def _show_flow(self) -> None:
        self._pages.setCurrentWidget(self.editor.widget)
        self.editor.workspace.setFocus()
        self._bar.show_flow(is_open=True)
        self._actions.refresh()

    def show_start_page(self) -> None:
        """Leave the open flow for the start page."""
        if self.files.may_leave():
            self.session.new()
            self._pages.setCurrentWidget(self._start_page)
            self._bar.show_flow(is_open=False)
            self._actions.refresh()

    def _show_title(self) -> None:
        session = self.session
        name = session.flow.name or (session.path.stem if session.path else tr(Text("Untitled flow")))
        self.frame.setWindowTitle(f"{name}[*]")
        self.frame.setWindowModified(session.is_dirty)

    @property
    def has_flow(self) -> bool:
        """Return whether a flow is shown, not the start page."""
        return self._built is not None and self._pages.currentWidget() is self._built.widget

    def actions(self) -> Sequence[tuple[QAction, Command]]:
        """Return every command with its action."""
        return self._actions.all()

    def use_shade(self, shade: theme.Shade) -> None:
        """Show the program in a shade, now and at the next start."""
        self.preferences.shade = shade
        self._dress()

    def use_text_size(self, percent: int) -> None:
        """Show the program with larger or smaller words, now and at the next start."""
        self.preferences.text_size = percent
        self._dress()

    def _dress(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            theme.apply(
                application,
                theme.tokens().name if self.preferences.shade == "system" else self.preferences.shade,
                self.preferences.text_size / 100,
            )

    def _may_close(self) -> bool:
        if not self.files.may_leave():
            return False
        if self._built is not None:
            self._built.widget.keep()
        self.session.close()
        return True

    def _then(self, *steps: Callable[[], object]) -> None:
        """Do each of `steps` in a turn of the event loop of its own, so that the window stays alive between."""
        if steps:
            QTimer.singleShot(0, self, lambda: self._step(*steps))

    def _step(self, *steps: Callable[[], object]) -> None:
        steps[0]()
        self._then(*steps[1:])
