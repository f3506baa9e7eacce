"""New, open, save: what becomes of the flow's file, with the questions and sentences that belong to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from designer.panels.notices import Notices
from designer.preferences import Preferences
from designer.recovery import discard
from designer.session import Session
from designer.words import tr
from engine.errors import CampaignFlowError
from engine.text import Text

PATTERN = "Campaign flows (*.flow)"


class Files(QObject):
    """Opens and saves the flow of a session; every refusal is a sentence above the canvas."""

    def __init__(self, session: Session, preferences: Preferences, notices: Notices, window: QWidget) -> None:
        """Ask in dialogs above `window` and tell in `notices`."""
        super().__init__(window)
        self._session = session
        self._preferences = preferences
        self._notices = notices
        self._window = window
        session.changed_on_disk.connect(self._tell_of_change)
        session.opened.connect(self._opened)

    def new(self) -> None:
        """Show an empty flow."""
        if self.may_leave():
            self._session.new()

    def open(self) -> None:
        """Let the person choose a file and show its flow."""
        if not self.may_leave():
            return
        name, _ = QFileDialog.getOpenFileName(self._window, tr(Text("Open a flow")), str(self._folder()), PATTERN)
        if name:
            self.open_path(Path(name), is_asked=True)

    def open_path(self, path: Path, *, is_asked: bool = False) -> None:
        """Show the flow in the file at `path`; unsaved changes are asked about unless they have been."""
        if is_asked or self.may_leave():
            self._try(lambda: self._session.open(path))

    def open_template(self, name: str) -> None:
        """Show an untitled copy of an example."""
        if self.may_leave():
            self._try(lambda: self._session.open_example(name))

    def save(self) -> bool:
        """Write the flow to its file, or ask for one; return whether it is written."""
        if self._session.path is None or self._session.is_read_only:
            return self.save_as()
        return self._try(self._session.save)

    def save_as(self) -> bool:
        """Ask for a file and write the flow to it; return whether it is written."""
        name = self._session.flow.name.strip() or tr(Text("Untitled flow"))
        file = "".join("-" if letter in '/\\:*?"<>|' else letter for letter in name)
        wish = self._session.path or self._folder() / f"{file}.flow"
        chosen, _ = QFileDialog.getSaveFileName(self._window, tr(Text("Save the flow as")), str(wish), PATTERN)
        if not chosen:
            return False
        path = Path(chosen)
        path = path if path.suffix else path.with_suffix(".flow")
        if not self._try(lambda: self._session.save(path)):
            return False
        self._preferences.remember(path.resolve())
        return True

    def may_leave(self) -> bool:
        """Return whether the open flow may be left: it is saved, or the person gives its changes up."""
        if not self._session.is_dirty:
            return True
        name = self._session.flow.name or tr(Text("Untitled flow"))
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(tr(Text("Unsaved changes")))
        box.setText(tr(Text("Save the changes to “{name}”?", name=name)))
        box.setInformativeText(tr(Text("Without saving, the changes since the last time are lost.")))
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        answer = box.exec()
        box.deleteLater()
        if answer == buttons.Save:
            return self.save()
        return answer == buttons.Discard

    def offer_recovered(self) -> None:
        """Offer what was being edited when the program ended without warning."""
        leftovers = self._session.autosave.leftovers()
        if not leftovers:
            return
        latest, older = leftovers[0], leftovers[1:]
        for recovered in older:
            discard(recovered)
        name = latest.flow.name or (latest.place.path.name if latest.place.path else tr(Text("Untitled flow")))
        self._notices.show_notice(
            "recovery",
            "info",
            Text("“{name}” was being edited when the program ended unexpectedly. Its last state was kept.", name=name),
            [
                (Text("Recover it"), lambda: self._session.recover(latest)),
                (Text("Throw it away"), lambda: discard(latest)),
            ],
        )

    def _folder(self) -> Path:
        if self._session.path is not None:
            return self._session.path.parent
        if self._preferences.recent:
            return self._preferences.recent[0].parent
        return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))

    def _try(self, action: Callable[[], object]) -> bool:
        """Do what may fail with a sentence, and show the sentence."""
        self._notices.drop("file")
        try:
            action()
        except CampaignFlowError as error:
            self.tell(error)
            return False
        return True

    def tell(self, error: Any) -> None:
        """Show the sentence of an error above the canvas, with its way out and its code."""
        hint = tr(error.finding.hint) if error.finding.hint else ""
        self._notices.show_notice("file", "error", error.text, hint=f"{hint} ({error.code.id})".strip())

    def tell_done(self, text: Text, *, is_doubtful: bool = False) -> None:
        """Show above the canvas that something was done with the flow's files."""
        self._notices.show_notice("file", "warning" if is_doubtful else "info", text)

    def _opened(self) -> None:
        for name in ("file", "disk", "lock"):
            self._notices.drop(name)
        path = self._session.path
        if path is None:
            return
        self._preferences.remember(path)
        if self._session.is_read_only:
            text = Text(
                "“{file}” is open in another window. Here it can be read, and saved under another name.", file=path.name
            )
            self._notices.show_notice("lock", "warning", text, [(Text("Save as…"), self.save_as)])

    def _tell_of_change(self) -> None:
        path = self._session.path
        if path is None:
            return
        text = Text("“{file}” was changed by another program.", file=path.name)
        if self._session.is_dirty:
            text = Text(
                "“{file}” was changed by another program, and you have changes of your own here.", file=path.name
            )
        self._notices.show_notice(
            "disk",
            "warning",
            text,
            [
                (Text("Show the file as it is now"), lambda: self._try(self._session.reload)),
                (Text("Keep mine"), _nothing),
            ],
        )


def _nothing() -> None:
    """Leave everything as it is: the next save writes over the file."""
