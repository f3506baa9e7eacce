"""The head of the panel: which activity this is, its name, and the button that runs it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from designer.forms.copy_curl import copy_curl
from designer.forms.parts import GAP, button, icon_button, role
from designer.icons import activity_tile, icon
from designer.panels.consent import Consent
from designer.panels.elided_label import ElidedLabel
from designer.panels.title_line import INDENT, TitleLine
from designer.session import Session
from designer.words import tr
from engine import registry
from engine.activity import CallingActivity, Effect
from engine.document import edits
from engine.text import Text

SEND_TIP = Text("Call now and show the answer (Ctrl+Enter)")
RUN_TIP = Text("Run up to this activity and show its rows (Ctrl+Enter)")


class ActivityHead(QWidget):
    """Names the activity and runs it. What spends something or calls often is sent only after a second click."""

    def __init__(self, session: Session, activity: str) -> None:
        """Show the head of the activity with the id `activity`."""
        super().__init__()
        self.activity = activity
        self._session = session
        self._found = registry.activity(session.flow.activities[activity].kind)
        self._title = self._make_title()
        self._subtitle = ElidedLabel("hint")
        self._subtitle.setContentsMargins(INDENT, 0, 0, 0)
        calls = self._calls
        words, tip = (Text("Send"), SEND_TIP) if calls else (Text("Run to here"), RUN_TIP)
        self.run_button = button(words, tip, self.go, kind="primary")
        self.run_button.setIcon(icon("paper-plane-tilt" if calls else "play", "on_accent"))
        self.run_button.setObjectName("send")
        self._consent = Consent(session, activity)
        self._consent.given.connect(self._start)
        self._progress = self._make_progress()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(self._make_line())
        layout.addWidget(self._consent)
        layout.addWidget(self._progress)
        session.flow_changed.connect(self._on_flow)
        session.run_changed.connect(self._on_run)
        session.send_asked.connect(self._on_asked)
        self._on_flow()
        self._on_run()

    def go(self) -> None:
        """Send, or run to here. Asks first, in place, when the call spends something."""
        if self._session.run.running:
            return
        if self._calls and self._effect() is Effect.SPENDS:
            self._consent.ask()
        elif self._may_call_often():
            self._consent.ask_if_many()
        else:
            self._start()

    def detach(self) -> None:
        """Stop listening to the session: the head is going away."""
        self._session.flow_changed.disconnect(self._on_flow)
        self._session.run_changed.disconnect(self._on_run)
        self._session.send_asked.disconnect(self._on_asked)
        self._consent.detach()

    def _on_asked(self, activity: str) -> None:
        """Send when another part of the panel asks for it, with the same question before it."""
        if activity == self.activity:
            self.go()

    @property
    def _calls(self) -> bool:
        return self._effect() is not Effect.NONE

    def _effect(self) -> Effect:
        view = self._view()
        return self._found.effect(view) if self._found is not None and view is not None else Effect.NONE

    def _may_call_often(self) -> bool:
        view = self._view()
        return isinstance(self._found, CallingActivity) and view is not None and self._found.may_call_often(view)

    def _view(self) -> Any:
        entry = self._session.flow.activities.get(self.activity)
        return registry.settings(entry)[0] if entry is not None else None

    def _start(self) -> None:
        if self._calls:
            self._session.runs.send(self.activity)
        else:
            self._session.runs.run_to(self.activity)

    def _make_title(self) -> TitleLine:
        tip = Text("Name of the activity: click to change it")
        title = TitleLine(tr(Text("Name of the activity")), tr(tip))
        title.textEdited.connect(self._rename)
        return title

    def _make_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(GAP)
        tile = QLabel()
        category = self._found.category if self._found is not None else "execution"
        entry = self._session.flow.activities[self.activity]
        tile.setPixmap(activity_tile(entry.kind, category).pixmap(QSize(36, 36)))
        tile.setToolTip(tr(self._found.help) if self._found is not None else "")
        line.addWidget(tile)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._title)
        names.addWidget(self._subtitle)
        line.addLayout(names, 1)
        tools = QHBoxLayout()
        tools.setSpacing(2)
        tools.addWidget(self.run_button)
        more = icon_button("dots-three-vertical", Text("More about this activity"), self._open_menu)
        self._more = more
        tools.addWidget(more)
        line.addLayout(tools)
        return line

    def _make_progress(self) -> QWidget:
        box = QWidget()
        layout = QHBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setAccessibleName(tr(Text("Running")))
        layout.addWidget(bar, 1)
        self._cancel = button(Text("Cancel"), Text("Stop the run (Esc)"), self._session.runs.cancel)
        layout.addWidget(self._cancel)
        box.hide()
        return box

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.addAction(tr(Text("Run to here")), lambda: self._session.runs.run_to(self.activity))
        menu.addAction(tr(Text("Show its rows")), self._show_rows)
        if self._calls:
            menu.addAction(tr(Text("Copy as cURL")), self._copy_curl)
        menu.addSeparator()
        menu.addAction(tr(Text("Rename")), self._focus_title)
        menu.addAction(tr(Text("Delete")), self._delete)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _copy_curl(self) -> None:
        copy_curl(self._session, self, self.activity, self._tell)

    def _tell(self, words: str) -> None:
        """Show words for a while where the menu was."""
        QToolTip.showText(self._more.mapToGlobal(self._more.rect().bottomLeft()), words, self)

    def _focus_title(self) -> None:
        self._title.setFocus()
        self._title.selectAll()

    def _show_rows(self) -> None:
        ways = registry.transitions(self._session.flow.activities[self.activity])
        if ways:
            self._session.wire_selected.emit(f"{self.activity}.{ways[0].name}")

    def _delete(self) -> None:
        flow = edits.remove_activities(self._session.flow, [self.activity])
        self._session.edit(Text("Delete “{name}”", name=self._title.text()), flow)

    def _rename(self, text: str) -> None:
        flow = edits.set_label(self._session.flow, self.activity, text)
        self._session.edit(Text("Rename to “{name}”", name=text), flow, merge=f"{self.activity}.label")

    def _on_flow(self) -> None:
        new = self._session.flow
        entry = new.activities.get(self.activity)
        if entry is None:
            return
        kind = tr(self._found.title) if self._found is not None else entry.kind
        self._title.show_name(entry.label)
        self._title.setPlaceholderText(kind)
        ways = ", ".join(tr(way.label) for way in registry.transitions(entry))
        outbound = tr(Text("{kind} · outbound: {ways}", kind=kind, ways=ways)) if ways else kind
        self._subtitle.set_words(outbound)

    def _on_run(self) -> None:
        running = self._session.run.running
        had_keyboard = self.run_button.hasFocus() or self._cancel.hasFocus()
        self._progress.setVisible(running)
        self.run_button.setEnabled(not running)
        if had_keyboard:
            # a button that is switched off or hidden would hand the keyboard to whatever comes next
            (self._cancel if running else self.run_button).setFocus()
        role(self.run_button, "primary")
